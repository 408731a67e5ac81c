import type { SimulatedAnswer, SimulatedRequest } from '@castellan/sdk/simulator';
import { type SimulatedMessage, type SlackState, simulatedApp } from './slack.seed.js';
import { done, memberNamed, pageOf, placeOf, type Rule, refused } from './slack-simulated-answers.js';

/** How Slack's chat and conversations.history methods behave. */
export const messageRules: Record<string, Rule> = {
  chat_postMessage(state, { body, now }) {
    const { channel, text, blocks, thread_ts, metadata } = body as Partial<SimulatedMessage>;
    const place = placeOf(state, channel!);
    if (!place) return refused('channel_not_found');
    if ('isArchived' in place && place.isArchived) return refused('is_archived');
    if ('isMember' in place && !place.isMember) return refused('not_in_channel');
    if (!text && !blocks?.length) return refused('no_text');
    if ((text ?? '').length > 40_000) return refused('msg_too_long');
    if (thread_ts && !state.messages.some(({ ts }) => ts === thread_ts)) return refused('thread_not_found');
    const message: SimulatedMessage = {
      channel: place.id,
      ts: nextTs(state, now),
      user: simulatedApp.userId,
      text: text ?? '',
      ...(thread_ts ? { thread_ts } : {}),
      ...(blocks ? { blocks } : {}),
      ...(metadata ? { metadata } : {}),
    };
    state.messages.push(message);
    return done({ channel: place.id, ts: message.ts, message: messageOf(message) });
  },

  chat_update(state, { body }) {
    const { channel, ts, text, blocks } = body as Partial<SimulatedMessage>;
    const found = ownMessage(state, channel!, ts!);
    if ('refusal' in found) return refused(found.refusal === 'not_own' ? 'cant_update_message' : found.refusal);
    const { message } = found;
    message.text = text ?? message.text;
    if (blocks) message.blocks = blocks;
    return done({ channel: message.channel, ts: message.ts, text: message.text, message: messageOf(message) });
  },

  chat_delete(state, { body }) {
    const { channel, ts } = body as { channel: string; ts: string };
    const found = ownMessage(state, channel, ts);
    if ('refusal' in found) return refused(found.refusal === 'not_own' ? 'cant_delete_message' : found.refusal);
    state.messages = state.messages.filter((message) => message !== found.message);
    return done({ channel, ts });
  },

  chat_postEphemeral(state, { body, now }) {
    const { channel, user, text } = body as { channel: string; user: string; text?: string };
    const place = placeOf(state, channel);
    if (!place) return refused('channel_not_found');
    if (!memberNamed(state, user)) return refused('user_not_in_channel');
    if (!text) return refused('no_text');
    state.ephemerals.push({ channel: place.id, user, text });
    return done({ message_ts: nextTs(state, now) });
  },

  conversations_open(state, { body }) {
    const { users } = body as { users?: string };
    if (!users) return refused('users_list_not_supplied');
    const member = memberNamed(state, users);
    if (!member) return refused('user_not_found');
    if (member.isDeactivated) return refused('user_disabled');
    if (member.isBot) return refused('cannot_dm_bot');
    const known = state.directMessages.find(({ user }) => user === member.id);
    const place = known ?? { id: `D${member.id.slice(1)}`, user: member.id };
    if (!known) state.directMessages.push(place);
    return done({ channel: { id: place.id }, ...(known ? { already_open: true, no_op: true } : {}) });
  },

  conversations_history(state, request) {
    const inChannel = state.messages.filter(
      ({ channel, thread_ts }) => channel === request.query.channel && !thread_ts,
    );
    return history(state, request, inChannel.reverse());
  },

  conversations_replies(state, request) {
    const { channel, ts } = request.query;
    const thread = state.messages.filter((message) => message.ts === ts || message.thread_ts === ts);
    if (!thread.some((message) => message.ts === ts)) return refused('thread_not_found');
    return history(
      state,
      request,
      thread.filter((message) => message.channel === channel),
    );
  },

  views_open(state, { body }) {
    const { trigger_id: triggerId, view } = body as { trigger_id: string; view: object };
    if (state.views.some((opened) => opened.triggerId === triggerId)) return refused('exchanged_trigger_id');
    state.views.push({ triggerId, view });
    return done({ view: { ...view, id: `V${String(state.views.length).padStart(8, '0')}` } });
  },
};

/** Newest first for a channel, from the beginning for a thread; metadata only if it is asked for. */
function history(state: SlackState, request: SimulatedRequest, messages: SimulatedMessage[]): SimulatedAnswer {
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
  return done({ messages: shown, has_more: next !== '', response_metadata: { next_cursor: next } });
}

function ownMessage(
  state: SlackState,
  channel: string,
  ts: string,
): { message: SimulatedMessage } | { refusal: string } {
  if (!placeOf(state, channel)) return { refusal: 'channel_not_found' };
  const message = state.messages.find((item) => item.channel === channel && item.ts === ts);
  if (!message) return { refusal: 'message_not_found' };
  return message.user === simulatedApp.userId ? { message } : { refusal: 'not_own' };
}

/** Later than every other, as Slack promises within a channel. */
export function nextTs({ messages }: SlackState, now: Date): string {
  const last = Math.max(0, ...messages.map(({ ts }) => Number(ts.replace('.', ''))));
  const micros = String(Math.max(now.getTime() * 1000, last + 1));
  return `${micros.slice(0, 10)}.${micros.slice(10)}`;
}

function messageOf({ channel, ...message }: SimulatedMessage) {
  return { type: 'message', bot_id: simulatedApp.botId, ...message };
}
