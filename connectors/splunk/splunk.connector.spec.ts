import { callOperation, createHttpCore, type InboundRequest, type JsonValue } from '@castellan/sdk';
import { hostOf, replay, type Simulation, simulate, testConnector } from '@castellan/sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { splunk } from './splunk.connector.js';
import { splunkSimulator } from './splunk.simulator.js';

testConnector(splunk, splunkSimulator, new URL('./fixtures/exchanges.json', import.meta.url));

let atWork: Simulation;
beforeAll(async () => {
  atWork = await simulate(splunk, splunkSimulator);
});
beforeEach(() => atWork.reset());
afterAll(() => atWork.close());

const send = (input: object, host = atWork.host()) => callOperation(splunk, 'sendEvent', input, host);
const answer = (status: number, body: JsonValue) => atWork.faults([{ status, body }]);

describe('HEC', () => {
  it('promises an acknowledgement where there is a channel, and tells when it is kept', async () => {
    const sent = await send({ event: 'a' });
    expect(sent).toEqual({ code: 0, text: 'Success', ackId: 0 });
    const ack = (ackId: number) => callOperation(splunk, 'getAcknowledgement', { ackId }, atWork.host());
    expect([await ack(0), await ack(1)]).toEqual([{ indexed: true }, { indexed: false }]);
  });

  it('promises none without a channel', async () => {
    const { channel, ...fields } = atWork.fields;
    expect(channel).toBeDefined();
    const connection = { ...atWork.connection, id: 'without-channel', fields };
    const http = replay([
      {
        request: { method: 'POST', path: '/services/collector/event', body: { event: 'a' } },
        response: { status: 200, body: { text: 'Success', code: 0 } },
      },
    ]);
    expect(await send({ event: 'a' }, hostOf(http))).toEqual({ code: 0, text: 'Success' });
    expect(splunk.auth[1]!.credentials(connection.fields, 'https://splunk.example.com:8088')).toEqual({
      headers: { authorization: `Splunk ${String(fields.hecToken)}` },
    });
  });

  it.each([
    [1, 403, 'Token disabled', 'E_AUTH'],
    [2, 401, 'Token is required', 'E_AUTH'],
    [3, 401, 'Invalid authorization', 'E_AUTH'],
    [4, 403, 'Invalid token', 'E_AUTH'],
    [5, 400, 'No data', 'E_HTTP'],
    [6, 400, 'Invalid data format', 'E_HTTP'],
    [7, 400, 'Incorrect index', 'E_HTTP'],
    [10, 400, 'Data channel is missing', 'E_HTTP'],
    [11, 400, 'Invalid data channel', 'E_HTTP'],
    [12, 400, 'Event field is required', 'E_HTTP'],
    [13, 400, 'Event field cannot be blank', 'E_HTTP'],
    [14, 400, 'ACK is disabled', 'E_HTTP'],
    [15, 400, 'Error in handling indexed fields', 'E_HTTP'],
  ])('code %i (%i %s) is final: %s', async (code, status, text, error) => {
    await answer(status, { text, code });
    const failure = { name: 'FatalError', code: error, status, vendorMessage: text, details: { code, text } };
    await expect(send({ event: 'a' })).rejects.toMatchObject(failure);
  });

  it('may be asked again when it is busy (9), and may have written when it failed (8)', async () => {
    await answer(503, { text: 'Server is busy', code: 9 });
    await expect(send({ event: 'a' })).rejects.toMatchObject({ name: 'RetryableError', mayHaveHappened: false });
    await answer(500, { text: 'Internal server error', code: 8 });
    await expect(send({ event: 'a' })).rejects.toMatchObject({ name: 'RetryableError', mayHaveHappened: true });
  });

  it('refuses an index that the token may not write to, and a blank event before it is sent', async () => {
    await expect(send({ event: 'a', index: 'nowhere' })).rejects.toMatchObject({ details: { code: 7 } });
    await expect(send({ event: '' })).rejects.toMatchObject({ code: 'E_INPUT' });
  });

  it('is not what answers at a wrong port', async () => {
    await answer(200, '<html>Splunk Web</html>');
    await expect(send({ event: 'a' })).rejects.toMatchObject({ code: 'E_OUTCOME_UNKNOWN' });
  });
});

describe('The test of a connection', () => {
  it('proves the token without writing an event', async () => {
    expect(await splunk.test!(atWork.host(), atWork.fields)).toEqual({ account: 'splunk.example.com:8088' });
    expect((await atWork.state()).events).toEqual([]);
  });

  it('says that a token is unknown, or wants a channel', async () => {
    await answer(403, { text: 'Invalid token', code: 4 });
    await expect(splunk.test!(atWork.host(), atWork.fields)).rejects.toMatchObject({ code: 'E_AUTH' });
    await answer(400, { text: 'Data channel is missing', code: 10 });
    const wanting = splunk.test!(atWork.host(), atWork.fields);
    await expect(wanting).rejects.toThrow(/enter a channel/);
  });

  it('has nothing to prove for a connection that only receives', async () => {
    const core = createHttpCore();
    const fields = { webhookToken: 'x' };
    const host = hostOf(core.connect(splunk, { id: 'alerts', kind: 'webhook', fields }));
    expect(await splunk.test!(host, fields)).toEqual({ account: 'a receiver of alerts' });
    await core.close();
  });
});

describe('A delivery of Splunk', () => {
  const address = splunk.address!;
  const { sample } = splunk.triggers.alert!;
  const delivery = (body: JsonValue, query: Record<string, string> = {}): InboundRequest => ({
    method: 'POST',
    headers: {},
    query,
    rawBody: Buffer.from(JSON.stringify(body)),
    body,
  });
  const verify = (query: Record<string, string>) =>
    address.signature.verify({ ...delivery(sample, query), ...splunk.sampleConnection, now: new Date() });

  it('proves itself by the secret in its address, since Splunk’s webhook sends no headers', () => {
    expect(verify({ token: String(splunk.sampleConnection.fields.webhookToken) })).toEqual({ ok: true });
    expect(verify({ token: 'another' }).ok).toBe(false);
    expect(verify({}).ok).toBe(false);
    expect(address.signature.carries.query).toContain('token');
  });

  it('is told apart from other rows of the same search by its content', () => {
    const row = sample as { result: object };
    const other = { ...row, result: { ...row.result, user_email: 'tom.fischer@example.com' } };
    const [first, second] = [delivery(sample), delivery(other as JsonValue)].map(address.deliveryId);
    expect(first).not.toBe(second);
    expect(address.deliveryId(delivery(sample))).toBe(first);
    expect(address.deliveryId(delivery('no JSON'))).toBeNull();
  });
});
