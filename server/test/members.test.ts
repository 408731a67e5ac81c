import { flowRoutes, peopleRoutes as routes } from '@castellan/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiClient, adminClient } from './api-client.js';
import { startPostgres, startServer, startTemporal, type TestDatabase, type TestServer } from './harness/index.js';
import { joinAs, password } from './people.js';

let database: TestDatabase;
let server: TestServer;
let admin: ApiClient;
const nobody = () => ApiClient.nobody(server);

beforeAll(async () => {
  database = await startPostgres();
  server = await startServer({ database, temporal: await startTemporal(), mode: 'api' });
  admin = await adminClient(server);
});
afterAll(() => server.stop());

async function codeOf(invite: { url?: string }): Promise<string> {
  return invite.url?.split('/').at(-1) ?? '';
}

describe('an invitation', () => {
  test('is a link that stands in one answer only, and whose code is not kept', async () => {
    const invite = await admin.ok(routes.invite, { body: { email: 'new@castellan.test', role: 'builder' } });
    const { items } = await admin.ok(routes.invites);
    expect(items).toEqual([expect.not.objectContaining({ url: expect.anything() })]);
    const stored = JSON.stringify(await database.query('select * from invites'));
    expect(stored).not.toContain(await codeOf(invite));
  });

  test('tells its holder what it is for', async () => {
    const invite = await admin.ok(routes.invite, { body: { email: 'New@castellan.test', role: 'builder' } });
    expect(await nobody().ok(routes.inviteState, { params: { code: await codeOf(invite) } })).toEqual({
      ...{ email: 'New@castellan.test', workspace: 'Main', role: 'builder', accountExists: false },
    });
  });

  test('takes the place of the one before for the same address', async () => {
    const before = await codeOf(
      await admin.ok(routes.invite, { body: { email: 'twice@castellan.test', role: 'viewer' } }),
    );
    await admin.ok(routes.invite, { body: { email: 'TWICE@castellan.test', role: 'viewer' } });
    expect(await nobody().refused(routes.inviteState, { params: { code: before } })).toMatchObject({ status: 404 });
  });

  test('is good once, however many use it at the same time', async () => {
    const code = await codeOf(
      await admin.ok(routes.invite, { body: { email: 'race@castellan.test', role: 'viewer' } }),
    );
    const accept = () => nobody().send(routes.acceptInvite, { params: { code }, body: { name: 'R', password } });
    const statuses = (await Promise.all([accept(), accept(), accept(), accept()])).map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(await database.query(`select 1 from users where email = 'race@castellan.test'`)).toHaveLength(1);
  });

  test('for an existing account asks for its password', async () => {
    const { email } = await joinAs(server, admin, 'viewer');
    const person = (await admin.ok(routes.members)).items.find((member) => member.email === email);
    await admin.ok(routes.removeMember, { params: { id: person?.userId ?? '' } });
    const code = await codeOf(await admin.ok(routes.invite, { body: { email, role: 'operator' } }));
    expect(await nobody().ok(routes.inviteState, { params: { code } })).toMatchObject({ accountExists: true });
    const wrong = { params: { code }, body: { password: 'somebody else’s idea' } };
    expect(await nobody().refused(routes.acceptInvite, wrong)).toMatchObject({ status: 401 });
    const me = await nobody().ok(routes.acceptInvite, { params: { code }, body: { password } });
    expect(me.workspaces).toEqual([expect.objectContaining({ role: 'operator' })]);
  });

  test('is refused after it was withdrawn or has expired', async () => {
    const withdrawn = await admin.ok(routes.invite, { body: { email: 'a@castellan.test', role: 'viewer' } });
    await admin.ok(routes.withdrawInvite, { params: { id: withdrawn.id } });
    const expired = await admin.ok(routes.invite, { body: { email: 'b@castellan.test', role: 'viewer' } });
    await database.query(`update invites set expires_at = now() - interval '1 second' where id = $1`, [expired.id]);
    for (const invite of [withdrawn, expired]) {
      const call = { params: { code: await codeOf(invite) }, body: { name: 'A', password } };
      expect(await nobody().refused(routes.acceptInvite, call)).toMatchObject({ status: 404 });
    }
  });

  test('is not made for a member, and a new account needs a long password', async () => {
    const { email } = await joinAs(server, admin, 'viewer');
    const again = { body: { email: email.toUpperCase(), role: 'admin' } };
    expect(await admin.refused(routes.invite, again)).toMatchObject({ status: 409, code: 'conflict' });
    const code = await codeOf(await admin.ok(routes.invite, { body: { email: 'c@castellan.test', role: 'viewer' } }));
    const short = { params: { code }, body: { name: 'C', password: 'short' } };
    expect(await nobody().refused(routes.acceptInvite, short)).toMatchObject({ status: 400, code: 'invalid_input' });
  });
});

describe('the last administrator', () => {
  test('can neither leave nor become something else', async () => {
    const own = (await admin.ok(routes.me)).user.id;
    const lesser = { params: { id: own }, body: { role: 'viewer' } };
    expect(await admin.refused(routes.setRole, lesser)).toMatchObject({ code: 'conflict' });
    expect(await admin.refused(routes.removeMember, { params: { id: own } })).toMatchObject({ code: 'conflict' });
  });

  test('remains when two administrators remove each other at the same time', async () => {
    const other = await joinAs(server, admin, 'admin');
    const [one, two] = [(await admin.ok(routes.me)).user.id, (await other.ok(routes.me)).user.id];
    const demote = (by: ApiClient, id: string) => by.send(routes.setRole, { params: { id }, body: { role: 'admin' } });
    await Promise.all([demote(admin, two), demote(other, one)]);
    const lower = (by: ApiClient, id: string) => by.send(routes.setRole, { params: { id }, body: { role: 'viewer' } });
    await Promise.all([lower(admin, two), lower(other, one)]);
    const admins = await database.query<{ user_id: string }>(
      `select user_id from members where workspace_id = $1 and role = 'admin'`,
      [admin.workspaceId],
    );
    expect(admins).toHaveLength(1);
    await database.query(`update members set role = 'admin' where user_id = $1`, [one]);
  });
});

describe('a member who is removed', () => {
  test('is out at once, with their tokens', async () => {
    const person = await joinAs(server, admin, 'builder');
    const { secret } = await person.ok(routes.makeToken, { body: { name: 'ci', scopes: ['flow:read'] } });
    const token = ApiClient.byToken(server, admin.workspaceId, secret ?? '');
    await token.ok(flowRoutes.list);
    const { user } = await person.ok(routes.me);
    await admin.ok(routes.removeMember, { params: { id: user.id } });
    expect(await person.refused(flowRoutes.list)).toMatchObject({ status: 404 });
    expect(await token.refused(flowRoutes.list)).toMatchObject({ status: 401 });
  });
});

describe('an API token', () => {
  test('has its own prefix, stands in one answer only and is kept as a hash', async () => {
    const { secret, prefix } = await admin.ok(routes.makeToken, { body: { name: 'a', scopes: ['flow:read'] } });
    expect(secret).toMatch(/^cst_[\w-]{43}$/);
    expect(secret?.startsWith(prefix)).toBe(true);
    const listed = await admin.ok(routes.tokens);
    expect(JSON.stringify(listed)).not.toContain(secret);
    expect(JSON.stringify(await database.query('select * from tokens'))).not.toContain(secret);
  });

  test('may do what its scopes and its owner’s role have in common', async () => {
    const person = await joinAs(server, admin, 'builder');
    const { secret } = await person.ok(routes.makeToken, { body: { name: 'b', scopes: ['flow:read', 'flow:write'] } });
    const token = ApiClient.byToken(server, admin.workspaceId, secret ?? '');
    await token.ok(flowRoutes.create, { body: { name: 'By token' } });
    await admin.ok(routes.setRole, { params: { id: (await person.ok(routes.me)).user.id }, body: { role: 'viewer' } });
    expect(await token.refused(flowRoutes.create, { body: { name: 'No' } })).toMatchObject({ status: 403 });
    await token.ok(flowRoutes.list);
  });

  test('cannot be given what its maker does not hold, nor make another token', async () => {
    const person = await joinAs(server, admin, 'viewer');
    const wish = { body: { name: 'c', scopes: ['flow:read', 'member:write'] } };
    expect(await person.refused(routes.makeToken, wish)).toMatchObject({ status: 403 });
    const { secret } = await admin.ok(routes.makeToken, {
      body: { name: 'd', scopes: ['workspace:read', 'flow:read'] },
    });
    const token = ApiClient.byToken(server, admin.workspaceId, secret ?? '');
    expect(await token.refused(routes.makeToken, { body: { name: 'e', scopes: ['flow:read'] } })).toMatchObject({
      status: 403,
    });
    expect(await token.refused(routes.makeWorkspace, { body: { name: 'W' } })).toMatchObject({ status: 403 });
  });

  test('ends when it is revoked and when its time is over', async () => {
    const revoked = await admin.ok(routes.makeToken, { body: { name: 'f', scopes: ['flow:read'] } });
    const expired = await admin.ok(routes.makeToken, { body: { name: 'g', scopes: ['flow:read'], expiresInDays: 1 } });
    await admin.ok(routes.revokeToken, { params: { id: revoked.id } });
    await database.query(`update tokens set expires_at = now() - interval '1 second' where id = $1`, [expired.id]);
    for (const { secret } of [revoked, expired]) {
      const token = ApiClient.byToken(server, admin.workspaceId, secret ?? '');
      expect(await token.refused(flowRoutes.list)).toMatchObject({ status: 401 });
    }
  });

  test('is good in its own workspace only', async () => {
    const elsewhere = await admin.ok(routes.makeWorkspace, { body: { name: 'Other' } });
    const { secret } = await admin.ok(routes.makeToken, { body: { name: 'h', scopes: ['flow:read'] } });
    const token = ApiClient.byToken(server, elsewhere.id, secret ?? '');
    expect(await token.refused(flowRoutes.list)).toMatchObject({ status: 404 });
  });

  test('of others is seen and revoked by administrators only', async () => {
    const [one, two] = [await joinAs(server, admin, 'builder'), await joinAs(server, admin, 'builder')];
    const { id } = await one.ok(routes.makeToken, { body: { name: 'mine', scopes: ['flow:read'] } });
    expect((await two.ok(routes.tokens)).items).toEqual([]);
    expect(await two.refused(routes.revokeToken, { params: { id } })).toMatchObject({ status: 404 });
    expect((await admin.ok(routes.tokens)).items.map((token) => token.id)).toContain(id);
    await admin.ok(routes.revokeToken, { params: { id } });
  });

  test.each(['Bearer', 'Bearer x', 'Basic cst_x', `Bearer cst_${'A'.repeat(43)}`, 'Bearer eyJhbGciOiJub25lIn0.e30.'])(
    'cannot be made up: %s',
    async (authorization) => {
      const caller = new ApiClient(server.url, admin.workspaceId, { ...admin.credentials, authorization });
      expect(await caller.refused(flowRoutes.list)).toMatchObject({ status: 401 });
    },
  );
});
