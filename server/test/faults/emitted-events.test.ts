import type { EmittedEventSubscription, EventSending } from '@castellan/api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deliver, publishFlow, until, wires } from '../harness/flows.js';
import { residentMegabytes } from '../harness/processes.js';
import { held, type Stack, startStack } from '../harness/stack.js';

/** Events that Castellan tells, while those who send them die. */
let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack?.stop());

interface Told {
  id: string;
  data: { runId: string };
}

const subscribe = async (path: string): Promise<EmittedEventSubscription> => {
  const { status, body } = await stack.admin.inWorkspace<{ subscription: EmittedEventSubscription }>(
    'POST',
    '/event-subscriptions',
    { name: path, event: 'run.finished', url: `${stack.vendorUrl}${path}` },
  );
  expect(status).toBe(201);
  return body.subscription;
};
const read = async ({ id }: EmittedEventSubscription) =>
  (await stack.admin.inWorkspace<EmittedEventSubscription>('GET', `/event-subscriptions/${id}`)).body;
const flow = () =>
  publishFlow(stack.admin, {
    triggers: { hook: { kind: 'webhook' } },
    steps: { keep: { kind: 'shape', output: { jsonata: 'trigger.body' } } },
    wires: wires('hook -> keep'),
  });
const toldAt = (path: string) => stack.vendor.to(path).map(({ body }) => body as Told);

test('kill -9 of whoever ends runs and sends events, again and again: each run that ended is told, under one id', async () => {
  const subscription = await subscribe('/killed');
  const { hooks } = await flow();
  const runs: string[] = [];
  for (let round = 0; round < 4; round += 1) {
    const wait = held();
    // The receiver has the request and says nothing: whether it was heard, the sender dies without knowing.
    stack.vendor.script('/killed', () => wait.until.then(() => ({})));
    const sent = await Promise.all(Array.from({ length: 25 }, (_, n) => deliver(hooks.hook as string, { round, n })));
    runs.push(...sent.map(({ body }) => body.runId as string));
    const before = stack.vendor.to('/killed').length;
    await until('something under way', async () => stack.vendor.to('/killed').length > before);
    await stack.killWorkers();
    wait.release();
    await stack.startWorker();
  }
  stack.vendor.script('/killed', () => ({}));
  await until(
    'every run to be told',
    async () => {
      const told = new Set(toldAt('/killed').map(({ data }) => data.runId));
      return runs.every((id) => told.has(id)) && (await read(subscription)).waiting === 0;
    },
    180,
  );
  const ids = new Map<string, Set<string>>();
  for (const { id, data } of toldAt('/killed')) ids.set(data.runId, (ids.get(data.runId) ?? new Set()).add(id));
  expect(ids.size).toBe(runs.length);
  expect([...ids.values()].filter((some) => some.size !== 1)).toEqual([]);
});

test('several servers never send one event at the same time, nor twice where nothing fails', async () => {
  await Promise.all([stack.startWorker(), stack.startWorker()]);
  const subscription = await subscribe('/several');
  const open = new Set<string>();
  const together: string[] = [];
  stack.vendor.script('/several', async ({ body }) => {
    const { id } = body as Told;
    if (open.has(id)) together.push(id);
    open.add(id);
    await new Promise((resolve) => setTimeout(resolve, 20));
    open.delete(id);
    return {};
  });
  const { hooks } = await flow();
  await Promise.all(Array.from({ length: 200 }, (_, n) => deliver(hooks.hook as string, { n })));
  await until(
    'all to be sent',
    async () => toldAt('/several').length >= 200 && (await read(subscription)).waiting === 0,
    90,
  );
  expect(together).toEqual([]);
  expect(new Set(toldAt('/several').map(({ id }) => id)).size).toBe(200);
  expect(toldAt('/several')).toHaveLength(200);
});

test('20,000 events for a receiver that says nothing: few are under way, and memory stays', async () => {
  await Promise.all(stack.workers.splice(1).map((worker) => worker.stop()));
  const worker = stack.workers[0]!;
  const subscription = await subscribe('/silent');
  const wait = held();
  stack.vendor.script('/silent', () => wait.until.then(() => ({})));
  const before = residentMegabytes(worker.pid);
  await stack.database.query(
    `with made as (
       insert into emitted_events (id, workspace_id, type, data)
       select gen_random_uuid(), $1, 'run.finished', jsonb_build_object('runId', gen_random_uuid(), 'outcome', repeat('x', 2000))
         from generate_series(1, 20000) returning id
     ) insert into event_sendings (event_id, subscription_id) select id, $2 from made`,
    [stack.admin.workspaceId, subscription.id],
  );
  await until('some under way', async () => toldAt('/silent').length >= 8);
  // Others are sent meanwhile.
  await subscribe('/meanwhile');
  const { hooks } = await flow();
  await deliver(hooks.hook as string, {});
  await until('the other subscriber', async () => toldAt('/meanwhile').length === 1);
  expect(toldAt('/silent')).toHaveLength(8);
  expect(residentMegabytes(worker.pid) - before).toBeLessThan(60);
  await stack.admin.inWorkspace('DELETE', `/event-subscriptions/${subscription.id}`);
  wait.release();
});

test('a sender whose lease has passed on has no say any more in what came of the event', async () => {
  const subscription = await subscribe('/again');
  const { hooks } = await flow();
  const wait = held();
  stack.vendor.script('/again', (_, count) => (count === 1 ? wait.until.then(() => ({})) : {}));
  await deliver(hooks.hook as string, {});
  await until('the request', async () => toldAt('/again').length === 1);
  // Another server takes it while this one believes that it still has it.
  await stack.database.query(`update event_sendings set due_at = now() where subscription_id = $1`, [subscription.id]);
  await until('another attempt', async () => toldAt('/again').length === 2);
  await until('its end', async () => (await read(subscription)).waiting === 0);
  wait.release();
  const { body } = await stack.admin.inWorkspace<{ items: EventSending[] }>(
    'GET',
    `/event-subscriptions/${subscription.id}/deliveries`,
  );
  expect(body.items).toMatchObject([{ state: 'sent', attempts: [{ status: 200 }] }]);
});
