import {
  callOperation,
  type HttpClient,
  type JsonObject,
  type JsonValue,
  listPages,
  lookupEffect,
} from '@castellan/sdk';
import { hostOf, type Simulation, simulate, testDiscoveryExtract } from '@castellan/sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import directory from './fixtures/google-directory.openapi.json' with { type: 'json' };
import reports from './fixtures/google-reports.openapi.json' with { type: 'json' };
import { googleWorkspace } from './google-workspace.connector.js';
import { googleWorkspaceSimulator } from './google-workspace.simulator.js';

testDiscoveryExtract(directory, 'google/admin.directory_v1.discovery.json');
testDiscoveryExtract(reports, 'google/admin.reports_v1.discovery.json');

const jane = 'jane.doe@example.com';

describe('Google Workspace', () => {
  let google: Simulation;
  beforeAll(async () => {
    google = await simulate(googleWorkspace, googleWorkspaceSimulator);
  });
  beforeEach(() => google.reset());
  afterAll(() => google.close());

  const call = (operation: string, input: JsonValue, idempotencyKey?: string) =>
    callOperation(googleWorkspace, operation, input, google.host({ idempotencyKey })) as Promise<JsonObject>;
  const refused = (status: number, reason: string, message = 'Google’s words') => ({
    status,
    body: { error: { code: status, message, errors: [{ message, domain: 'global', reason }] } },
  });

  it.each(['rateLimitExceeded', 'userRateLimitExceeded', 'quotaExceeded'])(
    'is asked less often where it says %s, although it says so by 403',
    async (reason) => {
      await google.faults([refused(403, reason)]);
      const host = google.host({ connectionId: reason });
      const limited = callOperation(googleWorkspace, 'getUser', { user: jane }, host);
      await expect(limited).rejects.toMatchObject({ name: 'RetryableError', code: 'E_RATE', status: 403 });
    },
  );

  it('is not asked again where the limit is that of a day, or where something is forbidden', async () => {
    for (const reason of ['dailyLimitExceeded', 'forbidden']) {
      await google.faults([refused(403, reason)]);
      await expect(call('getUser', { user: jane })).rejects.toMatchObject({ name: 'FatalError', status: 403 });
    }
  });

  it('is asked again for a user that it has not finished making', async () => {
    await google.faults([refused(412, 'conditionNotMet', 'User creation is not complete.')]);
    await expect(call('suspendUser', { user: jane })).rejects.toMatchObject({ name: 'RetryableError', status: 412 });
  });

  describe('a user', () => {
    it('is made once, and one who was there before is not taken for ours', async () => {
      const ravi = { primaryEmail: 'ravi.menon@example.com', givenName: 'Ravi', familyName: 'Menon' };
      const made = await call('createUser', ravi);
      await expect(call('createUser', ravi)).rejects.toMatchObject({ name: 'FatalError', status: 409 });
      const lookup = (key?: string) =>
        lookupEffect(googleWorkspace, 'createUser', ravi, google.host({ idempotencyKey: key }));
      expect(await lookup()).toMatchObject({ id: made.id });
      expect(await lookup('cd'.repeat(32))).toBeNull();
    });

    it('keeps what a change does not name, also within its lists', async () => {
      await call('updateUser', { user: jane, department: 'Platform', employeeId: '' });
      expect(await call('getUser', { user: jane })).toMatchObject({
        organizations: [{ title: 'Senior Software Engineer', department: 'Platform', location: 'Berlin' }],
        relations: [{ value: 'marco.reyes@example.com', type: 'manager' }],
        externalIds: [],
      });
    });

    it('is changed only as it was read, where that is asked for', async () => {
      const { etag } = await call('getUser', { user: jane });
      await call('updateUser', { user: jane, title: 'Architect', etag: etag! });
      const stale = call('updateUser', { user: jane, title: 'Other', etag: etag! });
      await expect(stale).rejects.toMatchObject({ name: 'FatalError', status: 412 });
    });

    it('has an alias of somebody else refused, and its own taken as done', async () => {
      const ada = 'ada.okafor@example.com';
      expect(await call('addAlias', { user: ada, alias: 'CISO@example.com' })).toMatchObject({ alreadyThere: true });
      const others = call('addAlias', { user: jane, alias: 'ciso@example.com' });
      await expect(others).rejects.toMatchObject({ name: 'FatalError', status: 409 });
      const nobody = call('removeAlias', { user: 'nobody@example.com', alias: 'ciso@example.com' });
      await expect(nobody).rejects.toMatchObject({ status: 404, vendorMessage: 'Resource Not Found: userKey' });
    });

    it('loses all apps and app passwords, and a repeat goes on where the first attempt was cut off', async () => {
      await google.faults([{ method: 'DELETE', skip: 1, status: 503 }]);
      await expect(call('revokeAllTokens', { user: jane })).rejects.toMatchObject({ name: 'RetryableError' });
      expect(await call('revokeAllTokens', { user: jane })).toMatchObject({
        revoked: [{ displayText: 'Calendar helper' }],
      });
      expect(await call('listTokens', { user: jane })).toEqual({ items: [] });
      expect(await call('deleteAllAppPasswords', { user: jane })).toMatchObject({ revoked: [{ codeId: 1 }] });
      expect(await call('deleteAllAppPasswords', { user: jane })).toEqual({ revoked: [] });
    });
  });

  describe('a membership', () => {
    const inEngineering = { group: 'engineering@example.com', user: jane };

    it('that is there is taken as given, and in another role is not', async () => {
      expect(await call('addMember', { ...inEngineering, role: 'MEMBER' })).toMatchObject({ email: jane });
      const asOwner = call('addMember', { ...inEngineering, role: 'OWNER' });
      await expect(asOwner).rejects.toMatchObject({ name: 'FatalError', status: 409, message: /as MEMBER.*role/ });
    });

    it('that is gone is taken as removed, and a group that is not there is not', async () => {
      expect(await call('removeMember', inEngineering)).toEqual({ removed: true, alreadyGone: false });
      expect(await call('removeMember', inEngineering)).toEqual({ removed: true, alreadyGone: true });
      const nowhere = call('removeMember', { group: 'nothing@example.com', user: jane });
      await expect(nowhere).rejects.toMatchObject({ status: 404, vendorMessage: 'Resource Not Found: groupKey' });
    });

    it('may be that of a group, whose members are read where that is asked for', async () => {
      const direct = await call('listMembers', { group: 'everybody@example.com' });
      expect((direct.items as JsonObject[]).every(({ type }) => type === 'GROUP')).toBe(true);
      const all = (await call('listMembers', { group: 'everybody@example.com', indirect: true })).items as JsonObject[];
      expect(all.some(({ email }) => email === jane)).toBe(true);
      expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    });
  });

  it('takes a group that a repeat finds as made, and another under that address not', async () => {
    const made = { email: 'on-call@example.com', name: 'On-call', description: '' };
    await call('createGroup', made);
    expect(await call('createGroup', made)).toMatchObject({ name: 'On-call' });
    await expect(call('createGroup', { ...made, name: 'Other' })).rejects.toMatchObject({ status: 409 });
    const anAlias = call('createGroup', { ...made, email: jane });
    await expect(anAlias).rejects.toMatchObject({ name: 'FatalError', status: 409 });
  });

  it('is signed in to as an administrator, and asked for no more than the connection may do', async () => {
    const reading = { ...googleWorkspace.sampleConnection.fields, access: 'read' };
    const readOnly = { ...googleWorkspace, sampleConnection: { kind: 'serviceAccount', fields: reading } };
    const simulation = await simulate(readOnly, googleWorkspaceSimulator);
    expect(await googleWorkspace.test!(simulation.host(), simulation.fields)).toEqual({
      account: 'ada.okafor@example.com in customer C03az79cb',
    });
    const asked = (await simulation.requests()).find(({ operation }) => operation === 'requestToken')!;
    const [, claims = ''] = (asked.body as { assertion: string }).assertion.split('.');
    const { sub, scope } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { sub: string; scope: string };
    expect(sub).toBe('ada.okafor@example.com');
    expect(scope.split(' ').filter((each) => !each.endsWith('.readonly'))).toEqual([]);
    await simulation.close();
  });
});

describe('A directory of 50,000 accounts', () => {
  /** Google with so many users, each made when it is asked for. */
  function largeCustomer(users: number): HttpClient & { asked: number } {
    return {
      asked: 0,
      async send({ query = {} }) {
        this.asked += 1;
        const start = Number(query.pageToken ?? 0);
        const end = Math.min(users, start + Number(query.maxResults));
        const page = Array.from({ length: end - start }, (_, index) => {
          const name = { givenName: 'Person', familyName: String(start + index) };
          return { id: String(start + index), primaryEmail: `person${start + index}@example.com`, name };
        });
        const more: JsonObject = end < users ? { nextPageToken: String(end) } : {};
        return { status: 200, headers: {}, body: { users: page, ...more } };
      },
    };
  }

  it('is read page by page, each when it is wanted, and to the end', async () => {
    const client = largeCustomer(50_000);
    let seen = 0;
    for await (const page of listPages(googleWorkspace, 'listUsers', {}, hostOf(client))) {
      expect(page.length).toBeLessThanOrEqual(500);
      expect((page[0] as JsonObject).id).toBe(String(seen));
      seen += page.length;
      expect(client.asked).toBe(Math.ceil(seen / 500));
    }
    expect(seen).toBe(50_000);
  });

  it('is read no further than it is wanted', async () => {
    const client = largeCustomer(50_000);
    for await (const page of listPages(googleWorkspace, 'listUsers', {}, hostOf(client))) {
      expect(page).toHaveLength(500);
      break;
    }
    expect(client.asked).toBe(1);
  });
});
