import { callOperation, type JsonObject, readBefore, undoOf } from '@castellan/sdk';
import { type Simulation, simulate } from '@castellan/sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { affectedPerson, protectedPeople } from '../simulated-company.js';
import { opal } from './opal.connector.js';
import { opalSimulator } from './opal.simulator.js';

let simulation: Simulation;
beforeAll(async () => {
  simulation = await simulate(opal, opalSimulator);
});
beforeEach(() => simulation.reset());
afterAll(() => simulation.close());

interface Access {
  resources: {
    resourceId: string;
    resourceName: string;
    accessLevel: string;
    hasDirectAccess: boolean;
    throughGroups: { groupName: string }[];
    propagation: string;
  }[];
  groups: { groupId: string; groupName: string; accessLevel: string }[];
  counts: Record<string, number>;
}

const call = <T>(operation: string, input: JsonObject): Promise<T> =>
  callOperation(opal, operation, input, simulation.host()) as Promise<T>;
const findId = async (email: string) => (await call<{ user: { userId: string } }>('findUser', { email })).user.userId;
const accessOf = async (userId: string) => call<Access>('userAccess', { userId });

describe('finding a person', () => {
  it('does not mind upper case and says so when there is nobody', async () => {
    expect(await call('findUser', { email: 'Jane.Doe@Example.com' })).toMatchObject({
      found: true,
      user: { fullName: 'Jane Doe' },
    });
    expect(await call('findUser', { email: 'nobody@example.com' })).toEqual({ found: false, user: null });
  });
});

describe('a person’s access', () => {
  it('names what is their own and the groups that the rest comes from', async () => {
    const { resources, groups, counts } = await accessOf(await findId(affectedPerson.email));
    const rows = Object.fromEntries(resources.map((row) => [`${row.resourceName} ${row.accessLevel}`, row]));
    expect(rows['AWS Production AdministratorAccess']).toMatchObject({ hasDirectAccess: true, throughGroups: [] });
    expect(rows['payments-api push']).toMatchObject({
      hasDirectAccess: false,
      throughGroups: [{ groupName: 'Engineering' }],
    });
    expect(rows['Jira ']?.throughGroups.map(({ groupName }) => groupName)).toEqual(['Engineering', 'Everyone']);
    expect(groups.map(({ groupName }) => groupName)).toEqual(['Engineering', 'Production on-call', 'Everyone']);
    expect(counts).toEqual({ direct: 4, inherited: 5, groups: 3, pending: 0, failed: 0 });
  });

  it('is gone when each grant and each membership was revoked', async () => {
    const userId = await findId(affectedPerson.email);
    const { resources, groups } = await accessOf(userId);
    for (const { resourceId, accessLevel, hasDirectAccess } of resources) {
      if (hasDirectAccess) await call('revokeResource', { userId, resourceId, accessLevel });
    }
    expect((await accessOf(userId)).counts).toMatchObject({ direct: 0, inherited: 5 });
    for (const { groupId, accessLevel } of groups) await call('revokeGroup', { userId, groupId, accessLevel });
    expect(await accessOf(userId)).toMatchObject({ resources: [], groups: [] });
  });

  it('is read to the end, however many pages it has', async () => {
    const userId = await findId(affectedPerson.email);
    const state = (await simulation.state()) as { resources: JsonObject[]; grants: JsonObject[] };
    const [resource] = state.resources as [JsonObject];
    const [grant] = state.grants as [JsonObject];
    const many = Array.from({ length: 2_345 }, (_, index) => `resource-${index}`);
    await simulation.seed({
      resources: [...state.resources, ...many.map((id) => ({ ...resource, resource_id: id, name: id }))],
      grants: many.map((id) => ({ ...grant, user_id: userId, thing_id: id })),
      memberships: [],
    });
    expect((await accessOf(userId)).counts).toMatchObject({ direct: 2_345 });
    expect(await call<{ items: unknown[] }>('listResources', { limit: 1_001 })).toMatchObject({
      items: { length: 1_001 },
    });
    expect((await simulation.requests()).filter(({ operation }) => operation === 'get_user_resources')).toHaveLength(3);
  });

  it('says while Opal is still carrying a grant out', async () => {
    const userId = await findId(affectedPerson.email);
    const { grants } = (await simulation.state()) as { grants: JsonObject[] };
    const pending = grants.map((grant) => ({ ...grant, propagated_at: '2099-01-01T00:00:00.000Z' }));
    await simulation.seed({ grants: pending });
    const { resources, counts } = await accessOf(userId);
    expect(resources.find(({ resourceName }) => resourceName === 'AWS Production')).toMatchObject({
      propagation: 'PENDING',
    });
    expect(counts.pending).toBe(4);
  });
});

describe('revoking', () => {
  const input = opal.operations.revokeResource!.sample.input as JsonObject;

  it('takes one level and leaves the others', async () => {
    const userId = await findId(affectedPerson.email);
    const paymentsApi = (await accessOf(userId)).resources.find(({ resourceName }) => resourceName === 'payments-api')!;
    await call('revokeResource', { userId, resourceId: paymentsApi.resourceId, accessLevel: 'pull' });
    expect((await accessOf(userId)).counts).toMatchObject({ direct: 4 });
    await call('revokeResource', { userId, resourceId: paymentsApi.resourceId, accessLevel: 'admin' });
    expect((await accessOf(userId)).counts).toMatchObject({ direct: 3 });
  });

  it('is done as well when the access is gone already', async () => {
    expect(await call('revokeResource', input)).toEqual({ revoked: true, alreadyGone: false });
    expect(await call('revokeResource', input)).toEqual({ revoked: true, alreadyGone: true });
  });

  it('keeps what was there, for evidence and undo', async () => {
    const before = await readBefore(opal, 'revokeResource', input, simulation.host());
    expect(before).toEqual({ granted: true, expirationDate: null, minutesLeft: 0 });
    const output = await call<JsonObject>('revokeResource', input);
    const undo = undoOf(opal, 'revokeResource', input, output, before)!;
    expect(undo).toMatchObject({
      operation: 'grantResource',
      input: { accessLevel: 'AdministratorAccess', durationMinutes: 0 },
    });
    await call(undo.operation, undo.input as JsonObject);
    expect(await readBefore(opal, 'revokeResource', input, simulation.host())).toEqual(before);
  });

  it('undoes nothing where nothing was', async () => {
    const absent = { ...input, accessLevel: 'ReadOnlyAccess' };
    const before = await readBefore(opal, 'revokeResource', absent, simulation.host());
    expect(undoOf(opal, 'revokeResource', absent, { revoked: true, alreadyGone: true }, before)).toBeNull();
  });

  it('gives back no more time than was left', async () => {
    const userId = await findId('priya.raman@example.com');
    const group = opal.operations.grantGroup!.sample.input as JsonObject;
    await call('grantGroup', { ...group, userId, durationMinutes: 90 });
    const host = { ...simulation.host(), now: () => new Date(Date.now() + 60 * 60_000) };
    const { durationMinutes: _, ...rest } = group;
    const place = { ...rest, userId };
    const before = await readBefore(opal, 'revokeGroup', place, host);
    expect(undoOf(opal, 'revokeGroup', place, {} as never, before)).toMatchObject({ input: { durationMinutes: 30 } });
  });
});

describe('the simulated company', () => {
  it('has access that must not be lost', async () => {
    for (const { email } of protectedPeople) {
      const { counts } = await accessOf(await findId(email));
      expect(counts.direct).toBeGreaterThan(0);
    }
  });

  it('is shown as tables of people and access', async () => {
    const view = (await simulation.view()) as { tables: { title: string; rows: JsonObject[] }[] };
    expect(view.tables.map(({ title }) => title)).toEqual([
      'Access to resources',
      'Members of groups',
      'Requests',
      'Access reviews',
      'Audit log',
    ]);
    expect(view.tables[0]?.rows).toContainEqual(
      expect.objectContaining({ person: affectedPerson.email, resource: 'AWS Production', way: 'direct' }),
    );
  });

  it('is closed to those without a token', async () => {
    const { core, connection } = simulation;
    const open = { ...opal, auth: [{ ...opal.auth[0], credentials: () => ({}) }] as typeof opal.auth };
    const http = core.connect(open, { ...connection, id: 'without-token' });
    await expect(callOperation(opal, 'listUsers', {}, { ...simulation.host(), http })).rejects.toMatchObject({
      code: 'E_AUTH',
    });
  });
});

describe('the calls of which Opal allows half as many', () => {
  const isSlower = (call: string) => opal.slower?.some(({ perSecond, calls }) => perSecond === 50 && calls.test(call));

  it.each(['POST /v1/resources/r/users/u', 'PUT /v1/groups', 'PUT /opal/v1/groups'])('are such as %s', (call) => {
    expect(isSlower(call)).toBe(true);
  });

  it.each(['GET /v1/resources', 'DELETE /v1/groups/g/users/u', 'POST /v1/requests'])('are not %s', (call) => {
    expect(isSlower(call)).toBe(false);
  });
});
