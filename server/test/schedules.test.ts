import type { TriggerState } from '@castellan/api';
import { type Clock, clockOf, isFire, nextFires } from '@castellan/flow';
import { Client, Connection } from '@temporalio/client';
import { optionalDateToTs } from '@temporalio/common/lib/time.js';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clockSpec } from '../src/schedules/clock-spec.js';
import { httpConnection, type PublishedFlow, publishFlow, readRun, until, wires } from './harness/flows.js';
import {
  adminSession,
  type OwnTemporal,
  type Session,
  startOwnTemporal,
  startPostgres,
  startServer,
  type TestDatabase,
  type TestServer,
} from './harness/index.js';
import { startVendor, type Vendor } from './harness/vendor.js';

let vendor: Vendor;
let database: TestDatabase;
let temporal: OwnTemporal;
let api: TestServer;
let workers: TestServer[] = [];
let admin: Session;
let connection: string;

async function startWorker(): Promise<TestServer> {
  const env = { EGRESS_ALLOW: vendor.address };
  const worker = await startServer({ database, temporal, mode: 'worker', env, installation: api.installation });
  workers.push(worker);
  return worker;
}

async function killWorkers(): Promise<void> {
  await Promise.all(workers.map((worker) => worker.kill9()));
  workers = [];
}

beforeAll(async () => {
  vendor = await startVendor();
  [database, temporal] = await Promise.all([startPostgres(), startOwnTemporal()]);
  api = await startServer({ database, temporal, mode: 'api' });
  admin = await adminSession(api);
  connection = await httpConnection(admin);
  await startWorker();
});

afterAll(async () => {
  await Promise.all([api, ...workers].map((server) => server?.stop()));
  await temporal?.stop();
  await vendor?.stop();
});

interface Fire {
  scheduledAt: Date;
  status: string;
  reason: string | null;
  runs: string[];
}

const note = { note: { kind: 'shape', output: { jsonata: 'trigger.scheduledAt' } } };
/** A step that lasts until the vendor answers. */
const slow = () => ({
  ask: { kind: 'action', connection: 'vendor', operation: 'get', input: { url: `${vendor.url}/slow` } },
});

/** A flow whose one trigger is a schedule. */
const scheduled = (trigger: object, steps: Record<string, unknown> = note) =>
  publishFlow(admin, {
    connections: { vendor: { connector: 'http', title: 'Vendor', id: connection } },
    triggers: { clock: { kind: 'schedule', ...trigger } },
    steps,
    wires: wires(`clock -> ${Object.keys(steps)[0]}`),
  });

/** The fires of a flow as they are stored, oldest first. */
const firesOf = ({ id }: Pick<PublishedFlow, 'id'>): Promise<Fire[]> =>
  database.query<Fire & pg.QueryResultRow>(
    `select d.scheduled_at as "scheduledAt", d.status, d.reason,
            array(select r.id::text from runs r where r.delivery_id = d.id) as runs
       from deliveries d join triggers t on t.id = d.trigger_row
      where t.flow_id = $1 and d.scheduled_at is not null order by d.scheduled_at`,
    [id],
  );

const firesWhen = (flow: PublishedFlow, what: string, holds: (fires: Fire[]) => boolean, seconds = 30) =>
  until(
    what,
    async () => {
      const fires = await firesOf(flow);
      return holds(fires) && fires;
    },
    seconds,
  );

const ended = (fires: Fire[]) => fires.filter(({ runs }) => runs.length > 0);
const seconds = (fires: Fire[]) => fires.map(({ scheduledAt }) => scheduledAt.getTime() / 1_000);
const statuses = (fires: Fire[]) => fires.map(({ status }) => status);

/** How many fires from the first on came each second, one run each. Those under way may come out of order. */
function eachSecond(fires: Fire[]): number {
  const [first = 0] = seconds(fires);
  const gap = fires.findIndex(({ runs }, index) => seconds(fires)[index] !== first + index || runs.length !== 1);
  return gap < 0 ? fires.length : gap;
}

const turn = (flow: PublishedFlow, state: 'enable' | 'disable') =>
  admin.inWorkspace('POST', `/flows/${flow.id}/${state}`);

const stateOf = async (flow: PublishedFlow): Promise<TriggerState> => {
  const { body } = await admin.inWorkspace<{ items: TriggerState[] }>('GET', `/flows/${flow.id}/triggers`);
  return body.items[0] as TriggerState;
};

async function withTemporal<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const opened = await Connection.connect({ address: temporal.address });
  try {
    return await work(new Client({ connection: opened, namespace: temporal.namespace }));
  } finally {
    await opened.close();
  }
}

/** What is noted of each Schedule, by id. */
const schedules = () =>
  withTemporal(async (client) => {
    const notes: Record<string, string | undefined> = {};
    for await (const { scheduleId, state } of client.schedule.list()) notes[scheduleId] = state.note;
    return notes;
  });

const scheduleIds = async () => Object.keys(await schedules());

describe('the clock', () => {
  const clock = (fields: Parameters<typeof clockOf>[0]): Clock => clockOf(fields) as Clock;
  const clocks: [string, Clock][] = [
    ['each 50 minutes', clock({ every: 3_000 })],
    ['each week', clock({ every: 604_800 })],
    ...[
      '0 9 * * 1',
      '*/15 8-17 * * mon-fri',
      '0 12 13 * 5',
      '30 2 * * *',
      '15 1-3 * 3,10 sun',
      '0 0 29 2 *',
      '5/20 */6 1,15,31 * *',
    ].map((cron): [string, Clock] => [`${cron} in Berlin`, clock({ cron, zone: 'Europe/Berlin' })]),
    ['0 3 * * * in Lord Howe', clock({ cron: '0 3 * * *', zone: 'Australia/Lord_Howe' })],
    ['a calendar', clock({ calendar: { hours: [2], daysOfWeek: [0] }, zone: 'America/New_York' })],
  ];

  /** The times at which Temporal fires our Schedule of a clock in a while, of which some may be no fires. */
  const temporalFires = (of: Clock, start: Date, end: Date): Promise<Date[]> =>
    withTemporal(async (client) => {
      const scheduleId = `probe-${Math.random()}`;
      const action = { type: 'startWorkflow' as const, workflowType: 'nothing', taskQueue: 'nobody', args: [] };
      const handle = await client.schedule.create({ scheduleId, spec: clockSpec(of, 0, start), action });
      try {
        const { startTime } = await client.workflowService.listScheduleMatchingTimes({
          ...{ namespace: client.options.namespace, scheduleId },
          ...{ startTime: optionalDateToTs(start), endTime: optionalDateToTs(end) },
        });
        return startTime.map(({ seconds }) => new Date(Number(seconds) * 1_000));
      } finally {
        await handle.delete();
      }
    });

  const day = 86_400_000;
  const inWhile = (of: Clock, start: Date, end: Date) => nextFires(of, start, 1_000).filter((fire) => fire <= end);

  test.each(clocks)('strikes at Temporal when we say, in summer and when the clock is changed: %s', async (_, of) => {
    const [first] = nextFires(of, new Date(), 1) as [Date];
    const starts = ['2026-03-27', '2026-07-30', '2026-10-02', '2026-10-24'].map((start) => new Date(start));
    for (const start of [...starts, new Date(first.getTime() - day)]) {
      const end = new Date(start.getTime() + 7 * day);
      const theirs = (await temporalFires(of, start, end)).filter((time) => isFire(of, time));
      expect(theirs).toEqual(inWhile(of, start, end));
    }
  });

  test.each([
    ['2026-03-28T12:00Z', '2026-03-30T12:00Z', ['2026-03-30T00:30:00.000Z']],
    [
      '2026-10-24T12:00Z',
      '2026-10-26T12:00Z',
      ['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z', '2026-10-26T01:30:00.000Z'],
    ],
  ])('02:30 in Berlin, backfilled by Temporal from %s to %s, is what we say', async (start, end, expected) => {
    const of = clock({ cron: '30 2 * * *', zone: 'Europe/Berlin' });
    const ours = inWhile(of, new Date(start), new Date(end)).map((fire) => fire.toISOString());
    expect(ours).toEqual(expected);
    await withTemporal(async (client) => {
      const scheduleId = `probe-${Math.random()}`;
      const handle = await client.schedule.create({
        ...{ scheduleId, spec: clockSpec(of, 0, new Date(start)) },
        action: { type: 'startWorkflow', workflowType: 'nothing', taskQueue: 'nobody', args: [] },
      });
      await handle.backfill({ start: new Date(start), end: new Date(end), overlap: 'ALLOW_ALL' });
      const taken = () =>
        handle.describe().then(({ info }) =>
          info.recentActions
            .map(({ scheduledAt }) => scheduledAt)
            .filter((time) => isFire(of, time))
            .map((time) => time.toISOString()),
        );
      await until('the backfill', async () => (await taken()).length >= expected.length);
      expect((await taken()).sort()).toEqual(expected);
      await handle.delete();
    });
  });
});

describe('a schedule', () => {
  test('fires with its nominal time, one run each, until it is switched off; two workers share the fires', async () => {
    await startWorker();
    const flow = await scheduled({ every: 1, overlap: 'all' });
    const fires = await firesWhen(flow, 'four fires', (all) => eachSecond(all) >= 4);
    const [first] = fires as [Fire];
    const { body } = await admin.inWorkspace<{ triggerData: object }>('GET', `/runs/${first.runs[0]}`);
    expect(body.triggerData).toEqual({
      id: 'clock',
      kind: 'schedule',
      delivery: expect.any(String),
      receivedAt: expect.any(String),
      scheduledAt: first.scheduledAt.toISOString(),
    });
    expect(await readRun(admin, first.runs[0] as string)).toMatchObject({
      mode: 'live',
      trigger: { kind: 'schedule' },
    });

    const on = await stateOf(flow);
    expect(on.schedule).toMatchObject({ words: 'every second', zone: 'UTC', jitterSeconds: 0, clockChanges: [] });
    expect(on.schedule?.next).toHaveLength(5);
    expect(on.schedule?.last.filter(({ outcome }) => outcome === 'run').length).toBeGreaterThan(2);
    expect(on.problems).toEqual([]);

    await turn(flow, 'disable');
    await until('the end of its Schedule', async () => (await scheduleIds()).length === 0);
    const after = await firesOf(flow);
    await until('two seconds more', async () => Date.now() > (after.at(-1)?.scheduledAt.getTime() ?? 0) + 3_000);
    expect(await firesOf(flow)).toEqual(after);
    expect((await stateOf(flow)).schedule?.next).toEqual([]);
  });

  test('is made, changed and removed with its flow, and what is left of another is swept away', async () => {
    const flow = await scheduled({ cron: '0 9 * * *', zone: 'Europe/Berlin', jitterSeconds: 30 });
    const [id] = await until('its Schedule', async () => {
      const ids = await scheduleIds();
      return ids.length === 1 && (ids as [string]);
    });
    const noteOf = async () => (await schedules())[id];
    const made = await noteOf();
    await withTemporal((client) =>
      client.schedule.create({
        scheduleId: 'castellan-trigger-of-nobody',
        spec: {},
        action: { type: 'startWorkflow', workflowType: 'fire', workflowId: 'x', taskQueue: 'castellan', args: [''] },
      }),
    );
    const draft = { ...flow.detail.draft, triggers: { clock: { kind: 'schedule', cron: '0 10 * * *' } } };
    const headers = { 'if-match': String(flow.detail.revision) };
    const saved = await admin.inWorkspace<{ revision: number }>('PUT', `/flows/${flow.id}`, { draft }, headers);
    await admin.inWorkspace('POST', `/flows/${flow.id}/publish`, {}, { 'if-match': String(saved.body.revision) });
    await until('the change', async () => (await noteOf()) !== made);
    await until('only ours to be left', async () => (await scheduleIds()).length === 1);
    await admin.inWorkspace('DELETE', `/flows/${flow.id}`);
    await until('its end', async () => (await scheduleIds()).length === 0);
  });
});

describe('while a run is not done, a fire', () => {
  /** A flow that fires each second and whose first run does not end before `release`. */
  async function busy(overlap: string) {
    let release: () => void = () => undefined;
    const held = new Promise<object>((resolve) => (release = () => resolve({})));
    vendor.script('/slow', () => held);
    const flow = await scheduled({ every: 1, overlap }, slow());
    return { flow, release };
  }

  test('is skipped, and the list says so', async () => {
    const { flow, release } = await busy('skip');
    const fires = await firesWhen(
      flow,
      'two skipped fires',
      (all) => statuses(all).filter((s) => s === 'skipped').length >= 2,
    );
    expect(statuses(fires)[0]).toBe('accepted');
    expect(
      statuses(fires)
        .slice(1)
        .every((status) => status === 'skipped'),
    ).toBe(true);
    expect(ended(fires)).toHaveLength(1);
    const { schedule } = await stateOf(flow);
    const skipped = schedule?.last.find(({ outcome }) => outcome === 'skipped');
    expect(skipped).toMatchObject({ reason: 'The run before it was not done yet.', runId: fires[0]?.runs[0] });
    release();
    await firesWhen(flow, 'the next run', (all) => ended(all).length >= 2);
    await turn(flow, 'disable');
  });

  test('waits, and only one', async () => {
    const { flow, release } = await busy('one');
    const before = await firesWhen(flow, 'a skipped fire', (all) => statuses(all).includes('skipped'));
    expect(statuses(before).slice(0, 3)).toEqual(['accepted', 'waiting', 'skipped']);
    release();
    const after = await firesWhen(flow, 'the run of the one that waited', (all) => all[1]?.status === 'accepted');
    expect(after[1]?.runs).toHaveLength(1);
    expect(after[2]?.status).toBe('skipped');
    await turn(flow, 'disable');
  });

  test('runs beside it', async () => {
    const { flow, release } = await busy('all');
    await firesWhen(flow, 'three runs at once', (all) => eachSecond(all) >= 3);
    release();
    await turn(flow, 'disable');
  });
});

describe('a flow that is run by hand', () => {
  test('is given what its form asks for: what is missing has its default, what does not fit is refused with its place', async () => {
    const flow = await publishFlow(admin, {
      triggers: {
        ask: {
          kind: 'manual',
          input: {
            type: 'object',
            properties: { who: { type: 'string', format: 'email' }, days: { type: 'integer', default: 3 } },
            required: ['who'],
          },
        },
      },
      steps: note,
      wires: wires('ask -> note'),
    });
    const run = (input: unknown) => admin.inWorkspace<{ runId: string }>('POST', `/flows/${flow.id}/run`, { input });
    expect(await run({ who: 'jane', days: 'x' })).toMatchObject({
      status: 400,
      body: { code: 'invalid_input', details: { problems: [{ pointer: '/input/who' }, { pointer: '/input/days' }] } },
    });
    const { body } = await run({ who: 'jane@example.com' });
    const started = await admin.inWorkspace<{ triggerData: object }>('GET', `/runs/${body.runId}`);
    expect(started.body.triggerData).toMatchObject({ kind: 'manual', input: { who: 'jane@example.com', days: 3 } });
    expect((await stateOf(flow)).input).toMatchObject({ required: ['who'] });
  });

  test('by its schedule runs as if its time had come', async () => {
    const flow = await scheduled({ cron: '0 9 * * *' });
    const { body } = await admin.inWorkspace<{ runId: string }>('POST', `/flows/${flow.id}/run`, {});
    const run = await admin.inWorkspace<{ triggerData: object }>('GET', `/runs/${body.runId}`);
    expect(run.body.triggerData).toMatchObject({ kind: 'schedule', scheduledAt: expect.any(String) });
    await turn(flow, 'disable');
  });
});

describe('faults', () => {
  test('a worker killed between fire and delivery: the fire is stored once all the same', async () => {
    const flow = await scheduled({ every: 1, overlap: 'all' });
    await firesWhen(flow, 'a fire', (all) => all.length > 0);
    const holder = new pg.Client({ connectionString: database.url });
    await holder.connect();
    await holder.query('begin');
    await holder.query('select 1 from triggers where flow_id = $1 for update', [flow.id]);
    // Fires are under way and cannot be committed.
    await until('a fire that is being stored', async () => {
      const waiting = await database.query(
        `select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%from triggers where id%'`,
      );
      return waiting.length > 0;
    });
    await killWorkers();
    const killed = await firesOf(flow);
    await holder.query('rollback');
    await holder.end();
    await startWorker();
    await firesWhen(flow, 'later fires', (all) => eachSecond(all) > killed.length + 4);
    await turn(flow, 'disable');
  });

  test('no worker for some ticks: they are made good, or missed where the trigger says so', async () => {
    const patient = await scheduled({ every: 1, overlap: 'all' });
    const strict = await scheduled({ every: 1, overlap: 'all', catchupSeconds: 0 });
    const [last] = (await firesWhen(strict, 'a fire', (all) => all.length > 0)).slice(-1) as [Fire];
    await firesWhen(patient, 'a fire', (all) => all.length > 0);
    await killWorkers();
    await until('12 seconds', async () => Date.now() > last.scheduledAt.getTime() + 13_000);
    await startWorker();
    await firesWhen(patient, 'the fires of the gap', (all) => eachSecond(all) > 14);
    const some = await firesWhen(strict, 'fires after the gap', (all) => statuses(all.slice(13)).includes('accepted'));
    expect(statuses(some)).toContain('missed');
    expect(new Set(seconds(some)).size).toBe(some.length);
    await Promise.all([turn(patient, 'disable'), turn(strict, 'disable')]);
  });

  test('Temporal down for some ticks: publishing does not wait for it, and what was missed is made good', async () => {
    const flow = await scheduled({ every: 1, overlap: 'all' });
    await firesWhen(flow, 'a fire', (all) => all.length > 0);
    await temporal.kill9();
    const meanwhile = await scheduled({ every: 1, overlap: 'all' });
    const down = Date.now();
    await until('three ticks', async () => Date.now() > down + 3_500);
    expect((await stateOf(flow)).schedule?.last[0]?.outcome).toBe('due');
    await temporal.restart();
    for (const each of [flow, meanwhile]) {
      const fires = await firesWhen(each, 'fires after the outage', (all) => eachSecond(all) >= 7);
      expect((fires[0]?.scheduledAt.getTime() ?? 0) / 1_000).toBeLessThan(down / 1_000 + 2);
    }
    await Promise.all([turn(flow, 'disable'), turn(meanwhile, 'disable')]);
  });

  test('Temporal’s store lost: the Schedules are made again from the rows, and the ticks between are made good', async () => {
    const flow = await scheduled({ every: 1, overlap: 'all' });
    const before = await firesWhen(flow, 'a fire', (all) => all.length > 0);
    await killWorkers();
    await temporal.kill9();
    temporal.forget();
    await temporal.restart();
    expect(await scheduleIds()).toEqual([]);
    await startWorker();
    await firesWhen(flow, 'fires again', (all) => eachSecond(all) > before.length + 5);
    await turn(flow, 'disable');
  });
});
