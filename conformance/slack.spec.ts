import { WebClient } from '@slack/web-api';
import { judge, testKey } from './judge.js';
import type { Sent } from './wire.js';

/**
 * Slack takes the arguments of a method by query, form or JSON alike, and most by GET or POST: the SDK sends forms, we
 * send what each page of the reference shows. So the same method with the same arguments is the same request.
 */
function methodCall({ host, path, query, body }: Sent): object {
  if (typeof body === 'string') return { host, path, holdsTheFile: body.includes(file) };
  const fromQuery = Object.entries(query).map(([name, [value]]) => [name, value] as const);
  const fromBody = Object.entries((body ?? {}) as Record<string, unknown>);
  const args = [...fromQuery, ...fromBody].map(([name, value]) => [
    name,
    typeof value === 'string' && /^[[{]/.test(value)
      ? JSON.parse(value)
      : typeof value === 'object'
        ? value
        : `${value}`,
  ]);
  return { host, path, args: Object.fromEntries(args) };
}

const jane = 'jane.doe@example.com';
const sam = 'sam.whitaker@example.com';
const onCall = 'S0ONCALL';
const metadata = { event_type: 'castellan_effect', event_payload: { key: testKey } };
const file = 'person,access\njane.doe@example.com,admin\n';
const message = { channel: 'C0SECURITY', text: '*Contained.*' };
const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: '*Contained.*' } }];

/** The message that the cases are about. */
const held = { channel: 'C0SECURITY', ts: '1503435956.000247', user: 'U0CASTELLAN', text: 'Is this you?' };

judge({
  connector: 'slack',
  sdk: '@slack/web-api',
  seed: { messages: [held] },
  client: (wire, { token }) =>
    new WebClient(String(token), { fetch: wire.fetch as typeof fetch, retryConfig: { retries: 0 } }),
  headers: ['authorization'],
  plain: methodCall,
  test: { sdk: (client) => client.auth.test() },
  cases: {
    postMessage: {
      input: { ...message, blocks, threadTs: '1503435956.000247' },
      sdk: (client) => client.chat.postMessage({ ...message, blocks, thread_ts: '1503435956.000247', metadata }),
    },
    updateMessage: {
      input: { ...message, ts: '1503435956.000247' },
      sdk: (client) => client.chat.update({ ...message, ts: '1503435956.000247' }),
    },
    openDirectMessage: { input: { email: jane }, sdk: openDirectMessage },
    sendDirectMessage: {
      input: { email: jane, text: 'Hello' },
      sdk: async (client) => {
        const channel = await openDirectMessage(client);
        await client.chat.postMessage({ channel, text: 'Hello', metadata });
      },
    },
    deleteMessage: {
      input: { channel: 'C0SECURITY', ts: '1503435956.000247' },
      sdk: (client) => client.chat.delete({ channel: 'C0SECURITY', ts: '1503435956.000247' }),
    },
    uploadFile: {
      input: {
        channel: 'C0SECURITY',
        filename: 'evidence.csv',
        content: file,
        title: 'Evidence',
        comment: 'Attached.',
      },
      sdk: (client) =>
        client.filesUploadV2({
          ...{ channel_id: 'C0SECURITY', filename: 'evidence.csv', content: file, title: 'Evidence' },
          initial_comment: 'Attached.',
        }),
    },
    lookupUserByEmail: { input: { email: jane }, sdk: (client) => idOf(client, jane) },
    getUser: { input: { userId: 'U00000003' }, sdk: (client) => client.users.info({ user: 'U00000003' }) },
    listMembers: { input: {}, sdk: (client) => everyPage(client, 'users.list', {}) },
    listChannels: {
      input: { includePrivate: true },
      sdk: (client) =>
        everyPage(client, 'conversations.list', {
          types: 'public_channel,private_channel',
          exclude_archived: true,
        }),
    },
    listChannelMembers: {
      input: { channel: 'C0SECURITY' },
      sdk: (client) => everyPage(client, 'conversations.members', { channel: 'C0SECURITY' }),
    },
    inviteToChannel: {
      input: { channel: 'C0SECURITY', email: jane },
      sdk: async (client) => client.conversations.invite({ channel: 'C0SECURITY', users: await idOf(client, jane) }),
    },
    removeFromChannel: {
      input: { channel: 'C0SECURITY', email: sam },
      sdk: async (client) => client.conversations.kick({ channel: 'C0SECURITY', user: await idOf(client, sam) }),
    },
    createChannel: {
      input: { name: 'inc-2041' },
      sdk: (client) => client.conversations.create({ name: 'inc-2041', is_private: false }),
    },
    archiveChannel: {
      input: { channel: 'C0INCIDENTS' },
      sdk: (client) => client.conversations.archive({ channel: 'C0INCIDENTS' }),
    },
    listUserGroups: { input: {}, sdk: (client) => client.usergroups.list() },
    listUserGroupMembers: {
      input: { group: onCall },
      sdk: (client) => client.usergroups.users.list({ usergroup: onCall }),
    },
    addToUserGroup: {
      input: { group: onCall, email: jane },
      sdk: (client) => changeGroup(client, jane, (users, id) => [...users, id]),
    },
    removeFromUserGroup: {
      input: { group: onCall, email: sam },
      sdk: (client) => changeGroup(client, sam, (users, id) => users.filter((user) => user !== id)),
    },
  },
});

async function idOf(client: WebClient, email: string): Promise<string> {
  const { user } = await client.users.lookupByEmail({ email });
  return user!.id!;
}

async function openDirectMessage(client: WebClient): Promise<string> {
  const { channel } = await client.conversations.open({ users: await idOf(client, jane) });
  return channel!.id!;
}

async function everyPage(client: WebClient, method: string, args: object): Promise<void> {
  for await (const page of client.paginate(method, { ...args, limit: 200 })) {
    if (!page.ok) throw new Error('The SDK was refused.');
  }
}

async function changeGroup(
  client: WebClient,
  email: string,
  change: (users: string[], id: string) => string[],
): Promise<void> {
  const id = await idOf(client, email);
  const { users } = await client.usergroups.users.list({ usergroup: onCall });
  await client.usergroups.users.update({ usergroup: onCall, users: change(users!, id).join(',') });
}
