import { callOperation, createHttpCore, signatureSchemes } from '@castellan/sdk';
import {
  hostOf,
  type Simulation,
  simulate,
  startVendor,
  testConnector,
  type VendorServer,
} from '@castellan/sdk/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outgoingWebhook } from './outgoing-webhook.connector.js';
import { outgoingWebhookSimulator } from './outgoing-webhook.simulator.js';

testConnector(outgoingWebhook, outgoingWebhookSimulator, new URL('./fixtures/exchanges.json', import.meta.url));

describe('A webhook', () => {
  let receiver: Simulation;
  let server: VendorServer;
  beforeAll(async () => {
    [receiver, server] = await Promise.all([simulate(outgoingWebhook, outgoingWebhookSimulator), startVendor()]);
  });
  afterAll(async () => {
    await receiver.close();
    server.close();
  });

  const event = { type: 'access.revoked', data: { person: 'Zoë 🔑' } };

  it('is signed over the bytes that are sent, to the very address, and its receiver knows the sender', async () => {
    const core = createHttpCore({ allow: [server.place] });
    const fields = { ...outgoingWebhook.sampleConnection.fields, url: `${server.origin}/hooks/1/?team=a%20b` };
    const http = core.connect(outgoingWebhook, { id: 'c', kind: 'standard', fields });
    await callOperation(outgoingWebhook, 'sendWebhook', event, hostOf(http));
    const [{ url, headers, body }] = server.seen as [VendorServer['seen'][number]];
    expect(url).toBe('/hooks/1/?team=a%20b');
    const delivery = { headers: headers as Record<string, string>, query: {}, rawBody: Buffer.from(body) };
    const now = new Date();
    const verify = (changed: object) => signatureSchemes.standard!.verify({ ...delivery, fields, now, ...changed });
    expect(verify({})).toMatchObject({ ok: true });
    expect(verify({ rawBody: Buffer.from(`${body} `) }).ok).toBe(false);
    expect(verify({ headers: { ...headers, 'webhook-id': 'msg_other' } }).ok).toBe(false);
    await core.close();
  });

  it('has one id for one effect, however often it is sent, and another for another', async () => {
    const send = (idempotencyKey: string) =>
      callOperation(outgoingWebhook, 'sendWebhook', event, receiver.host({ idempotencyKey }));
    const first = await send('ab'.repeat(32));
    expect(await send('ab'.repeat(32))).toEqual(first);
    expect(await send('cd'.repeat(32))).not.toEqual(first);
    expect((await receiver.state()).webhooks).toHaveLength(2);
  });

  it('needs a secret that is long enough', () => {
    const { fields } = outgoingWebhook.auth[0]!;
    const url = 'https://receiver.example.com/';
    for (const signingSecret of ['secret', 'whsec_', 'whsec_c2hvcnQ=']) {
      expect(fields.safeParse({ url, signingSecret }).success).toBe(false);
    }
  });
});
