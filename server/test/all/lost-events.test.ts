import type { Delivery, RunRow, TriggerState } from '@castellan/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deliver, endOf, type PublishedFlow, publishFlow, readRun, stepsOf, until, wires } from '../harness/flows.js';
import {
  adminSession,
  type Session,
  startPostgres,
  startServer,
  startTemporal,
  type TestDatabase,
  type TestServer,
} from '../harness/index.js';
import { sweptFlows } from '../harness/swept-flows.js';
import { startVendor, type Vendor } from '../harness/vendor.js';

let vendor: Vendor;
let database: TestDatabase;
let servers: TestServer[] = [];
let admin: Session;
let on: ReturnType<typeof sweptFlows>;

/** An API and two workers. */
beforeAll(async () => {
  vendor = await startVendor();
  const [postgres, temporal] = await Promise.all([startPostgres(), startTemporal()]);
  database = postgres;
  const env = { EGRESS_ALLOW: vendor.address };
  const api = await startServer({ database, temporal, mode: 'api', env });
  const { installation } = api;
  const worker = () => startServer({ database, temporal, mode: 'worker', env, installation });
  servers = [api, ...(await Promise.all([worker(), worker()]))];
  admin = await adminSession(api);
  on = sweptFlows({ admin, database, vendor });
});

afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  await vendor?.stop();
});

const arrivals = async (flow: Pick<PublishedFlow, 'id'>): Promise<Delivery[]> =>
  (await admin.inWorkspace<{ items: Delivery[] }>('GET', `/deliveries?flowId=${flow.id}`)).body.items;

const runsOf = async (flow: Pick<PublishedFlow, 'id'>): Promise<RunRow[]> =>
  (await admin.inWorkspace<{ items: RunRow[] }>('GET', `/runs?flowId=${flow.id}`)).body.items;

const stateOf = async (flow: Pick<PublishedFlow, 'id'>): Promise<TriggerState | undefined> =>
  (await admin.inWorkspace<{ items: TriggerState[] }>('GET', `/flows/${flow.id}/triggers`)).body.items[0];

describe('an event that is delivered, and whose system lists it as well', () => {
  test('makes its run though its delivery was lost, once, and says that a sweep found it', async () => {
    const log = await on.streaming('lost');
    const flow = await on.listening(log);
    await on.asOfYesterday(log, flow);
    expect((await on.tell(log, on.log(log, 'TOLD', 3))).status).toBe(200);
    on.log(log, 'LOST', 2);
    expect(await on.sweep(log)).toMatchObject({ lost: 1, failing: null });
    expect(await on.heardBy(flow)).toEqual(['TOLD', 'LOST']);
    expect((await runsOf(flow)).map(({ trigger }) => trigger.swept)).toEqual([true, false]);
    for (const { id } of await runsOf(flow)) expect((await endOf(admin, id)).status).toBe('succeeded');
    const [found, told] = await arrivals(flow);
    expect(found).toMatchObject({ method: 'SWEEP', status: 'accepted', swept: true });
    expect(found?.polled).toMatchObject({ connection: 'Opal lost' });
    expect(told).toMatchObject({ method: 'POST', status: 'accepted', swept: false });
    expect(await on.sweep(log)).toMatchObject({ lost: 1 });
    expect(await on.heardBy(flow)).toHaveLength(2);
    expect((await stateOf(flow))?.sweep).toMatchObject({ lost: 1, event: 'eventStreamed' });
  });

  test('is not taken for lost while its delivery may still come', async () => {
    const log = await on.streaming('grace');
    const flow = await on.listening(log);
    await on.asOfYesterday(log, flow);
    const late = on.log(log, 'LATE', 0);
    expect(await on.sweep(log)).toMatchObject({ lost: 0 });
    expect((await on.tell(log, late)).status).toBe(200);
    expect(await on.heardBy(flow)).toEqual(['LATE']);
  });

  test('starts nothing a second time when its delivery comes after the sweep', async () => {
    const log = await on.streaming('after');
    const flow = await on.listening(log);
    await on.asOfYesterday(log, flow);
    const event = on.log(log, 'SLOW');
    expect(await on.sweep(log)).toMatchObject({ lost: 1 });
    expect((await on.tell(log, event)).status).toBe(200);
    expect(await on.heardBy(flow)).toEqual(['SLOW']);
    expect((await arrivals(flow)).map(({ method, status }) => `${method} ${status}`)).toEqual([
      'POST duplicate',
      'SWEEP accepted',
    ]);
  });

  test('is known as told though the flow’s filter refused it, or its own key was long forgotten', async () => {
    const log = await on.streaming('filtered');
    const key = { key: '/body/eventType', windowSeconds: 60 };
    const flow = await on.listening(log, { filter: { cel: 'trigger.body.eventType != "REFUSED"' }, dedupe: key });
    await on.asOfYesterday(log, flow);
    await on.tell(log, on.log(log, 'REFUSED', 3));
    await on.tell(log, on.log(log, 'KEYED', 2));
    await database.query(`update intake set dedupe_until = now() - interval '1 hour' where flow_id = $1`, [flow.id]);
    expect(await on.sweep(log)).toMatchObject({ lost: 0 });
    expect(await on.heardBy(flow)).toEqual(['KEYED']);
    expect(await arrivals(flow)).toHaveLength(2);
  });

  test('wakes the run that waits for it', async () => {
    const log = await on.streaming('awaited');
    const flow = await on.listening(log);
    await on.asOfYesterday(log, flow);
    const waiting = await publishFlow(admin, {
      connections: { opal: { connector: 'opal', title: 'Opal', id: log.connection } },
      triggers: { hook: { kind: 'webhook' } },
      steps: {
        told: {
          ...{ kind: 'wait', title: 'Until it is told' },
          event: { connection: 'opal', event: 'eventStreamed', key: '/body/eventType', equals: 'AWAITED' },
        },
        note: { kind: 'shape', output: { jsonata: 'steps.told.output.method' } },
      },
      wires: wires('hook -> told', 'told -> note'),
    });
    const { body } = await deliver(waiting.hooks.hook as string, {});
    await until('the run to wait', async () => (await readRun(admin, body.runId as string)).status === 'waiting');
    on.log(log, 'AWAITED');
    expect(await on.sweep(log)).toMatchObject({ lost: 1 });
    expect(await endOf(admin, body.runId as string)).toMatchObject({ status: 'succeeded' });
    expect((await stepsOf(admin, body.runId as string)).note?.output).toBe('SWEEP');
  });

  test('that was refused as forged is found as lost', async () => {
    const log = await on.streaming('forged');
    const flow = await on.listening(log);
    await on.asOfYesterday(log, flow);
    expect((await on.tell(log, on.log(log, 'TRUE'), 'another secret')).status).toBe(404);
    expect(await on.sweep(log)).toMatchObject({ lost: 1 });
    expect(await on.heardBy(flow)).toEqual(['TRUE']);
  });

  test('starts nothing in a flow that was switched on after it happened', async () => {
    const log = await on.streaming('since');
    const early = await on.listening(log);
    await on.asOfYesterday(log, early);
    const late = await on.listening(log);
    on.log(log, 'BETWEEN');
    expect(await on.sweep(log)).toMatchObject({ lost: 1 });
    expect(await on.heardBy(early)).toEqual(['BETWEEN']);
    expect(await on.heardBy(late)).toEqual([]);
  });

  test('is read page by page, in one sweep of two workers, which asks no page twice', async () => {
    const log = await on.streaming('pages');
    const flow = await on.listening(log);
    await on.asOfYesterday(log, flow);
    const types = ['A', 'B', 'C', 'D', 'E', 'F', 'G'];
    for (const [index, type] of types.entries()) on.log(log, type, 10 - index);
    const before = log.asked().length;
    expect(await on.sweep(log)).toMatchObject({ lost: types.length });
    expect((await on.heardBy(flow)).toSorted()).toEqual(types);
    expect(log.asked().length - before).toBe(3);
    expect(log.atOnce()).toBe(1);
  });
});

describe('the sweep for lost events', () => {
  test('looks for nothing while it is switched off, and begins with the moment at which it is switched on', async () => {
    const log = await on.streaming('off');
    const flow = await on.listening(log);
    await on.asOfYesterday(log, flow);
    on.log(log, 'MEANWHILE');
    expect((await on.turn(log, false)).body).toMatchObject({ enabled: false, next: null });
    expect((await on.askNow(log)).status).toBe(409);
    expect((await on.turn(log, true)).body).toMatchObject({ enabled: true });
    expect(await on.sweep(log)).toMatchObject({ lost: 0 });
    expect(await on.heardBy(flow)).toEqual([]);
    const { body } = await admin.inWorkspace<{ items: { action: string; after: object }[] }>('GET', '/audit');
    const switched = body.items.filter(({ action }) => action === 'connection.sweep');
    expect(switched.map(({ after }) => after)).toEqual([
      { event: 'eventStreamed', enabled: true },
      { event: 'eventStreamed', enabled: false },
    ]);
  });

  test('says why the list cannot be read, and goes on where it stopped', async () => {
    const log = await on.streaming('failing');
    const flow = await on.listening(log);
    await on.asOfYesterday(log, flow);
    on.log(log, 'LOST');
    log.interfere(() => ({ status: 403, body: { message: 'the token may not read events' } }));
    const failed = await on.sweep(log);
    expect(failed.failing).toMatchObject({ count: 1, message: expect.stringContaining('may not read events') });
    expect((await stateOf(flow))?.problems).toMatchObject([{ code: 'sweep_failing' }]);
    log.interfere(() => null);
    expect(await on.sweep(log)).toMatchObject({ failing: null, lost: 1 });
    expect(await on.heardBy(flow)).toEqual(['LOST']);
  });

  test('begins switched off where what is delivered may have been narrowed at the vendor', async () => {
    const made = await admin.inWorkspace<{ id: string }>('POST', '/connections', {
      ...{ name: 'Paging', connector: 'pagerduty', auth: 'apiKey' },
      fields: { token: 'a-token-0123456789', from: 'sam@example.com', webhookSecret: 'a-secret' },
    });
    expect(made.status).toBe(201);
    const connection = made.body.id;
    await publishFlow(admin, {
      connections: { paging: { connector: 'pagerduty', title: 'PagerDuty', id: connection } },
      triggers: { heard: { kind: 'connector', connection: 'paging', event: 'incidentTriggered' } },
      steps: { note: { kind: 'shape', output: { jsonata: 'trigger.body.data.id' } } },
      wires: wires('heard -> note'),
    });
    const sweep = await until('the event to be swept', async () => {
      const { body } = await admin.inWorkspace<{ items: object[] }>('GET', `/connections/${connection}/sweeps`);
      return body.items[0];
    });
    expect(sweep).toMatchObject({ enabled: false, next: null, caution: expect.stringContaining('PagerDuty') });
  });
});
