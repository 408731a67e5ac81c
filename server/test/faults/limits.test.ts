import { readdirSync, readFileSync } from 'node:fs';
import type { RunRow } from '@castellan/api';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deliver, httpConnection, publishFlow, readRun, stepsOf, until, wires } from '../harness/flows.js';
import {
  adminSession,
  type Session,
  startPostgres,
  startServer,
  startTemporal,
  type TestDatabase,
  type TestServer,
  type TestTemporal,
} from '../harness/index.js';
import { startVendor, type Vendor } from '../harness/vendor.js';

/** What is very much: items, bytes, steps. */
let server: TestServer;
let admin: Session;
let database: TestDatabase;
let temporal: TestTemporal;
let vendor: Vendor;
let connection: string;

beforeAll(async () => {
  vendor = await startVendor();
  [database, temporal] = await Promise.all([startPostgres(), startTemporal()]);
  server = await startServer({ database, temporal, env: { EGRESS_ALLOW: vendor.address } });
  admin = await adminSession(server);
  connection = await httpConnection(admin);
});

afterAll(async () => {
  await server?.stop();
  await vendor?.stop();
});

const slots = () => ({ vendor: { connector: 'http', title: 'Vendor', id: connection } });
const get = (path: string) => ({
  kind: 'action',
  connection: 'vendor',
  operation: 'get',
  input: { url: `${vendor.url}${path}` },
  retry: { attempts: 1 },
});
const loop = (body: object = {}) => ({
  kind: 'loop',
  items: { jsonata: '[1..trigger.body.items]' },
  concurrency: 100,
  steps: { double: { kind: 'shape', output: { jsonata: 'item * 2' } } },
  wires: wires('each:each -> double'),
  ...body,
});
const flowOf = (steps: Record<string, unknown>, ...lines: string[]) =>
  publishFlow(admin, {
    connections: slots(),
    triggers: { hook: { kind: 'webhook' } },
    steps,
    wires: wires(...lines),
  });

async function start(url: string | undefined, body: unknown = {}): Promise<string> {
  const answer = await deliver(url ?? '', body);
  expect(answer.status).toBe(202);
  return answer.body.runId as string;
}

/** The run once it has ended; a busy server may answer now and then that it cannot say. */
const ended = (runId: string, seconds = 200): Promise<RunRow> =>
  until(
    `the end of run ${runId}`,
    async () => {
      const { status, body } = await admin.inWorkspace<RunRow>('GET', `/runs/${runId}`);
      return status === 200 && body.endedAt !== null && body;
    },
    seconds,
  );

/** Megabytes that the server and its expression hosts hold. */
function resident(): number {
  const own = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => pid === String(server.pid) || parentOf(pid) === String(server.pid));
  return own.reduce((sum, pid) => sum + kilobytesOf(pid), 0) / 1_024;
}
const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};
const parentOf = (pid: string): string | undefined => /^PPid:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1];
const kilobytesOf = (pid: string): number => Number(/^VmRSS:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0);

/** The most that they hold until the work is done. */
async function peakOf(work: () => Promise<unknown>): Promise<number> {
  let most = resident();
  const timer = setInterval(() => {
    most = Math.max(most, resident());
  }, 100);
  await work();
  clearInterval(timer);
  return most;
}

test('a loop over 1,000,000 items is refused at once with a named error; its flow goes on by the error port', async () => {
  const { hooks } = await flowOf(
    { each: loop(), told: { kind: 'shape', output: { jsonata: 'steps.each.error.code' } } },
    'hook -> each',
    'each:error -> told',
  );
  const runId = await start(hooks.hook, { items: 1_000_000 });
  expect((await ended(runId)).status).toBe('succeeded');
  const { each, told } = await stepsOf(admin, runId);
  expect(each).toMatchObject({ status: 'failed', error: { code: 'E_LIMIT' } });
  expect(told?.output).toBe('E_LIMIT');
});

test('100,000 items that are collected take hardly more memory than 10,000, and their run is cancelled like any other', async () => {
  const { hooks } = await flowOf(
    {
      each: loop({ collect: { jsonata: 'steps.double.output' } }),
      sum: { kind: 'shape', output: { jsonata: '$sum(steps.each.output.items)' } },
    },
    'hook -> each',
    'each -> sum',
  );
  const done = async (items: number) => {
    const runId = await start(hooks.hook, { items, note: 'x'.repeat(2_000) });
    expect((await ended(runId)).status).toBe('succeeded');
    const [row] = await database.query<{ output: number }>(
      `select output::text::float8 as output from steps where run_id = $1 and step_id = 'sum'`,
      [runId],
    );
    expect(row?.output).toBe(items * (items + 1));
  };
  await done(1_000);
  const some = await peakOf(() => done(10_000));
  const many = await peakOf(() => done(100_000));
  expect(many - some).toBeLessThan(200);

  const runId = await start(hooks.hook, { items: 100_000 });
  await until('the loop to be under way', async () => (await stepsOf(admin, runId)).each?.status === 'running');
  expect((await admin.inWorkspace('POST', `/runs/${runId}/cancel`)).status).toBe(202);
  expect((await ended(runId)).status).toBe('cancelled');
});

test('what a loop collects is refused once it is too much, before all of it is in memory', async () => {
  const { hooks } = await flowOf(
    {
      each: loop({
        collect: { jsonata: 'steps.double.output' },
        steps: { double: { kind: 'shape', output: { jsonata: '$pad("", 100000, "x")' } } },
      }),
    },
    'hook -> each',
  );
  const growth = async (items: number) => {
    const before = resident();
    const peak = await peakOf(async () => {
      const run = await ended(await start(hooks.hook, { items }));
      expect(run.error).toMatchObject({ code: 'E_OUTPUT_TOO_LARGE', stepId: 'each' });
    });
    return peak - before;
  };
  expect(await growth(2_000)).toBeLessThan(400);
});

test('answers of 100 MB end as E_OUTPUT_TOO_LARGE, and the server grows by less than one of them', async () => {
  vendor.script('/huge', () => ({ body: { text: 'x'.repeat(100_000_000) } }));
  const { hooks } = await flowOf({ read: get('/huge') }, 'hook -> read');
  const before = resident();
  const peak = await peakOf(async () => {
    const runs = await Promise.all([1, 2, 3].map(() => start(hooks.hook)));
    for (const runId of runs) {
      expect((await ended(runId)).error).toMatchObject({ code: 'E_OUTPUT_TOO_LARGE' });
    }
  });
  expect(peak - before).toBeLessThan(100);
});

test('a run of over 10,000 steps comes to its end in fresh executions of its workflow', async () => {
  vendor.script('/quick', () => ({ body: {} }));
  const shapes = Array.from({ length: 14 }, (_, at) => `s${at}`);
  const body = {
    items: { jsonata: '[1..720]' },
    concurrency: 1,
    steps: {
      call: get('/quick'),
      ...Object.fromEntries(shapes.map((name) => [name, { kind: 'shape', output: { jsonata: 'item' } }])),
    },
    wires: wires('each:each -> call', ...shapes.map((name, at) => `${at === 0 ? 'call' : shapes[at - 1]} -> ${name}`)),
  };
  const { hooks } = await flowOf({ each: loop(body) }, 'hook -> each');
  const runId = await start(hooks.hook);
  const run = await ended(runId);
  expect(run.status).toBe('succeeded');
  const [count] = await database.query<{ count: number }>(
    `select count(*)::int as count from steps where run_id = $1 and status = 'succeeded'`,
    [runId],
  );
  expect(count?.count).toBe(720 * 15 + 1);
  expect(vendor.to('/quick')).toHaveLength(720);
  expect(await isContinued(runId)).toBe(true);
  expect((await readRun(admin, runId)).error).toBeNull();
});

/** Whether the last execution of the run's carrier goes on with an earlier one. */
async function isContinued(runId: string): Promise<boolean> {
  const [row] = await database.query<{ carrier: string }>('select carrier from runs where id = $1', [runId]);
  const connected = await Connection.connect({ address: temporal.address });
  const client = new Client({ connection: connected, namespace: temporal.namespace });
  const { events } = await client.workflow.getHandle(row?.carrier ?? '').fetchHistory();
  await connected.close();
  return Boolean(events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId);
}
