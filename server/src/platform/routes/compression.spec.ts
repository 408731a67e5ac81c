import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import Fastify, { type FastifyInstance } from 'fastify';
import { beforeAll, expect, it } from 'vitest';
import { compressAnswers } from './compression.js';

const large = { items: Array.from({ length: 5_000 }, (_, index) => ({ id: index, name: 'the same words' })) };
const medium = { items: large.items.slice(0, 100) };

let server: FastifyInstance;
beforeAll(async () => {
  server = Fastify();
  compressAnswers(server);
  server.get('/api/v1/large', () => large);
  server.get('/api/v1/medium', () => medium);
  server.get('/api/v1/small', () => ({ id: 1 }));
  server.get('/api/v1/file', (_, reply) => reply.type('text/csv').send(Readable.from(['a,b\n'.repeat(5_000)])));
  server.post('/api/v1/large', () => large);
  server.all('/hooks/:path', () => large);
});

async function answer(method: 'GET' | 'POST', url: string, accepted?: string) {
  const headers = accepted === undefined ? {} : { 'accept-encoding': accepted };
  return server.inject({ method, url, headers });
}

it.each(['large', 'medium'])(
  'compresses what a reader is answered (%s), and the reader finds the same in it',
  async (what) => {
    const { headers, rawPayload } = await answer('GET', `/api/v1/${what}`, 'gzip');
    expect(headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
    const whole = JSON.stringify(what === 'large' ? large : medium);
    expect(gunzipSync(rawPayload).toString()).toBe(whole);
    expect(rawPayload.length).toBeLessThan(whole.length / 4);
  },
);

it('prefers Brotli, as browsers take it', async () => {
  const { headers } = await answer('GET', '/api/v1/large', 'gzip, deflate, br, zstd');
  expect(headers['content-encoding']).toBe('br');
});

it.each([
  ['the client takes nothing compressed', 'GET', '/api/v1/large', undefined],
  ['the client takes only what is not known here', 'GET', '/api/v1/large', 'compress'],
  ['it is short', 'GET', '/api/v1/small', 'gzip'],
  ['it answers a change, which alone may show a secret', 'POST', '/api/v1/large', 'gzip'],
  ['it is a download', 'GET', '/api/v1/file', 'gzip'],
  ['it answers a webhook by POST', 'POST', '/hooks/abc', 'gzip'],
  ['it answers a webhook by GET', 'GET', '/hooks/abc', 'gzip'],
] as const)('leaves an answer as it is where %s', async (_, method, url, accepted) => {
  const { headers, statusCode } = await answer(method, url, accepted);
  expect(statusCode).toBe(200);
  expect(headers['content-encoding']).toBeUndefined();
});

it('looks into no request: bodies stay the bytes that were sent', async () => {
  const { statusCode } = await server.inject({
    method: 'POST',
    url: '/hooks/abc',
    headers: { 'content-encoding': 'gzip', 'content-type': 'application/json' },
    payload: '{}',
  });
  expect(statusCode).toBe(200);
});
