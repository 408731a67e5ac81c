import type { AddressInfo, Server } from 'node:net';
import { flowRoutes, connectionRoutes as routes, simulatorRoutes } from '@castellan/api';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sealedColumns } from '../src/encryption/sealed-columns.js';
import { type ApiClient, adminClient } from './api-client.js';
import {
  startPostgres,
  startServer,
  startSimulators,
  startTemporal,
  type TestDatabase,
  type TestServer,
  type TestSimulators,
} from './harness/index.js';
import { startTokenVendor, type TokenVendor } from './harness/token-vendor.js';
import { startVendor, type Vendor } from './harness/vendor.js';
import { joinAs } from './people.js';

let database: TestDatabase;
let simulators: TestSimulators;
let server: TestServer;
let vendor: Vendor;
let admin: ApiClient;
let mailServer: Server;

beforeAll(async () => {
  [database, simulators, vendor] = await Promise.all([startPostgres(), startSimulators(), startVendor()]);
  mailServer = await startMailServer();
  const mailAddress = `localhost:${(mailServer.address() as AddressInfo).port}`;
  const env = { SIMULATORS_SOCKET: simulators.socketPath, EGRESS_ALLOW: `${vendor.address},${mailAddress}` };
  server = await startServer({ database, temporal: await startTemporal(), mode: 'api', env });
  admin = await adminClient(server);
});
afterAll(async () => {
  await server.stop();
  await simulators.stop();
  await vendor.stop();
  mailServer.close();
});

const mailPassword = 'the-mail-password';

/** A mail server without encryption that knows one password. */
function startMailServer(): Promise<Server> {
  const server = new SMTPServer({
    ...{ disabledCommands: ['STARTTLS'], allowInsecureAuth: true, disableReverseLookup: true },
    onAuth: ({ username, password }, _, done) =>
      password === mailPassword ? done(null, { user: username }) : done(new Error('Not known')),
  });
  return new Promise((ready) => {
    const started: Server = server.listen(0, 'localhost', () => ready(started));
  });
}

const token = 'a-secret-token-0123456789';
const signingSecret = `whsec_${btoa('a-secret-of-more-than-24-bytes')}`;

async function anHttpConnection(hosts = ['vendor.example']): Promise<string> {
  const body = { name: 'Vendor', connector: 'http', auth: 'bearer', fields: { token, hosts } };
  return (await admin.ok(routes.create, { body })).id;
}

describe('the secrets of a connection', () => {
  test('never leave the server: not in an answer, the catalogue, a flow, the audit or the log', async () => {
    const id = await anHttpConnection();
    const flow = await admin.ok(flowRoutes.create, {
      body: { name: 'F', draft: { connections: { vendor: { connector: 'http', id } } } },
    });
    const answers = await Promise.all([
      admin.send(routes.get, { params: { id } }),
      admin.send(routes.list),
      admin.send(routes.test, { params: { id } }),
      admin.send(routes.save, { params: { id }, body: { name: 'Other' } }),
      admin.send(flowRoutes.export, { params: { id: flow.id } }),
      admin.send({ ...routes.list, path: '/workspaces/:ws/catalog' }),
      admin.send({ ...routes.list, path: '/workspaces/:ws/audit' }),
    ]);
    const seen = JSON.stringify([answers, server.logs()]);
    for (const form of [token, Buffer.from(token).toString('base64'), encodeURIComponent(token)]) {
      expect(seen).not.toContain(form);
    }
  });

  test('are sealed in the database, and bound to their row', async () => {
    const [one, two] = [await anHttpConnection(), await anHttpConnection()];
    const rows = await database.query<{ id: string; sealed: string }>('select * from connections');
    expect(JSON.stringify(rows)).not.toContain(token);
    await database.query(
      'update connections set sealed = (select sealed from connections where id = $1) where id = $2',
      [one, two],
    );
    expect(await admin.refused(routes.test, { params: { id: two } })).toMatchObject({ status: 500, code: 'internal' });
    await database.query('update connections set removed_at = now() where id = $1', [two]);
  });

  test('stay as they are when a change leaves them out', async () => {
    const id = await anHttpConnection();
    const [before] = await database.query<{ sealed: string }>('select sealed from connections where id = $1', [id]);
    const saved = await admin.ok(routes.save, { params: { id }, body: { fields: { hosts: ['vendor.example'] } } });
    expect(saved).toMatchObject({ secrets: ['token'], settings: { hosts: ['vendor.example'] } });
    const [after] = await database.query<{ sealed: string }>('select sealed from connections where id = $1', [id]);
    expect(after?.sealed).toBeTruthy();
    expect(after?.sealed).not.toBe(before?.sealed);
  });

  test('must be entered again when the connection is to lead to another host', async () => {
    const id = await anHttpConnection();
    const elsewhere = { hosts: ['attacker.example'] };
    const answer = await admin.refused(routes.save, { params: { id }, body: { fields: elsewhere } });
    expect(answer).toMatchObject({ status: 400, code: 'invalid_input' });
    await admin.ok(routes.save, { params: { id }, body: { fields: { ...elsewhere, token: 'another-token' } } });
  });

  test('are gone with the connection', async () => {
    const id = await anHttpConnection();
    await admin.ok(routes.remove, { params: { id } });
    const rows = await database.query('select sealed, secret_names from connections where id = $1', [id]);
    expect(rows).toEqual([{ sealed: null, secret_names: [] }]);
    expect(await admin.refused(routes.get, { params: { id } })).toMatchObject({ status: 404 });
  });
});

describe('a connection that a person has to agree to', () => {
  let tokens: TokenVendor;
  beforeAll(() => {
    tokens = startTokenVendor(vendor, vendor.url, 'vendor');
  });

  const make = () =>
    admin.ok(routes.create, {
      body: { name: 'People', connector: 'http', auth: 'oauth2AuthorizationCode', fields: tokens.fields },
    });
  const begin = async (id: string, client = admin) => {
    const { url } = await client.ok(routes.askConsent, { params: { id } });
    return Object.fromEntries(new URL(url).searchParams) as Record<string, string>;
  };

  test('is untested until then, and works from then on, with its token sealed', async () => {
    const { id, ...made } = await make();
    expect(made).toMatchObject({ status: 'untested', consent: { given: false }, token: null });
    expect(made).toMatchObject({ hosts: [vendor.url], tokenHost: vendor.url });
    const { state, redirect_uri, code_challenge_method } = await begin(id);
    expect({ redirect_uri, code_challenge_method }).toEqual({
      ...{ code_challenge_method: 'S256', redirect_uri: `http://localhost:${server.port}/oauth/callback` },
    });
    const agreed = await admin.ok(routes.endConsent, { body: { state, code: 'agreed' } });
    expect(agreed).toMatchObject({ id, status: 'working', consent: { given: true }, token: { renewed: true } });
    const rows = await database.query('select * from connection_tokens');
    expect(JSON.stringify([rows, agreed, server.logs()])).not.toMatch(/vendor-(access|refresh)-/);
  });

  test('takes what the vendor’s page came back with once, and only in the session that began', async () => {
    const { id } = await make();
    const builder = await joinAs(server, admin, 'admin');
    const { state } = await begin(id);
    const end = (client: ApiClient, over: object = {}) =>
      client.refused(routes.endConsent, { body: { state, code: 'agreed', ...over } });
    expect(await end(builder)).toMatchObject({ status: 400 });
    expect(await end(admin, { state: `${state}x` })).toMatchObject({ status: 400 });
    await admin.ok(routes.endConsent, { body: { state, code: 'agreed' } });
    expect(await end(admin)).toMatchObject({ status: 400 });
    await database.query("update connection_consents set expires_at = now() - interval '1 second'");
    const late = await begin(id);
    await database.query("update connection_consents set expires_at = now() - interval '1 second'");
    expect(await end(admin, { state: late.state })).toMatchObject({ status: 400 });
  });

  test('shows what the vendor says when somebody does not agree', async () => {
    const { id } = await make();
    const { state } = await begin(id);
    const body = { state, error: 'access_denied', errorDescription: 'Ada said no.' };
    expect(await admin.refused(routes.endConsent, { body })).toMatchObject({
      status: 400,
      message: 'HTTP did not agree: Ada said no.',
      details: { connection: id },
    });
  });

  test('keeps its consent when it is renamed or its client has a new secret, and loses it with another client', async () => {
    const { id } = await make();
    const { state } = await begin(id);
    await admin.ok(routes.endConsent, { body: { state, code: 'agreed' } });
    const save = async (body: object) => (await admin.ok(routes.save, { params: { id }, body })).consent?.given;
    const { clientSecret, ...settings } = tokens.fields;
    expect(await save({ name: 'Others', secretExpiresOn: '2031-01-31' })).toBe(true);
    expect(await save({ fields: { ...settings, clientSecret: `${clientSecret}-2` } })).toBe(true);
    expect(await save({ fields: { ...settings, clientId: 'another', clientSecret } })).toBe(false);
    const elsewhere = { ...settings, tokenUrl: 'https://attacker.example/token' };
    expect(await admin.refused(routes.save, { params: { id }, body: { fields: elsewhere } })).toMatchObject({
      status: 400,
      message: expect.stringContaining('again'),
    });
  });

  test('and its token are gone together', async () => {
    const { id } = await make();
    const { state } = await begin(id);
    await admin.ok(routes.endConsent, { body: { state, code: 'agreed' } });
    await admin.ok(routes.remove, { params: { id } });
    const [row] = await database.query('select sealed from connection_tokens where connection_id = $1', [id]);
    expect(row).toEqual({ sealed: null });
  });
});

test('whatever is sealed in the database is sealed afresh when the key is changed', async () => {
  const columns = await database.query<{ table: string; column: string }>(
    `select table_name as table, column_name as column from information_schema.columns
      where table_schema = 'public' and data_type = 'text'`,
  );
  const first = columns.map(
    ({ table, column }) =>
      `(select '${table}.${column}' as place from "${table}" where "${column}" like 'eyJhbGciOiJkaXIi%' limit 1)`,
  );
  const found = await database.query<{ place: string }>(first.join(' union all '));
  const places = found.map(({ place }) => place);
  const known = sealedColumns.map(({ table, column }) => `${table}.${column}`);
  expect(places).toEqual(expect.arrayContaining(['connections.sealed', 'connection_tokens.sealed']));
  expect(places.filter((place) => !known.includes(place))).toEqual([]);
});

describe('a connection', () => {
  test('is refused with every field that is wrong, without repeating their values', async () => {
    const fields = { token: '', hosts: [], extra: token };
    const answer = await admin.refused(routes.create, {
      body: { name: 'X', connector: 'http', auth: 'bearer', fields },
    });
    expect(answer).toMatchObject({ status: 400, code: 'invalid_input' });
    expect(JSON.stringify(answer)).toMatch(/fields\/token.*fields\/hosts/);
    expect(JSON.stringify(answer)).not.toContain(token);
  });

  test('for a connector or a sign-in that does not exist is refused', async () => {
    const make = (wish: object) => admin.refused(routes.create, { body: { name: 'X', fields: {}, ...wish } });
    expect(await make({ connector: 'nothing' })).toMatchObject({ status: 404 });
    expect(await make({ connector: 'http', auth: 'nothing' })).toMatchObject({ status: 400 });
  });

  test('is kept when its test fails, with the reason', async () => {
    const body = { name: 'Opal', connector: 'opal', fields: { token, apiUrl: 'https://opal.invalid/v1' } };
    const made = await admin.ok(routes.create, { body });
    expect(made).toMatchObject({ status: 'failing', testedAt: expect.any(String) });
    expect(made.statusMessage).toBeTruthy();
  });

  test.each([
    ['teams', 'workflow', { url: 'https://logic.azure.invalid/workflows/1?sig=2' }, 'message in its channel'],
    ['outgoing-webhook', 'standard', { url: 'https://hooks.invalid/', signingSecret }, 'sending it a'],
    ['http', 'bearer', { token, hosts: ['vendor.example'] }, 'Each step names the address'],
    ['webhook', 'bearer', { webhookToken: token }, 'only receives'],
    ['datadog', 'webhook', { webhookToken: token }, 'only receives'],
  ])(
    'of %s (%s), for which nothing can be called, is not tested and says why',
    async (connector, auth, fields, why) => {
      const made = await admin.ok(routes.create, { body: { name: connector, connector, auth, fields } });
      const untested = { status: 'untested', statusMessage: expect.stringContaining(why), testedAt: null };
      expect(made).toMatchObject(untested);
      expect(await admin.ok(routes.test, { params: { id: made.id } })).toMatchObject(untested);
    },
  );

  test('that a flow uses is not removed, and the flows are named', async () => {
    const id = await anHttpConnection();
    const draft = { connections: { vendor: { connector: 'http', id } } };
    const flow = await admin.ok(flowRoutes.create, { body: { name: 'User of it', draft } });
    const usedBy = [{ flowId: flow.id, flowName: 'User of it' }];
    expect(await admin.ok(routes.get, { params: { id } })).toMatchObject({ usedBy });
    expect(await admin.refused(routes.remove, { params: { id } })).toMatchObject({
      ...{ status: 409, code: 'in_use', details: { usedBy } },
    });
    await admin.ok(flowRoutes.remove, { params: { id: flow.id } });
    await admin.ok(routes.remove, { params: { id } });
  });

  test('is seen by a viewer, and changed by administrators only', async () => {
    const id = await anHttpConnection();
    const viewer = await joinAs(server, admin, 'viewer');
    await viewer.ok(routes.get, { params: { id } });
    const builder = await joinAs(server, admin, 'builder');
    expect(await builder.refused(routes.save, { params: { id }, body: { name: 'Mine' } })).toMatchObject({
      status: 403,
    });
    await builder.ok(routes.test, { params: { id } });
  });
});

describe('a simulator connection', () => {
  test('needs no fields, works at once, and its secrets are its own', async () => {
    const make = () => admin.ok(routes.create, { body: { name: 'Opal', connector: 'opal', simulator: true } });
    const [one, two] = [await make(), await make()];
    expect(one).toMatchObject({ simulator: true, status: 'working' });
    const sealed = await database.query('select sealed from connections where id = any($1)', [[one.id, two.id]]);
    expect(new Set(sealed.map((row) => JSON.stringify(row))).size).toBe(2);
  });

  test('is refused of a system that has no simulator', async () => {
    const wish = { name: 'SQL', connector: 'sql', simulator: true };
    expect(await admin.refused(routes.create, { body: wish })).toMatchObject({
      ...{ status: 400, message: expect.stringContaining('PostgreSQL has no simulator') },
    });
  });

  test('leads to a simulator whose state a page shows and resets', async () => {
    const { items } = await admin.ok(simulatorRoutes.list);
    expect(items).toContainEqual(expect.objectContaining({ id: 'opal', title: expect.any(String) }));
    const detail = await admin.ok(simulatorRoutes.get, { params: { id: 'opal' } });
    expect(detail.requests).toBeGreaterThan(0);
    expect(detail.log.length).toBe(detail.requests);
    expect(detail.view.tables.flatMap(({ changed, removed }) => [...changed, ...removed])).toEqual([]);
    const reset = await admin.ok(simulatorRoutes.reset, { params: { id: 'opal' } });
    expect(reset).toMatchObject({ requests: 0, log: [] });
    expect(await admin.refused(simulatorRoutes.get, { params: { id: 'nothing' } })).toMatchObject({ status: 404 });
  });
});

describe('a connection to a mail server', () => {
  test('is tested by signing in there, says where its password goes, and sends it to no worse place', async () => {
    const { port } = mailServer.address() as AddressInfo;
    const place = { host: 'localhost', port, security: 'none', from: 'it@example.com', username: 'it' };
    const body = { name: 'Mail', connector: 'smtp', fields: { ...place, password: 'another' } };
    const made = await admin.ok(routes.create, { body });
    expect(made).toMatchObject({ status: 'failing', statusMessage: expect.stringContaining('Not known') });
    expect(made.hosts).toEqual([`smtp://localhost:${port} (not encrypted)`]);
    const { id } = made;
    const saved = await admin.ok(routes.save, {
      ...{ params: { id }, body: { fields: { ...place, password: mailPassword } } },
    });
    expect(saved.status).toBe('working');
    const other = { ...place, security: 'starttls' };
    expect(await admin.refused(routes.save, { params: { id }, body: { fields: other } })).toMatchObject({
      status: 400,
    });
  });
});
