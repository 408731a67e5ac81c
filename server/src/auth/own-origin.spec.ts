import type { FastifyRequest } from 'fastify';
import { expect, test } from 'vitest';
import { originOf } from './own-origin.js';

const publicOrigin = 'https://flows.example.com';

function from(headers: Record<string, string>): string {
  return originOf({ headers: { host: 'flows.example.com', ...headers } } as unknown as FastifyRequest, publicOrigin);
}

test.each([
  ['our page', { origin: publicOrigin, 'sec-fetch-site': 'same-origin' }, 'own'],
  ['our page in a browser that sends no Sec-Fetch-Site', { origin: publicOrigin }, 'own'],
  ['our page under the host that was called', { origin: 'http://127.0.0.1:4600', host: '127.0.0.1:4600' }, 'own'],
  ['another site', { origin: 'https://evil.example' }, 'foreign'],
  ['a site whose name begins like ours', { origin: 'https://flows.example.com.evil.example' }, 'foreign'],
  ['a sandboxed page', { origin: 'null' }, 'foreign'],
  ['another site that sends no origin', { 'sec-fetch-site': 'cross-site' }, 'foreign'],
  ['a neighbour under the same domain', { 'sec-fetch-site': 'same-site' }, 'foreign'],
  ['a page that claims to be ours', { origin: publicOrigin, 'sec-fetch-site': 'cross-site' }, 'foreign'],
  ['a program that says nothing', {}, 'unknown'],
])('a request of %s', (_, headers, expected) => {
  expect(from(headers as Record<string, string>)).toBe(expected);
});
