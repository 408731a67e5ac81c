import { callOperation, lookupEffect, readBefore, undoOf } from '@castellan/sdk';
import { hostOf, type Simulation, simulate } from '@castellan/sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { datadog } from './datadog.connector.js';
import { datadogSimulator } from './datadog.simulator.js';
import { instantAt } from './datadog-shapes.js';

let atWork: Simulation;
beforeAll(async () => {
  atWork = await simulate(datadog, datadogSimulator);
});
beforeEach(() => atWork.reset());
afterAll(() => atWork.close());

describe('Datadog’s keys and sites', () => {
  const [, { credentials }] = datadog.auth as [unknown, (typeof datadog.auth)[0]];
  const fields = { apiKey: 'a', applicationKey: 'b', site: 'datadoghq.eu' };

  it('go to the site’s own hosts, the application key to its API alone', () => {
    expect(datadog.hosts!(fields)).toEqual(['https://api.datadoghq.eu', 'https://http-intake.logs.datadoghq.eu']);
    expect(credentials(fields, 'https://api.datadoghq.eu').headers).toEqual({
      'dd-api-key': 'a',
      'dd-application-key': 'b',
    });
    expect(credentials(fields, 'https://http-intake.logs.datadoghq.eu').headers).toEqual({ 'dd-api-key': 'a' });
  });

  it('say in Datadog’s words that the application key is missing', async () => {
    const { applicationKey, ...without } = atWork.fields;
    expect(applicationKey).toBeDefined();
    const connection = { ...atWork.connection, id: 'without-application-key', fields: without };
    const host = hostOf(atWork.core.connect(datadog, connection));
    const refused = { status: 403, vendorMessage: 'Forbidden' };
    await expect(callOperation(datadog, 'listMonitors', {}, host)).rejects.toMatchObject(refused);
    await expect(callOperation(datadog, 'sendLogs', { logs: [{ message: 'a' }] }, host)).resolves.toEqual({ sent: 1 });
  });

  it('wait as long as the rate limit’s own header says', async () => {
    await atWork.faults([{ status: 429, headers: { 'x-ratelimit-reset': '30' }, body: { errors: ['Too many'] } }]);
    const host = atWork.host({ connectionId: 'limited' });
    await expect(callOperation(datadog, 'listMonitors', {}, host)).rejects.toMatchObject({
      code: 'E_RATE',
      retryAfter: 30,
    });
  });
});

describe('A monitor', () => {
  const call = (operation: string, input: object) => callOperation(datadog, operation, input, atWork.host());
  const monitorId = 118023945;

  it('is muted by a downtime of its own, and unmuted by the end of all of them', async () => {
    const { downtimeId } = (await call('muteMonitor', { monitorId, message: 'Planned work.' })) as {
      downtimeId: string;
    };
    const { items } = (await call('listDowntimes', {})) as { items: { id: string; message: string }[] };
    expect(items.find(({ id }) => id === downtimeId)?.message).toMatch(
      /^Planned work\.\n\nSet by Castellan \([0-9a-f]{16}\)\.$/,
    );
    const { ended } = (await call('unmuteMonitor', { monitorId })) as { ended: string[] };
    expect(ended).toContain(downtimeId);
    expect(await call('unmuteMonitor', { monitorId })).toEqual({ ended: [] });
    expect(await call('unmuteMonitor', { monitorId: 118023946 })).toMatchObject({ ended: { length: 1 } });
  });

  it('is not muted twice by a repeat that looks first, though it was unmuted since', async () => {
    const input = { monitorId, until: '2030-01-01T00:00:00Z' };
    const output = await call('muteMonitor', input);
    await call('unmuteMonitor', { monitorId });
    expect(await lookupEffect(datadog, 'muteMonitor', input, atWork.host())).toEqual(output);
    const other = atWork.host({ idempotencyKey: 'cd'.repeat(32) });
    expect(await lookupEffect(datadog, 'muteMonitor', input, other)).toBeNull();
  });
});

describe('A search', () => {
  const found = async (operation: string, input: object) =>
    ((await callOperation(datadog, operation, input, atWork.host())) as { items: { id: string }[] }).items;

  it('finds by words, tags and attributes, the newest first', async () => {
    expect(await found('searchSignals', { query: '@workflow.triage.state:open' })).toMatchObject([{ state: 'open' }]);
    expect(await found('listEvents', { query: 'team:security' })).toMatchObject([{ title: 'Access suspended' }]);
    const logs = await found('searchLogs', { query: 'service:okta Sign-in' });
    const oldest = await found('searchLogs', { query: 'service:okta', order: 'oldest' });
    expect(logs).toEqual(oldest.toReversed());
  });

  it('hands a span on as Datadog takes it: events know now-1h, logs and signals want instants', async () => {
    for (const operation of ['listEvents', 'searchLogs', 'searchSignals']) await found(operation, { from: 'now-1h' });
    const [events, ...others] = (await atWork.requests()).map(({ query }) => query['filter[from]']!);
    expect(events).toBe('now-1h');
    const now = new Date('2026-01-12T09:00:00Z');
    expect(['now-90s', 'now-1h', 'now-2d', 'now', '2026-01-01'].map(instantAt(now))).toEqual([
      '2026-01-12T08:58:30.000Z',
      '2026-01-12T08:00:00.000Z',
      '2026-01-10T09:00:00.000Z',
      '2026-01-12T09:00:00.000Z',
      '2026-01-01',
    ]);
    for (const time of others) expect(time).toMatch(/^\d{4}-.*Z$/);
  });

  it('is refused where a time is none', async () => {
    await expect(found('searchLogs', { from: 'yesterday' })).rejects.toMatchObject({ code: 'E_INPUT' });
  });
});

describe('A security signal', () => {
  const signalId = 'AAAAAYvF0000000001';

  it('is archived with a reason, and put back to what it was', async () => {
    const input = { signalId, state: 'archived', archiveReason: 'remediated', archiveComment: 'Suspended.' };
    const before = await readBefore(datadog, 'setSignalState', input, atWork.host());
    expect(before).toEqual({ state: 'open' });
    const output = await callOperation(datadog, 'setSignalState', input, atWork.host());
    const undo = undoOf(datadog, 'setSignalState', input, output, before);
    expect(undo).toEqual({ operation: 'setSignalState', input: { signalId, state: 'open' } });
    expect(undoOf(datadog, 'setSignalState', input, output, { state: 'archived' })).toBeNull();
    expect(undoOf(datadog, 'setSignalState', input, output, { state: null })).toBeNull();
  });

  it('has no reason of archiving while it is open', async () => {
    const input = { signalId, state: 'open', archiveReason: 'other' };
    await expect(callOperation(datadog, 'setSignalState', input, atWork.host())).rejects.toMatchObject({
      code: 'E_INPUT',
    });
  });
});

describe('Logs', () => {
  const send = (logs: object[]) => callOperation(datadog, 'sendLogs', { logs }, atWork.host());

  it('carry their attributes beside what is theirs, which an attribute does not take the place of', async () => {
    await send([{ message: 'a', tags: ['b:1', 'c'], attributes: { message: 'another', person: 'p' } }]);
    expect((await atWork.requests())[0]!.body).toEqual([{ message: 'a', ddtags: 'b:1,c', person: 'p' }]);
  });

  it('are refused before they are sent where there are too many or one is too large', async () => {
    await expect(send([{ message: 'x'.repeat(1_000_001) }])).rejects.toThrow(/1 MB/);
    await expect(send(Array(6).fill({ message: 'x'.repeat(999_000) }))).rejects.toThrow(/in a loop/);
    expect(await atWork.requests()).toEqual([]);
  });
});
