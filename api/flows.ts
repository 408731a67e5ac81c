import { mostFlowTests } from '@castellan/flow';
import { z } from 'zod';
import { InFlightChoice } from './in-flight.js';
import { Empty, Id, Instant, Page, PageQuery } from './page.js';
import { route } from './route.js';
import { TriggerState } from './triggers.js';

/** A trigger of a published flow as the server runs it. */
export const FlowTrigger = z
  .object({
    id: z.string(),
    kind: z.string(),
    /** Address of a webhook trigger, or of the connection that a connector trigger listens at. */
    url: z.string().optional(),
    lastDeliveryAt: Instant.nullable().optional(),
  })
  .meta({ id: 'FlowTrigger' });

export const Problem = z
  .object({
    severity: z.enum(['error', 'warning']),
    code: z.string(),
    pointer: z.string(),
    stepId: z.string().optional(),
    message: z.string(),
    fix: z.string().optional(),
  })
  .meta({ id: 'Problem' });

export const FlowRow = z
  .object({
    id: Id,
    name: z.string(),
    description: z.string(),
    revision: z.number().int(),
    /** Number of the published version; null before the first publish. */
    published: z.number().int().nullable(),
    /** The draft differs from the published version. */
    changed: z.boolean(),
    enabled: z.boolean(),
    usesSimulators: z.boolean(),
    /** Places of the published version that do not fit the present connectors; 0 for a flow that is off. */
    misfits: z.number().int(),
    triggers: z.array(FlowTrigger),
    templateId: z.string().nullable(),
    updatedAt: Instant,
    updatedBy: z.string(),
    /** Its ended runs and what they take, as counted some minutes ago. */
    history: z.object({ runs: z.number().int(), bytes: z.number() }),
  })
  .meta({ id: 'FlowRow' });
export type FlowRow = z.infer<typeof FlowRow>;

/** A draft in the format of the flow package, kept as written. */
const Draft = z.record(z.string(), z.unknown());

export const FlowDetail = FlowRow.extend({
  draft: Draft,
  /** What of the published version does not fit the present connectors, with its remedy; the first fifty. */
  misfitProblems: z.array(Problem),
}).meta({ id: 'Flow' });
export type FlowDetail = z.infer<typeof FlowDetail>;

/** A flow that was just published. */
const PublishedFlow = FlowDetail.extend({
  /** The bulk action that cancels runs of older versions; null where there is none. */
  cancelling: Id.nullable(),
}).meta({ id: 'PublishedFlow' });
export type PublishedFlow = z.infer<typeof PublishedFlow>;

export const Version = z
  .object({ number: z.number().int(), publishedAt: Instant, publishedBy: z.string(), note: z.string().nullable() })
  .meta({ id: 'Version' });
export type Version = z.infer<typeof Version>;

/** A flow's file: what import takes as it is. */
export const FlowFile = z
  .object({
    flow: Draft,
    tests: z.array(z.unknown()),
    /** The flows that it starts, by their ids in it, with their names. */
    flows: z.record(z.string(), z.string()),
  })
  .meta({ id: 'FlowFile' });

const sample = z.unknown();

export const flowRoutes = {
  list: route({
    method: 'GET',
    path: '/workspaces/:ws/flows',
    access: 'flow:read',
    summary: 'Flows',
    query: PageQuery.extend({ q: z.string().max(200).optional() }),
    answer: Page(FlowRow),
  }),
  create: route({
    method: 'POST',
    path: '/workspaces/:ws/flows',
    access: 'flow:write',
    summary: 'Make a flow',
    status: 201,
    body: z.object({ name: z.string().trim().min(1).max(200), draft: Draft.optional() }),
    answer: FlowDetail,
  }),
  get: route({
    method: 'GET',
    path: '/workspaces/:ws/flows/:id',
    access: 'flow:read',
    summary: 'A flow with its draft; ETag is the revision',
    answer: FlowDetail,
  }),
  save: route({
    method: 'PUT',
    path: '/workspaces/:ws/flows/:id',
    access: 'flow:write',
    summary: 'Save the draft',
    ifMatch: true,
    body: z.object({ draft: Draft }),
    answer: FlowDetail,
  }),
  remove: route({
    method: 'DELETE',
    path: '/workspaces/:ws/flows/:id',
    access: 'flow:delete',
    summary: 'Remove a flow; its runs stay in the history',
    status: 204,
    answer: Empty,
  }),
  validate: route({
    method: 'POST',
    path: '/workspaces/:ws/flows/:id/validate',
    access: 'flow:read',
    summary: 'Every problem of a draft (the saved one when none is sent)',
    body: z.object({ draft: Draft.optional() }),
    answer: z.object({ problems: z.array(Problem) }),
  }),
  publish: route({
    method: 'POST',
    path: '/workspaces/:ws/flows/:id/publish',
    access: 'flow:publish',
    summary: 'Publish the draft as a new version',
    ifMatch: true,
    status: 201,
    body: z.object({
      note: z.string().max(500).optional(),
      enable: z.boolean().default(true),
      /** What becomes of the runs that have not ended. */
      inFlight: InFlightChoice.default({ action: 'finish', compensate: true }),
    }),
    answer: PublishedFlow,
  }),
  enable: route({
    method: 'POST',
    path: '/workspaces/:ws/flows/:id/enable',
    access: 'flow:publish',
    summary: 'Switch the triggers on',
    answer: FlowDetail,
  }),
  disable: route({
    method: 'POST',
    path: '/workspaces/:ws/flows/:id/disable',
    access: 'flow:publish',
    summary: 'Switch the triggers off',
    answer: FlowDetail,
  }),
  versions: route({
    method: 'GET',
    path: '/workspaces/:ws/flows/:id/versions',
    access: 'flow:read',
    summary: 'Published versions, newest first',
    query: PageQuery,
    answer: Page(Version),
  }),
  version: route({
    method: 'GET',
    path: '/workspaces/:ws/flows/:id/versions/:n',
    access: 'flow:read',
    summary: 'One version',
    answer: Version.extend({ flow: Draft }),
  }),
  restore: route({
    method: 'POST',
    path: '/workspaces/:ws/flows/:id/restore',
    access: 'flow:write',
    summary: 'Make a version the draft again',
    ifMatch: true,
    body: z.object({ version: z.number().int().min(1) }),
    answer: FlowDetail,
  }),
  export: route({
    method: 'GET',
    path: '/workspaces/:ws/flows/:id/export',
    access: 'flow:read',
    summary: 'The draft as a file, without connection ids, and beside it its test cases',
    answer: FlowFile,
  }),
  import: route({
    method: 'POST',
    path: '/workspaces/:ws/flows/import',
    access: 'flow:write',
    summary: 'Make a flow from a file',
    status: 201,
    body: z.object({
      flow: Draft,
      tests: z.array(z.unknown()).max(mostFlowTests).optional(),
      /** Names of the flows that it starts, by their ids in it: one that is not here is found by its name, if one has it. */
      flows: z.record(z.string(), z.string()).optional(),
    }),
    answer: FlowDetail,
  }),
  triggers: route({
    method: 'GET',
    path: '/workspaces/:ws/flows/:id/triggers',
    access: 'flow:read',
    summary: 'How the triggers of the published version stand: next and last fires, and what is wrong',
    answer: z.object({ items: z.array(TriggerState) }),
  }),
  run: route({
    method: 'POST',
    path: '/workspaces/:ws/flows/:id/run',
    access: 'flow:run',
    summary: 'Run the published version by one of its triggers',
    status: 201,
    body: z.object({
      trigger: z.string().optional(),
      /** Input of a manual trigger, or the sample body of a webhook. */ input: sample.optional(),
    }),
    answer: z.object({ runId: Id }),
  }),
  /** The webhook's sample goes through the same intake as a real delivery (filter, dedupe), without its signature. */
  sendSample: route({
    method: 'POST',
    path: '/workspaces/:ws/flows/:id/sample',
    access: 'flow:run',
    summary: 'Send a sample to a trigger, as a delivery',
    status: 202,
    body: z.object({ trigger: z.string(), body: sample, headers: z.record(z.string(), z.string()).optional() }),
    answer: z.object({
      deliveryId: Id,
      runId: Id.nullable(),
      duplicate: z.boolean(),
      filtered: z.boolean(),
      reason: z.string().nullable(),
    }),
  }),
};

/** Why an expression gave no value, and where: positions in characters from 0, lines and columns from 1. */
const EvaluationError = z.object({
  code: z.string(),
  message: z.string(),
  pointer: z.string().optional().describe('The expression within the value'),
  position: z.number().optional(),
  length: z.number().optional(),
  line: z.number().optional(),
  column: z.number().optional(),
});

export const expressionRoutes = {
  evaluate: route({
    method: 'POST',
    path: '/workspaces/:ws/expressions/evaluate',
    access: 'flow:read',
    summary: 'What an expression or template gives on sample data',
    body: z.object({
      value: z.unknown().describe('A literal, or an object with jsonata or handlebars, at any depth'),
      context: z.record(z.string(), z.unknown()).describe('trigger, steps, item, index, run, vars'),
    }),
    answer: z
      .object({
        ok: z.boolean(),
        value: z.unknown().optional(),
        type: z.string().optional().describe("JSON's name of the value's type"),
        shape: z.string().optional().describe('What the value looks like, in a few words'),
        milliseconds: z.number().describe('What the evaluation itself took'),
        error: EvaluationError.optional(),
      })
      .meta({ id: 'Evaluation' }),
  }),
};
