import { flowRoutes, peopleRoutes, streamRoutes } from '@castellan/api';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ApiClient, adminClient } from '../api-client.js';
import { until } from '../harness/flows.js';
import {
  type FaultProxy,
  type OwnPostgres,
  startFaultProxy,
  startOwnPostgres,
  startServer,
  startTemporal,
  type TestServer,
} from '../harness/index.js';

let database: OwnPostgres;
/** Stands between the server and Postgres. */
let network: FaultProxy;
let server: TestServer;
let admin: ApiClient;

beforeAll(async () => {
  database = await startOwnPostgres();
  const address = new URL(database.url);
  network = await startFaultProxy({ host: address.hostname, port: Number(address.port) });
  address.port = String(network.port);
  const temporal = await startTemporal();
  server = await startServer({ database: { url: address.href }, temporal, mode: 'api' });
  admin = await adminClient(server);
});
afterAll(async () => {
  await server.stop();
  await network.close();
  await database.stop();
});
beforeEach(() => works());

/** The server answers as ever; soon after an outage it does. */
async function works(): Promise<void> {
  await until('the server works', async () => (await admin.send(flowRoutes.list)).status === 200);
}

async function health(path: string): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(`${server.url}/health/${path}`);
  return { status: answer.status, body: await answer.json() };
}

/** The answer that says: nothing is wrong with what you asked, ask again. */
async function expectUnavailable(answer: Promise<{ status: number; headers: Headers; body: unknown }>): Promise<void> {
  const { status, headers, body } = await answer;
  expect({ status, body }).toMatchObject({ status: 503, body: { code: 'unavailable' } });
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  expect(JSON.stringify(body)).not.toMatch(/ECONN|postgres|127\.0\.0\.1|select /i);
}

describe('without Postgres', () => {
  test('every call is answered 503 with Retry-After, and the same process works when it is back', async () => {
    await database.kill9();
    await expectUnavailable(admin.send(flowRoutes.list));
    await expectUnavailable(admin.send(flowRoutes.create, { body: { name: 'X' } }));
    await expectUnavailable(
      admin.send(peopleRoutes.signIn, { body: { email: 'admin@castellan.test', password: 'x' } }),
    );
    await expectUnavailable(admin.send(flowRoutes.list));
    expect(await health('live')).toMatchObject({ status: 200 });
    expect(await health('ready')).toMatchObject({ status: 503, body: { down: ['postgres'] } });
    await database.restart();
    await works();
    expect(await health('ready')).toMatchObject({ status: 200 });
  });

  test('five restarts in a row leave nothing half-written', async () => {
    const names: string[] = [];
    for (let round = 0; round < 5; round += 1) {
      const attempts = Array.from({ length: 10 }, async (_, n) => {
        const name = `Round ${round} ${n}`;
        const { status } = await admin.send(flowRoutes.create, { body: { name } });
        if (status === 201) names.push(name);
        else expect(status).toBe(503);
      });
      await database.kill9();
      await Promise.all(attempts);
      await database.restart();
      await works();
    }
    const rows = await database.query<{ name: string }>(`select name from flows where name like 'Round %'`);
    expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
    expect(await admin.ok(peopleRoutes.verifyAudit)).toMatchObject({ intact: true });
  });

  test('an open page is told to look again when it is back', async () => {
    const path = streamRoutes.workspace.path.replace(':ws', admin.workspaceId);
    const stream = await fetch(`${server.url}/api/v1${path}`, { headers: admin.credentials });
    const reader = (stream.body as ReadableStream<Uint8Array>).getReader();
    await database.kill9();
    await database.restart();
    let text = '';
    await until('the page is told', async () => {
      text += new TextDecoder().decode((await reader.read()).value);
      return text.includes('event: flows\ndata: {"ids":[]}');
    });
    await reader.cancel();
  });
});

describe('with a Postgres that', () => {
  test('says nothing any more, every call still ends, and all is well afterwards', async () => {
    network.blackhole();
    const calls = Array.from({ length: 30 }, () => admin.send(flowRoutes.list));
    const answers = await Promise.allSettled(calls.map(expectUnavailable));
    network.heal();
    expect(answers.filter(({ status }) => status === 'rejected')).toEqual([]);
    await works();
  });

  test('has a full disk, a change is answered 503 and reading goes on', async () => {
    await database.query(`create function full_disk() returns trigger language plpgsql as
      $$ begin raise exception 'could not extend file' using errcode = '53100'; end $$`);
    await database.query('create trigger full_disk before insert on flows execute function full_disk()');
    await expectUnavailable(admin.send(flowRoutes.create, { body: { name: 'Too much' } }));
    await admin.ok(flowRoutes.list);
    await database.query('drop trigger full_disk on flows');
    await admin.ok(flowRoutes.create, { body: { name: 'Fits again' } });
  });

  test('lets lists wait for ever, webhooks are still answered', async () => {
    const holder = new pg.Client({ connectionString: database.url });
    await holder.connect();
    await holder.query('begin; lock table audit in access exclusive mode');
    const lists = Array.from({ length: 60 }, () => admin.send(peopleRoutes.audit));
    const hook = await fetch(`${server.url}/hooks/${'x'.repeat(27)}`, { method: 'POST', body: '{}' });
    expect(hook.status).toBe(404);
    await Promise.all(lists.map(expectUnavailable));
    await holder.end();
    await works();
  });
});
