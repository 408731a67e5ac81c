import { type FlowTest, flowTestSchema } from '@castellan/flow';
import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleHost, removeHost } from '../../test/expression-host.js';
import { wires } from '../../test/harness/flows.js';
import { get, post, type Sketch, versionOf } from '../../test/rehearsal-kit.js';
import { ExpressionHost } from '../expressions/expression-host.js';
import { mask } from '../platform/masking.js';
import type { RecordedRun, RecordedStep } from '../rehearsal/recorded-run.js';
import { playTests } from './play-test.js';
import { testOfRun } from './test-of-run.js';

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

const day = 86_400;

/** A leaver: looked up, asked for, then each grant is revoked after a month. */
const leaver: Sketch = {
  steps: {
    person: get({ title: 'Look up', input: { url: { handlebars: 'https://vendor.test/{{trigger.body.who}}' } } }),
    ask: {
      kind: 'approval',
      title: 'Revoke?',
      approvers: ['role:admin'],
      show: { jsonata: 'steps.person.output.body.name' },
      timeoutSeconds: 2 * day,
    },
    pause: { kind: 'wait', seconds: 30 * day },
    each: {
      kind: 'loop',
      items: { jsonata: 'steps.person.output.body.grants' },
      key: { jsonata: 'item' },
      steps: { revoke: post({ grant: { jsonata: 'item' } }, { title: 'Revoke' }) },
      wires: wires('each:each -> revoke'),
    },
    tell: post({ text: { jsonata: '"Done at " & $now()' } }, { title: 'Tell' }),
    sorry: { kind: 'stop', title: 'Sorry', outcome: 'fail', message: 'nobody said yes' },
  },
  wires: wires(
    ...['hook -> person', 'person -> ask', 'ask:approved -> pause', 'pause -> each', 'each -> tell'],
    ...['ask:rejected -> sorry', 'ask:timeout -> sorry'],
  ),
};
const answer = (body: unknown) => ({ status: 200, headers: {}, body: body as string });
const person = { step: 'person', output: answer({ name: 'Jane', grants: ['a', 'b'] }) };
const trigger = { id: 'hook', body: { who: 'jane' } };

const play = async (test: Partial<FlowTest>, sketch = leaver) => {
  const whole = flowTestSchema.parse({ name: 'a case', trigger, expect: {}, ...test });
  const report = await playTests({ expressions, version: versionOf(sketch), tests: [{ id: null, test: whole }] });
  return { ...report, result: report.results[0]! };
};
const messages = async (test: Partial<FlowTest>) => (await play(test)).result.failures.map(({ message }) => message);

describe('a test case', () => {
  test('passes when the flow goes its way, calls what is expected, and waits a month in no time', async () => {
    const { result, passed } = await play({
      answers: [person, { step: 'ask', port: 'approved', output: { by: 'Ann' } }],
      run: { startedAt: '2026-03-01T08:00:00Z' },
      expect: {
        status: 'succeeded',
        steps: { ask: { port: 'approved' }, revoke: { status: 'succeeded', times: 2 }, sorry: 'skipped' },
        calls: [
          { step: 'revoke', iteration: '1', input: { json: { grant: 'b' } } },
          { connector: 'http', operation: 'request', times: 3 },
          { step: 'tell', input: { json: { text: 'Done at 2026-03-31T08:00:00.000Z' } }, times: 1 },
        ],
      },
    });
    expect(result).toMatchObject({ passed: true, failures: [], status: 'succeeded', seconds: 30 * day });
    expect(passed).toBe(1);
    expect(result.notes).toEqual([
      'Revoke got the example of the catalogue for an answer.',
      'Tell got the example of the catalogue for an answer.',
    ]);
  });

  test('says of each expectation what came in its place', async () => {
    const answers = [person, { step: 'ask', port: 'approved' }];
    expect(await messages({ answers, expect: { status: 'failed' } })).toEqual([
      'The run was to be failed and was succeeded',
    ]);
    expect(
      await messages({ answers, expect: { steps: { sorry: 'succeeded', person: 'skipped', revoke: { times: 1 } } } }),
    ).toEqual([
      'Sorry was to run and was skipped',
      'Look up was to be skipped and ran',
      'Revoke was to run once and ran 2 times',
    ]);
    expect(await messages({ answers, expect: { steps: { ask: { port: 'rejected' }, gone: 'succeeded' } } })).toEqual([
      'Revoke? was to be by rejected and was succeeded by approved',
      'The flow has no step gone',
    ]);
    const calls = [
      { step: 'tell', input: { json: { text: 'x' } } },
      { step: 'revoke', times: 0 },
    ];
    expect(await messages({ answers, expect: { calls } })).toEqual([
      'Tell was called with another input at /json/text',
      'Revoke was to be called not at all and was called 2 times',
    ]);
  });

  test('an approval without an answer times out', async () => {
    const { result } = await play({
      answers: [person],
      expect: { outcome: 'nobody said yes', steps: { ask: { port: 'timeout' } } },
    });
    expect(result).toMatchObject({ passed: true, status: 'failed', seconds: 2 * day });
  });

  test('an error is tried again as the step says, and answers come one after another', async () => {
    const retry = { attempts: 2, firstSeconds: 1, factor: 1, maxSeconds: 1 };
    const sketch: Sketch = { steps: { call: get({ retry }) }, wires: wires('hook -> call') };
    const timeout = { step: 'call', error: { code: 'E_TIMEOUT' } };
    const second = await play(
      { answers: [timeout, { step: 'call', output: answer(1) }], expect: { status: 'succeeded' } },
      sketch,
    );
    expect(second.result).toMatchObject({ passed: true, steps: [{ attempts: 2 }] });
    const never = await play({ answers: [timeout], expect: { error: { code: 'E_TIMEOUT', step: 'call' } } }, sketch);
    expect(never.result).toMatchObject({ passed: true, steps: [{ attempts: 2, status: 'failed' }] });
  });

  test('of a trigger, or with answers, that the flow no longer has says so', async () => {
    const gone = await play({ trigger: { id: 'other' } });
    expect(gone.result.failures).toMatchObject([{ message: 'The flow has no trigger other' }]);
    const stray = await play({ answers: [person, { step: 'renamed', output: 1 }] });
    expect(stray.result.notes).toContain('It answers the step renamed, which the flow does not have.');
  });

  test('that takes too long fails alone', async () => {
    const tests = [{ id: null, test: flowTestSchema.parse({ name: 'late', trigger, expect: {} }) }];
    const report = await playTests({ expressions, version: versionOf(leaver), tests, milliseconds: 0 });
    expect(report).toMatchObject({ failed: 1, results: [{ failures: [{ message: /took longer/ }] }] });
  });
});

describe('coverage', () => {
  test('names the steps and ports that no test case reaches', async () => {
    const { coverage } = await play({ answers: [person, { step: 'ask', port: 'approved' }] });
    expect(coverage).toEqual({
      reached: 7,
      of: 10,
      steps: ['sorry'],
      ports: [
        { stepId: 'ask', port: 'rejected' },
        { stepId: 'ask', port: 'timeout' },
      ],
    });
  });
});

describe('what follows a failure', () => {
  const onFailure = { notify: { connection: 'vendor', operation: 'get', input: { url: 'https://vendor.test/' } } };
  const undo = { operation: 'request', input: { method: 'DELETE', url: 'https://vendor.test/x' } };
  const sketch: Sketch = {
    steps: { grant: post({}, { title: 'Grant', undo }), check: get({ title: 'Check' }) },
    wires: wires('hook -> grant', 'grant -> check'),
    settings: { onFailure },
  };
  const refused = { step: 'check', error: { code: 'E_HTTP' } };

  test('is played, expected and answered as the steps of the flow are', async () => {
    const { result } = await play(
      {
        answers: [refused, { step: 'undo:grant', error: { code: 'E_HTTP', retryable: false } }],
        expect: {
          status: 'failed',
          steps: { 'undo:grant': 'failed', 'failure:notify': 'succeeded' },
          calls: [{ step: 'undo:grant', input: { method: 'DELETE' }, times: 1 }],
        },
      },
      sketch,
    );
    expect(result).toMatchObject({ passed: true, failures: [] });
    expect(result.steps.map(({ stepId }) => stepId)).toEqual(['grant', 'check', 'undo:grant', 'failure:notify']);
  });

  test('fails a case by its title where it goes otherwise', async () => {
    const { result } = await play({ answers: [refused], expect: { steps: { 'undo:grant': 'skipped' } } }, sketch);
    expect(result.failures).toMatchObject([{ stepId: 'undo:grant', message: 'Undo: Grant was to be skipped and ran' }]);
  });

  test('counts for coverage, but for what is only taken back when a person ends the run', async () => {
    const all = await play({ answers: [refused] }, sketch);
    expect(all.coverage).toMatchObject({ reached: 4, of: 4, steps: [] });
    const none = await play({}, sketch);
    expect(none.coverage).toMatchObject({ reached: 2, of: 4, steps: ['undo:grant', 'failure:notify'] });
    const never = await play({}, { ...sketch, settings: { onFailure, compensate: 'onCancel' } });
    expect(never.coverage).toMatchObject({ of: 3, steps: ['failure:notify'] });
  });
});

describe('a run that is saved as a test case', () => {
  const row = (over: Partial<RecordedStep>): RecordedStep => ({
    ...{ step: '', iteration: '', kind: 'action', status: 'succeeded', port: 'out', input: null, output: null },
    ...{ error: null, endedAt: 1, seq: 1 },
    ...over,
  });
  const run = (over: Partial<RecordedRun> = {}): RecordedRun => ({
    facts: {
      ...{ id: 'r', workspaceId: 'w', flowId: 'f', flowName: 'A flow', versionId: 'v', version: 4, mode: 'live' },
      ...{ rootId: 'r', triggerId: 'hook', triggerData: trigger, startedAt: '2026-03-01T08:00:00.000Z' },
    },
    ...{
      status: 'succeeded',
      error: null,
      outcome: null,
      response: null,
      businessKey: null,
      createdAt: '',
      cancelledAt: null,
      compensate: null,
    },
    steps: [
      row({ step: 'person', output: person.output, input: { url: 'https://vendor.test/jane' } }),
      row({ step: 'ask', kind: 'approval', port: 'approved', output: { port: 'approved', by: 'Ann' } }),
      row({ step: 'pause', kind: 'wait' }),
      row({
        step: 'revoke',
        iteration: '0',
        input: { json: { grant: 'a', token: mask } },
        output: answer({ ok: true }),
      }),
      row({ step: 'revoke', iteration: '1', input: { json: { grant: 'b' } }, output: answer({ ok: true }) }),
      row({ step: 'each', kind: 'loop', output: { count: 2 } }),
      row({
        step: 'tell',
        input: { json: { text: 'Done at 2026-03-31T08:00:00.000Z' } },
        output: answer({ ok: true }),
      }),
    ],
    ...over,
  });
  const saved = (from = run()) => testOfRun(from, versionOf(leaver), { name: 'Jane', url: 'https://here.test/r' });

  test('holds what started it, what it was answered and how it went, and passes', async () => {
    const made = flowTestSchema.parse(JSON.parse(JSON.stringify(saved())));
    expect(made.answers?.map(({ step, iteration }) => [step, iteration])).toEqual([
      ['person', undefined],
      ['ask', undefined],
      ['revoke', '0'],
      ['revoke', '1'],
      ['tell', undefined],
    ]);
    expect(made.expect).toMatchObject({
      status: 'succeeded',
      steps: {
        ask: { status: 'succeeded', port: 'approved' },
        revoke: { status: 'succeeded', times: 2 },
        sorry: 'skipped',
      },
      calls: [{ step: 'revoke', iteration: '0', times: 1 }, { step: 'revoke', iteration: '1' }, { step: 'tell' }],
    });
    const { result } = await play(made);
    expect(result).toMatchObject({ passed: true, failures: [], notes: [] });
  });

  test('leaves open what was masked', () => {
    expect(saved().expect.calls?.[0]).toMatchObject({ input: { json: { grant: 'a' } } });
    expect(JSON.stringify(saved().expect)).not.toContain(mask);
  });

  test('expects of a call that its own input failed nothing of the world', () => {
    const error = { code: 'E_INPUT', message: 'url: wrong', retryable: false };
    const made = saved(
      run({ status: 'failed', error, steps: [row({ step: 'person', status: 'failed', port: null, error })] }),
    );
    expect(made.answers).toEqual([]);
    expect(made.expect).toMatchObject({ status: 'failed', error: { code: 'E_INPUT' }, steps: { person: 'failed' } });
  });

  test('holds what followed its failure, and passes', async () => {
    const undo = { operation: 'request', input: { method: 'DELETE', url: 'https://vendor.test/x' } };
    const sketch: Sketch = {
      steps: { grant: post({}, { undo }), check: get() },
      wires: wires('hook -> grant', 'grant -> check'),
    };
    const error = { code: 'E_HTTP', message: 'no', retryable: false };
    const failed = run({
      ...{ status: 'failed', error },
      steps: [
        row({ step: 'grant', input: { method: 'POST', url: 'https://vendor.test/x', json: {} }, output: answer(1) }),
        row({ step: 'check', status: 'failed', port: null, input: { url: 'https://vendor.test/x' }, error }),
        row({ step: 'undo:grant', status: 'failed', port: 'out', input: undo.input, error }),
      ],
    });
    const made = flowTestSchema.parse(testOfRun(failed, versionOf(sketch), { name: 'Jane', url: '' }));
    expect(made.expect).toMatchObject({
      steps: { 'undo:grant': 'failed' },
      calls: [{ step: 'grant' }, { step: 'undo:grant', input: undo.input, times: 1 }],
    });
    expect((await play(made, sketch)).result).toMatchObject({ passed: true, failures: [], notes: [] });
  });

  test('cannot be a run that was cancelled', () => {
    expect(() => saved(run({ status: 'cancelled' }))).toThrow('cancelled');
  });
});
