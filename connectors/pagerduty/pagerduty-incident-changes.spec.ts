import { callOperation, parseInput, readBefore, undoOf } from '@castellan/sdk';
import { type Simulation, simulate } from '@castellan/sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pagerduty } from './pagerduty.connector.js';
import { pagerdutySimulator } from './pagerduty.simulator.js';

let atWork: Simulation;
beforeAll(async () => {
  atWork = await simulate(pagerduty, pagerdutySimulator);
});
beforeEach(() => atWork.reset());
afterAll(() => atWork.close());

const call = (operation: string, input: object) => callOperation(pagerduty, operation, input, atWork.host());

describe('A status of an incident', () => {
  it('that it has already is left as it is, though PagerDuty refuses it', async () => {
    await call('resolveIncident', { incidentId: 'PI00001' });
    expect(await call('resolveIncident', { incidentId: 'PI00001' })).toMatchObject({ status: 'resolved' });
    expect(await call('acknowledgeIncident', { incidentId: 'PI00002' })).toMatchObject({ status: 'acknowledged' });
  });

  it('that was given a lost answer is there when the call is repeated', async () => {
    await atWork.faults([{ operation: 'updateIncident', reset: 'after' }]);
    await expect(call('resolveIncident', { incidentId: 'PI00001' })).rejects.toMatchObject({
      code: 'E_OUTCOME_UNKNOWN',
    });
    expect(await call('resolveIncident', { incidentId: 'PI00001' })).toMatchObject({ status: 'resolved' });
  });

  it('goes back to the one before, and not where it was none', async () => {
    const input = { incidentId: 'PI00001' };
    const before = await readBefore(pagerduty, 'resolveIncident', input, atWork.host());
    const output = await call('resolveIncident', input);
    expect(undoOf(pagerduty, 'resolveIncident', input, output, before)).toEqual({
      operation: 'reopenIncident',
      input: { incidentId: 'PI00001', status: 'acknowledged' },
    });
    expect(undoOf(pagerduty, 'resolveIncident', input, output, { status: 'resolved' })).toBeNull();
  });

  it('is refused in PagerDuty’s words', async () => {
    await atWork.faults([{ status: 400, body: { error: { message: 'Invalid', errors: ['Requester Not Found'] } } }]);
    await expect(call('resolveIncident', { incidentId: 'PI00001' })).rejects.toMatchObject({
      vendorMessage: 'Invalid: Requester Not Found',
    });
  });
});

describe('An incident', () => {
  it('is escalated to a level or to another policy, not to both', async () => {
    const { escalateIncident } = pagerduty.operations;
    const both = { incidentId: 'PI00001', level: 2, escalationPolicyId: 'PSECONC' };
    expect(() => parseInput(escalateIncident!, both)).toThrow(/not both/);
    expect(() => parseInput(escalateIncident!, { incidentId: 'PI00001' })).toThrow(/Give a level/);
    expect(await call('escalateIncident', { incidentId: 'PI00001', level: 2 })).toMatchObject({
      assignments: [{ assignee: { summary: 'Sam Whitaker' } }],
    });
    await expect(call('escalateIncident', { incidentId: 'PI00001', level: 9 })).rejects.toMatchObject({
      vendorMessage: expect.stringContaining('Escalation Level Not Found'),
    });
  });

  it('keeps a priority that cannot be taken back, and gives back the rest', async () => {
    const input = { incidentId: 'PI00001', urgency: 'high', priorityId: 'PP00001' };
    const before = await readBefore(pagerduty, 'updateIncident', input, atWork.host());
    const output = await call('updateIncident', input);
    expect(output).toMatchObject({ urgency: 'high', priority: { id: 'PP00001', summary: 'P1' } });
    expect(undoOf(pagerduty, 'updateIncident', input, output, before)).toEqual({
      operation: 'updateIncident',
      input: { incidentId: 'PI00001', urgency: 'low' },
    });
  });

  it('is listed by its status and service', async () => {
    expect(await call('listIncidents', { status: 'triggered' })).toMatchObject({ items: [{ id: 'PI00002' }] });
    expect(await call('listIncidents', { serviceId: 'PSECOPS' })).toEqual({ items: [] });
  });
});

describe('Who is on call', () => {
  it('is told for a policy and for a schedule, with addresses', async () => {
    const { items } = (await call('listOnCalls', { escalationPolicyId: 'PSECONC' })) as { items: object[] };
    expect(items).toMatchObject([
      { escalationLevel: 1, user: { email: 'sam.whitaker@example.com' } },
      { escalationLevel: 2, user: { email: 'lena.novak@example.com' } },
    ]);
    expect(await call('listOnCalls', { scheduleId: 'PSCHITS' })).toMatchObject({
      items: [{ escalationPolicy: { id: 'PITONCL' } }, {}],
    });
  });
});

describe('A subscription to events', () => {
  const input = { url: 'https://castellan.example.com/hooks/c/x', events: ['incident.triggered'] };

  it('tells its signing secret once', async () => {
    const made = (await call('createWebhookSubscription', input)) as { id: string; secret: string };
    expect(made.secret).toMatch(/^[0-9a-f]{32}$/);
    expect(JSON.stringify(await call('listWebhookSubscriptions', {}))).not.toContain(made.secret);
  });

  it('names the service or team that it is of', () => {
    const { createWebhookSubscription } = pagerduty.operations;
    expect(() => parseInput(createWebhookSubscription!, { ...input, scope: 'service_reference' })).toThrow(/scopeId/);
    expect(() => parseInput(createWebhookSubscription!, { ...input, scopeId: 'PSECOPS' })).toThrow(/scopeId/);
  });

  it('that has ended is gone already the second time', async () => {
    const place = { subscriptionId: 'PW00001' };
    expect(await readBefore(pagerduty, 'deleteWebhookSubscription', place, atWork.host())).toMatchObject({
      events: ['incident.triggered'],
    });
    expect(await call('deleteWebhookSubscription', place)).toMatchObject({ alreadyGone: false });
    expect(await call('deleteWebhookSubscription', place)).toMatchObject({ alreadyGone: true });
  });
});
