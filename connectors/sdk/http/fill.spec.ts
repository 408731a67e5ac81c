import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { path } from '../path.js';
import { json, startVendor, type VendorServer, vendorConnector } from '../testing/vendor-server.js';
import type { HttpRequest } from '../types.js';
import { createHttpCore, type HttpCore } from './core.js';

let vendor: VendorServer;
let core: HttpCore;

beforeAll(async () => {
  vendor = await startVendor();
  core = createHttpCore({ allow: [vendor.place] });
});
beforeEach(() => {
  vendor.seen.length = 0;
  vendor.answer = json('{}');
});
afterAll(async () => {
  await core.close();
  vendor.close();
});

function send(request: Partial<HttpRequest>): Promise<unknown> {
  const fields = { token: 'the-secret-token', baseUrl: vendor.origin };
  const client = core.connect(vendorConnector, { id: 'filling', kind: 'apiToken', fields });
  return client.send({ method: 'POST', path: path`/hooks`, ...request }).catch((error: unknown) => error);
}

describe('a field of the connection in a body', () => {
  it('is put in its place as the request is sent, and the request itself stays without it', async () => {
    const body = { name: 'ours', auth: { type: 'bearer' } };
    await send({ body, fill: { '/auth/token': 'token', '/deep/er': 'token' } });
    expect(JSON.parse(vendor.seen[0]!.body)).toEqual({
      name: 'ours',
      auth: { type: 'bearer', token: 'the-secret-token' },
      deep: { er: 'the-secret-token' },
    });
    expect(body).toEqual({ name: 'ours', auth: { type: 'bearer' } });
  });

  it('that the connection lacks is named, and nothing is sent', async () => {
    const failure = await send({ body: {}, fill: { '/token': 'webhookToken' } });
    expect(failure).toMatchObject({ code: 'E_AUTH', message: expect.stringContaining('“webhookToken”') });
    expect(vendor.seen).toEqual([]);
  });

  it('goes to no other host', async () => {
    const failure = await send({
      path: undefined,
      url: 'https://elsewhere.example/',
      body: {},
      fill: { '/t': 'token' },
    });
    expect(failure).toMatchObject({ code: 'E_EGRESS' });
  });
});
