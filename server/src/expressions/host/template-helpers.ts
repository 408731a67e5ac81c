import { Failure, typeName } from './failure.js';
import { formatInstant, parseInstant } from './instants.js';

export interface HelperCall {
  params: unknown[];
  hash: Record<string, unknown>;
}

/** Helpers that give a value. The blocks each, if, unless and with are part of the renderer. */
export const helpers: Record<string, (call: HelperCall) => unknown> = {
  /** `{{lookup list 0}}`, `{{lookup object key}}`: an own member. */
  lookup: ({ params: [holder, key] }) => ownMember(holder, key),
  /** `(eq a b)`: the same text, number or boolean. */
  eq: ({ params: [left, right] }) => left === right,
  /** `{{join list ", "}}`. */
  join: ({ params: [list, separator] }) => {
    if (list === undefined || list === null) return '';
    if (!Array.isArray(list)) throw new Failure('E_PARAM_TYPE', `join takes a list, but here is ${typeName(list)}.`);
    return list.map(toText).join(typeof separator === 'string' ? separator : ', ');
  },
  /** `{{default value "none"}}`: the second where the first is missing or empty text. */
  default: ({ params: [value, fallback] }) =>
    value === undefined || value === null || value === '' ? fallback : value,
  /** `{{date instant "[D01].[M01].[Y0001]" zone="Europe/Zurich"}}`. */
  date: ({ params: [value, picture], hash: { zone } }) => {
    if (value === undefined || value === null) return '';
    if (typeof value !== 'string' && typeof value !== 'number') {
      throw new Failure('E_PARAM_TYPE', `date takes an instant, but here is ${typeName(value)}.`);
    }
    const [pictureText, zoneText] = [picture, zone].map((part) => (typeof part === 'string' ? part : undefined));
    return formatInstant(parseInstant(value), zoneText ?? 'UTC', pictureText);
  },
  /** `{{json value}}`, `{{json value indent=2}}`. */
  json: ({ params: [value], hash: { indent } }) =>
    JSON.stringify(value ?? null, null, typeof indent === 'number' ? Math.min(8, indent) : 0),
};

/** An own member of data; never anything that is inherited. */
export function ownMember(holder: unknown, key: unknown): unknown {
  if (typeof key !== 'string' && typeof key !== 'number') return undefined;
  if (holder === null || holder === undefined || !Object.hasOwn(Object(holder), key)) return undefined;
  return (holder as Record<string, unknown>)[key];
}

/** A value as text. Lists and objects are JSON; nothing is nothing. */
export function toText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
