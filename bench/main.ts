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

interface Case extends Load {
  id: string;
  title: string;
  unit: Row['unit'];
  target: number;
}

const webhook = 'webhook → shape → branch → shape → respond';
const cases: Case[] = [
  { id: 'one', title: `${webhook}, 1 caller`, callers: 1, requests: 300, seconds: 20, unit: 'ms', target: 30 },
  {
    id: 'few',
    title: `${webhook}, 16 callers`,
    callers: 16,
    requests: 2_000,
    seconds: 20,
    unit: 'runs/s',
    target: 150,
  },
  {
    id: 'many',
    title: `${webhook}, 64 callers`,
    callers: 64,
    requests: 6_000,
    seconds: 20,
    unit: 'runs/s',
    target: 400,
  },
  {
    id: 'most',
    title: `${webhook}, 200 callers`,
    callers: 200,
    requests: 12_000,
    seconds: 20,
    unit: 'runs/s',
    target: 800,
  },
];
/** Not counted: code is compiled, connections are opened and the expression host's processes are started. */
const warmUp: Load = { callers: 8, requests: 400, seconds: 15 };
/** Raw Temporal is steadier, and only the reference. */
const referenceSeconds = 8;

const toStop: (() => unknown)[] = [];
process.once('SIGINT', () => void stopAll().finally(() => process.exit(130)));
try {
  printMachine();
  const rows = await measureAll();
  printRows(rows);
  writeRows(rows);
  if (rows.some((row) => row.problem !== undefined)) process.exitCode = 1;
} finally {
  await stopAll();
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

  await putLoad('raw-warm', warmUp, raw.send);
  await putLoad('warm', warmUp, flow.send);
  const rows: Row[] = [];
  for (const each of cases) rows.push(await measure(each, raw, flow));
  return rows;
}

async function measure(each: Case, raw: RawTemporal, flow: WebhookFlow): Promise<Row> {
  console.log(`  ${each.title} …`);
  const reference = await putLoad(`raw-${each.id}`, { ...each, seconds: referenceSeconds }, raw.send);
  const measured = await putLoad(each.id, each, flow.send);
  const missing = await flow.findMissing(each.id, measured.answered);
  const row = {
    case: each.title,
    value: figure(measured, each.unit),
    unit: each.unit,
    reference: figure(reference, each.unit),
    target: each.target,
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

/** Whatever was started, the latest first. */
async function stopAll(): Promise<void> {
  for (const stop of toStop.splice(0).reverse()) await stop();
}
