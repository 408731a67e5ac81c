import { z } from 'zod';
import { Instant, Page } from './page.js';
import { route } from './route.js';

/** What a simulator holds, drawn generically: tables, and channels with messages. */
export const SimulatorView = z
  .object({
    tables: z.array(
      z.object({
        title: z.string(),
        columns: z.array(z.string()),
        rows: z.array(z.array(z.unknown())),
        /** Indexes of rows that came since the seed, and of those that were altered; and rows that are gone. */
        added: z.array(z.number()).default([]),
        changed: z.array(z.number()).default([]),
        removed: z.array(z.array(z.unknown())).default([]),
      }),
    ),
    channels: z.array(
      z.object({ title: z.string(), messages: z.array(z.object({ at: Instant, from: z.string(), text: z.string() })) }),
    ),
  })
  .meta({ id: 'SimulatorView' });
export type SimulatorView = z.infer<typeof SimulatorView>;

export const SimulatorRow = z
  .object({ id: z.string(), title: z.string(), requests: z.number().int() })
  .meta({ id: 'Simulator' });
export const SimulatorDetail = SimulatorRow.extend({
  view: SimulatorView,
  log: z.array(
    z.object({
      at: Instant,
      method: z.string(),
      path: z.string(),
      status: z.number(),
      key: z.string().nullable(),
      body: z.unknown(),
    }),
  ),
}).meta({ id: 'SimulatorDetail' });

export const simulatorRoutes = {
  list: route({
    method: 'GET',
    path: '/workspaces/:ws/simulators',
    access: 'simulator:read',
    summary: 'Simulators',
    answer: Page(SimulatorRow),
  }),
  get: route({
    method: 'GET',
    path: '/workspaces/:ws/simulators/:id',
    access: 'simulator:read',
    summary: 'What a simulator holds and was asked',
    answer: SimulatorDetail,
  }),
  reset: route({
    method: 'POST',
    path: '/workspaces/:ws/simulators/:id/reset',
    access: 'simulator:reset',
    summary: 'Back to its seed',
    answer: SimulatorDetail,
  }),
};
