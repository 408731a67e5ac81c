import { isDeepStrictEqual } from 'node:util';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { activitiesFor, type MovedRun } from '../src/activities/index.js';
import { createApp } from '../src/app.js';
import { AuditService } from '../src/audit/audit.service.js';
import { Config } from '../src/config.js';
import { ConnectionsService } from '../src/connections/connections.service.js';
import { ExpressionHost } from '../src/expressions/expression-host.js';
import { UnusedDrafts } from '../src/flows/unused-drafts.js';
import { VersionsService } from '../src/flows/versions.service.js';
import { OperationsService } from '../src/operations/operations.service.js';
import { EncryptionKeys, encryptionKeyOf, Sealer } from '../src/platform/crypto/index.js';
import { ComingMonths } from '../src/platform/database/coming-months.js';
import { Database } from '../src/platform/database/index.js';
import { SafetyGate } from '../src/safety/safety-gate.service.js';
import type { Activities, StretchRequest, StretchResult } from '../src/workflows/contract.js';
import { advance, initialState, makePlan, type RunEvent, type RunState } from '../src/workflows/interpreter/index.js';
import { deliver, type FlowSketch, publishFlow, until, wires } from './harness/flows.js';
import {
  adminSession,
  type Session,
  startPostgres,
  startServer,
  startTemporal,
  type TestServer,
} from './harness/index.js';

/** The local activity itself, on a real database, without a worker that would take the runs away. */
let api: TestServer;
let admin: Session;
let app: Awaited<ReturnType<typeof createApp>>;
let activities: Activities;
const moved: MovedRun[] = [];

beforeAll(async () => {
  const [database, temporal] = await Promise.all([startPostgres(), startTemporal()]);
  api = await startServer({ database, temporal, mode: 'api' });
  admin = await adminSession(api);
  const config = Config.fromEnvironment({
    MODE: 'api',
    PORT: '0',
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: temporal.address,
    DATA_DIR: api.installation.dataFolder,
    ENCRYPTION_KEY: api.installation.encryptionKey,
  });
  const keys = new EncryptionKeys(encryptionKeyOf(api.installation.encryptionKey, 'the test'));
  app = await createApp(config, keys, pino({ level: 'silent' }));
  activities = activitiesFor({
    database: app.get(Database),
    sealer: app.get(Sealer),
    audit: app.get(AuditService, { strict: false }),
    versions: app.get(VersionsService, { strict: false }),
    expressions: app.get(ExpressionHost, { strict: false }),
    connections: app.get(ConnectionsService, { strict: false }),
    operations: app.get(OperationsService, { strict: false }),
    safety: app.get(SafetyGate, { strict: false }),
    runUrl: (workspaceId, runId) => `http://test/w/${workspaceId}/runs/${runId}`,
    moveOut: (runs) => moved.push(...runs),
    stretched: () => undefined,
    announce: () => undefined,
  });
});

afterAll(async () => {
  await app?.close();
  await api?.stop();
});

test('a stretch that is repeated finds its rows, evaluates nothing again and tells the same', async () => {
  const { request, runId } = await queuedRun();
  const first = await settledUntil({ type: 'finished' }, request);
  const rows = await app
    .get(Database)
    .query('select step_id, output, seq from steps where run_id = $1 order by seq', [runId]);
  await app.get(Database).query('update runs set ended_at = null where id = $1', [runId]);
  const [second] = await activities.settle([request]);
  const after = await app
    .get(Database)
    .query('select step_id, output, seq from steps where run_id = $1 order by seq', [runId]);
  expect(after).toEqual(rows);
  expect(second?.events).toEqual(first.events);
});

test('a stretch that started another flow and is repeated finds the run that it made, and makes no second one', async () => {
  const { id } = await publishFlow(admin, {
    triggers: { called: { kind: 'call' } },
    steps: { only: { kind: 'shape', output: 1 } },
    wires: wires('called -> only'),
  });
  const { request, runId } = await queuedRun({
    steps: {
      sub: { kind: 'subflow', flow: id },
      go: { kind: 'subflow', flow: id, wait: false },
      after: { kind: 'shape', output: { jsonata: 'steps.go.output.runId' } },
    },
    wires: wires('hook -> sub', 'hook -> go', 'go -> after'),
  });
  const first = await settledUntil({ type: 'settled', step: 'after' }, request);
  const [second] = await activities.settle([request]);
  expect(new Set(second?.events.map((event) => JSON.stringify(event)))).toEqual(
    new Set(first.events.map((event) => JSON.stringify(event))),
  );
  const children = await app
    .get(Database)
    .query<{ id: string; step: string }>(
      'select id, parent_step as step from runs where parent_run_id = $1 order by parent_step',
      [runId],
    );
  expect(children.map(({ step }) => step)).toEqual(['go', 'sub']);
  const named = await app
    .get(Database)
    .query<{ id: string }>('select child_run_id as id from steps where run_id = $1 and child_run_id is not null', [
      runId,
    ]);
  expect(new Set(named.map((row) => row.id))).toEqual(new Set(children.map((row) => row.id)));
});

test('a host whose run has moved on writes nothing', async () => {
  const { request, runId } = await queuedRun();
  const [result] = await activities.settle([{ ...request, epoch: request.epoch - 1 }]);
  expect(result).toEqual({ runId, dropped: true, events: [] });
  expect(await app.get(Database).query('select 1 from steps where run_id = $1', [runId])).toEqual([]);
});

describe('an answer', () => {
  const approval = {
    steps: {
      ask: { kind: 'approval', approvers: ['role:admin'], show: 'all of it', timeoutSeconds: 3_600 },
      yes: { kind: 'shape', output: 'released' },
      late: { kind: 'shape', output: 'too late' },
    },
    wires: wires('hook -> ask', 'ask:approved -> yes', 'ask:timeout -> late'),
  };
  const settled = { type: 'settled', step: 'ask', iteration: '', status: 'succeeded', port: 'approved' };

  test('to a question that its host asked and then died is taken by the next one', async () => {
    const { request, runId } = await queuedRun(approval);
    const first = { ...request, fresh: false };
    await activities.settle([first]);
    await approve(runId);
    const [second] = await activities.settle([first]);
    expect(second?.events).toContainEqual(settled);
    expect(second?.events.at(-1)).toEqual({ type: 'finished' });
  });

  test('that its host took and then died is known to the next one, too', async () => {
    const { request, runId } = await queuedRun({
      steps: { ...approval.steps, other: { kind: 'approval', approvers: ['role:admin'] } },
      wires: [...approval.wires, ...wires('hook -> other')],
    });
    const [opened] = await activities.settle([{ ...request, fresh: false }]);
    const { control } = await app.get(VersionsService, { strict: false }).get(request.versionId);
    const state = request.state as RunState;
    for (const event of opened?.events ?? []) advance(makePlan(control), state, event);
    await approve(runId, 'ask');
    const next = { ...request, fresh: false, state, commands: [] };
    const [first] = await activities.settle([next]);
    expect(first?.events).toContainEqual(settled);
    const [second] = await activities.settle([next]);
    expect(second?.events).toEqual(expect.arrayContaining(first?.events ?? []));
  });

  test('that its host took and then died ends the run all the same, where it is a cancel', async () => {
    const { request, runId } = await queuedRun({
      steps: { ask: { kind: 'approval', approvers: ['role:admin'] } },
      wires: wires('hook -> ask'),
    });
    const database = app.get(Database);
    await database.query(
      `insert into controls (run_id, kind, payload, actor, taken_at) values ($1, 'cancel', '{}', 'somebody', now())`,
      [runId],
    );
    const [result] = await activities.settle([{ ...request, fresh: false }]);
    expect(result?.events).toContainEqual({ type: 'end', ending: { status: 'cancelled', reason: 'cancelled' } });
    expect(await database.query('select status from runs where id = $1', [runId])).toEqual([{ status: 'cancelled' }]);
  });

  test('that comes while its time runs out counts, and the approval says the same as the run', async () => {
    const { request, runId } = await queuedRun(approval);
    const [opened] = await activities.settle([{ ...request, fresh: false }]);
    const { control } = await app.get(VersionsService, { strict: false }).get(request.versionId);
    const state = request.state as RunState;
    for (const event of opened?.events ?? []) advance(makePlan(control), state, event);
    const database = app.get(Database);
    const expiring = await database.transaction(async (tx) => {
      await tx.query('select from runs where id = $1 for update', [runId]);
      const expire = { type: 'expire', step: 'ask', iteration: '' } as const;
      const under = activities.settle([{ ...request, fresh: false, state, commands: [expire] }]);
      await until('the stretch to wait for the run', async () => {
        const waiting = await database.query(`select from pg_stat_activity where wait_event_type = 'Lock'`);
        return waiting.length > 0;
      });
      await tx.query(
        `insert into controls (run_id, kind, step_id, iteration, payload, actor)
         values ($1, 'decided', 'ask', '', '{"port": "approved"}', 'somebody')`,
        [runId],
      );
      await tx.query(`update approvals set status = 'approved', decided_at = now() where run_id = $1`, [runId]);
      return { under };
    });
    const [result] = await expiring.under;
    expect(result?.events).toContainEqual(settled);
    const approvals = await database.query('select status from approvals where run_id = $1', [runId]);
    expect(approvals).toEqual([{ status: 'approved' }]);
  });

  async function approve(runId: string, stepId = 'ask'): Promise<void> {
    const { body } = await admin.inWorkspace<{ items: { id: string; runId: string; stepId: string; hash: string }[] }>(
      'GET',
      '/approvals',
    );
    const asked = body.items.find((item) => item.runId === runId && item.stepId === stepId);
    const decision = { decision: 'approve', hash: asked?.hash };
    expect((await admin.inWorkspace('POST', `/approvals/${asked?.id}/decide`, decision)).status).toBe(200);
  }
});

const chancy = {
  steps: {
    chance: { kind: 'shape', output: { jsonata: '$random()' } },
    after: { kind: 'shape', output: { jsonata: 'steps.chance.output' } },
  },
  wires: wires('hook -> chance', 'chance -> after'),
};

/** Repeated until it happens, since a stretch is cut short where its time is over. */
const settledUntil = (happens: Partial<RunEvent>, request: StretchRequest): Promise<StretchResult> =>
  until('the end of the stretch', async () => {
    const [result] = await activities.settle([request]);
    return result?.events.some((event) => isDeepStrictEqual({ ...event, ...happens }, event)) && result;
  });

/** A run in the queue, as its carrier would take it up. */
async function queuedRun(
  sketch: Pick<FlowSketch, 'steps' | 'wires'> = chancy,
): Promise<{ request: StretchRequest; runId: string }> {
  const { hooks } = await publishFlow(admin, { triggers: { hook: { kind: 'webhook' } }, ...sketch });
  const { body } = await deliver(hooks.hook as string, {});
  const runId = body.runId as string;
  const [run] = await app.get(Database).query<{ workspaceId: string; versionId: string; trigger: string }>(
    `update runs set epoch = 5, carrier = 'test', status = 'running' where id = $1
     returning workspace_id as "workspaceId", version_id as "versionId", trigger_id as trigger`,
    [runId],
  );
  if (!run) throw new Error('The run is not there.');
  const { control } = await app.get(VersionsService, { strict: false }).get(run.versionId);
  const state = initialState(run.trigger);
  const commands = advance(makePlan(control), state, { type: 'start' });
  const pure = commands.filter((command) => command.type !== 'call' && command.type !== 'timer');
  const request: StretchRequest = { ...run, runId, epoch: 5, state, fresh: true, shared: false, commands: pure };
  return { runId, request };
}

test('months of history are made before they come, while the server runs, and once', async () => {
  const months = app.get(ComingMonths);
  const soon = new Date(Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth() + 1, 15));
  const [one, other] = await Promise.all([months.make(soon), months.make(soon)]);
  expect([...one, ...other].filter((name) => name.startsWith('runs_'))).toHaveLength(1);
  expect(await months.make(soon)).toEqual([]);
});

test('versions of drafts that no run names are removed, and made again when they are wanted', async () => {
  const { id, hooks, detail } = await publishFlow(admin, {
    triggers: { hook: { kind: 'webhook' } },
    steps: { shape: { kind: 'shape', output: 1 } },
    wires: wires('hook -> shape'),
  });
  const { runId } = (await deliver(hooks.hook as string, {})).body;
  await app.get(Database).query(`update runs set status = 'failed', ended_at = now() where id = $1`, [runId]);
  const versions = () =>
    app
      .get(Database)
      .query<{ number: number; revision: number | null }>(
        'select number, revision from versions where flow_id = $1 order by id',
        [id],
      );
  const preview = () =>
    admin.inWorkspace('POST', `/runs/${runId}/retry/preview`, { place: { at: 'start' }, version: 'draft' });
  expect((await admin.inWorkspace('POST', `/flows/${id}/test`, { trigger: 'hook' })).status).toBe(201);
  const saved = await admin.inWorkspace<{ revision: number }>(
    'PUT',
    `/flows/${id}`,
    { draft: { ...detail.draft, description: 'Another' } },
    { 'if-match': String(detail.revision) },
  );
  const tested = { number: 0, revision: detail.revision };
  const looked = { number: 0, revision: saved.body.revision };
  expect((await preview()).status).toBe(200);
  expect(await versions()).toMatchObject([{ number: 1 }, tested, looked]);
  expect(await app.get(UnusedDrafts, { strict: false }).remove()).toBe(1);
  expect(await versions()).toMatchObject([{ number: 1 }, tested]);
  expect((await preview()).status).toBe(200);
  expect(await versions()).toMatchObject([{ number: 1 }, tested, looked]);
});
