import { type Change, type JsonValue, operation, path } from '@castellan/sdk';
import { z } from 'zod';
import { accepted, refusalCode } from './slack-answer.js';
import { checkBlocks, messageBlocks } from './slack-blocks.js';
import { channelField, channelIdField, email, jsonInUtf8, messageTs, methods, threadTs } from './slack-fields.js';
import { openDirectMessage } from './slack-members.js';
import { findPosted, messageText, postedMessage, postMessage } from './slack-messages.js';

const keepsRate = 'Slack takes about one message a second for each channel.';

const sampleMessage = { channel: 'C0SECURITY', ts: '1503435956.000247' };

export const messageOperations = {
  postMessage: operation({
    title: 'Post a message',
    docs: `${methods}/chat.postMessage`,
    summary: `Posts to a channel or below a message. ${keepsRate}`,
    input: z.strictObject({
      channel: channelField,
      text: messageText,
      blocks: messageBlocks.optional(),
      threadTs: threadTs.optional(),
    }),
    output: postedMessage,
    options: { '/channel': 'listChannels' },
    check: checkBlocks,
    effect: 'write',
    // Slack knows no key of ours, so a message whose answer was lost is looked for before it is posted again.
    idempotency: 'lookup',
    changes: ({ channel }) => [notified('slack_channel', channel)],
    run: (input, host) => postMessage(host, input),
    lookup: (input, host) => findPosted(host, input),
    undo: (_, { channel, ts }) => ({ operation: 'deleteMessage', input: { channel, ts } }),
    sample: {
      input: { channel: 'C0SECURITY', text: '*Access suspended* for jane.doe@example.com' },
      output: sampleMessage,
    },
  }),

  updateMessage: operation({
    title: 'Change a message',
    docs: `${methods}/chat.update`,
    summary: 'Puts another text in the place of one that the app posted.',
    input: z.strictObject({
      channel: channelIdField.describe('The channel’s id, as the posted message’s output has it.'),
      ts: messageTs,
      text: messageText,
      blocks: messageBlocks.optional(),
    }),
    output: postedMessage,
    check: checkBlocks,
    effect: 'write',
    idempotency: 'natural',
    changes: ({ channel, ts }) => [{ action: 'update', object: { type: 'slack_message', id: `${channel}/${ts}` } }],
    request: ({ channel, ts, text, blocks }) => ({
      method: 'POST',
      path: path`/chat.update`,
      headers: jsonInUtf8,
      body: { channel, ts, text, ...(blocks ? { blocks: blocks as JsonValue[] } : {}) },
    }),
    response: (response) => accepted(response, 'write'),
    sample: { input: { ...sampleMessage, text: '*Contained.*' }, output: sampleMessage },
  }),

  deleteMessage: operation({
    title: 'Delete a message',
    docs: `${methods}/chat.delete`,
    summary: 'Takes back a message that the app posted.',
    input: z.strictObject({
      channel: channelIdField.describe('The channel’s id, as the posted message’s output has it.'),
      ts: messageTs,
    }),
    output: z.object({ channel: z.string(), ts: z.string(), changed: z.boolean() }),
    effect: 'destructive',
    withoutBefore: 'To read a message needs scopes of its own, which an app that only writes does not have.',
    idempotency: 'natural',
    changes: ({ channel, ts }) => [{ action: 'delete', object: { type: 'slack_message', id: `${channel}/${ts}` } }],
    request: ({ channel, ts }) => ({
      method: 'POST',
      path: path`/chat.delete`,
      headers: jsonInUtf8,
      body: { channel, ts },
    }),
    response: (response, { channel, ts }) => {
      if (refusalCode(response) === 'message_not_found') return { channel, ts, changed: false };
      accepted(response, 'write');
      return { channel, ts, changed: true };
    },
    sample: { input: sampleMessage, output: { ...sampleMessage, changed: true } },
  }),

  sendDirectMessage: operation({
    title: 'Send a direct message',
    docs: `${methods}/conversations.open`,
    summary: `Writes to the member with an e-mail address. ${keepsRate}`,
    input: z.strictObject({
      email,
      text: messageText,
      blocks: messageBlocks.optional(),
      threadTs: threadTs.optional(),
    }),
    output: postedMessage.extend({ userId: z.string() }),
    check: checkBlocks,
    effect: 'write',
    idempotency: 'lookup',
    changes: (input) => [{ action: 'notify', subject: { type: 'user', id: input.email, email: input.email } }],
    async run(input, host) {
      const { userId, channel } = await openDirectMessage(host.http, input.email);
      return { userId, ...(await postMessage(host, { ...input, channel })) };
    },
    async lookup(input, host) {
      const { userId, channel } = await openDirectMessage(host.http, input.email);
      const found = await findPosted(host, { ...input, channel });
      return found && { userId, ...found };
    },
    undo: (_, { channel, ts }) => ({ operation: 'deleteMessage', input: { channel, ts } }),
    sample: {
      input: { email: 'jane.doe@example.com', text: 'Your access was suspended.' },
      output: { userId: 'W012A3CDE', channel: 'D069C7QFK', ts: '1503435956.000247' },
    },
  }),

  openDirectMessage: operation({
    title: 'Open a direct message',
    docs: `${methods}/conversations.open`,
    summary: 'Gives the channel of the direct messages with the member who has an e-mail address.',
    input: z.strictObject({ email }),
    output: z.object({ userId: z.string(), channel: z.string() }),
    effect: 'write',
    idempotency: 'natural',
    changes: (input) => [
      {
        action: 'create',
        subject: { type: 'user', id: input.email, email: input.email },
        object: { type: 'slack_direct_message', id: input.email },
      },
    ],
    run: (input, { http }) => openDirectMessage(http, input.email),
    sample: { input: { email: 'jane.doe@example.com' }, output: { userId: 'W012A3CDE', channel: 'D069C7QFK' } },
  }),
};

function notified(type: string, id: string): Change {
  return { action: 'notify', object: { type, id } };
}
