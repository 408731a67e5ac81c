import { type SimulatedAnswer, SimulatedRefusal, type SimulatedRequest } from '@castellan/sdk/simulator';
import type { OpalState } from './state.js';

/** A rule of the simulated Opal: from the state and a request to an answer. */
export type Rule = (state: OpalState, request: SimulatedRequest) => SimulatedAnswer;

/** The one with this id, or 404. */
export function the<T extends object>(list: T[], idField: keyof T & string, params: Record<string, string>): T {
  const found = list.find((item) => item[idField] === params[idField]);
  if (!found) throw new SimulatedRefusal(404, `${idField.replace('_id', '')} not found`);
  return found;
}

/** Whether an item has what the query's filters ask for. */
export function matching({ query }: SimulatedRequest, filters: Record<string, string>) {
  return (item: object) =>
    Object.entries(filters).every(
      ([name, field]) => !query[name] || (item as Record<string, unknown>)[field] === query[name],
    );
}

/** A page with cursors, as most of Opal's lists are cut. */
export function pageOf(all: object[], request: SimulatedRequest, sizeName = 'page_size'): SimulatedAnswer {
  const { rows, next } = slice(all, request, sizeName);
  return { body: { next, previous: request.query.cursor ?? null, results: rows } };
}

/** The rows of the page that a request asks for, and the cursor of the next one. */
export function slice<T>(all: T[], { query }: SimulatedRequest, sizeName = 'page_size') {
  const size = Math.min(Number(query[sizeName] ?? 200), 1000);
  const start = query.cursor ? Number(Buffer.from(query.cursor, 'base64url').toString()) : 0;
  const end = start + size;
  const next = end < all.length ? Buffer.from(String(end)).toString('base64url') : null;
  return { rows: all.slice(start, end), next };
}
