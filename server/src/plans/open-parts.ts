import { inputHashOf } from '../operations/chain.js';

/**
 * What stands in for an answer that nobody knows yet, made into another value of the same kind. What an expression makes
 * of it differently is known only when the real answer is there.
 */
export function otherThan(value: unknown): unknown {
  if (typeof value === 'string') return otherText(value);
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  if (Array.isArray(value)) return value.map(otherThan);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, otherThan(item)]));
  }
  return value;
}

const day = 86_400_000;
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

/** Texts that are read further keep their form: an instant stays one, and a number. */
function otherText(text: string): string {
  if (instant.test(text) && !Number.isNaN(Date.parse(text))) return new Date(Date.parse(text) + day).toISOString();
  if (/^\d+$/.test(text)) return text.replace(/\d/g, (digit) => String((Number(digit) + 1) % 10));
  return `other-${text}`;
}

/** Pointers of the places at which two values differ, each as deep as it can be told. */
export function differencesOf(one: unknown, other: unknown, at = ''): string[] {
  if (Array.isArray(one) && Array.isArray(other) && one.length === other.length) {
    return one.flatMap((item, index) => differencesOf(item, other[index], `${at}/${index}`));
  }
  if (isObject(one) && isObject(other)) {
    const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])].sort();
    return keys.flatMap((key) => differencesOf(one[key], other[key], `${at}/${escaped(key)}`));
  }
  return inputHashOf(one) === inputHashOf(other) ? [] : [at];
}

/** The hash of an input without what stands at these pointers: that may be anything. */
export function hashOfKnown(input: unknown, open: readonly string[]): string {
  return inputHashOf(open.length === 0 ? input : without(input, open));
}

/** Stands for what is left open, so that leaving out a field is not the same. */
const anything = { castellan: 'open' };

function without(value: unknown, open: readonly string[], at = ''): unknown {
  if (open.includes(at)) return anything;
  if (!open.some((pointer) => pointer.startsWith(`${at}/`))) return value;
  if (Array.isArray(value)) return value.map((item, index) => without(item, open, `${at}/${index}`));
  if (!isObject(value)) return value;
  const known = Object.entries(value).map(([key, item]) => [key, without(item, open, `${at}/${escaped(key)}`)]);
  // A field that only the other one has is left open, too.
  const missing = open
    .filter((pointer) => pointer.startsWith(`${at}/`) && !pointer.slice(at.length + 1).includes('/'))
    .map((pointer) => [unescaped(pointer.slice(at.length + 1)), anything]);
  return { ...Object.fromEntries(missing), ...Object.fromEntries(known) };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const escaped = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');
const unescaped = (key: string): string => key.replaceAll('~1', '/').replaceAll('~0', '~');
