import { flowRoutes, type Shadow, type ShadowRun, shadowRoutes } from '@castellan/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiClient } from './api-client.js';
import {
  deliver,
  endOf,
  type FlowSketch,
  httpConnection,
  publishFlow,
  readRun,
  until,
  wires,
} from './harness/flows.js';
import {
  adminSession,
  type Session,
  startPostgres,
  startServer,
  startTemporal,
  type TestServer,
} from './harness/index.js';
import { startVendor, type Vendor } from './harness/vendor.js';
import { recordedRuns } from './recorded-runs.js';

let vendor: Vendor;
let server: TestServer;
let admin: Session;
let api: ApiClient;
let connection: string;

beforeAll(async () => {
  vendor = await startVendor();
  const [database, temporal] = await Promise.all([startPostgres(), startTemporal()]);
  server = await startServer({ database, temporal, env: { EGRESS_ALLOW: vendor.address } });
  admin = await adminSession(server);
  api = ApiClient.of(server, admin);
  connection = await httpConnection(admin);
});
afterAll(async () => {
  if (process.env.SHOW_LOGS) console.log(server.logs().join('\n'));
  await server?.stop();
  await vendor?.stop();
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
    const calls = vendor.requests.length;
    const { shadow, runs } = await tryOn(run.flowId, { version: run.version, last: 1 });
    expect(runs).toMatchObject([{ runId, status: run.status, verdict: 'same', deviation: null, gaps: [] }]);
    expect(shadow).toMatchObject({
      ...{ status: 'done', total: 1, done: 1, counts: { same: 1, different: 0, failed: 0 } },
      sentence: 'The one run would do the same.',
    });
    expect(vendor.requests).toHaveLength(calls);
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
