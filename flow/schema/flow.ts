import { z } from 'zod';
import { stepsSchema, wireSchema } from './steps.js';
import { intakeKeySchema, triggerSchema } from './triggers.js';
import { idSchema, labelSchema, valueSchema } from './values.js';

/** A connection that the flow wants; `id` is filled by install or by hand and left out of exports. */
export const connectionSlotSchema = z.strictObject({
  connector: z.string(),
  title: labelSchema.optional(),
  id: z.string().nullable().optional(),
});
export type ConnectionSlot = z.infer<typeof connectionSlotSchema>;

export const variableTypes = ['text', 'number', 'boolean', 'list', 'expression'] as const;

/**
 * A value that the flow's owner sets without opening steps. `default` is its present value; of type expression
 * it is JSONata source, which stands at publish in the place of `{ "var": name }`.
 */
export const variableSchema = z.strictObject({
  type: z.enum(variableTypes),
  title: labelSchema,
  description: z.string().max(2000).optional(),
  default: valueSchema.optional(),
  options: z.array(valueSchema).optional(),
});
export type Variable = z.infer<typeof variableSchema>;

export const compensations = ['onFailure', 'onCancel', 'always', 'never'] as const;

const notifySchema = z.strictObject({
  connection: z.string(),
  operation: z.string(),
  input: z.record(z.string(), valueSchema).optional(),
});

/**
 * Limits on what is taken away: revokes, deletions, what disables somebody. Past one, the run waits for an approval. What
 * the flow calls counts as its own.
 */
export const budgetsSchema = z.strictObject({
  /** Of a run with its retries. */
  perRun: z.number().int().min(0).optional(),
  /** Of all runs of the flow together. */
  perHour: z.number().int().min(0).optional(),
  perDay: z.number().int().min(0).optional(),
  /** People in a day, as a share of all that the workspace counts, 0 to 1. */
  shareOfPopulation: z.number().min(0).max(1).optional(),
});
export type Budgets = z.infer<typeof budgetsSchema>;

/** Some ten years. */
export const longestRetention = 3_650;

const laneNameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,47}$/, 'Small letters, digits, - and _, beginning with a letter, at most 48 of them.');

/** Flows of the workspace that name one lane take turns together: runs of one key go one after another, whichever flow they are of. */
export const laneSchema = z.strictObject({
  name: laneNameSchema,
  /** What the flow goes by in the lane, such as `leaver`. */
  as: laneNameSchema.optional(),
  /** Of flows that go by these names: older runs of the key that have not begun, or only wait with their turn given back. */
  supersedes: z.array(laneNameSchema).max(20).optional(),
});
export type Lane = z.infer<typeof laneSchema>;

export const settingsSchema = z.strictObject({
  /** Whom or what a run is about, read from what starts it: shown in lists of runs and found by search. */
  subject: intakeKeySchema.optional(),
  /** Runs at one time. */
  concurrency: z.number().int().positive().optional(),
  /** Runs of one key go one after another, or the newer supersedes. In a lane the key counts across flows. */
  order: z
    .strictObject({ key: intakeKeySchema, whenBusy: z.enum(['queue', 'supersede']), lane: laneSchema.optional() })
    .optional(),
  /** Of the whole run. */
  timeoutSeconds: z.number().positive().optional(),
  budgets: budgetsSchema.optional(),
  /** Days that ended runs are kept with their data. */
  retentionDays: z.number().int().min(1).max(longestRetention).optional(),
  /** What test cases that fail do to a publish: they are told (default), or it is refused. */
  failingTests: z.enum(['warn', 'refuse']).optional(),
  /** When a run takes back what its steps with `undo` did. Default: when it fails. */
  compensate: z.enum(compensations).optional(),
  /** What a failed run starts (a flow's id) and whom it tells (an operation of a slot). */
  onFailure: z.strictObject({ flow: z.string().optional(), notify: notifySchema.optional() }).optional(),
});
export type Settings = z.infer<typeof settingsSchema>;

const place = { x: z.number(), y: z.number(), width: z.number().optional(), height: z.number().optional() };

/** Where things stand on the canvas, by ids of steps and triggers; without meaning for runs. */
export const layoutSchema = z.looseObject({
  positions: z.record(z.string(), z.strictObject(place)).optional(),
  notes: z.array(z.strictObject({ id: z.string(), text: z.string(), ...place })).optional(),
  groups: z.array(z.strictObject({ id: z.string(), title: labelSchema, ...place })).optional(),
});
export type Layout = z.infer<typeof layoutSchema>;

/** What a person draws: complete, so that it can be published once `validate` finds no error. */
export const flowSchema = z.strictObject({
  schema: z.literal(1),
  name: labelSchema.min(1),
  description: z.string().max(10_000).optional(),
  connections: z.record(z.string(), connectionSlotSchema).optional(),
  variables: z.record(z.string(), variableSchema).optional(),
  triggers: z.record(idSchema, triggerSchema),
  steps: stepsSchema,
  wires: z.array(wireSchema),
  layout: layoutSchema.optional(),
  settings: settingsSchema.optional(),
});
export type Flow = z.infer<typeof flowSchema>;

/** The flow format as JSON Schema (2020-12), for editors outside and for the documentation. */
export function flowJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(flowSchema, { target: 'draft-2020-12', io: 'input' });
}
