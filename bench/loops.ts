import { httpConnection, publishFlow, wires } from '../server/test/harness/flows.js';
import { type ProcessorTime, perRun, processorTimeOf, sumOf } from './processor-time.js';
import { makeRow, type Row } from './report.js';
import { residentMegabytes } from './resident.js';
import { senderTo } from './sender.js';
import type { Surroundings } from './surroundings.js';

const calls = 1_000;
const atOnce = 100;
const manyItems = 100_000;

/** A loop of calls against the clock, and a long one against the memory. */
export async function measureLoops(on: Surroundings): Promise<Row[]> {
  return [await measureCalls(on), await measureMemory(on)];
}

async function measureCalls({ admin, vendor, raw, signal }: Surroundings): Promise<Row> {
  console.log(`  loop of ${calls} HTTP actions …`);
  const connection = await httpConnection(admin);
  const { hooks } = await publishFlow(admin, {
    name: 'A loop of calls',
    connections: { vendor: { connector: 'http', title: 'Vendor', id: connection } },
    triggers: { hook: { kind: 'webhook', respond: 'end' } },
    steps: {
      each: {
        kind: 'loop',
        items: { jsonata: `[1..${calls}]` },
        concurrency: atOnce,
        steps: {
          call: {
            kind: 'action',
            connection: 'vendor',
            operation: 'get',
            input: { url: { jsonata: `"${vendor.url}/quick?item=" & $string(item)` } },
          },
        },
        wires: wires('each:each -> call'),
      },
      answer: { kind: 'respond', body: { jsonata: 'steps.each.output' } },
    },
    wires: wires('hook -> each', 'each -> answer'),
  });
  const sender = senderTo(hooks.hook as string);
  const took: number[] = [];
  const rawTook: number[] = [];
  const worked: ProcessorTime[] = [];
  let problem: string | undefined;
  for (let round = 0; round < 4; round++) {
    signal.throwIfAborted();
    rawTook.push(await secondsFor(() => raw.call(`raw-loop-${round}`, `${vendor.url}/quick`, calls, atOnce)));
    let text = '';
    const { result, spent } = await processorTimeOf(() =>
      secondsFor(async () => ({ text } = await sender.post({ round }))),
    );
    took.push(result);
    if (round > 0) worked.push(spent);
    const { count, failed } = JSON.parse(text) as { count?: number; failed?: number };
    if (count !== calls || failed !== 0) problem = `the loop answered ${text.slice(0, 200)}`;
  }
  await sender.stop();
  // The first round is the warm-up.
  const value = Math.min(...took.slice(1));
  const reference = Math.min(...rawTook.slice(1));
  const title = `loop of ${calls.toLocaleString('en')} HTTP actions at concurrency ${atOnce}`;
  const processorMs = perRun(sumOf(worked), worked.length);
  return makeRow({ case: title, value, unit: 's', reference, target: 0.7, processorMs }, problem);
}

/** How far the server grows over a loop that is a hundred times as long as one before. */
async function measureMemory({ admin, signal }: Surroundings): Promise<Row> {
  console.log(`  loop of ${manyItems} items …`);
  const { hooks } = await publishFlow(admin, {
    name: 'A long loop',
    triggers: { hook: { kind: 'webhook', respond: 'now' } },
    steps: {
      each: {
        kind: 'loop',
        items: { jsonata: '[1..trigger.body.items]' },
        concurrency: atOnce,
        steps: { double: { kind: 'shape', output: { jsonata: 'item * 2' } } },
        wires: wires('each:each -> double'),
      },
    },
    wires: wires('hook -> each'),
  });
  const sender = senderTo(hooks.hook as string);
  const run = async (items: number): Promise<string> => {
    const { text } = await sender.post({ items });
    const { runId } = JSON.parse(text) as { runId: string };
    for (;;) {
      signal.throwIfAborted();
      const { body } = await admin.inWorkspace<{ status: string; endedAt: string | null }>('GET', `/runs/${runId}`);
      if (body.endedAt) return body.status;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  };
  await run(1_000);
  const before = residentMegabytes();
  const status = await run(manyItems);
  const after = residentMegabytes();
  await sender.stop();
  const title = `loop of ${manyItems.toLocaleString('en')} items: growth of all processes`;
  const problem = status === 'succeeded' ? undefined : `the run is ${status}`;
  return makeRow(
    { case: title, value: Math.max(0, after - before), unit: 'MB', reference: null, target: 150 },
    problem,
  );
}

async function secondsFor(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1_000;
}
