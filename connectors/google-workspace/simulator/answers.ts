import { createHash } from 'node:crypto';
import { type SimulatedAnswer, SimulatedRefusal, type SimulatedRequest } from '@castellan/sdk/simulator';
import {
  customerId,
  type GoogleState,
  type HeldGroup,
  type HeldMember,
  type HeldUser,
} from '../google-workspace.seed.js';

const reasons: Record<number, string> = {
  400: 'invalid',
  403: 'forbidden',
  404: 'notFound',
  409: 'duplicate',
  412: 'conditionNotMet',
};

/** Google's shape of a refusal. */
export function refusalBody(code: number, message: string): object {
  const reason = reasons[code] ?? 'backendError';
  return { error: { code, message, errors: [{ message, domain: 'global', reason }] } };
}

export function notFound(what: string): never {
  throw new SimulatedRefusal(404, `Resource Not Found: ${what}`);
}

/** By id, address or alias. */
export function userBy(state: GoogleState, key: string): HeldUser | undefined {
  const wanted = key.toLowerCase();
  return state.users.find(({ id, primaryEmail, aliases }) =>
    [id, primaryEmail, ...aliases].some((name) => name.toLowerCase() === wanted),
  );
}

export const userOr404 = (state: GoogleState, key: string): HeldUser => userBy(state, key) ?? notFound('userKey');

export function groupBy(state: GoogleState, key: string): HeldGroup | undefined {
  const wanted = key.toLowerCase();
  return state.groups.find(({ id, email, aliases }) =>
    [id, email, ...aliases].some((name) => name.toLowerCase() === wanted),
  );
}

export const groupOr404 = (state: GoogleState, key: string): HeldGroup => groupBy(state, key) ?? notFound('groupKey');

/** An address is that of one user or group only. */
export const isTaken = (state: GoogleState, email: string): boolean =>
  Boolean(userBy(state, email) ?? groupBy(state, email));

/** A record as Google shows it: with an ETag made of what it holds. */
function withEtag<T extends object>(record: T, kind: string): T & { etag: string; kind: string } {
  const hash = createHash('sha256').update(JSON.stringify(record)).digest('base64url').slice(0, 16);
  return { ...record, kind, etag: `"google/${hash}"` };
}

export const shownUser = (held: HeldUser) => withEtag({ ...held, customerId }, 'admin#directory#user');

export function shownGroup(state: GoogleState, held: HeldGroup) {
  const count = state.members.filter(({ group }) => group === held.id).length;
  return withEtag({ ...held, directMembersCount: String(count) }, 'admin#directory#group');
}

export function shownMember(state: GoogleState, { group: _, ...held }: HeldMember) {
  const status = userBy(state, held.id)?.suspended ? 'SUSPENDED' : 'ACTIVE';
  return withEtag({ ...held, status }, 'admin#directory#member');
}

/** One page of a list, in `place` of the answer. */
export function page(place: string, all: object[], { query }: SimulatedRequest, usual: number): SimulatedAnswer {
  const start = query.pageToken === undefined ? 0 : offsetOf(query.pageToken);
  const end = start + Number(query.maxResults ?? usual);
  const more = end < all.length ? { nextPageToken: Buffer.from(`page ${end}`).toString('base64url') } : {};
  return { body: partial({ [place]: all.slice(start, end), ...more }, query.fields) };
}

function offsetOf(token: string): number {
  const offset = /^page (\d+)$/.exec(Buffer.from(token, 'base64url').toString())?.[1];
  if (offset === undefined) throw new SimulatedRefusal(400, 'Invalid Input: pageToken');
  return Number(offset);
}

/** Only the fields that are asked for: `a,b` and `list(a,b)`. */
export function partial(body: object, fields: string | undefined): object {
  if (!fields) return body;
  const asked = fields.match(/\w+(?:\([^)]*\))?/g) ?? [];
  const kept = asked.flatMap((each) => {
    const [, name = '', inner] = /^(\w+)(?:\(([^)]*)\))?$/.exec(each)!;
    const value = (body as Record<string, unknown>)[name];
    if (value === undefined) return [];
    return [[name, inner && Array.isArray(value) ? value.map((item: object) => partial(item, inner)) : value]];
  });
  return Object.fromEntries(kept);
}
