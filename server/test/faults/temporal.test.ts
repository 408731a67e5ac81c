import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { endOf, type PublishedFlow, publishFlow, readRun, stepsOf, until, wires } from '../harness/flows.js';
import { type OwnTemporal, startOwnTemporal, type TestDatabase } from '../harness/index.js';
import { invariants } from '../harness/invariants.js';
import { attend } from '../harness/person.js';
import { approvalOf, callsOf, held, type Stack, startStack } from '../harness/stack.js';

/** A Temporal that goes away, stands still, or has forgotten everything. */
let stack: Stack<TestDatabase, OwnTemporal>;
let calling: PublishedFlow;
let asking: PublishedFlow;
let waiting: PublishedFlow;
let byHand: PublishedFlow;

beforeAll(async () => {
  stack = await startStack({ postgres: 'shared', temporal: 'own' });
  const calls = callsOf(stack);
  const steps = { first: calls.key('/first'), second: calls.none('/second') };
  calling = await publishFlow(stack.admin, {
    connections: calls.slots,
    triggers: { hook: { kind: 'webhook' } },
    steps,
    wires: wires('hook -> first', 'first -> second'),
  });
  asking = await publishFlow(stack.admin, {
    connections: calls.slots,
    triggers: { hook: { kind: 'webhook' } },
    steps: {
      ...{ before: calls.none('/before'), after: calls.key('/after') },
      ask: { kind: 'approval', approvers: ['role:admin'], show: { jsonata: 'trigger.body' } },
    },
    wires: wires('hook -> before', 'before -> ask', 'ask:approved -> after'),
  });
  waiting = await publishFlow(stack.admin, {
    connections: calls.slots,
    triggers: { hook: { kind: 'webhook' } },
    steps: {
      ...{ before: calls.none('/before'), after: calls.key('/after') },
      rest: { kind: 'wait', seconds: { jsonata: 'trigger.body.seconds' } },
    },
    wires: wires('hook -> before', 'before -> rest', 'rest -> after'),
  });
  byHand = await publishFlow(stack.admin, {
    connections: calls.slots,
    triggers: { hand: { kind: 'manual' } },
    steps: { first: calls.key('/by-hand') },
    wires: wires('hand -> first'),
  });
});

beforeEach(() => {
  for (const path of ['/first', '/second', '/before', '/after']) stack.vendor.script(path, () => ({}));
});

afterAll(() => stack?.stop());

const pause = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1_000));

/** Starts so many runs of a flow; answers their ids. */
async function begin(flow: PublishedFlow, count: number, body: object = {}): Promise<string[]> {
  const sent = Array.from({ length: count }, () => stack.send(flow.hooks.hook as string, body));
  const answers = await Promise.all(sent);
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
  return answers.map(({ body: answer }) => String(answer.runId));
}

async function approve(runId: string): Promise<number> {
  const { id, hash } = await approvalOf(stack.admin, runId);
  return (await stack.admin.inWorkspace('POST', `/approvals/${id}/decide`, { decision: 'approve', hash })).status;
}

async function expectDone(runIds: string[], status = 'succeeded'): Promise<void> {
  const runs = await attend(stack, runIds, 200);
  expect(new Set(runs.map((run) => run.status))).toEqual(new Set([status]));
}

const statuses = async (runIds: string[]): Promise<string[]> =>
  Promise.all(runIds.map(async (runId) => (await readRun(stack.admin, runId)).status));

/** Calls of these runs at a path. */
const callsAt = (path: string, runIds: string[]): number =>
  stack.vendor.to(path).filter(({ headers }) => runIds.some((id) => String(headers['x-effect']).startsWith(id))).length;

test('down for 60 s: deliveries are accepted, decisions and cancels are taken, and all of it happens afterwards', async () => {
  const [toApprove = '', toCancel = ''] = await begin(asking, 2);
  const short = await begin(waiting, 2, { seconds: 20 });
  await approvalOf(stack.admin, toApprove);
  await approvalOf(stack.admin, toCancel);
  const underWay = await begin(calling, 10);
  await stack.temporal.kill9();
  const gone = pause(60);
  const queued = await begin(calling, 20);
  const manual = await stack.admin.inWorkspace<{ runId: string }>('POST', `/flows/${byHand.id}/run`, { input: {} });
  expect(manual.status).toBe(201);
  expect(await approve(toApprove)).toBe(200);
  expect((await stack.admin.inWorkspace('POST', `/runs/${toCancel}/cancel`, {})).status).toBeLessThan(300);
  await pause(5);
  expect(new Set(await statuses(queued))).toEqual(new Set(['queued']));
  await gone;
  await stack.temporal.restart();
  await expectDone([...underWay, ...queued, ...short, toApprove, manual.body.runId]);
  await expectDone([toCancel], 'cancelled');
  await invariants(stack);
});

test('frozen for 20 s: calls of people are answered, runs that begin meanwhile are hosted once and hear what is asked of them', async () => {
  stack.temporal.freeze();
  const thawing = pause(20).then(() => stack.temporal.thaw());
  const asked = await begin(asking, 10);
  const called = await begin(calling, 10);
  for (let second = 0; second < 6; second++) {
    const began = performance.now();
    const answers = await Promise.all([
      stack.admin.inWorkspace('GET', '/runs'),
      stack.admin.inWorkspace('GET', '/approvals'),
      stack.admin.inWorkspace('GET', `/runs/${asked[0]}`),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    // The bound is 10 s; the rest is for a machine that does other work.
    expect(performance.now() - began).toBeLessThan(15_000);
    await pause(1);
  }
  await thawing;
  for (const runId of asked) expect(await approve(runId)).toBe(200);
  await expectDone([...asked, ...called]);
  await invariants(stack);
});

describe('its store lost for good', () => {
  /** Runs at every kind of rest, with answers of the vendor in their rows. */
  async function atRest() {
    const hold = held();
    stack.vendor.script('/second', async (_, count) => {
      if (count > already) await hold.until;
      return {};
    });
    const already = stack.vendor.to('/second').length;
    const ended = await begin(waiting, 1, { seconds: 1 });
    await expectDone(ended);
    const asks = await begin(asking, 3);
    const waits = await begin(waiting, 3, { seconds: 25 });
    const calls = await begin(calling, 3);
    for (const runId of asks) await approvalOf(stack.admin, runId);
    await until('the waits', async () => (await deadlines(waits)).length === 3);
    await until('the calls', async () => stack.vendor.to('/second').length >= already + 3);
    return { hold, ended, asks, waits, calls, due: await deadlines(waits) };
  }

  const deadlines = (runIds: string[]): Promise<{ run: string; due: Date }[]> =>
    stack.database.query(
      `select run_id as run, next_at as due from steps
        where run_id = any($1) and step_id = 'rest' and ended_at is null and next_at is not null order by run_id`,
      [runIds],
    );

  /** All of them have gone on, waits to the instant that was set, and nothing that was answered was asked again. */
  async function expectGoneOn({ hold, ended, asks, waits, calls, due }: Awaited<ReturnType<typeof atRest>>) {
    hold.release();
    for (const runId of asks) expect(await approve(runId)).toBe(200);
    await expectDone([...asks, ...waits, ...calls]);
    for (const { run, due: instant } of due) {
      const rest = (await stepsOf(stack.admin, run)).rest;
      expect(Date.parse(rest?.endedAt ?? '')).toBeGreaterThanOrEqual(instant.getTime());
    }
    expect(callsAt('/first', calls)).toBe(3);
    expect(callsAt('/second', calls)).toBe(3);
    expect(callsAt('/before', [...asks, ...waits])).toBe(6);
    expect(callsAt('/after', [...asks, ...waits])).toBe(6);
    // What had ended is as it was.
    expect(await endOf(stack.admin, ended[0] as string)).toMatchObject({ status: 'succeeded' });
    expect(Object.keys(await stepsOf(stack.admin, ended[0] as string)).sort()).toEqual(['after', 'before', 'rest']);
    await invariants(stack);
  }

  test('its file deleted: every run is hosted again, waits keep their instants, no answered call is made again', async () => {
    const before = await atRest();
    await stack.temporal.kill9();
    stack.temporal.forget();
    await stack.temporal.restart();
    await expectGoneOn(before);
  });

  test('the address of another cluster: the same, at the next start', async () => {
    const before = await atRest();
    const other = await startOwnTemporal();
    const env = { TEMPORAL_ADDRESS: other.address, TEMPORAL_NAMESPACE: other.namespace };
    await Promise.all(stack.workers.splice(0).map((worker) => worker.stop()));
    await stack.startWorker(env);
    Object.assign(stack, { temporal: other });
    try {
      await expectGoneOn(before);
    } finally {
      await Promise.all(stack.workers.splice(0).map((worker) => worker.stop()));
      await other.stop();
    }
  });
});
