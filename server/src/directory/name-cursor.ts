import { ApiError } from '../platform/errors.js';

/** The place behind a record of a list by name. */
export const nameCursor = ({ listName, seq }: { listName: string; seq: number }): string => `${seq}|${listName}`;

/** Name and number behind which a page begins; nulls at the start. */
export function readNameCursor(cursor: string | undefined): { name: string | null; seq: number | null } {
  if (cursor === undefined) return { name: null, seq: null };
  const [, seq, name] = /^(\d{1,15})\|(.*)$/s.exec(cursor) ?? [];
  if (seq === undefined || name === undefined) {
    throw new ApiError('invalid_input', '/query/cursor: give the `next` of the page before.');
  }
  return { name, seq: Number(seq) };
}
