import { z } from 'zod';
import { LargeParts } from './history.js';
import { Empty, Id, Instant, Page, PageQuery } from './page.js';
import { route } from './route.js';

export const runStatuses = [
  'queued',
  'running',
  'waiting',
  'paused',
  'stalled',
  'succeeded',
  'failed',
  'cancelled',
] as const;
export type RunStatus = (typeof runStatuses)[number];
export const terminalRunStatuses: readonly RunStatus[] = ['succeeded', 'failed', 'cancelled'];

export const stepStatuses = [
  'pending',
  'running',
  'retrying',
  'waiting',
  'unknown',
  'succeeded',
  'failed',
  'skipped',
  'cancelled',
] as const;
export type StepStatus = (typeof stepStatuses)[number];

export const runModes = ['live', 'test', 'plan', 'shadow'] as const;

export const StepError = z
  .object({
    code: z.string(),
    message: z.string(),
    status: z.number().optional(),
    retryable: z.boolean(),
    details: z.unknown().optional(),
  })
  .meta({ id: 'StepError' });
export type StepError = z.infer<typeof StepError>;

/** What a run waits for: a person, an event, a time, a decision on an unknown outcome, its turn. */
export const WaitingFor = z
  .object({
    kind: z.enum([
      ...['approval', 'time', 'event', 'outcome', 'retry', 'subflow', 'turn', 'slot', 'host'],
      ...['protected', 'budget'],
    ] as const),
    what: z.string(),
    who: z.string().nullable(),
    until: Instant.nullable(),
    /** The run that is waited for, of kinds subflow and turn. */
    runId: Id.optional(),
  })
  .meta({ id: 'WaitingFor' });

export const RunRow = z
  .object({
    id: Id,
    flowId: Id,
    flowName: z.string(),
    version: z.number().int().nullable(),
    mode: z.enum(runModes),
    status: z.enum(runStatuses),
    reason: z.string().nullable(),
    trigger: z.object({
      id: z.string(),
      kind: z.string(),
      deliveryId: Id.nullable(),
      /** No delivery told the event: it was found by the sweep for lost events. */
      swept: z.boolean(),
    }),
    /** Whom or what the run is about, for example the affected person. */
    businessKey: z.string().nullable(),
    /** Runs of its flow, or of its lane, with the same key go one after another, or the newer takes the place of the older. */
    orderKey: z.string().nullable(),
    /** The lane in which its key counts across flows; null: among the runs of its flow. */
    orderLane: z.string().nullable(),
    /** It only waits: others of its key go on, and it queues again when its time has come. */
    turnGivenBack: z.boolean(),
    /** The newer run of its key that it was cancelled for, and the name of that run's flow. */
    supersededBy: Id.nullable(),
    supersededByFlow: z.string().nullable(),
    /** Older runs of its key that were cancelled for it. */
    supersedes: z.array(z.object({ runId: Id, flowName: z.string() })),
    /** What the run itself says came of it (set by its stop or respond step, or by `outcome` of the flow). */
    outcome: z.string().nullable(),
    createdAt: Instant,
    startedAt: Instant.nullable(),
    endedAt: Instant.nullable(),
    error: StepError.extend({ stepId: z.string().optional(), stepTitle: z.string().optional() }).nullable(),
    waitingFor: WaitingFor.nullable(),
    /** How it will end once calls under way have finished and what it did has been taken back. */
    ending: z.object({ status: z.enum(['succeeded', 'failed', 'cancelled']) }).nullable(),
    simulated: z.boolean(),
    /** The step of another run that started this one; `waits`: that step goes on when this run has ended. */
    parent: z
      .object({ runId: Id, flowName: z.string(), stepId: z.string(), iteration: z.string(), waits: z.boolean() })
      .nullable(),
    /** The run that this one does again; null for a first one. */
    retryOf: Id.nullable(),
    /** First run of its chain of retries: the run itself where it is no retry. */
    rootId: Id,
    /** When and by whom its data was removed; what happened stays. */
    clearedAt: Instant.nullable(),
    clearedBy: z.string().nullable(),
    seq: z.number(),
  })
  .meta({ id: 'Run' });
export type RunRow = z.infer<typeof RunRow>;

/** A step's row without its values, as event streams carry it. */
export const StepState = z
  .object({
    stepId: z.string(),
    iteration: z.string(),
    kind: z.string(),
    status: z.enum(stepStatuses),
    port: z.string().nullable(),
    attempts: z.number().int(),
    startedAt: Instant.nullable(),
    endedAt: Instant.nullable(),
    nextAttemptAt: Instant.nullable(),
    /** What holds its next attempt back: a limit of its connection. */
    waitsFor: z.string().nullable(),
    error: StepError.nullable(),
    count: z.number().int().nullable(),
    /** The run that the step started. */
    childRunId: Id.nullable(),
    /** The run of the chain that did this step; null where this one did. */
    keptFrom: Id.nullable(),
    seq: z.number(),
  })
  .meta({ id: 'StepState' });
export type StepState = z.infer<typeof StepState>;

/** An attempt that failed: what the system said, and when the next one was due. */
export const StepTry = z
  .object({
    at: Instant,
    code: z.string(),
    message: z.string(),
    status: z.number().optional(),
    next: Instant.optional(),
  })
  .meta({ id: 'StepTry' });
export type StepTry = z.infer<typeof StepTry>;

export const StepRow = StepState.extend({
  input: z.unknown(),
  output: z.unknown(),
  large: LargeParts,
  /** Attempts that failed, the first and the latest ones. */
  tries: z.array(StepTry),
  /** The write that this step made or asked for, from the ledger; `kept` when an earlier run of the chain did it. */
  effect: z
    .object({
      key: z.string(),
      state: z.enum(['sending', 'done', 'refused', 'unknown', 'kept']),
      operation: z.string(),
      changes: z.unknown(),
      attempts: z.number(),
    })
    .nullable(),
}).meta({ id: 'Step' });
export type StepRow = z.infer<typeof StepRow>;

/** One fact in a run's history, oldest first. */
export const RunEvent = z
  .object({
    at: Instant,
    kind: z.string(),
    stepId: z.string().nullable(),
    iteration: z.string().nullable(),
    text: z.string(),
    actor: z.string().nullable(),
  })
  .meta({ id: 'RunEvent' });

export const runRoutes = {
  list: route({
    method: 'GET',
    path: '/workspaces/:ws/runs',
    access: 'run:read',
    summary: 'Runs, newest first',
    query: PageQuery.extend({
      flowId: Id.optional(),
      status: z.string().max(100).optional().describe('One status, or several with commas'),
      from: Instant.optional(),
      to: Instant.optional(),
      q: z.string().max(200).optional(),
      about: z.string().max(500).optional().describe('Whom or what they are about, or their order key: just this text'),
      mode: z.enum(runModes).default('live'),
    }),
    answer: Page(RunRow),
  }),
  get: route({
    method: 'GET',
    path: '/workspaces/:ws/runs/:id',
    access: 'run:read',
    summary: 'A run, with the flow as it was then',
    answer: RunRow.extend({ flow: z.record(z.string(), z.unknown()), triggerData: z.unknown(), large: LargeParts }),
  }),
  steps: route({
    method: 'GET',
    path: '/workspaces/:ws/runs/:id/steps',
    access: 'run:read',
    summary: 'Its steps with their values',
    query: PageQuery.extend({ stepId: z.string().optional() }),
    answer: Page(StepRow),
  }),
  events: route({
    method: 'GET',
    path: '/workspaces/:ws/runs/:id/events',
    access: 'run:read',
    summary: 'Its history as a list, or live as a stream',
    stream: true,
    answer: z.object({ items: z.array(RunEvent) }),
  }),
  cancel: route({
    method: 'POST',
    path: '/workspaces/:ws/runs/:id/cancel',
    access: 'run:operate',
    summary: 'Cancel: calls under way finish or are aborted, the rest does not start',
    status: 202,
    body: z.object({
      /** Whether what the steps with an undo did is taken back. Left out: as the flow says. */
      compensate: z.boolean().optional(),
    }),
    answer: Empty,
  }),
  terminate: route({
    method: 'POST',
    path: '/workspaces/:ws/runs/:id/terminate',
    access: 'run:operate',
    summary: 'End at once',
    status: 202,
    answer: Empty,
  }),
  pause: route({
    method: 'POST',
    path: '/workspaces/:ws/runs/:id/pause',
    access: 'run:operate',
    summary: 'Start nothing new',
    status: 202,
    answer: Empty,
  }),
  resume: route({
    method: 'POST',
    path: '/workspaces/:ws/runs/:id/resume',
    access: 'run:operate',
    summary: 'Go on',
    status: 202,
    answer: Empty,
  }),
  retryNow: route({
    method: 'POST',
    path: '/workspaces/:ws/runs/:id/retry-now',
    access: 'run:operate',
    summary: 'Make the next attempt at once of steps that wait for it: of one, or of all',
    status: 202,
    body: z.object({ step: z.string().optional(), iteration: z.string().max(200).default('') }),
    answer: Empty,
  }),
  /** What a person found out about a write whose answer never came. */
  resolveOutcome: route({
    method: 'POST',
    path: '/workspaces/:ws/runs/:id/steps/:step/outcome',
    access: 'run:operate',
    summary: 'Say what became of a write with an unknown outcome',
    status: 202,
    body: z.object({ iteration: z.string().default(''), outcome: z.enum(['happened', 'not_happened', 'fail']) }),
    answer: Empty,
  }),
};

/** Changes of the workspace's lists, for pages that show them: only ids; the page reads again. */
export const streamRoutes = {
  workspace: route({
    method: 'GET',
    path: '/workspaces/:ws/events',
    access: 'run:read',
    summary: 'What changed: runs, approvals, flows (a stream)',
    stream: true,
    answer: Empty,
  }),
};
