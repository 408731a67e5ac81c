import { type Shape as FlowShape, jsonTypes } from '@castellan/flow';
import { z } from 'zod';
import { Empty, Id, Instant } from './page.js';
import { route } from './route.js';

/** Something that a run of a draft may change outside. */
export const DraftWrite = z
  .object({
    stepId: z.string(),
    title: z.string(),
    /** What it calls; of a subflow, the flow that it starts. */
    operation: z.string(),
    effect: z.enum(['write', 'destructive', 'subflow']),
    connection: z.string().nullable(),
    simulated: z.boolean(),
  })
  .meta({ id: 'DraftWrite' });
export type DraftWrite = z.infer<typeof DraftWrite>;

/** An output that stands in for a step while the draft is tried out. */
export const Pin = z
  .object({
    stepId: z.string(),
    output: z.unknown(),
    port: z.string(),
    /** What the step did when it was pinned, as the flow package's actOf says it. */
    act: z.string(),
    /** The run that the output was taken from. */
    runId: Id.nullable(),
    pinnedAt: Instant,
    pinnedBy: z.string(),
  })
  .meta({ id: 'Pin' });
export type Pin = z.infer<typeof Pin>;

/** What starts the run is one of: data given here, a past delivery, the data of a past run, the sample of the trigger. */
export const DraftRunRequest = z.object({
  /** The revision that was looked at; another one is refused. */
  revision: z.number().int().optional(),
  trigger: z.string().optional().describe('Left out: the manual trigger, or the only one'),
  input: z.unknown().optional().describe('Of a manual or call trigger'),
  body: z.unknown().optional().describe('Of a webhook or connector trigger'),
  headers: z.record(z.string(), z.string()).optional(),
  deliveryId: Id.optional().describe('A past delivery'),
  fromRun: Id.optional().describe('A past run of the flow; with a step, also for the outputs of the steps before it'),
  step: z.string().optional().describe('Runs this step alone'),
  iteration: z.string().max(100).optional().describe('Of a step in a loop: the iteration of that run'),
  pins: z.boolean().default(true).describe('Pinned outputs stand in for their steps'),
  allowWrites: z.boolean().default(false).describe('Without it a run that would really change something is refused'),
});
export type DraftRunRequest = z.input<typeof DraftRunRequest>;

/** What a value looks like; the flow package's Shape. */
export const Shape: z.ZodType<FlowShape> = z
  .lazy(() =>
    z.object({
      types: z.array(z.enum(jsonTypes)),
      properties: z.record(z.string(), Shape).optional(),
      rest: Shape.optional(),
      items: Shape.optional(),
      optional: z.boolean().optional(),
      example: z.union([z.string(), z.number(), z.boolean()]).optional(),
      from: z.array(z.enum(['schema', 'run'])),
    }),
  )
  .meta({ id: 'Shape' });

export const DraftShapes = z
  .object({
    /** The run whose values were looked at; null where there is none. */
    runId: Id.nullable(),
    triggers: z.record(z.string(), Shape).describe('What expressions see as trigger, by trigger'),
    steps: z.record(z.string(), z.object({ output: Shape, item: Shape.optional() })),
  })
  .meta({ id: 'DraftShapes' });
export type DraftShapes = z.infer<typeof DraftShapes>;

/** Trying a draft out while it is being built. */
export const draftRunRoutes = {
  start: route({
    method: 'POST',
    path: '/workspaces/:ws/flows/:id/test',
    access: 'flow:write',
    summary: 'Run the saved draft, or one step of it; 409 names what it would really change (details.writes)',
    status: 201,
    body: DraftRunRequest,
    answer: z.object({ runId: Id }),
  }),
  pins: route({
    method: 'GET',
    path: '/workspaces/:ws/flows/:id/pins',
    access: 'flow:read',
    summary: 'Pinned outputs of the draft',
    answer: z.object({ items: z.array(Pin) }),
  }),
  pin: route({
    method: 'PUT',
    path: '/workspaces/:ws/flows/:id/pins/:step',
    access: 'flow:write',
    summary: 'Pin an output to a step of the draft',
    body: z.object({
      output: z.unknown(),
      port: z.string().optional().describe('Left out: the first port of the step'),
      fromRun: Id.optional(),
    }),
    answer: Pin,
  }),
  shapes: route({
    method: 'POST',
    path: '/workspaces/:ws/flows/:id/shapes',
    access: 'flow:read',
    summary: 'What triggers hand over and steps give, by schemas and by the values of a run',
    body: z.object({
      draft: z.record(z.string(), z.unknown()).optional().describe('The saved draft when left out'),
      runId: Id.optional().describe('The last run when left out'),
    }),
    answer: DraftShapes,
  }),
  unpin: route({
    method: 'DELETE',
    path: '/workspaces/:ws/flows/:id/pins/:step',
    access: 'flow:write',
    summary: 'Take a pinned output away',
    status: 204,
    answer: Empty,
  }),
};
