import {
  defineSimulator,
  type SimulatedAnswer,
  type SimulatedRequest,
  type SimulatorView,
} from '@castellan/sdk/simulator';
import { simulatedPeople } from '../simulated-company.js';
import description from './fixtures/slack.openapi.json' with { type: 'json' };

interface Member {
  id: string;
  name: string;
  realName: string;
  email: string;
  isBot: boolean;
  isDeactivated: boolean;
}

interface Channel {
  id: string;
  name: string;
  isPrivate: boolean;
  isArchived: boolean;
  /** The app is in it. */
  isMember: boolean;
}

interface Message {
  channel: string;
  ts: string;
  user: string;
  text: string;
  thread_ts?: string;
  blocks?: object[];
  metadata?: object;
}

interface SlackState {
  members: Member[];
  channels: Channel[];
  /** Direct messages of the app by the member's id. */
  directMessages: { id: string; user: string }[];
  messages: Message[];
}

const app = {
  team: 'Simulated Company',
  teamId: 'T0CASTELLAN',
  user: 'castellan',
  userId: 'U0CASTELLAN',
  botId: 'B0CASTELLAN',
};

const channels: Channel[] = [
  ['C0SECURITY', 'security'],
  ['C0INCIDENTS', 'incidents'],
  ['C0ITSUPPORT', 'it-support'],
  ['C0GENERAL', 'general'],
].map(([id, name]) => ({ id: id!, name: name!, isPrivate: false, isArchived: false, isMember: true }));

export const slackSimulator = defineSimulator<SlackState>({
  connector: 'slack',
  title: 'Slack',
  apis: [
    {
      description: description as never,
      root: '/api',
      error: (_, message) => ({ ok: false, error: 'invalid_arguments', response_metadata: { messages: [message] } }),
      authorize: ({ headers }) => (/^Bearer \S+/.test(headers.authorization ?? '') ? null : refused('not_authed')),
      rules: {
        auth_test: () => ({
          body: {
            ok: true,
            url: 'https://simulated-company.slack.com/',
            team: app.team,
            team_id: app.teamId,
            user: app.user,
            user_id: app.userId,
            bot_id: app.botId,
          },
        }),
        chat_postMessage: post,
        chat_update: update,
        users_lookupByEmail: (state, { query }) => {
          const found = state.members.find(({ email }) => email.toLowerCase() === query.email!.toLowerCase());
          return found ? { body: { ok: true, user: userOf(found) } } : refused('users_not_found');
        },
        conversations_open: open,
        conversations_list: (state, request) => {
          const types = (request.query.types ?? 'public_channel').split(',');
          const shown = state.channels
            .filter(({ isPrivate, isMember }) => (isPrivate ? isMember : true))
            .filter(({ isPrivate }) => types.includes(isPrivate ? 'private_channel' : 'public_channel'))
            .filter(({ isArchived }) => !isArchived || request.query.exclude_archived !== 'true');
          const { page, next } = pageOf(shown, request);
          return { body: { ok: true, channels: page.map(channelOf), response_metadata: { next_cursor: next } } };
        },
        conversations_history: (state, request) => {
          const inChannel = state.messages.filter(
            ({ channel, thread_ts }) => channel === request.query.channel && !thread_ts,
          );
          return history(state, request, inChannel.reverse());
        },
        conversations_replies: (state, request) => {
          const { channel, ts } = request.query;
          const thread = state.messages.filter((message) => message.ts === ts || message.thread_ts === ts);
          if (!thread.some((message) => message.ts === ts)) return refused('thread_not_found');
          return history(
            state,
            request,
            thread.filter((message) => message.channel === channel),
          );
        },
      },
    },
  ],
  seed: () => ({
    members: simulatedPeople.map(({ email, firstName, lastName }, index) => ({
      id: `U${String(index + 1).padStart(8, '0')}`,
      name: email.split('@')[0]!,
      realName: `${firstName} ${lastName}`,
      email,
      isBot: false,
      isDeactivated: false,
    })),
    channels: structuredClone(channels),
    directMessages: [],
    messages: [
      { channel: 'C0SECURITY', ts: '1503435956.000247', user: app.userId, text: 'Castellan posts to this channel.' },
    ],
  }),
  view,
});

/** Slack refuses with HTTP 200. */
function refused(error: string): SimulatedAnswer {
  return { body: { ok: false, error } };
}

function post(state: SlackState, { body, now }: SimulatedRequest): SimulatedAnswer {
  const { channel: named, text, blocks, thread_ts, metadata } = body as Partial<Message>;
  const place = placeOf(state, named!);
  if (!place) return refused('channel_not_found');
  if ('isArchived' in place && place.isArchived) return refused('is_archived');
  if ('isMember' in place && !place.isMember) return refused('not_in_channel');
  if (!text && !blocks?.length) return refused('no_text');
  if ((text ?? '').length > 40_000) return refused('msg_too_long');
  if (thread_ts && !state.messages.some(({ ts }) => ts === thread_ts)) return refused('thread_not_found');
  const message: Message = {
    channel: place.id,
    ts: nextTs(state, now),
    user: app.userId,
    text: text ?? '',
    ...(thread_ts ? { thread_ts } : {}),
    ...(blocks ? { blocks } : {}),
    ...(metadata ? { metadata } : {}),
  };
  state.messages.push(message);
  return { body: { ok: true, channel: place.id, ts: message.ts, message: messageOf(message) } };
}

function update(state: SlackState, { body }: SimulatedRequest): SimulatedAnswer {
  const { channel, ts, text, blocks } = body as Partial<Message>;
  if (!placeOf(state, channel!)) return refused('channel_not_found');
  const message = state.messages.find((item) => item.channel === channel && item.ts === ts);
  if (!message) return refused('message_not_found');
  if (message.user !== app.userId) return refused('cant_update_message');
  message.text = text ?? message.text;
  if (blocks) message.blocks = blocks;
  return {
    body: { ok: true, channel: message.channel, ts: message.ts, text: message.text, message: messageOf(message) },
  };
}

function open(state: SlackState, { body }: SimulatedRequest): SimulatedAnswer {
  const { users } = body as { users?: string };
  if (!users) return refused('users_list_not_supplied');
  const member = state.members.find(({ id }) => id === users);
  if (!member) return refused('user_not_found');
  if (member.isDeactivated) return refused('user_disabled');
  if (member.isBot) return refused('cannot_dm_bot');
  const known = state.directMessages.find(({ user }) => user === member.id);
  const place = known ?? { id: `D${member.id.slice(1)}`, user: member.id };
  if (!known) state.directMessages.push(place);
  return { body: { ok: true, channel: { id: place.id }, ...(known ? { already_open: true, no_op: true } : {}) } };
}

/** Newest first for a channel, from the beginning for a thread; metadata only if it is asked for. */
function history(state: SlackState, request: SimulatedRequest, messages: Message[]): SimulatedAnswer {
  const { channel, oldest, include_all_metadata: withMetadata } = request.query;
  const place = placeOf(state, channel!);
  if (!place || place.id !== channel) return refused('channel_not_found');
  if ('isMember' in place && !place.isMember) return refused('not_in_channel');
  const { page, next } = pageOf(
    messages.filter(({ ts }) => Number(ts) > Number(oldest ?? 0)),
    request,
  );
  const shown = page.map(({ metadata, ...message }) =>
    messageOf(withMetadata === 'true' ? { ...message, metadata } : message),
  );
  return { body: { ok: true, messages: shown, has_more: next !== '', response_metadata: { next_cursor: next } } };
}

/** A channel by id or name, or a direct message by id or by the member's id. */
function placeOf({ channels: all, directMessages }: SlackState, named: string) {
  return (
    all.find(({ id, name }) => id === named || name === named.replace(/^#/, '')) ??
    directMessages.find(({ id, user }) => id === named || user === named)
  );
}

/** Later than every other, as Slack promises within a channel. */
function nextTs({ messages }: SlackState, now: Date): string {
  const last = Math.max(0, ...messages.map(({ ts }) => Number(ts.replace('.', ''))));
  const micros = String(Math.max(now.getTime() * 1000, last + 1));
  return `${micros.slice(0, 10)}.${micros.slice(10)}`;
}

function pageOf<T>(items: T[], { query }: SimulatedRequest): { page: T[]; next: string } {
  const start = query.cursor ? Number(Buffer.from(query.cursor, 'base64').toString()) : 0;
  const end = start + Number(query.limit ?? 100);
  return { page: items.slice(start, end), next: end < items.length ? Buffer.from(String(end)).toString('base64') : '' };
}

function messageOf({ channel, ...message }: Message) {
  return { type: 'message', bot_id: app.botId, ...message };
}

function channelOf({ id, name, isPrivate, isArchived, isMember }: Channel) {
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

function userOf({ id, name, realName, email, isBot, isDeactivated }: Member) {
  return {
    id,
    team_id: app.teamId,
    name,
    real_name: realName,
    deleted: isDeactivated,
    is_bot: isBot,
    profile: { real_name: realName, email },
  };
}

function view({ members, channels: all, directMessages, messages }: SlackState): SimulatorView {
  const nameOf = (user: string) => members.find(({ id }) => id === user)?.realName ?? 'Castellan';
  const rooms = [
    ...all.map(({ id, name }) => ({ id, name: `#${name}` })),
    ...directMessages.map(({ id, user }) => ({ id, name: nameOf(user) })),
  ];
  return {
    tables: [
      {
        title: 'Members',
        columns: [
          { key: 'name', title: 'Name' },
          { key: 'email', title: 'E-mail' },
        ],
        rows: members.map(({ realName, email }) => ({ name: realName, email })),
      },
    ],
    channels: rooms.map(({ id, name }) => ({
      name,
      messages: messages
        .filter(({ channel }) => channel === id)
        .map(({ ts, user, text }) => ({ at: new Date(Number(ts) * 1000).toISOString(), from: nameOf(user), text })),
    })),
  };
}
