import { setTimeout as delay } from 'node:timers/promises';
import { httpConnection, publishFlow, wires } from '../server/test/harness/flows.js';
import { putLoad, quantile } from './load.js';
import { perRun, processorTimeOf } from './processor-time.js';
import { makeRow, problemOf, type Row } from './report.js';
import { type Sender, senderTo } from './sender.js';
import type { Surroundings } from './surroundings.js';

const burst = 6_000;
const callers = 64;
const referenceSeconds = 10;

/** Runs that call a vendor three times, alone and beside runs that call a slow one. */
export async function measureHttpCalls(on: Surroundings): Promise<Row[]> {
  const connection = await httpConnection(on.admin);
  const fast = await callingFlow(on, connection, 'quick');
  const slow = await callingFlow(on, connection, 'slow');
  const fastSender = senderTo(fast.hook);
  const slowSender = senderTo(slow.hook);
  const rows = [
    ...(await measureBurst(on, fast.id, fastSender)),
    await measureBeside(on, fast.id, fastSender, slowSender),
  ];
  await fastSender.stop();
  await slowSender.stop();
  return rows;
}

/** webhook → three actions, one after the other. */
async function callingFlow({ admin, vendor }: Surroundings, connection: string, path: 'quick' | 'slow') {
  const call = (n: number) => ({
    kind: 'action',
    connection: 'vendor',
    operation: 'get',
    input: { url: { jsonata: `"${vendor.url}/${path}?call=${n}&id=" & trigger.body.id` } },
  });
  const { id, hooks } = await publishFlow(admin, {
    name: `Calls, ${path}`,
    connections: { vendor: { connector: 'http', title: 'Vendor', id: connection } },
    triggers: { hook: { kind: 'webhook' } },
    steps: { one: call(1), two: call(2), three: call(3) },
    wires: wires('hook -> one', 'one -> two', 'two -> three'),
  });
  return { id, hook: hooks.hook as string };
}

const stepsOf = () => ['one', 'two', 'three'];

const post = (sender: Sender) => async (id: string) => {
  const { status, text } = await sender.post({ id });
  if (status !== 202) throw new Error(`it was answered ${status} ${text}`);
};

async function measureBurst(
  { raw, vendor, history, signal }: Surroundings,
  flowId: string,
  sender: Sender,
): Promise<Row[]> {
  console.log(`  webhook → 3 HTTP actions, burst of ${burst} …`);
  const load = { callers, requests: burst, seconds: 240 };
  const callRaw = (id: string) => raw.call(id, `${vendor.url}/quick`, 3, 1);
  const reference = await putLoad('raw-calls', { ...load, seconds: referenceSeconds }, callRaw, signal);
  const { result, spent } = await processorTimeOf(async () => {
    const measured = await putLoad('calls', load, post(sender), signal);
    return { measured, missing: await history.findMissing(flowId, measured.answered, stepsOf) };
  });
  const { measured, missing } = result;
  const problem = problemOf([...reference.failures, ...measured.failures, ...missing]);
  const rate = burst / (await history.secondsOf(flowId, 'calls-'));
  const rawRate = reference.answered.length / reference.seconds;
  const title = `webhook → 3 HTTP actions, burst of ${burst.toLocaleString('en')}`;
  return [
    makeRow(
      {
        ...{ case: title, value: rate, unit: 'runs/s', reference: rawRate, target: 150 },
        processorMs: perRun(spent, burst),
      },
      problem,
    ),
    makeRow(
      { case: `${title}: calls`, value: rate * 3, unit: 'calls/s', reference: rawRate * 3, target: 450 },
      problem,
    ),
  ];
}

/** How much longer the runs of the quick vendor take while others wait for a slow one. */
async function measureBeside(
  { history, signal }: Surroundings,
  flowId: string,
  fast: Sender,
  slow: Sender,
): Promise<Row> {
  console.log('  the same with one vendor answering in 5 s …');
  const steady = { callers: 4, requests: 1_000, seconds: 15 };
  const alone = await putLoad('alone', steady, post(fast), signal);
  const missing = await history.findMissing(flowId, alone.answered, stepsOf);
  const stopped = new AbortController();
  const others = putLoad(
    'slow',
    { callers: 2, requests: 200, seconds: 20 },
    async (id) => {
      await post(slow)(id);
      await delay(150);
    },
    stopped.signal,
  ).catch(() => undefined);
  await delay(1_000);
  const beside = await putLoad('beside', steady, post(fast), signal);
  missing.push(...(await history.findMissing(flowId, beside.answered, stepsOf)));
  stopped.abort();
  await others;
  const before = quantile(await history.times(flowId, 'alone-'), 0.99);
  const after = quantile(await history.times(flowId, 'beside-'), 0.99);
  return makeRow(
    {
      case: 'p99 of runs beside a vendor that takes 5 s: rise',
      value: (after / before - 1) * 100,
      unit: '%',
      reference: null,
      target: 20,
    },
    problemOf([...alone.failures, ...beside.failures, ...missing]),
  );
}
