import { z } from 'zod';
import { policyContextSchema, stopSchema } from './policy.js';

/** JSON Schema (2020-12) as a connector or a flow gives it. */
const dataSchema = z.record(z.string(), z.unknown());

/** What an operation does to the outside system. */
export const effects = ['read', 'write', 'destructive'] as const;
export type Effect = (typeof effects)[number];

/** What makes a repeated call harmless: nothing more to do, a key that the vendor honours, a look first, or nothing. */
export const idempotencies = ['natural', 'key', 'lookup', 'none'] as const;
export type Idempotency = (typeof idempotencies)[number];

export const catalogOperationSchema = z.object({
  id: z.string(),
  title: z.string(),
  docs: z.string(),
  effect: z.enum(effects),
  idempotency: z.enum(idempotencies),
  input: dataSchema,
  output: dataSchema,
  /** The read operation that lists the choices for a field, by the field's JSON pointer. */
  options: z.record(z.string(), z.string()),
  /** What a text field is written for (html, mrkdwn, url, header, csv, sql), by its JSON pointer; `*` is every item. */
  text: z.record(z.string(), z.string()),
  /** Says that its effect can be undone. */
  undo: z.union([z.boolean(), z.string()]).optional(),
  /** How it is repeated unless a step says otherwise; without it as all calls are. */
  retry: z
    .object({ attempts: z.number(), firstSeconds: z.number(), factor: z.number(), maxSeconds: z.number() })
    .optional(),
  /** Ids that it had in earlier releases, by which flows may still name it. */
  formerly: z.array(z.string()).optional(),
  /** An example of its input and output. */
  sample: z.unknown(),
});
export type CatalogOperation = z.infer<typeof catalogOperationSchema>;

export const catalogTriggerSchema = z.object({
  id: z.string(),
  title: z.string(),
  payload: dataSchema,
  sample: z.unknown(),
  /** Where the vendor waits for an answer: its JSON Schema, or true. */
  answers: z.union([z.boolean(), dataSchema]).optional(),
  /** What is answered when no flow gives a valid answer in time, and what that comes to. */
  fallback: z.object({ answer: z.json(), means: z.string() }).optional(),
  /** The system's API lets us subscribe to it. */
  subscribable: z.boolean().optional(),
  /** The event is read from the system every so often, instead of being delivered. */
  poll: z.object({ everySeconds: z.number(), delivered: z.boolean().optional() }).optional(),
  /** It is delivered, and the system is asked so often for what no delivery told within the grace period. */
  sweep: z.object({ everySeconds: z.number(), graceSeconds: z.number(), caution: z.string().optional() }).optional(),
});
export type CatalogTrigger = z.infer<typeof catalogTriggerSchema>;

export const catalogConnectorSchema = z.object({
  id: z.string(),
  /** Where the workspace changes it: what a version of a flow goes on with. */
  pin: z.string().optional(),
  title: z.string(),
  docs: z.string(),
  /** The ways to sign in, each with the JSON Schema of its fields; none, or kind `none`: no connection needed. */
  auth: z.array(z.object({ kind: z.string(), fields: dataSchema })),
  operations: z.array(catalogOperationSchema),
  triggers: z.array(catalogTriggerSchema),
  /** Approvals may be asked for there; names the operation that lists its channels, where it has some. */
  approvals: z.object({ channels: z.string().optional() }).optional(),
  /** The ways in which this vendor signs plain webhooks; left out: not known. */
  schemes: z.array(z.object({ id: z.string(), title: z.string() })).optional(),
});
export type CatalogConnector = z.infer<typeof catalogConnectorSchema>;

/** What a flow of one workspace may refer to; designer and server validate against the same. */
export const catalogSchema = z.object({
  connectors: z.array(catalogConnectorSchema),
  connections: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      connector: z.string(),
      simulator: z.boolean(),
      status: z.string(),
    }),
  ),
  /** Published flows with a call trigger, which other flows may start. */
  flows: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      input: dataSchema.nullable().optional(),
      output: dataSchema.nullable().optional(),
      /** Switched off, it can be named and not called. Left out: it is on. */
      enabled: z.boolean().optional(),
    }),
  ),
  /** Tables of the workspace, which are among its connections, too: they fill slots of the connector `table`. */
  tables: z.array(z.object({ id: z.string(), name: z.string() })),
  /** The rules of the workspace; left out where there are none, and where nothing is published. */
  policy: policyContextSchema.optional(),
});
export type Catalog = z.infer<typeof catalogSchema>;

/** One thing that is wrong with a flow, its place and its remedy. */
export const problemSchema = z.object({
  severity: z.enum(['error', 'warning']),
  /** A stable word such as `wire_to_nowhere`. */
  code: z.string(),
  /** JSON pointer into the flow. */
  pointer: z.string(),
  stepId: z.string().optional(),
  message: z.string(),
  fix: z.string().optional(),
  /** The triggers and steps by which it comes about, in their order; those of flows that are called, too. */
  way: z.array(stopSchema).optional(),
});
export type Problem = z.infer<typeof problemSchema>;
