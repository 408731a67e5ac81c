import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deliver, endOf, publishFlow, readRun, stepsOf, until, wires } from './harness/flows.js';
import type { Session } from './harness/index.js';
import { type Stack, startStack } from './harness/stack.js';
import type { Vendor } from './harness/vendor.js';

let stack: Stack;
let vendor: Vendor;
let admin: Session;
let connection: string;

beforeAll(async () => {
  stack = await startStack({ servers: 'one' });
  ({ vendor, admin } = stack);
  connection = stack.connections.vendor;
});

afterAll(async () => {
  await stack?.stop();
});

const slots = () => ({ vendor: { connector: 'http', title: 'Vendor', id: connection } });
const hook = (over: object = {}) => ({ hook: { kind: 'webhook', ...over } });
const get = (path: string, over: object = {}) => ({
  kind: 'action',
  connection: 'vendor',
  operation: 'get',
  input: { url: `${vendor.url}${path}` },
  ...over,
});
const post = (path: string, json: unknown, over: object = {}) => ({
  kind: 'action',
  connection: 'vendor',
  operation: 'request',
  input: { method: 'POST', url: `${vendor.url}${path}`, json },
  ...over,
});
const quickRetry = { attempts: 3, firstSeconds: 0.1, factor: 1, maxSeconds: 1 };

const start = async (url: string, body: unknown = {}): Promise<string> => {
  const answer = await deliver(url, body);
  expect(answer.status).toBe(202);
  return answer.body.runId as string;
};

describe('a webhook with an answer', () => {
  test('goes from shape over branch and shape to the answer, and leaves every step in the history', async () => {
    const { hooks } = await publishFlow(admin, {
      triggers: hook({ respond: 'step' }),
      steps: {
        double: { kind: 'shape', output: { n: { jsonata: 'trigger.body.n * 2' } } },
        decide: {
          kind: 'branch',
          cases: [
            { name: 'big', when: { all: [{ left: { jsonata: 'steps.double.output.n' }, op: 'gt', right: 10 }] } },
          ],
        },
        big: { kind: 'shape', output: { jsonata: '{"size": "big", "n": steps.double.output.n}' } },
        small: { kind: 'shape', output: { size: 'small' } },
        answer: {
          kind: 'respond',
          status: 201,
          body: { jsonata: '$exists(steps.big) ? steps.big.output : steps.small.output' },
        },
      },
      wires: wires(
        'hook -> double',
        'double -> decide',
        'decide:big -> big',
        'decide:else -> small',
        'big -> answer',
        'small -> answer',
      ),
    });
    expect(await deliver(hooks.hook as string, { n: 21 })).toEqual({ status: 201, body: { size: 'big', n: 42 } });
    expect(await deliver(hooks.hook as string, { n: 1 })).toEqual({ status: 201, body: { size: 'small' } });
    const { body } = await admin.inWorkspace<{ items: { id: string; status: string }[] }>('GET', '/runs?limit=2');
    expect(body.items.map((run) => run.status)).toEqual(['succeeded', 'succeeded']);
    const steps = await stepsOf(admin, body.items[0]?.id as string);
    expect(Object.keys(steps).sort()).toEqual(['answer', 'big', 'decide', 'double', 'small']);
    expect(steps.big).toMatchObject({ status: 'skipped', startedAt: null });
    expect(steps.decide).toMatchObject({ status: 'succeeded', port: 'else' });
  });

  test('that ends without one is told how the run ended', async () => {
    const { hooks } = await publishFlow(admin, {
      triggers: hook({ respond: 'end' }),
      steps: { only: { kind: 'shape', output: 1 } },
      wires: wires('hook -> only'),
    });
    const answer = await deliver(hooks.hook as string, {});
    expect(answer).toMatchObject({ status: 200, body: { status: 'succeeded' } });
  });

  test('an expression that fails ends the run with its place', async () => {
    const { hooks } = await publishFlow(admin, {
      triggers: hook(),
      steps: { bad: { kind: 'shape', title: 'Compute', output: { x: { jsonata: '$uppercase(5)' } } } },
      wires: wires('hook -> bad'),
    });
    const run = await endOf(admin, await start(hooks.hook as string));
    expect(run).toMatchObject({ status: 'failed', error: { code: 'E_EXPR', stepId: 'bad', stepTitle: 'Compute' } });
    expect(run.error?.message).toContain('/output/x');
  });
});

describe('calls', () => {
  test('what a read answers is seen by later steps; the ledger has a row for the write alone', async () => {
    vendor.script('/who', () => ({ body: { name: 'Jane' } }));
    const { hooks } = await publishFlow(admin, {
      connections: slots(),
      triggers: hook(),
      steps: { who: get('/who'), tell: post('/tell', { jsonata: '{"name": steps.who.output.body.name}' }) },
      wires: wires('hook -> who', 'who -> tell'),
    });
    const runId = await start(hooks.hook as string);
    expect(await endOf(admin, runId)).toMatchObject({ status: 'succeeded' });
    expect(vendor.to('/tell')).toMatchObject([{ body: { name: 'Jane' } }]);
    const steps = await stepsOf(admin, runId);
    expect(steps.who?.effect).toBeNull();
    expect(steps.tell?.effect).toMatchObject({ state: 'done', attempts: 1, operation: 'http.request' });
  });

  test('a 503 is tried again, and the attempts are shown', async () => {
    vendor.script('/flaky', (_, count) => (count < 3 ? { status: 503 } : { body: { fine: true } }));
    const { hooks } = await publishFlow(admin, {
      connections: slots(),
      triggers: hook(),
      steps: { call: get('/flaky', { retry: quickRetry }) },
      wires: wires('hook -> call'),
    });
    const runId = await start(hooks.hook as string);
    expect(await endOf(admin, runId)).toMatchObject({ status: 'succeeded' });
    expect((await stepsOf(admin, runId)).call).toMatchObject({ attempts: 3 });
    expect(vendor.to('/flaky')).toHaveLength(3);
  });

  test('a 429 waits as long as the vendor asks and costs no attempt', async () => {
    vendor.script('/slow-down', (_, count) => (count < 3 ? { status: 429, headers: { 'retry-after': '1' } } : {}));
    const { hooks } = await publishFlow(admin, {
      connections: slots(),
      triggers: hook(),
      steps: { call: get('/slow-down', { retry: { ...quickRetry, attempts: 1 } }) },
      wires: wires('hook -> call'),
    });
    const runId = await start(hooks.hook as string);
    expect(await endOf(admin, runId)).toMatchObject({ status: 'succeeded' });
    const [first, second] = vendor.to('/slow-down');
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(900);
    expect((await stepsOf(admin, runId)).call).toMatchObject({ attempts: 1 });
  });

  test('a 404 is not tried again, and its failure goes by the error wire', async () => {
    vendor.script('/gone', () => ({ status: 404, body: { message: 'no such person' } }));
    const { hooks } = await publishFlow(admin, {
      connections: slots(),
      triggers: hook(),
      steps: { call: get('/gone'), mend: { kind: 'shape', output: { jsonata: 'steps.call.error' } } },
      wires: wires('hook -> call', 'call:error -> mend'),
    });
    const runId = await start(hooks.hook as string);
    expect(await endOf(admin, runId)).toMatchObject({ status: 'succeeded' });
    expect(vendor.to('/gone')).toHaveLength(1);
    expect((await stepsOf(admin, runId)).mend?.output).toMatchObject({ code: 'E_HTTP', status: 404, retryable: false });
  });

  test('a write whose answer never came is never sent blindly again: a person says what became of it', async () => {
    vendor.script('/lost', () => ({ reset: true }));
    const { hooks } = await publishFlow(admin, {
      connections: slots(),
      triggers: hook(),
      steps: { call: post('/lost', {}, { retry: quickRetry }), after: { kind: 'shape', output: 'went on' } },
      wires: wires('hook -> call', 'call -> after'),
    });
    const runId = await start(hooks.hook as string);
    const run = await until('the wait for a person', async () => {
      const found = await readRun(admin, runId);
      return found.status === 'waiting' && found;
    });
    expect(run.waitingFor).toMatchObject({ kind: 'outcome' });
    expect(vendor.to('/lost')).toHaveLength(1);
    expect((await stepsOf(admin, runId)).call).toMatchObject({ status: 'unknown', effect: { state: 'unknown' } });
    const said = await admin.inWorkspace('POST', `/runs/${runId}/steps/call/outcome`, { outcome: 'happened' });
    expect(said.status).toBe(202);
    expect(await endOf(admin, runId)).toMatchObject({ status: 'succeeded' });
    expect((await stepsOf(admin, runId)).call?.effect).toMatchObject({ state: 'done' });
    expect(vendor.to('/lost')).toHaveLength(1);
  });

  test('one that goes by the error wire when its answer never came has settled, and later steps read why', async () => {
    vendor.script('/lost-by-error', () => ({ reset: true }));
    const { hooks } = await publishFlow(admin, {
      connections: slots(),
      triggers: hook(),
      steps: {
        call: post('/lost-by-error', {}, { onUnknown: 'error' }),
        mend: { kind: 'shape', output: { jsonata: 'steps.call.error.code' } },
      },
      wires: wires('hook -> call', 'call:error -> mend'),
    });
    const runId = await start(hooks.hook as string);
    expect(await endOf(admin, runId)).toMatchObject({ status: 'succeeded' });
    const steps = await stepsOf(admin, runId);
    expect(steps.mend?.output).toBe('E_OUTCOME_UNKNOWN');
    expect(steps.call).toMatchObject({ status: 'failed', port: 'error', effect: { state: 'unknown' } });
  });

  test('parallel wires call at the same time, and the join waits for all', async () => {
    let open = 0;
    let most = 0;
    const slowly = async () => {
      most = Math.max(most, ++open);
      await new Promise((resolve) => setTimeout(resolve, 500));
      open--;
      return {};
    };
    vendor.script('/left', slowly);
    vendor.script('/right', slowly);
    const { hooks } = await publishFlow(admin, {
      connections: slots(),
      triggers: hook(),
      steps: {
        left: get('/left'),
        right: get('/right'),
        both: { kind: 'shape', output: { jsonata: '$exists(steps.left.output) and $exists(steps.right.output)' } },
      },
      wires: wires('hook -> left', 'hook -> right', 'left -> both', 'right -> both'),
    });
    const runId = await start(hooks.hook as string);
    await endOf(admin, runId);
    expect(most).toBe(2);
    expect((await stepsOf(admin, runId)).both?.output).toBe(true);
  });
});

describe('loops', () => {
  test('call for each item with its own key in the ledger, collect, and go on past items that fail', async () => {
    vendor.script('/item', ({ body }) =>
      (body as { id: string }).id === 'b' ? { status: 400, body: { message: 'no' } } : { body },
    );
    const { hooks } = await publishFlow(admin, {
      connections: slots(),
      triggers: hook(),
      steps: {
        each: {
          kind: 'loop',
          items: { jsonata: 'trigger.body.people' },
          key: { jsonata: 'item.id' },
          concurrency: 2,
          onItemError: 'continue',
          collect: { jsonata: '{"id": item.id, "ok": $not($exists(steps.call.error.code))}' },
          steps: { call: post('/item', { jsonata: '{"id": item.id, "index": index}' }) },
          wires: wires('each:each -> call'),
        },
        sum: { kind: 'shape', output: { jsonata: 'steps.each.output' } },
      },
      wires: wires('hook -> each', 'each -> sum'),
    });
    const runId = await start(hooks.hook as string, { people: [{ id: 'a' }, { id: 'b' }, { id: 'c' }] });
    expect(await endOf(admin, runId)).toMatchObject({ status: 'succeeded' });
    const steps = await stepsOf(admin, runId);
    expect(steps.sum?.output).toEqual({
      count: 3,
      failed: 1,
      items: [
        { id: 'a', ok: true },
        { id: 'b', ok: false },
        { id: 'c', ok: true },
      ],
    });
    expect(new Set(['call@0', 'call@1', 'call@2'].map((name) => steps[name]?.effect?.key)).size).toBe(3);
  });

  test('that collect nothing still tell the steps after them how many there were', async () => {
    const { hooks } = await publishFlow(admin, {
      triggers: hook(),
      steps: {
        each: {
          kind: 'loop',
          items: [1, 2],
          steps: { note: { kind: 'shape', output: { jsonata: 'item' } } },
          wires: wires('each:each -> note'),
        },
        sum: { kind: 'shape', output: { jsonata: 'steps.each.output' } },
      },
      wires: wires('hook -> each', 'each -> sum'),
    });
    const runId = await start(hooks.hook as string);
    expect(await endOf(admin, runId)).toMatchObject({ status: 'succeeded' });
    expect((await stepsOf(admin, runId)).sum?.output).toEqual({ count: 2, failed: 0, items: [] });
  });
});

describe('waits and approvals', () => {
  const approvalFlow = (over: object = {}) =>
    publishFlow(admin, {
      triggers: hook(),
      steps: {
        ask: {
          kind: 'approval',
          title: 'Release Jane',
          approvers: ['admin@castellan.test'],
          show: { jsonata: 'trigger.body' },
          subject: { jsonata: 'trigger.body.about' },
          ...over,
        },
        yes: {
          kind: 'stop',
          outcome: 'succeed',
          message: { jsonata: '"released" & (steps.ask.output.port = "approved" ? "" : " unseen")' },
        },
        no: { kind: 'stop', outcome: 'fail', message: 'refused' },
        late: { kind: 'stop', outcome: 'succeed', message: 'nobody answered' },
      },
      wires: wires('hook -> ask', 'ask:approved -> yes', 'ask:rejected -> no', 'ask:timeout -> late'),
    });
  interface ApprovalAnswer {
    id: string;
    hash: string;
    runId: string;
    mayDecide: boolean;
  }
  const approvalOf = (runId: string) =>
    until('the approval', async () => {
      const { body } = await admin.inWorkspace<{ items: ApprovalAnswer[] }>('GET', '/approvals');
      return body.items.find((item) => item.runId === runId);
    });

  test('a run waits by name for its approver and goes on by the decision', async () => {
    const { hooks } = await approvalFlow();
    const runId = await start(hooks.hook as string, { about: 'jane@example.com' });
    const approval = await approvalOf(runId);
    await until('the run to wait', async () => (await readRun(admin, runId)).status === 'waiting');
    expect((await readRun(admin, runId)).waitingFor).toMatchObject({
      kind: 'approval',
      what: 'Release Jane',
      who: 'admin@castellan.test',
    });
    const wrong = await admin.inWorkspace('POST', `/approvals/${approval.id}/decide`, {
      decision: 'approve',
      hash: 'another',
    });
    expect(wrong.status).toBe(409);
    const decided = await admin.inWorkspace('POST', `/approvals/${approval.id}/decide`, {
      decision: 'approve',
      hash: approval.hash,
    });
    expect(decided.status).toBe(200);
    expect(await endOf(admin, runId)).toMatchObject({ status: 'succeeded', outcome: 'released' });
    const again = await admin.inWorkspace('POST', `/approvals/${approval.id}/decide`, {
      decision: 'reject',
      hash: approval.hash,
    });
    expect(again.status).toBe(409);
  });

  test('a rejection ends the run as the flow says', async () => {
    const { hooks } = await approvalFlow();
    const runId = await start(hooks.hook as string, { about: 'jane@example.com' });
    const { id, hash } = await approvalOf(runId);
    await admin.inWorkspace('POST', `/approvals/${id}/decide`, { decision: 'reject', comment: 'not her', hash });
    expect(await endOf(admin, runId)).toMatchObject({
      status: 'failed',
      error: { code: 'E_STOP', message: 'refused' },
    });
  });

  test('the person whom it is about never decides', async () => {
    const { hooks } = await approvalFlow();
    const runId = await start(hooks.hook as string, { about: 'Admin@Castellan.test' });
    const { id, hash, mayDecide } = await approvalOf(runId);
    expect(mayDecide).toBe(false);
    const answer = await admin.inWorkspace('POST', `/approvals/${id}/decide`, { decision: 'approve', hash });
    expect(answer.status).toBe(403);
    await admin.inWorkspace('POST', `/runs/${runId}/cancel`);
    expect(await endOf(admin, runId)).toMatchObject({ status: 'cancelled' });
  });

  test('without an answer in time it leaves by timeout', async () => {
    const { hooks } = await approvalFlow({ timeoutSeconds: 1 });
    const run = await endOf(admin, await start(hooks.hook as string, { about: 'jane@example.com' }));
    expect(run).toMatchObject({ status: 'succeeded', outcome: 'nobody answered' });
  });

  test('a wait goes on when its time is over', async () => {
    const { hooks } = await publishFlow(admin, {
      triggers: hook(),
      steps: { pause: { kind: 'wait', seconds: 1 }, after: { kind: 'shape', output: 1 } },
      wires: wires('hook -> pause', 'pause -> after'),
    });
    const runId = await start(hooks.hook as string);
    const run = await endOf(admin, runId);
    expect(Date.parse(run.endedAt as string) - Date.parse(run.startedAt as string)).toBeGreaterThanOrEqual(1_000);
    expect((await stepsOf(admin, runId)).after?.status).toBe('succeeded');
  });
});

describe('people steer runs', () => {
  test('cancel aborts a read under way and starts nothing more', async () => {
    vendor.script('/endless', () => new Promise(() => undefined));
    const { hooks } = await publishFlow(admin, {
      connections: slots(),
      triggers: hook(),
      steps: { call: get('/endless'), after: get('/never') },
      wires: wires('hook -> call', 'call -> after'),
    });
    const runId = await start(hooks.hook as string);
    await until('the call', async () => vendor.to('/endless').length > 0);
    expect((await admin.inWorkspace('POST', `/runs/${runId}/cancel`)).status).toBe(202);
    expect(await endOf(admin, runId, 6)).toMatchObject({ status: 'cancelled' });
    expect(vendor.to('/never')).toHaveLength(0);
    expect((await admin.inWorkspace('POST', `/runs/${runId}/cancel`)).status).toBe(409);
  });

  test.each([
    ['a read', () => get('/unheard')],
    ['a write whose outcome nobody knows', () => post('/unheard', {}, { onUnknown: 'error' })],
  ])('a cancel that breaks %s off before the host hears of it ends the run as cancelled', async (_, call) => {
    vendor.script('/unheard', () => new Promise(() => undefined));
    const earlier = vendor.to('/unheard').length;
    const { hooks } = await publishFlow(admin, {
      connections: slots(),
      triggers: hook(),
      steps: { call: call(), mend: get('/never'), after: get('/never') },
      wires: wires('hook -> call', 'call -> after', 'call:error -> mend'),
    });
    const runId = await start(hooks.hook as string);
    await until('the call', async () => vendor.to('/unheard').length > earlier);
    // As it is between the commit and the signal to the host.
    await stack.database.query(
      `insert into controls (run_id, kind, payload, actor) values ($1, 'cancel', '{}', 'somebody')`,
      [runId],
    );
    expect(await endOf(admin, runId)).toMatchObject({ status: 'cancelled', reason: 'cancelled' });
    expect(vendor.to('/never')).toHaveLength(0);
  });

  test('terminate ends at once and fences the host off', async () => {
    const { hooks } = await publishFlow(admin, {
      connections: slots(),
      triggers: hook(),
      steps: { call: get('/endless'), after: get('/never') },
      wires: wires('hook -> call', 'call -> after'),
    });
    const runId = await start(hooks.hook as string);
    await until('the call', async () => vendor.to('/endless').length > 1);
    await admin.inWorkspace('POST', `/runs/${runId}/terminate`);
    expect(await readRun(admin, runId)).toMatchObject({ status: 'cancelled', reason: 'terminated' });
  });

  test('pause holds what is ready, resume lets it go on', async () => {
    let release: () => void = () => undefined;
    vendor.script('/held', () => new Promise((resolve) => (release = () => resolve({}))));
    const { hooks } = await publishFlow(admin, {
      connections: slots(),
      triggers: hook(),
      steps: { call: get('/held'), after: get('/after-pause') },
      wires: wires('hook -> call', 'call -> after'),
    });
    const runId = await start(hooks.hook as string);
    await until('the call', async () => vendor.to('/held').length > 0);
    await admin.inWorkspace('POST', `/runs/${runId}/pause`);
    await until('the pause', async () => (await readRun(admin, runId)).status === 'paused');
    release();
    await until('the first step', async () => (await stepsOf(admin, runId)).call?.status === 'succeeded');
    expect(vendor.to('/after-pause')).toHaveLength(0);
    await admin.inWorkspace('POST', `/runs/${runId}/resume`);
    expect(await endOf(admin, runId)).toMatchObject({ status: 'succeeded' });
    expect(vendor.to('/after-pause')).toHaveLength(1);
  });
});

describe('a version that was published with another release', () => {
  const called = async (path: string, input: object) => {
    const { hooks, id } = await publishFlow(admin, {
      connections: slots(),
      triggers: hook(),
      steps: {
        first: get('/before-upgrade'),
        call: get(path, { input, retry: { attempts: 1 } }),
        told: { kind: 'shape', output: { jsonata: 'steps.call.error.code' } },
      },
      wires: wires('hook -> first', 'first -> call', 'call:error -> told'),
    });
    return { hook: hooks.hook as string, id };
  };
  /** Changes what the version says that it was made with, as if this server were the later release. */
  const upgraded = (flowId: string, path: string[], value: unknown) =>
    stack.database.query(
      `update versions set program = jsonb_set(jsonb_set(program, $2, $3), '{madeWith,release}', '"0.0.9"') where flow_id = $1`,
      [flowId, path, JSON.stringify(value)],
    );
  const errorOf = async (hookUrl: string) => {
    const runId = await start(hookUrl);
    await endOf(admin, runId);
    const { first, call, told } = await stepsOf(admin, runId);
    expect([first?.status, call?.status, told?.output]).toEqual(['succeeded', 'failed', call?.error?.code]);
    return call?.error;
  };

  test('is told of an operation that this one has no more, and goes on by its error port', async () => {
    const flow = await called('/never-called', { url: `${vendor.url}/never-called` });
    await upgraded(flow.id, ['steps', 'call', 'operation'], 'getAsBefore');
    expect(await errorOf(flow.hook)).toMatchObject({
      code: 'E_OPERATION',
      retryable: false,
      message: expect.stringMatching(
        /no operation http\.getAsBefore in this release \(\S+\); version 1 of the flow was made with release 0\.0\.9 .*retry the run/,
      ),
    });
    expect(vendor.to('/never-called')).toHaveLength(0);
  });

  test('does not take a write for refused that was sent while its operation was there', async () => {
    let release: () => void = () => undefined;
    vendor.script('/held-upgrade', () => new Promise((resolve) => (release = () => resolve({}))));
    const { hooks, id } = await publishFlow(admin, {
      connections: slots(),
      triggers: hook(),
      steps: { held: get('/held-upgrade'), call: post('/never-again', {}) },
      wires: wires('hook -> held', 'held -> call'),
    });
    await upgraded(id, ['steps', 'call', 'operation'], 'requestAsBefore');
    const runId = await start(hooks.hook as string);
    await until('the call', async () => vendor.to('/held-upgrade').length > 0);
    // What a process leaves that dies while it sends, before the upgrade.
    await stack.database.query(
      `insert into effects (root_id, key, workspace_id, run_id, step_id, operation, input, input_hash, state, lease_until)
       values ($1, 'sent', $2, $1, 'call', 'http.requestAsBefore', '', '', 'sending', now() - interval '1 minute')`,
      [runId, admin.workspaceId],
    );
    await stack.database.query(
      `insert into steps (run_id, step_id, kind, status, attempts, effect_key, started_at)
       values ($1, 'call', 'action', 'running', 1, 'sent', now())`,
      [runId],
    );
    release();
    await until('the step', async () => (await stepsOf(admin, runId)).call?.status === 'unknown');
    expect((await stepsOf(admin, runId)).call).toMatchObject({
      effect: { state: 'unknown' },
      error: { code: 'E_OPERATION' },
    });
    expect(vendor.to('/never-again')).toHaveLength(0);
  });

  test('is told of one that has changed, where its input no longer fits; where it fits the call is made', async () => {
    const path = ['madeWith', 'operations', 'http.get'];
    const unfit = await called('/never-called', { url: { jsonata: '1' } });
    expect(await errorOf(unfit.hook)).toMatchObject({ code: 'E_INPUT' });
    const changed = await called('/never-called', { url: { jsonata: '1' } });
    await upgraded(changed.id, path, 'the hash of another schema');
    expect(await errorOf(changed.hook)).toMatchObject({
      code: 'E_OPERATION',
      message: expect.stringMatching(
        /http\.get is not the same .* version 1 of the flow was made with release 0\.0\.9\. Correct/,
      ),
    });

    const fits = await called('/after-upgrade', { url: `${vendor.url}/after-upgrade` });
    await upgraded(fits.id, path, 'the hash of another schema');
    const runId = await start(fits.hook);
    await endOf(admin, runId);
    expect((await stepsOf(admin, runId)).call?.status).toBe('succeeded');
  });
});
