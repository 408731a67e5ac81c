import { callOperation, type JsonObject, type JsonValue, lookupEffect } from '@castellan/sdk';
import { type Simulation, simulate, testConnector, testExtract } from '@castellan/sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { entra } from './entra.connector.js';
import { entraSimulator } from './entra.simulator.js';
import description from './fixtures/msgraph.openapi.json' with { type: 'json' };

testConnector(entra, entraSimulator, new URL('./fixtures/exchanges.json', import.meta.url));
testExtract(description, 'msgraph/msgraph.trim.json');

const jane = 'jane.doe@example.com';
const groupId = (number: number) => `ca57e11a-0052-4000-8000-00000000000${number}`;
const [security, engineering, everybody, byRule] = [1, 2, 6, 7].map(groupId) as [string, string, string, string];

describe('Microsoft Entra ID', () => {
  let atEntra: Simulation;
  beforeAll(async () => {
    atEntra = await simulate(entra, entraSimulator);
  });
  beforeEach(() => atEntra.reset());
  afterAll(() => atEntra.close());

  const call = (operation: string, input: JsonValue, connectionId?: string) =>
    callOperation(entra, operation, input, atEntra.host({ connectionId })) as Promise<JsonObject>;
  const asked = async (operation: string) =>
    (await atEntra.requests()).filter((request) => request.operation === operation);

  it('tells who signed in last when, and who never did, in pages of the size that Entra allows', async () => {
    const { items } = (await call('listSignInActivity', {})) as { items: JsonObject[] };
    const lastOf = (email: string) => items.find(({ mail }) => mail === email)?.signInActivity;
    expect(lastOf(jane)).toMatchObject({ lastSignInDateTime: '2026-01-19T08:12:00Z' });
    expect(lastOf('break.glass@example.com')).toBeNull();
    const [request] = await asked('user_ListUser');
    expect(request?.query).toMatchObject({ $top: '120' });
  });

  it('says what is wrong in its own words, and how long to wait', async () => {
    const error = { code: 'TooManyRequests', message: 'Please retry again later.' };
    await atEntra.faults([{ status: 429, headers: { 'retry-after': '17' }, body: { error } }]);
    await expect(call('getUser', { user: jane }, 'limited')).rejects.toMatchObject({
      ...{ name: 'RetryableError', code: 'E_RATE', retryAfter: 17, vendorMessage: error.message },
    });
    const nobody = call('getUser', { user: 'nobody@example.com' });
    await expect(nobody).rejects.toMatchObject({
      name: 'FatalError',
      status: 404,
      vendorMessage: expect.stringMatching(/does not exist/),
    });
  });

  it('finds the group that an earlier attempt made, and none of another', async () => {
    const input = { displayName: 'Launch crew', description: '' };
    const lookup = (key: string) =>
      lookupEffect(entra, 'createGroup', input, atEntra.host({ idempotencyKey: key.repeat(32) }));
    expect(await lookup('ab')).toBeNull();
    const made = await call('createGroup', input);
    expect(await lookup('ab')).toEqual(made);
    expect(await lookup('cd')).toBeNull();
    expect(await call('deleteGroup', { group: made.id! })).toEqual({ deleted: true, alreadyGone: false });
    expect(await call('deleteGroup', { group: made.id! })).toEqual({ deleted: true, alreadyGone: true });
  });

  it('is asked for each property that is shown, and by an index only where that is needed', async () => {
    await call('listUsers', { filter: 'accountEnabled eq false' });
    const { items } = await call('listUsers', { search: '"displayName:jane"' });
    expect(items).toMatchObject([{ userPrincipalName: jane, accountEnabled: true, department: 'Engineering' }]);
    const [filtered, searched] = await asked('user_ListUser');
    expect(filtered!.query.$select).toContain('accountEnabled');
    expect(filtered!.query).not.toHaveProperty('$count');
    expect(searched!.query).toMatchObject({ $count: 'true' });
  });

  it('asks for the index on each page of a search', async () => {
    const { listUsers } = entra.operations;
    const request = listUsers!.request!({ search: '"mail:example"', advanced: false } as never, {} as never);
    const next = 'https://graph.microsoft.com/v1.0/users?$skiptoken=2';
    const answer = { status: 200, headers: {}, body: { value: [], '@odata.nextLink': next } };
    expect(listUsers!.paginate!.next(answer, request, 0)).toEqual({
      ...{ method: 'GET', url: next, headers: { consistencylevel: 'eventual' } },
    });
  });

  it('blocks a user and ends sessions by two calls, since neither does what the other does', async () => {
    await call('disableUser', { user: jane });
    const { accountEnabled, signInSessionsValidFromDateTime: before } = await call('getUser', { user: jane });
    expect([accountEnabled, before]).toEqual([false, '2025-11-03T09:00:00Z']);
    await call('revokeSessions', { user: jane });
    expect((await call('getUser', { user: jane })).signInSessionsValidFromDateTime).not.toBe(before);
    for (const operation of ['disableUser', 'revokeSessions']) {
      await expect(call(operation, { user: 'nobody@example.com' })).rejects.toMatchObject({ status: 404 });
    }
  });

  describe('a membership', () => {
    it('that is there is taken as given, although Entra refuses it by 400', async () => {
      const inSecurity = { group: security, user: jane };
      expect(await call('addMember', inSecurity)).toMatchObject({ alreadyThere: false });
      expect(await call('addMember', inSecurity)).toMatchObject({ alreadyThere: true });
    });

    it('that Entra refuses for another reason is refused with it', async () => {
      const dynamic = call('addMember', { group: byRule, user: jane });
      await expect(dynamic).rejects.toMatchObject({
        name: 'FatalError',
        status: 400,
        vendorMessage: expect.stringMatching(/follows its rule/),
      });
    });

    it('that is gone is taken as removed, and a group that is not there is not', async () => {
      const place = { group: engineering, user: jane };
      expect(await call('removeMember', place)).toMatchObject({ alreadyGone: false });
      expect(await call('removeMember', place)).toMatchObject({ alreadyGone: true });
      const nowhere = call('removeMember', { group: groupId(9), user: jane });
      await expect(nowhere).rejects.toMatchObject({ name: 'FatalError', status: 404 });
    });

    it('may be that of a group, and says what it is of', async () => {
      const { items } = (await call('listMembers', { group: everybody })) as { items: JsonObject[] };
      expect(items.map((item) => item['@odata.type'])).toEqual(Array(5).fill('#microsoft.graph.group'));
    });
  });

  it('names an object as the cloud does in which the tenant is', async () => {
    const fields = { ...entra.sampleConnection.fields, cloud: 'usGovernment' };
    const government = { ...entra, sampleConnection: { kind: entra.sampleConnection.kind, fields } };
    const simulation = await simulate(government, entraSimulator);
    await callOperation(government, 'addMember', { group: security, user: jane }, simulation.host());
    const requests = await simulation.requests();
    const added = requests.find(({ operation }) => operation === 'group_CreateMemberGraphBPreRef')!;
    expect(added.body).toEqual({
      '@odata.id': 'https://graph.microsoft.us/v1.0/directoryObjects/ca57e11a-0051-4000-8000-000000000003',
    });
    const token = requests.find(({ operation }) => operation === 'requestToken')!;
    expect(token.body).toMatchObject({ scope: 'https://graph.microsoft.us/.default' });
    await simulation.close();
  });
});
