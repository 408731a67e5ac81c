import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '@castellan/sdk';

/** What moves by itself: the raw record and the account's page show it, and nobody is told. */
const silent = new Set(['lastLoginAt']);

/** The fields in which two common forms differ, as people are told of them. */
export function changedFields(before: JsonObject, after: JsonObject) {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => !silent.has(name));
  return names
    .filter((name) => !isDeepStrictEqual(before[name], after[name]))
    .map((field) => ({ field, before: before[field] ?? null, after: after[field] ?? null }));
}

/** Whether an account worked and does no longer. */
export const isDisabled = (before: JsonObject, after: JsonObject): boolean =>
  (before.status ?? 'ACTIVE') === 'ACTIVE' && (after.status ?? 'ACTIVE') !== 'ACTIVE';
