import { createHmac } from 'node:crypto';
import { type Auth, customAuth, defineConnector, type JsonObject, operation, secret } from '@castellan/sdk';
import { z } from 'zod';

const docs = 'https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md';

const signed: Auth = {
  ...customAuth({
    kind: 'standard',
    title: 'Standard Webhooks signature',
    fields: {
      url: z
        .url()
        .regex(/^https?:\/\//)
        .meta({ title: 'Address' })
        .describe('Where each webhook is sent.'),
      signingSecret: secret('Signing secret')
        .regex(/^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/, 'A secret is whsec_ and 24 to 64 bytes in base64.')
        .describe('whsec_ and 24 to 64 random bytes in base64, which the receiver has, too.'),
    },
    credentials: () => ({}),
  }),
  async sign({ signingSecret }, { headers, body = '' }) {
    const key = Buffer.from(String(signingSecret).slice('whsec_'.length), 'base64');
    const timestamp = String(Math.floor(Date.now() / 1000));
    const digest = createHmac('sha256', key)
      .update(`${headers['webhook-id']}.${timestamp}.`)
      .update(body)
      .digest('base64');
    return { 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${digest}` };
  },
  madeUp: () => ({
    signingSecret: `whsec_${Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')}`,
  }),
};

/** https://www.standardwebhooks.com: tells any system what happened, so that it can tell who says so. */
export const outgoingWebhook = defineConnector({
  id: 'outgoing-webhook',
  title: 'Outgoing webhook',
  docs,
  judgedBy: 'sdk',
  auth: [signed],
  sampleConnection: {
    kind: 'standard',
    fields: {
      url: 'https://receiver.example.com/webhooks/castellan',
      signingSecret: 'whsec_c2FtcGxlLXNpZ25pbmctc2VjcmV0LW9mLTMyLWJ5dGU=',
    },
  },
  baseUrl: ({ url }) => String(url),
  test: async () => ({
    untested: 'Its address can only be tried by sending it a webhook. Run a step that sends one.',
  }),
  operations: {
    sendWebhook: operation({
      title: 'Send a webhook',
      docs,
      summary:
        'Tells the connection’s address of an event, signed. After a lost answer it is sent again under the same id.',
      input: z.strictObject({
        type: z
          .string()
          .regex(/^[A-Za-z0-9_.]+$/, 'A type is letters, digits, _ and full stops.')
          .max(200)
          .meta({ title: 'Type', examples: ['access.revoked'] }),
        data: z.record(z.string(), z.unknown()).meta({ title: 'Data' }).describe('What the receiver is told.'),
        timestamp: z.iso
          .datetime({ offset: true })
          .optional()
          .meta({ title: 'When it happened' })
          .describe('Not when it is sent: that is in the header.'),
      }),
      output: z.object({
        id: z.string().describe('The webhook-id, by which the receiver tells a second delivery.'),
        status: z.int(),
      }),
      effect: 'write',
      idempotency: 'key',
      changes: ({ type }) => [{ action: 'notify', object: { type: 'webhook', id: type } }],
      run: async ({ type, data, timestamp }, { http, idempotencyKey }) => {
        const id = `msg_${idempotencyKey.slice(0, 40)}`;
        const body = { type, ...(timestamp ? { timestamp } : {}), data: data as JsonObject };
        const { status } = await http.send({ method: 'POST', headers: { 'webhook-id': id }, body });
        return { id, status };
      },
      sample: {
        input: {
          type: 'access.revoked',
          data: { person: 'jane.doe@example.com', resource: 'AWS Production' },
          timestamp: '2026-01-20T08:12:00Z',
        },
        output: { id: 'msg_abababababababababababababababababababab', status: 204 },
      },
    }),
  },
});
