/** A JSON value: what a flow file, an input and an output are made of. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/**
 * What may stand wherever a flow takes a value: a literal, or an object whose only key is
 * `jsonata`, `handlebars`, `var` or `literal`. Such an object may stand at any depth of a literal.
 */
export type Value = Json;

/** JSONata source; its value may be of any type. */
export type JsonataExpression = { jsonata: string };
/** Handlebars source; its value is text. */
export type HandlebarsExpression = { handlebars: string };
/** The name of one of the flow's variables, whose value or source stands in this place. */
export type VariableReference = { var: string };
/** A value that is computed when the step runs. */
export type Expression = JsonataExpression | HandlebarsExpression | VariableReference;

/** What an object of one of the four shapes says. */
export type ExpressionShape =
  | { language: 'jsonata' | 'handlebars'; source: string }
  | { language: 'var'; name: string }
  | { language: 'literal'; value: Json };

/**
 * Reads an object as an expression, or answers undefined where it is a plain literal. The rule is the only key:
 * `{ "var": "a", "b": 1 }` is data. A shape whose content is not text (`{ "jsonata": 5 }`) is data too;
 * validate warns of it.
 */
export function readExpression(value: unknown): ExpressionShape | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const keys = Object.keys(value);
  const key = keys[0];
  if (keys.length !== 1 || key === undefined) return undefined;
  const content: unknown = (value as Record<string, unknown>)[key];
  if (key === 'literal') return { language: 'literal', value: content as Json };
  if (typeof content !== 'string') return undefined;
  if (key === 'jsonata' || key === 'handlebars') return { language: key, source: content };
  if (key === 'var') return { language: 'var', name: content };
  return undefined;
}
