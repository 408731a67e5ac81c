import { callOperation, type JsonObject } from '@castellan/sdk';
import { json, type Simulation, simulate, startVendor, type VendorServer } from '@castellan/sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { sailpoint } from './sailpoint.connector.js';
import { sailpointSimulator } from './sailpoint.simulator.js';
import { ada, jane, marco, productionAccess, sailpointId } from './sailpoint-company.js';

let tenant: Simulation;
let subscriber: VendorServer;
beforeAll(async () => {
  [tenant, subscriber] = await Promise.all([simulate(sailpoint, sailpointSimulator), startVendor()]);
});
beforeEach(async () => {
  await tenant.reset();
  subscriber.seen.length = 0;
  subscriber.answer = json('{}');
});
afterAll(async () => {
  await tenant.close();
  subscriber.close();
});

interface Answer extends JsonObject {
  items: JsonObject[];
  accessRequestIds: string[];
}

const call = (operation: string, input: JsonObject) =>
  callOperation(sailpoint, operation, input, tenant.host()) as Promise<Answer>;

const subscribe = (triggerId: string) =>
  call('createSubscription', {
    ...{ triggerId, name: triggerId, type: 'HTTP' },
    httpConfig: { url: `${subscriber.origin}/hooks/sailpoint`, httpDispatchMode: 'SYNC' },
  });

const ask = async () => {
  const items = [{ type: 'ACCESS_PROFILE', id: sailpointId('accessProfile', 2) }];
  const { accessRequestIds } = await call('requestAccess', { identityId: jane.id, items });
  return accessRequestIds[0]!;
};

const stateOf = async (accessRequestId: string) => (await call('listAccessRequests', { accessRequestId })).items[0]!;
const pendingOf = async (accessRequestId: string) =>
  (await call('listPendingApprovals', {})).items.filter((each) => each.accessRequestId === accessRequestId);

describe('an access request', () => {
  it('waits for its approver, and ends with their decision', async () => {
    const id = await ask();
    expect(await stateOf(id)).toMatchObject({ state: 'EXECUTING', requestedFor: jane });
    const [approval] = await pendingOf(id);
    expect(approval).toMatchObject({ owner: ada });
    await call('approveAccessRequest', { approvalId: approval!.id! });
    expect(await call('awaitAccessRequest', { accessRequestId: id })).toMatchObject({ state: 'REQUEST_COMPLETED' });
  });

  it('is awaited as long as it is under way', async () => {
    const id = await ask();
    await expect(call('awaitAccessRequest', { accessRequestId: id })).rejects.toMatchObject({
      name: 'RetryableError',
      code: 'E_TIMEOUT',
    });
  });

  it('is denied by the answer to the trigger before approval', async () => {
    subscriber.answer = json('{"approved":false,"comment":"Not this week.","approver":"castellan"}');
    await subscribe('idn:access-request-pre-approval');
    const id = await ask();
    await vi.waitFor(async () => expect(await stateOf(id)).toMatchObject({ state: 'REJECTED' }));
    expect(await pendingOf(id)).toEqual([]);
  });

  it('fails where that trigger is subscribed to and not answered', async () => {
    subscriber.answer = json('{}', 500);
    await subscribe('idn:access-request-pre-approval');
    const id = await ask();
    await vi.waitFor(async () => expect(await stateOf(id)).toMatchObject({ state: 'ERROR' }));
    await expect(call('awaitAccessRequest', { accessRequestId: id })).rejects.toMatchObject({ name: 'FatalError' });
  });

  it('gets the approver that the other trigger names, beside its usual one', async () => {
    subscriber.answer = json(JSON.stringify(marco));
    await subscribe('idn:access-request-dynamic-approver');
    const id = await ask();
    await vi.waitFor(async () => expect(await pendingOf(id)).toMatchObject([{ owner: ada }, { owner: marco }]));
  });

  it('that is decided is told to those who subscribe to decisions', async () => {
    await subscribe('idn:access-request-post-approval');
    const id = await ask();
    const [approval] = await pendingOf(id);
    await call('rejectAccessRequest', { approvalId: approval!.id!, comment: 'Nobody is on call.' });
    await vi.waitFor(() => expect(subscriber.seen).toHaveLength(1));
    const told = JSON.parse(subscriber.seen[0]!.body) as JsonObject;
    expect(sailpoint.triggers.accessRequestPostApproval!.payload.safeParse(told).error).toBeUndefined();
    expect(told).toMatchObject({
      accessRequestId: id,
      requestedItemsStatus: [{ approvalInfo: [{ approvalDecision: 'DENIED', approvalComment: 'Nobody is on call.' }] }],
    });
  });

  it('that is under way already is not asked for again', async () => {
    await ask();
    const items = [{ type: 'ACCESS_PROFILE', id: sailpointId('accessProfile', 2) }];
    const again = await callOperation(
      sailpoint,
      'requestAccess',
      { identityId: jane.id, items },
      tenant.host({ idempotencyKey: 'ef'.repeat(32) }),
    );
    expect(again).toEqual({ accessRequestIds: [], alreadyRequested: 1 });
  });
});

describe('a certification', () => {
  it('takes away what was revoked once it is signed off, and tells so', async () => {
    await subscribe('idn:certification-signed-off');
    const certificationId = sailpointId('certification', 1);
    await expect(call('signOffCertification', { certificationId })).rejects.toMatchObject({ status: 400 });
    const { items } = await call('listReviewItems', { certificationId, undecided: true });
    const decisions = items.map(({ id }) => ({ id: id!, decision: 'REVOKE' }));
    await call('decideReviewItems', { certificationId, decisions });
    expect(await call('signOffCertification', { certificationId })).toMatchObject({ phase: 'SIGNED' });
    const { held } = (await tenant.state()) as unknown as { held: { identityId: string; accessId: string }[] };
    expect(held).not.toContainEqual({ identityId: jane.id, accessId: productionAccess.id });
    await vi.waitFor(() => expect(subscriber.seen).toHaveLength(1));
    const told: unknown = JSON.parse(subscriber.seen[0]!.body);
    expect(sailpoint.triggers.certificationSignedOff!.payload.safeParse(told).error).toBeUndefined();
  });
});

describe('a campaign', () => {
  it('is told of from its making to its end', async () => {
    const triggers = ['campaignGenerated', 'campaignActivated', 'campaignEnded'];
    for (const key of triggers) await subscribe(sailpoint.triggers[key]!.vendorId!);
    const deadline = '2026-01-01T00:00:00Z';
    const { id } = await call('createCampaign', {
      name: 'Of a test',
      description: 'Tried.',
      type: 'MANAGER',
      deadline,
    });
    await call('activateCampaign', { campaignId: id! });
    await call('completeCampaign', { campaignId: id!, autoCompleteAction: 'APPROVE' });
    await vi.waitFor(() => expect(subscriber.seen).toHaveLength(3));
    const told = subscriber.seen.map(({ body }) => JSON.parse(body) as { _metadata: { triggerId: string } });
    for (const key of triggers) {
      const { vendorId, payload } = sailpoint.triggers[key]!;
      expect(payload.safeParse(told.find(({ _metadata }) => _metadata.triggerId === vendorId)).error).toBeUndefined();
    }
  });

  it('that is not past its deadline is not completed', async () => {
    const campaignId = sailpointId('campaign', 1);
    await call('activateCampaign', { campaignId });
    await expect(call('completeCampaign', { campaignId, autoCompleteAction: 'REVOKE' })).rejects.toMatchObject({
      status: 400,
      vendorMessage: expect.stringContaining('not past due'),
    });
  });
});

describe('a search', () => {
  it('goes on past the 10,000 records that offsets reach', async () => {
    const { identities } = (await tenant.state()) as { identities: JsonObject[] };
    const many = Array.from({ length: 10_050 }, (_, index) => ({
      ...identities[0],
      id: `crowd-${String(index).padStart(6, '0')}`,
      managerId: null,
    }));
    await tenant.seed({ identities: many, held: [], accounts: [] });
    const input = { indices: ['identities'], query: '*', includeNested: false };
    expect(await call('countSearch', input)).toEqual({ count: 10_050 });
    const { items } = await call('search', { ...input, limit: 10_020 });
    expect(items).toHaveLength(10_020);
    expect(items.at(-1)).toMatchObject({ id: 'crowd-010019' });
  });
});

describe('a refusal', () => {
  it('is told in SailPoint’s words, with its code and the id by which its support finds it', async () => {
    await expect(call('getIdentity', { identityId: 'nobody' })).rejects.toMatchObject({
      name: 'FatalError',
      status: 404,
      vendorMessage: expect.stringMatching(/current representation.*\(404 Not found, tracking id [0-9a-f]{32}\)/),
    });
  });

  it('is waited out when there were too many calls', async () => {
    await tenant.faults([{ status: 429, headers: { 'retry-after': '7' }, body: { message: ' Rate Limit Exceeded ' } }]);
    await expect(call('listRoles', {})).rejects.toMatchObject({ code: 'E_RATE', retryAfter: 7 });
  });
});
