import { z } from 'zod';
import { jsonSchemaSchema } from './values.js';

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
  input: jsonSchemaSchema,
  output: jsonSchemaSchema,
  /** The read operation that lists the choices for a field, by the field's JSON pointer. */
  options: z.record(z.string(), z.string()),
  /** What a text field is written for (html, mrkdwn, url, header, csv), by its JSON pointer. */
  text: z.record(z.string(), z.string()),
  /** Whether its effect can be undone. */
  undo: z.boolean().optional(),
  /** An example of its output. */
  sample: z.json(),
});
export type CatalogOperation = z.infer<typeof catalogOperationSchema>;

export const catalogTriggerSchema = z.object({
  id: z.string(),
  title: z.string(),
  payload: jsonSchemaSchema,
  sample: z.json(),
  /** Where the vendor waits for an answer: its JSON Schema, or true. */
  answers: z.union([z.boolean(), jsonSchemaSchema]).optional(),
});
export type CatalogTrigger = z.infer<typeof catalogTriggerSchema>;

export const catalogConnectorSchema = z.object({
  id: z.string(),
  title: z.string(),
  docs: z.string(),
  /** The ways to sign in, each with the JSON Schema of its fields; none, or kind `none`: no connection needed. */
  auth: z.array(z.object({ kind: z.string(), fields: jsonSchemaSchema })),
  operations: z.array(catalogOperationSchema),
  triggers: z.array(catalogTriggerSchema),
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
  /** Flows that a subflow step may start. */
  flows: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      input: jsonSchemaSchema.nullable(),
      output: jsonSchemaSchema.nullable(),
    }),
  ),
  tables: z.array(z.object({ name: z.string(), columns: z.array(z.object({ name: z.string(), type: z.string() })) })),
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
});
export type Problem = z.infer<typeof problemSchema>;
