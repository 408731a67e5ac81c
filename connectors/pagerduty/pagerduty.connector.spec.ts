import { callOperation, lookupEffect, parseInput, undoOf } from '@castellan/sdk';
import { type Simulation, simulate, testConnector, testExtract } from '@castellan/sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import events from './fixtures/pagerduty-events.openapi.json' with { type: 'json' };
import rest from './fixtures/pagerduty-rest.openapi.json' with { type: 'json' };
import { pagerduty } from './pagerduty.connector.js';
import { pagerdutySimulator } from './pagerduty.simulator.js';

testConnector(pagerduty, pagerdutySimulator, new URL('./fixtures/exchanges.json', import.meta.url));
testExtract(rest, 'pagerduty/pagerduty-rest.trim.json');
testExtract(events, 'pagerduty/pagerduty-events-v2.openapiv3.json');

let atWork: Simulation;
beforeAll(async () => {
  atWork = await simulate(pagerduty, pagerdutySimulator);
});
beforeEach(() => atWork.reset());
afterAll(() => atWork.close());

const call = (operation: string, input: object, host = atWork.host()) =>
  callOperation(pagerduty, operation, input, host);
const onSecurity = { title: 'Access suspended', serviceId: 'PSECOPS' };
const incidentsOf = async (title: string) =>
  ((await atWork.state()).incidents as { title: string }[]).filter((incident) => incident.title === title);

describe('An incident', () => {
  it('is opened once, however often the call is repeated under one key', async () => {
    await atWork.faults([{ operation: 'createIncident', reset: 'after' }]);
    await expect(call('createIncident', onSecurity)).rejects.toMatchObject({ code: 'E_OUTCOME_UNKNOWN' });
    expect(await call('createIncident', onSecurity)).toMatchObject({ created: false, status: 'triggered' });
    expect(await incidentsOf('Access suspended')).toHaveLength(1);
  });

  it('is another one under another key', async () => {
    await call('createIncident', onSecurity);
    await call('createIncident', onSecurity, atWork.host({ idempotencyKey: 'cd'.repeat(32) }));
    expect(await incidentsOf('Access suspended')).toHaveLength(2);
  });

  it('pages the escalation policy that was chosen', async () => {
    const opened = await call('createIncident', { ...onSecurity, escalationPolicyId: 'PITONCL' });
    expect(opened).toMatchObject({ created: true, escalationPolicy: { id: 'PITONCL', summary: 'IT on call' } });
  });

  it('takes people or a policy, not both', () => {
    const input = { ...onSecurity, escalationPolicyId: 'PITONCL', assigneeIds: ['PU00001'] };
    expect(() => parseInput(pagerduty.operations.createIncident!, input)).toThrow(/not both/);
  });

  it('is refused in PagerDuty’s words', async () => {
    const lost = call('createIncident', { ...onSecurity, serviceId: 'PNOWHERE' });
    await expect(lost).rejects.toMatchObject({
      name: 'FatalError',
      status: 400,
      vendorMessage: 'Invalid Input Provided: Service Not Found',
    });
  });

  it('finds a note whose answer was lost by its words', async () => {
    const note = { incidentId: 'PI00001', content: 'Contained.' };
    expect(await lookupEffect(pagerduty, 'addNote', note, atWork.host())).toBeNull();
    await atWork.faults([{ operation: 'createIncidentNote', reset: 'after' }]);
    await expect(call('addNote', note)).rejects.toMatchObject({ code: 'E_OUTCOME_UNKNOWN' });
    expect(await lookupEffect(pagerduty, 'addNote', note, atWork.host())).toMatchObject({ content: 'Contained.' });
  });
});

describe('Credentials', () => {
  const credentials = pagerduty.auth[0]!.credentials;
  const { fields } = pagerduty.sampleConnection;

  it('go as token and From to the REST API, and as routing key into the body of an event', () => {
    expect(credentials(fields, 'https://api.pagerduty.com')).toEqual({
      headers: { authorization: `Token token=${fields.token}`, from: fields.from },
    });
    expect(credentials(fields, 'https://events.pagerduty.com')).toEqual({ body: { routing_key: fields.routingKey } });
  });

  it('are not complete if nobody is called as in From', async () => {
    const failure = pagerduty.test!(atWork.host(), { ...atWork.fields, from: 'nobody@example.com' });
    await expect(failure).rejects.toMatchObject({
      code: 'E_AUTH',
      message: expect.stringContaining('nobody@example.com'),
    });
  });
});

describe('An event', () => {
  const alert = { action: 'trigger', summary: 'Impossible travel', severity: 'critical', source: 'okta' };

  it('says with the routing key of the connection what happened, once for each key', async () => {
    await call('sendEvent', alert);
    const sent = await call('sendEvent', alert);
    expect((await atWork.state()).alerts).toHaveLength(1);
    const [request] = (await atWork.requests()).slice(-1);
    expect(request!.body).toMatchObject({ routing_key: atWork.fields.routingKey, payload: { source: 'okta' } });
    expect(undoOf(pagerduty, 'sendEvent', alert, sent, null)).toMatchObject({ input: { action: 'resolve' } });
  });

  it('resolves the alert that its dedup key names', async () => {
    await call('sendEvent', { ...alert, dedupKey: 'travel-1' });
    await call('sendEvent', { action: 'resolve', dedupKey: 'travel-1' });
    expect((await atWork.state()).alerts).toMatchObject([{ key: 'travel-1', status: 'resolved' }]);
  });

  it('must say what is needed for its action', () => {
    const { sendEvent } = pagerduty.operations;
    expect(() => parseInput(sendEvent!, { action: 'trigger', summary: 'x' })).toThrow(/\/severity.*\/source/);
    expect(() => parseInput(sendEvent!, { action: 'resolve' })).toThrow(/\/dedupKey/);
  });
});

describe('PagerDuty’s lists', () => {
  it('are read page by page', async () => {
    const services = Array.from({ length: 250 }, (_, index) => ({
      id: `P${index}`,
      name: `Service ${index}`,
      escalationPolicyId: 'PSECONC',
    }));
    await atWork.seed({ services });
    expect(await call('listServices', {})).toHaveProperty('items.length', 250);
    expect(await call('listServices', { query: 'service 24' })).toHaveProperty('items.length', 11);
  });
});
