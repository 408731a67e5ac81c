import {
  defineSimulator,
  type SimulatedAnswer,
  SimulatedRefusal,
  type SimulatedRequest,
  type SimulatorView,
} from '@castellan/sdk/simulator';
import description from './fixtures/opal.openapi.json' with { type: 'json' };
import { type OpalGrant, type OpalLevel, type OpalResource, type OpalState, seedOpal } from './opal.seed.js';
import { logAccess, loggedEvents } from './opal-audit-log.js';

type Rule = (state: OpalState, request: SimulatedRequest) => SimulatedAnswer;

/** Opal carries a change out some time after it has answered. */
const propagationMs = 2_000;

/** Opal's description declares hardly any errors and no body for them; this is our reading. */
const errorBody = (code: number, message: string) => ({ code, message });

export const opalSimulator = defineSimulator<OpalState>({
  connector: 'opal',
  title: 'Opal',
  apis: [
    {
      description,
      root: '/v1',
      error: errorBody,
      authorize: ({ headers }) =>
        /^Bearer \S+/.test(headers.authorization ?? '') ? null : { status: 401, body: errorBody(401, 'Invalid token') },
      rules: {
        user: findUser,
        getUsers: (state, request) => pageOf(state.users, request),
        getResources: (state, request) =>
          pageOf(
            state.resources
              .filter(matching(request, { resource_name: 'name', resource_type_filter: 'resource_type' }))
              .map(answered),
            request,
          ),
        get_resource: (state, { params }) => ({ body: answered(the(state.resources, 'resource_id', params)) }),
        getGroups: (state, request) =>
          pageOf(
            state.groups.filter(matching(request, { group_name: 'name', group_type_filter: 'group_type' })),
            request,
          ),
        getGroup: (state, { params }) => ({ body: the(state.groups, 'group_id', params) }),
        get_user_resources: (state, request) => {
          const { user_id } = the(state.users, 'user_id', request.params);
          return pageOf(
            accessOf(state, request.now).filter((access) => access.user_id === user_id),
            request,
            'limit',
          );
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
        delete_resource_user: revoke('grants', 'resource_id'),
        get_user_groups: (state, request) => {
          const { user_id } = the(state.users, 'user_id', request.params);
          return pageOf(
            membersOf(state, request.now).filter((member) => member.user_id === user_id),
            request,
          );
        },
        get_group_users: (state, request) => {
          const { group_id } = the(state.groups, 'group_id', request.params);
          return pageOf(
            membersOf(state, request.now).filter((member) => member.group_id === group_id),
            request,
          );
        },
        get_group_resources: (state, { params }) => {
          const { group_id, name } = the(state.groups, 'group_id', params);
          const given = state.groupResources.filter((row) => row.group_id === group_id);
          return {
            body: {
              group_resources: given.map((row) => ({ ...row, group_name: name })),
            },
          };
        },
        add_group_user: grantGroup,
        delete_group_user: revoke('memberships', 'group_id'),
        events: (state, request) => pageOf(loggedEvents(state, request), request),
      },
    },
  ],
  seed: seedOpal,
  logs: ['events'],
  view,
});

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
  const grant = put(state.grants, { user_id: user.user_id, thing_id: resource.resource_id }, level, body, now);
  logAccess(state, 'ADDED_TO_RESOURCE', grant, now);
  return { body: resourceUser(state, grant) };
}

function grantGroup(state: OpalState, { params, body, now }: SimulatedRequest): SimulatedAnswer {
  const group = the(state.groups, 'group_id', params);
  const user = the(state.users, 'user_id', params);
  const level = { access_level_name: wantedLevel(body), access_level_remote_id: wantedLevel(body) };
  const membership = put(state.memberships, { user_id: user.user_id, thing_id: group.group_id }, level, body, now);
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

/** Gives access, or changes its duration where it is held already. */
function put(
  grants: OpalGrant[],
  place: Pick<OpalGrant, 'user_id' | 'thing_id'>,
  level: OpalLevel,
  body: unknown,
  now: Date,
): OpalGrant {
  const { duration_minutes: minutes } = body as { duration_minutes: number };
  const grant: OpalGrant = {
    ...place,
    access_level: level,
    expiration_date: minutes > 0 ? new Date(now.getTime() + minutes * 60_000).toISOString() : null,
    propagated_at: new Date(now.getTime() + propagationMs).toISOString(),
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
function accessOf(state: OpalState, now: Date) {
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

function membersOf(state: OpalState, now: Date) {
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

function propagation({ propagated_at }: OpalGrant, now: Date) {
  return { status: now < new Date(propagated_at) ? 'PENDING' : 'SUCCESS' };
}

function current(grants: OpalGrant[], now: Date): OpalGrant[] {
  return grants.filter(({ expiration_date }) => expiration_date === null || new Date(expiration_date) > now);
}

function isOf(grant: OpalGrant, userId: string, thingId: string): boolean {
  return grant.user_id === userId && grant.thing_id === thingId;
}

function wantedLevel(body: unknown): string {
  return (body as { access_level_remote_id?: string } | null)?.access_level_remote_id ?? '';
}

function answered({ levels, ...resource }: OpalResource) {
  return resource;
}

/** The one with this id, or 404. */
function the<T extends object>(list: T[], idField: keyof T & string, params: Record<string, string>): T {
  const found = list.find((item) => item[idField] === params[idField]);
  if (!found) throw new SimulatedRefusal(404, `${idField.replace('_id', '')} not found`);
  return found;
}

/** Whether an item has what the query's filters ask for. */
function matching({ query }: SimulatedRequest, filters: Record<string, string>) {
  return (item: object) =>
    Object.entries(filters).every(
      ([name, field]) => !query[name] || (item as Record<string, unknown>)[field] === query[name],
    );
}

/** A page with cursors, as most of Opal's lists are cut. */
function pageOf(rows: object[], { query }: SimulatedRequest, sizeName = 'page_size'): SimulatedAnswer {
  const size = Math.min(Number(query[sizeName] ?? 200), 1000);
  const start = query.cursor ? Number(Buffer.from(query.cursor, 'base64url').toString()) : 0;
  const end = start + size;
  const next = end < rows.length ? Buffer.from(String(end)).toString('base64url') : null;
  return { body: { next, previous: query.cursor ?? null, results: rows.slice(start, end) } };
}

function view(state: OpalState): SimulatorView {
  const now = new Date();
  const accesses = accessOf(state, now).map((access) => ({
    person: access.email,
    resource: access.resource_name,
    level: access.access_level.access_level_name,
    way: access.has_direct_access ? 'direct' : 'through a group',
    until: access.expiration_date,
    state: access.propagation_status.status,
  }));
  const members = membersOf(state, now).map(({ email, group_name, expiration_date }) => ({
    person: email,
    group: group_name,
    until: expiration_date,
  }));
  return {
    tables: [
      {
        title: 'Access to resources',
        columns: columns('person', 'resource', 'level', 'way', 'until', 'state'),
        rows: accesses,
      },
      { title: 'Members of groups', columns: columns('person', 'group', 'until'), rows: members },
      { title: 'Audit log', columns: columns('at', 'event', 'person'), rows: eventRows(state) },
    ],
  };
}

function eventRows({ events }: OpalState) {
  return events.toReversed().map(({ created_at, event_type, sub_events }) => ({
    at: created_at,
    event: event_type,
    person: sub_events.map(({ user_name }) => user_name).join(', '),
  }));
}

function columns(...keys: string[]) {
  return keys.map((key) => ({ key, title: `${key[0]!.toUpperCase()}${key.slice(1)}` }));
}
