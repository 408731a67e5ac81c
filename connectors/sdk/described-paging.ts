import { z } from 'zod';
import { FatalError } from './errors.js';
import type { Paging } from './paging.js';
import type { HttpRequest, HttpResponse, InputProblem, JsonValue } from './types.js';

const pointer = z.string().regex(/^(\/.*)?$/, 'A place in the answer is written like /data/items.');

/** How the pages of an API follow each other, as a person says it. */
export const pagingFields = {
  paging: z
    .enum(['link', 'cursor', 'page', 'offset'])
    .meta({ title: 'Pages' })
    .describe(
      'link: the header Link names the next page. cursor: the answer names it. page: pages are numbered. offset: items are counted.',
    ),
  items: pointer
    .default('')
    .meta({ title: 'Where the items are' })
    .describe('In the answer, such as /data/items. Empty: the answer itself is the list.'),
  next: pointer
    .optional()
    .meta({ title: 'Where the next page is named' })
    .describe('With cursor: in the answer, such as /next_cursor or /@odata.nextLink. A URL or a value.'),
  parameter: z
    .string()
    .min(1)
    .optional()
    .meta({ title: 'Parameter' })
    .describe('Of the query, that asks for a page: cursor, page or offset if left out.'),
  firstPage: z.int().min(0).default(1).meta({ title: 'Number of the first page' }),
  limit: z.int().min(1).max(10_000).default(1_000).meta({ title: 'Items at most' }),
};

const pagingInput = z.object(pagingFields);
/** How pages follow each other, with defaults filled. */
export type PagingInput = z.output<typeof pagingInput>;

/** What does not fit together. */
export function checkPaging({ paging, next }: PagingInput): InputProblem[] {
  if (paging === 'cursor' && next === undefined)
    return [{ pointer: '/next', message: 'Say where the answer names the next page.' }];
  if (paging !== 'cursor' && next !== undefined)
    return [{ pointer: '/next', message: 'Only pages by cursor are named in the answer. Leave it out.' }];
  return [];
}

/** The first request and how it goes on. */
export function pagesOf(
  request: HttpRequest,
  input: Omit<PagingInput, 'limit'>,
): { first: HttpRequest; paging: Paging } {
  const items = (response: HttpResponse) => listAt(response, input.items);
  const { parameter = input.paging, firstPage } = input;
  const at = (value: string | number): HttpRequest => ({ ...request, query: { ...request.query, [parameter]: value } });
  switch (input.paging) {
    case 'link':
      return { first: request, paging: { items, next: (response, sent) => follow(sent, linkToNext(response)) } };
    case 'cursor': {
      const next = (response: HttpResponse, sent: HttpRequest) => {
        const named = valueAt(response.body, input.next ?? '');
        if ((typeof named !== 'string' && typeof named !== 'number') || named === '') return null;
        return isUrl(named) ? follow(sent, named) : at(named);
      };
      return { first: request, paging: { items, next } };
    }
    case 'page': {
      let page = firstPage;
      const next = (response: HttpResponse) => (items(response).length === 0 ? null : at(++page));
      return { first: at(firstPage), paging: { items, next } };
    }
    case 'offset': {
      const next = (response: HttpResponse, _: HttpRequest, seen: number) =>
        items(response).length === 0 ? null : at(seen);
      return { first: at(0), paging: { items, next } };
    }
  }
}

/** The next page by its own address, which may be relative. Its query is its own. */
function follow(sent: HttpRequest, address: string | null): HttpRequest | null {
  if (address === null) return null;
  // Below a base URL: what begins with a slash is of the same host, what begins with a question mark of the same path.
  if (sent.url === undefined && address.startsWith('/')) return { ...sent, url: address, query: undefined };
  if (sent.url === undefined && address.startsWith('?')) return { ...sent, query: queryOf(address) };
  if (!URL.canParse(address, sent.url)) {
    throw new FatalError(`The next page is named “${address.slice(0, 200)}”, which is no URL.`, { code: 'E_RESPONSE' });
  }
  return { ...sent, url: new URL(address, sent.url).href, query: undefined };
}

function queryOf(address: string): Record<string, string[]> {
  const pairs = new URLSearchParams(address);
  return Object.fromEntries([...new Set(pairs.keys())].map((name) => [name, pairs.getAll(name)]));
}

/** The target of rel="next" in the header Link (RFC 8288), or null where there is none. */
export function linkToNext({ headers }: HttpResponse): string | null {
  const links = (headers.link ?? '').matchAll(/<([^>]*)>([^<]*)/g);
  for (const [, target = '', parameters = ''] of links) {
    if (/;\s*rel\s*=\s*(?:next\b|"(?:[^"]*\s)?next(?:\s[^"]*)?")/i.test(parameters)) return target;
  }
  return null;
}

function isUrl(named: string | number): named is string {
  return typeof named === 'string' && /^(?:https?:\/\/|\/)/.test(named);
}

function listAt({ body, status }: HttpResponse, place: string): JsonValue[] {
  const list = valueAt(body, place);
  if (Array.isArray(list)) return list;
  const where = place === '' ? 'is no list. Say where the items are' : `has no list at ${place}`;
  throw new FatalError(`The answer ${where}.`, { code: 'E_RESPONSE', status });
}

/** Reads an RFC 6901 pointer; null where something is missing. */
function valueAt(body: JsonValue, place: string): JsonValue {
  const keys = place.split('/').slice(1);
  return keys.reduce<JsonValue>((value, key) => {
    const name = key.replaceAll('~1', '/').replaceAll('~0', '~');
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, name)) return null;
    return (value as Record<string, JsonValue>)[name] ?? null;
  }, body);
}
