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
    expect(sent).toEqual({ code: 0, text: 'Success', ackId: 1 });
    const ack = (ackId: number) => callOperation(splunk, 'getAcknowledgement', { ackId }, atWork.host());
    expect([await ack(1), await ack(2)]).toEqual([{ indexed: true }, { indexed: false }]);
  });

  it('is waited for until the event is indexed, which Splunk says once', async () => {
    const wait = (ackId: number) => callOperation(splunk, 'awaitAcknowledgement', { ackId }, atWork.host());
    await expect(wait(1)).rejects.toMatchObject({ name: 'RetryableError', code: 'E_TIMEOUT' });
    await send({ event: 'a' });
    expect(await wait(1)).toEqual({ indexed: true });
    await expect(wait(1)).rejects.toThrow(/said once before/);
    expect(splunk.operations.awaitAcknowledgement!.retry!.attempts).toBeGreaterThan(1);
    await answer(400, { text: 'ACK is disabled', code: 14 });
    await expect(wait(1)).rejects.toThrow(/Switch it on/);
  });

  it('takes several events in one request, each with what is said of all', async () => {
    const events = [{ event: 'a } { b' }, { event: { c: '{"}' }, index: 'main', time: 1.5, fields: { k: 'v' } }];
    const sent = await callOperation(
      splunk,
      'sendEvents',
      { events, sourcetype: 'x', index: 'security' },
      atWork.host(),
    );
    expect(sent).toMatchObject({ code: 0 });
    expect(((await atWork.state()).events as object[]).slice(1)).toMatchObject([
      { event: 'a } { b', sourcetype: 'x', index: 'security' },
      { event: { c: '{"}' }, sourcetype: 'x', index: 'main', at: '1970-01-01T00:00:01.500Z', fields: { k: 'v' } },
    ]);
    expect((await atWork.requests()).filter(({ operation }) => operation === 'sendEvent')).toHaveLength(1);
  });

  it('says at which of several events it stopped, and that those before it may have been taken', async () => {
    const batch = (indexes: string[]) => {
      const events = indexes.map((index) => ({ event: 'a', index }));
      return callOperation(splunk, 'sendEvents', { events }, atWork.host());
    };
    await expect(batch(['nowhere', 'main'])).rejects.toMatchObject({
      name: 'FatalError',
      details: { code: 7, number: 0 },
    });
    const second = batch(['main', 'nowhere', 'main']);
    await expect(second).rejects.toMatchObject({ code: 'E_OUTCOME_UNKNOWN', details: { code: 7, number: 1 } });
    await expect(second).rejects.toThrow(/at event 2.*The 1 before it may have been taken/);
  });

  it('takes no more in one request than 1 MB, and no blank event among others', async () => {
    const batch = (events: object[]) => callOperation(splunk, 'sendEvents', { events }, atWork.host());
    await expect(batch([{ event: 'x'.repeat(1_000_000) }])).rejects.toThrow(/in a loop/);
    await expect(batch([{ event: 'x' }, { event: '' }])).rejects.toThrow('/events/1/event');
  });

  it('takes raw text, by the connection’s channel or by one of our own', async () => {
    const raw = (host = atWork.host()) =>
      callOperation(splunk, 'sendRaw', { text: 'a\nb', index: 'main', time: 2 }, host);
    expect(await raw()).toMatchObject({ ackId: 1 });
    expect(((await atWork.state()).events as object[]).slice(1)).toMatchObject([{ event: 'a' }, { event: 'b' }]);
    const { channel, ...fields } = atWork.fields;
    const without = { ...atWork.connection, id: 'without-channel', fields };
    await raw(hostOf(atWork.core.connect(splunk, without)));
    const channels = Object.keys((await atWork.state()).acks as object);
    expect(channels).toEqual([channel, expect.stringMatching(/^ca57e11a-/)]);
  });

  it('says how it is: that it takes events, or why not', async () => {
    const health = () => callOperation(splunk, 'getHealth', {}, atWork.host());
    expect(await health()).toEqual({ healthy: true, code: 17, text: 'HEC is healthy' });
    for (const code of [18, 19, 20]) {
      await atWork.seed({ health: { code } });
      expect(await health()).toMatchObject({ healthy: false, code, text: expect.stringContaining('unhealthy') });
    }
    await answer(200, '<html>Splunk Web</html>');
    await expect(health()).rejects.toMatchObject({ name: 'FatalError', code: 'E_HTTP' });
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
    [16, 400, 'Query string authorization is not enabled', 'E_HTTP'],
    [21, 400, 'Invalid token', 'E_AUTH'],
    [22, 400, 'Token disabled', 'E_AUTH'],
  ])('code %i (%i %s) is final: %s', async (code, status, text, error) => {
    await answer(status, { text, code });
    const failure = { name: 'FatalError', code: error, status, vendorMessage: text, details: { code, text } };
    await expect(send({ event: 'a' })).rejects.toMatchObject(failure);
  });

  it.each([
    [9, 'Server is busy'],
    [18, 'HEC is unhealthy, queues are full'],
    [19, 'HEC is unhealthy, ack service unavailable'],
    [20, 'HEC is unhealthy, queues are full, ack service unavailable'],
    [23, 'Server is shutting down'],
  ])('may be asked again at code %i (%s), which did nothing', async (code, text) => {
    await answer(503, { text, code });
    const failure = { name: 'RetryableError', mayHaveHappened: false, vendorMessage: text };
    await expect(send({ event: 'a' })).rejects.toMatchObject(failure);
  });

  it('may have written when it failed (8)', async () => {
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
    expect((await atWork.state()).events).toHaveLength(1);
  });

  it('says that the collector takes no events', async () => {
    await atWork.seed({ health: { code: 18 } });
    await expect(splunk.test!(atWork.host(), atWork.fields)).rejects.toThrow(/queues are full/);
  });

  it('says that a token is unknown, or wants a channel', async () => {
    const answer = (status: number, body: JsonValue) => atWork.faults([{ operation: 'sendEvent', status, body }]);
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
    expect(await splunk.test!(host, fields)).toEqual({ untested: expect.stringContaining('only receives') });
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

  it('that is no alert starts nothing', () => {
    for (const body of ['no JSON', null, [], {}, { sid: 7 }] as JsonValue[])
      expect(address.events(delivery(body))).toEqual([]);
    expect(address.events(delivery(sample))).toMatchObject([{ trigger: 'alert', payload: sample }]);
  });
});
