import {
  approvalRoutes,
  draftRunRoutes,
  flowRoutes,
  historyRoutes,
  peopleRoutes,
  retryRoutes,
  runRoutes,
  triggerRoutes,
} from '@castellan/api';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { removeUnusedBlobs } from '../../src/history/unused-blobs.js';
import { prepareSchema } from '../../src/platform/database/migrations.js';
import { dropEmptyMonths, monthsOf, partitionedTables } from '../../src/platform/database/partitions.js';
import type { Sql } from '../../src/platform/database/sql.js';
import { firstIdAt } from '../../src/platform/ids.js';
import { saveBlobs, splitLarge } from '../../src/platform/large-values/index.js';
import { ApiClient } from '../api-client.js';
import { ageRuns, rowsOfRun } from '../harness/aged-runs.js';
import {
  deliver,
  endOf,
  type FlowSketch,
  httpConnection,
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

const day = 86_400_000;
let server: TestServer;
let admin: Session;
let api: ApiClient;
let database: TestDatabase;
let temporal: TestTemporal;
let vendor: Vendor;
let connection: string;

const env = () => ({ EGRESS_ALLOW: vendor.address, HISTORY_SWEEP_SECONDS: '1' });

beforeAll(async () => {
  vendor = await startVendor();
  [database, temporal] = await Promise.all([startPostgres(), startTemporal()]);
  await prepareSchema(database.url, { onlyWait: false, now: new Date(Date.now() - 150 * day) });
  server = await startServer({ database, temporal, env: env() });
  admin = await adminSession(server);
  api = ApiClient.of(server, admin);
  connection = await httpConnection(admin);
  vendor.script('/write', () => ({ body: { text: 'x'.repeat(100_000) } }));
});

afterAll(async () => {
  await server?.stop();
  await vendor?.stop();
});

const slots = () => ({ vendor: { connector: 'http', title: 'Vendor', id: connection } });
const write = () => ({
  kind: 'action',
  connection: 'vendor',
  operation: 'request',
  input: { method: 'POST', url: `${vendor.url}/write`, json: { who: { jsonata: 'trigger.body.who' } } },
  retry: { attempts: 1 },
});
/** A flow that keeps its runs for so many days. */
const keeping = (retentionDays: number | undefined, sketch: Partial<FlowSketch> = {}) =>
  publishFlow(admin, {
    triggers: { hook: { kind: 'webhook' } },
    steps: { done: { kind: 'shape', output: { who: { jsonata: 'trigger.body.who' } } } },
    wires: wires('hook -> done'),
    settings: retentionDays === undefined ? {} : { retentionDays },
    ...sketch,
  });

async function start(url: string | undefined, body: unknown = {}): Promise<string> {
  const answer = await deliver(url ?? '', body);
  expect(answer.status).toBe(202);
  return answer.body.runId as string;
}
async function ended(url: string | undefined, body: unknown = {}): Promise<string> {
  const runId = await start(url, body);
  await endOf(admin, runId);
  return runId;
}
const isThere = async (runId: string) => (await api.send(runRoutes.get, { params: { id: runId } })).status !== 404;
const gone = (runId: string) => until(`the removal of ${runId}`, async () => !(await isThere(runId)));
/** One sweep at least has begun and ended since. */
async function aSweep(): Promise<void> {
  const marker = await keeping(1);
  const [old] = await ageRuns(database, [await ended(marker.hooks.hook)], 2);
  await gone(old as string);
}
const historyOf = (id: string, days?: number) =>
  api.ok(historyRoutes.ofFlow, { params: { id }, ...(days === undefined ? {} : { query: { days: String(days) } }) });

/** Rows of runs like this one that ended so many days ago, each with a step. */
async function seed(runId: string, count: number, days: number): Promise<void> {
  const first = Number.parseInt(
    firstIdAt(new Date(Date.now() - days * day))
      .replaceAll('-', '')
      .slice(0, 12),
    16,
  );
  await database.query(
    `with made as (
       insert into runs (id, root_id, workspace_id, flow_id, version_id, version, status, trigger_id, trigger_kind,
                         trigger_data, ended_at)
       select id, id, workspace_id, flow_id, version_id, version, 'succeeded', trigger_id, trigger_kind, '{}',
              now() - $4 * interval '1 day'
         from (select r.*, (lpad(to_hex($2::bigint + i), 12, '0') || '70008000' || lpad(to_hex(i), 12, '0'))::uuid as id
                 from (select workspace_id, flow_id, version_id, version, trigger_id, trigger_kind from runs
                        where id = $1) r, generate_series(1, $3) i) s returning id)
     insert into steps (run_id, step_id, kind, status, output) select id, 'done', 'shape', 'succeeded', '{}' from made`,
    [runId, first, count, days],
  );
}

/** Runs like this one that have ended so many days ago; their ids. */
async function seeded(runId: string, count: number, days: number): Promise<string[]> {
  const before = Date.now() - days * day;
  await seed(runId, count, days);
  const rows = await database.query<{ id: string }>('select id from runs where id >= $1 and id < $2 order by id', [
    firstIdAt(new Date(before - 5_000)),
    firstIdAt(new Date(before + 60_000)),
  ]);
  return rows.map(({ id }) => id);
}

describe('runs past their time', () => {
  test('go with all that belongs to them; younger ones stay, with the large values that they share', async () => {
    const flow = await keeping(30, {
      connections: slots(),
      steps: {
        call: write(),
        each: {
          kind: 'loop',
          items: { jsonata: '[1..3].{"n": $, "rows": $$.trigger.body.rows}' },
          key: { jsonata: '$string(item.n)' },
          collect: { jsonata: 'steps.square.output' },
          steps: { square: { kind: 'shape', output: { jsonata: 'item.n * item.n' } } },
          wires: wires('each:each -> square'),
        },
        ask: { kind: 'approval', title: 'Go on?', approvers: ['role:admin'], show: { jsonata: 'trigger.body' } },
        answer: { kind: 'respond', body: { jsonata: '[trigger.body]' } },
      },
      wires: wires('hook -> call', 'call -> each', 'each -> ask', 'ask:approved -> answer'),
    });
    const approved = async () => {
      const runId = await start(flow.hooks.hook, { who: 'jane', rows: 'x'.repeat(70_000) });
      const { id, hash } = await until('the question', async () => {
        const { items } = await api.ok(approvalRoutes.list, { query: { status: 'open' } });
        return items.find((one) => one.runId === runId);
      });
      await api.ok(approvalRoutes.decide, { params: { id }, body: { decision: 'approve', hash } });
      await endOf(admin, runId);
      return runId;
    };
    const runs = [await approved(), await approved()];
    const [, young] = runs as [string, string];
    const [old] = (await ageRuns(database, runs.slice(0, 1), 40)) as [string];
    await gone(old);
    expect(await rowsOfRun(database, old)).toEqual({});
    expect(Object.keys(await stepsOf(admin, young))).toContain('square@2');
    const { items } = await api.ok(triggerRoutes.deliveries, { query: { flowId: flow.id } });
    expect(items.map((delivery) => delivery.runs[0]?.runId)).toEqual([young]);
    await aSweep();
    const output = await api.send(historyRoutes.value, {
      params: { id: young },
      query: { part: 'output', step: 'call' },
    });
    expect(JSON.stringify(output.body)).toContain('x'.repeat(100_000));

    const named = await database.query<{ table: string; parts: string[] }>(
      `select t as table, array_agg(distinct k order by k) as parts
         from (select 'runs' as t, large from runs union all select 'approvals', large from approvals
               union all select 'loop_items', large from loop_items) n, jsonb_object_keys(large) k group by t order by t`,
    );
    expect(named).toEqual([
      { table: 'approvals', parts: ['show'] },
      { table: 'loop_items', parts: ['items'] },
      { table: 'runs', parts: ['response', 'trigger'] },
    ]);
    const [last] = (await ageRuns(database, [young], 40)) as [string];
    await gone(last);
    await until('the removal of what no row names', async () => {
      const [row] = await database.query<{ count: number }>('select count(*)::int as count from blobs');
      return row?.count === 0;
    });
    expect(await historyOf(flow.id)).toMatchObject({ runs: 0, bytes: 0, removed: 2, removedAt: expect.any(String) });
    expect(await api.ok(peopleRoutes.verifyAudit)).toMatchObject({ intact: true });
  });

  test('stay while they are needed: unfinished, of unknown outcome, called by a run that is kept, found by a repeated delivery', async () => {
    const called = await keeping(30, {
      triggers: { call: { kind: 'call' } },
      steps: { done: { kind: 'shape', output: { ok: true } } },
      wires: wires('call -> done'),
    });
    const caller = await keeping(undefined, {
      steps: { sub: { kind: 'subflow', flow: called.id, input: {}, wait: true } },
      wires: wires('hook -> sub'),
    });
    const callerRun = await ended(caller.hooks.hook);
    const child = (await stepsOf(admin, callerRun)).sub?.childRunId as string;
    const writing = await keeping(30, { connections: slots(), steps: { call: write() }, wires: wires('hook -> call') });
    const unknown = await ended(writing.hooks.hook, { who: 'bob' });
    await database.query(`update effects set state = 'unknown' where run_id = $1`, [unknown]);
    const keyed = await keeping(30, {
      triggers: { hook: { kind: 'webhook', dedupe: { key: '/body/cycle', windowSeconds: 90 * 86_400 } } },
    });
    const repeated = await ended(keyed.hooks.hook, { cycle: 1 });
    const plain = await keeping(30);
    const open = await ended(plain.hooks.hook);
    await database.query(`update runs set status = 'waiting', ended_at = null where id = $1`, [open]);

    const old = await ageRuns(database, [child, unknown, repeated, open], 40);
    const [oldChild, oldUnknown, oldRepeated] = old as [string, string, string];
    await aSweep();
    expect(await Promise.all(old.map(isThere))).toEqual([true, true, true, true]);
    const answer = await deliver(keyed.hooks.hook as string, { cycle: 1 });
    expect(answer.body).toMatchObject({ runId: oldRepeated, duplicate: true });

    // What kept them is over.
    await database.query(`update effects set state = 'done' where run_id = $1`, [oldUnknown]);
    await database.query(`update intake set dedupe_until = now() where run_id = $1`, [oldRepeated]);
    await database.query(`update runs set parent_run_id = null where id = $1`, [oldChild]);
    await Promise.all([gone(oldChild), gone(oldUnknown), gone(oldRepeated)]);
  });

  test('of a chain of retries go together, when the last of them is past its time', async () => {
    let refuses = true;
    vendor.script('/chain', () => ({ status: refuses ? 400 : 200, body: {} }));
    const flow = await keeping(30, {
      connections: slots(),
      steps: { call: { ...write(), input: { method: 'POST', url: `${vendor.url}/chain` } } },
      wires: wires('hook -> call'),
    });
    const failed = await ended(flow.hooks.hook);
    refuses = false;
    const body = { place: { at: 'failed' }, version: 'same' };
    const { runId } = await api.ok(retryRoutes.make, { params: { id: failed }, body });
    await endOf(admin, runId);
    const [first] = (await ageRuns(database, [failed], 40)) as [string];
    await aSweep();
    expect(await isThere(first)).toBe(true);
    expect((await historyOf(flow.id)).due).toBe(0);
    const [second] = (await ageRuns(database, [runId], 35)) as [string];
    await Promise.all([gone(first), gone(second)]);
    expect((await historyOf(flow.id)).removed).toBe(2);
  });

  test('are told before they go; a flow that says nothing keeps them as its workspace does', async () => {
    const flow = await keeping(undefined);
    const said = await keeping(3_000);
    const old = await seeded(await ended(flow.hooks.hook), 3, 20);
    const kept = await seeded(await ended(said.hooks.hook), 2, 60);
    await aSweep();
    expect(await historyOf(flow.id)).toMatchObject({ days: null, workspaceDays: null, due: 0 });
    expect(await historyOf(flow.id, 10)).toMatchObject({ due: 3 });
    expect(await historyOf(flow.id, 30)).toMatchObject({ due: 0 });
    expect(await api.ok(historyRoutes.retention, { query: { days: '10' } })).toMatchObject({ days: null, due: 3 });
    expect(await Promise.all(old.map(isThere))).toEqual([true, true, true]);

    expect(await api.ok(historyRoutes.setRetention, { body: { days: 10 } })).toMatchObject({ days: 10 });
    await Promise.all(old.map(gone));
    expect(await Promise.all(kept.map(isThere))).toEqual([true, true]);
    await api.ok(historyRoutes.setRetention, { body: { days: null } });
    const { items } = await api.ok(peopleRoutes.audit, { query: { action: 'workspace.set_retention' } });
    expect(items.map(({ after }) => after)).toEqual([{ days: null }, { days: 10 }]);
  });

  test('take with them, by the time of the workspace, deliveries that started nothing; a schedule keeps its last fire', async () => {
    const flow = await keeping(30);
    await ended(flow.hooks.hook);
    const fire = (id: string, days: number, status: string) =>
      database.query(
        `insert into deliveries (id, workspace_id, address, trigger_row, method, headers, body, status, scheduled_at, received_at)
         select $1, workspace_id, 'schedule', id, 'FIRE', '{}', '', $3, now() - $4 * interval '1 day',
                now() - $4 * interval '1 day' from triggers where flow_id = $2`,
        [id, flow.id, status, days],
      );
    const ids = [70, 60, 50].map((days) => firstIdAt(new Date(Date.now() - days * day)));
    for (const [at, id] of ids.entries()) await fire(id, 70 - at * 10, 'skipped');
    const left = await until('the removal of the earlier fires', async () => {
      const rows = await database.query<{ id: string }>('select id from deliveries where id = any($1)', [ids]);
      return rows.length === 1 && rows;
    });
    expect(left).toEqual([{ id: ids[2] }]);
  });
});

describe('what a flow holds', () => {
  test('is counted once for each ended run, and taken off with it', async () => {
    const flow = await keeping(undefined, {
      connections: slots(),
      steps: { call: write() },
      wires: wires('hook -> call'),
    });
    const run = await ended(flow.hooks.hook, { who: 'x'.repeat(200) });
    const size = await api.ok(historyRoutes.size, { params: { id: run } });
    expect(size.bytes).toBeGreaterThan(100_000);
    // As if both had been come by while they were under way.
    await database.query('update counted_runs set up_to = $1', [firstIdAt(new Date())]);
    const [one, other] = (await ageRuns(database, [run, await ended(flow.hooks.hook)], 1)) as [string, string];
    await database.query('insert into uncounted_runs values ($1), ($2)', [one, other]);
    await until('the count', async () => (await historyOf(flow.id)).runs === 2);
    expect((await historyOf(flow.id)).bytes).toBeGreaterThan(400_000);
    const { items } = await api.ok(flowRoutes.list, { query: { limit: '200' } });
    expect(items.find(({ id }) => id === flow.id)?.history.runs).toBe(2);
    await api.ok(historyRoutes.clear, { params: { id: other } });
    expect(await historyOf(flow.id)).toMatchObject({ runs: 2, bytes: expect.toSatisfy((n: number) => n < 300_000) });
  });
});

describe('clearing the data of a run', () => {
  test('takes values away in both forms and leaves what happened; a retry then says why it cannot', async () => {
    const made = await admin.inWorkspace<{ id: string }>('POST', '/connections', {
      ...{ name: 'With a token', connector: 'http', auth: 'bearer' },
      fields: { token: 'a-very-secret-token', hosts: [vendor.url] },
    });
    vendor.script('/secret', () => ({ body: { token: 'a-very-secret-token', rows: 'x'.repeat(80_000) } }));
    let who = 'jane.doe@example.com';
    vendor.script('/refused', () => ({ status: 400, body: { message: `Not for ${who}` } }));
    const flow = await keeping(undefined, {
      connections: { vendor: { connector: 'http', title: 'Vendor', id: made.body.id } },
      steps: {
        read: { ...write(), input: { method: 'POST', url: `${vendor.url}/secret`, json: { jsonata: 'trigger.body' } } },
        refused: { ...write(), input: { method: 'POST', url: `${vendor.url}/refused` } },
      },
      wires: wires('hook -> read', 'read -> refused'),
      settings: { subject: '/body/who' },
    });
    const runId = await ended(flow.hooks.hook, { who: 'jane.doe@example.com' });
    who = 'john@example.com';
    const other = await ended(flow.hooks.hook, { who });
    const before = await stepsOf(admin, runId);
    const params = { id: runId };
    expect((await api.ok(historyRoutes.clear, { params })).runIds).toEqual([runId]);

    const run = await readRun(admin, runId);
    expect(run).toMatchObject({ status: 'failed', error: { code: 'E_HTTP', stepId: 'refused' }, businessKey: null });
    expect(run).toMatchObject({ clearedBy: expect.stringContaining('@'), clearedAt: expect.any(String) });
    const after = await stepsOf(admin, runId);
    for (const [id, step] of Object.entries(after)) {
      expect(step).toMatchObject({ input: null, output: null, large: null });
      const { status, port, attempts, startedAt, endedAt } = before[id] ?? {};
      expect(step).toMatchObject({ status, port, attempts, startedAt, endedAt });
    }
    for (const table of [
      'runs',
      'steps',
      'effects',
      'deliveries',
      'run_search',
      'approvals',
      'loop_items',
      'controls',
    ]) {
      const rows = await database.query(`select t::text as row from ${table} t where t::text like '%jane.doe%'`);
      expect({ table, rows }).toEqual({ table, rows: [] });
    }
    const [sealed] = await database.query('select exact from steps where run_id = $1 and exact is not null', [runId]);
    expect(sealed).toBeUndefined();
    expect((await stepsOf(admin, other)).read?.output).not.toBeNull();

    const wish = { place: { at: 'step', step: 'refused' }, version: 'same' };
    const preview = await api.ok(retryRoutes.preview, { params, body: wish });
    expect(preview.cannot).toMatch(/Its data was removed on \d{4}-\d\d-\d\d by .*: start the flow anew/);
    expect((await api.send(retryRoutes.make, { params, body: wish })).status).toBe(409);
    expect((await api.send(draftRunRoutes.shapes, { params: { id: flow.id }, body: { runId } })).status).toBe(409);
    const { items } = await api.ok(triggerRoutes.deliveries, { query: { flowId: flow.id } });
    const delivery = items.find((one) => one.runs.some((it) => it.runId === runId));
    expect(delivery).toMatchObject({ headers: {}, reason: 'What it brought was removed.' });
    const again = await api.send(triggerRoutes.redeliver, { params: { id: delivery?.id as string } });
    expect(again.status).toBe(409);
    const audit = await api.ok(peopleRoutes.audit, { query: { action: 'run.clear' } });
    expect(audit.items[0]).toMatchObject({ objectId: runId, after: { runs: [runId] } });
  });

  test('is refused while the run has not ended, and while nobody knows what came of a write', async () => {
    const flow = await keeping(undefined, {
      connections: slots(),
      steps: { call: write() },
      wires: wires('hook -> call'),
    });
    const id = await ended(flow.hooks.hook);
    const asked = async () => (await api.send(historyRoutes.clear, { params: { id } })).status;
    await database.query(`update effects set state = 'unknown' where run_id = $1`, [id]);
    expect(await asked()).toBe(409);
    await database.query(`update effects set state = 'done' where run_id = $1`, [id]);
    await database.query(`update runs set ended_at = null, status = 'paused' where id = $1`, [id]);
    expect(await asked()).toBe(409);
    await database.query(`update runs set ended_at = now(), status = 'succeeded' where id = $1`, [id]);
    expect(await asked()).toBe(200);
  });
});

describe('a value that no row names any more', () => {
  /** A connection of its own, in a transaction that the test ends. */
  async function session(): Promise<Sql & { end(how: 'commit' | 'rollback'): Promise<void> }> {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query('begin');
    return {
      query: async (statement, values = []) =>
        (await client.query(typeof statement === 'string' ? statement : statement.text, values)).rows,
      end: async (how) => {
        await client.query(how);
        await client.end();
      },
    };
  }
  const isKept = async (hash: string) =>
    (await database.query('select 1 from blobs where hash = $1', [hash])).length === 1;
  const content = (text: string) => splitLarge(admin.workspaceId, { output: text.repeat(10_000) });

  test('is not removed while a writer is about to name it, and is saved again by one that comes a moment later', async () => {
    const { blobs, large } = content('held by a writer ');
    const hash = blobs[0]?.hash as string;
    const first = await session();
    await saveBlobs(first, blobs);
    await first.end('commit');

    const writer = await session();
    await saveBlobs(writer, blobs);
    // Only now, since the server sweeps, too.
    await database.query('update blobs set unused_since = now() where hash = $1', [hash]);
    const sweeper = await session();
    await removeUnusedBlobs(sweeper);
    await sweeper.end('commit');
    expect(await isKept(hash)).toBe(true);
    await writer.query(
      `insert into steps (run_id, step_id, kind, status, large) values ($1, 'a', 'shape', 'succeeded', $2)`,
      [firstIdAt(new Date()), large],
    );
    await writer.end('commit');
    const second = await session();
    await removeUnusedBlobs(second);
    await second.end('commit');
    expect(await isKept(hash)).toBe(true);

    await database.query(`delete from steps where large is not null and step_id = 'a'`);
    await database.query('update blobs set unused_since = now() where hash = $1', [hash]);
    const third = await session();
    await removeUnusedBlobs(third);
    const late = await session();
    const saved = saveBlobs(late, blobs);
    await third.end('commit');
    await saved;
    await late.end('commit');
    expect(await isKept(hash)).toBe(true);
  });

  test('that two writers save in one moment is held by both', async () => {
    const { blobs } = content('saved by two ');
    const hash = blobs[0]?.hash as string;
    const [one, two] = [await session(), await session()];
    await saveBlobs(one, blobs);
    const saved = saveBlobs(two, blobs);
    await one.end('commit');
    await saved;
    const sweeper = await session();
    const free = await sweeper.query('select hash from blobs where hash = $1 for update skip locked', [hash]);
    expect(free).toEqual([]);
    await sweeper.end('rollback');
    await two.end('commit');
  });
});

describe('months', () => {
  test('that are over and empty are dropped but for the last, which holds all that is older', async () => {
    const own = await startPostgres();
    await prepareSchema(own.url, { onlyWait: false, now: new Date('2026-01-15T00:00:00Z') });
    const at = (instant: string) => firstIdAt(new Date(instant));
    const put = (instant: string) =>
      own.query(`insert into steps (run_id, step_id, kind, status) values ($1, 'a', 'shape', 'succeeded')`, [
        at(instant),
      ]);
    await put('2026-02-10T00:00:00Z');
    const drop = async (now: string) => {
      const client = new pg.Client({ connectionString: own.url });
      await client.connect();
      await client.query('begin');
      const sql: Sql = { query: async (text, values = []) => (await client.query(text as string, values)).rows };
      const dropped = await dropEmptyMonths(sql, new Date(now));
      const months = await Promise.all(partitionedTables.map((table) => monthsOf(sql, table)));
      await client.query('commit');
      await client.end();
      return { dropped, months: months.map((found) => found.map(({ month }) => month).join()) };
    };
    expect((await drop('2026-03-20T00:00:00Z')).months).toEqual(partitionedTables.map(() => '1,2,3'));
    await own.query('delete from steps');
    const { dropped, months } = await drop('2026-03-20T00:00:00Z');
    expect(dropped).toContain('steps_2026_01');
    expect(months).toEqual(partitionedTables.map(() => '2,3'));
    await put('2025-06-01T00:00:00Z');
    expect(await own.query('select tableoid::regclass::text as name from steps')).toEqual([{ name: 'steps_2026_02' }]);
    await own.query('delete from steps');
    expect((await drop('2026-03-20T00:00:00Z')).dropped).toContain('steps_2026_02');
    expect((await drop('2026-03-20T00:00:00Z')).dropped).toEqual([]);
  });
});

test('dropping months gives way to whoever is at work in them', async () => {
  const own = await startPostgres();
  await prepareSchema(own.url, { onlyWait: false, now: new Date('2026-01-15T00:00:00Z') });
  const connected = async () => {
    const client = new pg.Client({ connectionString: own.url });
    await client.connect();
    await client.query('begin');
    return client;
  };
  const [worker, sweeper] = [await connected(), await connected()];
  await worker.query('select from runs');
  const waits = () => own.query(`select from pg_stat_activity where wait_event_type = 'Lock' and query like 'update%'`);
  let written: Promise<unknown> | undefined;
  const writes = () => worker.query(`update steps set status = 'failed'`);
  const sql: Sql = {
    query: async (statement, values = []) => {
      // Had it locked some months by now, the one at work would wait for it, and be given up as the first of two.
      if (/^drop/.test(statement as string)) {
        written ??= writes();
        await until('the one at work to wait', async () => (await waits()).length > 0);
      }
      return (await sweeper.query(statement as string, values)).rows;
    },
  };
  await expect(dropEmptyMonths(sql, new Date('2026-03-20T00:00:00Z'))).rejects.toThrow('lock timeout');
  await sweeper.query('rollback');
  await expect(written ?? writes()).resolves.toMatchObject({ rowCount: 0 });
  await Promise.all([worker, sweeper].map((client) => client.end()));
});

describe('several servers, and one that is killed', () => {
  test('remove each run once; kill -9 in the middle leaves no run half removed', async () => {
    const flow = await keeping(undefined);
    const runId = await ended(flow.hooks.hook);
    await seed(runId, 4_000, 20);
    // As Postgres does by itself soon, and not at once after so many rows.
    await database.query('analyze runs, steps');
    const second = await startServer({
      database,
      temporal,
      mode: 'worker',
      env: env(),
      installation: server.installation,
    });
    await api.ok(historyRoutes.setRetention, { body: { days: 10 } });
    await until('the first removals', async () => (await historyOf(flow.id)).removed > 0);
    await second.kill9();
    const halves = await database.query(
      `select count(*)::int as count from runs r full join steps s on s.run_id = r.id
        where (r.id is null or s.run_id is null) and coalesce(r.flow_id, $1) = $1 and coalesce(r.id, s.run_id) < $2`,
      [flow.id, firstIdAt(new Date(Date.now() - day))],
    );
    expect(halves).toEqual([{ count: 0 }]);
    const third = await startServer({
      database,
      temporal,
      mode: 'worker',
      env: env(),
      installation: server.installation,
    });
    await until('the removal of all', async () => (await historyOf(flow.id)).removed >= 4_000, 60);
    await aSweep();
    expect((await historyOf(flow.id)).removed).toBe(4_000);
    const [left] = await database.query('select count(*)::int as count from runs where flow_id = $1', [flow.id]);
    expect(left).toEqual({ count: 1 });
    await third.stop();
  });
});
