import {
  FatalError,
  type HttpRequest,
  type JsonObject,
  type JsonValue,
  operation,
  type Paging,
  path,
} from '@castellan/sdk';
import { z } from 'zod';
import { jane } from './sailpoint-company.js';
import { hasMore, itemsOf, limit, listOf, totalOf } from './sailpoint-lists.js';
import { docs } from './sailpoint-references.js';

const indices = z
  .array(z.enum(['identities', 'accessprofiles', 'accountactivities', 'entitlements', 'events', 'roles']))
  .min(1)
  .meta({ title: 'In' });

const query = z
  .string()
  .min(1)
  .meta({ title: 'Query' })
  .describe('As SailPoint’s search takes it, such as attributes.department:Sales AND inactive:false.');

const fields = {
  indices,
  query,
  includeNested: z
    .boolean()
    .default(true)
    .meta({ title: 'With accounts and access' })
    .describe('Off: less to read, without what a record holds of others.'),
};

const pageSize = 250;

/** What a search sends. Sorted by id, so that the last record of a page names the next page, past 10,000 records too. */
function bodyOf({ indices, query, includeNested }: z.output<z.ZodObject<typeof fields>>): JsonObject {
  return { indices, query: { query }, queryType: 'SAILPOINT', includeNested, sort: ['id'] };
}

const afterTheLast: Paging = {
  size: 'limit',
  items: ({ body }) => itemsOf(body),
  next(response, request, seen): HttpRequest | null {
    const last = itemsOf(response.body).at(-1);
    if (last === undefined || !hasMore(response, request, seen)) return null;
    return { ...request, body: { ...(request.body as JsonObject), searchAfter: [idOf(last)] } };
  },
};

function idOf(record: JsonValue): string {
  const { id } = record as JsonObject;
  if (typeof id === 'string') return id;
  throw new FatalError('A record of the search has no id.', { code: 'E_RESPONSE' });
}

const record = z.looseObject({ id: z.string(), name: z.string().nullish(), _type: z.string().nullish() });

export const searchOperations = {
  search: operation({
    title: 'Search',
    docs: `${docs}/search-post`,
    summary: 'Records of the search index, which follows changes by some minutes; as many as there are.',
    input: z.strictObject({ ...fields, limit }),
    output: listOf(record),
    effect: 'read',
    request: (input) => ({
      method: 'POST',
      path: path`/search`,
      query: { limit: Math.min(input.limit ?? pageSize, pageSize) },
      body: bodyOf(input),
    }),
    paginate: afterTheLast,
    sample: {
      input: { indices: ['identities'], query: 'attributes.department:Engineering', includeNested: false },
      output: { items: [{ id: jane.id, name: jane.name, _type: 'identity', displayName: jane.name }] },
    },
  }),

  countSearch: operation({
    title: 'Count what a search finds',
    docs: `${docs}/search-count`,
    summary: 'How many records a search would find.',
    input: z.strictObject(fields),
    output: z.object({ count: z.int() }),
    effect: 'read',
    request: (input) => ({ method: 'POST', path: path`/search/count`, body: bodyOf(input) }),
    response: (response) => {
      const count = totalOf(response);
      if (count === null) throw new FatalError('SailPoint does not say how many.', { code: 'E_RESPONSE' });
      return { count };
    },
    sample: {
      input: { indices: ['identities'], query: 'attributes.department:Engineering', includeNested: false },
      output: { count: 3 },
    },
  }),
};
