import type { SimulatedRequest } from '@castellan/sdk/simulator';
import {
  type SimulatedChannel,
  type SimulatedGroup,
  type SimulatedMember,
  type SlackState,
  simulatedApp,
} from './slack.seed.js';
import { done, memberNamed, pageOf, type Rule, refused } from './slack-simulated-answers.js';

/** How Slack's methods on members, channels and user groups behave. */
export const workspaceRules: Record<string, Rule> = {
  auth_test: () =>
    done({
      url: 'https://simulated-company.slack.com/',
      team: simulatedApp.team,
      team_id: simulatedApp.teamId,
      user: simulatedApp.user,
      user_id: simulatedApp.userId,
      bot_id: simulatedApp.botId,
    }),

  users_lookupByEmail(state, { query }) {
    const found = state.members.find(({ email }) => email.toLowerCase() === query.email!.toLowerCase());
    return found ? done({ user: userOf(found) }) : refused('users_not_found');
  },

  users_info(state, { query }) {
    const found = memberNamed(state, query.user!);
    return found ? done({ user: userOf(found) }) : refused('user_not_found');
  },

  users_list(state, request) {
    const { page, next } = pageOf(state.members, request);
    return done({ members: page.map(userOf), cache_ts: 0, response_metadata: { next_cursor: next } });
  },

  conversations_list(state, request) {
    const types = (request.query.types ?? 'public_channel').split(',');
    const shown = state.channels
      .filter(({ isPrivate, isMember }) => (isPrivate ? isMember : true))
      .filter(({ isPrivate }) => types.includes(isPrivate ? 'private_channel' : 'public_channel'))
      .filter(({ isArchived }) => !isArchived || request.query.exclude_archived !== 'true');
    const { page, next } = pageOf(shown, request);
    return done({ channels: page.map(channelOf), response_metadata: { next_cursor: next } });
  },

  conversations_info(state, { query }) {
    const channel = state.channels.find(({ id }) => id === query.channel);
    return channel ? done({ channel: channelOf(channel) }) : refused('channel_not_found');
  },

  conversations_members(state, request) {
    const channel = state.channels.find(({ id }) => id === request.query.channel);
    if (!channel) return refused('channel_not_found');
    const { page, next } = pageOf(channel.members, request);
    return done({ members: page, response_metadata: { next_cursor: next } });
  },

  conversations_create(state, { body }) {
    const { name, is_private: isPrivate = false } = body as { name: string; is_private?: boolean };
    if (!/^[a-z0-9_-]{1,80}$/.test(name)) return refused('invalid_name_specials');
    if (state.channels.some((channel) => channel.name === name)) return refused('name_taken');
    const channel: SimulatedChannel = {
      ...{ id: `C0SIMULATED${state.channels.length}`, name, isPrivate },
      isArchived: false,
      isMember: true,
      members: [],
    };
    state.channels.push(channel);
    return done({ channel: channelOf(channel) });
  },

  conversations_archive(state, { body }) {
    const channel = state.channels.find(({ id }) => id === (body as { channel: string }).channel);
    if (!channel) return refused('channel_not_found');
    if (channel.isArchived) return refused('already_archived');
    channel.isArchived = true;
    return done();
  },

  conversations_invite: (state, request) =>
    inOpenChannel(state, request, (channel) => {
      const { users } = request.body as { users: string };
      if (!memberNamed(state, users)) return refused('user_not_found');
      if (channel.members.includes(users)) return refused('already_in_channel');
      channel.members.push(users);
      return done({ channel: channelOf(channel) });
    }),

  conversations_kick: (state, request) =>
    inOpenChannel(state, request, (channel) => {
      const { user } = request.body as { user: string };
      if (channel.name === 'general') return refused('cant_kick_from_general');
      if (!channel.members.includes(user)) return refused('not_in_channel');
      channel.members = channel.members.filter((id) => id !== user);
      return done();
    }),

  usergroups_list: (state) => done({ usergroups: state.userGroups.map(groupOf) }),

  usergroups_users_list(state, { query }) {
    const group = state.userGroups.find(({ id }) => id === query.usergroup);
    return group ? done({ users: group.users }) : refused('no_such_subteam');
  },

  usergroups_users_update(state, { body }) {
    const { usergroup, users } = body as { usergroup: string; users: string };
    const group = state.userGroups.find(({ id }) => id === usergroup);
    if (!group) return refused('no_such_subteam');
    const wanted = users.split(',').filter((id) => id !== '');
    if (wanted.length === 0) return refused('no_users_provided');
    if (wanted.some((id) => !memberNamed(state, id))) return refused('invalid_users');
    group.users = wanted;
    return done({ usergroup: groupOf(group) });
  },
};

function inOpenChannel(
  state: SlackState,
  { body }: SimulatedRequest,
  act: (channel: SimulatedChannel) => ReturnType<Rule>,
): ReturnType<Rule> {
  const channel = state.channels.find(({ id }) => id === (body as { channel: string }).channel);
  if (!channel) return refused('channel_not_found');
  if (channel.isArchived) return refused('is_archived');
  if (!channel.isMember) return refused('not_in_channel');
  return act(channel);
}

function channelOf({ id, name, isPrivate, isArchived, isMember }: SimulatedChannel) {
  return {
    id,
    name,
    is_channel: !isPrivate,
    is_group: isPrivate,
    is_private: isPrivate,
    is_archived: isArchived,
    is_member: isMember,
  };
}

function userOf({ id, name, realName, email, isBot, isDeactivated, isUnverified }: SimulatedMember) {
  return {
    id,
    team_id: simulatedApp.teamId,
    name,
    real_name: realName,
    deleted: isDeactivated,
    is_bot: isBot,
    is_restricted: false,
    is_ultra_restricted: false,
    is_email_confirmed: !isUnverified,
    profile: { real_name: realName, email },
  };
}

function groupOf({ id, name, handle, users }: SimulatedGroup) {
  return {
    id,
    team_id: simulatedApp.teamId,
    name,
    handle,
    is_usergroup: true,
    date_delete: 0,
    user_count: users.length,
  };
}
