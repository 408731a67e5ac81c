import { execPath, versions } from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleHost, removeHost } from '../../test/expression-host.js';
import type { HostAnswer, HostRequest } from './host/protocol.js';
import { HostProcess } from './host-process.js';

let host: HostProcess;
let file: string;

beforeAll(async () => {
  file = await bundleHost();
  host = new HostProcess({ host: file, node: execPath, nodeVersion: versions.node });
});
afterAll(async () => {
  host.end();
  await removeHost(file);
});

const request = () => ({
  milliseconds: 1_000,
  line: (chunk: number) =>
    JSON.stringify({
      ...{ id: 1, chunk, workspace: 'w', milliseconds: 1_000 },
      ...{ program: { value: { jsonata: '1 + 1' } }, context: {} },
    } satisfies HostRequest),
});

/** Evaluates something of which only a weak reference is left. */
async function evaluated(): Promise<WeakRef<object>> {
  const asked = request();
  const answers: HostAnswer[] = [];
  expect(await host.run([asked], (_, answer) => answers.push(answer))).toEqual({ left: [] });
  expect(answers).toEqual([expect.objectContaining({ ok: true, value: 2 })]);
  return new WeakRef(asked);
}

test('a process holds nothing of what it has answered, however long it lives', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const references = [await evaluated(), await evaluated()];
  for (let round = 0; round < 5; round++) {
    await delay(10);
    collect();
  }
  expect(references.map((reference) => reference.deref())).toEqual([undefined, undefined]);
});
