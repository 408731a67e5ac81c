import { z } from 'zod';
import { Id, Instant, Page, PageQuery } from './page.js';
import { route } from './route.js';

/** What a change does; the connectors' own words. */
export const planActions = ['grant', 'revoke', 'create', 'update', 'delete', 'notify'] as const;
export type PlanAction = (typeof planActions)[number];

/** making: its run is under way · failed: its run did not succeed, so it says not everything. */
export const planStatuses = ['making', 'failed', 'ready', 'expired', 'applied'] as const;

/** How long a plan may be applied, in hours. */
export const planHours = { least: 1, most: 168, usual: 24 } as const;

const Counts = z.partialRecord(z.enum(planActions), z.number().int());

/** What a flow would change, made by a run of mode plan. */
export const Plan = z
  .object({
    id: Id,
    flowId: Id,
    flowName: z.string(),
    /** Null: of the draft, which cannot be applied. */
    version: z.number().int().nullable(),
    status: z.enum(planStatuses),
    /** The run of mode plan. */
    runId: Id,
    /** Of the rest of a run, from an approval on: that run and the approval's step. */
    bound: z.object({ runId: Id, stepId: z.string(), iteration: z.string() }).nullable(),
    /** The run that it takes back; null: it is of a flow. */
    undoes: z.object({ runId: Id }).nullable(),
    /** Over the rows in their order, with the hashes of their inputs; null while it is made. */
    hash: z.string().nullable(),
    /** Changes, by action. */
    counts: Counts,
    madeAt: Instant,
    madeBy: z.string(),
    expiresAt: Instant,
    simulated: z.boolean(),
    /** Why its run did not succeed. */
    error: z.string().nullable(),
    /** The run that carries it out. */
    applied: z.object({ runId: Id, at: Instant, by: z.string() }).nullable(),
  })
  .meta({ id: 'Plan' });
export type Plan = z.infer<typeof Plan>;

/** Of the writes of a plan, once a run keeps to it. */
export const PlanUse = z
  .object({
    /** Writes that the run made, or is making. */
    matched: z.number().int(),
    /** Planned and not done. */
    unused: z.number().int(),
    /** Steps that wanted to write what the plan has not: E_PLAN_DRIFT. */
    refused: z.array(z.object({ runId: Id, stepId: z.string(), iteration: z.string() })),
  })
  .meta({ id: 'PlanUse' });
export type PlanUse = z.infer<typeof PlanUse>;

/** One change of one planned write. */
export const PlanRow = z
  .object({
    /** Its place in the plan, from 1. */
    n: z.number().int(),
    action: z.enum(planActions),
    subject: z.object({ type: z.string(), id: z.string(), email: z.string().optional() }).nullable(),
    object: z.object({ type: z.string(), id: z.string(), title: z.string().optional() }).nullable(),
    /** The run of mode plan, or one that it started, with the step. */
    runId: Id,
    stepId: z.string(),
    stepTitle: z.string(),
    iteration: z.string(),
    connection: z.object({ id: Id, name: z.string(), simulator: z.boolean() }).nullable(),
    /** The connector's and the operation's ids, and their titles. */
    connector: z.string(),
    system: z.string(),
    operation: z.string(),
    operationTitle: z.string(),
    inputHash: z.string(),
    /** As it would be sent, masked; null where it is very long. */
    input: z.unknown(),
    /** Pointers into the input: what is known only when the plan is carried out. */
    open: z.array(z.string()),
    /** What there was, masked; null where the operation reads nothing before. */
    before: z.unknown(),
    /** The run that took it. */
    takenBy: Id.nullable(),
  })
  .meta({ id: 'PlanRow' });
export type PlanRow = z.infer<typeof PlanRow>;

/** A planned write before which there is something else by now. */
export const MovedRow = z.object({
  stepId: z.string(),
  stepTitle: z.string(),
  iteration: z.string(),
  changes: z.unknown(),
  before: z.unknown(),
  now: z.unknown(),
});
export type MovedRow = z.infer<typeof MovedRow>;

const sample = z.unknown();

export const planRoutes = {
  make: route({
    method: 'POST',
    path: '/workspaces/:ws/flows/:id/plan',
    access: 'flow:run',
    summary: 'Find out what a run would change: it really reads, and writes nothing',
    status: 201,
    body: z.object({
      of: z
        .enum(['published', 'draft'])
        .default('published')
        .describe('The draft takes flow:write, too; one that was published as it is counts as that version'),
      revision: z.number().int().optional().describe('Of a draft: the one that was looked at; another is refused'),
      trigger: z.string().optional().describe('Left out: the manual trigger, or the only one'),
      input: sample.optional().describe('Of a manual or call trigger'),
      body: sample.optional().describe('Of a webhook or connector trigger'),
      headers: z.record(z.string(), z.string()).optional(),
      deliveryId: Id.optional().describe('A past delivery'),
      fromRun: Id.optional().describe('A past run of the flow'),
      hours: z
        .number()
        .int()
        .min(planHours.least)
        .max(planHours.most)
        .default(planHours.usual)
        .describe('How long it may be applied'),
    }),
    answer: z.object({ planId: Id, runId: Id }),
  }),
  list: route({
    method: 'GET',
    path: '/workspaces/:ws/flows/:id/plans',
    access: 'run:read',
    summary: 'Plans of a flow, newest first',
    query: PageQuery,
    answer: Page(Plan),
  }),
  get: route({
    method: 'GET',
    path: '/workspaces/:ws/plans/:id',
    access: 'run:read',
    summary: 'A plan; with what a run took of it',
    answer: Plan.extend({
      use: PlanUse.nullable(),
      /** Changes of each step of the run that made it, by action. */
      steps: z.record(z.string(), Counts),
    }),
  }),
  rows: route({
    method: 'GET',
    path: '/workspaces/:ws/plans/:id/rows',
    access: 'run:read',
    summary: 'Its changes, by person and system',
    query: PageQuery.extend({
      action: z.enum(planActions).optional(),
      step: z.string().max(100).optional(),
      unused: z.enum(['true', 'false']).optional().describe('Only those that no run has taken, or only the others'),
      q: z.string().max(200).optional().describe('Part of the person, the object or the step'),
    }),
    answer: Page(PlanRow),
  }),
  ofRun: route({
    method: 'GET',
    path: '/workspaces/:ws/runs/:id/plan',
    access: 'run:read',
    summary: 'The plan that a run makes or keeps to, and of an applied one what became of it; null where there is none',
    answer: z.object({
      plan: Plan.extend({ use: PlanUse.nullable(), steps: z.record(z.string(), Counts) }).nullable(),
    }),
  }),
  rest: route({
    method: 'POST',
    path: '/workspaces/:ws/runs/:id/plan',
    access: 'flow:run',
    summary: 'Find out what the rest of a run would change from an approval on: what it covers',
    status: 201,
    body: z.object({
      step: z.string().max(100).describe('The approval, which waits'),
      iteration: z.string().max(200).default(''),
      hours: z.number().int().min(planHours.least).max(planHours.most).default(planHours.usual),
    }),
    answer: z.object({ planId: Id, runId: Id }),
  }),
  apply: route({
    method: 'POST',
    path: '/workspaces/:ws/plans/:id/apply',
    access: 'flow:run',
    summary:
      'Carry a plan out: 409 names what has moved since (details.moved); 503 with details.reading: the states are still being read, ask again',
    status: 201,
    body: z.object({ hash: z.string().describe('Of the plan that was looked at') }),
    answer: z.object({ runId: Id }),
  }),
  export: route({
    method: 'GET',
    path: '/workspaces/:ws/plans/:id/export',
    access: 'run:read',
    summary: 'All of a plan as a file',
    query: z.object({ format: z.enum(['csv', 'json']).default('csv') }),
    answer: z.unknown(),
  }),
};
