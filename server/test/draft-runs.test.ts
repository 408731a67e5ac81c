import type { DraftRunRequest, FlowDetail, Pin, RunRow } from '@castellan/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deliver, endOf, type FlowSketch, httpConnection, publishFlow, stepsOf, wires } from './harness/flows.js';
import {
  adminSession,
  type Session,
  startPostgres,
  startServer,
  startTemporal,
  type TestDatabase,
  type TestServer,
} from './harness/index.js';
import { startVendor, type Vendor } from './harness/vendor.js';

let vendor: Vendor;
let database: TestDatabase;
let server: TestServer;
let admin: Session;
let connection: string;

beforeAll(async () => {
  vendor = await startVendor();
  database = await startPostgres();
  server = await startServer({ database, temporal: await startTemporal(), env: { EGRESS_ALLOW: vendor.address } });
  admin = await adminSession(server);
  connection = await httpConnection(admin);
});

afterAll(async () => {
  await server?.stop();
  await vendor?.stop();
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
