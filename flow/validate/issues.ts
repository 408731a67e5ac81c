import type { z } from 'zod';
import { below, valueAt } from '../pointer.js';
import { listNames, quote } from './problems.js';

type Issue = z.core.$ZodIssue;

/** What is wrong at one place of a value, found by a schema. */
export interface Mismatch {
  kind: 'missing' | 'wrong' | 'too_long' | 'unknown_field';
  /** The place within the value. */
  pointer: string;
  /** The whole sentence without the name of the place, such as "must be a number, not text". */
  message: string;
}

/** Reads zod's issues about `value` as mismatches; a union's branches are told by what each asks for. */
export function readIssues(issues: readonly Issue[], value: unknown): Mismatch[] {
  return issues.flatMap((issue) => readIssue(issue, value));
}

function readIssue(issue: Issue, value: unknown): Mismatch[] {
  const pointer = below('', ...issue.path.map(String));
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      kind: 'unknown_field',
      pointer: below(pointer, key),
      message: 'is not a field here',
    }));
  }
  if (issue.code === 'invalid_key') return [{ kind: 'wrong', pointer, message: 'is not a name that can stand here' }];
  const present = valueAt(value, pointer);
  if (present === undefined) return [{ kind: 'missing', pointer, message: 'is missing' }];
  const isTooLong = issue.code === 'too_big' && issue.origin === 'string';
  return [{ kind: isTooLong ? 'too_long' : 'wrong', pointer, message: describeIssue(issue, present) }];
}

function describeIssue(issue: Issue, present: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${describeType(issue.expected)}, not ${describeValue(present)}`;
    case 'invalid_value':
      return `must be ${listNames(issue.values.map(String), 'or')}, not ${describeValue(present)}`;
    case 'too_small':
      return describeSize(issue.origin, `at least ${issue.minimum}`, present);
    case 'too_big':
      return describeSize(issue.origin, `at most ${issue.maximum}`, present);
    case 'invalid_format':
      return issue.format === 'regex'
        ? `must match ${issue.pattern}`
        : `must be a valid ${formats[issue.format] ?? issue.format}`;
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'invalid_union':
      return describeUnion(issue.errors, present);
    default:
      return issue.message.charAt(0).toLowerCase() + issue.message.slice(1);
  }
}

const formats: Record<string, string> = { email: 'e-mail address', url: 'URL', datetime: 'instant (ISO 8601)' };

function describeUnion(branches: readonly Issue[][], present: unknown): string {
  const expected = branches.flatMap((issues) => {
    const [own] = issues.filter(({ path }) => path.length === 0);
    if (own?.code === 'invalid_type') return [describeType(own.expected)];
    return own?.code === 'invalid_value' ? own.values.map((value) => quote(value)) : [];
  });
  const wanted = [...new Set(expected)];
  const everyBranchSays = wanted.length > 0 && branches.every((issues) => issues.some(({ path }) => path.length === 0));
  return everyBranchSays
    ? `must be ${wanted.join(' or ')}, not ${describeValue(present)}`
    : 'has none of the forms that are allowed here';
}

const types: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
  never: 'left out',
};

function describeType(expected: string): string {
  return types[expected] ?? expected;
}

function describeValue(value: unknown): string {
  if (typeof value === 'string') return value.length <= 60 ? quote(value) : `text of ${value.length} characters`;
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

function describeSize(origin: string, bound: string, value: unknown): string {
  if (typeof value === 'string') return `must have ${bound} characters, not ${value.length}`;
  if (Array.isArray(value)) return `must have ${bound} items, not ${value.length}`;
  return origin === 'object' || origin === 'record' ? `must have ${bound} fields` : `must be ${bound}`;
}
