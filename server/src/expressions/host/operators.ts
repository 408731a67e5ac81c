import type { ComparisonOperator } from '@castellan/flow';
import { Failure, typeName } from './failure.js';
import { parseInstant } from './instants.js';
import { compilePattern } from './patterns.js';

type Operator = (left: unknown, right: unknown) => boolean;

/** The comparisons of a condition. Nothing is converted: a type that does not fit is an error, not false. */
export const operators: Record<ComparisonOperator, Operator> = {
  eq: equal,
  ne: (left, right) => !equal(left, right),
  gt: (left, right) => number('gt', left) > number('gt', right),
  gte: (left, right) => number('gte', left) >= number('gte', right),
  lt: (left, right) => number('lt', left) < number('lt', right),
  lte: (left, right) => number('lte', left) <= number('lte', right),
  contains: (left, right) =>
    Array.isArray(left)
      ? left.some((item) => same(item, right))
      : text('contains', left, 'text or a list').includes(text('contains', right)),
  startsWith: (left, right) => text('startsWith', left).startsWith(text('startsWith', right)),
  endsWith: (left, right) => text('endsWith', left).endsWith(text('endsWith', right)),
  in: (left, right) => {
    if (!Array.isArray(right)) throw mismatch('in', 'a list on the right', right);
    return right.some((item) => same(item, left));
  },
  exists: (left) => left !== null && left !== undefined,
  empty: (left) => {
    if (left === null || left === undefined) return true;
    if (typeof left === 'string' || Array.isArray(left)) return left.length === 0;
    if (typeof left === 'object') return Object.keys(left).length === 0;
    throw mismatch('empty', 'text, a list or an object', left);
  },
  matches: (left, right) => compilePattern(text('matches', right)).matcher(text('matches', left)).find(),
  before: (left, right) => instant('before', left) < instant('before', right),
  after: (left, right) => instant('after', left) > instant('after', right),
};

export const unary: ReadonlySet<ComparisonOperator> = new Set(['exists', 'empty']);

/** Equality of values of one type. Against null it asks whether there is a value at all. */
function equal(left: unknown, right: unknown): boolean {
  if (right !== null && right !== undefined && typeName(left) !== typeName(right)) {
    throw new Failure(
      'E_PARAM_TYPE',
      `eq and ne compare values of one type, but left is ${typeName(left)} and right is ${typeName(right)}.`,
    );
  }
  return same(left, right);
}

/** Deep equality of JSON. Null and missing are the same. */
function same(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) {
    return (left ?? null) === (right ?? null);
  }
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every(
      (key) =>
        Object.hasOwn(right, key) &&
        same((left as Record<string, unknown>)[key], (right as Record<string, unknown>)[key]),
    )
  );
}

function number(operator: string, value: unknown): number {
  if (typeof value === 'number') return value;
  throw mismatch(operator, 'numbers', value);
}

function text(operator: string, value: unknown, expected = 'text'): string {
  if (typeof value === 'string') return value;
  throw mismatch(operator, expected, value);
}

function instant(operator: string, value: unknown): number {
  if (typeof value === 'string') return parseInstant(value);
  throw mismatch(operator, 'instants such as 2026-11-21T10:00:00Z', value);
}

function mismatch(operator: string, expected: string, value: unknown): Failure {
  return new Failure('E_PARAM_TYPE', `${operator} takes ${expected}, but here is ${typeName(value)}.`);
}
