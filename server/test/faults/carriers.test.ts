import { Client, Connection } from '@temporalio/client';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  deliver,
  endOf,
  httpConnection,
  type PublishedFlow,
  publishFlow,
  readRun,
  stepsOf,
  until,
  wires,
} from '../harness/flows.js';
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

/** Runs that are queued while no worker is there are taken together: they share a carrier, and nothing else. */
let vendor: Vendor;
let database: TestDatabase;
let temporal: TestTemporal;
let api: TestServer;
let worker: TestServer | null = null;
let admin: Session;
let connection: string;
let rows: pg.Pool;
let flow: PublishedFlow;

const settings = () => ({ EGRESS_ALLOW: vendor.address });
const startWorker = async (over: Record<string, string> = {}) => {
  const env = { ...settings(), ...over };
  worker = await startServer({ database, temporal, mode: 'worker', env, installation: api.installation });
};

beforeAll(async () => {
  vendor = await startVendor();
  [database, temporal] = await Promise.all([startPostgres(), startTemporal()]);
  api = await startServer({ database, temporal, mode: 'api', env: settings() });
  admin = await adminSession(api);
  connection = await httpConnection(admin);
  rows = new pg.Pool({ connectionString: database.url, max: 1 });
  flow = await publishFlow(admin, sketch());
});

beforeEach(async () => {
  await worker?.stop();
  worker = null;
});

afterEach(() => vendor.script('/call', () => ({})));

afterAll(async () => {
  await Promise.all([api?.stop(), worker?.stop()]);
  await rows?.end();
  await vendor?.stop();
});

/** One flow whose runs do, by what they are told, one thing each; all end with a call and a shape. */
function sketch() {
  const ofKind = (kind: string) => ({ all: [{ left: { jsonata: 'trigger.body.does' }, op: 'eq', right: kind }] });
  return {
    connections: { vendor: { connector: 'http', title: 'Vendor', id: connection } },
    triggers: { hook: { kind: 'webhook' } },
    steps: {
      begin: { kind: 'shape', output: { jsonata: '{"n": trigger.body.n}' } },
      decide: {
        kind: 'branch',
        cases: ['fails', 'hangs', 'waits', 'grows'].map((name) => ({ name, when: ofKind(name) })),
      },
      fails: { kind: 'stop', outcome: 'fail', message: 'as it was told' },
      hangs: { kind: 'shape', output: { jsonata: '($f := function($n) { $n > 0 ? $f($n - 1) : 0 }; $f(100000000))' } },
      waits: { kind: 'approval', approvers: ['role:admin'], show: { jsonata: 'trigger.body.n' } },
      grows: {
        kind: 'loop',
        items: { jsonata: '[1..3000]' },
        concurrency: 50,
        steps: { double: { kind: 'shape', output: { jsonata: 'item * 2' } } },
        wires: wires('grows:each -> double'),
      },
      call: {
        kind: 'action',
        connection: 'vendor',
        operation: 'get',
        input: { url: { jsonata: `"${vendor.url}/call?does=" & trigger.body.does & "&n=" & $string(trigger.body.n)` } },
      },
      done: { kind: 'shape', output: { jsonata: '"done " & $string(steps.begin.output.n)' } },
    },
    wires: wires(
      ...['hook -> begin', 'begin -> decide', 'decide:fails -> fails', 'decide:hangs -> hangs'],
      ...['decide:waits -> waits', 'decide:grows -> grows', 'decide:else -> call', 'waits:approved -> call'],
      'call -> done',
    ),
  };
}

/** Queues runs that do what is said, then starts the worker. Answers their ids in order. */
async function together(does: string[], env?: Record<string, string>): Promise<string[]> {
  const runIds: string[] = [];
  for (const [n, what] of does.entries()) {
    const { body } = await deliver(flow.hooks.hook as string, { does: what, n });
    runIds.push(body.runId as string);
  }
  await startWorker(env);
  return runIds;
}

const carriersOf = async (runIds: string[]): Promise<string[]> => {
  const found = await rows.query<{ carrier: string }>('select carrier from runs where id = any($1) order by id', [
    runIds,
  ]);
  return found.rows.map(({ carrier }) => carrier);
};

/** Each of these has done all its steps, once. */
async function expectWhole(runIds: string[]): Promise<void> {
  for (const runId of runIds) {
    const run = await endOf(admin, runId, 60);
    expect(run.status).toBe('succeeded');
    const steps = await stepsOf(admin, runId);
    expect(steps.done?.output).toMatch(/^done \d+$/);
    expect(steps.call).toMatchObject({ status: 'succeeded', attempts: 1 });
  }
}

const plain = (count: number): string[] => Array.from({ length: count }, () => 'calls');

test('runs that are queued together share one carrier, and each has its own steps and calls', async () => {
  const runIds = await together(plain(40));
  await expectWhole(runIds);
  // One whose evaluation takes long, on a machine that does other work, has left by then.
  const shared = (await carriersOf(runIds)).filter((carrier) => carrier.startsWith('batch-'));
  expect(new Set(shared).size).toBe(1);
  expect(shared.length).toBeGreaterThan(20);
  const asked = vendor.to('/call').length;
  expect(asked).toBe(40);
});

test('with RUNS_PER_CARRIER=1 each run has a carrier of its own', async () => {
  const runIds = await together(plain(5), { RUNS_PER_CARRIER: '1' });
  await expectWhole(runIds);
  expect(new Set(await carriersOf(runIds)).size).toBe(5);
});

describe('a run does not harm those that share its carrier', () => {
  test('when it fails', async () => {
    const [failing = '', ...others] = await together(['fails', ...plain(5)]);
    await expectWhole(others);
    expect(await endOf(admin, failing)).toMatchObject({ status: 'failed', error: { message: 'as it was told' } });
  });

  test('when an expression of it never ends: it leaves, and fails by itself', async () => {
    const [hanging = '', ...others] = await together(['hangs', ...plain(5)]);
    await expectWhole(others);
    const run = await endOf(admin, hanging, 60);
    expect(run.status).toBe('failed');
    expect(run.error?.code).toMatch(/^E_EXPR/);
    const [own, other] = await carriersOf([hanging, others[0] as string]);
    expect(own).not.toBe(other);
  });

  test('when it is cancelled', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    vendor.script('/call', async () => {
      await held;
      return {};
    });
    const [cancelled = '', ...others] = await together(plain(5));
    await until('five calls under way', async () => vendor.to('/call').length >= 5);
    await admin.inWorkspace('POST', `/runs/${cancelled}/cancel`, {});
    expect((await endOf(admin, cancelled)).status).toBe('cancelled');
    release();
    await expectWhole(others);
  });

  test('when it loops over many items: it leaves and ends by itself', async () => {
    const [large = '', ...others] = await together(['grows', ...plain(5)]);
    await expectWhole(others);
    expect((await endOf(admin, large, 60)).status).toBe('succeeded');
    const [own, other] = await carriersOf([large, others[0] as string]);
    expect(own).not.toBe(other);
  });

  test('when it waits for a person: it leaves, waits in a carrier of its own and goes on when it is decided', async () => {
    const [waiting = '', ...others] = await together(['waits', ...plain(5)]);
    await expectWhole(others);
    const approval = await until('the approval', async () => {
      const { body } = await admin.inWorkspace<{ items: { id: string; runId: string; hash: string }[] }>(
        'GET',
        '/approvals',
      );
      return body.items.find(({ runId }) => runId === waiting);
    });
    const decision = { decision: 'approve', hash: approval.hash };
    await admin.inWorkspace('POST', `/approvals/${approval.id}/decide`, decision);
    await expectWhole([waiting]);
  });

  test('when its vendor takes long: the others are not kept waiting', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let asked = 0;
    vendor.script('/call', async () => {
      if (asked++ === 0) await held;
      return {};
    });
    const runIds = await together(plain(6));
    await until('the end of all but the first', async () => {
      const runs = await Promise.all(runIds.map((runId) => readRun(admin, runId)));
      return runs.filter(({ status }) => status === 'succeeded').length === 5;
    });
    release();
    await expectWhole(runIds);
  });
});

test('a shared carrier that is lost: its runs are hosted again, each by itself, and no finished call is made again', async () => {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let asked = 0;
  vendor.script('/call', async () => {
    if (asked++ > 2) await held;
    return {};
  });
  const runIds = await together(plain(6));
  await until('three ends', async () => {
    const runs = await Promise.all(runIds.map((runId) => readRun(admin, runId)));
    return runs.filter(({ status }) => status === 'succeeded').length === 3;
  });
  const [carrier = ''] = await carriersOf(runIds);
  const temporalConnection = await Connection.connect({ address: temporal.address });
  await new Client({ connection: temporalConnection, namespace: temporal.namespace }).workflow
    .getHandle(carrier)
    .terminate('by hand');
  await temporalConnection.close();
  await until('new carriers', async () => new Set(await carriersOf(runIds)).size > 1, 60);
  release();
  for (const runId of runIds) expect((await endOf(admin, runId, 60)).status).toBe('succeeded');
});
