import { createHmac } from 'node:crypto';
import type { Delivery } from '@castellan/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deliver, endOf, type HookResult, publishFlow, readRun, stepsOf, until, wires } from './harness/flows.js';
import type { Session } from './harness/index.js';
import { type Stack, startStack } from './harness/stack.js';

/** Runs that wait until something arrives, with the worker apart, so that it can be taken away. */
let stack: Stack;
let admin: Session;

beforeAll(async () => {
  stack = await startStack();
  ({ admin } = stack);
});

afterAll(async () => {
  await stack?.stop();
});

/** Begins on `hook` and waits for a delivery to `told` with the ticket of the first one. */
const awaiting = (over: object = {}) => ({
  triggers: { hook: { kind: 'webhook' }, told: { kind: 'webhook', title: 'Ticket closed' } },
  steps: {
    closed: {
      kind: 'wait',
      title: 'Until it is closed',
      event: { event: 'told', key: '/body/ticket', equals: { jsonata: 'trigger.body.ticket' } },
      ...over,
    },
    done: { kind: 'shape', output: { jsonata: 'steps.closed.output.body.by' } },
    late: { kind: 'shape', output: 'nobody closed it' },
  },
  wires: wires('hook -> closed', 'closed -> done', 'closed:timeout -> late'),
});

async function start(url: string, body: unknown): Promise<string> {
  const { status, body: answer } = await deliver(url, body);
  expect(status).toBe(202);
  return answer.runId as string;
}

const isIn = (runId: string, status: string) =>
  until(`run ${runId} to be ${status}`, async () => {
    const run = await readRun(admin, runId);
    return run.status === status && run;
  });

async function logged(deliveryId: unknown): Promise<Delivery | undefined> {
  const { body } = await admin.inWorkspace<{ items: Delivery[] }>('GET', '/deliveries?limit=200');
  return body.items.find(({ id }) => id === deliveryId);
}

describe('a run that waits for a delivery to a webhook of its flow', () => {
  test('goes on with the one that fits, which is shown with the run that it woke, and no other', async () => {
    const { hooks } = await publishFlow(admin, awaiting());
    const runId = await start(hooks.hook as string, { ticket: 'OPS-1' });
    const waiting = await isIn(runId, 'waiting');
    expect(waiting.waitingFor).toEqual({
      kind: 'event',
      what: 'Until it is closed',
      who: 'a delivery to “Ticket closed” where /body/ticket is OPS-1',
      until: null,
    });
    const other = await deliver(hooks.told as string, { ticket: 'OPS-2' });
    expect(other).toMatchObject({ status: 202, body: { filtered: true } });
    expect(await logged(other.body.deliveryId)).toMatchObject({ status: 'filtered', runs: [], woke: [] });

    const told = await deliver(`${hooks.told}?from=jira`, { ticket: 'OPS-1', by: 'Ola' }, { 'x-kind': 'closed' });
    expect(told).toMatchObject({ status: 202, body: { woke: 1 } });
    expect(told.body).not.toHaveProperty('runId');
    expect(await endOf(admin, runId)).toMatchObject({ status: 'succeeded' });
    const steps = await stepsOf(admin, runId);
    expect(steps.closed).toMatchObject({
      port: 'out',
      input: { event: 'told', key: '/body/ticket', equals: 'OPS-1' },
      output: {
        delivery: told.body.deliveryId,
        method: 'POST',
        headers: { 'x-kind': 'closed' },
        query: { from: 'jira' },
        body: { ticket: 'OPS-1', by: 'Ola' },
        receivedAt: expect.stringMatching(/Z$/),
      },
    });
    expect(steps.done?.output).toBe('Ola');
    expect(await logged(told.body.deliveryId)).toMatchObject({
      status: 'accepted',
      runs: [],
      woke: [{ runId, stepId: 'closed', flowName: 'A flow' }],
    });
  });

  test('hears of it once: the same delivery again wakes nobody', async () => {
    const { hooks } = await publishFlow(admin, awaiting());
    const runId = await start(hooks.hook as string, { ticket: 'OPS-3' });
    await isIn(runId, 'waiting');
    const both = await Promise.all([1, 2].map(() => deliver(hooks.told as string, { ticket: 'OPS-3' })));
    expect(both.map(({ body }) => body.woke ?? 0).sort()).toEqual([0, 1]);
    await endOf(admin, runId);
    expect((await deliver(hooks.told as string, { ticket: 'OPS-3' })).body).not.toHaveProperty('woke');
  });

  test('is woken with all others that wait for the same, and a number is the same as its text', async () => {
    const { hooks } = await publishFlow(admin, awaiting());
    const runIds = await Promise.all([7, '7', 7].map((ticket) => start(hooks.hook as string, { ticket })));
    for (const runId of runIds) await isIn(runId, 'waiting');
    expect((await deliver(hooks.told as string, { ticket: '7' })).body).toMatchObject({ woke: 3 });
    for (const runId of runIds) expect(await endOf(admin, runId)).toMatchObject({ status: 'succeeded' });
  });

  test('leaves by timeout when nothing comes in time, and is not woken after that', async () => {
    const { hooks } = await publishFlow(admin, awaiting({ timeoutSeconds: 1 }));
    const runId = await start(hooks.hook as string, { ticket: 'OPS-4' });
    expect(await endOf(admin, runId)).toMatchObject({ status: 'succeeded' });
    const steps = await stepsOf(admin, runId);
    expect(steps.closed).toMatchObject({ status: 'succeeded', port: 'timeout', output: null });
    expect(steps.late?.output).toBe('nobody closed it');
    expect((await deliver(hooks.told as string, { ticket: 'OPS-4' })).body).not.toHaveProperty('woke');
  });

  test('that is paused stays so when it comes, and goes on with it when it is resumed', async () => {
    const { hooks } = await publishFlow(admin, awaiting());
    const runId = await start(hooks.hook as string, { ticket: 'OPS-5' });
    await isIn(runId, 'waiting');
    await admin.inWorkspace('POST', `/runs/${runId}/pause`);
    await isIn(runId, 'paused');
    await deliver(hooks.told as string, { ticket: 'OPS-5', by: 'Kim' });
    await until('the wait to end', async () => (await stepsOf(admin, runId)).closed?.status === 'succeeded');
    expect(await readRun(admin, runId)).toMatchObject({ status: 'paused', endedAt: null });
    await admin.inWorkspace('POST', `/runs/${runId}/resume`);
    await endOf(admin, runId);
    expect((await stepsOf(admin, runId)).done?.output).toBe('Kim');
  });

  test('is woken while its flow is switched off; without such a run the delivery is refused', async () => {
    const { id, hooks } = await publishFlow(admin, awaiting());
    const runId = await start(hooks.hook as string, { ticket: 'OPS-6' });
    await isIn(runId, 'waiting');
    await admin.inWorkspace('POST', `/flows/${id}/disable`);
    expect((await deliver(hooks.told as string, { ticket: 'OPS-6' })).body).toMatchObject({ woke: 1 });
    await endOf(admin, runId);
    expect((await deliver(hooks.told as string, { ticket: 'OPS-6' })).status).toBe(404);
    expect((await deliver(hooks.hook as string, { ticket: 'OPS-6' })).status).toBe(404);
  });

  test('that was cancelled is not woken any more', async () => {
    const { hooks } = await publishFlow(admin, awaiting());
    const runId = await start(hooks.hook as string, { ticket: 'OPS-7' });
    await isIn(runId, 'waiting');
    await admin.inWorkspace('POST', `/runs/${runId}/cancel`);
    await endOf(admin, runId);
    expect((await deliver(hooks.told as string, { ticket: 'OPS-7' })).body).not.toHaveProperty('woke');
  });

  test('fails where nothing came out that a delivery could be compared with', async () => {
    const { hooks } = await publishFlow(admin, awaiting());
    const run = await endOf(admin, await start(hooks.hook as string, {}));
    expect(run).toMatchObject({ status: 'failed', error: { code: 'E_PARAM_TYPE', stepId: 'closed' } });
    expect(run.error?.message).toContain('/event/equals');
  });

  test('finds what came while no worker was there', async () => {
    const { hooks } = await publishFlow(admin, awaiting());
    const runId = await start(hooks.hook as string, { ticket: 'OPS-8' });
    await isIn(runId, 'waiting');
    await stack.killWorkers();
    expect((await deliver(hooks.told as string, { ticket: 'OPS-8', by: 'Ida' })).body).toMatchObject({ woke: 1 });
    await stack.startWorker();
    expect(await endOf(admin, runId, 60)).toMatchObject({ status: 'succeeded' });
    expect((await stepsOf(admin, runId)).done?.output).toBe('Ida');
  });

  test('does not see what came before it waited; delivered again by a person, it does', async () => {
    const { hooks } = await publishFlow(admin, awaiting());
    const early = await deliver(hooks.told as string, { ticket: 'OPS-9', by: 'Early' });
    const runId = await start(hooks.hook as string, { ticket: 'OPS-9' });
    await isIn(runId, 'waiting');
    const again = await admin.inWorkspace<{ wokenRunIds: string[] }>(
      'POST',
      `/deliveries/${early.body.deliveryId}/redeliver`,
    );
    expect(again.body.wokenRunIds).toEqual([runId]);
    await endOf(admin, runId);
    expect((await stepsOf(admin, runId)).done?.output).toBe('Early');
  });
});

describe('a webhook that starts runs and is awaited as well', () => {
  test('does both by one delivery', async () => {
    const { hooks } = await publishFlow(admin, {
      triggers: { hook: { kind: 'webhook' } },
      steps: {
        next: { kind: 'wait', event: { event: 'hook', key: '/body/after', equals: { jsonata: 'trigger.body.id' } } },
      },
      wires: wires('hook -> next'),
    });
    const first = await start(hooks.hook as string, { id: 'a' });
    await isIn(first, 'waiting');
    const second = await deliver(hooks.hook as string, { id: 'b', after: 'a' });
    expect(second.body).toMatchObject({ woke: 1, runId: expect.any(String), duplicate: false });
    expect(await endOf(admin, first)).toMatchObject({ status: 'succeeded' });
    expect(await logged(second.body.deliveryId)).toMatchObject({
      runs: [{ runId: second.body.runId }],
      woke: [{ runId: first }],
    });
    await admin.inWorkspace('POST', `/runs/${second.body.runId}/cancel`);
  });
});

describe('a run that waits for an event of a connection', () => {
  const secret = 'signing-secret-0123456789';
  let connection: string;
  let address: string;

  beforeAll(async () => {
    const made = await admin.inWorkspace<{ id: string; hookUrl: string }>('POST', '/connections', {
      name: 'Opal',
      connector: 'opal',
      auth: 'apiToken',
      fields: { token: 'a-token-0123456789', webhookSecret: secret },
    });
    expect(made.status).toBe(201);
    connection = made.body.id;
    address = made.body.hookUrl;
  });

  function tell({ event_ts, ...event }: { user_id: string; event_ts: number }): Promise<HookResult> {
    const body = { event_ts, events: [{ event_type: 'USER_ADDED_TO_RESOURCE', ...event }] };
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const signature = createHmac('sha256', secret)
      .update(`v0:${timestamp}:`)
      .update(JSON.stringify(body))
      .digest('hex');
    return deliver(address, body, { 'x-opal-signature': signature, 'x-opal-request-timestamp': timestamp });
  }

  const event = (user: unknown) => ({
    connection: 'opal',
    event: 'accessChanged',
    key: '/body/user_id',
    equals: user,
  });

  test('hears it at the address of the connection, though no trigger listens there', async () => {
    const { hooks } = await publishFlow(admin, {
      connections: { opal: { connector: 'opal', title: 'Opal', id: connection } },
      triggers: { hook: { kind: 'webhook' } },
      steps: { granted: { kind: 'wait', event: event({ jsonata: 'trigger.body.user' }) } },
      wires: wires('hook -> granted'),
    });
    const runId = await start(hooks.hook as string, { user: 'jane@example.com' });
    const waiting = await isIn(runId, 'waiting');
    expect(waiting.waitingFor?.who).toBe('“Access changed” from Opal where /body/user_id is jane@example.com');
    expect((await tell({ user_id: 'ola@example.com', event_ts: 1 })).body).toMatchObject({ filtered: true });
    expect((await tell({ user_id: 'jane@example.com', event_ts: 2 })).body).toMatchObject({ woke: 1 });
    await endOf(admin, runId);
    expect((await stepsOf(admin, runId)).granted?.output).toMatchObject({
      body: { user_id: 'jane@example.com', event_ts: 2 },
    });
  });

  test('stands beside the triggers of other flows there: each event makes a run, a repeated one does not', async () => {
    const { id } = await publishFlow(admin, {
      connections: { opal: { connector: 'opal', title: 'Opal', id: connection } },
      triggers: { changed: { kind: 'connector', connection: 'opal', event: 'accessChanged' } },
      steps: { who: { kind: 'shape', output: { jsonata: 'trigger.body.user_id' } } },
      wires: wires('changed -> who'),
    });
    const first = await tell({ user_id: 'ida@example.com', event_ts: 20 });
    const second = await tell({ user_id: 'ida@example.com', event_ts: 21 });
    const again = await tell({ user_id: 'ida@example.com', event_ts: 21 });
    expect([first, second, again].map(({ body }) => body.duplicate)).toEqual([false, false, true]);
    expect(again.body.runId).toBe(second.body.runId);
    await admin.inWorkspace('POST', `/flows/${id}/disable`);
  });

  test('that waits twice is not woken twice by an event that the vendor repeats', async () => {
    const { hooks } = await publishFlow(admin, {
      connections: { opal: { connector: 'opal', title: 'Opal', id: connection } },
      triggers: { hook: { kind: 'webhook' } },
      steps: {
        first: { kind: 'wait', event: event('kim@example.com') },
        second: { kind: 'wait', event: event('kim@example.com') },
      },
      wires: wires('hook -> first', 'first -> second'),
    });
    const runId = await start(hooks.hook as string, {});
    await isIn(runId, 'waiting');
    const granted = { user_id: 'kim@example.com', event_ts: 10 };
    expect((await tell(granted)).body).toMatchObject({ woke: 1 });
    await until('the second wait', async () => (await stepsOf(admin, runId)).second?.status === 'waiting');
    expect((await tell(granted)).body).not.toHaveProperty('woke');
    expect((await tell({ ...granted, event_ts: 11 })).body).toMatchObject({ woke: 1 });
    await endOf(admin, runId);
    const steps = await stepsOf(admin, runId);
    expect([steps.first?.output, steps.second?.output]).toMatchObject([
      { body: { event_ts: 10 } },
      { body: { event_ts: 11 } },
    ]);
  });
});
