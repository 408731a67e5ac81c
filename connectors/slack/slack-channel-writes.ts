import {
  type Change,
  FatalError,
  type HttpClient,
  type HttpResponse,
  isObject,
  type JsonObject,
  operation,
  parseAnswer,
  path,
} from '@castellan/sdk';
import { z } from 'zod';
import { accepted, refusalCode } from './slack-answer.js';
import { findChannel, isInChannel } from './slack-channels.js';
import { channelIdField, email, jsonInUtf8, methods } from './slack-fields.js';
import { findMember } from './slack-members.js';

const membership = z.strictObject({ channel: channelIdField, email });
const inChannel = z.object({ channel: z.string(), userId: z.string(), changed: z.boolean() });

const sampleMembership = { channel: 'C0SECURITY', email: 'jane.doe@example.com' };

const createInput = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,79}$/)
    .meta({ title: 'Name' })
    .describe('Lower-case letters, digits, hyphens and underscores, at most 80.'),
  isPrivate: z.boolean().default(false).meta({ title: 'Private' }),
});

/** What Slack says where the state is already the wanted one. */
const alreadySo = {
  invite: 'already_in_channel',
  kick: 'not_in_channel',
  archive: 'already_archived',
};

export const channelWrites = {
  inviteToChannel: operation({
    title: 'Invite to a channel',
    docs: `${methods}/conversations.invite`,
    summary: 'Adds the member with an e-mail address to a channel that the app is in.',
    input: membership,
    output: inChannel,
    options: { '/channel': 'listChannels' },
    effect: 'write',
    idempotency: 'natural',
    changes: (input) => [memberChange('grant', input)],
    before: wasMember,
    undo: (input, _, before) =>
      isObject(before) && before.wasMember === true ? null : { operation: 'removeFromChannel', input },
    async run(input, { http }) {
      const { id: userId } = await findMember(http, input.email);
      const done = await change(http, 'invite', { channel: input.channel, users: userId });
      return { channel: input.channel, userId, changed: done };
    },
    sample: {
      input: sampleMembership,
      output: { channel: 'C0SECURITY', userId: 'W012A3CDE', changed: true },
      before: { wasMember: false },
    },
  }),

  removeFromChannel: operation({
    title: 'Remove from a channel',
    docs: `${methods}/conversations.kick`,
    summary: 'Takes the member with an e-mail address out of a channel that the app is in.',
    input: membership,
    output: inChannel,
    options: { '/channel': 'listChannels' },
    effect: 'destructive',
    idempotency: 'natural',
    changes: (input) => [memberChange('revoke', input)],
    before: wasMember,
    undo: (input, _, before) =>
      isObject(before) && before.wasMember === true ? { operation: 'inviteToChannel', input } : null,
    async run(input, { http }) {
      const { id: userId } = await findMember(http, input.email);
      const done = await change(http, 'kick', { channel: input.channel, user: userId });
      return { channel: input.channel, userId, changed: done };
    },
    sample: {
      input: { channel: 'C0SECURITY', email: 'sam.whitaker@example.com' },
      output: { channel: 'C0SECURITY', userId: 'W012A3CDE', changed: true },
      before: { wasMember: true },
    },
  }),

  createChannel: operation({
    title: 'Create a channel',
    docs: `${methods}/conversations.create`,
    summary: 'Makes a channel, or answers with the one of that name that there is already.',
    input: createInput,
    output: z.object({ channel: z.string(), name: z.string(), existed: z.boolean() }),
    effect: 'write',
    // A name is given once in a workspace, and the one who has it is the answer.
    idempotency: 'natural',
    changes: ({ name }) => [{ action: 'create', object: { type: 'slack_channel', id: name, title: `#${name}` } }],
    before: async ({ name, isPrivate }, { http }) => {
      const found = await findChannel(http, name, isPrivate);
      return { existed: found !== null && !found.isArchived };
    },
    undo: (_, output, before) =>
      isObject(before) && before.existed === true
        ? null
        : { operation: 'archiveChannel', input: { channel: output.channel } },
    async run({ name, isPrivate }, { http }) {
      const response = await http.send({
        method: 'POST',
        path: path`/conversations.create`,
        headers: jsonInUtf8,
        body: { name, is_private: isPrivate },
      });
      if (refusalCode(response) === 'name_taken') return { ...(await existing(http, name, isPrivate)), existed: true };
      const made = z.object({ id: z.string(), name: z.string() });
      const { channel } = accepted(response, 'write');
      const { id, name: given } = parseAnswer(made, channel, `${methods}/conversations.create`);
      return { channel: id, name: given, existed: false };
    },
    sample: {
      input: { name: 'inc-2041' },
      output: { channel: 'C0SIMULATED1', name: 'inc-2041', existed: false },
      before: { existed: false },
    },
  }),

  archiveChannel: operation({
    title: 'Archive a channel',
    docs: `${methods}/conversations.archive`,
    summary: 'Closes a channel that the app is in. Only a person can bring it back, in Slack.',
    input: z.strictObject({ channel: channelIdField }),
    output: z.object({ channel: z.string(), changed: z.boolean() }),
    options: { '/channel': 'listChannels' },
    effect: 'destructive',
    idempotency: 'natural',
    changes: ({ channel }) => [{ action: 'delete', object: { type: 'slack_channel', id: channel } }],
    async before({ channel }, { http }) {
      const request = { method: 'GET', path: path`/conversations.info`, query: { channel } } as const;
      const found = accepted(await http.send(request)).channel;
      return { wasArchived: isObject(found) && found.is_archived === true };
    },
    async run({ channel }, { http }) {
      return { channel, changed: await change(http, 'archive', { channel }) };
    },
    sample: { input: { channel: 'C0INCIDENTS' }, output: { channel: 'C0INCIDENTS', changed: true } },
  }),
};

function memberChange(action: 'grant' | 'revoke', { channel, email: address }: z.output<typeof membership>): Change {
  return {
    action,
    subject: { type: 'user', id: address, email: address },
    object: { type: 'slack_channel', id: channel },
  };
}

async function wasMember(input: z.output<typeof membership>, { http }: { http: HttpClient }): Promise<JsonObject> {
  const { id } = await findMember(http, input.email);
  return { wasMember: await isInChannel(http, input.channel, id) };
}

/** Answers whether anything was changed. */
async function change(http: HttpClient, what: keyof typeof alreadySo, body: JsonObject): Promise<boolean> {
  const paths = {
    invite: path`/conversations.invite`,
    kick: path`/conversations.kick`,
    archive: path`/conversations.archive`,
  };
  const response: HttpResponse = await http.send({ method: 'POST', path: paths[what], headers: jsonInUtf8, body });
  if (refusalCode(response) === alreadySo[what]) return false;
  accepted(response, 'write');
  return true;
}

async function existing(
  http: HttpClient,
  name: string,
  isPrivate: boolean,
): Promise<{ channel: string; name: string }> {
  const found = await findChannel(http, name, isPrivate);
  if (found && !found.isArchived) return { channel: found.id, name: found.name };
  throw new FatalError(
    found
      ? `Slack has an archived channel “${name}”. Choose another name, or bring that one back in Slack.`
      : `Slack has a channel “${name}” that the app cannot see. Choose another name, or invite the app there.`,
  );
}
