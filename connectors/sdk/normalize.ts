import { FatalError } from './errors.js';
import type { JsonObject, JsonValue } from './types.js';

/** Limits of a value that comes in from outside. */
export const jsonLimits = { depth: 64, keys: 50_000 } as const;

/** Keys that JSONata takes for code, and the one that some code takes for a prototype. */
const droppedKeys = new Set(['__proto__', '_jsonata_function', '_jsonata_lambda']);

/**
 * A parsed JSON value as data that everything behind it can hold: Postgres refuses NUL and lone surrogates (both become
 * U+FFFD) and deep nesting, and some keys would be taken for code (they are dropped). What is too deep or has too many
 * keys is refused with E_RESPONSE.
 */
export function normalizeJson(value: unknown, limits: { depth: number; keys: number } = jsonLimits): JsonValue {
  let keys = 0;

  const visit = (item: unknown, depth: number): JsonValue => {
    if (typeof item === 'string') return normalizeText(item);
    if (typeof item === 'number') return Number.isFinite(item) ? item : null;
    if (typeof item === 'boolean') return item;
    if (item === null || typeof item !== 'object') return null;
    if (depth >= limits.depth) throw tooLarge(`is nested deeper than ${limits.depth} levels`);
    if (Array.isArray(item)) return item.map((child) => visit(child, depth + 1));
    const result: JsonObject = {};
    for (const [key, child] of Object.entries(item)) {
      keys += 1;
      if (keys > limits.keys) throw tooLarge(`has more than ${limits.keys} keys`);
      if (!droppedKeys.has(key)) result[normalizeText(key)] = visit(child, depth + 1);
    }
    return result;
  };

  return visit(value, 0);
}

/** A text without NUL and lone surrogates. */
export function normalizeText(value: string): string {
  return value.replace(/[\p{Surrogate}\0]/gu, '\uFFFD');
}

function tooLarge(what: string): FatalError {
  return new FatalError(`The value ${what}. Ask for less of it.`, { code: 'E_RESPONSE' });
}
