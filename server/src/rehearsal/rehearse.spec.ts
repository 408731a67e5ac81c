import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleHost, removeHost } from '../../test/expression-host.js';
import { wires } from '../../test/harness/flows.js';
import { get, post, type Sketch, versionOf } from '../../test/rehearsal-kit.js';

import { ExpressionHost } from '../expressions/expression-host.js';
import { mask } from '../platform/masking.js';
import type { Rehearsal } from './rehearsal.js';
import { type RehearsalRequest, type RehearsedFacts, rehearse } from './rehearse.js';
import type { AskedCall, CallAnswer, StandIns } from './stand-ins.js';

let hostFile: string;
let expressions: ExpressionHost;

beforeAll(async () => {
  Logger.overrideLogger(false);
  hostFile = await bundleHost();
  expressions = new ExpressionHost({ processes: 1, files: { host: hostFile } });
});
afterAll(async () => {
  expressions.onApplicationShutdown();
  await removeHost(hostFile);
});

const began = Date.parse('2026-03-01T08:00:00Z');
const day = 86_400;

/** Answers by step, or by `step@iteration`; calls that are not named stay without an answer. */
type Answers = Record<string, CallAnswer | ((call: AskedCall) => CallAnswer | null)>;

function standInsOf(answers: Answers, over: Partial<StandIns> = {}): StandIns & { asked: AskedCall[] } {
  const asked: AskedCall[] = [];
  return {
    asked,
    call: (call) => {
      asked.push(call);
      const answer = answers[`${call.step}@${call.iteration}`] ?? answers[call.step];
      return typeof answer === 'function' ? answer(call) : (answer ?? null);
    },
    decide: () => null,
    ...over,
  };
}

function run(
  sketch: Sketch,
  { answers = {}, body = {}, standIns = standInsOf(answers), ...over }: Partial<RehearsalRequest> & RunOptions = {},
): Promise<Rehearsal> {
  const facts: RehearsedFacts = {
    id: 'run',
    workspaceId: 'w',
    flowId: 'f',
    flowName: 'A flow',
    versionId: 'v',
    version: 3,
    mode: 'live',
    rootId: 'run',
    triggerId: 'hook',
    triggerData: { id: 'hook', kind: 'webhook', body },
    startedAt: new Date(began).toISOString(),
  };
  const runUrl = (workspaceId: string, runId: string) => `https://here.test/${workspaceId}/${runId}`;
  return rehearse({ expressions, runUrl }, { version: versionOf(sketch), facts, standIns, ...over });
}

interface RunOptions {
  answers?: Answers;
  body?: unknown;
}

const answered = (body: unknown, over: object = {}): CallAnswer => ({
  from: 'recorded',
  output: { status: 200, headers: {}, body },
  ...over,
});
const refused = (code: string, retryable = false): CallAnswer => ({
  from: 'recorded',
  error: { code, message: `It said ${code}`, retryable },
});

/** The path as lines such as `revoke@0 succeeded out`; skipped steps are left out. */
const path = ({ steps }: Rehearsal): string[] =>
  steps
    .filter(({ status }) => status !== 'skipped')
    .map(({ step, iteration, status, port }) =>
      [iteration ? `${step}@${iteration}` : step, status, port].filter((part) => part !== null).join(' '),
    );
const stepOf = (rehearsal: Rehearsal, step: string, iteration = '') =>
  rehearsal.steps.find((one) => one.step === step && one.iteration === iteration);

describe('called flows', () => {
  const sketch: Sketch = {
    steps: {
      sub: { kind: 'subflow', flow: 'another', input: { who: { jsonata: 'trigger.body.who' } }, timeoutSeconds: day },
      after: { kind: 'shape', output: { jsonata: 'steps.sub.output.text' } },
      mend: { kind: 'shape', output: { jsonata: 'steps.sub.error.code' } },
      go: { kind: 'subflow', flow: 'another', wait: false },
    },
    wires: wires('hook -> sub', 'sub -> after', 'sub:error -> mend', 'hook -> go'),
  };

  test('a stand-in answers for the flow that a step waits for; one that is let go is not asked about', async () => {
    const standIns = standInsOf({ sub: { from: 'recorded', output: { text: 'hello' } } });
    const rehearsal = await run(sketch, { standIns, body: { who: 'Jane' } });
    expect(rehearsal.status).toBe('succeeded');
    expect(stepOf(rehearsal, 'sub')).toMatchObject({ status: 'succeeded', from: 'recorded', input: { who: 'Jane' } });
    expect(stepOf(rehearsal, 'after')?.output).toBe('hello');
    expect(stepOf(rehearsal, 'go')).toMatchObject({ status: 'succeeded', output: { runId: 'go@' } });
    expect(standIns.asked).toMatchObject([{ step: 'sub', compiled: { flow: 'another' }, input: { who: 'Jane' } }]);
  });

  test('its failure goes by the error wire, and without an answer its time runs out', async () => {
    const failed = await run(sketch, { answers: { sub: refused('E_HTTP') } });
    expect(stepOf(failed, 'mend')?.output).toBe('E_HTTP');
    const silent = await run(sketch);
    expect(stepOf(silent, 'mend')?.output).toBe('E_TIMEOUT');
    expect(silent.seconds).toBe(day);
  });
});

describe('what follows a failure', () => {
  const undo = { operation: 'request', input: { method: 'DELETE', url: 'https://vendor.test/x' } };
  const sketch: Sketch = {
    steps: {
      first: post({}, { undo }),
      each: {
        kind: 'loop',
        items: ['a', 'b'],
        steps: { inner: post({}, { undo }) },
        wires: wires('each:each -> inner'),
      },
      fails: get(),
    },
    wires: wires('hook -> first', 'first -> each', 'each -> fails'),
    settings: {
      onFailure: { notify: { connection: 'vendor', operation: 'get', input: { url: 'https://vendor.test/' } } },
    },
  };
  const writes = { first: answered({}), inner: answered({}) };
  const following = (rehearsal: Rehearsal): string[] => path(rehearsal).filter((line) => line.includes(':'));

  test('is played in its order, and changes nothing of the end', async () => {
    const standIns = standInsOf({
      ...writes,
      ...{ fails: refused('E_HTTP'), 'undo:inner@1': refused('E_HTTP'), 'undo:first': answered({ gone: true }) },
    });
    const rehearsal = await run(sketch, { standIns });
    expect(rehearsal).toMatchObject({ status: 'failed', error: { code: 'E_HTTP', stepId: 'fails' } });
    expect(following(rehearsal)).toEqual([
      'undo:inner@1 failed out',
      'undo:inner@0 succeeded out',
      'undo:first succeeded out',
      'failure:notify succeeded out',
    ]);
    const asked = standIns.asked.map(({ step }) => step);
    expect(asked).toEqual([
      ...['first', 'inner', 'inner', 'fails', 'undo:inner', 'undo:inner', 'undo:first', 'failure:notify'],
    ]);
    expect(stepOf(rehearsal, 'undo:first')).toMatchObject({
      ...{ from: 'recorded', input: undo.input, call: { connector: 'http', operation: 'request', effect: 'write' } },
    });
    // Nothing stood in for it: it counts as done, and the run has its end.
    expect(stepOf(rehearsal, 'failure:notify')).toMatchObject({ from: 'assumed' });
  });

  test('sees why the run failed: whoever is told, and the flow that would be started', async () => {
    const told: Sketch = {
      ...sketch,
      settings: {
        onFailure: {
          notify: {
            ...{ connection: 'vendor', operation: 'get' },
            input: { url: { handlebars: 'https://vendor.test/{{error.code}}/{{error.stepId}}' } },
          },
          flow: 'mender',
        },
      },
    };
    const rehearsal = await run(told, { answers: { ...writes, fails: refused('E_HTTP') }, body: { who: 'Jane' } });
    expect(stepOf(rehearsal, 'failure:notify')?.input).toEqual({ url: 'https://vendor.test/E_HTTP/fails' });
    expect(stepOf(rehearsal, 'failure:flow')).toMatchObject({
      status: 'succeeded',
      input: {
        error: { code: 'E_HTTP', stepId: 'fails' },
        run: { id: 'run' },
        trigger: { body: { who: 'Jane' } },
      },
    });
    expect(following(rehearsal).at(-1)).toBe('failure:flow succeeded out');
  });

  test('takes back by what the operation makes of what was sent and answered', async () => {
    const opal = (operation: string, input: object) => ({ kind: 'action', connection: 'access', operation, input });
    const group = '0a1b2c3d-0003-4000-8000-000000000009';
    const resources = [{ id: '0a1b2c3d-0002-4000-8000-000000000009' }];
    const access: Sketch = {
      steps: {
        ask: { ...opal('createRequest', { reason: 'On call', durationMinutes: 60, resources }), undo: 'auto' },
        change: { ...opal('updateGroup', { groupId: group, description: 'New' }), undo: 'auto' },
        fails: get(),
      },
      wires: wires('hook -> ask', 'ask -> change', 'change -> fails'),
    };
    const id = '0a1b2c3d-0004-4000-8000-000000000007';
    const rehearsal = await run(access, {
      answers: {
        ask: { from: 'recorded', output: { id } },
        change: { from: 'recorded', output: { name: 'Engineering', description: 'New' } },
        fails: refused('E_HTTP'),
      },
    });
    expect(stepOf(rehearsal, 'undo:ask')).toMatchObject({
      ...{ input: { requestId: id }, call: { connector: 'opal', operation: 'denyRequest' } },
    });
    expect(stepOf(rehearsal, 'undo:ask')).not.toHaveProperty('before');
    // Nobody has read what there was before: the catalogue's example stands in for it.
    expect(stepOf(rehearsal, 'undo:change')).toMatchObject({
      ...{ before: 'sample', call: { operation: 'updateGroup' } },
      input: { groupId: group, description: 'Engineering of the simulated company' },
    });
  });

  test('goes on where nobody knows what became of an undo', async () => {
    const lost = refused('E_OUTCOME_UNKNOWN');
    const rehearsal = await run(sketch, { answers: { ...writes, fails: refused('E_HTTP'), 'undo:inner@1': lost } });
    expect(following(rehearsal).slice(0, 2)).toEqual(['undo:inner@1 unknown out', 'undo:inner@0 succeeded out']);
    expect(rehearsal.status).toBe('failed');
  });

  test('is nothing where the run succeeds', async () => {
    const rehearsal = await run(sketch, { answers: { ...writes, fails: answered({}) } });
    expect(rehearsal.status).toBe('succeeded');
    expect(following(rehearsal)).toEqual([]);
  });

  test('is taken back of a cancelled run where the flow says so, unless who cancelled it said otherwise', async () => {
    const compensating: Sketch = {
      steps: { first: sketch.steps.first, pause: { kind: 'wait', seconds: day } },
      wires: wires('hook -> first', 'first -> pause'),
      settings: { compensate: 'onCancel' },
    };
    const cancelled = (compensate?: boolean) => {
      const cancel = { at: began + 1_000, ...(compensate === undefined ? {} : { compensate }) };
      return run(compensating, { standIns: standInsOf(writes, { cancel }) });
    };
    expect(following(await cancelled())).toEqual(['undo:first succeeded out']);
    expect(following(await cancelled(false))).toEqual([]);
  });
});

describe('pure steps', () => {
  const sketch: Sketch = {
    steps: {
      double: { kind: 'shape', output: { n: { jsonata: 'trigger.body.n * 2' } } },
      decide: { kind: 'branch', cases: [{ name: 'big', when: { jsonata: 'steps.double.output.n > 10' } }] },
      keep: { kind: 'filter', items: [1, 5, 9], when: { jsonata: 'item > trigger.body.least' } },
      answer: { kind: 'respond', status: 201, body: { jsonata: 'steps.keep.output' } },
      small: { kind: 'stop', outcome: 'fail', message: 'too small' },
    },
    wires: wires('hook -> double', 'double -> decide', 'decide:big -> keep', 'keep -> answer', 'decide:else -> small'),
  };

  test('give what a real run would give, with its answer', async () => {
    const rehearsal = await run(sketch, { body: { n: 21, least: 4 } });
    expect(path(rehearsal)).toEqual([
      'double succeeded out',
      'decide succeeded big',
      'keep succeeded out',
      'answer succeeded out',
    ]);
    expect(rehearsal).toMatchObject({ status: 'succeeded', response: { status: 201, body: [5, 9] }, error: null });
    expect(stepOf(rehearsal, 'small')).toMatchObject({ status: 'skipped' });
  });

  test('give what a call right after them reads', async () => {
    const standIns = standInsOf({ tell: answered({ id: 7 }) });
    await run(
      {
        steps: {
          who: { kind: 'shape', output: { name: { jsonata: 'trigger.body.name' } } },
          tell: post({ to: { jsonata: 'steps.who.output.name' } }),
        },
        wires: wires('hook -> who', 'who -> tell'),
      },
      { body: { name: 'Jane' }, standIns },
    );
    expect(standIns.asked.map(({ input }) => input)).toMatchObject([{ json: { to: 'Jane' } }]);
  });

  test('a stop ends the run with its outcome', async () => {
    const rehearsal = await run(sketch, { body: { n: 1 } });
    expect(rehearsal).toMatchObject({
      status: 'failed',
      outcome: 'too small',
      response: null,
      error: { code: 'E_STOP', message: 'too small', stepId: 'small' },
    });
  });

  test('an expression that fails ends the run with its place', async () => {
    const rehearsal = await run({
      steps: { bad: { kind: 'shape', title: 'Compute', output: { x: { jsonata: '$uppercase(5)' } } } },
      wires: wires('hook -> bad'),
    });
    expect(rehearsal).toMatchObject({ status: 'failed', error: { code: 'E_EXPR', stepTitle: 'Compute' } });
  });
});

describe('calls', () => {
  test('are answered by stand-ins, and their inputs and changes are told', async () => {
    const standIns = standInsOf({ who: answered({ name: 'Jane' }), tell: answered({ id: 7 }) });
    const rehearsal = await run(
      {
        steps: { who: get(), tell: post({ to: { jsonata: 'steps.who.output.body.name' } }) },
        wires: wires('hook -> who', 'who -> tell'),
      },
      { standIns },
    );
    expect(rehearsal.status).toBe('succeeded');
    expect(standIns.asked.map(({ step, input }) => [step, input])).toMatchObject([
      ['who', { url: 'https://vendor.test/x' }],
      ['tell', { json: { to: 'Jane' } }],
    ]);
    expect(stepOf(rehearsal, 'tell')).toMatchObject({
      from: 'recorded',
      call: { connector: 'http', operation: 'request', effect: 'write', item: '[]' },
    });
    expect(stepOf(rehearsal, 'tell')?.call?.changes).not.toEqual([]);
    expect(stepOf(rehearsal, 'who')?.call).toMatchObject({ effect: 'read', changes: [] });
  });

  test('without an answer stay under way, and what hangs on them does not begin', async () => {
    const rehearsal = await run({
      steps: { call: get(), after: { kind: 'shape', output: 1 }, beside: { kind: 'shape', output: 2 } },
      wires: wires('hook -> call', 'call -> after', 'hook -> beside'),
    });
    expect(rehearsal.status).toBe('waiting');
    expect(path(rehearsal)).toEqual(['beside succeeded out', 'call running']);
  });

  test('an input that the operation would refuse fails as it would, and nobody is asked', async () => {
    const standIns = standInsOf({ call: answered({}) });
    const rehearsal = await run(
      { steps: { call: get({ input: { url: { jsonata: 'trigger.body.url' } } }) }, wires: wires('hook -> call') },
      { standIns, body: { url: 5 } },
    );
    expect(rehearsal).toMatchObject({ status: 'failed', error: { code: 'E_INPUT', stepId: 'call' } });
    expect(standIns.asked).toEqual([]);
  });

  test('an input that holds a mask is shown with it and not refused', async () => {
    const rehearsal = await run(
      { steps: { call: get({ input: { url: { jsonata: 'trigger.body.url' } } }) }, wires: wires('hook -> call') },
      { answers: { call: answered({}) }, body: { url: `https://${mask}.test` } },
    );
    expect(rehearsal.status).toBe('succeeded');
    expect(stepOf(rehearsal, 'call')?.input).toEqual({ url: `https://${mask}.test` });
  });

  test('an error goes by the error port where one is wired, else it ends the run', async () => {
    const answers = { call: refused('E_HTTP') };
    const handled = await run(
      {
        steps: { call: get(), mend: { kind: 'shape', output: { jsonata: 'steps.call.error.code' } } },
        wires: wires('hook -> call', 'call:error -> mend'),
      },
      { answers },
    );
    expect(path(handled)).toEqual(['call failed error', 'mend succeeded out']);
    expect(stepOf(handled, 'mend')?.output).toBe('E_HTTP');
    const continued = await run(
      { steps: { call: get({ onError: 'continue' }) }, wires: wires('hook -> call') },
      { answers },
    );
    expect(path(continued)).toEqual(['call failed out']);
    const ended = await run({ steps: { call: get() }, wires: wires('hook -> call') }, { answers });
    expect(ended).toMatchObject({ status: 'failed', error: { code: 'E_HTTP', stepId: 'call' } });
  });

  test('one that may pass is tried again as often as the step says, and the clock jumps over the pauses', async () => {
    const retry = { attempts: 3, firstSeconds: 100, factor: 1, maxSeconds: 100 };
    const standIns = standInsOf({
      call: ({ attempt }) => (attempt < 3 ? refused('E_TIMEOUT', true) : answered({ at: attempt })),
    });
    const rehearsal = await run(
      { steps: { call: post({ at: { jsonata: '$now()' } }, { retry }) }, wires: wires('hook -> call') },
      { standIns },
    );
    expect(rehearsal).toMatchObject({ status: 'succeeded', seconds: 200 });
    expect(stepOf(rehearsal, 'call')).toMatchObject({ attempts: 3 });
    // What is repeated is what was sent first.
    expect(standIns.asked.map(({ input }) => (input as { json: unknown }).json)).toEqual(
      Array(3).fill({ at: '2026-03-01T08:00:00.000Z' }),
    );
    const inVain = await run(
      { steps: { call: get({ retry }) }, wires: wires('hook -> call') },
      { answers: { call: refused('E_TIMEOUT', true) } },
    );
    expect(inVain).toMatchObject({ status: 'failed', error: { code: 'E_TIMEOUT' } });
  });

  test('a write of which nobody knows what became goes by error if the step says so, else it counts as failed', async () => {
    const answers = { call: refused('E_OUTCOME_UNKNOWN') };
    const byError = await run(
      {
        steps: { call: post({}, { onUnknown: 'error' }), mend: { kind: 'shape', output: 1 } },
        wires: wires('hook -> call', 'call:error -> mend'),
      },
      { answers },
    );
    expect(path(byError)).toEqual(['call failed error', 'mend succeeded out']);
    const ended = await run({ steps: { call: post({}) }, wires: wires('hook -> call') }, { answers });
    expect(ended).toMatchObject({ status: 'failed', error: { code: 'E_OUTCOME_UNKNOWN' } });
  });
});

describe('loops', () => {
  const loop = (over: object = {}, body: object = { call: post({ id: { jsonata: 'item.id' } }) }): Sketch => ({
    steps: {
      each: {
        kind: 'loop',
        items: { jsonata: 'trigger.body.people' },
        key: { jsonata: 'item.id' },
        steps: body,
        wires: Object.keys(body).map((id) => ({ from: 'each', port: 'each', to: id })),
        ...over,
      },
      after: { kind: 'shape', output: { jsonata: 'steps.each.output' } },
    },
    wires: wires('hook -> each', 'each -> after'),
  });
  const people = [{ id: 'a' }, { id: 'b' }, { id: 'c' }];

  test('run their body for each item, which calls name by its key, and collect', async () => {
    const rehearsal = await run(loop({ collect: { jsonata: 'steps.call.output.body' }, concurrency: 2 }), {
      body: { people },
      answers: { call: (call) => answered(call.iteration) },
    });
    expect(stepOf(rehearsal, 'after')?.output).toEqual({ count: 3, failed: 0, items: ['0', '1', '2'] });
    expect(rehearsal.steps.flatMap(({ call }) => (call ? [call.item] : []))).toEqual(['["a"]', '["b"]', '["c"]']);
    expect(rehearsal.items.get('each@')).toEqual(people);
  });

  test('stop at the first item that fails, or go on', async () => {
    const answers: Answers = { 'call@1': refused('E_HTTP'), call: answered(1) };
    const stopped = await run(loop(), { body: { people }, answers });
    expect(stopped).toMatchObject({ status: 'failed', error: { code: 'E_ITEM', stepId: 'each' } });
    expect(path(stopped)).toEqual(['call@0 succeeded out', 'call@1 failed', 'each failed']);
    const on = await run(loop({ onItemError: 'continue' }), { body: { people }, answers });
    expect(stepOf(on, 'after')?.output).toMatchObject({ count: 3, failed: 1 });
  });

  test('stand inside each other', async () => {
    const inner = {
      kind: 'loop',
      items: { jsonata: 'item.tags' },
      key: { jsonata: 'item' },
      steps: { call: post({ tag: { jsonata: 'item' } }) },
      wires: wires('inner:each -> call'),
    };
    const rehearsal = await run(loop({}, { inner }), {
      body: {
        people: [
          { id: 'a', tags: ['x', 'y'] },
          { id: 'b', tags: ['z'] },
        ],
      },
      answers: { call: answered(1) },
    });
    expect(rehearsal.status).toBe('succeeded');
    expect(rehearsal.steps.flatMap(({ call, iteration }) => (call ? [`${iteration} ${call.item}`] : []))).toEqual([
      '0.0 ["a","x"]',
      '0.1 ["a","y"]',
      '1.0 ["b","z"]',
    ]);
  });
});

describe('order', () => {
  const sketch: Sketch = {
    steps: {
      slow: get(),
      quick: get(),
      first: { kind: 'shape', join: 'any', output: { jsonata: '$exists(steps.quick) ? "quick" : "slow"' } },
      both: { kind: 'shape', output: 2 },
    },
    wires: wires('hook -> slow', 'hook -> quick', 'slow -> first', 'quick -> first', 'slow -> both', 'quick -> both'),
  };

  test('is that of the answers: by their time, and by rank where that is the same', async () => {
    const byTime = await run(sketch, {
      answers: { slow: answered(1, { at: began + 2_000 }), quick: answered(1, { at: began + 1_000 }) },
    });
    expect(stepOf(byTime, 'first')?.output).toBe('quick');
    const byRank = await run(sketch, { answers: { slow: answered(1, { rank: 1 }), quick: answered(1, { rank: 2 }) } });
    expect(stepOf(byRank, 'first')?.output).toBe('slow');
    expect(path(byRank).at(-1)).toBe('both succeeded out');
  });

  test('a join goes on when one of its ways is dead', async () => {
    const rehearsal = await run({
      steps: {
        decide: { kind: 'branch', cases: [{ name: 'yes', when: { jsonata: 'false' } }] },
        left: { kind: 'shape', output: 1 },
        right: { kind: 'shape', output: 2 },
        both: { kind: 'shape', output: 3 },
      },
      wires: wires('hook -> decide', 'decide:yes -> left', 'decide:else -> right', 'left -> both', 'right -> both'),
    });
    expect(path(rehearsal)).toEqual(['decide succeeded else', 'right succeeded out', 'both succeeded out']);
  });
});

describe('waiting', () => {
  test('a wait of a month takes no time, and expressions see the later day', async () => {
    const rehearsal = await run({
      steps: { pause: { kind: 'wait', seconds: 30 * day }, after: { kind: 'shape', output: { jsonata: '$now()' } } },
      wires: wires('hook -> pause', 'pause -> after'),
    });
    expect(rehearsal).toMatchObject({ status: 'succeeded', seconds: 30 * day });
    expect(stepOf(rehearsal, 'after')?.output).toBe('2026-03-31T08:00:00.000Z');
  });

  const approval: Sketch = {
    steps: {
      ask: { kind: 'approval', approvers: ['role:admin'], show: { who: 'Jane' }, timeoutSeconds: 2 * day },
      done: { kind: 'shape', output: { jsonata: 'steps.ask.output.by' } },
      late: { kind: 'shape', output: 'late' },
    },
    wires: wires('hook -> ask', 'ask:approved -> done', 'ask:timeout -> late'),
  };

  test('an approval is decided by a stand-in, and the steps after it see the decision', async () => {
    const standIns = standInsOf({}, { decide: () => ({ from: 'given', port: 'approved', output: { by: 'Ann' } }) });
    const rehearsal = await run(approval, { standIns });
    expect(path(rehearsal)).toEqual(['ask succeeded approved', 'done succeeded out']);
    expect(stepOf(rehearsal, 'done')?.output).toBe('Ann');
    expect(stepOf(rehearsal, 'ask')).toMatchObject({ from: 'given', input: { needed: 1, show: { who: 'Jane' } } });
  });

  test('one that nobody decides times out, or waits where it has no end', async () => {
    const late = await run(approval);
    expect(path(late)).toEqual(['ask succeeded timeout', 'late succeeded out']);
    expect(late.seconds).toBe(2 * day);
    const { timeoutSeconds: _, ...endless } = approval.steps.ask as Record<string, unknown>;
    const open = await run({ ...approval, steps: { ...approval.steps, ask: endless } });
    expect(open.status).toBe('waiting');
    expect(stepOf(open, 'ask')).toMatchObject({ status: 'waiting' });
  });

  test('a wait for an event takes what a stand-in gives for the delivery, or times out', async () => {
    const event = { event: 'hook', key: '/body/id', equals: { jsonata: 'trigger.body.id' } };
    const awaiting: Sketch = {
      steps: {
        told: { kind: 'wait', event, timeoutSeconds: day },
        done: { kind: 'shape', output: { jsonata: 'steps.told.output.body.state' } },
      },
      wires: wires('hook -> told', 'told -> done'),
    };
    const body = { id: 'OPS-1' };
    const delivery = { method: 'POST', body: { state: 'closed' } };
    const standIns = standInsOf({}, { decide: () => ({ from: 'recorded', port: 'out', output: delivery }) });
    const arrived = await run(awaiting, { standIns, body });
    expect(path(arrived)).toEqual(['told succeeded out', 'done succeeded out']);
    expect(stepOf(arrived, 'done')?.output).toBe('closed');
    expect(stepOf(arrived, 'told')).toMatchObject({ from: 'recorded', input: { ...event, equals: 'OPS-1' } });
    const silent = await run(awaiting, { body });
    expect(path(silent)).toEqual(['told succeeded timeout']);
    expect(silent.seconds).toBe(day);
  });

  test('a person who ends the run does so at that time', async () => {
    const standIns = standInsOf({ call: { from: 'recorded', cancelled: true, at: began + 6_000 } });
    const rehearsal = await run(
      {
        steps: { call: get(), pause: { kind: 'wait', seconds: day }, after: { kind: 'shape', output: 1 } },
        wires: wires('hook -> call', 'hook -> pause', 'call -> after'),
      },
      { standIns: { ...standIns, cancel: { at: began + 5_000 } } },
    );
    expect(rehearsal).toMatchObject({ status: 'cancelled', seconds: 6 });
    expect(path(rehearsal).sort()).toEqual(['call cancelled', 'pause cancelled']);
  });
});

describe('limits', () => {
  const endless: Sketch = {
    steps: {
      each: {
        kind: 'loop',
        items: { jsonata: '[1..500]' },
        steps: { note: { kind: 'shape', output: { jsonata: 'item' } } },
        wires: wires('each:each -> note'),
      },
    },
    wires: wires('hook -> each'),
  };

  test('past so many steps, or so much time, the rehearsal ends with a named error', async () => {
    await expect(run(endless, { limits: { steps: 50 } })).rejects.toMatchObject({ code: 'E_LIMIT' });
    await expect(run(endless, { limits: { milliseconds: 0 } })).rejects.toMatchObject({ code: 'E_LIMIT' });
    await expect(run(endless, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'E_CANCELLED' });
  });

  test('other work of the process goes on meanwhile', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await run(endless);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
  });
});
