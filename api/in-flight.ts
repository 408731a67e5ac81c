import { z } from 'zod';
import { route } from './route.js';
import { RunRow } from './runs.js';

/** Runs that are shown one by one. */
export const mostInFlight = 20;

/** The runs of a flow that have not ended, all on versions that a publish makes older ones. */
export const InFlight = z
  .object({
    total: z.number().int(),
    /** Of those, runs that a run of another flow waits for: it fails where they are cancelled. */
    called: z.number().int(),
    versions: z.array(
      z.object({
        number: z.number().int(),
        runs: z.number().int(),
        /** Steps of this version that say how they are undone. */
        undoable: z.number().int(),
      }),
    ),
    /** The first ones: those that wait come before those that are under way. */
    runs: z.array(RunRow).max(mostInFlight),
  })
  .meta({ id: 'InFlight' });
export type InFlight = z.infer<typeof InFlight>;

/** What becomes of them: they finish on the version that they began with, or are cancelled in the background. */
export const InFlightChoice = z.object({
  action: z.enum(['finish', 'cancel']),
  /** Whether a cancel takes back what the runs did, where their steps say how. */
  compensate: z.boolean().default(true),
});
export type InFlightChoice = z.output<typeof InFlightChoice>;

export const inFlightRoutes = {
  get: route({
    method: 'GET',
    path: '/workspaces/:ws/flows/:id/in-flight',
    access: 'run:read',
    summary: 'Runs of the flow that have not ended, which a publish leaves on older versions, and why they wait',
    answer: InFlight,
  }),
};
