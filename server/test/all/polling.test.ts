import type { Delivery } from '@castellan/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startAuditLog } from '../harness/audit-log.js';
import { deliver, endOf, type PublishedFlow, publishFlow, readRun, until, wires } from '../harness/flows.js';
import {
  adminSession,
  type Session,
  startPostgres,
  startServer,
  startTemporal,
  type TestServer,
} from '../harness/index.js';
import { polledFlows } from '../harness/polled-flows.js';
import { startVendor, type Vendor } from '../harness/vendor.js';

let vendor: Vendor;
let servers: TestServer[] = [];
let admin: Session;
let on: ReturnType<typeof polledFlows>;

/** An API and two workers. */
beforeAll(async () => {
  vendor = await startVendor();
  const [database, temporal] = await Promise.all([startPostgres(), startTemporal()]);
  const env = { EGRESS_ALLOW: vendor.address };
  const api = await startServer({ database, temporal, mode: 'api', env });
  const { installation } = api;
  const worker = () => startServer({ database, temporal, mode: 'worker', env, installation });
  servers = [api, ...(await Promise.all([worker(), worker()]))];
  admin = await adminSession(api);
  on = polledFlows({ admin, database, temporal });
});

afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  await vendor?.stop();
});

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

const hourAgo = () => new Date(Date.now() - 3_600_000);

describe('a trigger whose events are read', () => {
  test('makes one run of each event from its start on, page by page, however many they fill', async () => {
    const log = await startAuditLog(admin, vendor, 'plain');
    log.log('BEFORE', hourAgo());
    const flow = await on.listening(log);
    const before = await on.stateOf(flow);
    expect(before).toMatchObject({ problems: [], poll: { connection: 'Opal plain', everySeconds: 3_600 } });
    expect(before.poll).toMatchObject({ polledAt: null, found: null, failing: null, next: expect.any(String) });
    const types = ['A', 'B', 'C', 'D', 'E', 'F', 'G'];
    const start = Date.now();
    const ids = types.map((type, index) => log.log(type, new Date(start + index)));
    await until('all to have happened', async () => Date.now() > start + types.length);
    expect(await on.poll(flow)).toMatchObject({ found: 7, failing: null, polledAt: expect.any(String) });
    // The pages are newest first; what is on one of them comes in the order in which it happened.
    expect(await on.heardBy(flow)).toEqual(['E', 'F', 'G', 'B', 'C', 'D', 'A']);
    expect(await on.poll(flow)).toMatchObject({ found: 0 });
    expect(await on.heardBy(flow)).toHaveLength(types.length);

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
    const again = await admin.inWorkspace<{ runIds: string[] }>('POST', `/deliveries/${delivery?.id}/redeliver`);
    expect(again.body.runIds).toHaveLength(1);
    expect(await on.heardBy(flow)).toHaveLength(types.length + 1);
  });

  test('is polled by its clock, and by nobody when it is switched off', async () => {
    const log = await startAuditLog(admin, vendor, 'clock');
    const flow = await on.listening(log, { everySeconds: 10 });
    await until('its Schedule', async () => (await on.scheduleIds()).length > 0);
    log.log('A');
    expect(await on.hears(flow, 1)).toEqual(['A']);
    await on.turn(flow, 'disable');
    expect((await on.stateOf(flow)).poll).toMatchObject({ next: null, underWay: false });
    const refused = await on.order(flow, 'POST', 'poll');
    expect(refused).toMatchObject({ status: 409, body: { code: 'conflict' } });
  });

  test('gives each of two flows each event once, and says of one that a filter keeps back why', async () => {
    const log = await startAuditLog(admin, vendor, 'two');
    const [all, some] = await Promise.all([
      on.listening(log),
      on.listening(log, { filter: { cel: "trigger.body.eventType == 'B'" } }),
    ]);
    for (const type of ['A', 'B']) log.log(type);
    await Promise.all([on.poll(all), on.poll(some)]);
    await Promise.all([on.poll(all), on.poll(some)]);
    expect((await on.heardBy(all)).sort()).toEqual(['A', 'B']);
    expect(await on.heardBy(some)).toEqual(['B']);
    expect(await arrivals(some)).toContainEqual(
      expect.objectContaining({ status: 'filtered', reason: 'The filter of the trigger does not let it through.' }),
    );
  });

  test('is read once for all flows that hear the same event, each from its own start', async () => {
    const log = await startAuditLog(admin, vendor, 'shared');
    const first = await on.listening(log);
    const logged = Date.now();
    log.log('BEFORE');
    await until('an instant later', async () => Date.now() > logged + 2);
    const second = await on.listening(log);
    // The first reads since the second's start; then the second reads, and has come to the same place.
    await on.poll(first);
    await on.poll(second);
    const asked = async (flow: PublishedFlow): Promise<number> => {
      const before = log.asked().length;
      await on.poll(flow);
      return log.asked().length - before;
    };
    const alone = await asked(first);
    log.log('A');
    expect(await asked(second)).toBe(alone);
    expect(await on.hears(second, 1)).toEqual(['A']);
    expect(await on.hears(first, 2)).toEqual(['BEFORE', 'A']);

    // The one that reads is switched off: the other goes on from where it was.
    await on.turn(first, 'disable');
    log.log('B');
    await on.poll(second);
    expect(await on.hears(second, 2)).toEqual(['A', 'B']);
    expect(await on.heardBy(first)).toEqual(['BEFORE', 'A']);
  });

  test('that rides with another reads by itself when somebody lets it start again, and the other is not disturbed', async () => {
    const log = await startAuditLog(admin, vendor, 'apart');
    log.log('OLD', hourAgo());
    const first = await on.listening(log);
    const second = await on.listening(log);
    await on.poll(first);
    await on.poll(second);
    const from = new Date(Date.now() - 2 * 3_600_000).toISOString();
    expect((await on.order(second, 'POST', 'start-again', { from })).status).toBe(202);
    expect(await on.hears(second, 1)).toEqual(['OLD']);
    log.log('NEW');
    await on.poll(first);
    await on.poll(second);
    expect(await on.hears(first, 1)).toEqual(['NEW']);
    expect(await on.hears(second, 2)).toEqual(['OLD', 'NEW']);
  });

  test('goes on where it was when a version with another filter is published', async () => {
    const log = await startAuditLog(admin, vendor, 'versions');
    const flow = await on.listening(log);
    log.log('A');
    await on.poll(flow);
    log.log('B');
    const logged = { kind: 'connector', connection: 'opal', event: 'eventLogged', filter: { cel: 'true' } };
    await publishAgain(flow, { logged });
    expect(await on.poll(flow)).toMatchObject({ found: 1, everySeconds: 60 });
    expect(await on.heardBy(flow)).toEqual(['A', 'B']);
  });

  test('that is switched on again hears nothing of the time between, until somebody lets it start again', async () => {
    const log = await startAuditLog(admin, vendor, 'again');
    const flow = await on.listening(log);
    const start = new Date();
    log.log('A');
    await on.poll(flow);
    await on.turn(flow, 'disable');
    log.log('MISSED');
    await on.turn(flow, 'enable');
    log.log('B');
    expect(await on.poll(flow)).toMatchObject({ found: 1 });
    expect(await on.heardBy(flow)).toEqual(['A', 'B']);

    const query = `?from=${encodeURIComponent(start.toISOString())}`;
    const repeats = await on.order(flow, 'GET', `repeats${query}`);
    expect(repeats).toMatchObject({ status: 200, body: { deliveries: 2, runs: 2 } });
    const ahead = { from: new Date(Date.now() + 3_600_000).toISOString() };
    expect(await on.order(flow, 'POST', 'start-again', ahead)).toMatchObject({ status: 400 });
    const again = await on.order(flow, 'POST', 'start-again', { from: start.toISOString() });
    expect(again.status).toBe(202);
    const heard = await on.hears(flow, 5);
    expect(heard.toSorted()).toEqual(['A', 'A', 'B', 'B', 'MISSED']);
    expect(await on.poll(flow)).toMatchObject({ found: 0, from: start.toISOString() });
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
    await on.turn(flow, 'disable');
    log.log('OTHER');
    log.log('WANTED');
    expect(await endOf(admin, runId, 60)).toMatchObject({ status: 'succeeded' });
  });
});

describe('when something fails, no event is lost and none comes twice', () => {
  test('a system that asks for a pause gets it, and the trigger says why nothing comes', async () => {
    const log = await startAuditLog(admin, vendor, 'slow-down');
    const flow = await on.listening(log);
    log.interfere((count) => (count === 1 ? { status: 429, headers: { 'retry-after': '15' } } : null));
    log.log('A');
    const { failing, next } = await on.poll(flow);
    expect(failing).toMatchObject({ count: 1, code: 'E_RATE', message: expect.stringContaining('429') });
    expect(Date.parse(String(next)) - Date.parse(String(failing?.since))).toBeGreaterThanOrEqual(15_000);
    const { problems } = await on.stateOf(flow);
    expect(problems).toMatchObject([{ code: 'poll_failing', remedy: expect.stringContaining('pause') }]);
    const { body: list } = await admin.inWorkspace<{ items: { flowId: string; poll: unknown }[] }>(
      ...(['GET', '/triggers?limit=200'] as const),
    );
    expect(list.items.find(({ flowId }) => flowId === flow.id)?.poll).toEqual({
      failing: { since: failing?.since, message: failing?.message },
    });
    expect(await on.hears(flow, 1, 60)).toEqual(['A']);
    const [first, second] = log.asked();
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(15_000);
    expect(await on.pollEnded(flow)).toMatchObject({ failing: null, found: 1 });
  });

  test('a system that is away keeps the place in its events', async () => {
    const log = await startAuditLog(admin, vendor, 'away');
    const flow = await on.listening(log);
    log.log('A');
    await on.poll(flow);
    let isAway = true;
    log.interfere((count) => (isAway ? (count % 2 === 0 ? { status: 503 } : { reset: true }) : null));
    log.log('B');
    expect((await on.poll(flow)).failing).toMatchObject({ count: 1 });
    log.log('C');
    expect((await on.poll(flow)).failing).toMatchObject({ count: 2 });
    isAway = false;
    expect(await on.poll(flow)).toMatchObject({ failing: null, found: 2 });
    expect(await on.heardBy(flow)).toEqual(['A', 'B', 'C']);
  });

  test('two workers that are asked at once never read for one trigger at the same time', async () => {
    const log = await startAuditLog(admin, vendor, 'both');
    const flow = await on.listening(log, { everySeconds: 10 });
    log.interfere(async () => {
      await new Promise((resolve) => setTimeout(resolve, 200));
      return null;
    });
    const types = ['A', 'B', 'C', 'D', 'E'];
    for (const type of types) {
      log.log(type);
      await Promise.all(Array.from({ length: 4 }, () => on.poll(flow)));
    }
    expect(log.atOnce()).toBe(1);
    expect(await on.heardBy(flow)).toEqual(types);
    await on.turn(flow, 'disable');
  });

  test('an address that the server may not reach is said, and nothing is asked of it', async () => {
    const made = await admin.inWorkspace<{ id: string }>('POST', '/connections', {
      ...{ name: 'Opal inside', connector: 'opal', auth: 'apiToken' },
      fields: { token: 'a-token-0123456789', apiUrl: 'http://127.0.0.1:9/v1' },
    });
    const flow = await on.listening({ connection: made.body.id });
    expect((await on.poll(flow)).failing).toMatchObject({ code: 'E_EGRESS' });
    expect((await on.stateOf(flow)).problems).toMatchObject([{ remedy: expect.stringContaining('EGRESS_ALLOW') }]);
    const removed = await admin.inWorkspace('DELETE', `/connections/${made.body.id}`);
    expect(removed).toMatchObject({ status: 409, body: { code: 'in_use' } });
    await admin.inWorkspace('DELETE', `/flows/${flow.id}`);
    expect((await admin.inWorkspace('DELETE', `/connections/${made.body.id}`)).status).toBe(204);
  });
});
