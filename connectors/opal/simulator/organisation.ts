import { SimulatedRefusal } from '@castellan/sdk/simulator';
import { current, put, wantedLevel } from './access.js';
import { matching, pageOf, type Rule, slice, the } from './lists.js';
import type { OpalState } from './state.js';

/** Owners, apps, delegations, settings, tags, rules, sessions, tokens, identities and event streams. */
export const organisationRules: Record<string, Rule> = {
  get_owners: (state, request) => {
    const { name } = request.query;
    return pageOf(
      state.owners.filter((owner) => !name || owner.name === name),
      request,
    );
  },
  getOwner: (state, { params }) => ({ body: the(state.owners, 'owner_id', params) }),
  get_owner_users: (state, { params }) => ({ body: { users: peopleOf(state, params) } }),
  set_owner_users(state, { params, body }) {
    const { owner_id } = the(state.owners, 'owner_id', params);
    const { user_ids } = body as { user_ids: string[] };
    for (const user_id of user_ids) the(state.users, 'user_id', { user_id });
    state.ownerUsers = [...state.ownerUsers.filter((row) => row.owner_id !== owner_id), { owner_id, user_ids }];
    return { body: { users: peopleOf(state, params) } };
  },

  getApps: (state) => ({ body: { apps: state.apps } }),
  getDelegations: (state, request) => {
    const filters = { delegator_user_id: 'delegator_user_id', delegate_user_id: 'delegate_user_id' };
    return pageOf(state.delegations.filter(matching(request, filters)), request);
  },

  updateResources: (state, { body }) => {
    const { resources } = body as { resources: { resource_id: string }[] };
    for (const one of resources) Object.assign(the(state.resources, 'resource_id', one), one);
    return { body: { resources } };
  },
  get_resource_visibility(state, { params }) {
    const { resource_id } = the(state.resources, 'resource_id', params);
    const { visibility = 'GLOBAL', visibility_group_ids = [] } =
      state.visibilities.find((one) => one.resource_id === resource_id) ?? {};
    return { body: { visibility, visibility_group_ids } };
  },
  set_resource_visibility(state, { params, body }) {
    const { resource_id } = the(state.resources, 'resource_id', params);
    const { visibility, visibility_group_ids = [] } = body as OpalState['visibilities'][number];
    for (const group_id of visibility_group_ids) the(state.groups, 'group_id', { group_id });
    const others = state.visibilities.filter((one) => one.resource_id !== resource_id);
    state.visibilities = [...others, { resource_id, visibility, visibility_group_ids }];
    return { body: { visibility, visibility_group_ids } };
  },
  updateGroups: (state, { body }) => {
    const { groups } = body as { groups: { group_id: string }[] };
    for (const one of groups) Object.assign(the(state.groups, 'group_id', one), one);
    return { body: { groups } };
  },

  getTags: (state, request) => pageOf(state.tags, request),
  get_resource_tags: tagsOf('resource_id'),
  get_group_tags: tagsOf('group_id'),
  get_user_tags: tagsOf('user_id'),
  add_resource_tag: tagThing('resource_id'),
  add_group_tag: tagThing('group_id'),
  add_user_tag: tagThing('user_id'),
  remove_resource_tag: untagThing('resource_id'),
  remove_group_tag: untagThing('group_id'),
  remove_user_tag: untagThing('user_id'),

  get_access_rules(state, request) {
    const { rows, next } = slice(state.accessRules, request);
    return { body: { results: rows, ...(next === null ? {} : { next }) } };
  },
  get_access_rule: (state, { params }) => ({ body: the(state.accessRules, 'access_rule_id', params) }),
  update_access_rule: (state, { params, body }) => {
    const rule = Object.assign(the(state.accessRules, 'access_rule_id', params), body);
    return { body: rule };
  },

  sessions(state, { query, now }) {
    const open = state.sessions.filter(
      ({ resource_id, user_id, expiration_date }) =>
        resource_id === query.resource_id &&
        (!query.user_id || user_id === query.user_id) &&
        new Date(expiration_date) > now,
    );
    return { body: { next: null, previous: null, results: open } };
  },

  getTokens: (state, request) => {
    const filters = { user_id: 'user_id', token_ids: 'token_id' };
    return pageOf(state.tokens.filter(matching(request, filters)), request);
  },
  deleteToken(state, { params }) {
    const { token_id } = the(state.tokens, 'token_id', params);
    state.tokens = state.tokens.filter((one) => one.token_id !== token_id);
    return {};
  },

  get_nhis: (state, request) => pageOf(state.identities, request),
  get_resource_nhis(state, { params, now }) {
    const { resource_id } = the(state.resources, 'resource_id', params);
    const held = current(state.identityGrants, now).filter(({ thing_id }) => thing_id === resource_id);
    const rows = held.map(({ user_id, access_level, expiration_date }) => ({
      principal_id: user_id,
      principal_type: 'RESOURCE',
      entity_id: resource_id,
      entity_type: 'RESOURCE',
      access_level,
      expiration_date,
      has_direct_access: true,
      num_access_paths: 1,
    }));
    return { body: { results: rows } };
  },
  add_resource_nhi(state, { params, body, now }) {
    const { resource_id, levels, name } = the(state.resources, 'resource_id', params);
    const { resource_id: user_id } = the(state.identities, 'resource_id', {
      resource_id: params.non_human_identity_id!,
    });
    const level = levels.find((one) => one.access_level_remote_id === wantedLevel(body));
    if (!level) throw new SimulatedRefusal(400, `access level “${wantedLevel(body)}” not found on ${name}`);
    const { duration_minutes } = body as { duration_minutes: number };
    const grant = put(state, state.identityGrants, { user_id, thing_id: resource_id }, level, duration_minutes, now);
    const { access_level, expiration_date } = grant;
    return { body: { resource_id, non_human_identity_id: user_id, access_level, expiration_date } };
  },
  delete_resource_nhi(state, { params, query }) {
    const left = state.identityGrants.filter(
      ({ user_id, thing_id, access_level }) =>
        user_id !== params.non_human_identity_id ||
        thing_id !== params.resource_id ||
        access_level.access_level_remote_id !== (query.access_level_remote_id ?? ''),
    );
    if (left.length === state.identityGrants.length) throw new SimulatedRefusal(404, 'no such direct access');
    state.identityGrants = left;
    return {};
  },

  getEventStreams: (state) => ({ body: { event_streams: state.eventStreams } }),
  updateEventStream(state, { params, body }) {
    const stream = the(state.eventStreams, 'event_stream_id', params);
    Object.assign(stream.connection, body);
    return { body: stream };
  },
};

function peopleOf(state: OpalState, params: Record<string, string>) {
  const { owner_id } = the(state.owners, 'owner_id', params);
  const ids = state.ownerUsers.find((row) => row.owner_id === owner_id)?.user_ids ?? [];
  return ids.map((user_id) => the(state.users, 'user_id', { user_id }));
}

type ThingField = 'resource_id' | 'group_id' | 'user_id';

/** The id of what a path names, which must be there. */
function thingOf(state: OpalState, field: ThingField, params: Record<string, string>): string {
  if (field === 'resource_id') return the(state.resources, field, params).resource_id;
  return field === 'group_id' ? the(state.groups, field, params).group_id : the(state.users, field, params).user_id;
}

function tagsOf(field: ThingField): Rule {
  return (state, { params }) => {
    const id = thingOf(state, field, params);
    const ids = state.tagged.filter(({ thing_id }) => thing_id === id).map(({ tag_id }) => tag_id);
    return { body: { tags: state.tags.filter(({ tag_id }) => ids.includes(tag_id)) } };
  };
}

function tagThing(field: ThingField): Rule {
  return (state, { params }) => {
    const { tag_id } = the(state.tags, 'tag_id', params);
    const thing_id = thingOf(state, field, params);
    if (!state.tagged.some((row) => row.tag_id === tag_id && row.thing_id === thing_id))
      state.tagged.push({ tag_id, thing_id });
    return {};
  };
}

function untagThing(field: ThingField): Rule {
  return (state, { params }) => {
    const left = state.tagged.filter((row) => row.tag_id !== params.tag_id || row.thing_id !== params[field]);
    if (left.length === state.tagged.length) throw new SimulatedRefusal(404, 'no such tag');
    state.tagged = left;
    return {};
  };
}
