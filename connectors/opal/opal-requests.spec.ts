import { callOperation, changesOf, type JsonObject, lookupEffect, undoOf } from '@castellan/sdk';
import { type Simulation, simulate } from '@castellan/sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { affectedPerson } from '../simulated-company.js';
import { opal } from './opal.connector.js';
import { opalSimulator } from './opal.simulator.js';

let simulation: Simulation;
beforeAll(async () => {
  simulation = await simulate(opal, opalSimulator);
});
beforeEach(() => simulation.reset());
afterAll(() => simulation.close());

interface Request {
  id: string;
  status: string;
  reason: string;
  targetUserId: string;
  durationMinutes: number;
}

const call = <T>(operation: string, input: JsonObject, idempotencyKey?: string): Promise<T> =>
  callOperation(opal, operation, input, simulation.host({ idempotencyKey })) as Promise<T>;
const pending = async () => (await call<{ items: Request[] }>('listRequests', { pendingOnly: true })).items;
const asked = opal.operations.createRequest!.sample.input as JsonObject;
const jane = async () =>
  (await call<{ user: { userId: string } }>('findUser', { email: affectedPerson.email })).user.userId;

describe('asking for access', () => {
  it('is found among the pending requests of the person, in minutes as they were asked for', async () => {
    const { id } = await call<Request>('createRequest', { ...asked, durationMinutes: -1 });
    const { items } = await call<{ items: Request[] }>('listRequests', {
      targetUserId: await jane(),
      pendingOnly: true,
    });
    expect(items).toMatchObject([{ id, status: 'PENDING', durationMinutes: -1 }]);
  });

  it('marks the effect in the reason, so that a repeat finds what a lost answer made, and nothing else', async () => {
    const { id } = await call<Request>('createRequest', asked, 'a1'.repeat(32));
    const lookup = (key: string) =>
      lookupEffect(opal, 'createRequest', asked, simulation.host({ idempotencyKey: key }));
    expect(await lookup('a1'.repeat(32))).toEqual({ id });
    expect(await lookup('b2'.repeat(32))).toBeNull();
  });

  it('is refused before it is sent when it asks for nothing, for no time, or for a user and a group at once', async () => {
    await expect(call('createRequest', { ...asked, resources: [] })).rejects.toMatchObject({ code: 'E_INPUT' });
    await expect(call('createRequest', { ...asked, durationMinutes: 0 })).rejects.toMatchObject({ code: 'E_INPUT' });
    await expect(call('createRequest', { ...asked, targetGroupId: 'g' })).rejects.toMatchObject({ code: 'E_INPUT' });
    expect(await simulation.requests()).toEqual([]);
  });

  it('is taken back by denying it, since Opal cannot withdraw', async () => {
    const output = await call<JsonObject>('createRequest', asked);
    const undo = undoOf(opal, 'createRequest', asked, output, null)!;
    await call(undo.operation, undo.input as JsonObject);
    expect(await call('getRequest', { requestId: output.id as string })).toMatchObject({ status: 'DENIED' });
  });

  it('names each thing and the person in the plan', () => {
    expect(changesOf(opal, 'createRequest', asked)).toEqual([
      {
        action: 'create',
        subject: { type: 'user', id: asked.targetUserId, email: affectedPerson.email },
        object: { type: 'opal_resource_request', id: 'ca57e11a-0002-4000-8000-000000000001' },
      },
    ]);
  });
});

describe('deciding a request', () => {
  const byReason = async (reason: string) => (await pending()).find((one) => one.reason.startsWith(reason))!;

  it('gives what was asked for, without end where it was asked for without', async () => {
    const { id, targetUserId } = await byReason('Quarterly');
    const { request } = await call<{ request: Request }>('approveRequest', { requestId: id });
    expect(request.status).toBe('APPROVED');
    const { items } = await call<{ items: JsonObject[] }>('getUserGroups', { userId: targetUserId });
    expect(items).toContainEqual(expect.objectContaining({ groupName: 'Data', expirationDate: null }));
  });

  it('is taken back by revoking the one thing that it gave', async () => {
    const { id, targetUserId: userId } = await byReason('Debugging');
    const input = { requestId: id, level: 'ADMIN' };
    const output = await call<JsonObject>('approveRequest', input);
    const undo = undoOf(opal, 'approveRequest', input, output, null)!;
    expect(undo.operation).toBe('revokeResource');
    expect(await call(undo.operation, undo.input as JsonObject)).toEqual({ revoked: true, alreadyGone: false });
    expect((await call<{ items: JsonObject[] }>('getUserResources', { userId })).items).not.toContainEqual(
      expect.objectContaining({
        resourceName: 'orders-db',
        accessLevel: expect.objectContaining({ accessLevelRemoteId: 'fullaccess' }),
      }),
    );
  });

  it('is refused with Opal’s words to who is no reviewer, and when it is decided already', async () => {
    const { id } = await byReason('Debugging');
    const refused = { vendorMessage: 'not a reviewer of this request', status: 403 };
    await expect(call('approveRequest', { requestId: id })).rejects.toMatchObject(refused);
    await call('denyRequest', { requestId: id, level: 'ADMIN', comment: 'No.' });
    const again = call('denyRequest', { requestId: id, level: 'ADMIN', comment: 'No.' });
    await expect(again).rejects.toMatchObject({ vendorMessage: 'request is already DENIED' });
  });

  it('knows after a lost answer whether it was decided, and how', async () => {
    const { id } = await byReason('Debugging');
    const input = { requestId: id, level: 'ADMIN', comment: 'No.' };
    const lookup = (operation: string) => lookupEffect(opal, operation, input, simulation.host());
    expect(await lookup('denyRequest')).toBeNull();
    await simulation.faults([{ method: 'POST', reset: 'after' }]);
    await expect(call('denyRequest', input)).rejects.toMatchObject({ code: 'E_OUTCOME_UNKNOWN' });
    expect(await lookup('denyRequest')).toMatchObject({ request: { id, status: 'DENIED' } });
    expect(await lookup('approveRequest')).toBeNull();
  });

  it('keeps the comment with it, and finds one of the same words that a lost answer wrote', async () => {
    const { id } = await byReason('Debugging');
    const input = { requestId: id, comment: 'Looking into it.' };
    expect(await lookupEffect(opal, 'commentOnRequest', input, simulation.host())).toBeNull();
    await call('commentOnRequest', input);
    expect(await lookupEffect(opal, 'commentOnRequest', input, simulation.host())).toEqual({ requestId: id });
    const { items } = await call<{ items: JsonObject[] }>('listRequestComments', { requestId: id });
    expect(items.map(({ comment }) => comment)).toEqual(['Which tables do you need?', 'Looking into it.']);
  });
});

describe('the lists of requests and reviews', () => {
  it('are read to the end, though requests have a cursor of another name', async () => {
    const state = (await simulation.state()) as { requests: JsonObject[]; reviews: JsonObject[] };
    const many = <T extends JsonObject>(row: T, field: string) =>
      Array.from({ length: 1_501 }, (_, index) => ({ ...row, [field]: `row-${index}` }));
    await simulation.seed({
      requests: many(state.requests[0] as JsonObject, 'id'),
      reviews: many(state.reviews[0] as JsonObject, 'uar_id'),
    });
    expect(await call('listRequests', {})).toMatchObject({ items: { length: 1_501 } });
    expect(await call('listReviews', {})).toMatchObject({ items: { length: 1_501 } });
    expect((await simulation.requests()).map(({ operation }) => operation)).toEqual([
      ...['getRequests', 'getRequests', 'getUARs', 'getUARs'],
    ]);
  });

  it('hold only what the filters ask for', async () => {
    const early = await call<{ items: Request[] }>('listRequests', { to: '2026-01-10T00:00:00Z' });
    expect(early.items).toMatchObject([{ reason: 'Loading the warehouse', status: 'APPROVED' }]);
  });
});

describe('starting an access review', () => {
  const input = opal.operations.createReview!.sample.input as JsonObject;

  it('finds by name and end the one that a lost answer started', async () => {
    const lookup = () => lookupEffect(opal, 'createReview', input, simulation.host());
    expect(await lookup()).toBeNull();
    const started = await call<JsonObject>('createReview', input);
    expect(started).toMatchObject({ uarScope: { filterOperator: 'ANY' }, instantlyActionReviews: false });
    expect(await lookup()).toEqual(started);
    expect(await call('getReview', { uarId: started.uarId as string })).toEqual(started);
  });

  it('is refused by Opal when its end has passed', async () => {
    const late = call('createReview', { ...input, deadline: '2020-01-01T00:00:00Z' });
    await expect(late).rejects.toMatchObject({ status: 400, vendorMessage: 'deadline must be in the future' });
  });
});
