import { z } from 'zod';
import { Empty, Id, Instant, Page, PageQuery } from './page.js';
import { RetryPlace, RetryVersion } from './retries.js';
import { route } from './route.js';
import { runModes, runStatuses } from './runs.js';

/** More runs are not taken at one time (published limit). */
export const mostBulkRuns = 10_000;

/** The filters of the list of runs. */
export const BulkFilter = z.object({
  flowId: Id.optional(),
  status: z.string().max(100).optional().describe('One status, or several with commas'),
  from: Instant.optional(),
  to: Instant.optional(),
  q: z.string().max(200).optional(),
  about: z.string().max(300).optional(),
  mode: z.enum(runModes).default('live'),
});

/** Which runs, and what is done to each. */
const BulkWish = z.object({
  action: z.enum(['retry', 'cancel']),
  filter: BulkFilter.optional().describe('All runs that these filters find; else ids'),
  ids: z.array(Id).max(1_000).optional(),
  place: z
    .union([z.object({ at: z.literal('failed') }), z.object({ at: z.literal('start') })])
    .default({ at: 'failed' }),
  version: RetryVersion.default('same'),
  compensate: z
    .boolean()
    .optional()
    .describe('Of a cancel: whether what the runs did is taken back; left out: as each flow says'),
});
export type BulkWish = z.output<typeof BulkWish>;

/** Why an action cannot be done to a run: `called` by another run, `not_real` as plans and shadow runs are. */
export const bulkHindrances = ['ended', 'under_way', 'succeeded', 'retried', 'called', 'not_real'] as const;

/** What becomes of a write in a retry: sent again, kept as done, or known by nobody. */
export const bulkFates = ['unknown', 'again', 'kept'] as const;

export const BulkPreview = z
  .object({
    /** Runs that were named, or that the filters find; at most {@link mostBulkRuns} are counted. */
    found: z.number().int(),
    /** The filters find more than were counted. */
    foundMore: z.boolean(),
    /** Of those, the runs to which it cannot be done. */
    cannot: z.array(z.object({ why: z.enum(bulkHindrances), count: z.number().int() })),
    /** Runs that it would be done to: of a retry those that have ended badly and were not retried since. */
    total: z.number().int(),
    /** There are more than can be taken at one time. */
    tooMany: z.boolean(),
    flows: z.array(z.object({ id: Id, name: z.string(), count: z.number().int() })),
    /** Writes of these runs by what a retry would do about them. */
    writes: z.object({ again: z.number().int(), unknown: z.number().int(), kept: z.number().int() }),
    /** The same by step, those that need a look first; at most 50. */
    steps: z.array(
      z.object({
        flowName: z.string(),
        title: z.string(),
        /** `connector.operation`. */
        operation: z.string(),
        fate: z.enum(bulkFates),
        count: z.number().int(),
      }),
    ),
  })
  .meta({ id: 'BulkPreview' });
export type BulkPreview = z.infer<typeof BulkPreview>;

export const BulkAction = z
  .object({
    id: Id,
    action: z.enum(['retry', 'cancel']),
    by: z.string(),
    place: RetryPlace,
    version: RetryVersion,
    /** The filters that found its runs; null when they were named one by one. */
    filter: BulkFilter.partial().nullable(),
    /** Of a cancel: whether what the runs did is taken back; null: as each flow says. */
    compensate: z.boolean().nullable(),
    /** It was chosen when this version was published, for the runs of the versions before it. */
    beforeVersion: z.number().int().nullable(),
    total: z.number().int(),
    done: z.number().int(),
    refused: z.number().int(),
    createdAt: Instant,
    endedAt: Instant.nullable(),
    /** Who stopped it before it was through. */
    stoppedBy: z.string().nullable(),
  })
  .meta({ id: 'BulkAction' });
export type BulkAction = z.infer<typeof BulkAction>;

export const BulkRun = z
  .object({
    runId: Id,
    flowName: z.string(),
    businessKey: z.string().nullable(),
    state: z.enum(['waiting', 'done', 'refused']),
    /** Of a retry: the run that was made. */
    madeRunId: Id.nullable(),
    /** How the run stands now: of a retry the one that was made, while there is none the one that is meant. */
    status: z.enum(runStatuses),
    reason: z.string().nullable(),
  })
  .meta({ id: 'BulkRun' });
export type BulkRun = z.infer<typeof BulkRun>;

export const bulkRoutes = {
  preview: route({
    method: 'POST',
    path: '/workspaces/:ws/runs/bulk/preview',
    access: 'run:operate',
    summary: 'How many runs a bulk action would take, and what it would send again; nothing is done yet',
    body: BulkWish,
    answer: BulkPreview,
  }),
  start: route({
    method: 'POST',
    path: '/workspaces/:ws/runs/bulk',
    access: 'run:operate',
    summary: 'Retry or cancel many runs in the background; with the same id it is started once',
    status: 202,
    body: BulkWish.extend({ id: Id.describe('Made by the caller, so that a repeated request starts nothing more') }),
    answer: BulkAction,
  }),
  list: route({
    method: 'GET',
    path: '/workspaces/:ws/runs/bulk',
    access: 'run:read',
    summary: 'Bulk actions, newest first',
    query: PageQuery,
    answer: Page(BulkAction),
  }),
  get: route({
    method: 'GET',
    path: '/workspaces/:ws/runs/bulk/:id',
    access: 'run:read',
    summary: 'How far a bulk action is',
    answer: BulkAction,
  }),
  runs: route({
    method: 'GET',
    path: '/workspaces/:ws/runs/bulk/:id/runs',
    access: 'run:read',
    summary: 'What came of each of its runs',
    query: PageQuery.extend({ state: z.enum(['waiting', 'done', 'refused']).optional() }),
    answer: Page(BulkRun),
  }),
  stop: route({
    method: 'POST',
    path: '/workspaces/:ws/runs/bulk/:id/stop',
    access: 'run:operate',
    summary: 'Take no more of its runs; what is done stays done',
    status: 202,
    answer: Empty,
  }),
};
