import type { Approval } from '@castellan/api';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deliver, endOf, type FlowSketch, publishFlow, readRun, stepsOf, until, wires } from './harness/flows.js';
import type { Session } from './harness/index.js';
import { type Stack, startStack } from './harness/stack.js';
import type { Vendor } from './harness/vendor.js';

/** What each kind of step does with each of its options, on the real stack. */
let stack: Stack;
let vendor: Vendor;
let admin: Session;
let connection: string;
let temporalClient: Client;

beforeAll(async () => {
  stack = await startStack({ servers: 'one' });
  ({ vendor, admin } = stack);
  connection = stack.connections.vendor;
  temporalClient = new Client({
    connection: await Connection.connect({ address: stack.temporal.address }),
    namespace: stack.temporal.namespace,
  });
});

afterAll(async () => {
  await temporalClient?.connection.close();
  await stack?.stop();
});

async function isRunning(workflowId: string): Promise<boolean> {
  const handle = temporalClient.workflow.getHandle(workflowId);
  const description = await handle.describe().catch(() => null);
  return description?.status.name === 'RUNNING';
}

const get = (path: string, over: object = {}) => ({
  kind: 'action',
  connection: 'vendor',
  operation: 'get',
  input: { url: `${vendor.url}${path}` },
  ...over,
});

interface AuditItem {
  action: string;
  actor: string;
  objectId: string;
  before: unknown;
  after: unknown;
}

/** The approval that the run asked for, whatever has become of it. */
const approvalOf = (runId: string): Promise<Approval> =>
  until('the approval', async () => {
    const lists = await Promise.all(
      ['open', 'decided'].map((status) =>
        admin.inWorkspace<{ items: Approval[] }>('GET', `/approvals?status=${status}&limit=200`),
      ),
    );
    return lists.flatMap(({ body }) => body.items).find((item) => item.runId === runId);
  });

async function decide({ id, hash }: Approval, decision: 'approve' | 'reject'): Promise<void> {
  const answer = await admin.inWorkspace('POST', `/approvals/${id}/decide`, { decision, comment: 'Seen', hash });
  expect(answer.status).toBe(200);
}

/** Publishes a flow with the webhook `hook`, delivers to it and answers the run's id. */
async function start(sketch: Omit<FlowSketch, 'triggers'>, body: unknown = {}): Promise<string> {
  const { hooks } = await publishFlow(admin, {
    connections: { vendor: { connector: 'http', title: 'Vendor', id: connection } },
    triggers: { hook: { kind: 'webhook' } },
    ...sketch,
  });
  const answer = await deliver(hooks.hook as string, body);
  expect(answer.status).toBe(202);
  return answer.body.runId as string;
}

/** The run and its steps when it has ended. */
async function ended(sketch: Omit<FlowSketch, 'triggers'>, body: unknown = {}) {
  const runId = await start(sketch, body);
  const run = await endOf(admin, runId);
  return { run, steps: await stepsOf(admin, runId) };
}

const people = [
  { name: 'Jane', age: 41 },
  { name: 'Ola', age: 17 },
  { name: 'Kim', age: 29 },
];

describe.concurrent('a filter', () => {
  test('keeps the items for which its condition holds, and its output is their list', async () => {
    const { run, steps } = await ended(
      {
        steps: {
          adults: {
            kind: 'filter',
            items: { jsonata: 'trigger.body.people' },
            when: { all: [{ left: { jsonata: 'item.age' }, op: 'gte', right: { jsonata: 'trigger.body.limit' } }] },
          },
          names: { kind: 'shape', output: { jsonata: 'steps.adults.output.name' } },
        },
        wires: wires('hook -> adults', 'adults -> names'),
      },
      { people, limit: 18 },
    );
    expect(run.status).toBe('succeeded');
    expect(steps.adults).toMatchObject({ status: 'succeeded', port: 'out', output: [people[0], people[2]] });
    expect(steps.names?.output).toEqual(['Jane', 'Kim']);
  });

  test('in a loop sees its own item and, by its name, that of the loop', async () => {
    const { steps } = await ended(
      {
        steps: {
          each: {
            kind: 'loop',
            items: [18, 40],
            collect: { jsonata: 'steps.older.output' },
            steps: {
              older: {
                kind: 'filter',
                items: { jsonata: 'trigger.body.people' },
                when: { jsonata: 'item.age >= loops.each.item' },
              },
            },
            wires: wires('each:each -> older'),
          },
        },
        wires: wires('hook -> each'),
      },
      { people },
    );
    expect(steps.each?.output).toMatchObject({ items: [[people[0], people[2]], [people[0]]] });
  });

  test('of 100,000 items is done like one of three', async () => {
    const { run, steps } = await ended({
      steps: {
        even: { kind: 'filter', items: { jsonata: '[1..100000]' }, when: { jsonata: 'item % 2 = 0' } },
        count: { kind: 'shape', output: { jsonata: '$count(steps.even.output)' } },
      },
      wires: wires('hook -> even', 'even -> count'),
    });
    expect(run.status).toBe('succeeded');
    expect(steps.count?.output).toBe(50_000);
  });

  test('that cannot compare an item fails the run and names the item and the place', async () => {
    const { run } = await ended(
      {
        steps: {
          adults: {
            kind: 'filter',
            items: { jsonata: 'trigger.body' },
            when: { all: [{ left: { jsonata: 'item.age' }, op: 'gte', right: 18 }] },
          },
        },
        wires: wires('hook -> adults'),
      },
      [{ age: 20 }, { age: 'old' }],
    );
    expect(run).toMatchObject({ status: 'failed', error: { code: 'E_PARAM_TYPE', stepId: 'adults' } });
    expect(run.error?.message).toBe('At index 1 of the list: gte takes numbers, but here is text. (/when/all/0)');
  });
});

describe.concurrent('a wait', () => {
  const pause = (wait: object, over: object = {}) => ({
    steps: {
      pause: { kind: 'wait', ...wait },
      after: { kind: 'shape', output: 'went on' },
      late: { kind: 'shape', output: 'gave up' },
    },
    wires: wires('hook -> pause', 'pause -> after', 'pause:timeout -> late'),
    ...over,
  });

  test.each([
    ['of no time', { seconds: 0 }],
    ['until an instant that has gone by', { until: '2001-02-03T04:05:06Z' }],
    ['until an instant to come', { until: { jsonata: '$fromMillis($toMillis(run.startedAt) + 1000)' } }],
    ['of computed seconds', { seconds: { jsonata: '1 / 2' } }],
  ])('%s goes on by out', async (_, wait) => {
    const { run, steps } = await ended(pause(wait));
    expect(run.status).toBe('succeeded');
    expect(steps).toMatchObject({ pause: { port: 'out' }, after: { output: 'went on' }, late: { status: 'skipped' } });
  });

  test('that is longer than its time leaves by timeout when that is over', async () => {
    const { run, steps } = await ended(pause({ seconds: 3_600, timeoutSeconds: 1 }));
    expect(run.status).toBe('succeeded');
    expect(steps).toMatchObject({
      pause: { port: 'timeout' },
      late: { output: 'gave up' },
      after: { status: 'skipped' },
    });
  });

  test('that would end sooner does not', async () => {
    const { steps } = await ended(pause({ seconds: 1, timeoutSeconds: 3_600 }));
    expect(steps.pause?.port).toBe('out');
  });

  test.each([
    ['a negative time', { seconds: { jsonata: '-1' } }, '/seconds'],
    ['an instant without a zone', { until: { jsonata: '"2030-01-01T00:00:00"' } }, '/until'],
  ])('for %s fails the run and names the place', async (_, wait, place) => {
    const { run } = await ended(pause(wait));
    expect(run).toMatchObject({ status: 'failed', error: { code: 'E_PARAM_TYPE', stepId: 'pause' } });
    expect(run.error?.message).toContain(place);
  });
});

describe.concurrent('an approval that nobody decides', () => {
  const asking = (over: object) => ({
    steps: {
      ask: { kind: 'approval', approvers: ['first@castellan.test'], show: 'all of it', ...over },
      yes: { kind: 'shape', output: 'released' },
      late: { kind: 'shape', output: 'too late' },
    },
    wires: wires('hook -> ask', 'ask:approved -> yes', 'ask:timeout -> late'),
  });
  const others = { jsonata: '["Admin@Castellan.test", "third@castellan.test"]' };

  test('asks more people at each stage, who may decide as well, and says so everywhere', async () => {
    const escalate = [
      { afterSeconds: 3_600, approvers: ['role:admin'] },
      { afterSeconds: 1, approvers: others },
    ];
    const runId = await start(asking({ escalate }));
    const before = await approvalOf(runId);
    expect(before).toMatchObject({ approvers: ['first@castellan.test'], mayDecide: false });
    expect(before.escalations.map(({ approvers, added }) => [approvers, added])).toEqual([
      [['admin@castellan.test', 'third@castellan.test'], false],
      [['role:admin'], false],
    ]);
    const after = await until('the escalation', async () => {
      const approval = await approvalOf(runId);
      return approval.mayDecide && approval;
    });
    const asked = ['first@castellan.test', 'admin@castellan.test', 'third@castellan.test'];
    expect(after).toMatchObject({ approvers: asked, escalations: [{ added: true }, { added: false }] });
    expect((await readRun(admin, runId)).waitingFor).toMatchObject({ kind: 'approval', who: asked.join(', ') });
    const { body: history } = await admin.inWorkspace<{ items: { text: string }[] }>('GET', `/runs/${runId}/events`);
    expect(history.items.map(({ text }) => text)).toContain(
      'ask: nobody has decided yet, admin@castellan.test, third@castellan.test asked as well',
    );
    const { body: audit } = await admin.inWorkspace<{ items: AuditItem[] }>('GET', '/audit?limit=200');
    expect(audit.items.find(({ objectId }) => objectId === after.id)).toMatchObject({
      action: 'approval.escalate',
      actor: 'system',
      before: { approvers: ['first@castellan.test'] },
      after: { approvers: asked, runId },
    });
    await decide(after, 'approve');
    const run = await endOf(admin, runId);
    expect(run.status).toBe('succeeded');
    expect((await stepsOf(admin, runId)).yes?.output).toBe('released');
  });

  test('asks them before its time is over, and then leaves by timeout', async () => {
    const { run, steps } = await ended(
      asking({ timeoutSeconds: 2, escalate: [{ afterSeconds: 1, approvers: ['role:approver'] }] }),
    );
    expect(run.status).toBe('succeeded');
    expect(steps).toMatchObject({ ask: { port: 'timeout' }, late: { output: 'too late' } });
    const approval = await approvalOf(run.id);
    expect(approval).toMatchObject({
      status: 'timeout',
      approvers: ['first@castellan.test', 'role:approver'],
      escalations: [{ added: true }],
    });
  });

  test('fails where more decisions are needed than people are asked', async () => {
    const { run } = await ended(
      asking({ approvers: ['a@castellan.test', 'A@castellan.test'], needed: { jsonata: '2' } }),
    );
    expect(run).toMatchObject({ status: 'failed', error: { code: 'E_PARAM_TYPE' } });
    expect(run.error?.message).toContain('needs 2 people, but 1 in all are asked');
  });
});

describe.concurrent('a run that has a time limit', () => {
  const limited = { timeoutSeconds: 1 };

  test('fails with that reason when it is over: waits are closed, and nothing more starts', async () => {
    const { run, steps } = await ended({
      steps: {
        ask: { kind: 'approval', approvers: ['role:admin'], show: 'all of it' },
        pause: { kind: 'wait', seconds: 3_600 },
        after: { kind: 'shape', output: 1 },
      },
      wires: wires('hook -> ask', 'hook -> pause', 'pause -> after'),
      settings: limited,
    });
    expect(run).toMatchObject({
      status: 'failed',
      reason: 'timeout',
      waitingFor: null,
      error: { code: 'E_RUN_TIMEOUT', message: 'The run did not end within the 1 s that its flow gives it' },
    });
    expect(steps).toMatchObject({ ask: { status: 'cancelled' }, pause: { status: 'cancelled' } });
    expect(await approvalOf(run.id)).toMatchObject({ status: 'closed' });
  });

  test('has its calls under way aborted', async () => {
    vendor.script('/endless-in-time', () => new Promise(() => undefined));
    const { run, steps } = await ended({
      steps: { call: get('/endless-in-time'), after: get('/never-in-time') },
      wires: wires('hook -> call', 'call -> after'),
      settings: limited,
    });
    expect(run).toMatchObject({ status: 'failed', reason: 'timeout' });
    expect(steps.call?.status).toBe('cancelled');
    expect(vendor.to('/never-in-time')).toHaveLength(0);
  });

  test('is not touched when it ends in time, and fails for its time also while it is paused', async () => {
    const quick = await ended({
      steps: { only: { kind: 'shape', output: 1 } },
      wires: wires('hook -> only'),
      settings: limited,
    });
    expect(quick.run).toMatchObject({ status: 'succeeded', reason: null });
    const runId = await start({
      steps: { pause: { kind: 'wait', seconds: 3_600 } },
      wires: wires('hook -> pause'),
      settings: { timeoutSeconds: 2 },
    });
    await admin.inWorkspace('POST', `/runs/${runId}/pause`);
    expect(await endOf(admin, runId)).toMatchObject({ status: 'failed', reason: 'timeout' });
  });
});

describe.concurrent('a run whose carrier is lost', () => {
  async function loseCarrier(runId: string): Promise<void> {
    await temporalClient.workflow.getHandle(`${runId}-1`).terminate('ended by hand');
    await until('a new carrier', () => isRunning(`${runId}-2`), 60);
  }

  test('while it is paused stays paused, and goes on where it was when it is resumed', async () => {
    const runId = await start({
      steps: { pause: { kind: 'wait', seconds: 1 }, after: get('/after-the-pause') },
      wires: wires('hook -> pause', 'pause -> after'),
    });
    await admin.inWorkspace('POST', `/runs/${runId}/pause`);
    await until('the wait to end', async () => (await stepsOf(admin, runId)).pause?.status === 'succeeded');
    await loseCarrier(runId);
    await until('the new host', async () => (await readRun(admin, runId)).status === 'paused');
    await admin.inWorkspace('POST', `/runs/${runId}/resume`);
    expect(await endOf(admin, runId)).toMatchObject({ status: 'succeeded' });
    expect(vendor.to('/after-the-pause')).toHaveLength(1);
  }, 90_000);

  test('keeps the stages of its approval, and its time limit', async () => {
    const runId = await start({
      steps: {
        ask: {
          kind: 'approval',
          approvers: ['first@castellan.test'],
          show: 'all of it',
          escalate: [{ afterSeconds: 28, approvers: ['second@castellan.test'] }],
        },
      },
      wires: wires('hook -> ask'),
      settings: { timeoutSeconds: 32 },
    });
    await approvalOf(runId);
    await loseCarrier(runId);
    expect(await endOf(admin, runId, 60)).toMatchObject({ status: 'failed', reason: 'timeout' });
    expect(await approvalOf(runId)).toMatchObject({ status: 'closed', escalations: [{ added: true }] });
  }, 120_000);
});
