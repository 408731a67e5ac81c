import { z } from 'zod';
import { ApiError } from './errors.js';

/** A page of a list out of rows that were read one past the limit. `place` names where the next page begins. */
export function toPage<Row, Item>(
  rows: Row[],
  limit: number,
  options: { item: (row: Row) => Item; place: (row: Row) => string | number },
): { items: Item[]; next: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next = rows.length > limit && last !== undefined ? String(options.place(last)) : null;
  return { items: shown.map(options.item), next };
}

/** A short list, whole. */
export function wholePage<Item>(items: Item[]): { items: Item[]; next: null } {
  return { items, next: null };
}

/** The cursor of a list ordered by id; null at its start. */
export function idCursor(cursor: string | undefined): string | null {
  return readCursor(z.uuid(), cursor);
}

/** The cursor of a list ordered by a number; null at its start. */
export function numberCursor(cursor: string | undefined): number | null {
  return readCursor(z.coerce.number().int().min(0), cursor);
}

function readCursor<T>(schema: z.ZodType<T>, cursor: string | undefined): T | null {
  if (cursor === undefined) return null;
  const result = schema.safeParse(cursor);
  if (!result.success) throw new ApiError('invalid_input', '/query/cursor: give the `next` of the page before.');
  return result.data;
}

/** An instant of a filter. */
export function instantFilter(text: string | undefined, name: string): Date | null {
  if (text === undefined) return null;
  const instant = new Date(text);
  if (Number.isNaN(instant.getTime()))
    throw new ApiError('invalid_input', `/query/${name}: give an instant in ISO 8601.`);
  return instant;
}
