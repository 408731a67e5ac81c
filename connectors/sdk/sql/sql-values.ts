import pg from 'pg';
import { exactJson, exactNumber } from '../exact.js';
import type { JsonValue } from '../types.js';

type Parse = (text: string) => JsonValue;

/** `2026-01-12 08:30:00.5+00` as ISO 8601; a time without a zone stays one. */
const instant: Parse = (text) =>
  text
    .replace(' ', 'T')
    .replace(/\+00(?::?00)?$/, 'Z')
    .replace(/([+-]\d\d)$/, '$1:00');

/** By the id of Postgres's type: https://www.postgresql.org/docs/current/catalog-pg-type.html */
const parsers: Record<number, Parse> = {
  16: (text) => text === 't',
  20: exactNumber,
  21: Number,
  23: Number,
  26: Number,
  700: exactNumber,
  701: (text) => (Number.isFinite(Number(text)) ? Number(text) : text),
  1700: exactNumber,
  1114: instant,
  1184: instant,
  114: exactJson,
  3802: exactJson,
};

/** Lists of texts, of whole numbers and of UUIDs; others come as Postgres writes them. */
const lists = new Set([1000, 1005, 1007, 1009, 1015, 2951]);

/** How Postgres's texts become JSON: a number that JSON would change stays a text, and so does what is not named here. */
export const sqlTypes: pg.CustomTypesConfig = {
  getTypeParser: ((id: number) => {
    if (lists.has(id)) return pg.types.getTypeParser(id);
    return parsers[id] ?? ((text: string) => text);
  }) as pg.CustomTypesConfig['getTypeParser'],
};

/** A value as it is bound: lists and objects as JSON, so that a column of JSON takes them. */
export function bound(value: JsonValue): unknown {
  return value !== null && typeof value === 'object' ? JSON.stringify(value) : value;
}
