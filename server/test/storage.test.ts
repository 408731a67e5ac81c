import type { Delivery, RunRow } from '@castellan/api';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prepareSchema } from '../src/platform/database/migrations.js';
import { monthsOf, partitionedTables } from '../src/platform/database/partitions.js';
import { withDatabase } from '../src/platform/database/single-connection.js';
import { firstIdAt } from '../src/platform/ids.js';
import { deliver, endOf, httpConnection, type PublishedFlow, publishFlow, stepsOf, wires } from './harness/flows.js';
import {
  adminSession,
  type Session,
  startPostgres,
  startServer,
  startTemporal,
  type TestDatabase,
  type TestServer,
  type TestTemporal,
} from './harness/index.js';
import { startVendor, type Vendor } from './harness/vendor.js';

describe('the tables of history, with a made-up clock', () => {
  let database: TestDatabase;
  const prepareAt = (instant: string) => prepareSchema(database.url, { onlyWait: false, now: new Date(instant) });
  const months = (table: string) =>
    withDatabase(database.url, async (sql) =>
      (await monthsOf(sql, table)).map(({ year, month }) => `${year}-${String(month).padStart(2, '0')}`),
    );

  beforeAll(async () => {
    database = await startPostgres();
    await prepareAt('2026-11-30T23:59:59Z');
  });

  test('begin with the month of the first start, and two months more', async () => {
    for (const table of partitionedTables) expect(await months(table)).toEqual(['2026-11', '2026-12', '2027-01']);
  });

  test('get the coming month with the next start in the new month, over the end of a year', async () => {
    await prepareAt('2026-12-01T00:00:00Z');
    for (const table of partitionedTables) {
      expect(await months(table)).toEqual(['2026-11', '2026-12', '2027-01', '2027-02']);
    }
  });

  test('are whole again after months without a start', async () => {
    await prepareAt('2027-05-15T12:00:00Z');
    expect(await months('runs')).toEqual([
      '2026-11',
      '2026-12',
      '2027-01',
      '2027-02',
      '2027-03',
      '2027-04',
      '2027-05',
      '2027-06',
      '2027-07',
    ]);
  });

  test('take each row into the month of its run, and what is older than all into the first', async () => {
    const instants = [
      '2019-01-01T00:00:00Z',
      '2026-11-30T23:59:59.999Z',
      '2026-12-01T00:00:00Z',
      '2027-07-31T23:59:59Z',
    ];
    for (const instant of instants) {
      await database.query(`insert into steps (run_id, step_id, kind, status) values ($1, 'a', 'shape', 'succeeded')`, [
        firstIdAt(new Date(instant)),
      ]);
    }
    const rows = await database.query<{ name: string }>(
      'select tableoid::regclass::text as name from steps order by run_id',
    );
    expect(rows.map(({ name }) => name)).toEqual(['steps_2026_11', 'steps_2026_11', 'steps_2026_12', 'steps_2027_07']);
  });

  test('are named by no foreign key, so that a month can be dropped', async () => {
    const rows = await database.query(
      `select conrelid::regclass::text as from, confrelid::regclass::text as to from pg_constraint
        where contype = 'f' and confrelid = any($1::regclass[])`,
      [partitionedTables],
    );
    expect(rows).toEqual([]);
  });
});

let server: TestServer;
let admin: Session;
let database: TestDatabase;
let temporal: TestTemporal;
let vendor: Vendor;

beforeAll(async () => {
  vendor = await startVendor();
  [database, temporal] = await Promise.all([startPostgres(), startTemporal()]);
  server = await startServer({ database, temporal, env: { EGRESS_ALLOW: vendor.address } });
  admin = await adminSession(server);
});

afterAll(async () => {
  await server?.stop();
  await vendor?.stop();
});

describe('the list of runs', () => {
  let lockdown: PublishedFlow;
  let laptops: PublishedFlow;
  const found = async (query: Record<string, string>) => {
    const answer = await admin.inWorkspace<{ items: RunRow[]; next: string | null }>(
      'GET',
      `/runs?${new URLSearchParams(query)}`,
    );
    expect(answer.status).toBe(200);
    return answer.body;
  };
  const keys = async (query: Record<string, string>) =>
    (await found(query)).items.map(({ businessKey, status }) => `${businessKey} ${status}`);

  beforeAll(async () => {
    const settings = { subject: '/body/user/email' };
    lockdown = await publishFlow(admin, {
      name: 'Emergency lockdown',
      triggers: { hook: { kind: 'webhook' } },
      steps: {
        odd: { kind: 'branch', cases: [{ name: 'odd', when: { jsonata: 'trigger.body.n % 2 = 1' } }] },
        refuse: { kind: 'stop', outcome: 'fail', message: 'Quarantine refused by Övervakning' },
        done: { kind: 'shape', output: { ok: true } },
      },
      wires: wires('hook -> odd', 'odd:odd -> refuse', 'odd:else -> done'),
      settings,
    });
    laptops = await publishFlow(admin, {
      name: 'Laptop return',
      triggers: { hook: { kind: 'webhook' } },
      steps: { done: { kind: 'shape', output: { ok: true } } },
      wires: wires('hook -> done'),
      settings,
    });
    for (const [flow, email, n, host] of [
      [lockdown, 'alice.smith@example.com', 1, 'db-1.corp.example.com'],
      [lockdown, 'bob@example.com', 2, '10.20.30.40'],
      [laptops, 'alice.smith@example.com', 3, 'db-2.corp.example.com'],
      [laptops, 'carol@example.org', 4, '10.20.30.41'],
    ] as const) {
      const { body } = await deliver(flow.hooks.hook as string, { user: { email }, n, host, note: "x' & | ! ( \\ :*" });
      await endOf(admin, body.runId as string);
    }
  });

  test('is newest first, in pages that neither repeat nor leave out a run', async () => {
    const first = await found({ limit: '3' });
    const second = await found({ limit: '3', cursor: first.next ?? '' });
    expect(second.next).toBeNull();
    expect([...first.items, ...second.items].map(({ businessKey }) => businessKey)).toEqual([
      'carol@example.org',
      'alice.smith@example.com',
      'bob@example.com',
      'alice.smith@example.com',
    ]);
  });

  test('has filters by flow, by one or several statuses, by time, and all together', async () => {
    expect(await keys({ flowId: lockdown.id })).toEqual([
      'bob@example.com succeeded',
      'alice.smith@example.com failed',
    ]);
    expect(await keys({ status: 'failed' })).toEqual(['alice.smith@example.com failed']);
    expect(await keys({ status: 'failed,queued,succeeded', flowId: lockdown.id })).toHaveLength(2);
    expect(await keys({ status: 'running,queued,waiting' })).toEqual([]);
    const [newest] = (await found({ limit: '1' })).items;
    const from = newest?.createdAt ?? '';
    expect((await keys({ to: from })).length).toBeGreaterThanOrEqual(3);
    expect(await keys({ from: new Date(Date.parse(from) + 60_000).toISOString() })).toEqual([]);
    const wrong = await admin.inWorkspace<{ message: string }>('GET', '/runs?status=done');
    expect([wrong.status, wrong.body.message]).toEqual([400, expect.stringContaining('succeeded')]);
  });

  test.each([
    ['the business key', 'alice.smith@example.com', 2],
    ['its beginning', 'alice.sm', 2],
    ['a part of it', 'smith', 2],
    ['the end of an address', 'example.org', 1],
    ['a value of what started the run', 'db-2', 1],
    ['an IP address, and not its neighbour', '10.20.30.40', 1],
    ['the name of the flow', 'laptop', 2],
    ['the name of the flow and a person', 'lockdown alice', 1],
    ['what the run says came of it, whatever the case', 'quarantine ÖVERVAK', 1],
    ['the code of an error', 'E_STOP', 1],
    ['a word that no run has', 'mallory', 0],
    ['words that no one run has together', 'bob laptop', 0],
    ['signs without a word', "'():*|&!", 0],
    ['signs among words', "alice' | bob:*", 0],
  ])('is searched by %s', async (_, q, count) => expect(await keys({ q })).toHaveLength(count));

  test('is searched within its filters', async () => {
    expect(await keys({ q: 'alice', status: 'failed' })).toEqual(['alice.smith@example.com failed']);
    expect(await keys({ q: 'alice', flowId: laptops.id })).toEqual(['alice.smith@example.com succeeded']);
    expect(await keys({ q: 'alice', mode: 'test' })).toEqual([]);
  });

  test('finds a run by its id', async () => {
    const [run] = (await found({ q: 'carol' })).items;
    expect((await found({ q: run?.id ?? '' })).items.map(({ id }) => id)).toEqual([run?.id]);
  });

  test('finds a renamed flow by its new name', async () => {
    await database.query(`update flows set name = 'Device handover' where id = $1`, [laptops.id]);
    expect(await keys({ q: 'handover' })).toHaveLength(2);
    expect(await keys({ q: 'laptop' })).toHaveLength(0);
  });

  test('finds what lies beyond the newest runs by the index of words, over months', async () => {
    const [run] = (await found({ q: 'carol' })).items;
    // 4,000 runs of last year to this month, of which each thousandth has the word.
    await database.query(
      `with made as (
         insert into runs (id, root_id, workspace_id, flow_id, version_id, version, status, trigger_id, trigger_kind,
                           trigger_data, business_key, ended_at)
         select id, id, workspace_id, flow_id, version_id, version, 'succeeded', trigger_id, trigger_kind, '{}',
                'seed ' || i, now()
           from (select r.*, i, (lpad(to_hex(((extract(epoch from now()) - 60 - (4000 - i) * 7200) * 1000)::bigint), 12, '0')
                                 || '70008000' || lpad(to_hex(i), 12, '0'))::uuid as id
                   from (select workspace_id, flow_id, version_id, version, trigger_id, trigger_kind from runs
                          where id = $1) r, generate_series(1, 4000) i) s
         returning workspace_id, flow_id, id, business_key)
       insert into run_search (workspace_id, run_id, words)
       select workspace_id, id, array_to_tsvector(array_remove(array['=' || workspace_id || ':live', '=' || flow_id,
                case when business_key ~ ' (.*00)?1$' then 'needle' end], null))
         from made`,
      [run?.id],
    );
    expect(await keys({ q: 'needle' })).toEqual([3001, 2001, 1001, 1].map((at) => `seed ${at} succeeded`));
    const first = await found({ q: 'need', limit: '3', flowId: laptops.id, status: 'succeeded' });
    const second = await found({ q: 'need', limit: '3', cursor: first.next ?? '' });
    expect([...first.items, ...second.items].map(({ businessKey }) => businessKey)).toEqual(
      [3001, 2001, 1001, 1].map((at) => `seed ${at}`),
    );
    expect(second.next).toBeNull();
    expect(await keys({ q: 'needle', flowId: lockdown.id })).toEqual([]);
  });
});

describe('a value over 64 KiB', () => {
  let connection: string;
  const rows = (count: number, size: number) =>
    Array.from({ length: count }, (_, at) => ({ at, text: String(at).padEnd(size, '.') }));
  const get = (path: string) => ({
    kind: 'action',
    connection: 'vendor',
    operation: 'get',
    input: { url: `${vendor.url}${path}` },
    retry: { attempts: 1 },
  });
  const slots = () => ({ vendor: { connector: 'http', title: 'Vendor', id: connection } });
  const blobs = () =>
    database.query<{ hash: string; size: number }>('select hash, size from blobs order by created_at');
  const wholeOf = async (runId: string, query: Record<string, string>) => {
    const answer = await fetch(
      `${server.url}/api/v1/workspaces/${admin.workspaceId}/runs/${runId}/value?${new URLSearchParams(query)}`,
      { headers: { cookie: admin.cookie } },
    );
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };

  beforeAll(async () => {
    connection = await httpConnection(admin);
    const date = 'Sat, 21 Nov 2026 08:00:00 GMT';
    vendor.script('/large', () => ({ headers: { date }, body: rows(1_000, 1_900) }));
  });

  test('is stored once by its content, shown as it begins, read whole by the steps that name it, and given as a file', async () => {
    const { hooks } = await publishFlow(admin, {
      name: 'Twice the same',
      connections: slots(),
      triggers: { hook: { kind: 'webhook' } },
      steps: {
        one: get('/large'),
        two: get('/large'),
        last: { kind: 'shape', output: { jsonata: '[$count(steps.one.output.body), steps.two.output.body[999].at]' } },
      },
      wires: wires('hook -> one', 'one -> two', 'two -> last'),
    });
    const { body } = await deliver(hooks.hook as string, {});
    const runId = body.runId as string;
    expect((await endOf(admin, runId)).status).toBe('succeeded');
    const steps = await stepsOf(admin, runId);
    expect(steps.last?.output).toEqual([1_000, 999]);
    expect(steps.one?.large).toEqual({ output: { size: expect.any(Number) } });
    expect(JSON.stringify(steps.one?.output).length).toBeLessThan(20_000);
    expect(JSON.stringify(steps.one?.output)).toMatch(/9\d\d more items/);
    const stored = await blobs();
    expect(stored).toHaveLength(1);
    expect(stored[0]?.size).toBeGreaterThan(1_900_000);
    const file = await wholeOf(runId, { part: 'output', step: 'two' });
    expect(file.headers.get('content-disposition')).toBe('attachment; filename="two-output.json"');
    expect(JSON.parse(file.text).body).toEqual(rows(1_000, 1_900));
    expect((await wholeOf(runId, { part: 'output', step: 'three' })).status).toBe(404);
    expect((await wholeOf(runId, { part: 'output', step: 'last' })).text).toBe('[1000, 999]');
  });

  test('keeps its secrets: what is stored by content is the masked form', async () => {
    const made = await admin.inWorkspace<{ id: string }>('POST', '/connections', {
      name: 'With a token',
      connector: 'http',
      auth: 'bearer',
      fields: { token: 'a-very-secret-token', hosts: [vendor.url] },
    });
    expect(made.status).toBe(201);
    vendor.script('/echo', () => ({ body: { token: 'a-very-secret-token', rows: rows(100, 1_000) } }));
    const { hooks } = await publishFlow(admin, {
      name: 'Echo',
      connections: { vendor: { connector: 'http', title: 'Vendor', id: made.body.id } },
      triggers: { hook: { kind: 'webhook' } },
      steps: {
        echo: get('/echo'),
        last: { kind: 'shape', output: { jsonata: '$length(steps.echo.output.body.token)' } },
      },
      wires: wires('hook -> echo', 'echo -> last'),
    });
    const { body } = await deliver(hooks.hook as string, {});
    const runId = body.runId as string;
    await endOf(admin, runId);
    expect((await stepsOf(admin, runId)).last?.output).toBe('a-very-secret-token'.length);
    const { text } = await wholeOf(runId, { part: 'output', step: 'echo' });
    expect(JSON.parse(text).body.rows).toHaveLength(100);
    expect(text).not.toContain('a-very-secret-token');
    const [row] = await database.query<{ leaks: number }>(
      `select count(*)::int as leaks from blobs where value::text like '%a-very-secret-token%'`,
    );
    expect(row?.leaks).toBe(0);
  });

  test('that arrives is read whole by the flow, and by a delivery that is taken in again', async () => {
    const flow = await publishFlow(admin, {
      name: 'Large arrival',
      triggers: { hook: { kind: 'webhook' } },
      steps: { last: { kind: 'shape', output: { jsonata: '$count(trigger.body.rows)' } } },
      wires: wires('hook -> last'),
    });
    const { body } = await deliver(flow.hooks.hook as string, { rows: rows(200, 1_000) });
    const runId = body.runId as string;
    await endOf(admin, runId);
    expect((await stepsOf(admin, runId)).last?.output).toBe(200);
    const shown = await admin.inWorkspace<{ triggerData: object; large: object }>('GET', `/runs/${runId}`);
    expect(shown.body.large).toEqual({ trigger: { size: expect.any(Number) } });
    expect(JSON.stringify(shown.body.triggerData).length).toBeLessThan(20_000);
    expect(JSON.parse((await wholeOf(runId, { part: 'trigger' })).text).body.rows).toHaveLength(200);

    const log = await admin.inWorkspace<{ items: Delivery[] }>('GET', `/deliveries?flowId=${flow.id}`);
    const [delivery] = log.body.items;
    expect(delivery?.size).toBeGreaterThan(200_000);
    expect(JSON.stringify(delivery?.body).length).toBeLessThan(20_000);
    const again = await admin.inWorkspace<{ runIds: string[] }>('POST', `/deliveries/${delivery?.id}/redeliver`);
    const [second] = again.body.runIds;
    await endOf(admin, second as string);
    expect((await stepsOf(admin, second as string)).last?.output).toBe(200);
  });

  test('never reaches Temporal: a run of many of them has a small history there', async () => {
    const names = Array.from({ length: 12 }, (_, at) => `s${at}`);
    const { hooks } = await publishFlow(admin, {
      name: 'Many large',
      connections: slots(),
      triggers: { hook: { kind: 'webhook' } },
      steps: Object.fromEntries(names.map((name) => [name, get(`/large?${name}`)])),
      wires: wires(...names.map((name, at) => `${at === 0 ? 'hook' : names[at - 1]} -> ${name}`)),
    });
    const { body } = await deliver(hooks.hook as string, {});
    const runId = body.runId as string;
    expect((await endOf(admin, runId, 60)).status).toBe('succeeded');
    const [run] = await database.query<{ carrier: string }>('select carrier from runs where id = $1', [runId]);
    const connected = await Connection.connect({ address: temporal.address });
    const { namespace } = temporal;
    const { historySize } = await new Client({ connection: connected, namespace }).workflow
      .getHandle(run?.carrier ?? '')
      .describe();
    await connected.close();
    expect(historySize).toBeLessThan(100_000);
  });

  test('past 10 MiB fails the step and names the size; the run goes by its error port', async () => {
    // Under the limit as it is sent, past it as the JSON that is kept: each quote is written as two signs.
    vendor.script('/wide', () => ({ headers: { 'content-type': 'text/plain' }, body: '"'.repeat(4_000_000) }));
    vendor.script('/huge', () => ({ body: { text: 'x'.repeat(11 * 1_048_576) } }));
    for (const path of ['/wide', '/huge']) {
      const { hooks } = await publishFlow(admin, {
        name: `Too large ${path}`,
        connections: slots(),
        triggers: { hook: { kind: 'webhook' } },
        steps: { read: get(path), last: { kind: 'shape', output: { jsonata: 'steps.read.error.message' } } },
        wires: wires('hook -> read', 'read:error -> last'),
      });
      const { body } = await deliver(hooks.hook as string, {});
      await endOf(admin, body.runId as string);
      const { read, last } = await stepsOf(admin, body.runId as string);
      expect(read).toMatchObject({ status: 'failed', error: { code: 'E_OUTPUT_TOO_LARGE', retryable: false } });
      expect(last?.output).toMatch(/(10.0 MiB|10485760 bytes)/);
    }
  });

  test('of 100 MB in a vendor’s answer harms nobody: the step fails, the process and its neighbours go on', async () => {
    vendor.script('/endless', () => ({ body: { text: 'x'.repeat(100_000_000) } }));
    const { hooks } = await publishFlow(admin, {
      name: 'Endless',
      connections: slots(),
      triggers: { hook: { kind: 'webhook' } },
      steps: { read: get('/endless') },
      wires: wires('hook -> read'),
    });
    const started = await Promise.all([1, 2, 3].map(() => deliver(hooks.hook as string, {})));
    for (const { body } of started) {
      const run = await endOf(admin, body.runId as string, 60);
      expect(run.error).toMatchObject({ code: 'E_OUTPUT_TOO_LARGE' });
    }
    expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
    expect(server.logs().filter((line) => line.includes('"level":60'))).toEqual([]);
  });
});
