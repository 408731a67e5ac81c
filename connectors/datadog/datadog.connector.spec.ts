import { callOperation, type InboundRequest, type JsonValue } from '@castellan/sdk';
import { type Simulation, simulate, testConnector, testExtract } from '@castellan/sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { datadog } from './datadog.connector.js';
import { datadogSimulator } from './datadog.simulator.js';
import { monitorPayload } from './datadog-webhook.js';
import description from './fixtures/datadog-v1.openapi.json' with { type: 'json' };
import description2 from './fixtures/datadog-v2.openapi.json' with { type: 'json' };

testConnector(datadog, datadogSimulator, new URL('./fixtures/exchanges.json', import.meta.url));
testExtract(description, 'datadog/datadog-v1.trim.json');
testExtract(description2, 'datadog/datadog-v2.trim.json');

let atWork: Simulation;
beforeAll(async () => {
  atWork = await simulate(datadog, datadogSimulator);
});
beforeEach(() => atWork.reset());
afterAll(() => atWork.close());

const address = datadog.address!;
const { sample } = datadog.triggers.monitorAlert!;
const delivery = (headers: Record<string, string>, body = sample): InboundRequest => ({
  method: 'POST',
  headers,
  query: {},
  rawBody: Buffer.from(JSON.stringify(body)),
  body,
});

describe('A delivery of Datadog', () => {
  const verify = (headers: Record<string, string>, fields: object) =>
    address.signature.verify({ ...delivery(headers), fields: { ...fields }, now: new Date() });

  it('is taken with the secret in its header, and with no other', () => {
    const { fields } = datadog.sampleConnection;
    expect(verify({ 'x-castellan-token': String(fields.webhookToken) }, fields)).toEqual({ ok: true });
    expect(verify({ 'x-castellan-token': 'another' }, fields).ok).toBe(false);
    expect(verify({}, fields).ok).toBe(false);
  });

  it('is never taken by a connection that has no secret', () => {
    const { webhookToken, ...fields } = datadog.sampleConnection.fields;
    expect(verify({ 'x-castellan-token': 'undefined' }, fields).ok).toBe(false);
    expect(verify({ 'x-castellan-token': String(webhookToken) }, fields).ok).toBe(false);
  });

  it('is known again by the id of the event', () => {
    expect(address.deliveryId(delivery({}))).toBe('7718523943842631234');
    expect(address.events(delivery({}))).toEqual([
      { trigger: 'monitorAlert', payload: sample, key: '7718523943842631234' },
    ]);
  });

  it('has no id where the payload leaves it out, is not filled, or is no JSON', () => {
    const bodies: JsonValue[] = [{}, { id: '$ID' }, { id: 7 }, 'text', null, []];
    for (const body of bodies) {
      expect(address.deliveryId(delivery({}, body))).toBeNull();
    }
  });
});

describe('The payload to paste', () => {
  it('names only variables that Datadog’s page has, and none that is not the affected person', () => {
    const documented = [
      '$AGGREG_KEY $ALERT_CYCLE_KEY $ALERT_ID $ALERT_METRIC $ALERT_PRIORITY $ALERT_QUERY $ALERT_SCOPE $ALERT_STATUS',
      '$ALERT_TITLE $ALERT_TRANSITION $ALERT_TYPE $DATE $EMAIL $EVENT_MSG $EVENT_TITLE $EVENT_TYPE $HOSTNAME $ID',
      '$LAST_UPDATED $LINK $ORG_ID $ORG_NAME $PRIORITY $SNAPSHOT $TAGS $TEXT_ONLY_MSG $USER $USERNAME',
    ].join(' ');
    for (const variable of Object.values(monitorPayload)) {
      expect(documented.split(' ')).toContain(variable);
      expect(['$EMAIL', '$USER', '$USERNAME']).not.toContain(variable);
    }
  });

  it('is the one in the set-up text, and the sample has its fields', () => {
    const [pasted] = /\{[^}]+\}/.exec(address.setup)!;
    expect(JSON.parse(pasted!)).toEqual(monitorPayload);
    expect(Object.keys(sample as object).sort()).toEqual(Object.keys(monitorPayload).sort());
  });
});

describe('Datadog’s API', () => {
  it('refuses a wrong key in words that say what to do', async () => {
    await atWork.faults([{ status: 403, body: { errors: ['Forbidden'] } }]);
    const failure = { code: 'E_AUTH', message: expect.stringContaining('API key on this site') };
    await expect(datadog.test!(atWork.host(), atWork.fields)).rejects.toMatchObject(failure);
  });

  it('has nothing to prove for a connection that only receives', async () => {
    const proof = datadog.test!(atWork.host(), { webhookToken: 'x' });
    await expect(proof).resolves.toEqual({ untested: expect.stringContaining('only receives') });
    expect(await atWork.requests()).toEqual([]);
  });

  it('lists monitors page by page', async () => {
    const [monitor] = (await atWork.state()).monitors as object[];
    const monitors = Array.from({ length: 250 }, (_, index) => ({ ...monitor, id: index + 1 }));
    await atWork.seed({ monitors });
    const listed = await callOperation(datadog, 'listMonitors', {}, atWork.host());
    expect(listed).toHaveProperty('items.length', 250);
  });

  it('is told of an event what is given and no more', async () => {
    await callOperation(datadog, 'postEvent', { title: 'a', text: 'b', aggregationKey: 'k' }, atWork.host());
    expect((await atWork.requests())[0]!.body).toEqual({ title: 'a', text: 'b', aggregation_key: 'k' });
  });
});
