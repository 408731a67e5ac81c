import { randomUUID } from 'node:crypto';
import type { Approval, RetryPlace, RetryPreview, RunRow } from '@castellan/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deliver, endOf, publishFlow, readRun, stepsOf, until, wires } from './harness/flows.js';
import { type Session, type TestDatabase } from './harness/index.js';
import { type Stack, startStack } from './harness/stack.js';
import type { Vendor } from './harness/vendor.js';

let stack: Stack;
let vendor: Vendor;
let database: TestDatabase;
let admin: Session;
let connection: string;

beforeAll(async () => {
  stack = await startStack();
  ({ vendor, database, admin } = stack);
  connection = stack.connections.vendor;
});

afterAll(async () => {
  await stack?.stop();
});

const slots = () => ({ vendor: { connector: 'http', title: 'Vendor', id: connection } });
const hook = { hook: { kind: 'webhook' } };
const write = (path: string, json: unknown = {}, over: object = {}) => ({
  kind: 'action',
  connection: 'vendor',
  operation: 'request',
  input: { method: 'POST', url: `${vendor.url}${path}`, json },
  ...over,
});
const keyed = (path: string, json: unknown = {}, over: object = {}) =>
  write(path, json, {
    operation: 'requestWithKey',
    input: { method: 'POST', url: `${vendor.url}${path}`, json, keyHeader: 'idempotency-key' },
    retry: { attempts: 1 },
    ...over,
  });

/** The vendor refuses this path until it is mended. */
function broken(path: string): { mend(): void } {
  let status = 400;
  vendor.script(path, () => ({ status, body: status === 200 ? { fine: true } : { message: 'Not like that' } }));
  return { mend: () => (status = 200) };
}

async function run(url: string, body: unknown = {}): Promise<RunRow> {
  const answer = await deliver(url, body);
  expect(answer.status).toBe(202);
  return endOf(admin, answer.body.runId as string);
}

const wish = (
  place: RetryPlace | { at: 'step'; step: string; iteration?: string; items?: string },
  more: object = {},
) => ({
  place,
  ...more,
});
const ask = (runId: string, body: object) =>
  admin.inWorkspace<{ runId: string; code?: string; message?: string; details?: unknown }>(
    'POST',
    `/runs/${runId}/retry`,
    body,
  );
async function retry(runId: string, body: object): Promise<RunRow> {
  const { status, body: answer } = await ask(runId, body);
  if (status !== 201) throw new Error(`The retry was refused: ${JSON.stringify(answer)}`);
  return endOf(admin, answer.runId);
}
async function preview(runId: string, body: object): Promise<RetryPreview> {
  const { status, body: answer } = await admin.inWorkspace<RetryPreview>('POST', `/runs/${runId}/retry/preview`, body);
  if (status !== 200) throw new Error(`No preview: ${JSON.stringify(answer)}`);
  return answer;
}

describe('from the failed step', () => {
  test('what succeeded is kept with its values, and only the rest is called', async () => {
    const end = broken('/third');
    const { hooks, id } = await publishFlow(admin, {
      connections: slots(),
      triggers: hook,
      steps: {
        first: write('/first'),
        shape: { kind: 'shape', output: { who: { jsonata: 'trigger.body.who & steps.first.output.body.ok' } } },
        third: write('/third', { jsonata: '{"who": steps.shape.output.who}' }),
      },
      wires: wires('hook -> first', 'first -> shape', 'shape -> third'),
    });
    const failed = await run(hooks.hook as string, { who: 'Jane ' });
    expect(failed).toMatchObject({ status: 'failed', error: { stepId: 'third' }, retryOf: null });
    const seen = await preview(failed.id, wish({ at: 'failed' }));
    expect(seen).toMatchObject({ cannot: null, version: 1, kept: 2, changed: [], counts: { again: 1, kept: 0 } });
    expect(seen.effects).toMatchObject([{ stepId: 'third', state: 'again', why: 'refused' }]);
    expect(seen.effects[0]?.said).toContain('Not like that');

    end.mend();
    const second = await retry(failed.id, wish({ at: 'failed' }));
    expect(second).toMatchObject({ status: 'succeeded', retryOf: failed.id, rootId: failed.id, flowId: id });
    expect(vendor.to('/first')).toHaveLength(1);
    expect(vendor.to('/third').map(({ body }) => body)).toEqual([{ who: 'Jane true' }, { who: 'Jane true' }]);
    const steps = await stepsOf(admin, second.id);
    expect(steps.first).toMatchObject({ keptFrom: failed.id, status: 'succeeded', effect: { state: 'kept' } });
    expect(steps.third).toMatchObject({ keptFrom: null, effect: { state: 'done' } });
    expect(await readRun(admin, failed.id)).toMatchObject({ status: 'failed', endedAt: failed.endedAt });
    const { body: chain } = await admin.inWorkspace<{ items: { id: string }[] }>('GET', `/runs/${second.id}/chain`);
    expect(chain.items.map((one) => one.id)).toEqual([failed.id, second.id]);
  });

  test('each attempt that failed is remembered with what the vendor said', async () => {
    vendor.script('/down', () => ({ status: 503, body: { message: 'Down for maintenance' } }));
    const { hooks } = await publishFlow(admin, {
      connections: slots(),
      triggers: hook,
      steps: { call: keyed('/down', {}, { retry: { attempts: 3, firstSeconds: 0.1, factor: 1, maxSeconds: 1 } }) },
      wires: wires('hook -> call'),
    });
    const failed = await run(hooks.hook as string);
    const { tries = [] } = (await stepsOf(admin, failed.id)).call ?? {};
    expect(tries).toMatchObject([{ status: 503 }, { status: 503 }, { status: 503 }]);
    expect(tries[0]?.message).toContain('Down for maintenance');
    expect([tries[0]?.next, tries[2]?.next]).toEqual([expect.any(String), undefined]);
  });

  test('a decision of an approval is kept: nobody is asked twice', async () => {
    const end = broken('/after-approval');
    const { hooks } = await publishFlow(admin, {
      connections: slots(),
      triggers: hook,
      steps: {
        ask: { kind: 'approval', approvers: ['role:admin'], show: 'all' },
        after: write('/after-approval'),
      },
      wires: wires('hook -> ask', 'ask:approved -> after'),
    });
    const runId = (await deliver(hooks.hook as string, {})).body.runId as string;
    const approvals = async () =>
      (await admin.inWorkspace<{ items: { id: string; runId: string; hash: string }[] }>('GET', '/approvals')).body
        .items;
    const open = await until('the approval', async () => (await approvals()).find((one) => one.runId === runId));
    await admin.inWorkspace('POST', `/approvals/${open.id}/decide`, { decision: 'approve', hash: open.hash });
    await endOf(admin, runId);
    end.mend();
    const second = await retry(runId, wish({ at: 'failed' }));
    expect(second.status).toBe('succeeded');
    expect((await stepsOf(admin, second.id)).ask).toMatchObject({ keptFrom: runId, port: 'approved' });
    expect((await approvals()).filter((one) => one.runId === second.id)).toEqual([]);
    const decided = await admin.inWorkspace<{ items: { runId: string }[] }>('GET', '/approvals?status=decided');
    expect(decided.body.items.filter((one) => [runId, second.id].includes(one.runId))).toHaveLength(1);
  });
});

test('the answer that a kept step gave stays the answer of the run', async () => {
  const end = broken('/after-answer');
  const { hooks } = await publishFlow(admin, {
    connections: slots(),
    triggers: { hook: { kind: 'webhook', respond: 'step' } },
    steps: {
      answer: { kind: 'respond', status: 201, headers: { 'x-case': '7' }, body: { jsonata: 'trigger.body.who' } },
      call: write('/after-answer'),
      late: { kind: 'respond', body: 'too late' },
    },
    wires: wires('hook -> answer', 'answer -> call', 'call -> late'),
  });
  const answered = await deliver(hooks.hook as string, { who: 'Jane' });
  expect(answered.status).toBe(201);
  const { body: list } = await admin.inWorkspace<{ items: RunRow[] }>('GET', '/runs?limit=1');
  const failed = await endOf(admin, list.items[0]?.id as string);
  const response = { status: 201, headers: { 'x-case': '7' }, body: 'Jane' };
  const responseOf = async (runId: string) =>
    (await database.query<{ response: unknown }>('select response from runs where id = $1', [runId]))[0]?.response;
  expect(await responseOf(failed.id)).toEqual(response);
  end.mend();
  const fromFailed = await retry(failed.id, wish({ at: 'failed' }));
  expect(await responseOf(fromFailed.id)).toEqual(response);
  const fromAnswer = await retry(failed.id, wish({ at: 'step', step: 'answer' }));
  expect(fromAnswer.status).toBe('succeeded');
});

describe('writes of the chain', () => {
  const lines = (path: string) => vendor.to(path).length;

  test('from the start: what is done with an equal input is kept, what differs is sent under a new key', async () => {
    const end = broken('/last');
    let answer = 'a';
    vendor.script('/seed', () => ({ body: { value: answer } }));
    const { hooks } = await publishFlow(admin, {
      connections: slots(),
      triggers: hook,
      steps: {
        seed: { kind: 'action', connection: 'vendor', operation: 'get', input: { url: `${vendor.url}/seed` } },
        same: keyed('/same', { jsonata: '{"fixed": 1}' }),
        differs: keyed('/differs', { jsonata: '{"value": steps.seed.output.body.value}' }),
        last: keyed('/last'),
      },
      wires: wires('hook -> seed', 'seed -> same', 'same -> differs', 'differs -> last'),
    });
    const failed = await run(hooks.hook as string);
    expect(failed.status).toBe('failed');
    answer = 'b';
    end.mend();
    const second = await retry(failed.id, wish({ at: 'start' }));
    expect(second.status).toBe('succeeded');
    expect([lines('/seed'), lines('/same'), lines('/differs'), lines('/last')]).toEqual([2, 1, 2, 2]);
    for (const path of ['/differs', '/last']) {
      expect(new Set(vendor.to(path).map(({ headers }) => headers['idempotency-key'])).size).toBe(2);
    }
    const steps = await stepsOf(admin, second.id);
    expect(steps.same).toMatchObject({ status: 'succeeded', keptFrom: failed.id, effect: { state: 'kept' } });
    expect(steps.same?.output).toMatchObject({ status: 200 });
    expect(steps.differs).toMatchObject({ keptFrom: null, effect: { state: 'done' } });
  });

  test('a done write that a person ticked is sent once more under a new key; the next retry keeps it again', async () => {
    const { hooks } = await publishFlow(admin, {
      connections: slots(),
      triggers: hook,
      steps: { tell: keyed('/tell-again') },
      wires: wires('hook -> tell'),
    });
    const first = await run(hooks.hook as string);
    const seen = await preview(first.id, wish({ at: 'start' }));
    expect(seen.effects).toMatchObject([{ stepId: 'tell', state: 'kept' }]);
    const second = await retry(first.id, wish({ at: 'start' }, { again: [seen.effects[0]?.key] }));
    expect(lines('/tell-again')).toBe(2);
    const third = await retry(second.id, wish({ at: 'start' }));
    expect(third).toMatchObject({ status: 'succeeded', retryOf: second.id, rootId: first.id });
    expect(lines('/tell-again')).toBe(2);
    expect(new Set(vendor.to('/tell-again').map(({ headers }) => headers['idempotency-key'])).size).toBe(2);
  });

  test('an outcome that nobody knows is for a person to say first', async () => {
    vendor.script('/lost', (_, count) => (count === 1 ? { reset: true } : {}));
    const { hooks } = await publishFlow(admin, {
      connections: slots(),
      triggers: hook,
      steps: { lost: write('/lost'), after: write('/after-lost') },
      wires: wires('hook -> lost', 'lost -> after'),
    });
    const runId = (await deliver(hooks.hook as string, {})).body.runId as string;
    await until('the unknown outcome', async () => (await readRun(admin, runId)).waitingFor?.kind === 'outcome');
    expect((await preview(runId, wish({ at: 'failed' }))).cannot).toContain('has not ended');
    await admin.inWorkspace('POST', `/runs/${runId}/cancel`);
    await endOf(admin, runId);
    const seen = await preview(runId, wish({ at: 'failed' }));
    expect(seen.effects).toMatchObject([
      { stepId: 'lost', state: 'unknown' },
      { stepId: 'after', state: 'new' },
    ]);
    const outcomes = [{ key: seen.effects[0]?.key, outcome: 'happened' }];
    const second = await retry(runId, wish({ at: 'failed' }, { outcomes }));
    expect(second.status).toBe('succeeded');
    expect([lines('/lost'), lines('/after-lost')]).toEqual([1, 1]);
    expect((await ask(second.id, wish({ at: 'start' }, { outcomes }))).status).toBe(409);
  });

  test('kill -9 of the worker during a retry: the write is sent once more under its key, and what was kept stays', async () => {
    let release: () => void = () => undefined;
    vendor.script('/slow', (_, count) =>
      count === 1 ? { status: 400 } : count === 2 ? new Promise((resolve) => (release = () => resolve({}))) : {},
    );
    const { hooks } = await publishFlow(admin, {
      connections: slots(),
      triggers: hook,
      steps: { before: keyed('/before-kill'), slow: keyed('/slow'), after: keyed('/after-kill') },
      wires: wires('hook -> before', 'before -> slow', 'slow -> after'),
    });
    const failed = await run(hooks.hook as string);
    const { body } = await ask(failed.id, wish({ at: 'start' }));
    await until('the call of the retry', async () => lines('/slow') === 2);
    await stack.killWorkers();
    await stack.startWorker();
    const second = await endOf(admin, body.runId, 45);
    release();
    expect(second.status).toBe('succeeded');
    expect([lines('/before-kill'), lines('/slow'), lines('/after-kill')]).toEqual([1, 3, 1]);
    const keys = vendor.to('/slow').map(({ headers }) => headers['idempotency-key']);
    expect(keys[1]).toBe(keys[2]);
    expect(keys[0]).not.toBe(keys[1]);
  });
});

describe('the flow that a step calls', () => {
  const sub = (flow: string, input: object = {}) => ({ kind: 'subflow', title: 'Call it', flow, input });
  const callable = (name: string, steps: Record<string, unknown>, ...lines: string[]) =>
    publishFlow(admin, {
      name,
      connections: slots(),
      triggers: { called: { kind: 'call' } },
      steps,
      wires: wires(...lines),
    });
  const childOf = async (runId: string, step: string) => (await stepsOf(admin, runId))[step]?.childRunId as string;

  test('is run again as a retry of the run that was called before: what that one has done is shown and kept', async () => {
    const end = broken('/inner-end');
    const inner = await callable(
      'Inner',
      { tell: write('/inner-tell'), end: write('/inner-end'), later: write('/inner-later') },
      'called -> tell',
      'tell -> end',
      'end -> later',
    );
    const middle = await callable('Middle', { deeper: sub(inner.id) }, 'called -> deeper');
    const { hooks } = await publishFlow(admin, {
      triggers: hook,
      steps: { call: sub(middle.id), after: { kind: 'shape', output: 'went on' } },
      wires: wires('hook -> call', 'call -> after'),
    });
    const failed = await run(hooks.hook as string);
    expect(failed).toMatchObject({ status: 'failed', error: { stepId: 'call' } });
    const seen = await preview(failed.id, wish({ at: 'failed' }));
    expect(seen.effects).toMatchObject([
      { stepId: 'end', flow: 'Inner', state: 'again', why: 'refused' },
      { stepId: 'later', flow: 'Inner', state: 'new' },
      { stepId: 'tell', flow: 'Inner', state: 'kept' },
    ]);
    expect(seen.counts).toMatchObject({ again: 1, new: 1, kept: 1 });

    end.mend();
    const second = await retry(failed.id, wish({ at: 'failed' }));
    expect(second.status).toBe('succeeded');
    expect([vendor.to('/inner-tell').length, vendor.to('/inner-end').length]).toEqual([1, 2]);
    const [before, again] = [await childOf(failed.id, 'call'), await childOf(second.id, 'call')];
    expect(await readRun(admin, again)).toMatchObject({ rootId: before, retryOf: before, status: 'succeeded' });
    const [deepBefore, deepAgain] = [await childOf(before, 'deeper'), await childOf(again, 'deeper')];
    expect(await readRun(admin, deepAgain)).toMatchObject({ rootId: deepBefore, retryOf: deepBefore });
    expect((await stepsOf(admin, deepAgain)).tell).toMatchObject({ keptFrom: deepBefore, effect: { state: 'kept' } });
  });

  test('goes on where it failed: what it had done stays, and nobody is asked twice; from the start all is done', async () => {
    const end = broken('/after-the-asking');
    const inner = await callable(
      'Asks first',
      {
        look: { kind: 'action', connection: 'vendor', operation: 'get', input: { url: `${vendor.url}/looked-at` } },
        ask: { kind: 'approval', approvers: ['role:admin'], show: { jsonata: 'trigger.input' }, starterDecides: true },
        end: write('/after-the-asking', { jsonata: '{"seen": steps.look.output.body.ok}' }),
      },
      'called -> look',
      'look -> ask',
      'ask:approved -> end',
    );
    const { hooks } = await publishFlow(admin, {
      triggers: hook,
      steps: {
        each: {
          kind: 'loop',
          items: [{ who: 'Jane' }],
          key: { jsonata: 'item.who' },
          steps: { call: sub(inner.id, { who: { jsonata: 'item.who' } }) },
          wires: wires('each:each -> call'),
        },
      },
      wires: wires('hook -> each'),
    });
    const approve = async (runId: string) => {
      const child = await until('the called run', () => childOf(runId, 'call@0').catch(() => null));
      const open = await until('the approval', async () => {
        const { body } = await admin.inWorkspace<{ items: Approval[] }>('GET', '/approvals?limit=200');
        return body.items.find((one) => one.runId === child);
      });
      await admin.inWorkspace('POST', `/approvals/${open.id}/decide`, { decision: 'approve', hash: open.hash });
    };
    const failed = (await deliver(hooks.hook as string, {})).body.runId as string;
    await approve(failed);
    expect((await endOf(admin, failed)).status).toBe('failed');
    end.mend();
    const second = await retry(failed, wish({ at: 'failed' }));
    expect(second.status).toBe('succeeded');
    const [before, again] = [await childOf(failed, 'call@0'), await childOf(second.id, 'call@0')];
    expect(await stepsOf(admin, again)).toMatchObject({
      look: { keptFrom: before, status: 'succeeded' },
      ask: { keptFrom: before, port: 'approved' },
      end: { keptFrom: null, effect: { state: 'done' } },
    });
    expect(vendor.to('/looked-at')).toHaveLength(1);
    expect(vendor.to('/after-the-asking').at(-1)?.body).toEqual({ seen: true });

    const { body } = await ask(second.id, wish({ at: 'start' }));
    await approve(body.runId);
    expect((await endOf(admin, body.runId)).status).toBe('succeeded');
    expect(vendor.to('/looked-at')).toHaveLength(2);
    expect(vendor.to('/after-the-asking')).toHaveLength(2);
  });

  test('a write in it that a person ticked is sent once more, and one that nobody knows of is for them to say', async () => {
    vendor.script('/inner-lost', (_, count) => (count === 1 ? { reset: true } : {}));
    const inner = await callable(
      'Ticked',
      { once: write('/inner-once'), lost: write('/inner-lost'), after: { kind: 'shape', output: 1 } },
      'called -> once',
      'once -> lost',
      'lost -> after',
    );
    const { hooks } = await publishFlow(admin, {
      triggers: hook,
      steps: { call: sub(inner.id) },
      wires: wires('hook -> call'),
    });
    const runId = (await deliver(hooks.hook as string, {})).body.runId as string;
    const child = await until('the called run', () => childOf(runId, 'call').catch(() => null));
    await until('the unknown outcome', async () => (await readRun(admin, child)).waitingFor?.kind === 'outcome');
    await admin.inWorkspace('POST', `/runs/${runId}/cancel`);
    await Promise.all([endOf(admin, runId), endOf(admin, child)]);
    const { effects } = await preview(runId, wish({ at: 'start' }));
    expect(effects).toMatchObject([
      { stepId: 'lost', flow: 'Ticked', state: 'unknown' },
      { stepId: 'once', flow: 'Ticked', state: 'kept' },
    ]);
    const outcomes = [{ key: effects[0]?.key, outcome: 'happened' }];
    const second = await retry(runId, wish({ at: 'start' }, { outcomes, again: [effects[1]?.key] }));
    expect(second.status).toBe('succeeded');
    expect([vendor.to('/inner-once').length, vendor.to('/inner-lost').length]).toEqual([2, 1]);
  });

  test('in a loop each item finds its own run again by its key, and those that are kept are not listed', async () => {
    let people = ['ann', 'bob', 'cy'];
    let sick = true;
    vendor.script('/people-to-call', () => ({ body: { people } }));
    vendor.script('/inner-second', ({ body }) => ({
      status: sick && (body as { who: string }).who === 'bob' ? 400 : 200,
      body: {},
    }));
    const inner = await callable(
      'Per person',
      {
        first: write('/inner-first', { jsonata: '{"who": trigger.input.who}' }),
        second: write('/inner-second', { jsonata: '{"who": trigger.input.who}' }),
      },
      'called -> first',
      'first -> second',
    );
    const list = {
      kind: 'action',
      connection: 'vendor',
      operation: 'get',
      input: { url: `${vendor.url}/people-to-call` },
    };
    const { hooks } = await publishFlow(admin, {
      connections: slots(),
      triggers: hook,
      steps: {
        list,
        all: {
          kind: 'loop',
          items: { jsonata: 'steps.list.output.body.people' },
          key: { jsonata: 'item' },
          onItemError: 'continue',
          steps: { call: sub(inner.id, { who: { jsonata: 'item' } }) },
          wires: wires('all:each -> call'),
        },
      },
      wires: wires('hook -> list', 'list -> all'),
    });
    const first = await run(hooks.hook as string);
    expect(first.status).toBe('succeeded');
    const items = wish({ at: 'step', step: 'all', items: 'failed' });
    expect((await preview(first.id, items)).counts).toMatchObject({ again: 1, kept: 1, new: 0 });

    [people, sick] = [['cy', 'bob', 'ann'], false];
    const second = await retry(first.id, wish({ at: 'start' }));
    expect(second.status).toBe('succeeded');
    const told = (path: string) => vendor.to(path).map(({ body }) => (body as { who: string }).who);
    expect(told('/inner-first').sort()).toEqual(['ann', 'bob', 'cy']);
    expect(told('/inner-second').sort()).toEqual(['ann', 'bob', 'bob', 'cy']);
    expect((await readRun(admin, await childOf(second.id, 'call@0'))).rootId).toBe(await childOf(first.id, 'call@2'));
  });
});

describe('loops', () => {
  test('items that are done are kept, the failed ones run again; the same items, whatever the list is now', async () => {
    let sick = true;
    vendor.script('/items', () => ({ body: { people: sick ? ['a', 'b', 'c', 'd'] : ['x'] } }));
    vendor.script('/each', ({ body }) => ({
      status: sick && ['b', 'd'].includes((body as { who: string }).who) ? 400 : 200,
      body: {},
    }));
    const { hooks } = await publishFlow(admin, {
      connections: slots(),
      triggers: hook,
      steps: {
        list: { kind: 'action', connection: 'vendor', operation: 'get', input: { url: `${vendor.url}/items` } },
        all: {
          kind: 'loop',
          items: { jsonata: 'steps.list.output.body.people' },
          key: { jsonata: 'item' },
          onItemError: 'continue',
          collect: { jsonata: 'steps.name.output' },
          steps: {
            name: { kind: 'shape', output: { jsonata: '$uppercase(item)' } },
            tell: write('/each', { jsonata: '{"who": item}' }),
          },
          wires: wires('all:each -> name', 'name -> tell'),
        },
        done: { kind: 'shape', output: { jsonata: 'steps.all.output' } },
      },
      wires: wires('hook -> list', 'list -> all', 'all -> done'),
    });
    const first = await run(hooks.hook as string);
    expect((await stepsOf(admin, first.id)).done?.output).toMatchObject({ count: 4, failed: 2 });
    sick = false;
    const place = wish({ at: 'step', step: 'all', items: 'failed' });
    expect((await preview(first.id, place)).counts).toMatchObject({ again: 2, kept: 0 });
    const second = await retry(first.id, place);
    expect(second.status).toBe('succeeded');
    const steps = await stepsOf(admin, second.id);
    expect(steps.done?.output).toEqual({ count: 4, failed: 0, items: ['A', 'B', 'C', 'D'] });
    expect(vendor.to('/each').map(({ body }) => (body as { who: string }).who)).toEqual(['a', 'b', 'c', 'd', 'b', 'd']);
    expect(vendor.to('/items')).toHaveLength(1);
    expect([steps['tell@0']?.keptFrom, steps['tell@1']?.keptFrom, steps['name@1']?.keptFrom]).toEqual([
      first.id,
      null,
      first.id,
    ]);
  });

  test('one iteration from one step', async () => {
    const { hooks } = await publishFlow(admin, {
      connections: slots(),
      triggers: hook,
      steps: {
        all: {
          kind: 'loop',
          items: { jsonata: '[1..3]' },
          key: { jsonata: '$string(item)' },
          steps: { one: keyed('/one-of'), two: keyed('/two-of') },
          wires: wires('all:each -> one', 'one -> two'),
        },
      },
      wires: wires('hook -> all'),
    });
    const first = await run(hooks.hook as string);
    const place = wish({ at: 'step', step: 'two', iteration: '1' });
    const seen = await preview(first.id, place);
    expect(seen.effects).toMatchObject([{ stepId: 'two', iteration: '1', state: 'kept' }]);
    await retry(first.id, { ...place, again: [seen.effects[0]?.key] });
    expect([vendor.to('/one-of').length, vendor.to('/two-of').length]).toEqual([3, 4]);
  });
});

describe('another version', () => {
  test('published or draft: new and changed steps are run and named, what is gone is left out', async () => {
    const end = broken('/end-of-two');
    const steps = { first: write('/v-first'), gone: { kind: 'shape', output: 1 }, last: write('/end-of-two') };
    const { hooks, id } = await publishFlow(admin, {
      connections: slots(),
      triggers: hook,
      steps,
      wires: wires('hook -> first', 'first -> gone', 'gone -> last'),
    });
    const failed = await run(hooks.hook as string);
    const { body: flow } = await admin.inWorkspace<{ revision: number; draft: object }>('GET', `/flows/${id}`);
    const draft = {
      ...flow.draft,
      steps: { first: steps.first, added: write('/added'), last: { kind: 'shape', output: 'no call any more' } },
      wires: wires('hook -> first', 'first -> added', 'added -> last'),
    };
    const saved = await admin.inWorkspace<{ revision: number }>(
      'PUT',
      `/flows/${id}`,
      { draft },
      {
        'if-match': String(flow.revision),
      },
    );
    expect(saved.status).toBe(200);
    const seen = await preview(failed.id, wish({ at: 'failed' }, { version: 'draft' }));
    expect(seen).toMatchObject({ version: 0, cannot: null, kept: 1 });
    expect(seen.changed.map(({ stepId, why }) => `${stepId} ${why}`).sort()).toEqual([
      'added new',
      'gone gone',
      'last kind',
    ]);
    const onDraft = await retry(failed.id, wish({ at: 'failed' }, { version: 'draft' }));
    expect(onDraft).toMatchObject({ status: 'succeeded', version: 0, mode: 'live' });
    expect([vendor.to('/v-first').length, vendor.to('/added').length]).toEqual([1, 1]);

    end.mend();
    const onSame = await retry(failed.id, wish({ at: 'failed' }, { version: 'published' }));
    expect(onSame).toMatchObject({ status: 'succeeded', version: 1 });
    expect(vendor.to('/v-first')).toHaveLength(1);
    const missing = await preview(failed.id, wish({ at: 'step', step: 'gone' }, { version: 'draft' }));
    expect(missing.cannot).toContain('gone is not in the draft');
  });
});

describe('asked for at once', () => {
  test('a double click makes one retry', async () => {
    const end = broken('/double');
    const { hooks } = await publishFlow(admin, {
      connections: slots(),
      triggers: hook,
      steps: { wait: { kind: 'wait', seconds: 1 }, call: write('/double') },
      wires: wires('hook -> wait', 'wait -> call'),
    });
    const failed = await run(hooks.hook as string);
    end.mend();
    const answers = await Promise.all([1, 2, 3].map(() => ask(failed.id, wish({ at: 'start' }))));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    const made = answers.find(({ status }) => status === 201)?.body.runId as string;
    expect(answers.find(({ status }) => status === 409)?.body.details).toEqual({ runId: made });
    await endOf(admin, made);
  });

  test('a step that waits for its next attempt is tried now', async () => {
    vendor.script('/later', (_, count) => (count === 1 ? { status: 503 } : {}));
    const { hooks } = await publishFlow(admin, {
      connections: slots(),
      triggers: hook,
      steps: { call: keyed('/later', {}, { retry: { attempts: 3, firstSeconds: 600, factor: 1, maxSeconds: 600 } }) },
      wires: wires('hook -> call'),
    });
    const runId = (await deliver(hooks.hook as string, {})).body.runId as string;
    const waiting = await until('the pause', async () => {
      const found = await readRun(admin, runId);
      return found.waitingFor?.kind === 'retry' && found;
    });
    expect(waiting.waitingFor?.until).not.toBeNull();
    expect((await admin.inWorkspace('POST', `/runs/${runId}/retry-now`, { step: 'call' })).status).toBe(202);
    expect(await endOf(admin, runId)).toMatchObject({ status: 'succeeded' });
    expect((await admin.inWorkspace('POST', `/runs/${runId}/retry-now`, {})).status).toBe(409);
  });
});

describe('many runs at once', () => {
  interface Bulk {
    total: number;
    done: number;
    refused: number;
    endedAt: string | null;
  }
  const read = async (id: string) => (await admin.inWorkspace<Bulk>('GET', `/runs/bulk/${id}`)).body;
  const through = (id: string) =>
    until('the end of the bulk action', async () => ((await read(id)).endedAt === null ? null : read(id)), 45);

  test('failed runs of a flow are retried once each, whatever is clicked twice or killed in between', async () => {
    const end = broken('/many');
    const { hooks, id: flowId } = await publishFlow(admin, {
      connections: slots(),
      triggers: hook,
      steps: { first: write('/many-first'), call: write('/many') },
      wires: wires('hook -> first', 'first -> call'),
    });
    const failed = await Promise.all(Array.from({ length: 12 }, () => run(hooks.hook as string)));
    expect(failed.every(({ status }) => status === 'failed')).toBe(true);
    const wishOfAll = { action: 'retry', filter: { flowId, status: 'failed' } };
    const counted = await admin.inWorkspace('POST', '/runs/bulk/preview', wishOfAll);
    expect(counted.body).toMatchObject({
      total: 12,
      tooMany: false,
      flows: [{ id: flowId, count: 12 }],
      writes: { again: 12, unknown: 0, kept: 12 },
      steps: [
        { operation: 'http.request', fate: 'again', count: 12 },
        { operation: 'http.request', fate: 'kept', count: 12 },
      ],
    });
    end.mend();
    const id = randomUUID();
    const answers = await Promise.all(
      [1, 2].map(() => admin.inWorkspace<Bulk>('POST', '/runs/bulk', { id, ...wishOfAll })),
    );
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    await until('the first retry', async () => (await read(id)).done > 0);
    await stack.killWorkers();
    await stack.startWorker();
    expect(await through(id)).toMatchObject({ total: 12, done: 12, refused: 0 });
    const { body: made } = await admin.inWorkspace<{ items: { runId: string; madeRunId: string }[] }>(
      'GET',
      `/runs/bulk/${id}/runs`,
    );
    expect(new Set(made.items.map(({ madeRunId }) => madeRunId)).size).toBe(12);
    for (const { madeRunId, runId } of made.items) {
      expect(await endOf(admin, madeRunId, 45)).toMatchObject({ status: 'succeeded', retryOf: runId });
    }
    expect([vendor.to('/many-first').length, vendor.to('/many').length]).toEqual([12, 24]);
    const ofFlow = { action: 'retry', filter: { flowId } };
    expect((await admin.inWorkspace('POST', '/runs/bulk/preview', ofFlow)).body).toMatchObject({
      ...{ found: 24, foundMore: false, total: 0 },
      cannot: [
        { why: 'retried', count: 12 },
        { why: 'succeeded', count: 12 },
      ],
    });
    const { body: audit } = await admin.inWorkspace<{ items: { action: string; after: unknown }[] }>('GET', '/audit');
    const entries = audit.items.filter(({ action }) => action === 'run.bulk_retry');
    expect(entries).toMatchObject([{ after: { filter: { flowId, status: 'failed' }, runs: 12 } }]);
  });

  test('open runs are cancelled, and what cannot be retried is named with the reason', async () => {
    const { hooks, id: flowId } = await publishFlow(admin, {
      triggers: hook,
      steps: { ask: { kind: 'approval', approvers: ['role:admin'], show: 'all' } },
      wires: wires('hook -> ask'),
    });
    const ids = await Promise.all(
      [1, 2, 3].map(async () => (await deliver(hooks.hook as string, {})).body.runId as string),
    );
    for (const runId of ids) {
      await until('the approval', async () => (await readRun(admin, runId)).status === 'waiting');
    }
    const id = randomUUID();
    await admin.inWorkspace('POST', '/runs/bulk', { id, action: 'cancel', filter: { flowId } });
    expect(await through(id)).toMatchObject({ total: 3, done: 3 });
    for (const runId of ids) expect(await endOf(admin, runId)).toMatchObject({ status: 'cancelled' });
    await admin.inWorkspace('DELETE', `/flows/${flowId}`);
    const retried = randomUUID();
    await admin.inWorkspace('POST', '/runs/bulk', { id: retried, action: 'retry', ids });
    expect(await through(retried)).toMatchObject({ total: 3, done: 0, refused: 3 });
    const { body } = await admin.inWorkspace<{ items: { reason: string }[] }>('GET', `/runs/bulk/${retried}/runs`);
    expect(body.items[0]?.reason).toBe('The flow has been removed.');
  });
});
