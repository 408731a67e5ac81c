import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Auth, SignableRequest } from '../auth.js';
import { path } from '../path.js';
import { type Answer, json, startVendor, type VendorServer, vendorConnector } from '../testing/vendor-server.js';
import type { HttpRequest } from '../types.js';
import type { CallOptions } from './call-options.js';
import { createHttpCore, type HttpCore } from './core.js';
import { tooSoon } from './rate-gate.js';

let vendor: VendorServer;
let other: VendorServer;
let core: HttpCore;
let connections = 0;

beforeAll(async () => {
  [vendor, other] = await Promise.all([startVendor(), startVendor()]);
  core = createHttpCore({ allow: [vendor.place, other.place] });
});
beforeEach(() => {
  vendor.seen.length = 0;
  other.seen.length = 0;
  vendor.answer = json('{}');
});
afterAll(async () => {
  await core.close();
  vendor.close();
  other.close();
});

const token = 'the-secret-token';

/** One call, by a connection of its own. */
async function send(request: Partial<HttpRequest>, options: CallOptions = {}): Promise<unknown> {
  connections += 1;
  const connection = { id: String(connections), kind: 'apiToken', fields: { token, baseUrl: `${vendor.origin}/api` } };
  const client = core.connect(vendorConnector, connection, options);
  return client.send({ method: 'GET', path: path`/things/${1}`, ...request }).catch((error: unknown) => error);
}

describe('a call', () => {
  it('goes below the base URL with credentials and query, and its JSON is parsed', async () => {
    vendor.answer = json('{"id":1}', 200, { 'X-Page': '2' });
    const response = await send({ query: { a: 'b c', list: [1, 2], none: undefined, nil: null } });
    expect(response).toMatchObject({ status: 200, body: { id: 1 }, headers: { 'x-page': '2' } });
    expect(vendor.seen).toMatchObject([
      { method: 'GET', url: '/api/things/1?a=b+c&list=1&list=2', headers: { authorization: `Bearer ${token}` } },
    ]);
  });

  it('goes below another place of the connector, made of the connection’s fields, with credentials', async () => {
    await send({ base: 'reports' });
    expect(vendor.seen).toMatchObject([
      { url: '/api/reports/things/1', headers: { authorization: `Bearer ${token}` } },
    ]);
    expect(await send({ base: 'constructor' })).toMatchObject({ name: 'FatalError', code: 'E_INPUT' });
    expect(vendor.seen).toHaveLength(1);
  });

  it('sends JSON, a form or a text', async () => {
    await send({ method: 'POST', body: { a: 1 } });
    await send({ method: 'POST', form: { a: 'b c', left: undefined } });
    await send({ method: 'PUT', text: { content: 'hello', contentType: 'text/csv' } });
    expect(vendor.seen.map(({ headers, body }) => [headers['content-type'], body])).toEqual([
      ['application/json', '{"a":1}'],
      ['application/x-www-form-urlencoded', 'a=b+c'],
      ['text/csv', 'hello'],
    ]);
  });

  it.each(['x\r\nX-Evil: 1', 'x\ny', 'x\u0000'])('refuses a header that would break out: %j', async (value) => {
    expect(await send({ headers: { 'X-Name': value } })).toMatchObject({ name: 'FatalError', code: 'E_INPUT' });
    expect(await send({ headers: { [value]: '1' } })).toMatchObject({ name: 'FatalError', code: 'E_INPUT' });
    expect(vendor.seen).toEqual([]);
  });

  it('does not let a header of the flow take the place of the credentials', async () => {
    await send({ headers: { Authorization: 'Bearer of-somebody-else' } });
    expect(vendor.seen[0]?.headers.authorization).toBe(`Bearer ${token}`);
  });

  it('has the connection’s fields in its JSON: those that it may name itself, and those that are the connection’s alone', async () => {
    const credentials = () => ({ bodyDefaults: { role: 'usual', place: 'here' }, body: { key: 'ours' } });
    const auth = [{ ...vendorConnector.auth[0], credentials }] as [Auth];
    const connection = { id: 'body', kind: 'apiToken', fields: { token, baseUrl: vendor.origin } };
    const client = core.connect({ ...vendorConnector, auth }, connection);
    await client.send({ method: 'POST', path: path`/a`, body: { role: 'another', key: 'theirs' } });
    await client.send({ method: 'POST', path: path`/b`, text: { content: 'hello', contentType: 'text/csv' } });
    expect(JSON.parse(vendor.seen[0]!.body)).toEqual({ role: 'another', place: 'here', key: 'ours' });
    expect(vendor.seen[1]!.body).toBe('hello');
  });

  it('ends when it is cancelled', async () => {
    vendor.answer = () => undefined;
    expect(await send({}, { signal: AbortSignal.abort() })).toMatchObject({ name: 'FatalError', code: 'E_CANCELLED' });
    const abort = new AbortController();
    vendor.answer = () => abort.abort();
    expect(await send({ method: 'POST' }, { signal: abort.signal })).toMatchObject({ name: 'UnknownOutcomeError' });
  });
});

describe('a bare call', () => {
  it('goes to another host, with nothing of the connection, and leaves the next call as it is', async () => {
    const http = core.connect(vendorConnector, {
      ...{ id: 'bare', kind: 'apiToken', fields: { token: 'key', baseUrl: vendor.origin } },
    });
    const file = { method: 'GET', url: `${other.origin}/file?signature=abc` } as const;
    await expect(http.send(file)).rejects.toMatchObject({ code: 'E_EGRESS' });
    await http.send({ ...file, bare: true });
    expect(other.seen).toHaveLength(1);
    expect(JSON.stringify(other.seen[0])).not.toContain('key');
    expect(other.seen[0]?.headers.authorization).toBeUndefined();
    await http.send({ method: 'GET', path: path`/things` });
    expect(JSON.stringify(vendor.seen)).toContain('key');
  });
});

describe('a signature', () => {
  const signing = {
    ...vendorConnector,
    auth: [
      {
        ...vendorConnector.auth[0],
        credentials: () => ({}),
        sign: async (fields: Record<string, unknown>, { url, method, body, headers }: SignableRequest) => ({
          authorization: `Signed ${fields.token} ${method} ${url.pathname} ${headers['content-type']} ${body}`,
        }),
      },
    ] as [Auth],
  };
  const http = () =>
    core.connect(signing, { id: 'signed', kind: 'apiToken', fields: { token: 'key', baseUrl: vendor.origin } });

  it('is made over the request as it is sent', async () => {
    await http().send({ method: 'POST', path: path`/things`, body: { a: 1 } });
    expect(vendor.seen[0]?.headers.authorization).toBe('Signed key POST /things application/json {"a":1}');
  });

  it('is made for the connection’s own host only, which is the only one that is called', async () => {
    const elsewhere = http().send({ method: 'GET', url: `${other.origin}/things` });
    await expect(elsewhere).rejects.toMatchObject({ code: 'E_EGRESS' });
    vendor.answer = json('', 302, { location: `${other.origin}/things` });
    await http().send({ method: 'GET', path: path`/things` });
    expect(other.seen).toHaveLength(1);
    expect(other.seen[0]?.headers.authorization).toBeUndefined();
  });
});

it('an answer beyond the caller’s own limit is not read to its end', async () => {
  vendor.answer = json(JSON.stringify({ text: 'x'.repeat(2_000) }));
  expect(await send({}, { maxBytes: 1_000 })).toMatchObject({ code: 'E_OUTPUT_TOO_LARGE' });
  expect(await send({}, { maxBytes: 3_000 })).toMatchObject({ status: 200 });
});

describe('a redirect', () => {
  const to = (location: string, status = 302): Answer => json('', status, { location });

  it('is an answer as any other where the caller says so', async () => {
    vendor.answer = to(`${vendor.origin}/elsewhere`, 307);
    const answer = await send({ accept: [307] }, { keepsRedirects: true });
    expect(answer).toMatchObject({ status: 307, headers: { location: `${vendor.origin}/elsewhere` } });
    expect(vendor.seen).toHaveLength(1);
  });

  it('is followed on the same host with credentials; a POST becomes a GET', async () => {
    vendor.answer = (request, response) =>
      (request.url === '/api/end' ? json('{"end":true}') : to('/api/end', 303))(request, response);
    expect(await send({ method: 'POST', body: { a: 1 } })).toMatchObject({ body: { end: true } });
    expect(vendor.seen[1]).toMatchObject({ method: 'GET', body: '', headers: { authorization: `Bearer ${token}` } });
    expect(vendor.seen[1]?.headers['content-type']).toBeUndefined();
  });

  it('keeps method and body on 307', async () => {
    vendor.answer = (request, response) =>
      (request.url === '/api/end' ? json('{}') : to('/api/end', 307))(request, response);
    await send({ method: 'PUT', body: { a: 1 } });
    expect(vendor.seen[1]).toMatchObject({ method: 'PUT', body: '{"a":1}' });
  });

  it('takes neither credentials nor own headers to another host', async () => {
    vendor.answer = to(`${other.origin}/end`);
    await send({ headers: { 'X-Api-Key': 'own', Cookie: 'a=b', Accept: 'text/plain' } });
    expect(other.seen).toHaveLength(1);
    expect(other.seen[0]?.headers).toMatchObject({ accept: 'text/plain' });
    expect(other.seen[0]?.headers).not.toHaveProperty('authorization');
    expect(other.seen[0]?.headers).not.toHaveProperty('x-api-key');
    expect(other.seen[0]?.headers).not.toHaveProperty('cookie');
  });

  it('does not take what was sent to another host', async () => {
    vendor.answer = to(`${other.origin}/end`, 307);
    expect(await send({ method: 'POST', body: { key: 'in the body' } })).toMatchObject({ code: 'E_EGRESS' });
    expect(other.seen).toEqual([]);
  });

  it('is followed three times and not once more', async () => {
    vendor.answer = to('/api/again');
    expect(await send({})).toMatchObject({ name: 'FatalError', message: expect.stringContaining('more than 3 times') });
    expect(vendor.seen).toHaveLength(4);
  });
});

describe('a broken exchange', () => {
  const reset: Answer = (request) => request.socket.resetAndDestroy();
  const drip: Answer = (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const dripping = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(dripping));
  };

  it('may be made again when it was a read', async () => {
    vendor.answer = reset;
    expect(await send({})).toMatchObject({ name: 'RetryableError', code: 'E_HTTP' });
    expect(await send({ method: 'POST', safe: true })).toMatchObject({ name: 'RetryableError' });
  });

  it('leaves the outcome of a write unknown once the request was sent', async () => {
    vendor.answer = reset;
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const) {
      expect(await send({ method })).toMatchObject({
        name: 'UnknownOutcomeError',
        code: 'E_OUTCOME_UNKNOWN',
        retryable: false,
      });
    }
  });

  it('has done nothing when no connection came about', async () => {
    const gone = await startVendor();
    gone.close();
    const caller = createHttpCore({ allow: [gone.place] });
    const call = caller.open().send({ method: 'POST', url: gone.origin });
    await expect(call).rejects.toMatchObject({ name: 'RetryableError', mayHaveHappened: false });
    await caller.close();
  });

  it('ends at the total deadline although the vendor drips', async () => {
    vendor.answer = drip;
    expect(await send({}, { totalMs: 300 })).toMatchObject({ name: 'RetryableError', code: 'E_TIMEOUT' });
    expect(await send({ method: 'POST' }, { totalMs: 300 })).toMatchObject({ name: 'UnknownOutcomeError' });
  });

  it('ends at the total deadline although the vendor says nothing', async () => {
    vendor.answer = () => undefined;
    expect(await send({}, { totalMs: 300 })).toMatchObject({ name: 'RetryableError', code: 'E_TIMEOUT' });
  });
});

describe('a gate that processes share', () => {
  const told: (number | 'asked')[] = [];
  const gate = {
    pass: async () => void told.push('asked'),
    close: async (seconds: number) => void told.push(seconds),
  };
  beforeEach(() => {
    told.length = 0;
  });

  it('is asked before each request, and nothing is sent that it does not let pass', async () => {
    await send({}, { gate });
    expect(told).toEqual(['asked']);
    const shut = { ...gate, pass: () => Promise.reject(tooSoon(3.2)) };
    expect(await send({}, { gate: shut })).toMatchObject({ name: 'RetryableError', code: 'E_RATE', retryAfter: 4 });
    expect(vendor.seen).toHaveLength(1);
  });

  it('is closed for as long as the vendor says, and a second where it does not', async () => {
    vendor.answer = json('{}', 429, { 'Retry-After': '30' });
    await send({}, { gate });
    vendor.answer = json('{}', 429);
    await send({}, { gate });
    vendor.answer = json('{}', 503, { 'Retry-After': '30' });
    await send({}, { gate });
    expect(told).toEqual(['asked', 30, 'asked', 1, 'asked']);
  });
});
