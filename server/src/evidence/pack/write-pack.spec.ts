import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { EvidenceManifest } from '@castellan/api';
import { expect, test } from 'vitest';
import { makeSigningPair, signBytes } from './signing-key.js';
import { writePack } from './write-pack.js';

const { publicKey, privateKey } = makeSigningPair();
const lineBytes = 1_000;
const lineCount = 100_000;

test('a pack is written only as far as it is read, and no further once its reader has gone', async () => {
  let asked = 0;
  let ended = false;
  async function* lines(): AsyncIterable<string> {
    try {
      for (; asked < lineCount; asked += 1) yield randomBytes(lineBytes / 2).toString('hex');
    } finally {
      ended = true;
    }
  }
  const pack = writePack({
    files: [{ path: 'steps.jsonl', holds: 'steps', content: lines }],
    about: async () => ({}) as EvidenceManifest,
    ...{ publicKey, sign: (bytes) => signBytes(bytes, privateKey), at: new Date() },
  });
  await once(pack, 'readable');
  // Whatever can go on without a reader does so until nothing moves any more.
  for (let before = -1; before !== asked; ) {
    before = asked;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(asked * lineBytes).toBeLessThan(2_000_000);
  pack.destroy();
  await expect.poll(() => ended).toBe(true);
});
