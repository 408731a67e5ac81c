import {
  apiToken,
  type Change,
  defineConnector,
  type HttpClient,
  type JsonValue,
  operation,
  parseAnswer,
  path,
  secret,
} from '@castellan/sdk';
import { z } from 'zod';
import { accepted, isObject, refusalCode } from './slack-answer.js';
import { channel, channelPaging, listChannelsRequest } from './slack-channels.js';
import { findPosted, jsonInUtf8, messageBlocks, messageText, postedMessage, postMessage } from './slack-messages.js';

const methods = 'https://docs.slack.dev/reference/methods';

const email = z.email().meta({ title: 'E-mail' });
const channelField = z
  .string()
  .min(1)
  .meta({ title: 'Channel' })
  .describe('The channel’s id, such as C012AB3CD, or the name of a public channel.');
const threadTs = z
  .string()
  .regex(/^\d+\.\d+$/)
  .meta({ title: 'Thread' })
  .describe('The ts of the message to answer below.');

const member = z.object({
  id: z.string(),
  name: z.string(),
  realName: z.string(),
  email: z.string(),
  isBot: z.boolean(),
  isDeactivated: z.boolean(),
});

const keepsRate = 'Slack takes about one message a second for each channel.';

/** https://docs.slack.dev/apis/web-api. Every answer is HTTP 200; whether it is one, `ok` says. */
export const slack = defineConnector({
  id: 'slack',
  title: 'Slack',
  docs: 'https://docs.slack.dev/apis/web-api',
  judgedBy: 'docs',
  auth: [
    apiToken({
      kind: 'botToken',
      title: 'Bot token of a Slack app',
      tokenTitle: 'Bot token',
      fields: {
        signingSecret: secret('Signing secret')
          .describe('From the app’s Basic Information. Needed only to receive from Slack.')
          .optional(),
      },
    }),
  ],
  sampleConnection: { kind: 'botToken', fields: { token: 'xoxb-0000-sample', signingSecret: 'sample-signing-secret' } },
  baseUrl: 'https://slack.com/api',
  errorMessage: refusalCode,
  // No rate for all calls: the limits are those of each method and channel, and Slack names the time with its 429.
  async test({ http }) {
    const { user, team } = accepted(await http.send({ method: 'GET', path: path`/auth.test` }));
    return { account: `${String(user)} in ${String(team)}` };
  },
  operations: {
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
      effect: 'write',
      // Slack knows no key of ours, so a message whose answer was lost is looked for before it is posted again.
      idempotency: 'lookup',
      changes: ({ channel: id }) => [notified('slack_channel', id)],
      run: (input, host) => postMessage(host, input),
      lookup: (input, host) => findPosted(host, input),
      sample: {
        input: { channel: 'C0SECURITY', text: '*Access suspended* for jane.doe@example.com' },
        output: { channel: 'C0SECURITY', ts: '1503435956.000247' },
      },
    }),

    updateMessage: operation({
      title: 'Change a message',
      docs: `${methods}/chat.update`,
      summary: 'Puts another text in the place of one that the app posted.',
      input: z.strictObject({
        channel: channelField.describe('The channel’s id, as the posted message’s output has it.'),
        ts: threadTs.meta({ title: 'Message' }).describe('The ts of the message.'),
        text: messageText,
        blocks: messageBlocks.optional(),
      }),
      output: postedMessage,
      effect: 'write',
      idempotency: 'natural',
      changes: ({ channel: id, ts }) => [{ action: 'update', object: { type: 'slack_message', id: `${id}/${ts}` } }],
      request: ({ channel: id, ts, text, blocks }) => ({
        method: 'POST',
        path: path`/chat.update`,
        headers: jsonInUtf8,
        body: { channel: id, ts, text, ...(blocks ? { blocks: blocks as JsonValue[] } : {}) },
      }),
      response: (response) => accepted(response, 'write'),
      sample: {
        input: { channel: 'C0SECURITY', ts: '1503435956.000247', text: '*Contained.*' },
        output: { channel: 'C0SECURITY', ts: '1503435956.000247' },
      },
    }),

    sendDirectMessage: operation({
      title: 'Send a direct message',
      docs: `${methods}/conversations.open`,
      summary: `Writes to the member with an e-mail address. ${keepsRate}`,
      input: z.strictObject({ email, text: messageText, blocks: messageBlocks.optional() }),
      output: postedMessage.extend({ userId: z.string() }),
      effect: 'write',
      idempotency: 'lookup',
      changes: (input) => [{ action: 'notify', subject: { type: 'user', id: input.email, email: input.email } }],
      async run(input, host) {
        const { userId, channel: id } = await openDirectMessage(host.http, input.email);
        return { userId, ...(await postMessage(host, { ...input, channel: id })) };
      },
      async lookup(input, host) {
        const { userId, channel: id } = await openDirectMessage(host.http, input.email);
        const found = await findPosted(host, { channel: id });
        return found && { userId, ...found };
      },
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
      sample: {
        input: { email: 'jane.doe@example.com' },
        output: { userId: 'W012A3CDE', channel: 'D069C7QFK' },
      },
    }),

    lookupUserByEmail: operation({
      title: 'Find a member by e-mail',
      docs: `${methods}/users.lookupByEmail`,
      summary: 'The member with an e-mail address, or null. Needs the scope users:read.email.',
      input: z.strictObject({ email }),
      output: z.object({ user: member.nullable() }),
      effect: 'read',
      request: (input) => lookupRequest(input.email),
      response: (response) => ({
        user: refusalCode(response) === 'users_not_found' ? null : memberOf(accepted(response).user),
      }),
      sample: {
        input: { email: 'jane.doe@example.com' },
        output: {
          user: {
            id: 'W012A3CDE',
            name: 'jane',
            realName: 'Jane Doe',
            email: 'jane.doe@example.com',
            isBot: false,
            isDeactivated: false,
          },
        },
      },
    }),

    listChannels: operation({
      title: 'List channels',
      docs: `${methods}/conversations.list`,
      summary: 'The channels in use. Private ones are those that the app was invited to.',
      input: z.strictObject({
        includePrivate: z
          .boolean()
          .default(false)
          .meta({ title: 'With private channels' })
          .describe('Needs the scope groups:read.'),
        limit: z.int().min(1).optional().meta({ title: 'At most' }),
      }),
      output: z.object({ items: z.array(channel) }),
      choice: { value: 'id', label: 'name' },
      effect: 'read',
      request: ({ includePrivate }) => listChannelsRequest(includePrivate),
      paginate: channelPaging,
      sample: {
        input: {},
        output: { items: [{ id: 'C0SECURITY', name: 'security', isPrivate: false, isMember: true }] },
      },
    }),
  },
});

function notified(type: string, id: string): Change {
  return { action: 'notify', object: { type, id } };
}

function lookupRequest(address: string) {
  return { method: 'GET', path: path`/users.lookupByEmail`, query: { email: address } } as const;
}

/** conversations.open answers with the same channel each time, so it may be asked again. */
async function openDirectMessage(http: HttpClient, address: string): Promise<{ userId: string; channel: string }> {
  const { id: userId } = memberOf(accepted(await http.send(lookupRequest(address))).user);
  const opened = accepted(
    await http.send({
      method: 'POST',
      path: path`/conversations.open`,
      headers: jsonInUtf8,
      body: { users: userId },
    }),
  );
  return {
    userId,
    channel: parseAnswer(z.object({ id: z.string() }), opened.channel, `${methods}/conversations.open`).id,
  };
}

function memberOf(user: unknown): z.output<typeof member> {
  const { id, name, real_name: realName, profile, deleted, is_bot: isBot } = isObject(user) ? user : {};
  return parseAnswer(
    member,
    {
      id,
      name,
      realName: realName ?? (isObject(profile) ? profile.real_name : undefined) ?? name,
      email: isObject(profile) ? profile.email : undefined,
      isBot: isBot === true,
      isDeactivated: deleted === true,
    },
    `${methods}/users.lookupByEmail`,
  );
}
