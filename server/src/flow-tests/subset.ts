import { isDeepStrictEqual } from 'node:util';
import { below } from '@castellan/flow';

/** A place where a value is not as it was expected. */
export interface Mismatch {
  pointer: string;
  expected: unknown;
  actual: unknown;
}

/**
 * The first place where `actual` is not what `expected` names, or null. Fields that are not named may be anything;
 * lists are compared item by item and must be of one length.
 */
export function mismatchOf(expected: unknown, actual: unknown, pointer = ''): Mismatch | null {
  const entries = entriesOf(expected, actual);
  if (entries === null) return isDeepStrictEqual(expected, actual) ? null : { pointer, expected, actual };
  for (const [key, wanted, found] of entries) {
    const mismatch = mismatchOf(wanted, found, below(pointer, key));
    if (mismatch) return mismatch;
  }
  return null;
}

/** What to look at within the two, or null where they are compared as a whole. */
function entriesOf(
  expected: unknown,
  actual: unknown,
): [key: string | number, expected: unknown, actual: unknown][] | null {
  if (typeof expected !== 'object' || expected === null || typeof actual !== 'object' || actual === null) return null;
  if (Array.isArray(expected) !== Array.isArray(actual)) return null;
  if (Array.isArray(expected) && Array.isArray(actual)) {
    return expected.length === actual.length ? expected.map((item, index) => [index, item, actual[index]]) : null;
  }
  const found = actual as Record<string, unknown>;
  return Object.entries(expected).map(([key, value]) => [
    key,
    value,
    Object.hasOwn(found, key) ? found[key] : undefined,
  ]);
}

/** Those parts of `actual` that `expected` names, at any depth; as a whole where the two are not of one form. */
export function sameParts(expected: unknown, actual: unknown): unknown {
  const entries = entriesOf(expected, actual);
  if (entries === null) return actual;
  if (Array.isArray(actual)) return entries.map(([, wanted, found]) => sameParts(wanted, found));
  const present = entries.filter(([key]) => Object.hasOwn(actual as object, key));
  return Object.fromEntries(present.map(([key, wanted, found]) => [key, sameParts(wanted, found)]));
}
