import { longestRetention } from '@castellan/flow';
import { z } from 'zod';
import { Id, Instant } from './page.js';
import { route } from './route.js';

/** Values of a run that may be too large for the answers that have them: these show how such a value begins. */
export const valueParts = ['trigger', 'input', 'output'] as const;

/** Which values of a row are only shown as they begin, with the bytes of the whole. */
export const LargeParts = z
  .partialRecord(z.enum(valueParts), z.object({ size: z.number().int() }))
  .nullable()
  .meta({ id: 'LargeParts' });
export type LargeParts = z.infer<typeof LargeParts>;

/** Days that ended runs are kept. */
const Days = z.number().int().min(1).max(longestRetention);
const AskedDays = z.coerce.number().int().min(1).max(longestRetention);

/** Runs that are counted at most where only more or less matters. */
export const mostDue = 10_000;

/** What is kept of a flow, and what the next sweep would remove. */
export const FlowHistory = z
  .object({
    /** Ended runs and what they take, as counted some minutes ago. */
    runs: z.number().int(),
    bytes: z.number(),
    /** Days that they are kept, by the published version; null where it does not say. */
    days: Days.nullable(),
    /** Days of the workspace, for flows that do not say; null: for ever. */
    workspaceDays: Days.nullable(),
    /** Runs that the next sweep would remove; `mostDue` stands for more. */
    due: z.number().int(),
    /** Runs removed so far because they were past their time, and when the last ones were. */
    removed: z.number().int(),
    removedAt: Instant.nullable(),
  })
  .meta({ id: 'FlowHistory' });
export type FlowHistory = z.infer<typeof FlowHistory>;

/** How long a workspace keeps runs of flows that do not say. */
export const Retention = z
  .object({
    days: Days.nullable(),
    /** Runs that the next sweep would remove of those flows; `mostDue` stands for more. */
    due: z.number().int(),
    runs: z.number().int(),
    bytes: z.number(),
  })
  .meta({ id: 'Retention' });
export type Retention = z.infer<typeof Retention>;

export const historyRoutes = {
  value: route({
    method: 'GET',
    path: '/workspaces/:ws/runs/:id/value',
    access: 'run:read',
    summary: 'A value of a run as a whole, as a file of JSON',
    query: z.object({
      part: z.enum(valueParts),
      step: z.string().max(48).optional().describe('Whose input or output'),
      iteration: z.string().max(100).default(''),
    }),
    answer: z.unknown(),
  }),
  size: route({
    method: 'GET',
    path: '/workspaces/:ws/runs/:id/size',
    access: 'run:read',
    summary: 'What a run takes in the database, in bytes',
    answer: z.object({ bytes: z.number() }),
  }),
  clear: route({
    method: 'POST',
    path: '/workspaces/:ws/runs/:id/clear',
    access: 'run:clear',
    summary: 'Remove the data of an ended run and of all runs of its chain of retries; what happened stays',
    answer: z.object({ runIds: z.array(Id) }),
  }),
  ofFlow: route({
    method: 'GET',
    path: '/workspaces/:ws/flows/:id/history',
    access: 'run:read',
    summary: 'What is kept of a flow, and how many runs would be removed',
    query: z.object({ days: AskedDays.optional().describe('As if the flow kept them so long') }),
    answer: FlowHistory,
  }),
  retention: route({
    method: 'GET',
    path: '/workspaces/:ws/retention',
    access: 'workspace:read',
    summary: 'How long runs are kept of flows that do not say',
    query: z.object({ days: AskedDays.optional().describe('As if they were kept so long') }),
    answer: Retention,
  }),
  setRetention: route({
    method: 'PUT',
    path: '/workspaces/:ws/retention',
    access: 'workspace:write',
    summary: 'Set how long runs are kept of flows that do not say',
    body: z.object({ days: Days.nullable().describe('null: for ever') }),
    answer: Retention,
  }),
};
