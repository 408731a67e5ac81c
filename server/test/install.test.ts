import { connectionRoutes, flowRoutes, peopleRoutes, templateRoutes as routes } from '@castellan/api';
import { afterAll, beforeAll, expect, test } from 'vitest';
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

const id = 'siem-lockdown';
let database: TestDatabase;
let simulators: TestSimulators;
let server: TestServer;
let admin: ApiClient;
/** Every slot of the template filled with a simulator. */
let allSimulated: Record<string, string>;

beforeAll(async () => {
  [database, simulators] = await Promise.all([startPostgres(), startSimulators()]);
  const env = { SIMULATORS_SOCKET: simulators.socketPath };
  server = await startServer({ database, temporal: await startTemporal(), mode: 'api', env });
  admin = await adminClient(server);
  const { flow } = await admin.ok(routes.get, { params: { id } });
  allSimulated = Object.fromEntries(Object.keys(flow.connections ?? {}).map((slot) => [slot, 'simulator']));
});
afterAll(async () => {
  await server.stop();
  await simulators.stop();
});

const install = (body: object) => ({ params: { id }, body });
const flowCount = async () => (await database.query('select 1 from flows')).length;
const connectionCount = async () => (await database.query('select 1 from connections')).length;

test('the gallery shows what came with this release', async () => {
  const { items } = await admin.ok(routes.list);
  expect(items.map((template) => template.id)).toContain(id);
  expect(await admin.refused(routes.get, { params: { id: '../package' } })).toMatchObject({ status: 404 });
});

test('an installed flow is switched off, not yet published, and all its slots are filled', async () => {
  const flow = await admin.ok(routes.install, install({ name: 'Lockdown', connections: allSimulated }));
  expect(flow).toMatchObject({
    name: 'Lockdown',
    published: null,
    enabled: false,
    templateId: id,
    usesSimulators: true,
  });
  expect(await admin.ok(flowRoutes.validate, { params: { id: flow.id }, body: {} })).toEqual({ problems: [] });
  const { items } = await admin.ok(connectionRoutes.list);
  expect(items.every(({ status, simulator }) => simulator && status === 'working')).toBe(true);
});

test('a second install takes the simulator connections that are there', async () => {
  await admin.ok(routes.install, install({ connections: allSimulated }));
  const before = await connectionCount();
  await admin.ok(routes.install, install({ connections: allSimulated }));
  expect(await connectionCount()).toBe(before);
});

test.each<[string, { connections?: Record<string, string>; variables?: Record<string, unknown> }, number]>([
  ['a slot that the template does not have', { connections: { nowhere: 'simulator' } }, 400],
  ['a connection that does not exist', { connections: { opal: crypto.randomUUID() } }, 422],
  ['a slot that stays empty', { connections: {} }, 422],
  ['a variable that the template does not have', { variables: { nothing: 1 } }, 400],
  ['a variable named like a part of every object', { variables: { constructor: 'x' } }, 400],
])('%s is refused, and nothing is made', async (_, change, status) => {
  const before = [await flowCount(), await connectionCount()];
  const connections = {
    ...(Object.keys(change.connections ?? { a: 1 }).length > 0 ? allSimulated : {}),
    ...change.connections,
  };
  const answer = await admin.refused(routes.install, install({ ...change, connections }));
  expect(answer).toMatchObject({ status });
  expect([await flowCount(), await connectionCount()]).toEqual(before);
});

test('what breaks at the very end leaves no connection, table, flow or line of the audit behind', async () => {
  const tables = { params: { id: 'hris-joiner' } };
  const { flow } = await admin.ok(routes.get, tables);
  const slots = Object.entries((flow as { connections: Record<string, { connector: string }> }).connections);
  const connections = Object.fromEntries(
    slots.map(([slot, { connector }]) => [slot, connector === 'table' ? 'new' : 'simulator']),
  );
  const held = async () =>
    Promise.all(
      ['connections', 'tables', 'table_rows', 'flows', 'audit'].map(
        async (table) => (await database.query(`select 1 from ${table}`)).length,
      ),
    );
  const before = await held();
  await database.query(`create function break_off() returns trigger language plpgsql as
    $$ begin raise exception 'the disk is full'; end $$`);
  await database.query('create trigger break_off before insert on flows for each row execute function break_off()');
  expect(await admin.refused(routes.install, { ...tables, body: { connections } })).toMatchObject({ status: 500 });
  expect(await held()).toEqual(before);
  await database.query('drop trigger break_off on flows');
  await admin.ok(routes.install, { ...tables, body: { connections } });
  const after = await held();
  expect(after.every((count, index) => count > (before[index] ?? 0))).toBe(true);
});

test('a variable of the wrong type is refused with its title', async () => {
  const { flow } = await admin.ok(routes.get, { params: { id } });
  const [name = '', variable] =
    Object.entries((flow as { variables: Record<string, { title: string }> }).variables)[0] ?? [];
  const answer = await admin.refused(
    routes.install,
    install({ connections: allSimulated, variables: { [name]: { a: 1 } } }),
  );
  expect(answer).toMatchObject({ status: 400, code: 'invalid_input' });
  expect(answer.message).toContain(variable?.title);
});

test('the connection of another workspace is one that does not exist', async () => {
  const elsewhere = await admin.ok(peopleRoutes.makeWorkspace, { body: { name: 'Elsewhere' } });
  const body = { name: 'Theirs', connector: 'opal', simulator: true };
  const theirs = await admin.ok(connectionRoutes.create, { body, ws: elsewhere.id });
  const answer = await admin.refused(routes.install, install({ connections: { ...allSimulated, opal: theirs.id } }));
  expect(answer).toMatchObject({ status: 422, code: 'flow_invalid' });
});
