import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startAuditLog } from '../harness/audit-log.js';
import { until } from '../harness/flows.js';
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
} from '../harness/index.js';
import { polledFlows } from '../harness/polled-flows.js';
import { sweptFlows } from '../harness/swept-flows.js';
import { startVendor, type Vendor } from '../harness/vendor.js';

let vendor: Vendor;
let database: TestDatabase;
let temporal: OwnTemporal;
let api: TestServer;
/** Stands between some workers and Postgres. */
let network: FaultProxy;
let workers: TestServer[] = [];
let admin: Session;
let on: ReturnType<typeof polledFlows>;

async function startWorker(url = database.url): Promise<TestServer> {
  const env = { EGRESS_ALLOW: vendor.address };
  const { installation } = api;
  const worker = await startServer({ database: { url }, temporal, mode: 'worker', env, installation });
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
  on = polledFlows({ admin, database, temporal });
  await startWorker();
});

afterAll(async () => {
  await Promise.all([api, ...workers].map((server) => server?.stop()));
  await network?.close();
  await temporal?.stop();
  await vendor?.stop();
});

describe('no event is lost and none comes twice', () => {
  test('a worker killed with kill -9 after it has read and before it has committed', async () => {
    const log = await startAuditLog(admin, vendor, 'killed');
    await killWorkers();
    const through = new URL(database.url);
    through.port = String(network.port);
    await startWorker(through.href);
    const flow = await on.listening(log, { everySeconds: 10 });
    log.interfere((count) => {
      // What is read now cannot be committed.
      if (count === 2) network.blackhole();
      return null;
    });
    await until('a first poll', async () => log.asked().length === 1 && (await on.stateOf(flow)).poll?.polledAt);
    const types = ['A', 'B', 'C'];
    for (const type of types) log.log(type);
    await until('it to be read', async () => log.asked().length >= 2);
    await killWorkers();
    network.heal();
    expect(await on.heardBy(flow)).toEqual([]);
    await Promise.all([startWorker(), startWorker()]);
    expect((await on.hears(flow, types.length, 60)).toSorted()).toEqual(types);
    await until('two polls more', async () => log.asked().length >= 5, 60);
    expect((await on.heardBy(flow)).toSorted()).toEqual(types);
    await on.turn(flow, 'disable');
  });

  test('a worker killed with kill -9 after its sweep has read a lost event and before it has committed', async () => {
    const swept = sweptFlows({ admin, database, vendor });
    const log = await swept.streaming('killed-sweep');
    const flow = await swept.listening(log);
    await swept.asOfYesterday(log, flow);
    await killWorkers();
    const through = new URL(database.url);
    through.port = String(network.port);
    await startWorker(through.href);
    swept.log(log, 'LOST');
    const before = log.asked().length;
    log.interfere((count) => {
      // What is read now cannot be committed.
      if (count === before + 1) network.blackhole();
      return null;
    });
    expect((await swept.askNow(log)).status).toBe(202);
    await until('the list to be read', async () => log.asked().length > before);
    await killWorkers();
    network.heal();
    expect(await swept.heardBy(flow)).toEqual([]);
    await Promise.all([startWorker(), startWorker()]);
    await until('the lost event to be found', async () => (await swept.heardBy(flow)).length > 0, 60);
    expect(await swept.sweep(log)).toMatchObject({ lost: 1, failing: null });
    expect(await swept.heardBy(flow)).toEqual(['LOST']);
    await on.turn(flow, 'disable');
  });

  test('a system that never answers is given up at the deadline', async () => {
    const log = await startAuditLog(admin, vendor, 'hangs');
    const flow = await on.listening(log);
    let release: () => void = () => undefined;
    const hanging = new Promise<null>((resolve) => (release = () => resolve(null)));
    log.interfere((count) => (count === 1 ? hanging : null));
    log.log('A');
    const { failing } = await on.poll(flow);
    expect(failing).toMatchObject({ code: 'E_TIMEOUT', count: 1 });
    release();
    expect(await on.poll(flow)).toMatchObject({ failing: null, found: 1 });
  });

  test('a Temporal whose store is lost: the clocks are made again, and what happened meanwhile is read', async () => {
    const log = await startAuditLog(admin, vendor, 'lost');
    const flow = await on.listening(log, { everySeconds: 10 });
    log.log('A');
    await on.hears(flow, 1);
    const had = await on.scheduleIds();
    expect(had.length).toBeGreaterThan(0);
    await temporal.kill9();
    temporal.forget();
    log.log('B');
    await temporal.restart();
    await killWorkers();
    await startWorker();
    expect(await on.hears(flow, 2, 60)).toEqual(['A', 'B']);
    expect(await on.scheduleIds()).toEqual(had);
  });
});
