import {
  callOperation,
  FatalError,
  type JsonObject,
  listChoices,
  RetryableError,
  readBefore,
  undoOf,
} from '@castellan/sdk';
import { type Simulation, simulate } from '@castellan/sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { opal } from './opal.connector.js';
import { opalSimulator } from './opal.simulator.js';

let simulation: Simulation;
beforeAll(async () => {
  simulation = await simulate(opal, opalSimulator);
});
beforeEach(() => simulation.reset());
afterAll(() => simulation.close());

const call = <T>(operation: string, input: JsonObject): Promise<T> =>
  callOperation(opal, operation, input, simulation.host()) as Promise<T>;
const sampleOf = (operation: string) => opal.operations[operation]!.sample.input as JsonObject;
const failure = async (operation: string, input: JsonObject) => call(operation, input).catch((error: unknown) => error);

describe('waiting until Opal has carried a change out', () => {
  const grant = { ...sampleOf('grantResource'), accessLevel: 'ReadOnlyAccess' };
  const place = {
    resourceId: 'ca57e11a-0002-4000-8000-000000000001',
    userId: 'ca57e11a-0001-4000-8000-000000000003',
    accessLevel: 'ReadOnlyAccess',
  };

  it('asks to be called again while the change is under way, and is done when it has arrived', async () => {
    await simulation.seed({ propagation: { seconds: 3_600, ends: 'SUCCESS' } });
    expect(await failure('awaitResourceAccess', place)).toBeInstanceOf(RetryableError);
    await call('grantResource', grant);
    expect(await failure('awaitResourceAccess', place)).toMatchObject({ code: 'E_TIMEOUT', retryable: true });
    const { grants } = (await simulation.state()) as { grants: JsonObject[] };
    await simulation.seed({ grants: grants.map((one) => ({ ...one, propagated_at: '2026-01-01T00:00:00.000Z' })) });
    expect(await call('awaitResourceAccess', place)).toMatchObject({ state: 'carriedOut', status: 'SUCCESS' });
  });

  it('fails for good with Opal’s word when it could not be carried out', async () => {
    await simulation.seed({ propagation: { seconds: 0, ends: 'ERR_REMOTE_USER_NOT_FOUND' } });
    await call('grantResource', grant);
    const failed = await failure('awaitResourceAccess', place);
    expect(failed).toBeInstanceOf(FatalError);
    expect(failed).toMatchObject({ vendorMessage: 'ERR_REMOTE_USER_NOT_FOUND' });
  });

  it('does not wait for what a person is to do', async () => {
    await simulation.seed({ propagation: { seconds: 0, ends: 'PENDING_MANUAL_PROPAGATION' } });
    await call('grantResource', grant);
    expect(await call('awaitResourceAccess', place)).toMatchObject({ state: 'byHand' });
  });

  it('waits for a revoke until the access is no longer listed, though it is still there through a group', async () => {
    const own = { ...place, wanted: 'revoked' };
    expect(await call('awaitResourceAccess', own)).toMatchObject({ state: 'carriedOut', status: null });
    const held = { ...own, accessLevel: 'AdministratorAccess' };
    expect(await failure('awaitResourceAccess', held)).toBeInstanceOf(RetryableError);
    await call('revokeResource', {
      resourceId: place.resourceId,
      userId: place.userId,
      accessLevel: 'AdministratorAccess',
    });
    expect(await call('awaitResourceAccess', held)).toMatchObject({ state: 'carriedOut' });
  });

  it('is the same for groups', async () => {
    const membership = sampleOf('revokeGroup');
    const awaited = { groupId: membership.groupId!, userId: membership.userId!, wanted: 'revoked' };
    expect(await failure('awaitGroupAccess', awaited)).toBeInstanceOf(RetryableError);
    await call('revokeGroup', membership);
    expect(await call('awaitGroupAccess', awaited)).toMatchObject({ state: 'carriedOut' });
  });

  it('looks for an hour unless a step says otherwise', () => {
    const { attempts, firstSeconds, factor, maxSeconds } = opal.operations.awaitResourceAccess!.retry!;
    const pauses = Array.from({ length: attempts - 1 }, (_, n) => Math.min(firstSeconds * factor ** n, maxSeconds));
    expect(pauses.reduce((sum, pause) => sum + pause, 0)).toBeGreaterThan(3_600);
  });
});

describe('the events of the audit log', () => {
  it('are exported page by page from one cursor to the next, none twice and none left out', async () => {
    const all = await call<{ items: JsonObject[] }>('listEvents', {});
    const exported: JsonObject[] = [];
    let cursor: string | null | undefined;
    do {
      const input: JsonObject = { pageSize: 3, ...(cursor ? { cursor } : {}) };
      const page = await call<{ items: JsonObject[]; nextCursor: string | null }>('exportEvents', input);
      exported.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor);
    expect(exported).toEqual(all.items);
    expect(new Set(exported.map(({ eventId }) => eventId)).size).toBe(exported.length);
  });

  it('are found by what they are about', async () => {
    const { items } = await call<{ items: JsonObject[] }>('listEvents', {
      objectId: 'ca57e11a-0001-4000-8000-000000000003',
    });
    expect(items).toHaveLength(1);
    expect(await call('getEvent', { eventId: items[0]!.eventId! })).toEqual(items[0]);
  });
});

describe('a token that may only read', () => {
  it('reads, and is told by Opal that it may not write', async () => {
    const connection = {
      ...simulation.connection,
      kind: 'personalToken',
      id: 'reader',
      fields: { token: 'opal-read-only-1' },
    };
    const http = simulation.core.connect(opal, connection);
    const host = { ...simulation.host(), http };
    expect(await callOperation(opal, 'listUsers', { limit: 1 }, host)).toMatchObject({ items: { length: 1 } });
    await expect(callOperation(opal, 'grantGroup', sampleOf('grantGroup'), host)).rejects.toMatchObject({
      status: 403,
      vendorMessage: 'This token may only read',
    });
  });
});

describe('what surrounds access', () => {
  it('lists the levels of a resource that people or groups have', async () => {
    const { items } = await call<{ items: JsonObject[] }>('listAccessLevels', {
      resourceId: 'ca57e11a-0002-4000-8000-000000000003',
    });
    expect(items.map(({ accessLevel }) => accessLevel).toSorted()).toEqual(['admin', 'push']);
  });

  it('lists the levels that a group’s members have, each once, to choose from where somebody is added', async () => {
    const groupId = 'ca57e11a-0003-4000-8000-000000000001';
    await call('grantGroup', { ...sampleOf('grantGroup'), groupId, accessLevel: 'maintainer' });
    expect(await listChoices(opal, 'grantGroup', '/accessLevel', { groupId }, simulation.host())).toEqual([
      { value: '', label: 'Default' },
      { value: 'maintainer', label: 'maintainer' },
    ]);
  });

  it('changes of a rule only whether it is active', async () => {
    const accessRuleId = 'ca57e11a-0009-4000-8000-000000000001';
    const before = await call<JsonObject>('getAccessRule', { accessRuleId });
    expect(await call('setAccessRuleStatus', { accessRuleId, status: 'PAUSED' })).toEqual({
      ...before,
      status: 'PAUSED',
    });
    expect(await call('getAccessRule', { accessRuleId })).toEqual({ ...before, status: 'PAUSED' });
  });

  it('changes of a resource only what is named, and puts just that back', async () => {
    const input: JsonObject = { ...sampleOf('updateResource'), description: 'Do not touch' };
    const before = await readBefore(opal, 'updateResource', input, simulation.host());
    expect(Object.keys(before as JsonObject)).toEqual(['description', 'adminOwnerId']);
    const output = await call<JsonObject>('updateResource', input);
    const undo = undoOf(opal, 'updateResource', input, output, before)!;
    await call(undo.operation, undo.input as JsonObject);
    expect(await readBefore(opal, 'updateResource', input, simulation.host())).toEqual(before);
    await expect(call('updateResource', { resourceId: input.resourceId! })).rejects.toMatchObject({ code: 'E_INPUT' });
  });

  it('shows no secret of an event stream', async () => {
    const { eventStreams } = (await simulation.state()) as { eventStreams: { connection: JsonObject }[] };
    const hmac = { id: '1', secret: 'the-stream-secret', created_at: '2026-01-01T00:00:00Z' };
    const [stream] = eventStreams as [{ connection: JsonObject }];
    const connection = { ...stream.connection, credentials: { auth_type: 'HMAC', hmac_credential_1: hmac } };
    await simulation.seed({ eventStreams: [{ ...stream, connection }] });
    const shown = JSON.stringify(await call('listEventStreams', {}));
    expect(shown).toContain('HMAC');
    expect(shown).not.toContain('the-stream-secret');
  });
});
