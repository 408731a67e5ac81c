import type {
  Approval,
  EmittedEventType,
  EventSending,
  EmittedEventSubscription as Subscription,
} from '@castellan/api';
import { signatureSchemes } from '@castellan/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deliver, endOf, type FlowSketch, publishFlow, until, wires } from '../harness/flows.js';
import type { Session } from '../harness/index.js';
import { approvalOf, held, type Stack, startStack } from '../harness/stack.js';
import type { VendorRequest } from '../harness/vendor.js';

/** What Castellan tells other systems: a real receiver at the other end. */
let stack: Stack;
let admin: Session;

beforeAll(async () => {
  stack = await startStack({ simulators: true, env: { HISTORY_SWEEP_SECONDS: '1' } });
  ({ admin } = stack);
  // Events may go to our own webhooks, too.
  await Promise.all(stack.workers.splice(0).map((worker) => worker.stop()));
  await stack.startWorker({ EGRESS_ALLOW: `${stack.vendor.address},127.0.0.1:${stack.api.port}` });
});
afterAll(() => stack?.stop());

interface Told {
  id: string;
  type: string;
  url: string;
  test: boolean;
  workspaceId: string;
  data: Record<string, unknown>;
}
interface Made {
  secret: string;
  subscription: Subscription;
  /** Where the receiver hears it. */
  path: string;
}

let paths = 0;
async function subscribe(event: string, more: { filter?: string; path?: string } = {}): Promise<Made> {
  paths += 1;
  const { path = `/events/${paths}`, filter } = more;
  const answer = await admin.inWorkspace<Omit<Made, 'path'>>('POST', '/event-subscriptions', {
    ...{ name: `Receiver ${paths}`, event, url: `${stack.vendorUrl}${path}` },
    ...(filter === undefined ? {} : { filter }),
  });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return { ...answer.body, path };
}

const bodyOf = (request: VendorRequest | undefined) => request?.body as Told;
const toldAt = (path: string, count = 1) =>
  until(`${count} events at ${path}`, async () => {
    const requests = stack.vendor.to(path);
    return requests.length >= count && requests;
  });
const act = <T = Subscription>(id: string, verb: string, body: object = {}) =>
  admin.inWorkspace<T>('POST', `/event-subscriptions/${id}/${verb}`, body);
const read = async (id: string) => (await admin.inWorkspace<Subscription>('GET', `/event-subscriptions/${id}`)).body;
const logOf = async (id: string, query = '') =>
  (await admin.inWorkspace<{ items: EventSending[] }>('GET', `/event-subscriptions/${id}/deliveries${query}`)).body
    .items;
const settled = (id: string, state: EventSending['state']) =>
  until(`a delivery that is ${state}`, async () => (await logOf(id)).find((one) => one.state === state));
/** Whether the receiver can tell that it is ours. */
const isSigned = (secret: string, request: VendorRequest | undefined) =>
  signatureSchemes.standard?.verify({
    headers: request?.headers as Record<string, string>,
    query: {},
    rawBody: Buffer.from(JSON.stringify(request?.body)),
    fields: { signingSecret: secret },
    now: new Date(),
  }).ok;

const keep = { kind: 'shape', output: { jsonata: 'trigger.body' } };
const flowWith = (steps: Record<string, unknown>, lines: string[], more: Partial<FlowSketch> = {}) =>
  publishFlow(admin, { triggers: { hook: { kind: 'webhook' } }, steps, wires: wires(...lines), ...more });
const kept = () => flowWith({ keep }, ['hook -> keep'], { name: 'Kept' });
const failing = () =>
  flowWith({ end: { kind: 'stop', outcome: 'fail', message: 'Nothing to do.' } }, ['hook -> end'], { name: 'Failing' });

async function run(url: string | undefined, body: object = {}): Promise<string> {
  const { body: answer } = await deliver(url as string, body);
  return answer.runId as string;
}

test('the events that can be subscribed to say what they tell and what they want to hear, with samples that fit', async () => {
  const { body } = await admin.inWorkspace<{ items: EmittedEventType[] }>('GET', '/event-types');
  expect(body.items.map(({ type }) => type)).toEqual([
    ...['run.finished', 'run.failed', 'approval.wanted', 'approval.decided'],
    ...['access.granted', 'access.revoked', 'connection.expiring'],
    ...['directory.account_created', 'directory.account_changed', 'directory.account_disabled'],
    ...['directory.group_joined', 'directory.group_left', 'directory.sync_completed', 'directory.sync_failed'],
  ]);
  for (const { schema, sample, type, kind, output } of body.items) {
    expect(kind).toBe('FIRE_AND_FORGET');
    expect(output).toMatchObject({ schema: { properties: { status: { minimum: 200, maximum: 299 } } } });
    expect(Object.keys(schema.properties as object).sort()).toEqual(Object.keys(sample).sort());
    expect(sample.type).toBe(type);
  }
});

describe('runs', () => {
  test('that end are told once each, signed, with all that the sample promises', async () => {
    const finished = await subscribe('run.finished');
    const failed = await subscribe('run.failed');
    const flow = await kept();
    const runId = await run(flow.hooks.hook, { who: 'jane' });
    const [first] = await toldAt(finished.path);
    const told = bodyOf(first);
    expect(told).toMatchObject({
      ...{ type: 'run.finished', test: false, workspaceId: admin.workspaceId },
      url: expect.stringContaining(`/w/${admin.workspaceId}/runs/${runId}`),
      data: { runId, status: 'succeeded', flow: { id: flow.id, name: 'Kept' }, error: null, retryOf: null },
    });
    expect(first?.headers['webhook-id']).toBe(told.id);
    expect(isSigned(finished.secret, first)).toBe(true);
    expect(isSigned(failed.secret, first)).toBe(false);

    const broken = await failing();
    const failedId = await run(broken.hooks.hook);
    expect(bodyOf((await toldAt(failed.path))[0])).toMatchObject({
      type: 'run.failed',
      data: { runId: failedId, status: 'failed', error: { code: 'E_STOP', message: 'Nothing to do.' } },
    });
    const both = (await toldAt(finished.path, 2)).map((request) => bodyOf(request).data.runId);
    expect(both).toEqual([runId, failedId]);
    const { body: types } = await admin.inWorkspace<{ items: EmittedEventType[] }>('GET', '/event-types');
    const sample = types.items.find(({ type }) => type === 'run.failed')?.sample as unknown as Told;
    expect(Object.keys(bodyOf(stack.vendor.to(failed.path)[0]).data).sort()).toEqual(Object.keys(sample.data).sort());
    await settled(failed.subscription.id, 'sent');
    for (const { subscription } of [finished, failed]) await act(subscription.id, 'disable');
  });

  test('that are cancelled in the queue, cancelled under way or terminated are told as well, trials never', async () => {
    const { path, subscription } = await subscribe('run.finished');
    const flow = await flowWith({ wait: { kind: 'wait', seconds: 3_600 } }, ['hook -> wait'], {
      settings: { concurrency: 1 },
    });
    const [first, second, third] = [await run(flow.hooks.hook), await run(flow.hooks.hook), await run(flow.hooks.hook)];
    await until('the run that waits', async () => {
      const { body } = await admin.inWorkspace<{ status: string }>('GET', `/runs/${first}`);
      return body.status === 'waiting';
    });
    await admin.inWorkspace('POST', `/runs/${third}/cancel`);
    await admin.inWorkspace('POST', `/runs/${second}/terminate`);
    await admin.inWorkspace('POST', `/runs/${first}/cancel`);
    const told = (await toldAt(path, 3)).map((request) => bodyOf(request).data);
    expect(new Set(told.map(({ runId }) => runId))).toEqual(new Set([first, second, third]));
    expect(new Set(told.map(({ status }) => status))).toEqual(new Set(['cancelled']));
    const { body: trial } = await admin.inWorkspace<{ id: string }>('POST', `/flows/${(await kept()).id}/test`, {
      trigger: 'hook',
      data: { body: {} },
    });
    await endOf(admin, trial.id);
    await act(subscription.id, 'test');
    expect(bodyOf((await toldAt(path, 4))[3])).toMatchObject({ test: true });
    await act(subscription.id, 'disable');
  });
});

test('an approval is told when it is wanted and when it is decided, by whom, or needed no more', async () => {
  const wanted = await subscribe('approval.wanted');
  const decided = await subscribe('approval.decided');
  const ask = {
    kind: 'approval',
    title: 'Revoke it?',
    approvers: ['role:admin'],
    subject: 'jane@example.com',
    needed: 1,
  };
  const flow = await flowWith({ ask }, ['hook -> ask']);
  const runId = await run(flow.hooks.hook);
  const { id, hash } = await approvalOf(admin, runId);
  expect(bodyOf((await toldAt(wanted.path))[0])).toMatchObject({
    type: 'approval.wanted',
    url: expect.stringContaining(`/approvals/${id}`),
    data: { approvalId: id, runId, subject: 'jane@example.com', approvers: ['role:admin'], needed: 1 },
  });
  expect(stack.vendor.to(decided.path)).toEqual([]);
  await admin.inWorkspace<Approval>('POST', `/approvals/${id}/decide`, { decision: 'reject', comment: 'No.', hash });
  expect(bodyOf((await toldAt(decided.path))[0]).data).toMatchObject({
    approvalId: id,
    outcome: 'rejected',
    decisions: [{ decision: 'reject', comment: 'No.', by: expect.stringContaining('@') }],
  });
  const another = await run(flow.hooks.hook);
  await approvalOf(admin, another);
  await admin.inWorkspace('POST', `/runs/${another}/cancel`);
  expect(bodyOf((await toldAt(decided.path, 2))[1]).data).toMatchObject({ runId: another, outcome: 'closed' });
  const late = await flowWith({ ask: { ...ask, timeoutSeconds: 1 } }, ['hook -> ask']);
  const undecided = await run(late.hooks.hook);
  expect(bodyOf((await toldAt(decided.path, 3))[2]).data).toMatchObject({ runId: undecided, outcome: 'timeout' });
  expect(await toldAt(wanted.path, 3)).toHaveLength(3);
});

test('access that a step grants and revokes is told from the ledger, one event for each person and thing', async () => {
  const granted = await subscribe('access.granted');
  const revoked = await subscribe('access.revoked');
  const made = await admin.inWorkspace<{ id: string }>('POST', '/connections', {
    ...{ name: 'Opal', connector: 'opal', simulator: true },
  });
  const [userId, resourceId] = ['ca57e11a-0001-4000-8000-000000000003', 'ca57e11a-0002-4000-8000-000000000002'];
  const opal = (operation: string, input: object) => ({ kind: 'action', connection: 'opal', operation, input });
  const flow = await flowWith(
    {
      grant: opal('grantResource', { userId, resourceId, accessLevel: 'ReadOnlyAccess', durationMinutes: 0 }),
      revoke: opal('revokeResource', { userId, resourceId, accessLevel: 'ReadOnlyAccess' }),
    },
    ['hook -> grant', 'grant -> revoke'],
    { connections: { opal: { connector: 'opal', title: 'Opal', id: made.body.id } } },
  );
  const runId = await run(flow.hooks.hook);
  expect(await endOf(admin, runId)).toMatchObject({ error: null, status: 'succeeded' });
  for (const [{ path }, type, stepId] of [
    [granted, 'access.granted', 'grant'],
    [revoked, 'access.revoked', 'revoke'],
  ] as const) {
    const [first, ...more] = await toldAt(path);
    expect(bodyOf(first)).toMatchObject({
      type,
      data: {
        subject: { id: userId },
        object: { id: resourceId },
        connection: { name: 'Opal', connector: 'opal', simulator: true },
        ...{ runId, stepId, mode: 'live' },
      },
    });
    expect(more).toEqual([]);
  }
});

test('a connection that ends soon is told once for each end', async () => {
  const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  const { body: connection } = await admin.inWorkspace<{ id: string }>('POST', '/connections', {
    ...{ name: 'Ending', connector: 'http', auth: 'none', secretExpiresOn: day(3) },
  });
  const { path, subscription } = await subscribe('connection.expiring');
  expect(bodyOf((await toldAt(path))[0])).toMatchObject({
    url: expect.stringContaining(`/connections/${connection.id}`),
    data: { connection: { id: connection.id, name: 'Ending' }, what: 'secret', endsAt: `${day(4)}T00:00:00.000Z` },
  });
  await admin.inWorkspace('PUT', `/connections/${connection.id}`, { secretExpiresOn: day(5) });
  expect(bodyOf((await toldAt(path, 2))[1]).data).toMatchObject({ endsAt: `${day(6)}T00:00:00.000Z` });
  // What is told of now was looked for after several more sweeps.
  await act(subscription.id, 'test');
  expect(await logOf(subscription.id)).toHaveLength(3);
});

describe('a filter', () => {
  test('lets through what fits it, and the log says what it kept back', async () => {
    const { path, subscription } = await subscribe('run.finished', { filter: `event.data.status == "failed"` });
    await run((await kept()).hooks.hook);
    const runId = await run((await failing()).hooks.hook);
    expect(bodyOf((await toldAt(path))[0]).data).toMatchObject({ runId });
    const filtered = await settled(subscription.id, 'filtered');
    expect(filtered).toMatchObject({ attempts: [], body: { data: { status: 'succeeded' } } });
    await admin.inWorkspace('POST', `/event-deliveries/${filtered.id}/redeliver`);
    expect(bodyOf((await toldAt(path, 2))[1]).data).toMatchObject({ status: 'succeeded' });
    await act(subscription.id, 'disable');
  });

  test('can be tried on the sample and on the last events before it keeps any back', async () => {
    const trial = async (filter: string) =>
      await admin.inWorkspace<{ items: { eventId: string | null; passes: boolean | null; error: string | null }[] }>(
        'POST',
        '/event-filter-trials',
        { event: 'run.finished', filter },
      );
    const { body } = await trial(`event.data.status == "failed"`);
    expect(body.items[0]).toMatchObject({ eventId: null, passes: false });
    expect(new Set(body.items.slice(1).map(({ passes }) => passes))).toEqual(new Set([true, false]));
    const none = await trial('event.data.nothing == 1');
    expect(none.body.items[0]).toMatchObject({ passes: null, error: expect.stringContaining('cannot be evaluated') });
    expect(await trial('event.data.status ==')).toMatchObject({ status: 400 });
  });

  test('that is no CEL, an address that is none, and an event that does not exist are refused', async () => {
    const attempt = (over: object) =>
      admin.inWorkspace<{ message: string }>('POST', '/event-subscriptions', {
        ...{ name: 'Wrong', event: 'run.failed', url: stack.vendorUrl, ...over },
      });
    for (const [over, place] of [
      [{ filter: 'event.data.status ==' }, '/filter'],
      [{ url: 'ftp://example.com' }, '/url'],
      [{ url: 'https://user:word@example.com' }, '/url'],
      [{ event: 'directory.account.created' }, '/event'],
    ] as const) {
      expect(await attempt(over)).toMatchObject({ status: 400, body: { message: expect.stringContaining(place) } });
    }
  });
});

describe('a receiver that fails', () => {
  test('is tried again with the same id, and the log has what it said', async () => {
    const { path, subscription } = await subscribe('run.finished');
    stack.vendor.script(path, (_, count) => (count === 1 ? { status: 503, body: { error: 'Busy' } } : {}));
    await run((await kept()).hooks.hook);
    const [first, second] = await toldAt(path, 2);
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(second?.body).toEqual(first?.body);
    const { attempts, dueAt } = await settled(subscription.id, 'sent');
    expect(dueAt).toBeNull();
    expect(attempts).toMatchObject([
      { status: 503, said: '{"error":"Busy"}', problem: expect.stringContaining('503') },
      { status: 200, problem: null },
    ]);
    expect(await read(subscription.id)).toMatchObject({ state: 'on', failingSince: null, waiting: 0 });
    await act(subscription.id, 'disable');
  });

  test('holds up nobody else, however slow it is', async () => {
    const slow = await subscribe('run.finished');
    const quick = await subscribe('run.finished');
    const wait = held();
    stack.vendor.script(slow.path, () => wait.until.then(() => ({})));
    const flow = await kept();
    await Promise.all(Array.from({ length: 20 }, () => run(flow.hooks.hook)));
    expect(await toldAt(quick.path, 20)).toHaveLength(20);
    expect(stack.vendor.to(slow.path).length).toBeLessThanOrEqual(8);
    wait.release();
    await toldAt(slow.path, 20);
    for (const { subscription } of [slow, quick]) await act(subscription.id, 'disable');
  });

  test('for long is stopped, people are told, and what it missed is sent once it is switched on', async () => {
    const { path, subscription } = await subscribe('run.finished');
    stack.vendor.script(path, () => ({ status: 500 }));
    await stack.database.query(
      `update event_subscribers set failing_since = now() - interval '73 hours', failures = 11 where id = $1`,
      [subscription.id],
    );
    const flow = await kept();
    const missed = [await run(flow.hooks.hook)];
    const stopped = await until('the stop', async () => {
      const row = await read(subscription.id);
      return row.state === 'stopped' && row;
    });
    expect(stopped).toMatchObject({ reason: expect.stringContaining('73 hours'), stoppedAt: expect.any(String) });
    const { body: audit } = await admin.inWorkspace<{ items: object[] }>('GET', '/audit?limit=20');
    expect(audit.items).toContainEqual(
      expect.objectContaining({ action: 'event_subscription.stop', actor: 'system', objectId: subscription.id }),
    );
    missed.push(await run(flow.hooks.hook));
    await until('what it missed', async () => (await read(subscription.id)).waiting === 2);
    stack.vendor.script(path, () => ({}));
    const before = stack.vendor.to(path).length;
    await act(subscription.id, 'enable', { missed: 'send' });
    const told = (await toldAt(path, before + 2)).slice(before).map((request) => bodyOf(request).data.runId);
    expect(new Set(told)).toEqual(new Set(missed));
    expect(await read(subscription.id)).toMatchObject({ state: 'on', reason: null });
    await act(subscription.id, 'disable');
  });

  test('that wants nothing more (410) is stopped at once; what waits can be skipped', async () => {
    const { path, subscription } = await subscribe('run.finished');
    stack.vendor.script(path, () => ({ status: 410 }));
    await run((await kept()).hooks.hook);
    await until('the stop', async () => (await read(subscription.id)).state === 'stopped');
    await act(subscription.id, 'enable', { missed: 'skip' });
    await settled(subscription.id, 'skipped');
    expect(await read(subscription.id)).toMatchObject({ state: 'on', waiting: 0 });
    await act(subscription.id, 'disable');
  });

  test('by leading elsewhere, or at an address that may not be reached, has not received anything', async () => {
    const { path, subscription } = await subscribe('run.finished');
    stack.vendor.script(path, () => ({ status: 307, headers: { location: `${stack.vendorUrl}/elsewhere` } }));
    const { body: led } = await act<EventSending>(subscription.id, 'test');
    expect(led).toMatchObject({
      state: 'failed',
      attempts: [{ status: 307, problem: expect.stringContaining('Redirect') }],
    });
    expect(stack.vendor.to('/elsewhere')).toEqual([]);
    await admin.inWorkspace('PUT', `/event-subscriptions/${subscription.id}`, { url: 'http://127.0.0.1:1/inside' });
    const { body: refused } = await act<EventSending>(subscription.id, 'test');
    expect(refused.attempts).toMatchObject([{ status: null, problem: expect.stringContaining('EGRESS_ALLOW') }]);
    await act(subscription.id, 'disable');
  });

  test('only in the form of its answer has received it all the same', async () => {
    const { path, subscription } = await subscribe('run.failed');
    stack.vendor.script(path, () => ({
      write: (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('ok'),
    }));
    expect((await act<EventSending>(subscription.id, 'test')).body).toMatchObject({ state: 'sent' });
    await act(subscription.id, 'disable');
  });
});

describe('a subscription', () => {
  test('shows its secret once, and after a change both sign for a day', async () => {
    const { secret, subscription, path } = await subscribe('run.failed');
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const pages = await Promise.all(
      ['/event-subscriptions', `/event-subscriptions/${subscription.id}`, '/audit'].map((page) =>
        admin.inWorkspace('GET', page),
      ),
    );
    expect(JSON.stringify(pages.map(({ body }) => body))).not.toContain(secret.slice(6));
    const { body: rotated } = await act<Made>(subscription.id, 'rotate-secret');
    expect(rotated.subscription.previousSecretUntil).not.toBeNull();
    await act(subscription.id, 'test');
    const [first] = stack.vendor.to(path);
    expect([secret, rotated.secret].map((one) => isSigned(one, first))).toEqual([true, true]);
    await stack.database.query(`update event_subscribers set previous_until = now() where id = $1`, [subscription.id]);
    await act(subscription.id, 'test');
    const second = stack.vendor.to(path)[1];
    expect([secret, rotated.secret].map((one) => isSigned(one, second))).toEqual([false, true]);
  });

  test('is tried with data of one’s own, which must be such as the event has', async () => {
    const { subscription, path } = await subscribe('connection.expiring');
    const data = { connection: {}, what: 'secret', endsAt: 'soon' };
    expect(await act(subscription.id, 'test', { data })).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('/data/connection/id') },
    });
    expect(stack.vendor.to(path)).toEqual([]);
    const { body } = await admin.inWorkspace<{ items: EmittedEventType[] }>('GET', '/event-types');
    const sample = body.items.find(({ type }) => type === 'connection.expiring')?.sample as unknown as Told;
    await act(subscription.id, 'test', { data: { ...sample.data, what: 'consent' } });
    expect(bodyOf(stack.vendor.to(path)[0])).toMatchObject({ test: true, data: { what: 'consent' } });
  });

  test('that is off hears nothing and keeps nothing; its log is searched', async () => {
    const { subscription, path } = await subscribe('run.finished');
    const flow = await kept();
    const told = await run(flow.hooks.hook);
    await toldAt(path);
    await act(subscription.id, 'disable');
    const missed = await run(flow.hooks.hook);
    await endOf(admin, missed);
    await act(subscription.id, 'enable');
    const later = await run(flow.hooks.hook);
    await toldAt(path, 2);
    expect(stack.vendor.to(path).map((request) => bodyOf(request).data.runId)).toEqual([told, later]);
    await until('the end', async () => (await logOf(subscription.id, '?state=sent')).length === 2);
    expect(await logOf(subscription.id, `?q=${later}`)).toHaveLength(1);
    expect(await logOf(subscription.id, '?state=failed')).toEqual([]);
    expect(await admin.inWorkspace('DELETE', `/event-subscriptions/${subscription.id}`)).toMatchObject({ status: 204 });
    expect(await admin.inWorkspace('GET', `/event-subscriptions/${subscription.id}`)).toMatchObject({ status: 404 });
  });

  test('on our own webhook does not make runs without end', async () => {
    const hears = await flowWith({ keep }, ['hook -> keep'], { name: 'Hears' });
    const address = new URL(hears.hooks.hook as string);
    const { body: made } = await admin.inWorkspace<{ subscription: Subscription }>('POST', '/event-subscriptions', {
      ...{ name: 'In a circle', event: 'run.finished', url: `http://127.0.0.1:${stack.api.port}${address.pathname}` },
    });
    await run((await kept()).hooks.hook);
    const refused = await until('the end of the circle', async () =>
      (await logOf(made.subscription.id)).find(({ attempts }) => attempts.some(({ status }) => status === 409)),
    );
    expect(refused.attempts[0]?.said).toContain('E_RECURSION');
    await act(made.subscription.id, 'disable');
    const { body } = await admin.inWorkspace<{ items: object[] }>('GET', `/runs?flowId=${hears.id}`);
    expect(body.items).toHaveLength(5);
  });
});

test('where nobody listens, nothing is written', async () => {
  const subscriptions = await admin.inWorkspace<{ items: Subscription[] }>('GET', '/event-subscriptions?limit=200');
  for (const { id } of subscriptions.body.items) await admin.inWorkspace('DELETE', `/event-subscriptions/${id}`);
  const count = async () => (await stack.database.query<{ count: string }>('select count(*) from emitted_events'))[0];
  const before = await count();
  await endOf(admin, await run((await kept()).hooks.hook));
  expect(await count()).toEqual(before);
});
