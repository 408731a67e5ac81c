import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { streamRoutes } from '@castellan/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adminClient } from '../api-client.js';
import {
  newInstallation,
  startPostgres,
  startServer,
  startTemporal,
  type TestDatabase,
  type TestTemporal,
} from '../harness/index.js';

const entry = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await startTemporal();
});

/** Runs a server that is expected not to start: its exit code and what it said. */
async function failToStart(env: Record<string, string>): Promise<{ code: number; said: string }> {
  const child = fork(entry, { env: { PATH: process.env.PATH, ...env }, execArgv: [], silent: true });
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said += chunk;
  });
  const [code] = await once(child, 'exit');
  return { code, said };
}

function settings(database: TestDatabase, dataDir: string): Record<string, string> {
  return { DATABASE_URL: database.url, TEMPORAL_ADDRESS: temporal.address, DATA_DIR: dataDir, PORT: '0' };
}

describe('a server that cannot run', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'castellan-start-'));
  afterAll(() => rmSync(dataDir, { recursive: true }));

  test('tells every setting that is wrong, a line each, and ends with code 78', async () => {
    const { code, said } = await failToStart({ PORT: 'x', LOG_LEVEL: 'loud', DATABASE_URL: 'mysql://a/b' });
    expect(code).toBe(78);
    const lines = said.trim().split('\n');
    expect(lines).toHaveLength(3);
    for (const name of ['PORT', 'LOG_LEVEL', 'DATABASE_URL']) expect(said).toContain(`castellan: ${name}`);
  });

  test('refuses another key than the database was sealed with, in one line that names both', async () => {
    const database = await startPostgres();
    const env = settings(database, dataDir);
    const server = await startServer({ database, temporal, mode: 'api' });
    await server.stop();
    writeFileSync(join(dataDir, 'key'), Buffer.alloc(32, 1).toString('base64'));
    const { code, said } = await failToStart(env);
    expect(code).toBe(78);
    expect(said).toMatch(
      /^castellan: Wrong encryption key: .*sealed with key [0-9a-f]{16}, but .*key holds key [0-9a-f]{16}.*\n$/,
    );
    rmSync(join(dataDir, 'key'));
    const without = await failToStart(env);
    expect(without.code).toBe(78);
    expect(without.said).toMatch(/^castellan: The encryption key [0-9a-f]{16} of this database is missing/);
  });

  test('says which port is taken', async () => {
    const database = await startPostgres();
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const { code, said } = await failToStart({ ...settings(database, dataDir), PORT: String(port) });
    other.close();
    expect(code).toBe(1);
    expect(said).toMatch(new RegExp(`^castellan: Port ${port} is taken`));
  });

  test('refuses a database that another release of a migration made', async () => {
    const database = await startPostgres();
    await database.query('create table migrations (name text primary key, hash text not null, applied_at timestamptz)');
    await database.query(`insert into migrations values ('0001-initial.sql', 'other', now())`);
    const { code, said } = await failToStart(settings(database, dataDir));
    expect(code).toBe(78);
    expect(said).toContain('0001-initial.sql differs');
  });
});

describe('processes of one installation', () => {
  test('that start at the same time migrate once, and agree on key and set-up link', async () => {
    const database = await startPostgres();
    const shared = newInstallation();
    const start = (mode: 'api' | 'worker') => startServer({ database, temporal, mode, installation: shared });
    const servers = await Promise.all([start('api'), start('api'), start('worker'), start('worker')]);
    const applied = await database.query<{ name: string }>('select name from migrations order by name');
    expect(applied.map(({ name }) => name)).toEqual([...new Set(applied.map(({ name }) => name))]);
    const codes = servers.flatMap(({ setupUrl }) => (setupUrl ? [new URL(setupUrl).hash] : []));
    expect(codes).toHaveLength(2);
    expect(new Set(codes).size).toBe(1);
    await Promise.all(servers.map((server) => server.stop()));
  });

  test('that are workers answer only whether they live', async () => {
    const database = await startPostgres();
    const api = await startServer({ database, temporal, mode: 'api' });
    const worker = await startServer({ database, temporal, mode: 'worker', installation: api.installation });
    const status = async (path: string) => (await fetch(worker.url + path)).status;
    expect(await status('/health/live')).toBe(200);
    expect(await status('/metrics')).toBe(200);
    for (const path of ['/', '/api/v1/setup', '/api/openapi.json', '/hooks/abc']) expect(await status(path)).toBe(404);
    await Promise.all([api.stop(), worker.stop()]);
  });
});

describe('what a server sends', () => {
  test('is compressed for whoever takes it: the designer’s files and what a reader is answered; its streams are not', async () => {
    const database = await startPostgres();
    const server = await startServer({ database, temporal, mode: 'api' });
    const admin = await adminClient(server);
    const get = (path: string, accepted: string) =>
      fetch(server.url + path, { headers: { ...admin.credentials, 'accept-encoding': accepted } });
    const page = await (await get('/', 'identity')).text();
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(page)?.[1] as string;
    const catalogue = `/api/v1/workspaces/${admin.workspaceId}/catalog`;
    for (const path of ['/', script, catalogue]) {
      const plain = await get(path, 'identity');
      expect(plain.headers.get('content-encoding'), path).toBeNull();
      const whole = await plain.text();
      for (const encoding of ['br', 'gzip']) {
        const smaller = await get(path, encoding);
        expect(smaller.headers.get('content-encoding'), path).toBe(encoding);
        expect(smaller.headers.get('content-type')).toBe(plain.headers.get('content-type'));
        expect(smaller.headers.get('cache-control')).toBe(plain.headers.get('cache-control'));
        expect(Number(smaller.headers.get('content-length'))).toBeLessThan(Buffer.byteLength(whole) / 2);
        expect((await smaller.text()) === whole, path).toBe(true);
      }
    }
    // A copy has no address of its own.
    expect((await get(`${script}.gz`, 'gzip')).status).toBe(404);
    const stream = await get(`/api/v1${streamRoutes.workspace.path.replace(':ws', admin.workspaceId)}`, 'br, gzip');
    expect(stream.headers.get('content-encoding')).toBeNull();
    await stream.body?.cancel();
    await server.stop();
  });
});

describe('a server that is asked to end', () => {
  test('ends its event streams, then itself, with code 0', async () => {
    const database = await startPostgres();
    const server = await startServer({ database, temporal, mode: 'api' });
    const admin = await adminClient(server);
    const path = streamRoutes.workspace.path.replace(':ws', admin.workspaceId);
    const stream = await fetch(`${server.url}/api/v1${path}`, { headers: admin.credentials });
    const ended = stream.text();
    expect(await server.stop()).toBe(0);
    expect(await ended).toMatch(/^: here/);
  });
});

describe('the environment', () => {
  test('can name the first administrator, so that nobody need open a link', async () => {
    const database = await startPostgres();
    const env = {
      SETUP_ADMIN_EMAIL: 'ops@castellan.test',
      SETUP_ADMIN_PASSWORD: 'correct horse battery',
      SETUP_WORKSPACE: 'Ops',
    };
    const server = await startServer({ database, temporal, mode: 'api', env });
    expect(server.setupUrl).toBeUndefined();
    const answer = await fetch(`${server.url}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: env.SETUP_ADMIN_EMAIL, password: env.SETUP_ADMIN_PASSWORD }),
    });
    expect(await answer.json()).toMatchObject({ workspaces: [{ name: 'Ops', role: 'admin' }] });
    await server.stop();
  });

  test('can give webhooks a port of their own, which knows nothing else', async () => {
    const database = await startPostgres();
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const { port } = free.address() as { port: number };
    await new Promise((resolve) => free.close(resolve));
    const server = await startServer({ database, temporal, mode: 'api', env: { HOOKS_PORT: String(port) } });
    const ask = async (path: string, method = 'GET') => fetch(`http://127.0.0.1:${port}${path}`, { method });
    for (const path of [
      '/',
      '/api/v1/setup',
      '/health/live',
      '/metrics',
      '//api/v1/setup',
      '/hooks/../api/v1/setup',
      '/hooks%2f..%2fapi/v1/setup',
    ]) {
      expect((await ask(path)).status, path).toBe(404);
      expect(await (await ask(path)).text(), path).toBe('');
    }
    expect((await ask('/hooks/unknown', 'POST')).status).toBeGreaterThanOrEqual(400);
    await server.stop();
  });

  test('decides whether browsers are told to stay on https', async () => {
    const database = await startPostgres();
    const plain = await startServer({ database, temporal, mode: 'api' });
    const headersOf = async (url: string) => (await fetch(`${url}/api/v1/setup`)).headers;
    const before = await headersOf(plain.url);
    expect(before.get('strict-transport-security')).toBeNull();
    expect(before.get('content-security-policy')).toBe(
      "default-src 'self';img-src 'self' data:;style-src 'self' 'unsafe-inline';script-src 'self';connect-src 'self';object-src 'none';base-uri 'none';frame-ancestors 'none'",
    );
    await plain.stop();
    const env = { PUBLIC_URL: 'https://flows.example.com' };
    const secure = await startServer({ database, temporal, mode: 'api', env, installation: plain.installation });
    const after = await headersOf(`http://127.0.0.1:${secure.port}`);
    expect(after.get('strict-transport-security')).toMatch(/max-age=\d+/);
    expect(after.get('content-security-policy')).toContain('upgrade-insecure-requests');
    expect(secure.setupUrl).toMatch(/^https:\/\/flows\.example\.com\/setup#code=/);
    await secure.stop();
  });
});
