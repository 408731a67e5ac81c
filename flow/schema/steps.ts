import { z } from 'zod';
import { conditionSchema, idSchema, labelSchema, valueSchema } from './values.js';

/** A wire from a port of a step, or from a trigger, to a step of the same level. */
export const wireSchema = z.strictObject({ from: z.string(), port: z.string(), to: z.string() });
export type Wire = z.infer<typeof wireSchema>;

/** How many of several wires a step waits for. Default: all. */
export const joinSchema = z.union([
  z.literal('all'),
  z.literal('any'),
  z.strictObject({ n: z.number().int().positive() }),
]);
export type Join = z.infer<typeof joinSchema>;

/** How a call is repeated: the first pause, multiplied by `factor` each time, up to `maxSeconds`. */
export const retrySchema = z.strictObject({
  attempts: z.number().int().min(1).max(100).optional(),
  firstSeconds: z.number().positive().optional(),
  factor: z.number().min(1).optional(),
  maxSeconds: z.number().positive().optional(),
});
export type Retry = z.infer<typeof retrySchema>;

const seconds = z.number().positive();
const onEveryKind = { title: labelSchema.optional(), join: joinSchema.optional() };
const fallible = { onError: z.enum(['fail', 'continue']).optional() };

/**
 * How what an action did is taken back when its run fails: `auto`, as its operation knows by itself, or a call, through
 * the step's own slot unless it names another one. Its input may read the step's own output.
 */
export const undoSchema = z.union([
  z.literal('auto'),
  z.strictObject({
    operation: z.string(),
    input: z.record(z.string(), valueSchema).optional(),
    connection: z.string().optional(),
  }),
]);
export type Undo = z.infer<typeof undoSchema>;

/** Calls an operation of the connector that the slot `connection` is for. Ports `out`, `error`. */
export const actionStepSchema = z.strictObject({
  kind: z.literal('action'),
  ...onEveryKind,
  connection: z.string(),
  operation: z.string(),
  input: z.record(z.string(), valueSchema).optional(),
  retry: retrySchema.optional(),
  timeoutSeconds: seconds.optional(),
  ...fallible,
  /** Whether a call whose outcome is not known waits for a person (default) or goes by `error`. */
  onUnknown: z.enum(['wait', 'error']).optional(),
  undo: undoSchema.optional(),
});

/** Leaves by the first case whose condition holds, else by `else`. Ports: the cases' names and `else`. */
export const branchStepSchema = z.strictObject({
  kind: z.literal('branch'),
  ...onEveryKind,
  cases: z.array(z.strictObject({ name: labelSchema.min(1), when: conditionSchema })).min(1),
});

/** Makes a value. Port `out`. */
export const shapeStepSchema = z.strictObject({ kind: z.literal('shape'), ...onEveryKind, output: valueSchema });

/** Keeps the items for which `when` holds; there `item` and `index` are those of the filter. Port `out`. */
export const filterStepSchema = z.strictObject({
  kind: z.literal('filter'),
  ...onEveryKind,
  items: valueSchema,
  when: conditionSchema,
});

const loopFieldsSchema = z.strictObject({
  kind: z.literal('loop'),
  ...onEveryKind,
  items: valueSchema,
  /** What identifies an item in the ledger of effects; without it, its index. */
  key: valueSchema.optional(),
  concurrency: z.number().int().min(1).max(1000).optional(),
  /** When given, `item` is a list of up to so many items. */
  batchSize: z.number().int().min(1).max(1000).optional(),
  onItemError: z.enum(['stop', 'continue']).optional(),
  /**
   * What each iteration adds to the output's `items`: a value, evaluated when the iteration ends;
   * `true`: its steps' outputs by id; `false` or left out: nothing.
   */
  collect: valueSchema.optional(),
  ...fallible,
});

/** Waits for a time, an instant or an event. Ports `out`, `timeout`. */
export const waitStepSchema = z.strictObject({
  kind: z.literal('wait'),
  ...onEveryKind,
  seconds: valueSchema.optional(),
  /** An instant as ISO 8601 text with a zone. */
  until: valueSchema.optional(),
  event: z
    .strictObject({
      /** The slot whose deliveries are looked at; without it, this flow's own webhooks. */
      connection: z.string().optional(),
      event: z.string(),
      /** A JSON pointer into the arriving delivery. */
      key: z.string(),
      /** What the delivery must have there; computed when the wait begins. */
      equals: valueSchema,
    })
    .optional(),
  timeoutSeconds: seconds.optional(),
});

/** Waits for people. Ports `approved`, `rejected`, `timeout`. */
export const approvalStepSchema = z.strictObject({
  kind: z.literal('approval'),
  ...onEveryKind,
  approvers: valueSchema,
  /** How many must agree. Default 1. */
  needed: valueSchema.optional(),
  /** What the approvers are shown, and what their decision is bound to. */
  show: valueSchema.optional(),
  /** Whom it is about; that person never decides. */
  subject: valueSchema.optional(),
  /** The steps whose effects it is bound to; empty: none. Where left out its author has not said. */
  covers: z.array(z.string()).optional(),
  /** Which decisions have to say why. Default: rejections. */
  commentOn: z.enum(['none', 'reject', 'both']).optional(),
  /** Whoever started the run may decide as well; never where `covers` binds it. */
  starterDecides: z.boolean().optional(),
  escalate: z.array(z.strictObject({ afterSeconds: seconds, approvers: valueSchema })).optional(),
  /** Where they are asked beside the page: in a channel, or each of them directly. */
  ask: z
    .strictObject({
      connection: z.string(),
      channel: valueSchema.optional(),
      /** Who has not decided is reminded there, so many times. Default once. */
      remind: z.strictObject({ everySeconds: seconds, times: z.number().int().min(1).max(10).optional() }).optional(),
    })
    .optional(),
  timeoutSeconds: seconds.optional(),
});

/** Starts another flow by its call trigger. Ports `out`, `error`. */
export const subflowStepSchema = z.strictObject({
  kind: z.literal('subflow'),
  ...onEveryKind,
  flow: z.string(),
  input: valueSchema.optional(),
  /** Whether to wait for its end and take its output. Default true. */
  wait: z.boolean().optional(),
  timeoutSeconds: seconds.optional(),
  ...fallible,
});

/** Answers the caller of a webhook; the first one that runs answers. Port `out`. */
export const respondStepSchema = z.strictObject({
  kind: z.literal('respond'),
  ...onEveryKind,
  status: valueSchema.optional(),
  headers: z.record(z.string(), valueSchema).optional(),
  body: valueSchema.optional(),
});

/** Ends the run. No ports. */
export const stopStepSchema = z.strictObject({
  kind: z.literal('stop'),
  ...onEveryKind,
  outcome: z.enum(['succeed', 'fail']),
  message: valueSchema.optional(),
});

export type ActionStep = z.infer<typeof actionStepSchema>;
export type BranchStep = z.infer<typeof branchStepSchema>;
export type ShapeStep = z.infer<typeof shapeStepSchema>;
export type FilterStep = z.infer<typeof filterStepSchema>;
export type WaitStep = z.infer<typeof waitStepSchema>;
export type ApprovalStep = z.infer<typeof approvalStepSchema>;
export type SubflowStep = z.infer<typeof subflowStepSchema>;
export type RespondStep = z.infer<typeof respondStepSchema>;
export type StopStep = z.infer<typeof stopStepSchema>;

/** Runs its own steps once per item. Ports `out`, `error`; its first steps are wired from its id, port `each`. */
export type LoopStep = z.infer<typeof loopFieldsSchema> & { steps: Record<string, Step>; wires: Wire[] };

/** One box on the canvas. */
export type Step =
  | ActionStep
  | BranchStep
  | ShapeStep
  | FilterStep
  | LoopStep
  | WaitStep
  | ApprovalStep
  | SubflowStep
  | RespondStep
  | StopStep;
export type StepKind = Step['kind'];

/** The steps of one level by their ids. */
export const stepsSchema: z.ZodType<Record<string, Step>> = z.lazy(() => z.record(idSchema, stepSchema));

export const loopStepSchema = loopFieldsSchema.extend({ steps: stepsSchema, wires: z.array(wireSchema) });

/** The schema of each kind: the table that forms, validation and the palette read. */
export const stepSchemas = {
  action: actionStepSchema,
  branch: branchStepSchema,
  shape: shapeStepSchema,
  filter: filterStepSchema,
  loop: loopStepSchema,
  wait: waitStepSchema,
  approval: approvalStepSchema,
  subflow: subflowStepSchema,
  respond: respondStepSchema,
  stop: stopStepSchema,
} satisfies Record<StepKind, z.ZodType>;

export const stepKinds = Object.keys(stepSchemas) as StepKind[];

export const stepSchema: z.ZodType<Step> = z
  .discriminatedUnion('kind', [
    actionStepSchema,
    branchStepSchema,
    shapeStepSchema,
    filterStepSchema,
    loopStepSchema,
    waitStepSchema,
    approvalStepSchema,
    subflowStepSchema,
    respondStepSchema,
    stopStepSchema,
  ])
  .meta({ id: 'Step' });
