import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import type { DirectoryPage } from './directory.js';
import { FatalError } from './errors.js';
import type { Paging } from './paging.js';
import type { Host, HttpRequest, JsonObject, JsonValue } from './types.js';

/** Where the next page of a list begins: the address or the query that asks for it, and how many records come before. */
interface Place {
  url?: string;
  query: NonNullable<HttpRequest['query']>;
  seen: number;
}

/**
 * One page of a list whose pages are asked for by its query, or by the address that the page before names, as a directory
 * source answers it. `resource` names what a record is about: itself by its `id`, where nothing is said. Rejects with
 * ConnectorError; a page that names itself as the next one is E_RESPONSE.
 */
export async function readDirectoryPage(
  { http }: Host,
  first: HttpRequest,
  paging: Paging,
  page: JsonValue | null,
  resource: (payload: JsonObject) => string = ({ id }) => String(id),
): Promise<DirectoryPage> {
  const { url, query, seen }: Place =
    page === null ? { query: first.query ?? {}, seen: 0 } : (page as unknown as Place);
  const request: HttpRequest = url === undefined ? { ...first, query } : addressed(first, url);
  const response = await http.send(request);
  const envelopes = (paging.items(response) as JsonObject[]).map((payload) => ({
    ...{ resource: resource(payload), payload },
  }));
  const next = paging.next(response, request, seen + envelopes.length);
  if (next === null) return { envelopes, next };
  if (next.url === url && isDeepStrictEqual(asJson(next.query ?? {}), asJson(query))) {
    throw new FatalError('The list never ends: a page names itself as the next one.', { code: 'E_RESPONSE' });
  }
  return { envelopes, next: asJson({ url: next.url, query: next.query ?? {}, seen: seen + envelopes.length }) };
}

/** An address that a system gave is taken as it is. */
function addressed({ path: _, query: __, ...first }: HttpRequest, url: string): HttpRequest {
  return { ...first, url };
}

/** Without what is undefined, as it is kept between two pages. */
const asJson = (place: object): JsonValue => JSON.parse(JSON.stringify(place)) as JsonValue;

/**
 * A record of the values that fit its shape. A value that is empty, or no such thing as the shape asks for (a picture
 * that has no address, an e-mail that is none), is left out: the raw record still shows it, and one untidy field loses
 * nobody an account. Only what must be there is not forgiven: that record then does not fit.
 */
export function fieldsThatFit<T extends z.ZodObject>(
  shape: T,
  values: { [Field in keyof z.output<T>]?: unknown },
): z.output<T> {
  const fields = Object.entries(values).filter(([name, value]) => {
    const field = shape.shape[name];
    return value !== undefined && field !== undefined && (!field.isOptional() || field.safeParse(value).success);
  });
  return Object.fromEntries(fields) as z.output<T>;
}
