import type { DraftRunRequest, FlowDetail, Pin, RunRow } from '@castellan/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deliver, endOf, type FlowSketch, publishFlow, stepsOf, wires } from './harness/flows.js';
import { type Session, type TestDatabase } from './harness/index.js';
import { type Stack, startStack } from './harness/stack.js';
import type { Vendor } from './harness/vendor.js';

let stack: Stack;
let vendor: Vendor;
let database: TestDatabase;
let admin: Session;
let connection: string;

beforeAll(async () => {
  stack = await startStack({ servers: 'one' });
  ({ vendor, database, admin } = stack);
  connection = stack.connections.vendor;
});

afterAll(async () => {
  await stack?.stop();
});

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

/** A flow as it is being built: never published. */
async function aDraft(sketch: FlowSketch): Promise<FlowDetail> {
  const draft = { schema: 1, name: 'Draft', ...sketch };
  return (await admin.inWorkspace<FlowDetail>('POST', '/flows', { name: 'Draft', draft })).body;
}

const save = (flow: FlowDetail, sketch: FlowSketch) =>
  admin.inWorkspace<FlowDetail>(
    'PUT',
    `/flows/${flow.id}`,
    { draft: { schema: 1, name: 'Draft', ...sketch } },
    { 'if-match': String(flow.revision) },
  );

interface Refusal {
  code: string;
  message: string;
  details: { writes?: { stepId: string; simulated: boolean }[]; problems?: { pointer: string }[] };
}
const ask = (flow: { id: string }, request: DraftRunRequest = {}) =>
  admin.inWorkspace<{ runId: string } & Refusal>('POST', `/flows/${flow.id}/test`, request);

async function tryOut(flow: { id: string }, request: DraftRunRequest = {}): Promise<RunRow> {
  const { status, body } = await ask(flow, request);
  expect(status, JSON.stringify(body)).toBe(201);
  return endOf(admin, body.runId);
}

const manual = { start: { kind: 'manual', input: { type: 'object', properties: { n: { type: 'number' } } } } };
const doubling = (factor: number): FlowSketch => ({
  triggers: manual,
  steps: { twice: { kind: 'shape', output: { n: { jsonata: `trigger.input.n * ${factor}` } } } },
  wires: wires('start -> twice'),
});

describe('a test run of a draft', () => {
  test('does what the saved draft says, before anything was published, and is marked as a test', async () => {
    const flow = await aDraft(doubling(2));
    const run = await tryOut(flow, { input: { n: 21 } });
    expect(run).toMatchObject({ status: 'succeeded', mode: 'test', version: 0 });
    expect((await stepsOf(admin, run.id)).twice).toMatchObject({ output: { n: 42 } });
    const listed = await admin.inWorkspace<{ items: unknown[] }>('GET', `/runs?flowId=${flow.id}`);
    expect(listed.body.items).toEqual([]);
    const versions = await admin.inWorkspace<{ items: unknown[] }>('GET', `/flows/${flow.id}/versions`);
    expect(versions.body.items).toEqual([]);
  });

  test('keeps the draft of its time: a later save changes the next run alone, and publishing counts from 1', async () => {
    const flow = await aDraft(doubling(2));
    const first = await tryOut(flow, { input: { n: 1 } });
    const second = await tryOut(flow, { input: { n: 1 } });
    const saved = (await save(flow, doubling(3))).body;
    const third = await tryOut(flow, { input: { n: 1 } });
    const outputs = await Promise.all(
      [first, second, third].map(async (run) => (await stepsOf(admin, run.id)).twice?.output),
    );
    expect(outputs).toEqual([{ n: 2 }, { n: 2 }, { n: 3 }]);
    const made = await database.query<{ revision: number }>(
      'select revision from versions where flow_id = $1 order by revision',
      [flow.id],
    );
    expect(made.map(({ revision }) => revision)).toEqual([1, 2]);
    const published = await admin.inWorkspace<FlowDetail>(
      'POST',
      `/flows/${flow.id}/publish`,
      {},
      {
        'if-match': String(saved.revision),
      },
    );
    expect(published.body.published).toBe(1);
  });

  test('is refused with every problem where the draft could not be published', async () => {
    const flow = await aDraft({ triggers: manual, steps: { odd: { kind: 'shape' } }, wires: [] });
    const { status, body } = await ask(flow);
    expect(status).toBe(422);
    expect(body.details.problems?.map(({ pointer }) => pointer)).toContain('/steps/odd/output');
  });

  test('of another revision than the one that was looked at is refused', async () => {
    const flow = await aDraft(doubling(2));
    expect(await ask(flow, { revision: 7 })).toMatchObject({ status: 412, body: { code: 'stale_revision' } });
  });

  test('starts with the sample of a webhook, with a body of its own, or with the data of a past run', async () => {
    const sketch: FlowSketch = {
      triggers: { hook: { kind: 'webhook', sample: { body: { who: 'sample' }, headers: { 'X-Kind': 'test' } } } },
      steps: { say: { kind: 'shape', output: { jsonata: '[trigger.body.who, trigger.headers."x-kind"]' } } },
      wires: wires('hook -> say'),
    };
    const flow = await publishFlow(admin, sketch);
    const said = async (request: DraftRunRequest) =>
      (await stepsOf(admin, (await tryOut(flow, request)).id)).say?.output;
    expect(await said({})).toEqual(['sample', 'test']);
    expect(await said({ body: { who: 'typed' }, headers: {} })).toEqual(['typed']);
    const real = await deliver(flow.hooks.hook as string, { who: 'real' }, { 'x-kind': 'live' });
    await endOf(admin, real.body.runId as string);
    expect(await said({ fromRun: real.body.runId as string })).toEqual(['real', 'live']);
    expect(await said({ deliveryId: real.body.deliveryId as string })).toEqual(['real', 'live']);
  });

  test('that would really change something names it and waits for a word', async () => {
    const flow = await aDraft({
      connections: { vendor: { connector: 'http', title: 'Vendor', id: connection } },
      triggers: manual,
      steps: { look: get('/look'), tell: post('/tell', { n: 1 }, { title: 'Tell them' }) },
      wires: wires('start -> look', 'look -> tell'),
    });
    const refused = await ask(flow);
    expect(refused).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect(refused.body.details.writes).toMatchObject([{ stepId: 'tell', simulated: false }]);
    expect(refused.body.message).toContain('Tell them');
    expect(vendor.to('/tell')).toEqual([]);
    expect(await tryOut(flow, { allowWrites: true })).toMatchObject({ status: 'succeeded' });
    expect(vendor.to('/tell')).toHaveLength(1);
  });
});

describe('a pinned output', () => {
  const sketch = (): FlowSketch => ({
    connections: { vendor: { connector: 'http', title: 'Vendor', id: connection } },
    triggers: { hook: { kind: 'webhook' } },
    steps: {
      ask: { kind: 'approval', approvers: ['role:admin'] },
      change: post('/change', { n: 1 }),
      note: { kind: 'shape', output: { got: { jsonata: 'steps.change.output.body' } } },
      never: { kind: 'shape', output: 'rejected' },
    },
    wires: wires('hook -> ask', 'ask:approved -> change', 'ask:rejected -> never', 'change -> note'),
  });
  const pin = (flow: { id: string }, step: string, body: object) =>
    admin.inWorkspace<Pin & Refusal>('PUT', `/flows/${flow.id}/pins/${step}`, body);

  test('stands in for its step in a test run, which then asks nobody and changes nothing', async () => {
    const flow = await aDraft(sketch());
    expect((await pin(flow, 'ask', { output: { by: 'nobody' } })).body).toMatchObject({ port: 'approved' });
    expect((await pin(flow, 'change', { output: { body: 'pinned' } })).status).toBe(200);
    const run = await tryOut(flow);
    const steps = await stepsOf(admin, run.id);
    expect(run.status).toBe('succeeded');
    expect(steps.change).toMatchObject({
      kind: 'pinned',
      status: 'succeeded',
      output: { body: 'pinned' },
      effect: null,
    });
    expect(steps.note).toMatchObject({ output: { got: 'pinned' } });
    expect(steps.never).toMatchObject({ status: 'skipped' });
    expect(vendor.to('/change')).toEqual([]);
  });

  test('leaves by the port that was chosen', async () => {
    const flow = await aDraft(sketch());
    await pin(flow, 'ask', { output: null, port: 'rejected' });
    await pin(flow, 'change', { output: null });
    const steps = await stepsOf(admin, (await tryOut(flow)).id);
    expect(steps.never).toMatchObject({ output: 'rejected' });
    expect(steps.note).toMatchObject({ status: 'skipped' });
  });

  test('is never used live, is in no version and no export, and goes when it is taken away', async () => {
    const flow = await publishFlow(admin, {
      triggers: { hook: { kind: 'webhook' } },
      steps: { say: { kind: 'shape', output: 'computed' } },
      wires: wires('hook -> say'),
    });
    await pin(flow, 'say', { output: 'pinned' });
    const live = await deliver(flow.hooks.hook as string, {});
    await endOf(admin, live.body.runId as string);
    expect((await stepsOf(admin, live.body.runId as string)).say).toMatchObject({ kind: 'shape', output: 'computed' });
    for (const path of ['export', 'versions/1'])
      expect(JSON.stringify((await admin.inWorkspace('GET', `/flows/${flow.id}/${path}`)).body)).not.toContain(
        'pinned',
      );
    const said = async (request: DraftRunRequest) =>
      (await stepsOf(admin, (await tryOut(flow, request)).id)).say?.output;
    expect(await said({})).toBe('pinned');
    expect(await said({ pins: false })).toBe('computed');
    expect((await admin.inWorkspace('DELETE', `/flows/${flow.id}/pins/say`)).status).toBe(204);
    expect(await said({})).toBe('computed');
    const { body } = await admin.inWorkspace<{ items: Pin[] }>('GET', `/flows/${flow.id}/pins`);
    expect(body.items).toEqual([]);
  });

  test('needs a step of the draft and one of its ports', async () => {
    const flow = await aDraft(sketch());
    expect(await pin(flow, 'nowhere', { output: 1 })).toMatchObject({ status: 404 });
    expect(await pin(flow, 'change', { output: 1, port: 'error' })).toMatchObject({ status: 400 });
  });
});

describe('one step alone', () => {
  const secretive = (): FlowSketch => ({
    connections: { vendor: { connector: 'http', title: 'Vendor', id: connection } },
    triggers: { hook: { kind: 'webhook' } },
    steps: {
      find: get('/find'),
      beside: { kind: 'shape', output: 'beside' },
      each: {
        kind: 'loop',
        items: { jsonata: 'steps.find.output.body.people' },
        key: { jsonata: 'item' },
        collect: { jsonata: 'steps.greet.output' },
        steps: {
          name: { kind: 'shape', output: { jsonata: '$uppercase(item)' } },
          greet: { kind: 'shape', output: { jsonata: '"Hello " & steps.name.output & " " & $string(index)' } },
        },
        wires: wires('each:each -> name', 'name -> greet'),
      },
      sum: {
        kind: 'shape',
        output: { all: { jsonata: 'steps.each.output.items' }, first: { jsonata: 'steps.find.output.body.people[0]' } },
      },
    },
    wires: wires('hook -> find', 'hook -> beside', 'find -> each', 'each -> sum'),
  });
  const changed = (step: string, output: object): FlowSketch => {
    const sketch = secretive();
    return { ...sketch, steps: { ...sketch.steps, [step]: { kind: 'shape', output } } };
  };
  const people = ['ann', 'bob', 'cy'];

  async function aRun(): Promise<{ flow: FlowDetail; run: RunRow }> {
    vendor.script('/find', () => ({ body: { people } }));
    const flow = await aDraft(secretive());
    return { flow, run: await tryOut(flow) };
  }

  test('runs on the outputs of the last run and nothing else runs', async () => {
    const { flow, run } = await aRun();
    const asked = vendor.to('/find').length;
    await save(flow, changed('sum', { first: { jsonata: 'steps.each.output.items[0]' } }));
    const alone = await tryOut(flow, { step: 'sum' });
    expect(alone).toMatchObject({ status: 'succeeded', mode: 'test', version: 0 });
    const steps = await stepsOf(admin, alone.id);
    expect(steps.sum).toMatchObject({ status: 'succeeded', output: { first: 'Hello ANN 0' } });
    const kept = (await stepsOf(admin, run.id)).find;
    expect(steps.find).toMatchObject({ output: kept?.output, startedAt: kept?.startedAt });
    expect(steps.beside).toMatchObject({ output: 'beside' });
    expect(vendor.to('/find')).toHaveLength(asked);
  });

  test('inside a loop runs for one item, with its index and what stands before it in that iteration', async () => {
    const { flow, run } = await aRun();
    const alone = await tryOut(flow, { step: 'greet', iteration: '1', fromRun: run.id });
    const steps = await stepsOf(admin, alone.id);
    expect(alone.status).toBe('succeeded');
    expect(steps['greet@1']).toMatchObject({ output: 'Hello BOB 1' });
    expect(Object.keys(steps).filter((name) => name.startsWith('greet'))).toEqual(['greet@1']);
  });

  test('may follow another one: what was run alone is what the next one reads', async () => {
    const { flow } = await aRun();
    const again = { body: { people: ['dee'] } };
    await save(flow, changed('find', again));
    const found = await tryOut(flow, { step: 'find' });
    const loop = await tryOut(flow, { step: 'each', fromRun: found.id });
    expect((await stepsOf(admin, loop.id)).each).toMatchObject({ output: { count: 1, items: ['Hello DEE 0'] } });
    const item = await tryOut(flow, { step: 'greet', iteration: '0', fromRun: loop.id });
    const sum = await tryOut(flow, { step: 'sum', fromRun: item.id });
    // The loop of that run did one item for the step alone: that is not its output.
    expect((await stepsOf(admin, sum.id)).each).toBeUndefined();
  });

  test('reads what is pinned in the place of what ran', async () => {
    const { flow } = await aRun();
    await admin.inWorkspace('PUT', `/flows/${flow.id}/pins/each`, { output: { items: ['pinned'] } });
    const steps = await stepsOf(admin, (await tryOut(flow, { step: 'sum' })).id);
    expect(steps.each).toMatchObject({ kind: 'pinned' });
    expect(steps.sum).toMatchObject({ output: { all: ['pinned'], first: 'ann' } });
  });

  test('runs in a flow that is not whole yet and never ran, and says what is wrong with itself alone', async () => {
    const flow = await aDraft({
      triggers: {},
      steps: { say: { kind: 'shape', output: { jsonata: '1 + 1' } }, broken: { kind: 'shape' } },
      wires: [],
    });
    expect((await stepsOf(admin, (await tryOut(flow, { step: 'say' })).id)).say).toMatchObject({ output: 2 });
    const refused = await ask(flow, { step: 'broken' });
    expect(refused.status).toBe(422);
    expect(refused.body.details.problems).toMatchObject([{ pointer: '/steps/broken/output' }]);
  });

  test('asks for a run with an item where it stands in a loop that never ran', async () => {
    const flow = await aDraft(secretive());
    const refused = await ask(flow, { step: 'greet' });
    expect(refused).toMatchObject({ status: 409 });
    expect(refused.body.message).toContain('choose a run in which the loop ran');
  });

  test('gets values that were masked in the past run as they were', async () => {
    const made = await admin.inWorkspace<{ id: string }>('POST', '/connections', {
      ...{ name: 'With token', connector: 'http', auth: 'bearer' },
      fields: { token: 'a-very-secret-token', hosts: [vendor.url] },
    });
    vendor.script('/echo', ({ headers }) => ({ body: { echo: headers.authorization ?? 'none' } }));
    const sketch: FlowSketch = {
      connections: { vendor: { connector: 'http', title: 'Vendor', id: made.body.id } },
      triggers: manual,
      steps: {
        echo: get('/echo'),
        size: { kind: 'shape', output: { jsonata: '$length(steps.echo.output.body.echo)' } },
      },
      wires: wires('start -> echo', 'echo -> size'),
    };
    const flow = await aDraft(sketch);
    const run = await tryOut(flow);
    const before = (await stepsOf(admin, run.id)).echo?.output;
    expect(JSON.stringify(before)).not.toContain('a-very-secret-token');
    const alone = await stepsOf(admin, (await tryOut(flow, { step: 'size' })).id);
    expect(alone.size).toMatchObject({ output: 'Bearer a-very-secret-token'.length });
    expect(alone.echo?.output).toEqual(before);
  });
});

describe('the shapes of a draft', () => {
  interface Looks {
    types: string[];
    properties?: Record<string, Looks>;
    example?: unknown;
    from: string[];
  }
  interface Answer {
    runId: string | null;
    triggers: Record<string, Looks>;
    steps: Record<string, { output: Looks; item?: Looks }>;
  }
  const look = async (flow: { id: string }, body: object = {}) =>
    (await admin.inWorkspace<Answer>('POST', `/flows/${flow.id}/shapes`, body)).body;

  test('come from the schema of an operation, and after a run from what it gave as well', async () => {
    vendor.script('/person', () => ({ body: { person: { mail: 'jane@x.test' } } }));
    const sketch: FlowSketch = {
      connections: { vendor: { connector: 'http', title: 'Vendor', id: connection } },
      triggers: manual,
      steps: { find: get('/person') },
      wires: wires('start -> find'),
    };
    const flow = await aDraft(sketch);
    const before = await look(flow);
    expect(before.runId).toBeNull();
    expect(before.triggers.start?.properties?.input?.properties?.n?.types).toEqual(['number']);
    expect(before.steps.find?.output.properties?.status).toMatchObject({ types: ['number'], from: ['schema'] });
    expect(before.steps.find?.output.properties?.body).toMatchObject({ types: [] });
    const run = await tryOut(flow, { input: { n: 1 } });
    const after = await look(flow);
    expect(after.runId).toBe(run.id);
    expect(after.steps.find?.output.properties?.body?.properties?.person?.properties?.mail).toMatchObject({
      ...{ types: ['string'], example: 'jane@x.test', from: ['run'] },
    });
  });

  test('are those of a draft that is not saved yet, and of a chosen run', async () => {
    const flow = await aDraft(doubling(2));
    const run = await tryOut(flow, { input: { n: 1 } });
    await tryOut(flow, { input: { n: 9 } });
    const draft = { ...doubling(2), steps: { other: { kind: 'shape', output: { a: 'text' } } } };
    const looked = await look(flow, { draft, runId: run.id });
    expect(Object.keys(looked.steps)).toEqual(['other']);
    expect(looked.triggers.start?.properties?.input?.properties?.n).toMatchObject({ example: 1 });
  });
});
