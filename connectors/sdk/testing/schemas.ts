import { z } from 'zod';
import type { JsonValue } from '../types.js';

/** Parts of a schema that a JSON Schema cannot say, by their place. */
export function unsayable(schema: z.ZodType, place = ''): string[] {
  const { type, checks = [], ...rest } = schema.def as z.ZodType['def'] & Record<string, unknown>;
  const here = [
    'transform',
    'pipe',
    'date',
    'custom',
    'map',
    'set',
    'bigint',
    'symbol',
    'function',
    'promise',
  ].includes(type)
    ? [`${place || '/'} is a ${type}`]
    : [];
  const custom = (checks as z.core.$ZodCheck[]).some(({ _zod }) => _zod.def.check === 'custom')
    ? [`${place || '/'} has a refinement`]
    : [];
  const children = Object.entries(rest).flatMap(([name, value]) => childrenOf(value, `${place}/${name}`));
  return [...here, ...custom, ...children];
}

function childrenOf(value: unknown, place: string): string[] {
  if (value instanceof z.ZodType) return unsayable(value, place);
  if (Array.isArray(value)) return value.flatMap((item, index) => childrenOf(item, `${place}/${index}`));
  if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return [];
  return Object.entries(value).flatMap(([name, child]) => childrenOf(child, `${place}/${name}`));
}

/** The schema that others read out of the catalogue. */
export function roundTrip(schema: z.ZodType): z.ZodType {
  return z.fromJSONSchema(z.toJSONSchema(schema, { io: 'input' }) as Parameters<typeof z.fromJSONSchema>[0]);
}

/** Inputs near a good one, most of them wrong: a property left out, of another type, too many. */
export function neighbours(input: JsonValue): JsonValue[] {
  if (input === null || typeof input !== 'object' || Array.isArray(input)) return [input];
  const others: JsonValue[] = [null, '', 'text', -1, 1.5, 0, true, [], {}];
  const changed = Object.keys(input).flatMap((name) => {
    const { [name]: _, ...without } = input;
    return [without, ...others.map((other) => ({ ...input, [name]: other }))];
  });
  return [input, {}, { ...input, notAField: 1 }, null, [], ...changed];
}
