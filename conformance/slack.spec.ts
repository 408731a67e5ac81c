import { WebClient } from '@slack/web-api';
import { judge, testKey } from './judge.js';
import type { Sent } from './wire.js';

/**
 * Slack takes the arguments of a method by query, form or JSON alike, and most by GET or POST: the SDK sends forms, we
 * send what each page of the reference shows. So the same method with the same arguments is the same request.
 */
function methodCall({ host, path, query, body }: Sent): object {
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

const metadata = { event_type: 'castellan_effect', event_payload: { key: testKey } };
const message = { channel: 'C0SECURITY', text: '*Contained.*' };
const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: '*Contained.*' } }];

judge({
  connector: 'slack',
  sdk: '@slack/web-api',
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
    openDirectMessage: { input: { email: 'jane.doe@example.com' }, sdk: openDirectMessage },
    sendDirectMessage: {
      input: { email: 'jane.doe@example.com', text: 'Hello' },
      sdk: async (client) => {
        const channel = await openDirectMessage(client);
        await client.chat.postMessage({ channel, text: 'Hello', metadata });
      },
    },
    lookupUserByEmail: {
      input: { email: 'jane.doe@example.com' },
      sdk: (client) => client.users.lookupByEmail({ email: 'jane.doe@example.com' }),
    },
    listChannels: {
      input: { includePrivate: true },
      sdk: async (client) => {
        const args = { types: 'public_channel,private_channel', exclude_archived: true, limit: 200 };
        for await (const page of client.paginate('conversations.list', args)) {
          if (!page.ok) throw new Error('The SDK was refused.');
        }
      },
    },
  },
});

async function openDirectMessage(client: WebClient): Promise<string> {
  const { user } = await client.users.lookupByEmail({ email: 'jane.doe@example.com' });
  const { channel } = await client.conversations.open({ users: user!.id! });
  return channel!.id!;
}
