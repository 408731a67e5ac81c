import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { endOf, publishFlow, readRun, stepsOf, until, wires } from '../harness/flows.js';
import { closeGate } from '../harness/gates.js';
import { invariants } from '../harness/invariants.js';
import { callsOf, held, type Stack, startStack } from '../harness/stack.js';

/** What a person asks of a run is taken by a worker that dies before Temporal hears of it. */
let stack: Stack;
let calls: ReturnType<typeof callsOf>;

beforeAll(async () => {
  stack = await startStack({ proxied: { temporal: true } });
  calls = callsOf(stack);
});

afterEach(() => stack.proxies.temporal?.heal());

afterAll(() => stack?.stop());

/** Its first call is answered when the test says so; another follows. */
async function heldRun(path: string): Promise<{ runId: string; release: () => void }> {
  const hold = held();
  stack.vendor.script(path, async () => {
    await hold.until;
    return {};
  });
  const { hooks } = await publishFlow(stack.admin, {
    connections: calls.slots,
    triggers: { hook: { kind: 'webhook' } },
    steps: { first: calls.key(path), after: calls.key(`${path}/after`) },
    wires: wires('hook -> first', 'first -> after'),
  });
  const runId = String((await stack.send(hooks.hook as string, {})).body.runId);
  await until('the first call', async () => stack.vendor.to(path).length > 0);
  return { runId, release: hold.release };
}

/** A person asks; the worker takes it, and dies with that in its hands. */
async function takenAndLost(runId: string, ask: () => Promise<{ status: number }>): Promise<void> {
  const gate = await closeGate(stack.database, {
    table: 'controls',
    event: 'update',
    when: `new.run_id = '${runId}' and new.taken_at is not null`,
  });
  expect((await ask()).status).toBeLessThan(300);
  await gate.reached();
  stack.proxies.temporal?.blackhole();
  await gate.open();
  await until('that it is taken', async () => {
    const rows = await stack.database.query('select from controls where run_id = $1 and taken_at is null', [runId]);
    return rows.length === 0;
  });
  await stack.killWorkers();
  // What the worker said and nobody heard is lost with it.
  stack.proxies.temporal?.cut();
  stack.proxies.temporal?.heal();
  await stack.startWorker();
}

const ask = (runId: string, what: string) => () => stack.admin.inWorkspace('POST', `/runs/${runId}/${what}`, {});

describe('taken by a worker that dies with kill -9 right after it', () => {
  test('a pause holds: what is under way ends, and nothing new begins', async () => {
    const { runId, release } = await heldRun('/pause');
    await takenAndLost(runId, ask(runId, 'pause'));
    release();
    await until(
      'the end of the first call',
      async () => (await stepsOf(stack.admin, runId)).first?.endedAt != null,
      60,
    );
    const other = await heldRun('/other');
    other.release();
    expect(await endOf(stack.admin, other.runId, 60)).toMatchObject({ status: 'succeeded' });
    expect(stack.vendor.to('/pause/after')).toHaveLength(0);
    expect(await readRun(stack.admin, runId)).toMatchObject({ status: 'paused' });
    await ask(runId, 'resume')();
    expect(await endOf(stack.admin, runId, 60)).toMatchObject({ status: 'succeeded' });
    await invariants(stack);
  });

  test('a resume counts: the run goes on', async () => {
    const { runId, release } = await heldRun('/resume');
    await ask(runId, 'pause')();
    release();
    await until('the pause', async () => {
      const { first } = await stepsOf(stack.admin, runId);
      return first?.endedAt != null && (await readRun(stack.admin, runId)).status === 'paused';
    });
    await takenAndLost(runId, ask(runId, 'resume'));
    expect(await endOf(stack.admin, runId, 60)).toMatchObject({ status: 'succeeded' });
    expect(stack.vendor.to('/resume/after')).toHaveLength(1);
    await invariants(stack);
  });

  test.each(['happened', 'not_happened', 'fail'])('what a person found out counts: %s', async (outcome) => {
    const path = `/outcome/${outcome}`;
    stack.vendor.script(path, (_, count) => (count === 1 ? { reset: true } : {}));
    const { hooks } = await publishFlow(stack.admin, {
      connections: calls.slots,
      triggers: { hook: { kind: 'webhook' } },
      steps: { call: calls.none(path), good: { kind: 'shape', output: 1 }, bad: { kind: 'shape', output: 2 } },
      wires: wires('hook -> call', 'call -> good', 'call:error -> bad'),
    });
    const runId = String((await stack.send(hooks.hook as string, {})).body.runId);
    await until('that nobody knows', async () => (await stepsOf(stack.admin, runId)).call?.status === 'unknown', 60);
    await takenAndLost(runId, () =>
      stack.admin.inWorkspace('POST', `/runs/${runId}/steps/call/outcome`, { outcome, iteration: '' }),
    );
    expect(await endOf(stack.admin, runId, 60)).toMatchObject({ status: 'succeeded' });
    const steps = await stepsOf(stack.admin, runId);
    expect(steps[outcome === 'fail' ? 'bad' : 'good']?.status).toBe('succeeded');
    expect(stack.vendor.to(path)).toHaveLength(outcome === 'not_happened' ? 2 : 1);
  });
});
