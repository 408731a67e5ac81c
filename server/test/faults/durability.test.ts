import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deliver, endOf, publishFlow, readRun, stepsOf, until, wires } from '../harness/flows.js';
import { type Session, signIn } from '../harness/index.js';
import { type Stack, startStack } from '../harness/stack.js';
import type { Vendor } from '../harness/vendor.js';

let stack: Stack;
let vendor: Vendor;
let admin: Session;
let connection: string;

beforeAll(async () => {
  stack = await startStack();
  ({ vendor, admin } = stack);
  connection = stack.connections.vendor;
});

afterAll(async () => {
  await stack?.stop();
});

const slots = () => ({ vendor: { connector: 'http', title: 'Vendor', id: connection } });
const call = (operation: string, path: string, over: object = {}) => ({
  kind: 'action',
  connection: 'vendor',
  operation,
  input:
    operation === 'get' ? { url: `${vendor.url}${path}` } : { method: 'POST', url: `${vendor.url}${path}`, json: {} },
  ...over,
});

describe('kill -9 of the worker', () => {
  test('in the middle of a run: finished steps are not called again, and the call under way goes on with its key', async () => {
    let release: () => void = () => undefined;
    vendor.script('/third', (_, count) => (count === 1 ? new Promise((resolve) => (release = () => resolve({}))) : {}));
    const { hooks } = await publishFlow(admin, {
      connections: slots(),
      triggers: { hook: { kind: 'webhook' } },
      steps: {
        first: call('request', '/first'),
        second: call('get', '/second'),
        third: call('requestWithKey', '/third', {
          input: { method: 'POST', url: `${vendor.url}/third`, json: {}, keyHeader: 'idempotency-key' },
        }),
        fourth: call('request', '/fourth'),
      },
      wires: wires('hook -> first', 'first -> second', 'second -> third', 'third -> fourth'),
    });
    const runId = (await deliver(hooks.hook as string, {})).body.runId as string;
    await until('the third call', async () => vendor.to('/third').length > 0);
    await stack.killWorkers();
    await stack.startWorker();
    const run = await endOf(admin, runId, 40);
    release();
    expect(run.status).toBe('succeeded');
    expect(vendor.to('/first')).toHaveLength(1);
    expect(vendor.to('/second')).toHaveLength(1);
    expect(vendor.to('/fourth')).toHaveLength(1);
    const keys = vendor.to('/third').map((request) => request.headers['idempotency-key']);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
    expect((await stepsOf(admin, runId)).third?.effect).toMatchObject({ state: 'done', attempts: 2 });
  });

  test('while a write without idempotency is under way: its outcome is for a person to say, it is not sent twice', async () => {
    vendor.script('/once', () => new Promise(() => undefined));
    const { hooks } = await publishFlow(admin, {
      connections: slots(),
      triggers: { hook: { kind: 'webhook' } },
      steps: { once: call('request', '/once') },
      wires: wires('hook -> once'),
    });
    const runId = (await deliver(hooks.hook as string, {})).body.runId as string;
    await until('the call', async () => vendor.to('/once').length > 0);
    await stack.killWorkers();
    await stack.startWorker();
    const run = await until('the run to wait', async () => {
      const found = await readRun(admin, runId);
      return found.status === 'waiting' && found;
    });
    expect(run.waitingFor).toMatchObject({ kind: 'outcome' });
    await admin.inWorkspace('POST', `/runs/${runId}/steps/once/outcome`, { outcome: 'fail' });
    expect(await endOf(admin, runId)).toMatchObject({ status: 'failed', error: { code: 'E_OUTCOME_UNKNOWN' } });
    expect(vendor.to('/once')).toHaveLength(1);
  });

  test('while runs wait for a person: the decision finds them', async () => {
    const { hooks } = await publishFlow(admin, {
      triggers: { hook: { kind: 'webhook' } },
      steps: {
        ask: { kind: 'approval', approvers: ['role:admin'], show: 'all of it' },
        yes: { kind: 'stop', outcome: 'succeed', message: 'released' },
      },
      wires: wires('hook -> ask', 'ask:approved -> yes'),
    });
    const runId = (await deliver(hooks.hook as string, {})).body.runId as string;
    const approval = await until('the approval', async () => {
      const { body } = await admin.inWorkspace<{ items: { id: string; runId: string; hash: string }[] }>(
        'GET',
        '/approvals',
      );
      return body.items.find((item) => item.runId === runId);
    });
    await stack.killWorkers();
    const decision = { decision: 'approve', hash: approval.hash };
    expect((await admin.inWorkspace('POST', `/approvals/${approval.id}/decide`, decision)).status).toBe(200);
    await stack.startWorker();
    expect(await endOf(admin, runId, 40)).toMatchObject({ status: 'succeeded', outcome: 'released' });
  });
});

describe('a carrier that is lost', () => {
  test('its run is hosted again from its rows: the wait goes on, and no finished call is made again', async () => {
    const { hooks } = await publishFlow(admin, {
      connections: slots(),
      triggers: { hook: { kind: 'webhook' } },
      steps: {
        before: call('request', '/before-the-loss'),
        ask: { kind: 'approval', approvers: ['role:admin'], show: 'all of it' },
        after: call('request', '/after-the-loss'),
      },
      wires: wires('hook -> before', 'before -> ask', 'ask:approved -> after'),
    });
    const runId = (await deliver(hooks.hook as string, {})).body.runId as string;
    const approval = await until('the approval', async () => {
      const { body } = await admin.inWorkspace<{ items: { id: string; runId: string; hash: string }[] }>(
        'GET',
        '/approvals',
      );
      return body.items.find((item) => item.runId === runId);
    });
    const client = new Client({
      connection: await Connection.connect({ address: stack.temporal.address }),
      namespace: stack.temporal.namespace,
    });
    await client.workflow.getHandle(`${runId}-1`).terminate('ended by hand');
    await until('a new carrier', () => isRunning(client, `${runId}-2`), 60);
    const decision = { decision: 'approve', hash: approval.hash };
    await admin.inWorkspace('POST', `/approvals/${approval.id}/decide`, decision);
    expect(await endOf(admin, runId, 40)).toMatchObject({ status: 'succeeded' });
    expect(vendor.to('/before-the-loss')).toHaveLength(1);
    expect(vendor.to('/after-the-loss')).toHaveLength(1);
    await client.connection.close();
  });

  async function isRunning(client: Client, workflowId: string): Promise<boolean> {
    const description = await client.workflow
      .getHandle(workflowId)
      .describe()
      .catch(() => null);
    return description?.status.name === 'RUNNING';
  }
});

test('a terminated run leaves no carrier behind', async () => {
  const { hooks } = await publishFlow(admin, {
    triggers: { hook: { kind: 'webhook' } },
    steps: { ask: { kind: 'approval', approvers: ['role:admin'], show: 'all of it' } },
    wires: wires('hook -> ask'),
  });
  const runId = (await deliver(hooks.hook as string, {})).body.runId as string;
  await until('the run to wait', async () => (await readRun(admin, runId)).status === 'waiting');
  await admin.inWorkspace('POST', `/runs/${runId}/terminate`);
  const client = new Client({
    connection: await Connection.connect({ address: stack.temporal.address }),
    namespace: stack.temporal.namespace,
  });
  await until('the end of the carrier', async () => {
    const { status } = await client.workflow.getHandle(`${runId}-1`).describe();
    return status.name === 'COMPLETED';
  });
  await client.connection.close();
});

describe('one alert, one run', () => {
  const alertFlow = () =>
    publishFlow(admin, {
      triggers: { alert: { kind: 'webhook', dedupe: { key: '/body/cycle', windowSeconds: 3600 } } },
      steps: { note: { kind: 'shape', output: { jsonata: 'trigger.body' } } },
      wires: wires('alert -> note'),
    });

  test('the same alert delivered 20 times at once, and again after the run, makes one run', async () => {
    const flow = await alertFlow();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => deliver(flow.hooks.alert as string, { cycle: 'cycle-1' })),
    );
    expect(answers.map((answer) => answer.status)).toEqual(Array(20).fill(202));
    const runs = new Set(answers.map((answer) => answer.body.runId as string));
    expect(runs.size).toBe(1);
    expect(answers.filter((answer) => answer.body.duplicate === false)).toHaveLength(1);
    const [runId = ''] = runs;
    await endOf(admin, runId);
    const later = await deliver(flow.hooks.alert as string, { cycle: 'cycle-1' });
    expect(later.body).toMatchObject({ runId, duplicate: true });
    const listed = await admin.inWorkspace<{ items: unknown[] }>('GET', `/runs?flowId=${flow.id}`);
    expect(listed.body.items).toHaveLength(1);
  });

  test('300 alerts while the API is killed and started five times: 300 runs, none lost, none double', async () => {
    const flow = await alertFlow();
    const url = flow.hooks.alert as string;
    let killing = true;
    const kills = (async () => {
      for (let kill = 0; kill < 5; kill++) {
        await new Promise((resolve) => setTimeout(resolve, 400));
        await stack.restartApi();
      }
      killing = false;
    })();
    // The sender repeats what was not answered 2xx, as vendors do.
    const send = async (cycle: string): Promise<string> => {
      for (;;) {
        const answer = await deliver(url, { cycle }).catch(() => null);
        if (answer?.status === 202) return answer.body.runId as string;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    };
    const cycles = Array.from({ length: 300 }, (_, index) => `storm-${index}`);
    const sent: string[] = [];
    const senders = Array.from({ length: 6 }, async () => {
      for (let cycle = cycles.pop(); cycle !== undefined; cycle = cycles.pop()) {
        sent.push(await send(cycle));
        if (killing) await new Promise((resolve) => setTimeout(resolve, 40));
      }
    });
    await Promise.all([kills, ...senders]);
    admin = await signIn(stack.api);
    expect(new Set(sent).size).toBe(300);
    const finished = await until(
      'the end of all runs',
      async () => {
        const runs = await allRuns(flow.id);
        return runs.every((run) => run.endedAt !== null) && runs;
      },
      60,
    );
    expect(finished).toHaveLength(300);
    expect(new Set(finished.map((run) => run.status))).toEqual(new Set(['succeeded']));
  });

  async function allRuns(flowId: string): Promise<{ id: string; status: string; endedAt: string | null }[]> {
    const runs: { id: string; status: string; endedAt: string | null }[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query: string = `flowId=${flowId}&limit=200${cursor ? `&cursor=${cursor}` : ''}`;
      const { body } = await admin.inWorkspace<{ items: typeof runs; next: string | null }>('GET', `/runs?${query}`);
      runs.push(...body.items);
      cursor = body.next;
    }
    return runs;
  }
});
