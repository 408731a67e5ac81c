import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { gzipSync } from 'node:zlib';
import { flowRoutes as routes } from '@castellan/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiClient, adminClient } from './api-client.js';
import { startPostgres, startServer, startTemporal, type TestServer } from './harness/index.js';

let server: TestServer;
let admin: ApiClient;
let address: string;

beforeAll(async () => {
  server = await startServer({ database: await startPostgres(), temporal: await startTemporal(), mode: 'api' });
  admin = await adminClient(server);
  address = `${server.url}/api/v1${routes.create.path.replace(':ws', admin.workspaceId)}`;
});
afterAll(() => server.stop());

async function post(body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) {
  const answer = await fetch(address, {
    method: 'POST',
    headers: { ...admin.credentials, 'content-type': 'application/json', ...headers },
    body,
  });
  return { status: answer.status, body: (await answer.json()) as { code?: string; draft?: object } };
}

const nested = (depth: number) => `{"name":"x","draft":{"a":${'['.repeat(depth)}${']'.repeat(depth)}}}`;

describe('a body', () => {
  test.each([
    ['with 60,000 keys', `{"name":"x","draft":{${Array.from({ length: 60_000 }, (_, n) => `"${n}":1`).join()}}}`, 413],
    ['100,000 levels deep', nested(100_000), 400],
    ['with a key that reaches prototypes', '{"name":"x","draft":{"__proto__":{"admin":true}}}', 400],
    ['that is cut off', '{"name":"x"', 400],
    ['that is no object', '[]', 400],
    ['that is a number too large to be one', '{"name":1e400}', 400],
    ['that is XML', '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>', 400],
  ])('%s is refused', async (_, text, status) => {
    expect((await post(text)).status).toBe(status);
  });

  test('of 50 MB is refused before it is sent', async () => {
    const headers = { ...admin.credentials, 'content-type': 'application/json', 'content-length': 50_000_000 };
    const request = httpRequest(address, { method: 'POST', headers });
    request.flushHeaders();
    const [answer] = await once(request, 'response');
    expect(answer.statusCode).toBe(413);
    request.destroy();
  });

  test('without an end is cut off', async () => {
    const headers = { ...admin.credentials, 'content-type': 'application/json', 'transfer-encoding': 'chunked' };
    const request = httpRequest(address, { method: 'POST', headers });
    // The server may close before it has read all that was written.
    request.on('error', () => undefined);
    const answered = once(request, 'response');
    for (let sent = 0; sent < 8 && !request.destroyed; sent += 1) request.write(Buffer.alloc(1024 * 1024, ' '));
    const [answer] = await answered;
    expect(answer.statusCode).toBe(413);
    request.destroy();
  });

  test('that says it is compressed is not unpacked', async () => {
    const bomb = Uint8Array.from(gzipSync(`{"name":"${'x'.repeat(20_000_000)}"}`));
    expect(await post(bomb, { 'content-encoding': 'gzip' })).toMatchObject({
      status: 400,
      body: { code: 'invalid_input' },
    });
  });

  test('that claims to bring a file is only data', async () => {
    const files = { f: { filepath: '/etc/passwd', originalFilename: 'x', mimetype: 'text/plain', size: 1 } };
    const { status, body } = await post(JSON.stringify({ name: 'Files', files, draft: { files } }));
    expect(status).toBe(201);
    expect(JSON.stringify(body)).not.toContain('root:');
    expect(body.draft).toMatchObject({ files });
  });

  test('with characters that Postgres cannot keep is stored without them', async () => {
    const { status, body } = await post('{"name":"x","draft":{"description":"a\\u0000b\\ud800c"}}');
    expect(status).toBe(201);
    expect(body.draft).toMatchObject({ description: 'a\uFFFDb\uFFFDc' });
  });

  test('with prototype names in harmless places changes no other object', async () => {
    await post('{"name":"x","draft":{"steps":{"constructor":{"prototype":{"admin":true}}}}}');
    const { body } = await post('{"name":"plain"}');
    expect(body).not.toHaveProperty('admin');
    expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
  });
});

test('an error tells nothing of the inside', async () => {
  for (const path of ['/api/v1/%ff', '/api/v1/..%2f..%2fetc/passwd', `/api/v1/workspaces/${'x'.repeat(500)}/flows`]) {
    const answer = await fetch(server.url + path, { headers: admin.credentials });
    const text = await answer.text();
    expect(answer.status).toBe(404);
    expect(JSON.parse(text)).toMatchObject({ code: 'not_found' });
    expect(text).not.toMatch(/at |node_modules|\.js/);
  }
});
