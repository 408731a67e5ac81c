import { z } from 'zod';
import type { Json } from '../expression.js';

/** Ids of steps and triggers; no hyphen, which JSONata reads as minus. */
export const idPattern = /^[a-z][a-z0-9_]{0,47}$/;

/** The longest title, name or case name, in characters. */
export const labelLimit = 200;

export const idSchema = z.string().regex(idPattern);
export const labelSchema = z.string().max(labelLimit);

/** A literal or an expression, or a literal with expressions at any depth. */
export const valueSchema: z.ZodType<Json> = z.json().meta({ id: 'Value' });

/** A description of data as JSON Schema (2020-12), kept as it was given. */
export const jsonSchemaSchema = z.record(z.string(), z.json());
export type JsonSchema = z.infer<typeof jsonSchemaSchema>;

export const jsonataSchema = z.strictObject({ jsonata: z.string() });
export const handlebarsSchema = z.strictObject({ handlebars: z.string() });
export const variableReferenceSchema = z.strictObject({ var: z.string() });
/** A CEL expression; only filters and keys of triggers may be one. */
export const celSchema = z.strictObject({ cel: z.string() });

export const expressionSchema = z.union([jsonataSchema, handlebarsSchema, variableReferenceSchema]);

/** Comparisons of two values; types are compared strictly, a mismatch is an error, not false. */
export const comparisonOperators = [
  'eq',
  'ne',
  'gt',
  'gte',
  'lt',
  'lte',
  'contains',
  'startsWith',
  'endsWith',
  'in',
  'exists',
  'empty',
  'matches',
  'before',
  'after',
] as const;
export type ComparisonOperator = (typeof comparisonOperators)[number];

/** The operators that look at `left` alone. */
export const unaryOperators: readonly ComparisonOperator[] = ['exists', 'empty'];

/** One typed comparison; `right` is left out for `exists` and `empty`. */
export const comparisonSchema = z.strictObject({
  left: valueSchema,
  op: z.enum(comparisonOperators),
  right: valueSchema.optional(),
});
export type Comparison = z.infer<typeof comparisonSchema>;

/** When something holds: an expression that gives a boolean, or groups of comparisons. */
export type Condition = z.infer<typeof expressionSchema> | ConditionGroup;
/** A group of comparisons and of further groups. */
export type ConditionGroup =
  | { all: (Comparison | Condition)[]; any?: undefined }
  | { any: (Comparison | Condition)[]; all?: undefined };

const membersSchema: z.ZodType<(Comparison | Condition)[]> = z.lazy(() =>
  z.array(z.union([comparisonSchema, conditionSchema])).min(1),
);

export const conditionSchema: z.ZodType<Condition> = z
  .union([expressionSchema, z.strictObject({ all: membersSchema }), z.strictObject({ any: membersSchema })])
  .meta({ id: 'Condition' });
