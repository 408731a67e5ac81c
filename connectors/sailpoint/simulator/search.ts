import type { JsonObject, JsonValue } from '@castellan/sdk';
import { type SimulatedAnswer, SimulatedRefusal, type SimulatedRequest } from '@castellan/sdk/simulator';
import { pageOf, the } from './lists.js';
import type { SailpointState } from './state.js';

/** As far as offsets lead; beyond it there is searchAfter. */
const furthest = 10_000;

interface SearchBody {
  indices?: string[];
  query?: { query: string };
  sort?: string[];
  searchAfter?: string[];
}

export const searchRules = {
  searchPost(state: SailpointState, { body, query }: SimulatedRequest): SimulatedAnswer {
    const limit = Number(query.limit ?? 250);
    const offset = Number(query.offset ?? 0);
    if (limit + offset > furthest) {
      throw new SimulatedRefusal(400, `No more than ${furthest} records are reached by an offset: use searchAfter.`);
    }
    const { searchAfter: [after] = [] } = body as SearchBody;
    const rows = found(state, body as SearchBody).filter(({ id }) => after === undefined || String(id) > after);
    return { body: rows.slice(offset, offset + limit) };
  },

  searchCount: (state: SailpointState, { body }: SimulatedRequest): SimulatedAnswer => ({
    status: 204,
    headers: { 'x-total-count': String(found(state, body as SearchBody).length) },
  }),
};

export const savedSearchRules = {
  listSavedSearches: ({ savedSearches }: SailpointState, request: SimulatedRequest) =>
    pageOf(savedSearches, request, { show: savedSearchOf }),

  getSavedSearch: ({ savedSearches }: SailpointState, { params }: SimulatedRequest) => ({
    body: savedSearchOf(the(savedSearches, params.id)),
  }),

  executeSavedSearch(state: SailpointState, { params, body, now }: SimulatedRequest): SimulatedAnswer {
    const { name } = the(state.savedSearches, params.id);
    const { recipients = [] } = body as { recipients?: { id: string }[] };
    const to = recipients.map(({ id }) => the(state.identities, id).email);
    state.reports.push({ at: now.toISOString(), search: name, to });
    return { status: 202 };
  },
};

function savedSearchOf(search: SailpointState['savedSearches'][number]): object {
  return { ...search, public: false };
}

/** The records of the named indices that fit the query, by id. */
function found(state: SailpointState, { indices = ['*'], query, sort }: SearchBody): JsonObject[] {
  if (sort && sort.join() !== 'id') throw new SimulatedRefusal(400, 'Here records can be sorted by id only.');
  const all: JsonObject[] = [
    ...(has(indices, 'identities') ? identities(state) : []),
    ...(has(indices, 'roles') ? accessOf(state, 'ROLE', 'role') : []),
    ...(has(indices, 'accessprofiles') ? accessOf(state, 'ACCESS_PROFILE', 'accessprofile') : []),
    ...(has(indices, 'entitlements') ? accessOf(state, 'ENTITLEMENT', 'entitlement') : []),
  ];
  return all
    .filter((record) => fits(record, query?.query ?? '*'))
    .toSorted((a, b) => String(a.id).localeCompare(String(b.id)));
}

const has = (indices: string[], index: string) => indices.includes(index) || indices.includes('*');

function identities({ identities, accounts, access, held }: SailpointState): JsonObject[] {
  return identities.map(({ id, name, email, attributes, lifecycleState }) => ({
    ...{ id, name, displayName: name, email, attributes, _type: 'identity' },
    inactive: lifecycleState !== 'active',
    accountCount: accounts.filter(({ identityId }) => identityId === id).length,
    access: held
      .filter(({ identityId }) => identityId === id)
      .map(({ accessId }) => {
        const { name, type } = the(access, accessId);
        return { id: accessId, name, type };
      }),
  }));
}

function accessOf({ access }: SailpointState, type: string, shown: string): JsonObject[] {
  return access
    .filter((each) => each.type === type)
    .map(({ id, name, description, owner }) => ({ id, name, description, owner: { ...owner }, _type: shown }));
}

/** `field:value AND field:"value"`, with `*` at the end of a value; words alone are looked for in the name. */
function fits(record: JsonObject, query: string): boolean {
  return query.split(/\s+AND\s+/).every((part) => {
    const [, field = 'name', value = part] = /^([\w.@]+):(.+)$/.exec(part.trim()) ?? [];
    if (part.trim() === '*') return true;
    const wanted = value.replace(/^"|"$/g, '').toLowerCase();
    const texts = valuesAt(record, field.split('.')).map((each) => String(each).toLowerCase());
    return texts.some((text) => (wanted.endsWith('*') ? text.startsWith(wanted.slice(0, -1)) : text === wanted));
  });
}

function valuesAt(value: JsonValue | undefined, path: string[]): JsonValue[] {
  if (Array.isArray(value)) return value.flatMap((each) => valuesAt(each, path));
  const [first, ...rest] = path;
  if (first === undefined) return value === undefined ? [] : [value];
  return value !== null && typeof value === 'object' ? valuesAt(value[first.replace(/^@/, '')], rest) : [];
}
