/**
 * The expression host: reads requests from standard input, evaluates one after the other and answers on standard output.
 * Runs in a process of its own, hardened by the flags that the server starts it with, by `lockDown` and
 * by `lockIntrinsics`.
 */
import { mayImpersonate, stripImpostors } from './data.js';
import { answer } from './evaluate.js';
import { lockIntrinsics } from './intrinsics.js';
import { limits } from './limits.js';
import { inputLines, writeLine } from './lines.js';
import { lockDown } from './lockdown.js';
import type { HostAnswer, HostReady, HostRequest } from './protocol.js';

lockDown();
lockIntrinsics();
writeLine(JSON.stringify({ ready: true } satisfies HostReady));

let chunk = -1;
let chunkBegan = 0;
for (const line of inputLines()) {
  const request = JSON.parse(line) as HostRequest;
  if (request.chunk !== chunk) {
    chunk = request.chunk;
    chunkBegan = Date.now();
  }
  if (Date.now() - chunkBegan > limits.slice) {
    writeLine(JSON.stringify({ id: request.id, later: true } satisfies HostAnswer));
    continue;
  }
  if (mayImpersonate(line)) stripImpostors(request);
  writeLine(await answer(request));
}
