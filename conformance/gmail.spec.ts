import { gmail, type gmail_v1 } from '@googleapis/gmail';
import { serviceAccount, timeless } from './google-kit.js';
import { judge } from './judge.js';
import type { Sent } from './wire.js';

const scopes = ['gmail.send', 'gmail.readonly'].map((name) => `https://www.googleapis.com/auth/${name}`);
const userId = 'me';

/** The message itself is ours; that it is one is judged where the simulator reads it. */
function withoutRaw(sent: Sent): object {
  const { raw } = (sent.body ?? {}) as { raw?: string };
  return timeless(raw ? { ...sent, body: { raw: /^[\w-]+$/.test(raw) ? 'base64url' : raw } } : sent);
}

const message = Buffer.from('To: marco.reyes@example.com\r\nSubject: Hello\r\n\r\nHello').toString('base64url');

judge<gmail_v1.Gmail>({
  connector: 'gmail',
  sdk: '@googleapis/gmail',
  connection: {
    kind: 'serviceAccount',
    fields: {
      clientEmail: 'castellan@project.iam.gserviceaccount.com',
      subject: 'sam.whitaker@example.com',
      privateKey: 'sample-private-key',
    },
  },
  client: (wire, fields) => gmail({ version: 'v1', auth: serviceAccount(wire, fields, scopes) as never }),
  headers: ['content-type'],
  plain: withoutRaw,
  test: { sdk: (client) => client.users.getProfile({ userId }) },
  cases: {
    sendMessage: {
      input: { to: ['marco.reyes@example.com'], subject: 'Hello', text: 'Hello' },
      sdk: (client) => client.users.messages.send({ userId, requestBody: { raw: message } }),
    },
    listMessages: {
      input: { query: 'in:sent' },
      sdk: (client) => client.users.messages.list({ userId, q: 'in:sent', maxResults: 100 }),
    },
    getMessage: {
      input: { id: '18c2f1a0b3d40001' },
      sdk: (client) => client.users.messages.get({ userId, id: '18c2f1a0b3d40001', format: 'metadata' }),
    },
  },
});
