import { z } from 'zod';
import { readExpression } from '../expression.js';
import { expressionsIn } from '../expressions/index.js';
import { isObject } from '../levels.js';
import { below, keysOf } from '../pointer.js';
import type { Problem } from '../schema/catalog.js';
import { type Mismatch, readIssues } from './issues.js';
import { error, quote } from './problems.js';

const compiled = new WeakMap<object, z.ZodType | 'unsupported'>();

/** The schema as zod, or undefined where it says what zod cannot check (`if`, `not`, outside references). */
export function compileSchema(schema: Record<string, unknown>): z.ZodType | undefined {
  const known = compiled.get(schema) ?? tryCompile(schema);
  compiled.set(schema, known);
  return known === 'unsupported' ? undefined : known;
}

function tryCompile(schema: Record<string, unknown>): z.ZodType | 'unsupported' {
  try {
    return z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
  } catch {
    return 'unsupported';
  }
}

/**
 * Checks the literal parts of an input against an operation's JSON Schema: what is required, types, choices, sizes and
 * unknown fields. Where an expression stands anything may come of it, so nothing is said of that place; the server
 * checks the whole again when expressions have their values.
 */
export function checkInput(schema: Record<string, unknown>, input: unknown, pointer: string): Problem[] {
  const shape = readExpression(input);
  if (shape && shape.language !== 'literal') return [];
  const check = compileSchema(schema);
  if (!check) return [];
  const value = withoutQuotes(input);
  const result = check.safeParse(value);
  if (result.success) return [];
  const expressions = expressionsIn(input, '').map((place) => place.pointer);
  return readIssues(result.error.issues, value)
    .filter((mismatch) => !dependsOnExpression(mismatch, result.error.issues, expressions))
    .map((mismatch) => describe(mismatch, pointer + placeIn(input, mismatch.pointer)));
}

/**
 * Where a value does not fit a JSON Schema, and what it must be there. Empty where it fits, and where the schema says
 * more than can be checked here (`if`, `not`, outside references).
 */
export function mismatchesOf(schema: Record<string, unknown>, value: unknown): Pick<Mismatch, 'pointer' | 'message'>[] {
  const fitted = fitTo(schema, value);
  return 'mismatches' in fitted ? fitted.mismatches : [];
}

/** A value with the schema's defaults where it has nothing; else where it does not fit, as `mismatchesOf` says it. */
export function fitTo(
  schema: Record<string, unknown>,
  value: unknown,
): { value: unknown } | { mismatches: Pick<Mismatch, 'pointer' | 'message'>[] } {
  const result = Object.keys(schema).length === 0 ? undefined : compileSchema(schema)?.safeParse(value);
  if (result?.error) return { mismatches: readIssues(result.error.issues, value) };
  return { value: result === undefined ? value : result.data };
}

/** The value that the quoted literals stand for. */
function withoutQuotes(value: unknown): unknown {
  const shape = readExpression(value);
  if (shape) return shape.language === 'literal' ? shape.value : value;
  if (Array.isArray(value)) return value.map(withoutQuotes);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutQuotes(inner)]));
}

/** Whether an expression stands at the place, around it, or within a value of which only the whole can be judged. */
function dependsOnExpression(mismatch: Mismatch, issues: readonly z.core.$ZodIssue[], expressions: string[]): boolean {
  const isWithin = (inner: string, outer: string) => inner === outer || inner.startsWith(`${outer}/`);
  if (mismatch.kind === 'unknown_field') return false;
  if (expressions.some((place) => isWithin(mismatch.pointer, place))) return true;
  const judgesWhole = issues.some(
    ({ code, path }) =>
      (code === 'invalid_union' || code === 'custom' || code === 'invalid_value') &&
      below('', ...path.map(String)) === mismatch.pointer,
  );
  return judgesWhole && expressions.some((place) => isWithin(place, mismatch.pointer));
}

/** Where a place of the value stands in the input as it is written: within a quoted literal, one key deeper. */
function placeIn(input: unknown, pointer: string): string {
  let place = '';
  let current = input;
  for (const key of keysOf(pointer) ?? []) {
    const shape = readExpression(current);
    if (shape?.language === 'literal') {
      place = below(place, 'literal');
      current = shape.value;
    }
    place = below(place, key);
    current = (current as Record<string, unknown> | undefined)?.[key];
  }
  return place;
}

function describe({ kind, pointer: inner, message }: Mismatch, place: string): Problem {
  const name = quote(keysOf(inner)?.join('.') || 'input');
  if (kind === 'missing') {
    return error({
      code: 'input_missing',
      pointer: place,
      message: `The input ${name} is missing.`,
      fix: 'Fill it in.',
    });
  }
  if (kind === 'unknown_field') {
    const sentence = `The operation has no input ${name}.`;
    return error({ code: 'input_unknown', pointer: place, message: sentence, fix: 'Remove it, or correct its name.' });
  }
  return error({ code: 'input_wrong', pointer: place, message: `The input ${name} ${message}.`, fix: 'Correct it.' });
}
