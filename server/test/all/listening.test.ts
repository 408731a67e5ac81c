import type { Delivery, FilterTrial, FlowDetail, TriggerListener } from '@castellan/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deliver, endOf, type PublishedFlow, publishFlow, until, wires } from '../harness/flows.js';
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
import { post, type Sender, senders, sendersSecret } from '../senders.js';

/** What somebody who makes a flow sees of deliveries: the next one as a sample, the last ones by a filter, all in the log. */
let database: TestDatabase;
let temporal: TestTemporal;
let server: TestServer;
let other: TestServer;
let admin: Session;

/** It stands behind one proxy. */
const startOther = () =>
  startServer({ database, temporal, mode: 'api', env: { TRUST_PROXY: '1' }, installation: server.installation });

beforeAll(async () => {
  [database, temporal] = await Promise.all([startPostgres(), startTemporal()]);
  server = await startServer({ database, temporal, mode: 'all' });
  other = await startOther();
  admin = await adminSession(server);
});

afterAll(async () => {
  await other?.stop();
  await server?.stop();
});

const shape = { kind: 'shape', output: { jsonata: '{ "got": trigger.body }' } };
const draftOf = (trigger: object, connections?: object) => ({
  schema: 1,
  name: 'Draft',
  triggers: { hook: { kind: 'webhook', ...trigger } },
  steps: { keep: shape },
  wires: wires('hook -> keep'),
  ...(connections ? { connections } : {}),
});

async function makeDraft(draft: object): Promise<FlowDetail> {
  const made = await admin.inWorkspace<FlowDetail>('POST', '/flows', { name: 'Draft', draft });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body;
}

const publishedWith = (trigger: object): Promise<PublishedFlow> =>
  publishFlow(admin, {
    triggers: { hook: { kind: 'webhook', ...trigger } },
    steps: { keep: shape },
    wires: wires('hook -> keep'),
  });

async function listen(flowId: string): Promise<TriggerListener> {
  const { status, body } = await admin.inWorkspace<TriggerListener>('POST', `/flows/${flowId}/triggers/hook/listener`);
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
}
const listener = async (flowId: string) =>
  (await admin.inWorkspace<TriggerListener>('GET', `/flows/${flowId}/triggers/hook/listener`)).body;
const runsOf = async (flowId: string) =>
  (await admin.inWorkspace<{ items: { id: string }[] }>('GET', `/runs?flowId=${flowId}`)).body.items;
const log = async (filter: string) =>
  (await admin.inWorkspace<{ items: Delivery[] }>('GET', `/deliveries?${filter}`)).body.items;
/** The same address at the other process. */
const atOther = (url: string | null) => new URL(new URL(url as string).pathname, other.url).href;

describe('a listener', () => {
  test('catches the next delivery of a flow that was never published, at the other process, and starts no run', async () => {
    const flow = await makeDraft(draftOf({}));
    const { url, until: ends, caught } = await listen(flow.id);
    expect([ends === null, caught]).toEqual([false, null]);
    const headers = { authorization: 'Bearer a-token-of-somebody', 'x-kind': 'true' };
    const body = '{"who":"jane","token":"a-token-of-somebody"}';
    const answer = await post(`${atOther(url)}?page=2`, body, headers);
    expect(answer).toMatchObject({ status: 202, body: { caught: true } });
    const state = await listener(flow.id);
    expect(state).toMatchObject({
      until: null,
      caught: {
        sample: { method: 'POST', query: { page: '2' }, headers: { 'x-kind': 'true' }, body: { who: 'jane' } },
      },
    });
    expect(JSON.stringify(state)).not.toContain('a-token-of-somebody');
    // It has what it waited for: the address is silent again.
    expect((await post(url as string, '{}', {})).status).toBe(404);
    expect(await runsOf(flow.id)).toEqual([]);
  });

  test('has an address that the flow keeps when it is published, and outlives a restart', async () => {
    const flow = await makeDraft(draftOf({}));
    const { url } = await listen(flow.id);
    await other.kill9();
    other = await startOther();
    expect((await post(atOther(url), '{"after":"restart"}', {})).body).toEqual({ caught: true });
    const published = await admin.inWorkspace<FlowDetail>(
      'POST',
      `/flows/${flow.id}/publish`,
      {},
      { 'if-match': String(flow.revision) },
    );
    expect(published.body.triggers.find(({ id }) => id === 'hook')?.url).toBe(url);
    expect((await post(url as string, '{}', {})).body).toMatchObject({ runId: expect.any(String) });
  });

  test('takes only what the draft’s signature lets in, and says why it did not', async () => {
    const sender = senders.github as Sender;
    const made = await admin.inWorkspace<{ id: string }>('POST', '/connections', {
      ...{ name: 'GitHub', connector: 'webhook', auth: 'github', fields: sender.fields },
    });
    const slot = { sender: { connector: 'webhook', title: 'GitHub', id: made.body.id } };
    const flow = await makeDraft(draftOf({ signature: { scheme: 'github', connection: 'sender' } }, slot));
    const { url } = await listen(flow.id);
    expect((await post(url as string, '{"forged":true}', {})).status).toBe(404);
    expect(await listener(flow.id)).toMatchObject({
      until: expect.any(String),
      caught: null,
      refused: { reason: 'The header X-Hub-Signature-256 is missing.' },
    });
    const body = '{"true":true}';
    expect((await post(url as string, body, sender.headers(body, 0))).body).toEqual({ caught: true });
    expect(await listener(flow.id)).toMatchObject({ caught: { sample: { body: { true: true } } } });
  });

  test('hears the published flow’s deliveries too, each of which makes its run all the same; one that is off makes none', async () => {
    const flow = await publishedWith({});
    await listen(flow.id);
    const answer = await deliver(flow.hooks.hook as string, { live: 1 });
    expect(answer).toMatchObject({ status: 202, body: { runId: expect.any(String) } });
    expect(await listener(flow.id)).toMatchObject({ caught: { sample: { body: { live: 1 } } } });
    await admin.inWorkspace('POST', `/flows/${flow.id}/disable`);
    await listen(flow.id);
    expect((await deliver(flow.hooks.hook as string, { off: 1 })).body).toEqual({ caught: true });
    expect(await runsOf(flow.id)).toHaveLength(1);
  });

  test('has one delivery of many that come at once, and none when it was stopped', async () => {
    const flow = await makeDraft(draftOf({}));
    const { url } = await listen(flow.id);
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, each) => post(each % 2 ? (url as string) : atOther(url), `{"n":${each}}`, {})),
    );
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
    await listen(flow.id);
    await admin.inWorkspace('DELETE', `/flows/${flow.id}/triggers/hook/listener`);
    expect((await post(url as string, '{}', {})).status).toBe(404);
    expect(await listener(flow.id)).toMatchObject({ until: null, caught: null });
  });
});

test('behind a proxy that is trusted the address that it saw counts, and none that a sender wrote before', async () => {
  const flow = await publishedWith({ allowFrom: ['203.0.113.0/24'] });
  const url = atOther(flow.hooks.hook as string);
  const from = (forwarded: string) => post(url, '{}', { 'x-forwarded-for': forwarded });
  expect((await from('203.0.113.7')).status).toBe(202);
  expect((await from('203.0.113.7, 198.51.100.9')).status).toBe(404);
  const [last, first] = await log(`flowId=${flow.id}`);
  expect([first?.source, last?.source]).toEqual(['203.0.113.7', '198.51.100.9']);
});

describe('a filter', () => {
  const tried = async (flowId: string, filter: object, sample?: object) =>
    await admin.inWorkspace<{ items: FilterTrial[] }>('POST', `/flows/${flowId}/triggers/hook/filter-trials`, {
      filter,
      ...(sample ? { sample } : {}),
    });

  test('is tried on the sample and the last deliveries before it counts', async () => {
    const flow = await publishedWith({});
    for (const severity of ['low', 'high']) await deliver(flow.hooks.hook as string, { severity });
    await deliver(flow.hooks.hook as string, {});
    const cel = { cel: 'delivery.body.severity == "high"' };
    const { body } = await tried(flow.id, cel, { body: { severity: 'high' } });
    expect(body.items.map(({ passes }) => passes)).toEqual([true, null, true, false]);
    expect(body.items[1]).toMatchObject({ deliveryId: expect.any(String), error: expect.stringContaining('severity') });
    const jsonata = await tried(flow.id, { jsonata: 'trigger.body.severity in ["low", "high"]' });
    expect(jsonata.body.items.map(({ passes }) => passes)).toEqual([false, true, true]);
    expect((await tried(flow.id, { handlebars: 'x' })).status).toBe(400);
  });

  test('that fails keeps the delivery, which is matched once the filter is mended, by hand at once', async () => {
    const flow = await publishedWith({ filter: { cel: 'delivery.body.user.email != ""' } });
    const answer = await deliver(flow.hooks.hook as string, { nobody: 'here' });
    expect(answer.status).toBe(202);
    expect(await runsOf(flow.id)).toEqual([]);
    const [kept] = await log(`flowId=${flow.id}`);
    expect(kept).toMatchObject({ status: 'unmatched', reason: expect.stringContaining('cannot be evaluated') });
    const still = await admin.inWorkspace('POST', `/deliveries/${kept?.id}/redeliver`);
    expect(still).toMatchObject({ status: 202, body: { runIds: [] } });
    const { body: row } = await admin.inWorkspace<FlowDetail>('GET', `/flows/${flow.id}`);
    const saved = await admin.inWorkspace<FlowDetail>(
      'PUT',
      `/flows/${flow.id}`,
      { draft: { ...draftOf({ filter: { cel: '!has(delivery.body.user)' } }) } },
      { 'if-match': String(row.revision) },
    );
    await admin.inWorkspace('POST', `/flows/${flow.id}/publish`, {}, { 'if-match': String(saved.body.revision) });
    // It may be matched by itself in this moment; then nothing is done a second time.
    const seen = { status: 'unmatched' };
    const byHand = await admin.inWorkspace('POST', `/deliveries/${kept?.id}/redeliver`, seen);
    expect([202, 409]).toContain(byHand.status);
    await until('its one run', async () => (await runsOf(flow.id)).length === 1);
    expect(await log(`flowId=${flow.id}`)).toMatchObject([{ id: kept?.id, status: 'accepted', reason: null }]);
  });
});

describe('the log', () => {
  test('is searched by text, status, reason, flow and time', async () => {
    const [one, two] = [await publishedWith({ methods: ['PUT', 'POST'] }), await publishedWith({ methods: ['PUT'] })];
    await deliver(
      one.hooks.hook as string,
      { person: 'Žofie Nováková', note: 'needle-1' },
      { 'x-request-id': 'REQ-77' },
    );
    await deliver(one.hooks.hook as string, { note: 'needle-2' });
    const between = new Date().toISOString();
    await deliver(two.hooks.hook as string, { note: 'needle-3' });
    const ids = async (filter: string) => (await log(filter)).length;
    expect(await ids(`q=${encodeURIComponent('Žofie')}`)).toBe(1);
    expect(await ids('q=needle-1')).toBe(1);
    expect(await ids('q=req-77')).toBe(1);
    expect(await ids(`q=${encodeURIComponent('does not take POST')}`)).toBe(1);
    expect(await ids(`q=needle&flowId=${one.id}`)).toBe(2);
    expect(await ids(`q=needle&flowId=${two.id}`)).toBe(0);
    expect(await ids(`flowId=${two.id}&status=refused,filtered`)).toBe(1);
    expect(await ids(`flowId=${one.id}&from=${between}`)).toBe(0);
    expect(await ids(`flowId=${one.id}&to=${between}`)).toBe(2);
    expect(await ids(`q=${encodeURIComponent("%' or 1=1 --")}`)).toBe(0);
  });

  test('shows a delivery as it came, without what is a secret by its name or place', async () => {
    const flow = await publishedWith({});
    const body = { token: 'verification-token', _metadata: { secret: 'callback-secret' }, who: 'Jane' };
    await deliver(`${flow.hooks.hook}?access_token=in-the-address&page=2`, body, {
      authorization: `Bearer ${sendersSecret}`,
    });
    const [row] = await log(`flowId=${flow.id}`);
    expect(row).toMatchObject({ method: 'POST', source: '127.0.0.1', query: { page: '2' }, body: { who: 'Jane' } });
    for (const secret of ['verification-token', 'callback-secret', 'in-the-address', sendersSecret]) {
      expect(JSON.stringify(row)).not.toContain(secret);
    }
  });

  test('has one delivered again, and all that fit a filter, each once; both are in the audit', async () => {
    const flow = await publishedWith({});
    for (const n of [1, 2, 3]) await deliver(flow.hooks.hook as string, { batch: 'again', n });
    const [last] = await log(`flowId=${flow.id}`);
    const again = await admin.inWorkspace<{ deliveryId: string; runIds: string[] }>(
      'POST',
      `/deliveries/${last?.id}/redeliver`,
    );
    expect(again.body.runIds).toHaveLength(1);
    await endOf(admin, again.body.runIds[0] as string);
    const [copy] = await log(`flowId=${flow.id}`);
    expect(copy).toMatchObject({ id: again.body.deliveryId, againOf: last?.id });

    const filter = { flowId: flow.id, q: '"batch":"again"' };
    const { body: count } = await admin.inWorkspace(
      'GET',
      `/redeliveries?flowId=${flow.id}&q=${encodeURIComponent(filter.q)}`,
    );
    expect(count).toMatchObject({ deliveries: 2 });
    const all = await admin.inWorkspace('POST', '/redeliveries', filter);
    expect(all).toMatchObject({ status: 200, body: { deliveries: 2, runs: 2, left: 0 } });
    expect(await admin.inWorkspace('POST', '/redeliveries', filter)).toMatchObject({
      body: { deliveries: 0, runs: 0 },
    });
    expect(await runsOf(flow.id)).toHaveLength(6);
    expect((await log(`flowId=${flow.id}`)).map(({ again: copies }) => copies.length)).toEqual([0, 0, 0, 1, 1, 1]);
    const { body: audit } = await admin.inWorkspace<{ items: { action: string; after: unknown }[] }>(
      'GET',
      '/audit?limit=20',
    );
    expect(audit.items.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['delivery.redelivered', 'deliveries.redelivered']),
    );
  });
});
