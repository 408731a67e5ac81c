import { type Host, isObject, type JsonValue, parseAnswer, path, text, UnknownOutcomeError } from '@castellan/sdk';
import { z } from 'zod';
import { accepted } from './slack-answer.js';
import type { messageBlocks } from './slack-blocks.js';
import { findChannelId } from './slack-channels.js';
import { jsonInUtf8, methods, pageSize } from './slack-fields.js';
import { nextCursor } from './slack-paging.js';

/** What our key is called in a message’s metadata: https://docs.slack.dev/messaging/message-metadata */
const markType = 'castellan_effect';

/** How far back a message is looked for, in seconds: longer than any outage after which a run goes on by itself. */
const lookBackSeconds = 7 * 24 * 3600;

/** After so many pages it is said that nothing can be said. */
const mostPages = 10;

export const messageText = text('mrkdwn', { multiline: true })
  .min(1)
  .max(40_000)
  .meta({ title: 'Text' })
  .describe('In Slack’s mrkdwn: *bold*, _italic_, <https://example.com|link>.');

/** A message names itself by its channel’s id and its `ts`. */
export const postedMessage = z.object({ channel: z.string(), ts: z.string() });
export type PostedMessage = z.output<typeof postedMessage>;

export interface Message {
  /** Id or name. */
  channel: string;
  text: string;
  blocks?: z.output<typeof messageBlocks>;
  threadTs?: string;
}

/** Posts with our key in the message’s metadata. */
export async function postMessage({ http, idempotencyKey }: Host, message: Message): Promise<PostedMessage> {
  const response = await http.send({
    method: 'POST',
    path: path`/chat.postMessage`,
    headers: jsonInUtf8,
    body: {
      channel: message.channel,
      text: message.text,
      ...(message.blocks ? { blocks: message.blocks as JsonValue[] } : {}),
      ...(message.threadTs ? { thread_ts: message.threadTs } : {}),
      metadata: { event_type: markType, event_payload: { key: idempotencyKey } },
    },
  });
  // Checked with the operation's output.
  return accepted(response, 'write') as PostedMessage;
}

/**
 * The message that an earlier attempt of this effect posted, or null. chat.postMessage knows no key, but the history
 * gives back the metadata that we post (`include_all_metadata`, scopes channels:history, groups:history or im:history).
 * Rejects with UnknownOutcomeError where the history is too long to say.
 */
export async function findPosted(
  host: Host,
  { channel, threadTs }: Pick<Message, 'channel' | 'threadTs'>,
): Promise<PostedMessage | null> {
  const channelId = await findChannelId(host.http, channel);
  const oldest = Math.floor(host.now().getTime() / 1000) - lookBackSeconds;
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const response = await host.http.send({
      method: 'GET',
      path: threadTs ? path`/conversations.replies` : path`/conversations.history`,
      query: { channel: channelId, ts: threadTs, include_all_metadata: true, oldest, limit: pageSize, cursor },
    });
    const { messages } = accepted(response);
    const found = (Array.isArray(messages) ? messages : []).find((message) => isMarked(message, host.idempotencyKey));
    if (isObject(found))
      return parseAnswer(postedMessage, { channel: channelId, ts: found.ts }, `${methods}/conversations.history`);
    cursor = nextCursor(response);
    if (!cursor) return null;
  }
  throw new UnknownOutcomeError(
    `Slack: the last ${mostPages * pageSize} messages of ${channel} do not show this one, and there are more. Look there and decide.`,
  );
}

function isMarked(message: unknown, key: string): boolean {
  if (!isObject(message) || !isObject(message.metadata)) return false;
  const { event_type: type, event_payload: payload } = message.metadata;
  return type === markType && isObject(payload) && payload.key === key;
}
