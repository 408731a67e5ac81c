import {
  FatalError,
  type HttpClient,
  type HttpRequest,
  isObject,
  operation,
  parseAnswer,
  path,
  readPages,
} from '@castellan/sdk';
import { z } from 'zod';
import { channelIdField, methods, mostItems, pageSize } from './slack-fields.js';
import { cursorPages, idPages } from './slack-paging.js';

export const channel = z.object({
  id: z.string(),
  name: z.string(),
  isPrivate: z.boolean(),
  isMember: z.boolean(),
  isArchived: z.boolean(),
});
export type Channel = z.output<typeof channel>;

/** Channels in use. Private ones are those that the app was invited to, and need the scope groups:read. */
function listRequest(types: { includePrivate?: boolean; includeArchived?: boolean }): HttpRequest {
  return {
    method: 'GET',
    path: path`/conversations.list`,
    query: {
      exclude_archived: !types.includeArchived,
      types: types.includePrivate ? 'public_channel,private_channel' : 'public_channel',
      limit: pageSize,
    },
  };
}

const channelPages = cursorPages('channels', (item) => ({
  id: item.id ?? null,
  name: item.name ?? null,
  isPrivate: item.is_private === true,
  isMember: item.is_member === true,
  isArchived: item.is_archived === true,
}));

const memberPages = idPages('members');

function membersRequest(channelId: string): HttpRequest {
  return { method: 'GET', path: path`/conversations.members`, query: { channel: channelId, limit: pageSize } };
}

export const channelReads = {
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
      limit: mostItems,
    }),
    output: z.object({ items: z.array(channel) }),
    choice: { value: 'id', label: 'name' },
    effect: 'read',
    request: listRequest,
    paginate: channelPages,
    sample: {
      input: {},
      output: {
        items: [{ id: 'C0SECURITY', name: 'security', isPrivate: false, isMember: true, isArchived: false }],
      },
    },
  }),

  listChannelMembers: operation({
    title: 'List the members of a channel',
    docs: `${methods}/conversations.members`,
    summary: 'The ids of all who are in a channel.',
    input: z.strictObject({ channel: channelIdField, limit: mostItems }),
    output: z.object({ items: z.array(z.object({ userId: z.string() })) }),
    options: { '/channel': 'listChannels' },
    effect: 'read',
    request: (input) => membersRequest(input.channel),
    paginate: memberPages,
    each: (userId) => ({ userId }),
    sample: { input: { channel: 'C0SECURITY' }, output: { items: [{ userId: 'W012A3CDE' }] } },
  }),
};

/** Whether a member is in a channel that the app sees. */
export async function isInChannel(http: HttpClient, channelId: string, userId: string): Promise<boolean> {
  return (await readPages(http, membersRequest(channelId), memberPages)).includes(userId);
}

/** The channel with a name among those that the app sees, archived ones included; null where there is none. */
export async function findChannel(http: HttpClient, name: string, includePrivate: boolean): Promise<Channel | null> {
  const items = await readPages(http, listRequest({ includePrivate, includeArchived: true }), channelPages);
  const found = items.find((item) => isObject(item) && item.name === name);
  return found === undefined ? null : parseAnswer(channel, found, `${methods}/conversations.list`);
}

/** The id of a channel that is given by id or, as chat.postMessage also takes it, by name. */
export async function findChannelId(http: HttpClient, idOrName: string): Promise<string> {
  if (/^[CDG][A-Z0-9]{5,}$/.test(idOrName)) return idOrName;
  const items = await readPages(http, listRequest({}), channelPages);
  const name = idOrName.replace(/^#/, '');
  const found = items.find((item) => isObject(item) && item.name === name);
  if (found) return parseAnswer(channel, found, `${methods}/conversations.list`).id;
  throw new FatalError(`Slack shows the app no public channel “${idOrName}”. Name it by its id, which begins with C.`);
}
