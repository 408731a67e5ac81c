import type { RunRow } from '@castellan/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prepareSchema } from '../src/platform/database/migrations.js';
import { monthsOf, partitionedTables } from '../src/platform/database/partitions.js';
import { withDatabase } from '../src/platform/database/single-connection.js';
import { firstIdAt } from '../src/platform/ids.js';
import { deliver, endOf, type PublishedFlow, publishFlow, wires } from './harness/flows.js';
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
