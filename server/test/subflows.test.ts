import type { RunRow } from '@castellan/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deliver, endOf, type FlowSketch, publishFlow, readRun, stepsOf, until, wires } from './harness/flows.js';
import type { Session } from './harness/index.js';
import { type Stack, startStack } from './harness/stack.js';
import type { Vendor } from './harness/vendor.js';

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
const call = (operation: 'get' | 'request', path: string, over: object = {}) => ({
  kind: 'action',
  connection: 'vendor',
  operation,
  input:
    operation === 'get' ? { url: `${vendor.url}${path}` } : { method: 'POST', url: `${vendor.url}${path}`, json: {} },
  ...over,
});
const named = (...names: string[]) => ({
  type: 'object',
  properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
  required: names,
});

/** Publishes a flow that others may call. */
const callable = (name: string, sketch: Omit<FlowSketch, 'triggers'>, trigger: object = {}) =>
  publishFlow(admin, { name, connections: slots(), triggers: { called: { kind: 'call', ...trigger } }, ...sketch });

/** Publishes a flow with a webhook and starts it; answers the run's id. */
async function start(sketch: Omit<FlowSketch, 'triggers'>, body: unknown = {}): Promise<string> {
  const { hooks } = await publishFlow(admin, {
    name: 'Caller',
    connections: slots(),
    triggers: { hook: { kind: 'webhook' } },
    ...sketch,
  });
  const answer = await deliver(hooks.hook as string, body);
  expect(answer.status).toBe(202);
  return answer.body.runId as string;
}

/** A flow that only calls another one, by the step `sub`. */
const calling = (flow: string, over: object = {}): Omit<FlowSketch, 'triggers'> => ({
  steps: { sub: { kind: 'subflow', title: 'Call it', flow, ...over }, after: { kind: 'shape', output: 'went on' } },
  wires: wires('hook -> sub', 'sub -> after'),
});

/** A flow that calls the vendor, which does not answer until it is let. */
async function held(name: string, path: string) {
  const answers: (() => void)[] = [];
  vendor.script(path, () => new Promise((resolve) => answers.push(() => resolve({}))));
  const flow = await callable(name, { steps: { call: call('get', path) }, wires: wires('called -> call') });
  return {
    flow,
    reached: () => until(`a call of ${path}`, async () => vendor.to(path).length > 0),
    release: () => {
      for (const answer of answers.splice(0)) answer();
    },
  };
}

const childOf = (runId: string, step = 'sub') =>
  until(`the run that ${step} started`, async () => (await stepsOf(admin, runId))[step]?.childRunId);

const runsOf = async (flowId: string): Promise<RunRow[]> =>
  (await admin.inWorkspace<{ items: RunRow[] }>('GET', `/runs?flowId=${flowId}&limit=200`)).body.items;

describe('a step that calls a flow', () => {
  test('waits for its end, says so, and takes what it answers as its output', async () => {
    const greeter = await callable(
      'Greeter',
      {
        steps: {
          greet: { kind: 'shape', output: { jsonata: '{"text": "Hello " & trigger.input.name}' } },
          ask: { kind: 'approval', approvers: ['role:admin'], show: 'greet?' },
          answer: { kind: 'respond', body: { jsonata: 'steps.greet.output' } },
        },
        wires: wires('called -> greet', 'greet -> ask', 'ask:approved -> answer'),
      },
      { input: named('name'), output: named('text') },
    );
    const runId = await start(
      {
        steps: {
          sub: { kind: 'subflow', title: 'Greet', flow: greeter.id, input: { name: { jsonata: 'trigger.body.who' } } },
          after: { kind: 'shape', output: { jsonata: 'steps.sub.output.text & "!"' } },
        },
        wires: wires('hook -> sub', 'sub -> after'),
      },
      { who: 'Jane' },
    );
    const childId = await childOf(runId);
    const waiting = await until('the run to wait', async () => {
      const run = await readRun(admin, runId);
      return run.status === 'waiting' && run;
    });
    expect(waiting.waitingFor).toMatchObject({ kind: 'subflow', what: 'Greet', who: 'Greeter', runId: childId });
    expect(await readRun(admin, childId)).toMatchObject({
      flowName: 'Greeter',
      trigger: { id: 'called', kind: 'call' },
      parent: { runId, flowName: 'Caller', stepId: 'sub', iteration: '', waits: true },
    });
    await approve(childId);
    expect(await endOf(admin, runId)).toMatchObject({ status: 'succeeded', parent: null });
    const steps = await stepsOf(admin, runId);
    expect(steps.sub).toMatchObject({ status: 'succeeded', input: { name: 'Jane' }, output: { text: 'Hello Jane' } });
    expect(steps.after?.output).toBe('Hello Jane!');
  });

  test('that does not wait goes on at once with the id of the run, which goes on by itself', async () => {
    const slow = await held('Fired', '/fired');
    const runId = await start(calling(slow.flow.id, { wait: false }));
    expect(await endOf(admin, runId)).toMatchObject({ status: 'succeeded' });
    const childId = await childOf(runId);
    expect((await stepsOf(admin, runId)).sub?.output).toEqual({ runId: childId });
    expect(await readRun(admin, childId)).toMatchObject({ endedAt: null, parent: { waits: false } });
    await slow.reached();
    slow.release();
    expect(await endOf(admin, childId)).toMatchObject({ status: 'succeeded' });
  });

  test('fails as the called flow failed, and leads to its run', async () => {
    vendor.script('/broken', () => ({ status: 404 }));
    const broken = await callable('Broken', {
      steps: { call: call('get', '/broken') },
      wires: wires('called -> call'),
    });
    const handled = await start({
      steps: {
        sub: { kind: 'subflow', flow: broken.id },
        mend: { kind: 'shape', output: { jsonata: 'steps.sub.error' } },
      },
      wires: wires('hook -> sub', 'sub:error -> mend'),
    });
    expect(await endOf(admin, handled)).toMatchObject({ status: 'succeeded' });
    const childId = await childOf(handled);
    expect((await stepsOf(admin, handled)).mend?.output).toMatchObject({
      code: 'E_HTTP',
      status: 404,
      details: { runId: childId, flow: 'Broken' },
    });
    const unhandled = await endOf(admin, await start(calling(broken.id)));
    expect(unhandled).toMatchObject({ status: 'failed', error: { code: 'E_HTTP', stepId: 'sub' } });
  });

  test('gives null where the called flow answers nothing', async () => {
    const silent = await callable('Silent', {
      steps: { only: { kind: 'shape', output: 1 } },
      wires: wires('called -> only'),
    });
    const runId = await start(calling(silent.id));
    expect(await endOf(admin, runId)).toMatchObject({ status: 'succeeded' });
    expect((await stepsOf(admin, runId)).sub).toMatchObject({ status: 'succeeded', output: null });
  });

  test('names the place where its input is not what the flow asks for, and starts nothing', async () => {
    const strict = await callable(
      'Strict',
      { steps: { only: { kind: 'shape', output: 1 } }, wires: wires('called -> only') },
      { input: named('email') },
    );
    const run = await endOf(admin, await start(calling(strict.id, { input: { email: { jsonata: '5' } } })));
    expect(run).toMatchObject({ status: 'failed', error: { code: 'E_INPUT', details: { pointer: '/input/email' } } });
    expect(run.error?.message).toContain('must be text');
    expect(await runsOf(strict.id)).toEqual([]);
  });

  test('fails where the called flow answers otherwise than it declares', async () => {
    const liar = await callable(
      'Liar',
      { steps: { answer: { kind: 'respond', body: { count: 'three' } } }, wires: wires('called -> answer') },
      { output: { type: 'object', properties: { count: { type: 'number' } } } },
    );
    const run = await endOf(admin, await start(calling(liar.id)));
    expect(run).toMatchObject({ status: 'failed', error: { code: 'E_FLOW_OUTPUT', details: { pointer: '/count' } } });
  });

  test('is refused at publish, and fails by name at run time, when the flow cannot be called', async () => {
    const gone = await callable('Gone', {
      steps: { only: { kind: 'shape', output: 1 } },
      wires: wires('called -> only'),
    });
    const caller = await publishFlow(admin, { triggers: { hook: { kind: 'webhook' } }, ...calling(gone.id) });
    await admin.inWorkspace('POST', `/flows/${gone.id}/disable`);
    const { body } = await admin.inWorkspace<{ problems: { code: string; pointer: string }[] }>(
      'POST',
      `/flows/${caller.id}/validate`,
      {},
    );
    expect(body.problems).toMatchObject([{ code: 'flow_disabled', pointer: '/steps/sub/flow' }]);
    const run = await endOf(admin, (await deliver(caller.hooks.hook as string, {})).body.runId as string);
    expect(run).toMatchObject({ status: 'failed', error: { code: 'E_FLOW' } });
    expect(run.error?.message).toContain('switched off');
  });

  test('may call itself by way of another flow, up to five deep', async () => {
    const pong = await callable('Pong', {
      steps: { only: { kind: 'shape', output: 1 } },
      wires: wires('called -> only'),
    });
    const ping = await callable('Ping', {
      steps: { sub: { kind: 'subflow', flow: pong.id } },
      wires: wires('called -> sub'),
    });
    await republish(pong.id, {
      steps: { sub: { kind: 'subflow', flow: ping.id } },
      wires: wires('called -> sub'),
    });
    const run = await endOf(admin, await start(calling(ping.id)), 60);
    expect(run).toMatchObject({ status: 'failed', error: { code: 'E_RECURSION' } });
    expect((await runsOf(ping.id)).length + (await runsOf(pong.id)).length).toBe(5);
  });
});

describe('what happens to the caller', () => {
  test('cancel reaches the flow that it waits for and not the one that it let go', async () => {
    const waited = await held('Waited for', '/waited');
    const fired = await held('Let go', '/let-go');
    const runId = await start({
      steps: {
        sub: { kind: 'subflow', flow: waited.flow.id },
        go: { kind: 'subflow', flow: fired.flow.id, wait: false },
      },
      wires: wires('hook -> sub', 'hook -> go'),
    });
    await Promise.all([waited.reached(), fired.reached()]);
    await admin.inWorkspace('POST', `/runs/${runId}/cancel`);
    expect(await endOf(admin, runId)).toMatchObject({ status: 'cancelled' });
    const [waitedFor, letGo] = await Promise.all([childOf(runId), childOf(runId, 'go')]);
    expect(await endOf(admin, waitedFor)).toMatchObject({ status: 'cancelled' });
    expect(await readRun(admin, letGo)).toMatchObject({ endedAt: null });
    waited.release();
    fired.release();
    expect(await endOf(admin, letGo)).toMatchObject({ status: 'succeeded' });
  });

  test('cancel reaches the flow that it waits for while another call of its own is still under way', async () => {
    const waited = await held('Waited for beside a write', '/waited-beside');
    let answer: () => void = () => undefined;
    vendor.script('/write-beside', () => new Promise((resolve) => (answer = () => resolve({}))));
    const runId = await start({
      steps: { sub: { kind: 'subflow', flow: waited.flow.id }, write: call('request', '/write-beside') },
      wires: wires('hook -> sub', 'hook -> write'),
    });
    await waited.reached();
    await until('the write', async () => vendor.to('/write-beside').length > 0);
    await admin.inWorkspace('POST', `/runs/${runId}/cancel`);
    expect(await endOf(admin, await childOf(runId))).toMatchObject({ status: 'cancelled' });
    waited.release();
    answer();
    await endOf(admin, runId);
  });

  test('terminate ends it and cancels the flow that it waits for', async () => {
    const waited = await held('Waited for at the end', '/waited-end');
    const runId = await start(calling(waited.flow.id));
    await waited.reached();
    await admin.inWorkspace('POST', `/runs/${runId}/terminate`);
    expect(await endOf(admin, await childOf(runId))).toMatchObject({ status: 'cancelled' });
    waited.release();
  });

  test('its time is over: the called flow is cancelled and the step fails', async () => {
    const waited = await held('Too slow', '/too-slow');
    const runId = await start(calling(waited.flow.id, { timeoutSeconds: 1 }));
    expect(await endOf(admin, runId)).toMatchObject({ status: 'failed', error: { code: 'E_TIMEOUT', stepId: 'sub' } });
    expect(await endOf(admin, await childOf(runId))).toMatchObject({ status: 'cancelled' });
    waited.release();
  });

  test('a pause leaves the called flow alone, and its end is taken when the run is resumed', async () => {
    const waited = await held('Not paused', '/not-paused');
    const runId = await start(calling(waited.flow.id));
    await waited.reached();
    await admin.inWorkspace('POST', `/runs/${runId}/pause`);
    await until('the pause', async () => (await readRun(admin, runId)).status === 'paused');
    waited.release();
    expect(await endOf(admin, await childOf(runId))).toMatchObject({ status: 'succeeded' });
    await until('the step to settle', async () => (await stepsOf(admin, runId)).sub?.status === 'succeeded');
    expect(await readRun(admin, runId)).toMatchObject({ status: 'paused' });
    await admin.inWorkspace('POST', `/runs/${runId}/resume`);
    expect(await endOf(admin, runId)).toMatchObject({ status: 'succeeded' });
  });
});

test('the called flow is cancelled by a person: the step that waits for it fails and says so', async () => {
  const waited = await held('Cancelled by hand', '/by-hand');
  const runId = await start(calling(waited.flow.id));
  await waited.reached();
  await admin.inWorkspace('POST', `/runs/${await childOf(runId)}/cancel`);
  expect(await endOf(admin, runId)).toMatchObject({ status: 'failed', error: { code: 'E_CANCELLED' } });
  waited.release();
});

test('200 items of a loop each call a flow, and each gets its own answer', async () => {
  const doubler = await callable('Doubler', {
    steps: { answer: { kind: 'respond', body: { jsonata: 'trigger.input.n * 2' } } },
    wires: wires('called -> answer'),
  });
  const runId = await start({
    steps: {
      each: {
        kind: 'loop',
        items: { jsonata: '[0..199]' },
        concurrency: 20,
        collect: { jsonata: 'steps.sub.output' },
        steps: { sub: { kind: 'subflow', flow: doubler.id, input: { n: { jsonata: 'item' } } } },
        wires: wires('each:each -> sub'),
      },
    },
    wires: wires('hook -> each'),
  });
  expect(await endOf(admin, runId, 120)).toMatchObject({ status: 'succeeded' });
  const { body } = await admin.inWorkspace<{ items: { output: unknown }[] }>('GET', `/runs/${runId}/steps?stepId=each`);
  expect(body.items[0]?.output).toEqual({ count: 200, failed: 0, items: Array.from({ length: 200 }, (_, n) => n * 2) });
  const children = await runsOf(doubler.id);
  expect(children).toHaveLength(200);
  expect(new Set(children.map(({ parent }) => parent?.iteration)).size).toBe(200);
}, 150_000);

test('kill -9 of the worker while a called flow runs: one run of it, and its end is heard', async () => {
  let answer: () => void = () => undefined;
  vendor.script('/killed', (_, count) =>
    count === 1 ? new Promise(() => undefined) : new Promise((resolve) => (answer = () => resolve({}))),
  );
  const child = await callable('Survivor', {
    steps: { before: call('request', '/before-kill'), call: call('get', '/killed') },
    wires: wires('called -> before', 'before -> call'),
  });
  const runId = await start(calling(child.id));
  await until('the call', async () => vendor.to('/killed').length > 0);
  await stack.killWorkers();
  await stack.startWorker();
  await until('the call again', async () => vendor.to('/killed').length > 1, 40);
  await stack.killWorkers();
  answer();
  await stack.startWorker();
  vendor.script('/killed', () => ({}));
  expect(await endOf(admin, runId, 60)).toMatchObject({ status: 'succeeded' });
  expect(vendor.to('/before-kill')).toHaveLength(1);
  expect(await runsOf(child.id)).toHaveLength(1);
}, 120_000);

async function approve(runId: string): Promise<void> {
  const asked = await until('the approval', async () => {
    const { body } = await admin.inWorkspace<{ items: { id: string; runId: string; hash: string }[] }>(
      'GET',
      '/approvals',
    );
    return body.items.find((item) => item.runId === runId);
  });
  await admin.inWorkspace('POST', `/approvals/${asked.id}/decide`, { decision: 'approve', hash: asked.hash });
}

/** Puts other steps into a flow and publishes it again. */
async function republish(flowId: string, change: object): Promise<void> {
  const { body } = await admin.inWorkspace<{ draft: object; revision: number }>('GET', `/flows/${flowId}`);
  const draft = { ...body.draft, ...change };
  const saved = await admin.inWorkspace<{ revision: number }>(
    'PUT',
    `/flows/${flowId}`,
    { draft },
    { 'if-match': String(body.revision) },
  );
  const published = await admin.inWorkspace(
    'POST',
    `/flows/${flowId}/publish`,
    {},
    { 'if-match': String(saved.body.revision) },
  );
  expect(published.status).toBe(201);
}
