import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { path } from '../path.js';
import { type Answer, json, startVendor, type VendorServer, vendorConnector } from '../testing/vendor-server.js';
import type { HttpRequest } from '../types.js';
import { createHttpCore, type HttpCore } from './core.js';

let vendor: VendorServer;
let core: HttpCore;
let connections = 0;

const maxBytes = 100_000;
const token = 'the-secret-token';

beforeAll(async () => {
  vendor = await startVendor();
  core = createHttpCore({ allow: [vendor.place] }, { maxBytes });
});
beforeEach(() => {
  vendor.seen.length = 0;
});
afterAll(async () => {
  await core.close();
  vendor.close();
});

/** What a call ends with when the vendor answers so. */
async function answered(answer: Answer, request: Partial<HttpRequest> = {}): Promise<unknown> {
  connections += 1;
  vendor.answer = answer;
  const connection = { id: String(connections), kind: 'apiToken', fields: { token, baseUrl: vendor.origin } };
  const client = core.connect(vendorConnector, connection);
  return client.send({ method: 'GET', path: path`/`, ...request }).catch((error: unknown) => error);
}

const bytes =
  (body: Uint8Array, headers: Record<string, string>): Answer =>
  (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', ...headers });
    response.end(body);
  };

describe('a large answer', () => {
  const endless: Answer = (_, response) => {
    response.writeHead(200);
    const chunk = Buffer.alloc(64 * 1024, 'x');
    const pour = () => {
      while (!response.destroyed && response.write(chunk));
      if (!response.destroyed) response.once('drain', pour);
    };
    pour();
  };

  it('is broken off at the limit', async () => {
    expect(await answered(endless)).toMatchObject({ name: 'FatalError', code: 'E_OUTPUT_TOO_LARGE' });
    expect(await answered(endless, { method: 'POST' })).toMatchObject({ name: 'UnknownOutcomeError' });
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const)('is measured as unfolded, so that a %s bomb does not go off', async (encoding, compress) => {
    const bomb = compress(Buffer.alloc(5_000_000));
    expect(await answered(bytes(bomb, { 'content-encoding': encoding }))).toMatchObject({
      code: 'E_OUTPUT_TOO_LARGE',
    });
    const folded = compress(Buffer.from('{"small":true}'));
    expect(await answered(bytes(folded, { 'content-encoding': encoding }))).toMatchObject({ body: { small: true } });
  });

  it('is not unfolded again and again', async () => {
    const headers = { 'content-encoding': 'gzip, gzip, gzip' };
    expect(await answered(bytes(gzipSync('{}'), headers))).toMatchObject({ name: 'FatalError', code: 'E_RESPONSE' });
  });
});

describe('a body', () => {
  it('is null when it is empty', async () => {
    expect(await answered(json(''))).toMatchObject({ body: null });
    expect(await answered(json('', 204))).toMatchObject({ status: 204, body: null });
  });

  it('is JSON also under a vendor’s own type, and text otherwise', async () => {
    expect(
      await answered(json('[1]', 200, { 'content-type': 'application/vnd.vendor.v2+json; charset=utf-8' })),
    ).toMatchObject({ body: [1] });
    expect(await answered(json('{"a":1}', 200, { 'content-type': 'text/plain' }))).toMatchObject({ body: '{"a":1}' });
  });

  it('is read in its character set', async () => {
    const latin = bytes(Buffer.from('"M\u00fcller"', 'latin1'), {
      'content-type': 'application/json; charset=ISO-8859-1',
    });
    expect(await answered(latin)).toMatchObject({ body: 'Müller' });
    const unknown = bytes(Buffer.from('"Müller"'), { 'content-type': 'application/json; charset=klingon' });
    expect(await answered(unknown)).toMatchObject({ body: 'Müller' });
  });

  it.each(['{"a":', 'undefined', '<html>', '{"a":1}{"b":2}'])(
    'that is no JSON is refused, and a write’s outcome unknown: %s',
    async (text) => {
      expect(await answered(json(text))).toMatchObject({ name: 'FatalError', code: 'E_RESPONSE' });
      expect(await answered(json(text), { method: 'POST' })).toMatchObject({
        name: 'UnknownOutcomeError',
        status: 200,
      });
    },
  );

  it('becomes plain data: no NUL, no lone surrogate, no key that is taken for code', async () => {
    const hostile =
      '{"a":"x\\u0000y","b":"\\ud800","__proto__":{"admin":true},"user":{"_jsonata_function":true,"_jsonata_lambda":1,"email":"a@b"}}';
    const response = (await answered(json(hostile))) as { body: Record<string, unknown> };
    expect(response.body).toEqual({ a: 'x\uFFFDy', b: '\uFFFD', user: { email: 'a@b' } });
    expect(Object.getPrototypeOf(response.body)).toBe(Object.prototype);
  });

  it('that is nested without end is refused', async () => {
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    expect(await answered(json(deep))).toMatchObject({ name: 'FatalError', code: 'E_RESPONSE' });
  });
});

describe('a refusal', () => {
  const words = '{"error":{"message":"No such user"}}';

  it.each([
    [400, { name: 'FatalError', code: 'E_HTTP' }],
    [401, { name: 'FatalError', code: 'E_AUTH' }],
    [403, { name: 'FatalError', code: 'E_HTTP' }],
    [404, { name: 'FatalError', code: 'E_HTTP' }],
    [408, { name: 'RetryableError', code: 'E_HTTP' }],
    [409, { name: 'FatalError', code: 'E_HTTP' }],
    [422, { name: 'FatalError', code: 'E_HTTP' }],
    [429, { name: 'RetryableError', code: 'E_RATE' }],
    [500, { name: 'RetryableError', code: 'E_HTTP' }],
    [503, { name: 'RetryableError', code: 'E_HTTP' }],
  ])('%i is what the retry policy goes by, with the vendor’s own words', async (status, expected) => {
    const error = await answered(json(words, status));
    expect(error).toMatchObject({ ...expected, status, vendorMessage: 'No such user' });
    expect(vendor.seen).toHaveLength(1);
  });

  it('is an answer where the request says so', async () => {
    expect(await answered(json(words, 404), { accept: [404] })).toMatchObject({ status: 404 });
  });

  it.each([
    [500, true],
    [502, true],
    [504, true],
    [503, false],
    [429, false],
  ])('with %i of a write says whether it may have happened: %s', async (status, mayHaveHappened) => {
    expect(await answered(json(words, status), { method: 'POST' })).toMatchObject({ mayHaveHappened });
    expect(await answered(json(words, status))).toMatchObject({ mayHaveHappened: false });
  });

  it('is understood although its body is broken', async () => {
    const broken = bytes(Buffer.from('no gzip'), { 'content-encoding': 'gzip' });
    const answer: Answer = (_, response) => {
      response.statusCode = 409;
      response.setHeader('content-encoding', 'gzip');
      response.end('no gzip');
    };
    expect(await answered(broken)).toMatchObject({ name: 'FatalError', code: 'E_RESPONSE' });
    expect(await answered(answer)).toMatchObject({ name: 'FatalError', status: 409 });
  });

  it('does not repeat the connection’s secret', async () => {
    const error = (await answered(json(`{"message":"The token ${token} has expired"}`, 403))) as Error & {
      vendorMessage: string;
    };
    expect(error.vendorMessage).toBe('The token ••• has expired');
    expect(error.message).not.toContain(token);
  });

  it.each([
    ['"plain text"', 'plain text'],
    ['{"message":"m"}', 'm'],
    ['{"errors":["first","second"]}', 'first'],
    ['{"errors":[{"detail":"d"}]}', 'd'],
    ['{"error":"invalid_grant","error_description":"expired"}', 'expired'],
    ['{}', undefined],
  ])('is quoted from where vendors put it: %s', async (body, expected) => {
    expect(await answered(json(body, 400))).toMatchObject({ vendorMessage: expected });
  });
});

describe('an answer that is wanted in base64', () => {
  const zip = Buffer.from([0x50, 0x4b, 0xff, 0x00, 0xfe]);
  const wanted = { answer: 'base64' } as const;

  it('is there byte by byte, whatever it says that it is, and decoded', async () => {
    for (const type of ['application/json', 'application/zip', 'text/plain']) {
      const answer = bytes(zip, { 'content-type': type });
      expect(await answered(answer, wanted)).toMatchObject({ body: zip.toString('base64') });
    }
    const packed = bytes(gzipSync(zip), { 'content-encoding': 'gzip' });
    expect(await answered(packed, wanted)).toMatchObject({ body: zip.toString('base64') });
  });

  it('is a refusal as any other where it is one', async () => {
    const refusal = await answered(json('{"message":"No such file"}', 404), wanted);
    expect(refusal).toMatchObject({ status: 404, vendorMessage: 'No such file' });
  });

  it('is not taken where it holds a secret of the connection, which could not be masked any more', async () => {
    const told = Buffer.concat([zip, Buffer.from(token)]);
    expect(await answered(bytes(told, {}), wanted)).toMatchObject({ name: 'FatalError', code: 'E_RESPONSE' });
  });
});
