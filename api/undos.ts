import { z } from 'zod';
import { Id, Instant, Page, PageQuery } from './page.js';
import { planActions } from './plans.js';
import { route } from './route.js';

/** Id of the trigger of runs that undo another one. */
export const undoTrigger = 'undo_this_run';

/**
 * What an undo does about a write of the run. open: takes it back · restored: it is as it was before, nothing to do ·
 * moved: somebody has changed it since, it is left alone unless it was chosen · unclear: what there is could not be read,
 * likewise · left: somebody said to leave it · no_way: it cannot be taken back · unknown: nobody knows whether it happened
 */
export const undoStates = ['open', 'restored', 'moved', 'unclear', 'left', 'no_way', 'unknown'] as const;
export type UndoState = (typeof undoStates)[number];

const Change = z.object({
  action: z.enum(planActions),
  subject: z.object({ type: z.string(), id: z.string(), email: z.string().optional() }).optional(),
  object: z.object({ type: z.string(), id: z.string(), title: z.string().optional() }).optional(),
});

/** A write of a run that is to be undone. */
export const UndoWrite = z
  .object({
    /** Its place in the undo, from 1: the last write first. */
    n: z.number().int(),
    /** Names it, also in another plan. */
    key: z.string(),
    /** The run that did it, its flow and step. */
    runId: Id,
    flowName: z.string(),
    title: z.string(),
    /** As titles: of the system and what was called. */
    system: z.string(),
    operation: z.string(),
    /** What was changed. */
    changes: z.array(Change),
    /** Null while the plan is being made. */
    state: z.enum(undoStates).nullable(),
    /** In a sentence, where the state alone does not say it. */
    why: z.string().nullable(),
    /** People want it taken back although it was changed since, or cannot be read. */
    chosen: z.boolean(),
    /** What there was before, and what there was when the plan was made; masked, null where nothing is known. */
    before: z.unknown(),
    now: z.unknown(),
    /** When it was taken back. */
    undoneAt: Instant.nullable(),
  })
  .meta({ id: 'UndoWrite' });
export type UndoWrite = z.infer<typeof UndoWrite>;

/** A run that undoes another one. */
export const UndoRun = z.object({ runId: Id, status: z.string(), at: Instant, by: z.string() });
export type UndoRun = z.infer<typeof UndoRun>;

const keys = z.array(z.string().max(100)).max(5_000).default([]);

export const undoRoutes = {
  make: route({
    method: 'POST',
    path: '/workspaces/:ws/runs/:id/undo',
    access: 'run:operate',
    summary:
      'Plan how what a run, its retries and the runs that they called have done is taken back; applying it does so',
    status: 201,
    body: z.object({
      chosen: keys.describe('Keys of writes that are taken back although somebody has changed it since'),
      leave: keys.describe('Keys of writes that are left as they are'),
    }),
    answer: z.object({ planId: Id, runId: Id }),
  }),
  ofRun: route({
    method: 'GET',
    path: '/workspaces/:ws/runs/:id/undo',
    access: 'run:read',
    summary: 'Whether and how far a run can be undone, the run that it undoes, and those that undo it',
    answer: z.object({
      /** Why it cannot be undone now. */
      cannot: z.string().nullable(),
      /** Writes: those that could be taken back, those that were, and those that cannot be. */
      counts: z.object({ open: z.number().int(), undone: z.number().int(), stays: z.number().int() }),
      undoes: z.object({ runId: Id }).nullable(),
      undoneBy: z.array(UndoRun),
    }),
  }),
  writes: route({
    method: 'GET',
    path: '/workspaces/:ws/plans/:id/undo',
    access: 'run:read',
    summary: 'What a plan that undoes a run does about each of its writes, the last first',
    query: PageQuery,
    answer: Page(UndoWrite),
  }),
};
