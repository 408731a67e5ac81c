/**
 * `npm run bench`: Castellan beside raw Temporal on one machine, in one run, with the product's own Postgres, Temporal
 * and settings. A row counts only when every request was answered as it should be and every run is in the history with
 * all its steps; the command then ends with 0, whether targets are met or not.
 */
import { adminSession, newInstallation, removeInstallation, startServer } from '../server/test/harness/index.js';
import { startServices } from '../server/test/harness/services.js';
import { type Load, type Measured, putLoad } from './load.js';
import { type RawTemporal, startRawTemporal } from './raw-temporal.js';
import { makeRow, printMachine, printRows, type Row, writeRows } from './report.js';
import { startWebhookFlow, type WebhookFlow } from './webhook-flow.js';

/** The webhook flow with so many callers at a time, and what design asks of it. */
interface Case {
  callers: number;
  /** At most so many. */
  requests: number;
  unit: Row['unit'];
  target: number;
}

const cases: Case[] = [
  { callers: 1, requests: 300, unit: 'ms', target: 30 },
  { callers: 16, requests: 2_000, unit: 'runs/s', target: 150 },
  { callers: 64, requests: 6_000, unit: 'runs/s', target: 400 },
  { callers: 200, requests: 12_000, unit: 'runs/s', target: 800 },
];
const seconds = 20;
/** Raw Temporal is steadier, and only the reference. */
const referenceSeconds = 8;
/** Not counted: code is compiled, connections are opened and the expression host's processes are started. */
const warmUp: Load = { callers: 8, requests: 400, seconds: 15 };

const toStop: (() => unknown)[] = [];
const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort(new Error('Interrupted: nothing is written.')));
try {
  printMachine();
  const rows = await measureAll();
  printRows(rows);
  writeRows(rows);
  if (rows.some((row) => row.problem !== undefined)) process.exitCode = 1;
} finally {
  // The latest first; what cannot be stopped does not keep the others running.
  for (const stop of toStop.reverse()) {
    try {
      await stop();
    } catch (error) {
      console.error(`  ${(error as Error).message}`);
    }
  }
}

async function measureAll(): Promise<Row[]> {
  const { postgres, temporal, stop } = await startServices();
  toStop.push(stop);
  const installation = newInstallation();
  toStop.push(() => removeInstallation(installation));
  const server = await startServer({ database: postgres, temporal, installation });
  toStop.push(() => server.stop());
  const raw = await startRawTemporal(temporal);
  toStop.push(() => raw.stop());
  const flow = await startWebhookFlow(await adminSession(server), postgres.url);
  toStop.push(() => flow.stop());

  await putLoad('raw-warm', warmUp, raw.send, interrupted.signal);
  await putLoad('warm', warmUp, flow.send, interrupted.signal);
  const rows: Row[] = [];
  for (const each of cases) rows.push(await measure(each, raw, flow));
  return rows;
}

async function measure(each: Case, raw: RawTemporal, flow: WebhookFlow): Promise<Row> {
  const { callers, requests, unit, target } = each;
  const title = `webhook → shape → branch → shape → respond, ${callers} ${callers === 1 ? 'caller' : 'callers'}`;
  console.log(`  ${title} …`);
  const id = `with-${callers}`;
  const { signal } = interrupted;
  const reference = await putLoad(`raw-${id}`, { callers, requests, seconds: referenceSeconds }, raw.send, signal);
  const measured = await putLoad(id, { callers, requests, seconds }, flow.send, signal);
  const missing = await flow.findMissing(id, measured.answered);
  const row = {
    case: title,
    value: figure(measured, unit),
    unit,
    reference: figure(reference, unit),
    target,
  };
  return makeRow(row, problemOf([...reference.failures, ...measured.failures, ...missing]));
}

function figure(measured: Measured, unit: Row['unit']): number {
  return unit === 'ms' ? measured.p50Ms : measured.answered.length / measured.seconds;
}

function problemOf(sentences: string[]): string | undefined {
  const [first, ...more] = sentences;
  return first === undefined ? undefined : `${first}${more.length > 0 ? `, and ${more.length} more` : ''}`;
}
