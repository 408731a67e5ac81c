import { type HttpResponse, isObject, type JsonObject, type JsonValue, type Paging } from '@castellan/sdk';
import { accepted } from './slack-answer.js';

/** Pages by `response_metadata.next_cursor`, which is empty on the last. */
export function cursorPages(list: string, itemOf: (item: JsonObject) => JsonValue): Paging {
  return {
    items: (response) => listIn(response, list).filter(isObject).map(itemOf),
    next: (response, request) => {
      const cursor = nextCursor(response);
      return cursor ? { ...request, query: { ...request.query, cursor } } : null;
    },
  };
}

/** The list of ids that a method answers page by page. */
export function idPages(list: string): Paging {
  return { ...cursorPages(list, (item) => item), items: (response) => listIn(response, list) };
}

function listIn(response: HttpResponse, name: string): JsonValue[] {
  const list = accepted(response)[name];
  return Array.isArray(list) ? list : [];
}

/** Undefined at the end. */
export function nextCursor(response: HttpResponse): string | undefined {
  const { response_metadata: metadata } = accepted(response);
  const cursor = isObject(metadata) ? metadata.next_cursor : undefined;
  return typeof cursor === 'string' && cursor !== '' ? cursor : undefined;
}
