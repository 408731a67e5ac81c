import type { Delivery, RunRow, TriggerState } from '@castellan/api';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AuditLog, startAuditLog } from './harness/audit-log.js';
import { deliver, endOf, type PublishedFlow, publishFlow, readRun, until, wires } from './harness/flows.js';
import {
  adminSession,
  type FaultProxy,
  type OwnTemporal,
  type Session,
  startFaultProxy,
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
/** Stands between some workers and Postgres. */
let network: FaultProxy;
let workers: TestServer[] = [];
let admin: Session;

async function startWorker(url = database.url): Promise<TestServer> {
  const env = { EGRESS_ALLOW: vendor.address };
  const worker = await startServer({
    ...{ database: { url }, temporal, mode: 'worker', env },
    installation: api.installation,
  });
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
  const { hostname, port } = new URL(database.url);
  network = await startFaultProxy({ host: hostname, port: Number(port) });
  api = await startServer({ database, temporal, mode: 'api', env: { EGRESS_ALLOW: vendor.address } });
  admin = await adminSession(api);
  await startWorker();
});

afterAll(async () => {
  if (process.env.SHOW_LOGS) for (const worker of workers) console.log(worker.logs().join('\n'));
  await Promise.all([api, ...workers].map((server) => server?.stop()));
  await network?.close();
  await temporal?.stop();
  await vendor?.stop();
});

const note = { note: { kind: 'shape', output: { jsonata: 'trigger.body.eventType' } } };

/** A flow that hears what an audit log logs. It is read each 10 s, unless the test asks. */
const listening = (log: AuditLog, trigger: object = {}, steps: Record<string, unknown> = note) =>
  publishFlow(admin, {
    connections: { opal: { connector: 'opal', title: 'Opal', id: log.connection } },
    triggers: {
      logged: { kind: 'connector', connection: 'opal', event: 'eventLogged', everySeconds: 3_600, ...trigger },
    },
    steps,
    wires: wires(`logged -> ${Object.keys(steps)[0]}`),
  });

const ofTrigger = (flow: Pick<PublishedFlow, 'id'>, action: string) => `/flows/${flow.id}/triggers/logged/${action}`;

const stateOf = async (flow: Pick<PublishedFlow, 'id'>): Promise<TriggerState> => {
  const { body } = await admin.inWorkspace<{ items: TriggerState[] }>('GET', `/flows/${flow.id}/triggers`);
  return body.items.find(({ id }) => id === 'logged') as TriggerState;
};

/** Asks for a poll and waits for its end. */
async function poll(flow: Pick<PublishedFlow, 'id'>): Promise<NonNullable<TriggerState['poll']>> {
  const { status, body } = await admin.inWorkspace('POST', ofTrigger(flow, 'poll'));
  expect({ status, body }).toEqual({ status: 202, body: { asked: true } });
  return pollEnded(flow);
}

const pollEnded = (flow: Pick<PublishedFlow, 'id'>) =>
  until(
    'the end of the poll',
    async () => {
      const { poll: state } = await stateOf(flow);
      return state && !state.underWay && state;
    },
    60,
  );

/** The types of the events that runs of a flow were made for, in the order in which they were made. */
async function heardBy({ id }: Pick<PublishedFlow, 'id'>): Promise<string[]> {
  const rows = await database.query<{ type: string }>(
    `select trigger_data #>> '{body,eventType}' as type from runs where flow_id = $1 order by id`,
    [id],
  );
  return rows.map(({ type }) => type);
}

const hears = (flow: PublishedFlow, expected: string[], seconds = 30) =>
  until(
    `${expected.length} events`,
    async () => {
      const heard = await heardBy(flow);
      return heard.length >= expected.length && heard;
    },
    seconds,
  );

const turn = (flow: Pick<PublishedFlow, 'id'>, state: 'enable' | 'disable') =>
  admin.inWorkspace('POST', `/flows/${flow.id}/${state}`);

const arrivals = async (flow: Pick<PublishedFlow, 'id'>): Promise<Delivery[]> =>
  (await admin.inWorkspace<{ items: Delivery[] }>('GET', `/deliveries?flowId=${flow.id}`)).body.items;

async function publishAgain(flow: PublishedFlow, triggers: object): Promise<void> {
  const { body: now } = await admin.inWorkspace<{ draft: object; revision: number }>('GET', `/flows/${flow.id}`);
  const draft = { ...now.draft, triggers };
  const saved = await admin.inWorkspace<{ revision: number }>(
    ...(['PUT', `/flows/${flow.id}`, { draft }, { 'if-match': String(now.revision) }] as const),
  );
  const published = await admin.inWorkspace(
    ...(['POST', `/flows/${flow.id}/publish`, {}, { 'if-match': String(saved.body.revision) }] as const),
  );
  expect(published.status).toBe(201);
}

async function scheduleIds(): Promise<string[]> {
  const opened = await Connection.connect({ address: temporal.address });
  try {
    const ids: string[] = [];
    const client = new Client({ connection: opened, namespace: temporal.namespace });
    for await (const { scheduleId } of client.schedule.list()) ids.push(scheduleId);
    return ids;
  } finally {
    await opened.close();
  }
}

const hourAgo = () => new Date(Date.now() - 3_600_000);

describe('a trigger whose events are read', () => {
  test('makes one run of each event from its start on, in their order, however many pages they fill', async () => {
    const log = await startAuditLog(admin, vendor, 'plain');
    log.log('BEFORE', hourAgo());
    const flow = await listening(log);
    const before = await stateOf(flow);
    expect(before).toMatchObject({ problems: [], poll: { connection: 'Opal plain', everySeconds: 3_600 } });
    expect(before.poll).toMatchObject({ polledAt: null, found: null, failing: null, next: expect.any(String) });
    const types = ['A', 'B', 'C', 'D', 'E', 'F', 'G'];
    const ids = types.map((type) => log.log(type));
    expect(await poll(flow)).toMatchObject({ found: 7, failing: null, polledAt: expect.any(String) });
    expect((await heardBy(flow)).sort()).toEqual(types);
    expect(await poll(flow)).toMatchObject({ found: 0 });
    expect(await heardBy(flow)).toHaveLength(types.length);

    const [delivery] = await arrivals(flow);
    expect(delivery).toMatchObject({
      ...{ method: 'POLL', status: 'accepted', polled: { connection: 'Opal plain', event: 'Event in the audit log' } },
      body: { eventId: expect.stringMatching(new RegExp(ids.join('|'))) },
    });
    const { body: audit } = await admin.request<{ items: { action: string }[] }>(
      ...(['GET', `/workspaces/${admin.workspaceId}/audit?action=trigger.poll`] as const),
    );
    expect(audit.items.length).toBeGreaterThanOrEqual(2);
    const { runId } = (delivery?.runs ?? [])[0] as { runId: string };
    const run = await endOf(admin, runId);
    expect(run).toMatchObject({ status: 'succeeded', trigger: { kind: 'connector' } });
  });

  test('is polled by its clock, and by nobody when it is switched off', async () => {
    const log = await startAuditLog(admin, vendor, 'clock');
    const flow = await listening(log, { everySeconds: 10 });
    await until('its Schedule', async () => (await scheduleIds()).length > 0);
    log.log('A');
    expect(await hears(flow, ['A'])).toEqual(['A']);
    await turn(flow, 'disable');
    expect((await stateOf(flow)).poll).toMatchObject({ next: null, underWay: false });
    const refused = await admin.inWorkspace('POST', ofTrigger(flow, 'poll'));
    expect(refused).toMatchObject({ status: 409, body: { code: 'conflict' } });
  });

  test('gives each of two flows each event once, and says of one that a filter keeps back why', async () => {
    const log = await startAuditLog(admin, vendor, 'two');
    const [all, some] = await Promise.all([
      listening(log),
      listening(log, { filter: { cel: "trigger.body.eventType == 'B'" } }),
    ]);
    for (const type of ['A', 'B']) log.log(type);
    await Promise.all([poll(all), poll(some)]);
    await Promise.all([poll(all), poll(some)]);
    expect((await heardBy(all)).sort()).toEqual(['A', 'B']);
    expect(await heardBy(some)).toEqual(['B']);
    expect(await arrivals(some)).toContainEqual(
      expect.objectContaining({ status: 'filtered', reason: 'The filter of the trigger does not let it through.' }),
    );
  });

  test('goes on where it was when a version with another filter is published', async () => {
    const log = await startAuditLog(admin, vendor, 'versions');
    const flow = await listening(log);
    log.log('A');
    await poll(flow);
    log.log('B');
    const logged = { kind: 'connector', connection: 'opal', event: 'eventLogged', filter: { cel: 'true' } };
    await publishAgain(flow, { logged });
    expect(await poll(flow)).toMatchObject({ found: 1, everySeconds: 60 });
    expect(await heardBy(flow)).toEqual(['A', 'B']);
  });

  test('that is switched on again hears nothing of the time between, until somebody lets it start again', async () => {
    const log = await startAuditLog(admin, vendor, 'again');
    const flow = await listening(log);
    const start = new Date();
    log.log('A');
    await poll(flow);
    await turn(flow, 'disable');
    log.log('MISSED');
    await turn(flow, 'enable');
    log.log('B');
    expect(await poll(flow)).toMatchObject({ found: 1 });
    expect(await heardBy(flow)).toEqual(['A', 'B']);

    const query = `?from=${encodeURIComponent(start.toISOString())}`;
    const repeats = await admin.inWorkspace('GET', `${ofTrigger(flow, 'repeats')}${query}`);
    expect(repeats).toMatchObject({ status: 200, body: { deliveries: 2, runs: 2 } });
    const ahead = { from: new Date(Date.now() + 3_600_000).toISOString() };
    expect(await admin.inWorkspace('POST', ofTrigger(flow, 'start-again'), ahead)).toMatchObject({ status: 400 });
    const again = await admin.inWorkspace('POST', ofTrigger(flow, 'start-again'), { from: start.toISOString() });
    expect(again.status).toBe(202);
    const heard = await hears(flow, ['A', 'B', 'A', 'MISSED', 'B']);
    expect(heard.toSorted()).toEqual(['A', 'A', 'B', 'B', 'MISSED']);
    expect(await poll(flow)).toMatchObject({ found: 0, from: start.toISOString() });
    const { body: audit } = await admin.inWorkspace<{ items: { before: object; after: object }[] }>(
      ...(['GET', '/audit?action=trigger.start_again'] as const),
    );
    expect(audit.items[0]?.after).toEqual({ trigger: 'logged', from: start.toISOString() });
  });

  test('wakes a run that waits for the event, also while its flow is switched off', async () => {
    const log = await startAuditLog(admin, vendor, 'waits');
    const match = { connection: 'opal', event: 'eventLogged', key: '/body/eventType', equals: 'WANTED' };
    const flow = await publishFlow(admin, {
      connections: { opal: { connector: 'opal', title: 'Opal', id: log.connection } },
      triggers: {
        hook: { kind: 'webhook' },
        logged: { kind: 'connector', connection: 'opal', event: 'eventLogged', everySeconds: 10 },
      },
      steps: { told: { kind: 'wait', event: match } },
      wires: wires('hook -> told'),
    });
    const { body } = await deliver(flow.hooks.hook as string, {});
    const runId = body.runId as string;
    await until('the run to wait', async () => (await readRun(admin, runId)).status === 'waiting');
    await turn(flow, 'disable');
    log.log('OTHER');
    log.log('WANTED');
    expect(await endOf(admin, runId, 60)).toMatchObject({ status: 'succeeded' });
  });
});

describe('when something fails, no event is lost and none comes twice', () => {
  test('a worker killed with kill -9 after it has read and before it has committed', async () => {
    const log = await startAuditLog(admin, vendor, 'killed');
    await killWorkers();
    const through = new URL(database.url);
    through.port = String(network.port);
    await startWorker(through.href);
    const flow = await listening(log, { everySeconds: 10 });
    log.interfere((count) => {
      // What is read now cannot be committed.
      if (count === 2) network.blackhole();
      return null;
    });
    await until('a first poll', async () => log.asked().length === 1 && (await stateOf(flow)).poll?.polledAt);
    const types = ['A', 'B', 'C'];
    for (const type of types) log.log(type);
    await until('it to be read', async () => log.asked().length >= 2);
    await killWorkers();
    network.heal();
    expect(await heardBy(flow)).toEqual([]);
    await Promise.all([startWorker(), startWorker()]);
    expect((await hears(flow, types, 60)).toSorted()).toEqual(types);
    await until('two polls more', async () => log.asked().length >= 5, 60);
    expect((await heardBy(flow)).toSorted()).toEqual(types);
    await turn(flow, 'disable');
  });

  test('a system that asks for a pause gets it, and the trigger says why nothing comes', async () => {
    const log = await startAuditLog(admin, vendor, 'slow-down');
    const flow = await listening(log);
    log.interfere((count) => (count === 1 ? { status: 429, headers: { 'retry-after': '15' } } : null));
    log.log('A');
    const { failing, next } = await poll(flow);
    expect(failing).toMatchObject({ count: 1, code: 'E_RATE', message: expect.stringContaining('429') });
    expect(Date.parse(String(next)) - Date.parse(String(failing?.since))).toBeGreaterThanOrEqual(15_000);
    const { problems } = await stateOf(flow);
    expect(problems).toMatchObject([{ code: 'poll_failing', remedy: expect.stringContaining('pause') }]);
    const { body: list } = await admin.inWorkspace<{ items: { flowId: string; poll: unknown }[] }>(
      ...(['GET', '/triggers?limit=200'] as const),
    );
    expect(list.items.find(({ flowId }) => flowId === flow.id)?.poll).toEqual({
      failing: { since: failing?.since, message: failing?.message },
    });
    expect(await hears(flow, ['A'], 60)).toEqual(['A']);
    const [first, second] = log.asked();
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(15_000);
    expect(await pollEnded(flow)).toMatchObject({ failing: null, found: 1 });
  });

  test('a system that is away keeps the place in its events', async () => {
    const log = await startAuditLog(admin, vendor, 'away');
    const flow = await listening(log);
    log.log('A');
    await poll(flow);
    let isAway = true;
    log.interfere((count) => (isAway ? (count % 2 === 0 ? { status: 503 } : { reset: true }) : null));
    log.log('B');
    expect((await poll(flow)).failing).toMatchObject({ count: 1 });
    log.log('C');
    expect((await poll(flow)).failing).toMatchObject({ count: 2 });
    isAway = false;
    expect(await poll(flow)).toMatchObject({ failing: null, found: 2 });
    expect(await heardBy(flow)).toEqual(['A', 'B', 'C']);
  });

  test('two workers that are asked at once never read for one trigger at the same time', async () => {
    if (workers.length < 2) await startWorker();
    const log = await startAuditLog(admin, vendor, 'both');
    const flow = await listening(log, { everySeconds: 10 });
    log.interfere(async () => {
      await new Promise((resolve) => setTimeout(resolve, 200));
      return null;
    });
    const types = ['A', 'B', 'C', 'D', 'E'];
    for (const type of types) {
      log.log(type);
      await Promise.all(Array.from({ length: 4 }, () => poll(flow)));
    }
    expect(log.atOnce()).toBe(1);
    expect(await heardBy(flow)).toEqual(types);
    await turn(flow, 'disable');
  });

  test('a system that never answers is given up at the deadline', async () => {
    const log = await startAuditLog(admin, vendor, 'hangs');
    const flow = await listening(log);
    let release: () => void = () => undefined;
    const hanging = new Promise<null>((resolve) => (release = () => resolve(null)));
    log.interfere((count) => (count === 1 ? hanging : null));
    log.log('A');
    const { failing } = await poll(flow);
    expect(failing).toMatchObject({ code: 'E_TIMEOUT', count: 1 });
    release();
    expect(await poll(flow)).toMatchObject({ failing: null, found: 1 });
  });

  test('an address that the server may not reach is said, and nothing is asked of it', async () => {
    const made = await admin.inWorkspace<{ id: string }>('POST', '/connections', {
      ...{ name: 'Opal inside', connector: 'opal', auth: 'apiToken' },
      fields: { token: 'a-token-0123456789', apiUrl: 'http://127.0.0.1:9/v1' },
    });
    const log = { connection: made.body.id } as AuditLog;
    const flow = await listening(log);
    expect((await poll(flow)).failing).toMatchObject({ code: 'E_EGRESS' });
    expect((await stateOf(flow)).problems).toMatchObject([{ remedy: expect.stringContaining('EGRESS_ALLOW') }]);
    const removed = await admin.inWorkspace('DELETE', `/connections/${made.body.id}`);
    expect(removed).toMatchObject({ status: 409, body: { code: 'in_use' } });
    await admin.inWorkspace('DELETE', `/flows/${flow.id}`);
    expect((await admin.inWorkspace('DELETE', `/connections/${made.body.id}`)).status).toBe(204);
  });

  test('a Temporal whose store is lost: the clocks are made again, and what happened meanwhile is read', async () => {
    const log = await startAuditLog(admin, vendor, 'lost');
    const flow = await listening(log, { everySeconds: 10 });
    log.log('A');
    await hears(flow, ['A']);
    const had = await scheduleIds();
    expect(had.length).toBeGreaterThan(0);
    await temporal.kill9();
    temporal.forget();
    log.log('B');
    await temporal.restart();
    await killWorkers();
    await startWorker();
    expect(await hears(flow, ['A', 'B'], 60)).toEqual(['A', 'B']);
    expect((await scheduleIds()).toSorted()).toEqual(had.toSorted());
    const { body } = await admin.inWorkspace<{ items: RunRow[] }>('GET', `/runs?flowId=${flow.id}`);
    expect(body.items).toHaveLength(2);
  });
});
