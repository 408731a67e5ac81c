import { z } from 'zod';
import { Empty, Id, Instant, Page, PageQuery } from './page.js';
import { route } from './route.js';
import { StepError, stepStatuses } from './runs.js';

/** The most runs that a draft is tried on at one time. */
export const mostShadowRuns = 500;

/** Which of a flow's ended runs a draft is tried on. */
export const ShadowFilter = z.object({
  status: z.string().max(100).optional().describe('succeeded, failed or cancelled; several with commas'),
  from: Instant.optional(),
  to: Instant.optional(),
  q: z.string().max(200).optional(),
});

/** Something that another version would do otherwise than the run did. Values are left out in lists. */
export const ShadowDifference = z
  .object({
    /**
     * call: one more or one fewer · input: a call or an approval with another input · path: a step goes another way ·
     * response: another answer to the caller · end: the run ends otherwise · trigger: no run would start.
     */
    kind: z.enum(['call', 'input', 'path', 'response', 'end', 'trigger']),
    /** Of calls: whether the draft would make it and the run did not, or the other way round. */
    change: z.enum(['new', 'gone', 'changed']),
    stepId: z.string().nullable(),
    /** Its kind; `undo` and `notify` for what would follow the end of the run. */
    stepKind: z.string().nullable(),
    title: z.string(),
    iteration: z.string(),
    effect: z.enum(['read', 'write', 'destructive']).nullable(),
    /** One sentence. */
    sentence: z.string(),
    /** A mask stands in a value, so that what it really is cannot be compared. */
    masked: z.boolean(),
    before: z.unknown().optional(),
    after: z.unknown().optional(),
  })
  .meta({ id: 'ShadowDifference' });
export type ShadowDifference = z.infer<typeof ShadowDifference>;

/** A step that is not rehearsed as it was recorded, and what stood in for it. */
export const ShadowGap = z
  .object({
    stepId: z.string(),
    title: z.string(),
    iteration: z.string(),
    kind: z.string(),
    /**
     * sample: the catalogue's example · assumed: approved, not arrived in time, or done · nothing: the branch stops
     * there · sample_before: the catalogue's example of what there was before what is taken back · masked: nobody can
     * say with which input it is taken back.
     */
    used: z.enum(['sample', 'assumed', 'nothing', 'sample_before', 'masked']),
  })
  .meta({ id: 'ShadowGap' });
export type ShadowGap = z.infer<typeof ShadowGap>;

export const shadowVerdicts = ['same', 'different', 'failed'] as const;

/** What the version would have done in place of one run. */
export const ShadowRun = z
  .object({
    runId: Id,
    createdAt: Instant,
    businessKey: z.string().nullable(),
    /** The version that the run ran, and how it ended. */
    version: z.number().int(),
    status: z.string(),
    /** failed: this run cannot be rehearsed. */
    verdict: z.enum(shadowVerdicts),
    sentence: z.string(),
    /** The first hundred. */
    differences: z.array(ShadowDifference),
    gaps: z.array(ShadowGap),
    /** Why even the run's own version would not do again what it did; null where it would. */
    deviation: z.string().nullable(),
  })
  .meta({ id: 'ShadowRun' });
export type ShadowRun = z.infer<typeof ShadowRun>;

/** A draft or version tried on past runs: nothing was called. */
export const Shadow = z
  .object({
    id: Id,
    flowId: Id,
    /** Null: the draft, as it was at `revision`. */
    version: z.number().int().nullable(),
    revision: z.number().int().nullable(),
    status: z.enum(['running', 'done', 'failed']),
    error: z.string().nullable(),
    /** Runs to be looked at, and those that have been. */
    total: z.number().int(),
    done: z.number().int(),
    counts: z.object({ same: z.number().int(), different: z.number().int(), failed: z.number().int() }),
    /** All of it in one sentence. */
    sentence: z.string(),
    createdAt: Instant,
    createdBy: z.string(),
    endedAt: Instant.nullable(),
  })
  .meta({ id: 'Shadow' });
export type Shadow = z.infer<typeof Shadow>;

/** One side of a step: as the run's version does it, or as the other would. */
export const ShadowSide = z
  .object({
    status: z.enum(stepStatuses),
    port: z.string().nullable(),
    input: z.unknown().optional(),
    output: z.unknown().optional(),
    error: StepError.optional(),
  })
  .meta({ id: 'ShadowSide' });
export type ShadowSide = z.infer<typeof ShadowSide>;

/** A step of the run beside the same step of the rehearsal. */
export const ShadowPair = z
  .object({
    stepId: z.string(),
    title: z.string(),
    kind: z.string(),
    /** The iteration of the rehearsal, or of the run where the rehearsal has none. */
    iteration: z.string(),
    same: z.boolean(),
    before: ShadowSide.nullable(),
    after: ShadowSide.nullable(),
  })
  .meta({ id: 'ShadowPair' });
export type ShadowPair = z.infer<typeof ShadowPair>;

const ShadowRunDetail = ShadowRun.extend({
  /** Differences first; the first five hundred. */
  steps: z.array(ShadowPair),
  /** How many steps there are in all. */
  stepCount: z.number().int(),
}).meta({ id: 'ShadowRunDetail' });
export type ShadowRunDetail = z.infer<typeof ShadowRunDetail>;

export const shadowRoutes = {
  start: route({
    method: 'POST',
    path: '/workspaces/:ws/flows/:id/shadow',
    access: 'flow:write',
    summary: 'Try the draft, or a version, on the last runs; nothing is called',
    status: 202,
    body: z.object({
      version: z.union([z.literal('draft'), z.number().int().min(1)]).default('draft'),
      last: z.number().int().min(1).max(mostShadowRuns).default(50),
      filter: ShadowFilter.default({}),
    }),
    answer: Shadow,
  }),
  list: route({
    method: 'GET',
    path: '/workspaces/:ws/flows/:id/shadows',
    access: 'run:read',
    summary: 'What was tried on past runs lately, newest first; kept for a week',
    query: PageQuery,
    answer: Page(Shadow),
  }),
  get: route({
    method: 'GET',
    path: '/workspaces/:ws/shadows/:id',
    access: 'run:read',
    summary: 'One trial, with its progress',
    answer: Shadow,
  }),
  runs: route({
    method: 'GET',
    path: '/workspaces/:ws/shadows/:id/runs',
    access: 'run:read',
    summary: 'What it would have done in place of each run',
    query: PageQuery.extend({ verdict: z.enum(shadowVerdicts).optional() }),
    answer: Page(ShadowRun),
  }),
  run: route({
    method: 'GET',
    path: '/workspaces/:ws/shadows/:id/runs/:run',
    access: 'run:read',
    summary: 'One run beside what would have been, step by step',
    answer: ShadowRunDetail,
  }),
  remove: route({
    method: 'DELETE',
    path: '/workspaces/:ws/shadows/:id',
    access: 'flow:write',
    summary: 'End a trial that is under way and remove what it found',
    status: 204,
    answer: Empty,
  }),
};
