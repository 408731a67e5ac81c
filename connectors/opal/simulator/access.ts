import { type SimulatedAnswer, SimulatedRefusal, type SimulatedRequest } from '@castellan/sdk/simulator';
import { logAccess } from './audit-log.js';
import { matching, pageOf, type Rule, the } from './lists.js';
import type { OpalGrant, OpalLevel, OpalResource, OpalState } from './state.js';

/** People, resources, groups, and who has what. */
export const accessRules: Record<string, Rule> = {
  user: findUser,
  getUsers: (state, request) => pageOf(state.users, request),
  getResources: (state, request) => {
    const filters = { resource_name: 'name', resource_type_filter: 'resource_type' };
    const wanted = state.resources.filter(matching(request, filters)).filter(tagged(state, request, 'resource_id'));
    return pageOf(wanted.map(answered), request);
  },
  get_resource: (state, { params }) => ({ body: answered(the(state.resources, 'resource_id', params)) }),
  getGroups: (state, request) => {
    const filters = { group_name: 'name', group_type_filter: 'group_type' };
    return pageOf(state.groups.filter(matching(request, filters)).filter(tagged(state, request, 'group_id')), request);
  },
  getGroup: (state, { params }) => ({ body: the(state.groups, 'group_id', params) }),
  get_user_resources: (state, request) => {
    const { user_id } = the(state.users, 'user_id', request.params);
    const rows = accessOf(state, request.now).filter((access) => access.user_id === user_id);
    return pageOf(rows, request, 'limit');
  },
  get_resource_users: (state, request) => {
    const { resource_id } = the(state.resources, 'resource_id', request.params);
    const rows = accessOf(state, request.now).filter((access) => access.resource_id === resource_id);
    return { body: { next: null, previous: null, results: rows } };
  },
  getResourceUser: (state, { params, now }) => {
    const resource = the(state.resources, 'resource_id', params);
    const user = the(state.users, 'user_id', params);
    const held = current(state.grants, now).filter((grant) => isOf(grant, user.user_id, resource.resource_id));
    return { body: { data: held.map((grant) => resourceUser(state, grant)), total_count: held.length } };
  },
  add_resource_user: grantResource,
  update_resource_user: change('grants', 'resource_id'),
  delete_resource_user: revoke('grants', 'resource_id'),
  get_user_groups: (state, request) => {
    const { user_id } = the(state.users, 'user_id', request.params);
    const rows = membersOf(state, request.now).filter((member) => member.user_id === user_id);
    return pageOf(rows, request);
  },
  get_group_users: (state, request) => {
    const { group_id } = the(state.groups, 'group_id', request.params);
    const rows = membersOf(state, request.now).filter((member) => member.group_id === group_id);
    return pageOf(rows, request);
  },
  get_group_resources: (state, { params }) => {
    const { group_id } = the(state.groups, 'group_id', params);
    return { body: { group_resources: givenBy(state).filter((row) => row.group_id === group_id) } };
  },
  get_resource_groups: (state, { params }) => {
    const { resource_id } = the(state.resources, 'resource_id', params);
    return { body: { group_resources: givenBy(state).filter((row) => row.resource_id === resource_id) } };
  },
  add_group_user: grantGroup,
  update_group_user: change('memberships', 'group_id'),
  delete_group_user: revoke('memberships', 'group_id'),
};

/** Whether something has the tag that a request asks for, if it asks for one. */
function tagged<Field extends string>({ tagged: rows }: OpalState, { query }: SimulatedRequest, idField: Field) {
  return (thing: Record<Field, string>): boolean =>
    !query.tag_ids || rows.some(({ tag_id, thing_id }) => tag_id === query.tag_ids && thing_id === thing[idField]);
}

/** What groups give, with the names of both. */
function givenBy(state: OpalState) {
  return state.groupResources.map((row) => ({
    ...row,
    group_name: the(state.groups, 'group_id', { group_id: row.group_id }).name,
    resource_name: the(state.resources, 'resource_id', { resource_id: row.resource_id }).name,
  }));
}

function findUser(state: OpalState, { query }: SimulatedRequest): SimulatedAnswer {
  if (!query.user_id && !query.email) throw new SimulatedRefusal(400, 'user_id or email is required');
  const found = state.users.find((user) =>
    query.user_id ? user.user_id === query.user_id : user.email.toLowerCase() === query.email!.toLowerCase(),
  );
  if (!found) throw new SimulatedRefusal(404, 'user not found');
  return { body: found };
}

function grantResource(state: OpalState, { params, body, now }: SimulatedRequest): SimulatedAnswer {
  const resource = the(state.resources, 'resource_id', params);
  const user = the(state.users, 'user_id', params);
  const wanted = wantedLevel(body);
  const level = resource.levels.find(({ access_level_remote_id }) => access_level_remote_id === wanted);
  if (!level) throw new SimulatedRefusal(400, `access level “${wanted}” not found on ${resource.name}`);
  const grant = put(
    state,
    state.grants,
    { user_id: user.user_id, thing_id: resource.resource_id },
    level,
    minutesOf(body),
    now,
  );
  logAccess(state, 'ADDED_TO_RESOURCE', grant, now);
  return { body: resourceUser(state, grant) };
}

function grantGroup(state: OpalState, { params, body, now }: SimulatedRequest): SimulatedAnswer {
  const group = the(state.groups, 'group_id', params);
  const user = the(state.users, 'user_id', params);
  const level = { access_level_name: wantedLevel(body), access_level_remote_id: wantedLevel(body) };
  const membership = put(
    state,
    state.memberships,
    { user_id: user.user_id, thing_id: group.group_id },
    level,
    minutesOf(body),
    now,
  );
  logAccess(state, 'ADDED_TO_GROUP', membership, now);
  return {
    body: membersOf(state, now).find((row) => row.group_id === group.group_id && row.user_id === user.user_id)!,
  };
}

function revoke(collection: 'grants' | 'memberships', idField: 'resource_id' | 'group_id'): Rule {
  return (state, { params, query, now }) => {
    const wanted = query.access_level_remote_id ?? '';
    const index = state[collection].findIndex(
      (grant) => isOf(grant, params.user_id!, params[idField]!) && grant.access_level.access_level_remote_id === wanted,
    );
    if (index < 0) throw new SimulatedRefusal(404, 'no such direct access');
    const [gone] = state[collection].splice(index, 1) as [OpalGrant];
    logAccess(state, collection === 'grants' ? 'REMOVED_FROM_RESOURCE' : 'REMOVED_FROM_GROUP', gone, now);
    return {};
  };
}

/** Only what is held can be changed. */
function change(collection: 'grants' | 'memberships', idField: 'resource_id' | 'group_id'): Rule {
  return (state, { params, body, now }) => {
    const wanted = wantedLevel(body);
    const held = current(state[collection], now).find(
      (grant) => isOf(grant, params.user_id!, params[idField]!) && grant.access_level.access_level_remote_id === wanted,
    );
    if (!held) throw new SimulatedRefusal(404, 'no such direct access');
    const place = { user_id: held.user_id, thing_id: held.thing_id };
    const changed = put(state, state[collection], place, held.access_level, minutesOf(body), now);
    const rows = collection === 'grants' ? [resourceUser(state, changed)] : membersOf(state, now);
    return {
      body: rows.find(
        (row) => row.user_id === held.user_id && (!('group_id' in row) || row.group_id === held.thing_id),
      )!,
    };
  };
}

/** Gives access, or changes its duration where it is held already. */
export function put(
  state: OpalState,
  grants: OpalGrant[],
  place: Pick<OpalGrant, 'user_id' | 'thing_id'>,
  level: OpalLevel,
  minutes: number,
  now: Date,
): OpalGrant {
  const grant: OpalGrant = {
    ...place,
    access_level: level,
    expiration_date: minutes > 0 ? new Date(now.getTime() + minutes * 60_000).toISOString() : null,
    propagated_at: new Date(now.getTime() + state.propagation.seconds * 1_000).toISOString(),
    propagates_to: state.propagation.ends,
  };
  const index = grants.findIndex(
    (held) =>
      isOf(held, place.user_id, place.thing_id) &&
      held.access_level.access_level_remote_id === level.access_level_remote_id,
  );
  if (index < 0) grants.push(grant);
  else grants[index] = grant;
  return grant;
}

/** All access to resources, direct and through groups, one row for each person, resource and level. */
export function accessOf(state: OpalState, now: Date) {
  const direct = current(state.grants, now).map((grant) => ({ ...grant, direct: true }));
  const inherited = current(state.memberships, now).flatMap((membership) =>
    state.groupResources
      .filter(({ group_id }) => group_id === membership.thing_id)
      .map(({ resource_id, access_level }) => ({ ...membership, thing_id: resource_id, access_level, direct: false })),
  );
  const byPlace = new Map<string, (OpalGrant & { direct: boolean })[]>();
  for (const access of [...direct, ...inherited]) {
    const place = [access.user_id, access.thing_id, access.access_level.access_level_remote_id].join(' ');
    byPlace.set(place, [...(byPlace.get(place) ?? []), access]);
  }
  return [...byPlace.values()].map((paths) => {
    const [access] = paths as [(typeof paths)[number]];
    return {
      ...resourceUser(state, access),
      resource_name: the(state.resources, 'resource_id', { resource_id: access.thing_id }).name,
      has_direct_access: access.direct,
      num_access_paths: paths.length,
      propagation_status: propagation(access, now),
    };
  });
}

export function membersOf(state: OpalState, now: Date) {
  return current(state.memberships, now).map((membership) => {
    const { group_id, name, description } = the(state.groups, 'group_id', { group_id: membership.thing_id });
    const { access_level, expiration_date } = membership;
    const propagation_status = propagation(membership, now);
    return {
      group_id,
      group_name: name,
      description,
      ...personOf(state, membership),
      access_level,
      expiration_date,
      propagation_status,
    };
  });
}

function resourceUser(state: OpalState, grant: OpalGrant) {
  const { thing_id: resource_id, access_level, expiration_date } = grant;
  return { resource_id, ...personOf(state, grant), access_level, expiration_date };
}

function personOf(state: OpalState, { user_id }: { user_id: string }) {
  const { email, full_name } = the(state.users, 'user_id', { user_id });
  return { user_id, email, full_name };
}

function propagation({ propagated_at, propagates_to }: OpalGrant, now: Date) {
  return { status: now < new Date(propagated_at) ? 'PENDING' : (propagates_to ?? 'SUCCESS') };
}

export function current(grants: OpalGrant[], now: Date): OpalGrant[] {
  return grants.filter(({ expiration_date }) => expiration_date === null || new Date(expiration_date) > now);
}

function isOf(grant: OpalGrant, userId: string, thingId: string): boolean {
  return grant.user_id === userId && grant.thing_id === thingId;
}

function minutesOf(body: unknown): number {
  return (body as { duration_minutes: number }).duration_minutes;
}

export function wantedLevel(body: unknown): string {
  return (body as { access_level_remote_id?: string } | null)?.access_level_remote_id ?? '';
}

function answered({ levels, ...resource }: OpalResource) {
  return resource;
}
