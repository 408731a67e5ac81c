import { flowRoutes, peopleRoutes as routes } from '@castellan/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiClient, adminClient } from './api-client.js';
import {
  setupCode,
  signIn,
  startPostgres,
  startServer,
  startTemporal,
  type TestDatabase,
  type TestServer,
} from './harness/index.js';
import { joinAs, password } from './people.js';

let database: TestDatabase;
let server: TestServer;
let code: string;
let admin: ApiClient;
const nobody = () => ApiClient.nobody(server);

beforeAll(async () => {
  database = await startPostgres();
  server = await startServer({ database, temporal: await startTemporal(), mode: 'api' });
  code = setupCode(server.setupUrl ?? '');
});
afterAll(() => server.stop());

describe('the set-up', () => {
  const administrator = { email: 'first@castellan.test', name: 'First', password, workspace: 'Main' };

  test('is refused without the code of the link', async () => {
    expect(await nobody().ok(routes.setupState)).toEqual({ done: false });
    const wrong = { ...administrator, code: `${code.slice(1)}0` };
    expect(await nobody().refused(routes.setup, { body: wrong })).toMatchObject({ code: 'forbidden' });
    expect(await database.query('select 1 from users')).toEqual([]);
  });

  test('keeps only the hash of the code', async () => {
    const rows = await database.query('select value from installation');
    expect(JSON.stringify(rows)).not.toContain(code);
  });

  test('makes one administrator, however many ask at once', async () => {
    admin = await adminClient(server);
    const again = Array.from({ length: 5 }, () => nobody().refused(routes.setup, { body: { ...administrator, code } }));
    for (const answer of await Promise.all(again)) expect(answer).toMatchObject({ status: 409, code: 'setup_done' });
    expect(await nobody().ok(routes.setupState)).toEqual({ done: true });
    expect(await database.query('select 1 from users')).toHaveLength(1);
  });
});

describe('signing in', () => {
  test('sets a cookie that no script can read and no other site sends along', async () => {
    const { headers } = await nobody().send(routes.signIn, {
      body: { email: 'ADMIN@castellan.test', password: 'correct horse battery staple' },
    });
    expect(headers.get('set-cookie')).toMatch(
      /^castellan_session=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/,
    );
  });

  test('answers the same for an unknown account and a wrong password', async () => {
    const unknown = await nobody().refused(routes.signIn, { body: { email: 'nobody@castellan.test', password: 'x' } });
    const wrong = await nobody().refused(routes.signIn, { body: { email: 'admin@castellan.test', password: 'x' } });
    expect(unknown).toMatchObject({ status: 401, code: 'unauthenticated' });
    expect(unknown).toEqual(wrong);
  });

  test('is slowed down after ten wrong passwords, for the right one too', async () => {
    const { email } = await joinAs(server, admin, 'viewer');
    const attempt = (text: string) => nobody().send(routes.signIn, { body: { email, password: text } });
    const answers = [];
    for (let count = 0; count < 12; count += 1) answers.push((await attempt('wrong')).status);
    expect(answers).toEqual([...Array(10).fill(401), 429, 429]);
    const { status, headers } = await attempt(password);
    expect(status).toBe(429);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  });

  test('is slowed down whatever address the caller makes up', async () => {
    const { email } = await joinAs(server, admin, 'viewer');
    const statuses = [];
    for (let count = 0; count < 12; count += 1) {
      const headers = { 'x-forwarded-for': `203.0.113.${count}`, forwarded: `for=203.0.113.${count}` };
      statuses.push((await nobody().send(routes.signIn, { body: { email, password: 'wrong' }, headers })).status);
    }
    expect(statuses.at(-1)).toBe(429);
  });

  test('counts attempts made at the same time', async () => {
    const { email } = await joinAs(server, admin, 'viewer');
    const attempts = Array.from({ length: 30 }, () =>
      nobody().send(routes.signIn, { body: { email, password: 'wrong' } }),
    );
    const statuses = (await Promise.all(attempts)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
  });

  test('ends with signing out, in the database too', async () => {
    const { email } = await joinAs(server, admin, 'viewer');
    const session = await signIn(server, { email, password });
    const person = ApiClient.of(server, session);
    await person.ok(routes.me);
    await person.ok(routes.signOut);
    expect(await person.refused(routes.me)).toMatchObject({ status: 401 });
    const id = session.cookie.split('=')[1] ?? '';
    expect(JSON.stringify(await database.query('select * from sessions'))).not.toContain(id);
  });

  test('ends when its time is over', async () => {
    const { email } = await joinAs(server, admin, 'viewer');
    const person = ApiClient.of(server, await signIn(server, { email, password }));
    await database.query(
      `update sessions set expires_at = now() - interval '1 second' where user_id = (select id from users where email = $1)`,
      [email],
    );
    expect(await person.refused(routes.me)).toMatchObject({ status: 401 });
  });

  test.each(['', 'x', 'A'.repeat(43), '..%2F', "' or 1=1 --"])('is not done by the made-up cookie “%s”', async (id) => {
    const person = new ApiClient(server.url, admin.workspaceId, {
      cookie: `castellan_session=${id}`,
      origin: server.url,
    });
    expect(await person.refused(routes.me)).toMatchObject({ status: 401 });
  });
});

describe('a change with a session’s cookie', () => {
  const body = { name: 'Forged' };
  const change = (headers: Record<string, string>, text: unknown = body) =>
    new ApiClient(server.url, admin.workspaceId, { cookie: admin.credentials.cookie ?? '' }).send(flowRoutes.create, {
      body: text,
      headers,
    });

  test('is taken from a page of this server', async () => {
    expect((await change({ origin: server.url, 'sec-fetch-site': 'same-origin' })).status).toBe(201);
  });

  test.each([
    ['another origin', { origin: 'https://evil.example' }],
    ['an origin that begins like ours', { origin: 'http://localhost.evil.example' }],
    ['no origin', {}],
    ['a sandboxed page', { origin: 'null' }],
    ['another site by Sec-Fetch-Site', { 'sec-fetch-site': 'cross-site' }],
    ['a neighbouring site', { 'sec-fetch-site': 'same-site' }],
  ])('is refused from %s', async (_, headers) => {
    expect((await change(headers as Record<string, string>)).status).toBe(403);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])(
    'is refused as %s, which a form can send',
    async (type) => expect((await change({ origin: server.url, 'content-type': type })).status).toBe(400),
  );

  test('never allows another origin to read the answer', async () => {
    for (const origin of ['https://evil.example', 'null', `${server.url}.evil`]) {
      const { headers } = await new ApiClient(server.url, admin.workspaceId, {
        cookie: admin.credentials.cookie ?? '',
      }).send(flowRoutes.list, {
        headers: { origin },
      });
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(headers.get('access-control-allow-credentials')).toBeNull();
    }
  });
});

describe('fields that nobody asked for', () => {
  test('have no effect on what is made', async () => {
    const extra = { enabled: true, published: 9, workspaceId: 'x', templateId: 'y', updatedBy: 'z', revision: 77 };
    const flow = await admin.ok(flowRoutes.create, { body: { name: 'Plain', ...extra } });
    expect(flow).toMatchObject({ enabled: false, published: null, revision: 1, templateId: null });
    expect(flow.updatedBy).toBe('admin@castellan.test');
  });

  test('cannot make an administrator of whoever accepts an invitation', async () => {
    const { url } = await admin.ok(routes.invite, { body: { email: 'plain@castellan.test', role: 'viewer' } });
    const code = url?.split('/').at(-1) ?? '';
    const body = { name: 'P', password, role: 'admin', email: 'other@castellan.test', userId: 'x' };
    const me = await nobody().ok(routes.acceptInvite, { params: { code }, body });
    expect(me).toMatchObject({ user: { email: 'plain@castellan.test' }, workspaces: [{ role: 'viewer' }] });
  });
});
