import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { download, fetchText } from './download.js';

const CONTENT = Buffer.alloc(300_000, 'castellan');
let server: Server;
let origin: string;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'castellan-download-'));
  server = createServer((request, response) => {
    if (request.url === '/list') response.end('abc  file\n');
    else if (request.url === '/moved') response.writeHead(302, { location: '/file' }).end();
    else if (request.url === '/file') response.writeHead(200, { 'content-length': CONTENT.length }).end(CONTENT);
    else if (request.url === '/cut') {
      response.writeHead(200, { 'content-length': CONTENT.length });
      response.write(CONTENT.subarray(0, 1_000), () => response.destroy());
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a download', () => {
  it('is written whole, through redirects, and told as it arrives', async () => {
    const file = join(folder, 'whole');
    const seen: [number, number | undefined][] = [];
    await download(`${origin}/moved`, file, (done, total) => seen.push([done, total]));
    expect(readFileSync(file).equals(CONTENT)).toBe(true);
    expect(seen.at(-1)).toEqual([CONTENT.length, CONTENT.length]);
  });

  it('that is cut off fails', async () => {
    await expect(download(`${origin}/cut`, join(folder, 'cut'), () => undefined)).rejects.toThrow();
  });

  it('that the host does not have fails with its status', async () => {
    await expect(download(`${origin}/none`, join(folder, 'none'), () => undefined)).rejects.toThrow('answered 404');
  });

  it('from a host that cannot be reached fails and names it', async () => {
    await expect(fetchText('http://127.0.0.1:9/list')).rejects.toThrow('127.0.0.1:9 could not be reached');
  });

  it('of a small text gives the text', async () => {
    expect(await fetchText(`${origin}/list`)).toBe('abc  file\n');
  });
});
