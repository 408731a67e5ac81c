import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { requestTimes, takeBodiesAsBytes } from './http-limits.js';

const megabyte = 1024 * 1024;
let fastify: FastifyInstance;
const opened: Socket[] = [];

beforeAll(async () => {
  fastify = Fastify(requestTimes);
  takeBodiesAsBytes(fastify);
  fastify.post('/api/flows', (request) => ({ bytes: (request.body as Buffer).length }));
  fastify.post('/hooks/alert', (request) => ({ bytes: (request.body as Buffer).length }));
  await fastify.listen({ host: '127.0.0.1', port: 0 });
});

afterEach(() => {
  for (const socket of opened.splice(0)) socket.destroy();
});

afterAll(() => fastify.close());

/** A client that reads only when it has sent all that it wants to send, as browsers do. */
async function client(): Promise<{ send(part: string | Buffer): Promise<void>; read(until: RegExp): Promise<string> }> {
  const socket = connect((fastify.server.address() as AddressInfo).port, '127.0.0.1');
  opened.push(socket);
  // A write that fails says so itself.
  socket.on('error', () => undefined);
  socket.pause();
  await once(socket, 'connect');
  return {
    send: (part) => new Promise((sent, failed) => socket.write(part, (error) => (error ? failed(error) : sent()))),
    read: async (until) => {
      let text = '';
      for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
        text += chunk;
        if (until.test(text)) return text;
      }
      throw new Error(`The connection ended after: ${text}`);
    },
  };
}

const part = Buffer.alloc(megabyte, 'x');
const inOnePiece = (path: string, megabytes: number): string =>
  `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${megabytes * megabyte}\r\n\r\n`;

describe('a body that is too large', () => {
  test.each(['/api/flows', '/hooks/alert'])(
    'is read to its end for %s, so that the answer reaches its sender',
    async (path) => {
      const { send, read } = await client();
      await send(inOnePiece(path, 20));
      for (let sent = 0; sent < 20; sent++) await send(part);
      expect(await read(/\r\n\r\n/)).toMatch(/^HTTP\/1\.1 413 /);
    },
  );

  test('is so, too, where its length is not told before', async () => {
    const { send, read } = await client();
    await send('POST /hooks/alert HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n');
    for (let sent = 0; sent < 20; sent++) {
      await send(`${megabyte.toString(16)}\r\n`);
      await send(part);
      await send('\r\n');
    }
    await send('0\r\n\r\n');
    expect(await read(/\r\n\r\n/)).toMatch(/^HTTP\/1\.1 413 /);
  });

  test('leaves the connection to the next request', async () => {
    const { send, read } = await client();
    await send(inOnePiece('/hooks/alert', 3));
    for (let sent = 0; sent < 3; sent++) await send(part);
    await send('POST /hooks/alert HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}');
    expect(await read(/\{"bytes":2\}/)).toMatch(/^HTTP\/1\.1 413 [\s\S]*HTTP\/1\.1 200 /);
  });
});
