import { readFileSync } from 'node:fs';
import type { Approval, FlowDetail } from '@castellan/api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deliver, endOf, until } from './harness/flows.js';
import {
  adminSession,
  type Session,
  startPostgres,
  startServer,
  startSimulators,
  startTemporal,
  type TestDatabase,
  type TestServer,
  type TestSimulators,
  type TestTemporal,
} from './harness/index.js';
import { controlSimulators, type SimulatorControl } from './harness/simulator-control.js';

/** The lockdown flow on real alerts: as a vendor delivers them, with its secret, to the flow's own address. */
const template = JSON.parse(readFileSync(new URL('../../templates/siem-lockdown.json', import.meta.url), 'utf8'));
const sampleOf = (trigger: string): Record<string, unknown> =>
  template.samples.find((sample: { trigger: string }) => sample.trigger === trigger).body;
const secret = 'a-secret-that-only-datadog-and-we-know';

let database: TestDatabase;
let temporal: TestTemporal;
let simulators: TestSimulators;
let api: TestServer;
let worker: TestServer;
let admin: Session;
let control: SimulatorControl;
let hook: string;
let splunkHook: string;

const env = () => ({ SIMULATORS_SOCKET: simulators.socketPath });
const startWorker = () =>
  startServer({ database, temporal, mode: 'worker', env: env(), installation: api.installation });

beforeAll(async () => {
  [database, temporal] = await Promise.all([startPostgres(), startTemporal()]);
  simulators = await startSimulators();
  api = await startServer({ database, temporal, mode: 'api', env: env() });
  admin = await adminSession(api);
  worker = await startWorker();
  control = controlSimulators(simulators, admin.workspaceId);
  const senders = await Promise.all(
    (['datadog', 'splunk'] as const).map((connector) =>
      admin.inWorkspace<{ id: string }>('POST', '/connections', {
        name: connector,
        connector,
        auth: 'webhook',
        fields: { webhookToken: secret },
      }),
    ),
  );
  const [datadog, splunk] = senders.map(({ body }) => body.id);
  const simulated = ['opal', 'google', 'okta', 'pagerduty', 'slack', 'tools'];
  const connections = { ...Object.fromEntries(simulated.map((slot) => [slot, 'simulator'])), datadog, splunk };
  const installed = await admin.inWorkspace<FlowDetail>('POST', '/templates/siem-lockdown/install', { connections });
  const path = `/flows/${installed.body.id}/publish`;
  const published = await admin.inWorkspace<FlowDetail>(
    'POST',
    path,
    {},
    { 'if-match': String(installed.body.revision) },
  );
  const urlOf = (id: string) => published.body.triggers.find((trigger) => trigger.id === id)?.url as string;
  hook = urlOf('datadog');
  splunkHook = urlOf('splunk');
});

afterAll(async () => {
  await Promise.all([api?.stop(), worker?.stop()]);
  await simulators?.stop();
});

const alert = (over: object = {}) => ({ ...sampleOf('datadog'), ...over });
const signed = { 'x-castellan-token': secret };

interface DeliveryAnswer {
  status: string;
  reason: string | null;
  headers: Record<string, string>;
}
const lastDelivery = async (): Promise<DeliveryAnswer | undefined> =>
  (await admin.inWorkspace<{ items: DeliveryAnswer[] }>('GET', '/deliveries?limit=1')).body.items[0];

test('an alert without the secret, or with a wrong one, makes no run and is logged with the reason', async () => {
  expect((await deliver(hook, alert())).status).toBe(404);
  expect(await lastDelivery()).toMatchObject({ status: 'refused', reason: expect.stringContaining('missing') });
  expect((await deliver(hook, alert(), { 'x-castellan-token': 'guess' })).status).toBe(404);
  expect(await lastDelivery()).toMatchObject({ status: 'refused', reason: expect.stringContaining('match') });
  const { body } = await admin.inWorkspace<{ items: unknown[] }>('GET', '/runs');
  expect(body.items).toEqual([]);
});

test('a recovery, and an alert below the chosen severity, are logged as filtered', async () => {
  const recovered = await deliver(hook, alert({ transition: 'Recovered' }), signed);
  expect(recovered).toMatchObject({ status: 202, body: { filtered: true } });
  const minor = await deliver(hook, alert({ priority: 'P4' }), signed);
  expect(minor).toMatchObject({ status: 202, body: { filtered: true } });
  expect(await lastDelivery()).toMatchObject({ status: 'filtered' });
});

test('the secret of a delivery is nowhere to be read afterwards', async () => {
  await deliver(hook, alert({ transition: 'Recovered' }), signed);
  const pages = await Promise.all(
    ['/deliveries', '/runs', '/connections', '/audit'].map((path) => admin.inWorkspace('GET', path)),
  );
  expect(JSON.stringify(pages.map(({ body }) => body))).not.toContain(secret);
});

test('kill -9 of the worker in the middle: no revoke is repeated after its answer was recorded', async () => {
  await control.faults('opal', [{ method: 'DELETE', delaySeconds: 0.4, times: 50 }]);
  const { body } = await deliver(hook, alert({ cycle_key: 'the-kill' }), signed);
  const runId = body.runId as string;
  await until('some revokes', async () => (await revokes()).filter((request) => request.status !== null).length >= 2);
  await worker.kill9();
  worker = await startWorker();
  const run = await endOf(admin, runId, 60);
  expect(run).toMatchObject({
    status: 'succeeded',
    outcome: expect.stringMatching(/^contained/i),
    businessKey: 'jane.doe@example.com',
  });

  const calls = new Map<string, string[]>();
  for (const { path, idempotencyKey } of await revokes()) {
    calls.set(path, [...(calls.get(path) ?? []), String(idempotencyKey)]);
  }
  for (const [path, keys] of calls) {
    expect(keys.length, path).toBeLessThanOrEqual(2);
    expect(new Set(keys).size, path).toBe(1);
  }
  // Two loops call at the same time: at most what was under way in them is sent again.
  const effects = await effectsOf(runId);
  expect(effects.every((effect) => effect.state === 'done')).toBe(true);
});

test('a protected person: who approves sees each removal, and just those are made', async () => {
  const title = '[P1] [Triggered on {@usr.email:ada.okafor@example.com}] Impossible travel';
  const scope = '@usr.email:ada.okafor@example.com';
  const { body } = await deliver(hook, alert({ cycle_key: 'protected', title, scope }), signed);
  const runId = body.runId as string;
  const before = (await revokes()).length;
  const approval = await until('what the approval allows', async () => {
    const answer = await admin.inWorkspace<{ items: Approval[] }>('GET', '/approvals');
    return answer.body.items.find((one) => one.runId === runId && one.bound !== null && one.bound.state !== 'making');
  });
  expect(approval.bound).toMatchObject({ state: 'ready' });
  const { allows } = approval.show as { allows: { action: string; subject?: unknown }[] };
  expect(allows.length).toBeGreaterThan(2);
  expect((await revokes()).length).toBe(before);
  const decision = { decision: 'approve', hash: approval.hash };
  const decided = await admin.inWorkspace('POST', `/approvals/${approval.id}/decide`, decision);
  expect(decided.status, JSON.stringify(decided.body)).toBe(200);
  expect(await endOf(admin, runId, 60)).toMatchObject({
    status: 'succeeded',
    outcome: expect.stringMatching(/^contained/i),
  });
  expect((await revokes()).length).toBeGreaterThan(before);
});

test('the same alert 20 times at once, and again after the run, is one run', async () => {
  const again = alert({ cycle_key: 'twenty-times' });
  const answers = await Promise.all(Array.from({ length: 20 }, () => deliver(hook, again, signed)));
  const runs = new Set(answers.map(({ body }) => body.runId));
  expect(runs.size).toBe(1);
  const [runId] = runs;
  await endOf(admin, runId as string);
  expect((await deliver(hook, again, signed)).body).toMatchObject({ runId, duplicate: true });
});

test('what an alert says is only ever text in the message: no mention, no link of its own', async () => {
  const title = '<!channel> <http://evil.example|Okta> & more';
  const { body } = await deliver(hook, alert({ cycle_key: 'hostile-title', title }), signed);
  await endOf(admin, body.runId as string);
  const posted = (await control.requests('slack')).filter(({ path }) => path.endsWith('/chat.postMessage'));
  const said = JSON.stringify(posted.map((request) => request.body));
  expect(said).toContain('&lt;!channel&gt;');
  expect(said).not.toContain('<!channel>');
  expect(said).not.toContain('<http://evil.example');
});

test('an address that is flooded with what cannot be verified asks to slow down, and still takes what can be', async () => {
  const flood = await Promise.all(Array.from({ length: 100 }, () => deliver(hook, alert())));
  expect(new Set(flood.map(({ status }) => status))).toEqual(new Set([404, 429]));
  const real = await deliver(hook, alert({ cycle_key: 'in-the-flood', transition: 'Recovered' }), signed);
  expect(real).toMatchObject({ status: 202, body: { filtered: true } });
});

test('a Splunk alert brings its secret in the address', async () => {
  const { status, body } = await deliver(`${splunkHook}?token=${secret}`, {
    ...sampleOf('splunk'),
    sid: 'another-search',
  });
  expect(status).toBe(202);
  expect(await endOf(admin, body.runId as string)).toMatchObject({ status: 'succeeded' });
  const found = await admin.inWorkspace<{ items: { id: string }[] }>('GET', '/runs?q=another-search');
  expect(found.body.items.map((run) => run.id)).toEqual([body.runId]);
});

const revokes = async () => (await control.requests('opal')).filter((request) => request.method === 'DELETE');

async function effectsOf(runId: string): Promise<{ state: string }[]> {
  const { body } = await admin.inWorkspace<{ items: { effect: { state: string } | null }[] }>(
    'GET',
    `/runs/${runId}/steps?limit=200`,
  );
  return body.items.flatMap(({ effect }) => (effect ? [effect] : []));
}
