import { createSocket, type Socket } from 'node:dgram';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHttpCore } from './core.js';
import { dnsResolver } from './egress.js';

/** A name server that knows one IPv4 address for names that begin with “known” and nothing else. */
let nameServer: Socket;
let place: string;

beforeAll(async () => {
  nameServer = createSocket('udp4');
  nameServer.on('message', (query, { port, address }) => {
    const question = query.subarray(12, query.indexOf(0, 12) + 5);
    const wantsIPv4 = question.readUInt16BE(question.length - 4) === 1;
    const known = question.subarray(1, 6).toString() === 'known';
    const header = Buffer.alloc(12);
    query.copy(header, 0, 0, 2);
    // A response with recursion; “no such name” unless it is known.
    header.writeUInt16BE(known ? 0x8180 : 0x8183, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(known && wantsIPv4 ? 1 : 0, 6);
    const answer = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 127, 0, 0, 1]);
    nameServer.send(Buffer.concat([header, question, ...(known && wantsIPv4 ? [answer] : [])]), port, address);
  });
  await new Promise<void>((bound) => nameServer.bind(0, '127.0.0.1', bound));
  place = `127.0.0.1:${nameServer.address().port}`;
});
afterAll(() => nameServer.close());

describe('EGRESS_DNS', () => {
  it('answers with the addresses that the name server knows', async () => {
    expect(await dnsResolver([place])('known.example')).toEqual(['127.0.0.1']);
    await expect(dnsResolver([place])('missing.example')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });

  it('is what the guard goes by', async () => {
    const core = createHttpCore({ resolve: dnsResolver([place]) });
    const call = core.open().send({ method: 'GET', url: 'http://known.example/' });
    await expect(call).rejects.toMatchObject({
      code: 'E_EGRESS',
      message: expect.stringContaining('EGRESS_ALLOW=known.example:80'),
    });
    const missing = core.open().send({ method: 'GET', url: 'http://missing.example/' });
    await expect(missing).rejects.toMatchObject({ name: 'RetryableError' });
    await core.close();
  });
});
