import type { BulkAction, InFlight, PublishedFlow } from '@castellan/api';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deliver, endOf, type FlowSketch, publishFlow, readRun, stepsOf, until, wires } from '../harness/flows.js';
import type { Session } from '../harness/index.js';
import { type Stack, startStack } from '../harness/stack.js';
import type { Vendor } from '../harness/vendor.js';

let stack: Stack;
let vendor: Vendor;
let admin: Session;
let connection: string;

beforeAll(async () => {
  stack = await startStack({ simulators: true });
  ({ vendor, admin } = stack);
  connection = stack.connections.vendor;
});

afterAll(async () => {
  await stack?.stop();
});

const slots = () => ({ vendor: { connector: 'http', title: 'Vendor', id: connection } });
const quick = { attempts: 2, firstSeconds: 0.1, factor: 1, maxSeconds: 1 };
const send = (path: string, json: unknown = {}) => ({ method: 'POST', url: `${vendor.url}${path}`, json });
/** A write that is taken back by another one; the key lets both be repeated. */
const write = (path: string, over: object = {}) => ({
  kind: 'action',
  connection: 'vendor',
  operation: 'requestWithKey',
  input: { ...send(path), keyHeader: 'idempotency-key' },
  retry: quick,
  undo: { operation: 'requestWithKey', input: { ...send(`${path}/undo`), keyHeader: 'idempotency-key' } },
  ...over,
});
const failing = (path: string) => {
  vendor.script(path, () => ({ status: 400, body: { message: 'not today' } }));
  return { kind: 'action', connection: 'vendor', operation: 'get', input: { url: `${vendor.url}${path}` } };
};

type Sketch = Omit<FlowSketch, 'triggers'>;

async function start(sketch: Sketch, body: unknown = {}): Promise<string> {
  const { hooks } = await publishFlow(admin, {
    name: 'Ends badly',
    connections: slots(),
    triggers: { hook: { kind: 'webhook' } },
    ...sketch,
  });
  const answer = await deliver(hooks.hook as string, body);
  expect(answer.status).toBe(202);
  return answer.body.runId as string;
}

/** Two writes and then a failure. */
const twoWrites = (name: string, over: Partial<Sketch> = {}): Sketch => ({
  steps: { first: write(`/${name}/first`), second: write(`/${name}/second`), fails: failing(`/${name}/fails`) },
  wires: wires('hook -> first', 'first -> second', 'second -> fails'),
  ...over,
});

/** Paths below `/<name>/` in the order in which they were asked for. */
const asked = (name: string): string[] =>
  vendor.requests.filter(({ path }) => path.startsWith(`/${name}/`)).map(({ path }) => path.slice(name.length + 2));

/** Leaves a path without an answer until it is released; later requests are answered at once. */
function hold(path: string): () => void {
  let release: () => void = () => undefined;
  vendor.script(path, (_, count) => (count === 1 ? new Promise((resolve) => (release = () => resolve({}))) : {}));
  return () => release();
}

const isAsked = (path: string) => until(`a call of ${path}`, async () => vendor.to(path).length > 0);

describe('a run that fails', () => {
  test('takes back what its steps did, the last first, and has failed only then', async () => {
    const release = hold('/order/second/undo');
    const runId = await start(twoWrites('order'));
    await isAsked('/order/second/undo');
    const ending = await readRun(admin, runId);
    expect(ending).toMatchObject({ status: 'running', endedAt: null, ending: { status: 'failed' } });
    expect(ending.error).toMatchObject({ code: 'E_HTTP', stepId: 'fails' });
    release();
    expect(await endOf(admin, runId)).toMatchObject({
      status: 'failed',
      ending: null,
      error: { code: 'E_HTTP', stepId: 'fails', status: 400 },
    });
    expect(asked('order')).toEqual(['first', 'second', 'fails', 'second/undo', 'first/undo']);
    const steps = await stepsOf(admin, runId);
    expect(steps['undo:second']).toMatchObject({ status: 'succeeded', effect: { state: 'done' } });
    expect(steps['undo:first']).toMatchObject({ status: 'succeeded', effect: { state: 'done' } });
    const keys = ['first', 'second', 'undo:first', 'undo:second'].map((id) => steps[id]?.effect?.key);
    expect(new Set(keys).size).toBe(4);
  });

  test('takes back iterations in the opposite order in which they ended, with the items that they had', async () => {
    const undo = {
      operation: 'request',
      input: send('/items/undo', { jsonata: '{"item": item, "was": steps.change.output.body.ok}' }),
    };
    const runId = await start({
      steps: {
        each: {
          kind: 'loop',
          items: ['a', 'b', 'c'],
          key: { jsonata: 'item' },
          steps: { change: write('/items/change', { undo }) },
          wires: wires('each:each -> change'),
        },
        fails: failing('/items/fails'),
      },
      wires: wires('hook -> each', 'each -> fails'),
    });
    expect(await endOf(admin, runId)).toMatchObject({ status: 'failed' });
    expect(vendor.to('/items/undo').map(({ body }) => body)).toEqual([
      { item: 'c', was: true },
      { item: 'b', was: true },
      { item: 'a', was: true },
    ]);
    expect((await stepsOf(admin, runId))['undo:change@1']).toMatchObject({ status: 'succeeded' });
  });

  test('goes on with the next when one cannot be taken back, or nobody knows whether it was', async () => {
    vendor.script('/hard/second/undo', () => ({ status: 409 }));
    vendor.script('/hard/third/undo', () => ({ reset: true }));
    const lost = { operation: 'request', input: send('/hard/third/undo') };
    const runId = await start({
      steps: {
        first: write('/hard/first'),
        second: write('/hard/second'),
        third: write('/hard/third', { undo: lost }),
        fails: failing('/hard/fails'),
      },
      wires: wires('hook -> first', 'first -> second', 'second -> third', 'third -> fails'),
    });
    expect(await endOf(admin, runId)).toMatchObject({ status: 'failed', error: { stepId: 'fails' } });
    const steps = await stepsOf(admin, runId);
    expect(steps['undo:third']).toMatchObject({ status: 'unknown', effect: { state: 'unknown' } });
    expect(steps['undo:third']?.endedAt).not.toBeNull();
    expect(steps['undo:second']).toMatchObject({ status: 'failed', error: { code: 'E_HTTP', status: 409 } });
    expect(steps['undo:first']).toMatchObject({ status: 'succeeded' });
  });

  test('takes back nothing where the flow says never', async () => {
    const runId = await start(twoWrites('never', { settings: { compensate: 'never' } }));
    expect(await endOf(admin, runId)).toMatchObject({ status: 'failed' });
    expect(asked('never')).toEqual(['first', 'second', 'fails']);
  });

  test('because its time is over takes back what it did, and tells of it', async () => {
    const notify = {
      connection: 'vendor',
      operation: 'request',
      input: send('/late/notify', { jsonata: 'error.code' }),
    };
    const runId = await start({
      steps: { first: write('/late/first'), hold: { kind: 'wait', seconds: 3_600 } },
      wires: wires('hook -> first', 'first -> hold'),
      settings: { timeoutSeconds: 2, onFailure: { notify } },
    });
    expect(await endOf(admin, runId)).toMatchObject({ status: 'failed', error: { code: 'E_RUN_TIMEOUT' } });
    expect(asked('late')).toEqual(['first', 'first/undo', 'notify']);
    expect(vendor.to('/late/notify').map(({ body }) => body)).toEqual(['E_RUN_TIMEOUT']);
  });

  test('that is done again does again what was taken back', async () => {
    const runId = await start(twoWrites('again'));
    await endOf(admin, runId);
    vendor.script('/again/fails', () => ({}));
    const { body } = await admin.inWorkspace<{ runId: string }>('POST', `/runs/${runId}/retry`, {
      place: { at: 'failed' },
    });
    expect(await endOf(admin, body.runId)).toMatchObject({ status: 'succeeded' });
    expect(asked('again').slice(5)).toEqual(['first', 'second', 'fails']);
    const keys = vendor.to('/again/first').map(({ headers }) => headers['idempotency-key']);
    expect(new Set(keys).size).toBe(2);
  });
});

describe('a run that is cancelled', () => {
  const waiting = (name: string, over: Partial<Sketch> = {}): Sketch => ({
    steps: {
      first: write(`/${name}/first`),
      second: write(`/${name}/second`),
      hold: { kind: 'wait', seconds: 3_600 },
    },
    wires: wires('hook -> first', 'first -> second', 'second -> hold'),
    ...over,
  });
  const inWait = (runId: string) =>
    until('the run to wait', async () => (await readRun(admin, runId)).status === 'waiting');

  test('leaves what it did, unless who cancels it asks for more', async () => {
    const plain = await start(waiting('plain'));
    await inWait(plain);
    await admin.inWorkspace('POST', `/runs/${plain}/cancel`);
    expect(await endOf(admin, plain)).toMatchObject({ status: 'cancelled' });
    expect(asked('plain')).toEqual(['first', 'second']);
    const asking = await start(waiting('asking'));
    await inWait(asking);
    await admin.inWorkspace('POST', `/runs/${asking}/cancel`, { compensate: true });
    expect(await endOf(admin, asking)).toMatchObject({ status: 'cancelled', reason: 'cancelled' });
    expect(asked('asking')).toEqual(['first', 'second', 'second/undo', 'first/undo']);
  });

  test('takes back what it did where the flow says so; a second cancel does not stop it', async () => {
    const release = hold('/shielded/second/undo');
    const runId = await start(waiting('shielded', { settings: { compensate: 'onCancel' } }));
    await inWait(runId);
    await admin.inWorkspace('POST', `/runs/${runId}/cancel`);
    await isAsked('/shielded/second/undo');
    await admin.inWorkspace('POST', `/runs/${runId}/cancel`, { compensate: false });
    await until('the second cancel to be taken', async () => {
      const { body } = await admin.inWorkspace<{ items: { kind: string }[] }>('GET', `/runs/${runId}/events`);
      return body.items.filter(({ kind }) => kind === 'control.cancel').length === 2;
    });
    release();
    expect(await endOf(admin, runId)).toMatchObject({ status: 'cancelled' });
    expect(asked('shielded')).toEqual(['first', 'second', 'second/undo', 'first/undo']);
  });

  test('terminate stops it', async () => {
    const release = hold('/stopped/second/undo');
    const runId = await start(waiting('stopped'));
    await inWait(runId);
    await admin.inWorkspace('POST', `/runs/${runId}/cancel`, { compensate: true });
    await isAsked('/stopped/second/undo');
    await admin.inWorkspace('POST', `/runs/${runId}/terminate`);
    expect(await endOf(admin, runId)).toMatchObject({ status: 'cancelled', reason: 'terminated' });
    release();
    expect((await stepsOf(admin, runId))['undo:first']).toBeUndefined();
  });

  test('a pause holds it, and it goes on when the run is resumed', async () => {
    const release = hold('/held/second/undo');
    const runId = await start(waiting('held'));
    await inWait(runId);
    await admin.inWorkspace('POST', `/runs/${runId}/cancel`, { compensate: true });
    await isAsked('/held/second/undo');
    await admin.inWorkspace('POST', `/runs/${runId}/pause`);
    await until('the pause', async () => (await readRun(admin, runId)).status === 'paused');
    release();
    await until('the first undo', async () => (await stepsOf(admin, runId))['undo:second']?.status === 'succeeded');
    expect(vendor.to('/held/first/undo')).toEqual([]);
    await admin.inWorkspace('POST', `/runs/${runId}/resume`);
    expect(await endOf(admin, runId)).toMatchObject({ status: 'cancelled' });
    expect(vendor.to('/held/first/undo')).toHaveLength(1);
  });
});

describe('when a run fails', () => {
  const handler = (name: string) =>
    publishFlow(admin, {
      name,
      connections: slots(),
      triggers: { called: { kind: 'call' } },
      steps: {
        report: {
          kind: 'action',
          connection: 'vendor',
          operation: 'request',
          input: send(`/${name}/report`, { jsonata: 'trigger.input' }),
        },
      },
      wires: wires('called -> report'),
    });
  const notify = (path: string) => ({
    connection: 'vendor',
    operation: 'request',
    input: send(path, { jsonata: '{"what": error.message, "step": error.stepTitle, "run": run.id}' }),
  });

  test('somebody is told and a flow is started, once each, after all is taken back', async () => {
    const { id } = await handler('told-flow');
    const runId = await start(
      twoWrites('told', { settings: { onFailure: { flow: id, notify: notify('/told/notify') } } }),
      { about: 'jane' },
    );
    const run = await endOf(admin, runId);
    expect(run).toMatchObject({ status: 'failed', error: { stepId: 'fails' } });
    expect(asked('told')).toEqual(['first', 'second', 'fails', 'second/undo', 'first/undo', 'notify']);
    expect(vendor.to('/told/notify')[0]?.body).toEqual({ what: run.error?.message, step: 'fails', run: runId });
    const steps = await stepsOf(admin, runId);
    expect(steps['failure:notify']).toMatchObject({ status: 'succeeded', effect: { state: 'done' } });
    const child = steps['failure:flow']?.childRunId as string;
    expect(await endOf(admin, child)).toMatchObject({ status: 'succeeded', parent: { runId, waits: false } });
    expect(vendor.to('/told-flow/report')).toHaveLength(1);
    expect(vendor.to('/told-flow/report')[0]?.body).toMatchObject({
      run: { id: runId, flow: 'Ends badly', version: 1 },
      error: { code: 'E_HTTP', stepId: 'fails' },
      trigger: { id: 'hook', body: { about: 'jane' } },
    });
  });

  test('both hear what the step said that ended the run', async () => {
    const { id } = await handler('said-flow');
    const runId = await start(
      {
        steps: {
          first: write('/said/first'),
          end: { kind: 'stop', outcome: 'fail', message: { jsonata: '"Nobody manages " & trigger.body.about' } },
        },
        wires: wires('hook -> first', 'first -> end'),
        settings: { onFailure: { flow: id, notify: notify('/said/notify') } },
      },
      { about: 'jane' },
    );
    const run = await endOf(admin, runId);
    expect(run).toMatchObject({ status: 'failed', error: { code: 'E_STOP', message: 'Nobody manages jane' } });
    expect(vendor.to('/said/notify')[0]?.body).toMatchObject({ what: 'Nobody manages jane' });
    const child = (await stepsOf(admin, runId))['failure:flow']?.childRunId as string;
    await endOf(admin, child);
    expect(vendor.to('/said-flow/report')[0]?.body).toMatchObject({ error: run.error });
  });

  test('a retry that fails again tells and starts again: it has failed once more', async () => {
    const { id } = await handler('twice-flow');
    const runId = await start({
      steps: { fails: failing('/twice/fails') },
      wires: wires('hook -> fails'),
      settings: { onFailure: { flow: id, notify: { ...notify('/twice/notify'), input: send('/twice/notify') } } },
    });
    await endOf(admin, runId);
    const { body } = await admin.inWorkspace<{ runId: string }>('POST', `/runs/${runId}/retry`, {
      place: { at: 'failed' },
    });
    expect(await endOf(admin, body.runId)).toMatchObject({ status: 'failed' });
    expect(vendor.to('/twice/notify')).toHaveLength(2);
    const again = (await stepsOf(admin, body.runId))['failure:flow']?.childRunId as string;
    expect(await endOf(admin, again)).toMatchObject({ status: 'succeeded', retryOf: null });
    expect(vendor.to('/twice-flow/report')).toHaveLength(2);
  });

  test('what goes wrong with that is shown on the run and changes nothing of it', async () => {
    const { id } = await handler('gone-flow');
    vendor.script('/deaf/notify', () => ({ status: 403 }));
    const flow = await publishFlow(admin, {
      connections: slots(),
      triggers: { hook: { kind: 'webhook' } },
      steps: { fails: failing('/deaf/fails') },
      wires: wires('hook -> fails'),
      settings: { onFailure: { flow: id, notify: notify('/deaf/notify') } },
    });
    await admin.inWorkspace('POST', `/flows/${id}/disable`);
    const runId = (await deliver(flow.hooks.hook as string, {})).body.runId as string;
    expect(await endOf(admin, runId)).toMatchObject({ status: 'failed', error: { stepId: 'fails' } });
    const steps = await stepsOf(admin, runId);
    expect(steps['failure:notify']).toMatchObject({ status: 'failed', error: { code: 'E_HTTP' } });
    expect(steps['failure:flow']).toMatchObject({ status: 'failed', error: { code: 'E_FLOW' } });
  });

  test('a flow that starts itself when it fails ends five deep', async () => {
    const made = await publishFlow(admin, {
      name: 'Vicious',
      connections: slots(),
      triggers: { called: { kind: 'call' }, hook: { kind: 'webhook' } },
      steps: { fails: failing('/vicious/fails') },
      wires: wires('called -> fails', 'hook -> fails'),
    });
    const { body } = await admin.inWorkspace<{ draft: object; revision: number }>('GET', `/flows/${made.id}`);
    const draft = { ...body.draft, settings: { onFailure: { flow: made.id } } };
    const saved = await admin.inWorkspace<{ revision: number }>(
      'PUT',
      `/flows/${made.id}`,
      { draft },
      { 'if-match': String(body.revision) },
    );
    const published = await admin.inWorkspace(
      'POST',
      `/flows/${made.id}/publish`,
      {},
      { 'if-match': String(saved.body.revision) },
    );
    expect(published.status).toBe(201);
    await deliver(made.hooks.hook as string, {});
    const runs = await until('six runs', async () => {
      const { body: list } = await admin.inWorkspace<{ items: { id: string; endedAt: string | null }[] }>(
        'GET',
        `/runs?flowId=${made.id}`,
      );
      return list.items.length === 6 && list.items.every(({ endedAt }) => endedAt !== null) && list.items;
    });
    const last = await stepsOf(admin, runs[0]?.id as string);
    expect(last['failure:flow']).toMatchObject({ status: 'failed', error: { code: 'E_RECURSION' } });
  });

  test('nobody is told of a run that was cancelled', async () => {
    const runId = await start({
      steps: { hold: { kind: 'wait', seconds: 3_600 } },
      wires: wires('hook -> hold'),
      settings: { onFailure: { notify: notify('/quiet/notify') } },
    });
    await until('the run to wait', async () => (await readRun(admin, runId)).status === 'waiting');
    await admin.inWorkspace('POST', `/runs/${runId}/cancel`);
    expect(await endOf(admin, runId)).toMatchObject({ status: 'cancelled' });
    expect(vendor.to('/quiet/notify')).toEqual([]);
  });
});

describe('when another version is published', () => {
  /** A flow whose runs write and then wait, and a way to publish its next version. */
  async function waitingFlow(name: string, wait: object = { kind: 'wait', seconds: 3_600 }) {
    const { id, hooks, detail } = await publishFlow(admin, {
      name,
      connections: slots(),
      triggers: { hook: { kind: 'webhook' } },
      steps: { first: write(`/${name}/first`), hold: wait },
      wires: wires('hook -> first', 'first -> hold'),
    });
    const begin = async (who: string): Promise<string> => {
      const runId = (await deliver(hooks.hook as string, { who })).body.runId as string;
      await until('the run to wait', async () => (await readRun(admin, runId)).status === 'waiting');
      return runId;
    };
    const publish = (session: Session, body: object) =>
      session.inWorkspace<PublishedFlow>('POST', `/flows/${id}/publish`, body, {
        'if-match': String(detail.revision),
      });
    const inFlight = async () => (await admin.inWorkspace<InFlight>('GET', `/flows/${id}/in-flight`)).body;
    return { id, begin, publish, inFlight };
  }

  test('runs that have not ended are listed with why they wait, and finish on their version if nothing is said', async () => {
    const flow = await waitingFlow('inflight', { kind: 'approval', title: 'Sure?', approvers: ['role:approver'] });
    expect(await flow.inFlight()).toEqual({ total: 0, called: 0, versions: [], runs: [] });
    const runId = await flow.begin('jane');
    const listed = await flow.inFlight();
    expect(listed).toMatchObject({ total: 1, called: 0, versions: [{ number: 1, runs: 1, undoable: 1 }] });
    expect(listed.runs).toMatchObject([
      { id: runId, version: 1, status: 'waiting', waitingFor: { kind: 'approval', what: 'Sure?' } },
    ]);
    const { body } = await flow.publish(admin, {});
    expect(body).toMatchObject({ published: 2, cancelling: null });
    expect(await readRun(admin, runId)).toMatchObject({ status: 'waiting', version: 1 });
    const second = await flow.begin('john');
    expect((await flow.inFlight()).versions).toEqual([
      { number: 2, runs: 1, undoable: 1 },
      { number: 1, runs: 1, undoable: 1 },
    ]);
    for (const id of [runId, second]) await admin.inWorkspace('POST', `/runs/${id}/cancel`);
  });

  test('they are cancelled in the background where that is chosen, and what they did is taken back', async () => {
    const flow = await waitingFlow('replaced');
    const older = [await flow.begin('a'), await flow.begin('b'), await flow.begin('c')];
    const { body } = await flow.publish(admin, { inFlight: { action: 'cancel' } });
    const newer = await flow.begin('d');
    for (const runId of older) {
      expect(await endOf(admin, runId)).toMatchObject({ status: 'cancelled', reason: 'cancelled', version: 1 });
      expect(await stepsOf(admin, runId)).toMatchObject({ 'undo:first': { status: 'succeeded' } });
    }
    expect(vendor.to('/replaced/first/undo')).toHaveLength(3);
    expect(await readRun(admin, newer)).toMatchObject({ status: 'waiting', version: 2 });
    const bulk = await admin.inWorkspace<BulkAction>('GET', `/runs/bulk/${body.cancelling}`);
    expect(bulk.body).toMatchObject({ action: 'cancel', compensate: true, beforeVersion: 2, total: 3, done: 3 });
    const { body: audit } = await admin.inWorkspace<{ items: { action: string; after: unknown }[] }>(
      'GET',
      `/audit?object=${flow.id}`,
    );
    expect(
      audit.items.find(({ action, after }) => action === 'flow.publish' && 'inFlight' in (after as object)),
    ).toMatchObject({
      after: { version: 2, inFlight: { action: 'cancel', compensate: true, runs: 3, bulk: body.cancelling } },
    });
    await admin.inWorkspace('POST', `/runs/${newer}/cancel`);
  });

  test('a worker that dies meanwhile leaves none of them out and cancels none twice', async () => {
    const flow = await waitingFlow('dying');
    const older = [await flow.begin('a'), await flow.begin('b')];
    await stack.killWorkers();
    const { body } = await flow.publish(admin, { inFlight: { action: 'cancel', compensate: true } });
    expect(body.cancelling).not.toBeNull();
    await stack.startWorker();
    for (const runId of older) expect(await endOf(admin, runId, 60)).toMatchObject({ status: 'cancelled' });
    expect(vendor.to('/dying/first/undo')).toHaveLength(2);
  }, 90_000);

  test('what they did stays done where that is chosen', async () => {
    const flow = await waitingFlow('staying');
    const runId = await flow.begin('a');
    await flow.publish(admin, { inFlight: { action: 'cancel', compensate: false } });
    expect(await endOf(admin, runId)).toMatchObject({ status: 'cancelled' });
    expect(vendor.to('/staying/first/undo')).toEqual([]);
  });
});

test('an operation that knows its undo takes back just what there was before', async () => {
  const opal = await admin.inWorkspace<{ id: string }>('POST', '/connections', {
    name: 'Opal',
    connector: 'opal',
    simulator: true,
  });
  interface OpalState {
    memberships: { user_id: string; thing_id: string }[];
  }
  const { control } = stack.simulators!;
  const state = (await control.state('opal')) as unknown as OpalState;
  const [member] = state.memberships;
  const isMember = ({ user_id, thing_id }: OpalState['memberships'][number]) =>
    user_id === member?.user_id && thing_id === member?.thing_id;
  const input = { groupId: member?.thing_id, userId: member?.user_id, accessLevel: '' };
  const revoke = { kind: 'action', connection: 'opal', operation: 'revokeGroup', input, undo: 'auto' };
  const runId = await start({
    connections: { ...slots(), opal: { connector: 'opal', title: 'Opal', id: opal.body.id } },
    steps: { revoke, twice: revoke, fails: failing('/opal/fails') },
    wires: wires('hook -> revoke', 'revoke -> twice', 'twice -> fails'),
  });
  expect(await endOf(admin, runId)).toMatchObject({ status: 'failed', error: { stepId: 'fails' } });
  const steps = await stepsOf(admin, runId);
  expect(steps['undo:twice']).toMatchObject({ status: 'succeeded', effect: null });
  expect(steps['undo:revoke']).toMatchObject({
    status: 'succeeded',
    input: { ...input, durationMinutes: 0 },
    effect: { operation: 'opal.grantGroup', state: 'done' },
  });
  expect(((await control.state('opal')) as unknown as OpalState).memberships.some(isMember)).toBe(true);
});

describe('whatever dies meanwhile', () => {
  test('kill -9 of the worker: each undo is sent under its one key, and what is done is not done again', async () => {
    const release = hold('/killed/first/undo');
    const runId = await start(
      twoWrites('killed', {
        settings: {
          onFailure: { notify: { connection: 'vendor', operation: 'request', input: send('/killed/notify') } },
        },
      }),
    );
    await isAsked('/killed/first/undo');
    await stack.killWorkers();
    await stack.startWorker();
    expect(await endOf(admin, runId, 60)).toMatchObject({ status: 'failed' });
    release();
    expect(vendor.to('/killed/second/undo')).toHaveLength(1);
    const keys = vendor.to('/killed/first/undo').map(({ headers }) => headers['idempotency-key']);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
    expect(vendor.to('/killed/notify')).toHaveLength(1);
  }, 90_000);

  test('the carrier is lost: another one goes on with what is left, cancelled as the run was', async () => {
    const release = hold('/lost/first/undo');
    const runId = await start({
      steps: {
        first: write('/lost/first'),
        second: write('/lost/second'),
        hold: { kind: 'wait', seconds: 3_600 },
      },
      wires: wires('hook -> first', 'first -> second', 'second -> hold'),
    });
    await until('the run to wait', async () => (await readRun(admin, runId)).status === 'waiting');
    await admin.inWorkspace('POST', `/runs/${runId}/cancel`, { compensate: true });
    await isAsked('/lost/first/undo');
    await endCarrier(runId);
    release();
    expect(await endOf(admin, runId, 60)).toMatchObject({ status: 'cancelled', reason: 'cancelled' });
    expect(vendor.to('/lost/second/undo')).toHaveLength(1);
    const steps = await stepsOf(admin, runId);
    expect(steps['undo:first']).toMatchObject({ status: 'succeeded' });
    expect(steps.hold).toMatchObject({ status: 'cancelled' });
  }, 90_000);
});

async function withTemporal<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({
    connection: await Connection.connect({ address: stack.temporal.address }),
    namespace: stack.temporal.namespace,
  });
  try {
    return await work(client);
  } finally {
    await client.connection.close();
  }
}

/** Workflow ids of the carriers that a run has had to itself, the running one last. */
const carriersOf = (runId: string): Promise<string[]> =>
  withTemporal(async (client) => {
    const found: string[] = [];
    for await (const { workflowId } of client.workflow.list({ query: `WorkflowId STARTS_WITH "${runId}"` })) {
      found.push(workflowId);
    }
    return found.sort();
  });

/** Ends the run's carrier by hand, as somebody with access to Temporal could. */
async function endCarrier(runId: string): Promise<void> {
  const workflowId = await until('its carrier', async () => (await carriersOf(runId)).at(-1));
  await withTemporal((client) => client.workflow.getHandle(workflowId).terminate('ended by hand'));
}
