import { flowRoutes, flowTestRoutes, type Shadow, type ShadowRun, shadowRoutes } from '@castellan/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiClient } from './api-client.js';
import { deliver, endOf, type FlowSketch, publishFlow, readRun, until, wires } from './harness/flows.js';
import type { Session } from './harness/index.js';
import { type Stack, startStack } from './harness/stack.js';
import type { Vendor } from './harness/vendor.js';
import { recordedRuns } from './recorded-runs.js';

let stack: Stack;
let vendor: Vendor;
let admin: Session;
let api: ApiClient;
let connection: string;

beforeAll(async () => {
  stack = await startStack({ servers: 'one' });
  ({ vendor, admin } = stack);
  api = ApiClient.of(stack.api, admin);
  connection = stack.connections.vendor;
});

afterAll(async () => {
  await stack?.stop();
});

/** Tries a version on the flow's last runs and waits until all have been looked at. */
async function tryOn(flowId: string, body: object = {}): Promise<{ shadow: Shadow; runs: ShadowRun[] }> {
  const started = await api.ok(shadowRoutes.start, { params: { id: flowId }, body });
  const shadow = await until('the end of the trial', async () => {
    const found = await api.ok(shadowRoutes.get, { params: { id: started.id } });
    return found.status !== 'running' && found;
  });
  const { items } = await api.ok(shadowRoutes.runs, { params: { id: started.id } });
  return { shadow, runs: items };
}

async function start(url: string | undefined, body: unknown): Promise<string> {
  const answer = await deliver(url ?? '', body);
  expect(answer.status).toBe(202);
  return answer.body.runId as string;
}

describe('a run of the real engine', () => {
  // One vendor scripts paths by name, and the cases use some of them twice.
  test.each(Object.entries(recordedRuns))('%s: its own version would do the same again', async (_, make) => {
    const runId = await make({ admin, vendor, connection, endCarrier: async () => undefined });
    const run = await readRun(admin, runId);
    const { shadow, runs } = await tryOn(run.flowId, { version: run.version, last: 1 });
    expect(runs).toMatchObject([{ runId, status: run.status, verdict: 'same', deviation: null }]);
    expect(runs[0]?.gaps).toEqual([]);
    expect(shadow).toMatchObject({
      ...{ status: 'done', total: 1, done: 1, counts: { same: 1, different: 0, failed: 0 } },
      sentence: 'The one run would do the same.',
    });
  });
});

describe('a draft tried on the last runs', () => {
  const action = (operation: string, input: object) => ({ kind: 'action', connection: 'vendor', operation, input });
  const lookUp = () => action('get', { url: { handlebars: `${vendor.url}/people/{{trigger.body.who}}` } });
  const tell = (text: object) => action('request', { method: 'POST', url: `${vendor.url}/tell`, json: { text } });
  const revoke = () =>
    action('request', { method: 'DELETE', url: { handlebars: `${vendor.url}/access/{{trigger.body.who}}` } });
  const sketch = (): FlowSketch => ({
    name: 'Leaver',
    connections: { vendor: { connector: 'http', title: 'Vendor', id: connection } },
    triggers: { hook: { kind: 'webhook' } },
    steps: {
      person: { title: 'Look the person up', ...lookUp() },
      decide: {
        kind: 'branch',
        title: 'Still here?',
        cases: [{ name: 'gone', when: { jsonata: 'steps.person.output.body.left' } }],
      },
      tell: { title: 'Tell security', ...tell({ handlebars: 'Left: {{steps.person.output.body.name}}' }) },
      sum: { kind: 'shape', title: 'Sum up', output: { jsonata: '$now()' } },
    },
    wires: wires('hook -> person', 'person -> decide', 'decide:gone -> tell', 'tell -> sum'),
  });

  let flowId: string;
  let revision: number;

  /** Saves another draft of the flow. */
  async function draft(change: (flow: FlowSketch) => void): Promise<void> {
    const flow = structuredClone(sketch());
    change(flow);
    const saved = await api.ok(flowRoutes.save, {
      params: { id: flowId },
      body: { draft: { schema: 1, ...flow } },
      headers: { 'if-match': String(revision) },
    });
    revision = saved.revision;
  }

  beforeAll(async () => {
    for (const [who, left] of Object.entries({ ann: true, bob: false, cy: true })) {
      vendor.script(`/people/${who}`, () => ({ body: { name: who, left } }));
    }
    const { id, hooks, detail } = await publishFlow(admin, sketch());
    flowId = id;
    revision = detail.revision;
    for (const who of ['ann', 'bob', 'cy']) await endOf(admin, await start(hooks.hook, { who }));
  });

  test('that is the same would do the same, though its expressions ask for the time', async () => {
    const { shadow } = await tryOn(flowId);
    expect(shadow).toMatchObject({ version: null, revision, sentence: 'All 3 runs would do the same.' });
  });

  test('tells of a new write, for which the example of the catalogue stands in, and calls nothing', async () => {
    await draft((flow) => {
      flow.steps.revoke = { title: 'Revoke access', ...revoke() };
      flow.wires.push(...wires('sum -> revoke'));
    });
    const calls = vendor.requests.length;
    const { shadow, runs } = await tryOn(flowId, { last: 50 });
    expect(vendor.requests).toHaveLength(calls);
    expect(shadow.sentence).toBe('1 of 3 runs would do the same; 2 would also call Revoke access.');
    expect(runs.map(({ verdict }) => verdict)).toEqual(['different', 'same', 'different']);
    expect(runs[0]).toMatchObject({
      differences: [{ kind: 'call', change: 'new', stepId: 'revoke', effect: 'write' }],
      gaps: [{ stepId: 'revoke', used: 'sample' }],
    });
    const detail = await api.ok(shadowRoutes.run, { params: { id: shadow.id, run: runs[0]?.runId ?? '' } });
    expect(detail.steps[0]).toMatchObject({
      stepId: 'revoke',
      same: false,
      before: null,
      after: { input: { method: 'DELETE', url: `${vendor.url}/access/cy` } },
    });
    expect(detail.stepCount).toBe(5);
  });

  test('tells of inputs that change, both of them, and of writes that are gone', async () => {
    await draft((flow) => {
      flow.steps.tell = { title: 'Tell security', ...tell({ handlebars: 'Gone: {{steps.person.output.body.name}}' }) };
    });
    const changed = await tryOn(flowId);
    expect(changed.shadow.sentence).toBe('1 of 3 runs would do the same; 2 would call Tell security with other input.');
    const detail = await api.ok(shadowRoutes.run, {
      params: { id: changed.shadow.id, run: changed.runs[2]?.runId ?? '' },
    });
    expect(detail.differences).toMatchObject([
      { kind: 'input', masked: false, before: { json: { text: 'Left: ann' } }, after: { json: { text: 'Gone: ann' } } },
    ]);
    await draft((flow) => {
      flow.wires = flow.wires.filter(({ from }) => from !== 'decide');
      flow.wires.push(...wires('decide:else -> tell'));
    });
    const turned = await tryOn(flowId);
    expect(turned.shadow.sentence).toBe(
      'None of 3 runs would do the same; 2 would not call Tell security, 1 would also call Tell security.',
    );
  });

  test('says when a run would not even begin, or end in another way', async () => {
    await draft((flow) => {
      flow.triggers = { other: { kind: 'webhook' } };
      flow.wires[0] = { from: 'other', port: 'out', to: 'person' };
    });
    expect((await tryOn(flowId)).shadow.sentence).toBe('None of 3 runs would do the same; 3 would not start.');
    await draft((flow) => {
      flow.steps.end = { kind: 'stop', title: 'Give up', outcome: 'fail', message: 'no' };
      flow.wires.push(...wires('decide:else -> end'));
    });
    expect((await tryOn(flowId, { filter: { status: 'succeeded' } })).shadow.sentence).toBe(
      '2 of 3 runs would do the same; 1 would fail (no).',
    );
  });

  test('plays what would follow a failure, with its input, and calls nothing', async () => {
    await draft((flow) => {
      const undo = { operation: 'request', input: { method: 'DELETE', url: `${vendor.url}/tell` } };
      flow.steps.tell = {
        title: 'Tell security',
        ...tell({ handlebars: 'Left: {{steps.person.output.body.name}}' }),
        undo,
      };
      flow.steps.end = { kind: 'stop', title: 'Give up', outcome: 'fail', message: 'no' };
      flow.wires.push(...wires('sum -> end'));
    });
    const calls = vendor.requests.length;
    const { shadow, runs } = await tryOn(flowId);
    expect(vendor.requests).toHaveLength(calls);
    expect(runs[0]).toMatchObject({
      sentence: expect.stringContaining('would also take back Tell security'),
      gaps: [{ stepId: 'undo:tell', title: 'Undo: Tell security', used: 'sample' }],
    });
    const detail = await api.ok(shadowRoutes.run, { params: { id: shadow.id, run: runs[0]?.runId ?? '' } });
    expect(detail.steps.find(({ stepId }) => stepId === 'undo:tell')).toMatchObject({
      ...{ title: 'Undo: Tell security', before: null },
      after: { status: 'succeeded', input: { method: 'DELETE', url: `${vendor.url}/tell` } },
    });
  });

  test('is not tried when it could not be published, or on runs that have not ended', async () => {
    await draft((flow) => {
      flow.wires.push(...wires('tell -> nowhere'));
    });
    expect(await api.refused(shadowRoutes.start, { params: { id: flowId }, body: {} })).toMatchObject({ status: 422 });
    const body = { version: 1, filter: { status: 'running' } };
    expect(await api.refused(shadowRoutes.start, { params: { id: flowId }, body })).toMatchObject({ status: 400 });
    const unknown = { version: 9 };
    expect(await api.refused(shadowRoutes.start, { params: { id: flowId }, body: unknown })).toMatchObject({
      status: 404,
    });
  });

  test('is kept, and can be removed', async () => {
    const { items } = await api.ok(shadowRoutes.list, { params: { id: flowId } });
    expect(items.length).toBeGreaterThan(4);
    const id = items[0]?.id ?? '';
    await api.ok(shadowRoutes.remove, { params: { id } });
    expect(await api.refused(shadowRoutes.get, { params: { id } })).toMatchObject({ status: 404 });
  });
});

describe('a flow test', () => {
  const sketch = (text: string): FlowSketch => ({
    name: 'Greeter',
    connections: { vendor: { connector: 'http', title: 'Vendor', id: connection } },
    triggers: { hook: { kind: 'webhook', respond: 'end' } },
    steps: {
      who: { kind: 'action', connection: 'vendor', operation: 'get', input: { url: `${vendor.url}/who` } },
      pause: { kind: 'wait', seconds: 1 },
      tell: {
        kind: 'action',
        title: 'Tell',
        connection: 'vendor',
        operation: 'request',
        input: { method: 'POST', url: `${vendor.url}/tell`, json: { text: { handlebars: text } } },
      },
      reply: { kind: 'respond', status: 201, body: { jsonata: 'steps.who.output.body' } },
    },
    wires: wires('hook -> who', 'who -> pause', 'pause -> tell', 'tell -> reply'),
  });
  const hello = 'Hello {{steps.who.output.body.name}}, your run is {{run.url}}';

  let flowId: string;
  let revision: number;

  const params = <More extends object>(more?: More) => ({ params: { id: flowId, ...(more as More) } });
  const save = async (text: string, settings: object = {}): Promise<void> => {
    const body = { draft: { schema: 1, ...sketch(text), settings } };
    const headers = { 'if-match': String(revision) };
    revision = (await api.ok(flowRoutes.save, { ...params(), body, headers })).revision;
  };
  const publish = () =>
    api.send(flowRoutes.publish, { ...params(), body: {}, headers: { 'if-match': String(revision) } });

  test('is made of a run and passes, with nothing called', async () => {
    vendor.script('/who', () => ({ body: { name: 'Jane' } }));
    const { id, hooks, detail } = await publishFlow(admin, sketch(hello));
    flowId = id;
    revision = detail.revision;
    await deliver(hooks.hook ?? '', { a: 1 });
    const { items } = (await admin.inWorkspace<{ items: { id: string }[] }>('GET', `/runs?flowId=${id}`)).body;
    const runId = items[0]?.id ?? '';
    const made = await api.ok(flowTestRoutes.fromRun, { ...params(), body: { runId } });
    expect(made).toMatchObject({ runId, lastResult: null, test: { expect: { status: 'succeeded' } } });
    const again = await api.ok(flowTestRoutes.fromRun, { ...params(), body: { runId } });
    expect(again.name).toBe(`${made.name} 2`);
    await api.ok(flowTestRoutes.remove, params({ test: again.id }));
    const calls = vendor.requests.length;
    const report = await api.ok(flowTestRoutes.play, { ...params(), body: {} });
    expect(report).toMatchObject({ passed: 1, failed: 0, coverage: { reached: 4, of: 4 } });
    expect(report.results[0]).toMatchObject({ id: made.id, failures: [], notes: [], seconds: expect.any(Number) });
    expect(vendor.requests).toHaveLength(calls);
    const stored = await api.ok(flowTestRoutes.list, params());
    expect(stored.items).toMatchObject([{ id: made.id, lastResult: { passed: true, failures: 0, revision } }]);
  });

  test('is changed by hand, under a name of its own, and refused with the place of what is wrong', async () => {
    const { test: first } = (await api.ok(flowTestRoutes.list, params())).items[0]!;
    const second = await api.ok(flowTestRoutes.create, { ...params(), body: { test: { ...first, name: 'Second' } } });
    const named = (name: string) => ({ ...params({ test: second.id }), body: { test: { ...first, name } } });
    expect(await api.refused(flowTestRoutes.save, named(first.name))).toMatchObject({ status: 409 });
    expect(await api.ok(flowTestRoutes.save, named('Renamed'))).toMatchObject({ name: 'Renamed', lastResult: null });
    const wrong = { ...first, expect: { steps: { tell: 'sung' } } };
    expect(await api.refused(flowTestRoutes.create, { ...params(), body: { test: wrong } })).toMatchObject({
      ...{ status: 400, code: 'invalid_input', details: { problems: [{ pointer: '/test/expect/steps/tell' }] } },
    });
    await api.ok(flowTestRoutes.remove, params({ test: second.id }));
  });

  test('fails by what differs, and stands in the way of a publish only where the flow says so', async () => {
    await save(hello.replace('Hello', 'Goodbye'));
    const { results, failed } = await api.ok(flowTestRoutes.play, { ...params(), body: {} });
    expect(failed).toBe(1);
    expect(results[0]?.failures).toMatchObject([
      {
        stepId: 'tell',
        message: 'Tell was called with another input at /json/text',
        actual: expect.stringMatching(/^Goodbye Jane/),
      },
    ]);
    await save(hello.replace('Hello', 'Goodbye'), { failingTests: 'refuse' });
    expect(await publish()).toMatchObject({ status: 422, body: { code: 'tests_failed' } });
    await save(hello.replace('Hello', 'Goodbye'), { failingTests: 'warn' });
    expect(await publish()).toMatchObject({ status: 201, body: { published: 2 } });
    const { body } = await admin.inWorkspace<{ items: { action: string; after: unknown }[] }>('GET', '/audit');
    expect(body.items.find(({ action }) => action === 'flow.publish')?.after).toMatchObject({
      tests: { passed: 0, failed: 1 },
    });
  });

  test('takes what happens now for right where a person says so, of the draft that they looked at', async () => {
    const { items } = await api.ok(flowTestRoutes.list, params());
    const id = items[0]?.id ?? '';
    const accept = (of: number) => ({ ...params({ test: id }), body: { revision: of } });
    expect(await api.refused(flowTestRoutes.accept, accept(revision - 1))).toMatchObject({ status: 409 });
    const { test: accepted } = await api.ok(flowTestRoutes.accept, accept(revision));
    expect(accepted.expect.calls).toMatchObject([{ input: { json: { text: expect.stringMatching(/^Goodbye/) } } }]);
    const report = await api.ok(flowTestRoutes.play, { ...params(), body: { tests: [id] } });
    expect(report).toMatchObject({ revision, passed: 1, failed: 0 });
  });

  test('of a file is played without the flow, its connections or anything being there', async () => {
    const { flow, tests } = await api.ok(flowRoutes.export, params());
    const { items: before } = await api.ok(flowRoutes.list, {});
    const report = await api.ok(flowTestRoutes.playFile, { body: { flow, tests } });
    expect(report).toMatchObject({ revision: null, passed: 1, results: [{ id: null, failures: [] }] });
    const wrong = await api.refused(flowTestRoutes.playFile, { body: { flow, tests: [{ name: 'no case' }] } });
    expect(wrong).toMatchObject({ status: 400, details: { problems: [{ pointer: '/tests/0/trigger' }, {}] } });
    expect((await api.ok(flowRoutes.list, {})).items).toHaveLength(before.length);
  });

  test('leaves with the flow as a file and comes in with it, or the whole is refused', async () => {
    const file = await api.ok(flowRoutes.export, params());
    expect(file.tests).toHaveLength(1);
    expect(file.flow).not.toHaveProperty('tests');
    const copy = await api.ok(flowRoutes.import, { body: file });
    const { items } = await api.ok(flowTestRoutes.list, { params: { id: copy.id } });
    expect(items.map(({ test: one }) => one)).toEqual(file.tests);
    const { items: before } = await api.ok(flowRoutes.list, {});
    const bad = { ...file, tests: [...file.tests, { name: 'no case' }] };
    expect(await api.refused(flowRoutes.import, { body: bad })).toMatchObject({ status: 400 });
    expect((await api.ok(flowRoutes.list, {})).items).toHaveLength(before.length);
  });
});
