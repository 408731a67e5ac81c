import { FatalError } from './errors.js';
import { asObject } from './json-object.js';
import type { HttpClient, HttpRequest, HttpResponse, JsonValue } from './types.js';

/** How a vendor cuts a list into pages. */
export interface Paging {
  /**
   * Where the request says how many items a page has: a field of its query or body, or null where the vendor decides.
   * Default: found by its usual names. The contract suite asks for small pages there, so `next` must read it there too.
   */
  size?: string | null;
  items(response: HttpResponse): JsonValue[];
  /** The request of the next page, or null at the end. `seen` counts the items so far. */
  next(response: HttpResponse, request: HttpRequest, seen: number): HttpRequest | null;
}

/** More pages than any honest list has: a vendor that never ends must not hold a run for ever. */
const maxPages = 1_000;

/** Reads a list to its end, or until `limit` items are there. */
export async function readPages(
  http: HttpClient,
  first: HttpRequest,
  paging: Paging,
  limit = Infinity,
): Promise<JsonValue[]> {
  const items: JsonValue[] = [];
  for await (const page of eachPage(http, first, paging)) {
    items.push(...page);
    if (items.length >= limit) break;
  }
  return items.slice(0, limit);
}

/** Reads a list page by page, each when it is asked for, and keeps none of them. */
export async function* eachPage(
  http: HttpClient,
  first: HttpRequest,
  paging: Paging,
): AsyncGenerator<JsonValue[], void, void> {
  const asked = new Set<string>();
  let seen = 0;
  let request: HttpRequest | null = first;
  while (request !== null) {
    const place = JSON.stringify([request.base, request.path, request.url, request.query, request.body]);
    if (asked.has(place) || asked.size >= maxPages) {
      throw new FatalError(`The list never ends: page ${asked.size + 1} repeats or passes ${maxPages} pages.`, {
        code: 'E_RESPONSE',
      });
    }
    asked.add(place);
    const response: HttpResponse = await http.send(request);
    const page = paging.items(response);
    seen += page.length;
    yield page;
    request = paging.next(response, request, seen);
  }
}

/** Pages named by a cursor in the answer: `{ results: […], next: "abc" }` is asked on with `?cursor=abc`. */
export function cursorPaging(options: { items: string; next: string; param: string }): Paging {
  return {
    items: (response) => listAt(response, options.items),
    next: (response, request) => {
      const cursor = valueAt(response.body, options.next);
      if (typeof cursor !== 'string' || cursor === '') return null;
      return { ...request, query: { ...request.query, [options.param]: cursor } };
    },
  };
}

/** Pages counted by an offset, with a flag that says whether there are more. */
export function offsetPaging(options: { items: string; more: string; param: string }): Paging {
  return {
    items: (response) => listAt(response, options.items),
    next: (response, request, seen) => {
      if (valueAt(response.body, options.more) !== true || listAt(response, options.items).length === 0) return null;
      return { ...request, query: { ...request.query, [options.param]: seen } };
    },
  };
}

function listAt(response: HttpResponse, place: string): JsonValue[] {
  const list = valueAt(response.body, place);
  if (list === null) return [];
  if (Array.isArray(list)) return list;
  throw new FatalError(`The answer has no list at “${place}”.`, { code: 'E_RESPONSE', status: response.status });
}

/** Reads `a.b.c`; null where something is missing. */
function valueAt(body: JsonValue, place: string): JsonValue {
  return place.split('.').reduce<JsonValue>((value, key) => {
    return asObject(value)[key] ?? null;
  }, body);
}
