import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isPublicAddress } from './address.js';
import { createHttpCore } from './core.js';
import type { EgressPolicy } from './egress.js';

let canary: Server;
let port: number;
let hits: string[] = [];

beforeAll(async () => {
  canary = createServer((request, response) => {
    hits.push(request.url ?? '');
    const [, status, location] = /^\/(\d{3})\/(.+)$/.exec(request.url ?? '') ?? [];
    if (location) response.writeHead(Number(status), { location: decodeURIComponent(location) });
    response.end('inside');
  });
  await new Promise<void>((listening) => canary.listen(0, '::', listening));
  port = (canary.address() as AddressInfo).port;
});
beforeEach(() => {
  hits = [];
});
afterAll(() => {
  canary.closeAllConnections();
  canary.close();
});

async function get(url: string, policy: EgressPolicy = {}): Promise<unknown> {
  const core = createHttpCore(policy, { connectMs: 1_000 });
  try {
    return await core.open().send({ method: 'GET', url });
  } catch (error) {
    return error;
  } finally {
    await core.close();
  }
}

const refusal = { name: 'FatalError', code: 'E_EGRESS' };

describe('the egress guard', () => {
  it.each([
    '127.0.0.1',
    '127.0.0.1.',
    '127.1',
    '127.0.1',
    '127.255.255.254',
    '0x7f.1',
    '0x7f000001',
    '0X7F.0x0.0.1',
    '2130706433',
    '017700000001',
    '0177.0.0.01',
    '0',
    '0.0.0.0',
    'localhost',
    'localhost.',
    'LocalHost',
    '①②⑦.⓪.⓪.①',
    '127。0。0。1',
    '%31%32%37.0.0.1',
    '[::1]',
    '[::]',
    '[0:0:0:0:0:0:0:1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[0:0:0:0:0:ffff:7f00:0001]',
    '[::127.0.0.1]',
    '[::7f00:1]',
    '[64:ff9b::7f00:1]',
    '[64:ff9b:1::7f00:1]',
    '[2002:7f00:1::]',
  ])('keeps %s from leading inside', async (spelling) => {
    expect(await get(`http://${spelling}:${port}/`)).toMatchObject(refusal);
    expect(hits).toEqual([]);
  });

  it.each([
    '169.254.169.254',
    '168.63.129.16',
    '100.100.100.200',
    '10.0.0.1',
    '172.31.0.1',
    '192.168.1.1',
    '198.18.0.1',
    '[fd00:ec2::254]',
    '[fe80::1]',
    '[fec0::1]',
  ])('does not call %s', async (address) => {
    expect(await get(`http://${address}/`)).toMatchObject(refusal);
  });

  it('judges a name by what it resolves to', async () => {
    expect(await get(`http://inside.example:${port}/`, { resolve: async () => ['127.0.0.1'] })).toMatchObject(refusal);
    expect(await get(`http://inside.example:${port}/`, { resolve: async () => ['::1', '10.1.2.3'] })).toMatchObject(
      refusal,
    );
    expect(hits).toEqual([]);
  });

  it('never connects to the private one of several addresses', async () => {
    const resolve = async () => ['127.0.0.1', '192.0.2.1', '203.0.113.7'];
    expect(await get(`http://mixed.example:${port}/`, { resolve })).toBeInstanceOf(Error);
    expect(hits).toEqual([]);
  });

  it('connects to what it has checked, so that a name cannot change its mind in between', async () => {
    const answers = [['2000::1'], ['127.0.0.1'], ['127.0.0.1']];
    let asked = 0;
    const resolve = async () => answers[asked++] ?? ['127.0.0.1'];
    expect(await get(`http://rebind.example:${port}/`, { resolve })).toMatchObject({ name: 'RetryableError' });
    expect(asked).toBe(1);
    expect(hits).toEqual([]);
  });

  it('checks every redirect', async () => {
    const policy = { allow: [`127.0.0.1:${port}`] };
    for (const target of [
      `http://localhost:${port}/`,
      `http://[::1]:${port}/`,
      'http://169.254.169.254/latest',
      'file:///etc/passwd',
    ]) {
      expect(await get(`http://127.0.0.1:${port}/302/${encodeURIComponent(target)}`, policy)).toMatchObject(refusal);
    }
    expect(hits).toHaveLength(4);
  });

  it('says which setting opens a refused address', async () => {
    const error = await get(`http://127.0.0.1:${port}/`);
    expect(error).toMatchObject({ message: expect.stringContaining(`EGRESS_ALLOW=127.0.0.1:${port}`) });
  });

  it('opens what the setting names, that host and that port only', async () => {
    const policy = { allow: [`127.0.0.1:${port}`, 'localhost:1'] };
    expect(await get(`http://127.0.0.1:${port}/`, policy)).toMatchObject({ status: 200, body: 'inside' });
    expect(await get(`http://localhost:${port}/`, policy)).toMatchObject(refusal);
    expect(await get(`http://[::1]:${port}/`, { allow: [`[::1]:${port}`] })).toMatchObject({ status: 200 });
  });

  it.each(['file:///etc/passwd', 'ftp://example.com/', 'data:text/plain,hello'])(
    'calls http and https only, not %s',
    async (url) => {
      expect(await get(url)).toMatchObject(refusal);
    },
  );
});

describe('a proxy', () => {
  let proxy: Server;
  let asked: string[] = [];

  beforeAll(async () => {
    proxy = createServer();
    proxy.on('connect', (request, socket) => {
      asked.push(request.url ?? '');
      const inner = connect(port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        inner.pipe(socket).pipe(inner);
      });
      inner.on('error', () => socket.destroy());
      socket.on('error', () => inner.destroy());
    });
    await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening));
  });
  beforeEach(() => {
    asked = [];
  });
  afterAll(() => {
    proxy.closeAllConnections();
    proxy.close();
  });

  const policy = (): EgressPolicy => ({
    proxy: { http: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` },
    resolve: async () => {
      throw new Error('only the proxy can resolve');
    },
  });

  it('is given names that only it can resolve', async () => {
    expect(await get('http://vendor.example/hello', policy())).toMatchObject({ status: 200, body: 'inside' });
    expect(asked).toEqual(['vendor.example:80']);
  });

  it('is not asked for private addresses', async () => {
    expect(await get('http://169.254.169.254/', policy())).toMatchObject(refusal);
    expect(await get('http://inside.example/', { ...policy(), resolve: async () => ['10.0.0.1'] })).toMatchObject(
      refusal,
    );
    expect(asked).toEqual([]);
  });
});

describe('an address', () => {
  it.each(['8.8.8.8', '1.1.1.1', '2606:4700::1111', '::ffff:8.8.8.8'])('%s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each(['', 'localhost', '::ffff:10.0.0.1', '224.0.0.1', '255.255.255.255', '2001:db8::1', 'ff02::1'])(
    '%s is not',
    (address) => {
      expect(isPublicAddress(address)).toBe(false);
    },
  );
});
