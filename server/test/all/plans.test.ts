import type { MovedRow, Plan, PlanRow, PlanUse, RunRow } from '@castellan/api';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { endOf, type FlowSketch, publishFlow, stepsOf, until, wires } from '../harness/flows.js';
import { approvalOf, held, type Stack, startStack } from '../harness/stack.js';

/** Plans of flows that change access in Opal's simulator, and what becomes of them when they are applied. */
const jane = 'jane.doe@example.com';

interface Seen extends Plan {
  use: PlanUse | null;
  steps: Record<string, Plan['counts']>;
}
interface Refusal {
  code: string;
  message: string;
  details?: { moved?: MovedRow[]; count?: number };
}
interface Grant {
  user_id: string;
  thing_id: string;
  access_level: { access_level_remote_id: string };
}

let stack: Stack;
let opal: string;

beforeAll(async () => {
  stack = await startStack({ simulators: true });
  const body = { name: 'Opal', connector: 'opal', simulator: true };
  opal = (await stack.admin.inWorkspace<{ id: string }>('POST', '/connections', body)).body.id;
});
afterAll(() => stack?.stop());
beforeEach(async () => {
  await stack.admin.inWorkspace('POST', '/simulators/opal/reset', {});
});

const control = () => stack.simulators!.control;
const slots = () => ({
  opal: { connector: 'opal', title: 'Opal', id: opal },
  slack: { connector: 'slack', title: 'Slack', id: stack.connections.slack },
  vendor: { connector: 'http', title: 'Vendor', id: stack.connections.vendor },
});
const on = (operation: string, input: unknown, over: object = {}) => ({
  ...{ kind: 'action', connection: 'opal', operation, input },
  ...over,
});
const post = (path: string, json: unknown, over: object = {}) => ({
  ...{ kind: 'action', connection: 'vendor', operation: 'requestWithKey' },
  input: { method: 'POST', url: `${stack.vendorUrl}${path}`, json },
  ...over,
});
const manual = { start: { kind: 'manual', input: { type: 'object', properties: { email: { type: 'string' } } } } };

/** Revokes a person's direct access to all resources, puts the person into a group and tells of it. */
const moverFlow = (over: Partial<FlowSketch> = {}): FlowSketch => ({
  name: 'Mover',
  connections: slots(),
  triggers: manual,
  steps: {
    who: on('findUser', { email: { jsonata: 'trigger.input.email' } }),
    access: on('userAccess', { userId: { jsonata: 'steps.who.output.user.userId' } }),
    each: {
      kind: 'loop',
      items: { jsonata: '[steps.access.output.resources[hasDirectAccess]]' },
      key: { jsonata: 'item.resourceId' },
      steps: {
        revoke: on('revokeResource', {
          resourceId: { jsonata: 'item.resourceId' },
          resourceName: { jsonata: 'item.resourceName' },
          userId: { jsonata: 'steps.who.output.user.userId' },
          userEmail: { jsonata: 'trigger.input.email' },
          accessLevel: { jsonata: 'item.accessLevel' },
        }),
      },
      wires: wires('each:each -> revoke'),
    },
    join: on('grantGroup', {
      groupId: 'ca57e11a-0003-4000-8000-000000000003',
      groupName: 'Data',
      userId: { jsonata: 'steps.who.output.user.userId' },
      userEmail: { jsonata: 'trigger.input.email' },
      accessLevel: '',
      durationMinutes: 0,
    }),
    tell: {
      ...{ kind: 'action', connection: 'slack', operation: 'postMessage' },
      input: { channel: 'C0SECURITY', text: { handlebars: 'Moved {{trigger.input.email}}: {{run.url}}' } },
    },
  },
  wires: wires('start -> who', 'who -> access', 'access -> each', 'each -> join', 'join -> tell'),
  ...over,
});

const send = <T>(method: string, path: string, body?: unknown) => stack.admin.inWorkspace<T>(method, path, body);

/** Makes a plan and waits for its end. */
async function planOf(flow: { id: string }, request: object = { input: { email: jane } }): Promise<Seen> {
  const made = await send<{ planId: string; runId: string }>('POST', `/flows/${flow.id}/plan`, request);
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  await endOf(stack.admin, made.body.runId);
  return until('the plan', async () => {
    const { body } = await send<Seen>('GET', `/plans/${made.body.planId}`);
    return body.status === 'making' ? null : body;
  });
}
const look = async (id: string): Promise<Seen> => (await send<Seen>('GET', `/plans/${id}`)).body;
const rowsOf = async ({ id }: { id: string }, query = ''): Promise<PlanRow[]> =>
  (await send<{ items: PlanRow[] }>('GET', `/plans/${id}/rows?limit=200${query}`)).body.items;
const apply = (plan: Seen, hash = plan.hash) =>
  send<{ runId: string } & Refusal>('POST', `/plans/${plan.id}/apply`, { hash });

async function applied(plan: Seen): Promise<RunRow> {
  const { status, body } = await apply(plan);
  expect(status, JSON.stringify(body)).toBe(201);
  return endOf(stack.admin, body.runId, 45);
}

const isWrite = ({ method }: { method: string }) => method !== 'GET';
const writesTo = async (system: string) => (await control().requests(system)).filter(isWrite);
const grantsOf = async (): Promise<Grant[]> => (await control().state('opal')).grants as Grant[];
const aGrantless = (grants: Grant[], { thing_id, user_id }: Grant) =>
  grants.filter((one) => one.thing_id !== thing_id || one.user_id !== user_id);

describe('a plan', () => {
  test('says what the flow would change per person and system, and nothing was sent', async () => {
    const flow = await publishFlow(stack.admin, moverFlow());
    const before = { opal: (await writesTo('opal')).length, slack: (await control().requests('slack')).length };
    const grants = await grantsOf();
    const plan = await planOf(flow);
    expect(plan).toMatchObject({ status: 'ready', version: 1, counts: { revoke: 4, grant: 1, notify: 1 }, use: null });
    expect(plan.steps).toEqual({ revoke: { revoke: 4 }, join: { grant: 1 }, tell: { notify: 1 } });
    const rows = await rowsOf(plan);
    expect(rows.map(({ action, subject, system }) => [subject?.email ?? null, system, action])).toEqual([
      [jane, 'Opal', 'grant'],
      ...Array(4).fill([jane, 'Opal', 'revoke']),
      [null, 'Slack', 'notify'],
    ]);
    expect(rows[0]).toMatchObject({ object: { title: 'Data' }, before: { granted: false }, open: [], takenBy: null });
    expect(rows[1]).toMatchObject({ before: { granted: true }, stepId: 'revoke', stepTitle: 'revoke' });
    // Nobody can know the run's address yet.
    expect(rows[5]).toMatchObject({ open: ['/text'], before: null });
    expect((await writesTo('opal')).length).toBe(before.opal);
    expect((await control().requests('slack')).length).toBe(before.slack);
    expect(await grantsOf()).toEqual(grants);
    const ledger = await stack.database.query('select from effects where run_id = $1', [plan.runId]);
    expect(ledger).toEqual([]);
    expect(await send('GET', `/runs?flowId=${flow.id}`)).toMatchObject({ body: { items: [] } });
  });

  test('made twice has one hash, and another one when what it would change is another', async () => {
    const flow = await publishFlow(stack.admin, moverFlow());
    const [first, second] = [await planOf(flow), await planOf(flow)];
    expect(second.hash).toBe(first.hash);
    expect((await planOf(flow, { input: { email: 'tom.fischer@example.com' } })).hash).not.toBe(first.hash);
  });

  test('is told apart by action, by step and by words', async () => {
    const plan = await planOf(await publishFlow(stack.admin, moverFlow()));
    expect(await rowsOf(plan, '&action=grant')).toHaveLength(1);
    expect(await rowsOf(plan, '&step=revoke')).toHaveLength(4);
    expect((await rowsOf(plan, '&q=orders-db')).map(({ object }) => object?.title)).toEqual(['orders-db · fullaccess']);
  });

  test('skips waits, counts approvals as given, records what is responded, and asks nobody', async () => {
    const steps = {
      pause: { kind: 'wait', seconds: 86_400 },
      told: {
        kind: 'wait',
        event: { event: 'hook', key: '/body/id', equals: { jsonata: '"x"' } },
        timeoutSeconds: 86_400,
      },
      ask: { kind: 'approval', approvers: ['role:admin'], show: { who: jane } },
      write: post('/after-approval', { by: { jsonata: '$count(steps.ask.output.decisions)' } }),
      answer: { kind: 'respond', status: 201, body: { ok: true } },
    };
    const flow = await publishFlow(stack.admin, {
      connections: slots(),
      triggers: { hook: { kind: 'webhook', respond: 'step' } },
      steps,
      wires: wires('hook -> pause', 'pause -> told', 'told -> ask', 'ask:approved -> write', 'write -> answer'),
    });
    const plan = await planOf(flow, { body: {} });
    expect(plan).toMatchObject({ status: 'ready', steps: { write: { create: 1 } } });
    expect(await stepsOf(stack.admin, plan.runId)).toMatchObject({
      pause: { status: 'succeeded', port: 'out' },
      told: { status: 'succeeded', port: 'out', output: null },
      ask: { status: 'succeeded', port: 'approved', input: { approvers: ['role:admin'], show: { who: jane } } },
      answer: { status: 'succeeded' },
    });
    expect((await rowsOf(plan))[0]).toMatchObject({ open: ['/json/by'] });
    expect(stack.vendor.to('/after-approval')).toEqual([]);
    const asked = await stack.database.query('select from approvals where run_id = $1', [plan.runId]);
    expect(asked).toEqual([]);
  });

  test('plans the flows that it calls within, waited for or not', async () => {
    const inner = await publishFlow(stack.admin, {
      name: 'Inner',
      connections: slots(),
      triggers: { called: { kind: 'call', input: { type: 'object' } } },
      steps: { write: post('/inner', { who: { jsonata: 'trigger.input.who' } }) },
      wires: wires('called -> write'),
    });
    const call = (who: string, wait: boolean) => ({ kind: 'subflow', flow: inner.id, input: { who }, wait });
    const flow = await publishFlow(stack.admin, {
      triggers: manual,
      steps: { waited: call('a', true), loose: call('b', false) },
      wires: wires('start -> waited', 'start -> loose'),
    });
    const plan = await planOf(flow, {});
    expect(plan).toMatchObject({ status: 'ready', counts: { create: 2 } });
    expect(plan.steps).toEqual({ waited: { create: 1 }, loose: { create: 1 } });
    expect(stack.vendor.to('/inner')).toEqual([]);
    const run = await applied(plan);
    expect(run.status).toBe('succeeded');
    await until('both calls', async () => stack.vendor.to('/inner').length === 2);
    const use = await until('the end of both', async () => {
      const { use } = await look(plan.id);
      return use?.matched === 2 ? use : null;
    });
    expect(use).toEqual({ matched: 2, unused: 0, refused: [] });
  });

  test('what a write gives is what is pinned to its step, or else its example; reads that wait for a write look at nothing', async () => {
    const made = await send<{ id: string; revision: number }>('POST', '/flows', {
      name: 'Pinned',
      draft: {
        ...{ schema: 1, name: 'Pinned', connections: slots(), triggers: manual },
        steps: {
          ticket: post('/ticket', { about: jane }),
          group: on('awaitGroupAccess', {
            groupId: 'ca57e11a-0003-4000-8000-000000000001',
            userId: 'ca57e11a-0001-4000-8000-000000000099',
            accessLevel: '',
            wanted: 'granted',
          }),
          comment: post('/comment', { key: { jsonata: 'steps.ticket.output.body.key' } }),
        },
        wires: wires('start -> ticket', 'ticket -> group', 'group -> comment'),
      },
    });
    const output = { status: 201, headers: {}, body: { key: 'OPS-1' } };
    await send('PUT', `/flows/${made.body.id}/pins/ticket`, { output });
    const plan = await planOf(made.body, { of: 'draft' });
    expect(plan).toMatchObject({ status: 'ready', version: null });
    expect(await stepsOf(stack.admin, plan.runId)).toMatchObject({
      ticket: { output },
      group: { status: 'succeeded', output: { state: 'carriedOut' } },
    });
    const [comment] = await rowsOf(plan, '&step=comment');
    expect(comment).toMatchObject({ input: { json: { key: 'OPS-1' } }, open: ['/json/key'] });
    expect((await apply(plan)).body.message).toMatch(/of a draft/);
  });

  test('reads that wait for others look once, and what is not there is said rather than waited for', async () => {
    const flow = await publishFlow(stack.admin, {
      connections: slots(),
      triggers: manual,
      steps: {
        known: on('awaitUser', { email: { jsonata: 'trigger.input.email' } }),
        tell: post('/known', { who: { jsonata: 'steps.known.output.userId' } }),
      },
      wires: wires('start -> known', 'known -> tell'),
    });
    const tom = 'tom.fischer@example.com';
    const plan = await planOf(flow, { input: { email: tom } });
    const { users } = (await control().state('opal')) as { users: { email: string; user_id: string }[] };
    const [row] = await rowsOf(plan);
    expect(row).toMatchObject({
      input: { json: { who: users.find(({ email }) => email === tom)!.user_id } },
      open: [],
    });
    expect(await planOf(flow, { input: { email: 'nobody@example.com' } })).toMatchObject({
      ...{ status: 'failed', error: expect.stringContaining('does not know nobody@example.com yet') },
    });
  });

  test('of a run that fails says not everything, and is not applied', async () => {
    const flow = await publishFlow(stack.admin, {
      connections: slots(),
      triggers: manual,
      steps: { write: post('/first', {}), wrong: on('findUser', { email: { jsonata: 'trigger.input.email' } }) },
      wires: wires('start -> write', 'write -> wrong'),
    });
    const plan = await planOf(flow, {});
    expect(plan).toMatchObject({ status: 'failed', error: expect.stringContaining('email') });
    expect((await apply(plan)).body).toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/did not succeed/),
    });
  });

  test('is taken away as CSV and as JSON, and the audit says by whom', async () => {
    const plan = await planOf(await publishFlow(stack.admin, moverFlow()));
    const csv = await send<{ text?: string } | string>('GET', `/plans/${plan.id}/export`);
    const text = String(typeof csv.body === 'string' ? csv.body : (csv.body.text ?? ''));
    expect(text.split('\r\n')[0]).toBe(
      'person,person_id,action,system,connection,object_type,object_id,object,step,iteration,operation,before,input,known_when_carried_out,input_hash,done_by_run',
    );
    expect(text.trim().split('\r\n')).toHaveLength(7);
    const json = await send<Seen & { rows: PlanRow[] }>('GET', `/plans/${plan.id}/export?format=json`);
    expect(json.body).toMatchObject({ hash: plan.hash, counts: plan.counts });
    expect(json.body.rows).toHaveLength(6);
    const { body } = await send<{ items: { action: string; objectId: string; actor: string }[] }>(
      'GET',
      '/audit?limit=10',
    );
    const own = body.items.filter(({ objectId }) => objectId === plan.id).map(({ action }) => action);
    expect(own).toEqual(['plan.exported', 'plan.exported', 'plan.made']);
  });
});

describe('applying', () => {
  test('makes a live run whose writes are just those of the plan', async () => {
    const flow = await publishFlow(stack.admin, moverFlow());
    const plan = await planOf(flow);
    const run = await applied(plan);
    expect(run).toMatchObject({ status: 'succeeded', mode: 'live', version: 1 });
    const state = await control().state('opal');
    const user = (await stepsOf(stack.admin, run.id)).who?.output as { user: { userId: string } };
    expect((state.grants as Grant[]).filter(({ user_id }) => user_id === user.user.userId)).toEqual([]);
    expect(await look(plan.id)).toMatchObject({
      status: 'applied',
      applied: { runId: run.id },
      use: { matched: 6, unused: 0, refused: [] },
    });
    expect((await rowsOf(plan)).every(({ takenBy }) => takenBy === run.id)).toBe(true);
    const of = await send<{ plan: Seen }>('GET', `/runs/${run.id}/plan`);
    expect(of.body.plan).toMatchObject({ id: plan.id, use: { matched: 6 } });
    const { body } = await send<{ items: { action: string; after: unknown }[] }>('GET', '/audit?limit=10');
    expect(body.items.find(({ action }) => action === 'plan.applied')?.after).toMatchObject({
      run: run.id,
      hash: plan.hash,
    });
  });

  test('is refused as a whole when the state has moved, with what has moved, and nothing is begun', async () => {
    const flow = await publishFlow(stack.admin, moverFlow());
    const plan = await planOf(flow);
    const state = (await control().state('opal')) as { grants: Grant[] };
    const [, revoked] = await rowsOf(plan);
    const gone = state.grants.find(
      ({ thing_id, user_id }) => thing_id === revoked?.object?.id && user_id === revoked.subject?.id,
    );
    await control().seed('opal', { ...state, grants: aGrantless(state.grants, gone as Grant) });
    const writes = (await writesTo('opal')).length;
    const { status, body } = await apply(plan);
    expect(status).toBe(409);
    expect(body).toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/has moved since the plan was made/),
    });
    expect(body.details?.moved).toMatchObject([
      { stepId: 'revoke', before: { granted: true }, now: { granted: false } },
    ]);
    expect((await writesTo('opal')).length).toBe(writes);
    expect((await look(plan.id)).status).toBe('ready');
    expect(await send('GET', `/runs?flowId=${flow.id}`)).toMatchObject({ body: { items: [] } });
  });

  test('is refused a second time, also when two people press at one moment', async () => {
    const plan = await planOf(await publishFlow(stack.admin, moverFlow()));
    const answers = await Promise.all([apply(plan), apply(plan)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    const run = answers.find(({ status }) => status === 201)?.body.runId as string;
    expect((await endOf(stack.admin, run, 45)).status).toBe('succeeded');
    expect((await apply(plan)).body.message).toMatch(/applied before/);
  });

  test('is refused past its time, with another hash, and when another version has been published', async () => {
    const flow = await publishFlow(stack.admin, moverFlow());
    const plan = await planOf(flow, { input: { email: jane }, hours: 1 });
    expect(Date.parse(plan.expiresAt) - Date.parse(plan.madeAt)).toBe(3_600_000);
    expect((await apply(plan, 'another')).body.message).toMatch(/not the hash/);
    await stack.database.query(`update plans set expires_at = now() - interval '1 second' where id = $1`, [plan.id]);
    expect(await look(plan.id)).toMatchObject({ status: 'expired' });
    expect((await apply(plan)).body.message).toMatch(/past its time/);
    const next = await planOf(flow);
    const again = { ...flow.detail.draft, description: 'New' };
    const saved = await stack.admin.inWorkspace<{ revision: number }>(
      'PUT',
      `/flows/${flow.id}`,
      { draft: again },
      {
        'if-match': String(flow.detail.revision),
      },
    );
    await stack.admin.inWorkspace('POST', `/flows/${flow.id}/publish`, {}, { 'if-match': String(saved.body.revision) });
    expect((await apply(next)).body.message).toMatch(/has version 2 by now/);
  });

  test('a write that is not in the plan fails before anything is sent, and what was planned and not done is shown', async () => {
    // What is read is answered otherwise when the plan is carried out, though nothing moved before the planned write.
    let amount = 1;
    stack.vendor.script('/read', () => ({ body: { amount } }));
    const flow = await publishFlow(stack.admin, {
      connections: slots(),
      triggers: manual,
      steps: {
        first: post('/kept', { n: 1 }),
        read: { kind: 'action', connection: 'vendor', operation: 'get', input: { url: `${stack.vendorUrl}/read` } },
        write: post('/drifted', { amount: { jsonata: 'steps.read.output.body.amount' } }),
      },
      wires: wires('start -> first', 'first -> read', 'read -> write'),
    });
    const plan = await planOf(flow, {});
    amount = 2;
    const run = await applied(plan);
    expect(run).toMatchObject({ status: 'failed', error: { code: 'E_PLAN_DRIFT', stepId: 'write' } });
    expect(stack.vendor.to('/kept')).toHaveLength(1);
    expect(stack.vendor.to('/drifted')).toEqual([]);
    expect((await look(plan.id)).use).toEqual({
      matched: 1,
      unused: 1,
      refused: [{ runId: run.id, stepId: 'write', iteration: '' }],
    });
    expect((await rowsOf(plan, '&unused=true')).map(({ stepId }) => stepId)).toEqual(['write']);
    // Done again it keeps to the plan still: with what was planned it goes on, and what was done is not done twice.
    amount = 1;
    const retry = {
      place: { at: 'step', step: 'read', iteration: '', items: 'all' },
      version: 'same',
      again: [],
      outcomes: [],
    };
    const { body } = await send<{ runId: string }>('POST', `/runs/${run.id}/retry`, retry);
    expect(await endOf(stack.admin, body.runId)).toMatchObject({ status: 'succeeded' });
    expect([stack.vendor.to('/kept'), stack.vendor.to('/drifted')].map((list) => list.length)).toEqual([1, 1]);
    expect((await look(plan.id)).use).toMatchObject({ matched: 2, unused: 0 });
  });

  test('each row is taken once: a write that comes once more than it was planned fails', async () => {
    let items = ['a'];
    stack.vendor.script('/items', () => ({ body: { items } }));
    const flow = await publishFlow(stack.admin, {
      connections: slots(),
      triggers: manual,
      steps: {
        read: { kind: 'action', connection: 'vendor', operation: 'get', input: { url: `${stack.vendorUrl}/items` } },
        each: {
          ...{ kind: 'loop', items: { jsonata: 'steps.read.output.body.items' }, concurrency: 1 },
          steps: { write: post('/same', { always: 'the same' }) },
          wires: wires('each:each -> write'),
        },
      },
      wires: wires('start -> read', 'read -> each'),
    });
    const plan = await planOf(flow, {});
    items = ['a', 'b'];
    const run = await applied(plan);
    expect(run.status).toBe('failed');
    expect(await stepsOf(stack.admin, run.id)).toMatchObject({
      'write@0': { status: 'succeeded' },
      'write@1': { status: 'failed', error: { code: 'E_PLAN_DRIFT' } },
    });
    expect(stack.vendor.to('/same')).toHaveLength(1);
  });

  test('goes on after kill -9 and takes each row once', async () => {
    const gate = held();
    stack.vendor.script('/slow', async (_, count) => {
      if (count === 2) await gate.until;
      return {};
    });
    const flow = await publishFlow(stack.admin, {
      connections: slots(),
      triggers: manual,
      steps: {
        each: {
          ...{ kind: 'loop', items: ['a', 'b', 'c'], key: { jsonata: 'item' }, concurrency: 1 },
          steps: { write: post('/slow', { same: true }) },
          wires: wires('each:each -> write'),
        },
      },
      wires: wires('start -> each'),
    });
    const plan = await planOf(flow, {});
    expect(plan.counts).toEqual({ create: 3 });
    const { body } = await apply(plan);
    await until('the second call', async () => stack.vendor.to('/slow').length === 2);
    await stack.killWorkers();
    await stack.startWorker();
    const run = await endOf(stack.admin, body.runId, 60);
    gate.release();
    expect(run.status).toBe('succeeded');
    const keys = stack.vendor.to('/slow').map(({ headers }) => headers['idempotency-key']);
    expect(keys[1]).toBe(keys[2]);
    expect(new Set(keys).size).toBe(3);
    expect((await look(plan.id)).use).toEqual({ matched: 3, unused: 0, refused: [] });
  });
});

test('clearing the data of an applied run takes it out of its plan, too', async () => {
  const plan = await planOf(await publishFlow(stack.admin, moverFlow()));
  const run = await applied(plan);
  const cleared = await send('POST', `/runs/${run.id}/clear`, {});
  expect(cleared.status, JSON.stringify(cleared.body)).toBeLessThan(300);
  const rows = await rowsOf(plan);
  expect(rows.map(({ action }) => action).sort()).toEqual(['grant', 'notify', 'revoke', 'revoke', 'revoke', 'revoke']);
  expect(JSON.stringify(rows)).not.toContain(jane);
});

test('the rest of a run is planned from an approval on, and once bound its writes keep to the plan', async () => {
  let level = 'one';
  stack.vendor.script('/level', () => ({ body: { level } }));
  const flow = await publishFlow(stack.admin, {
    connections: slots(),
    triggers: manual,
    steps: {
      before: post('/before', { n: 1 }),
      ask: { kind: 'approval', approvers: ['role:admin'], starterDecides: true },
      read: { kind: 'action', connection: 'vendor', operation: 'get', input: { url: `${stack.vendorUrl}/level` } },
      covered: post('/covered', {
        level: { jsonata: 'steps.read.output.body.level' },
        from: { jsonata: 'steps.before.output.body.ok' },
      }),
      beside: post('/beside', { n: 2 }),
      pause: { kind: 'wait', seconds: 1 },
    },
    wires: wires(
      'start -> before',
      'before -> ask',
      'ask:approved -> read',
      'read -> covered',
      'before -> pause',
      'pause -> beside',
    ),
  });
  const rest = async (runId: string): Promise<Seen> => {
    const made = await send<{ planId: string; runId: string }>('POST', `/runs/${runId}/plan`, { step: 'ask' });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    await endOf(stack.admin, made.body.runId);
    return look(made.body.planId);
  };
  const bind = (plan: Seen) => stack.database.query('update plans set binding_since = now() where id = $1', [plan.id]);
  const begin = async () => {
    const { body } = await send<{ runId: string }>('POST', `/flows/${flow.id}/run`, {});
    const { id, hash } = await approvalOf(stack.admin, body.runId);
    return { runId: body.runId, approve: () => send('POST', `/approvals/${id}/decide`, { decision: 'approve', hash }) };
  };
  const first = await begin();
  const plan = await rest(first.runId);
  expect(plan).toMatchObject({ status: 'ready', bound: { runId: first.runId, stepId: 'ask' }, counts: { create: 1 } });
  // What the run has done stands in for itself, and what the approval does not cover gives no row.
  expect(await rowsOf(plan)).toMatchObject([
    { stepId: 'covered', input: { json: { level: 'one', from: true } }, open: [] },
  ]);
  expect(stack.vendor.to('/before')).toHaveLength(1);
  expect((await apply(plan)).body.message).toMatch(/its approval carries it out/);
  await bind(plan);
  await first.approve();
  expect(await endOf(stack.admin, first.runId)).toMatchObject({ status: 'succeeded' });
  expect([stack.vendor.to('/covered'), stack.vendor.to('/beside')].map((list) => list.length)).toEqual([1, 1]);
  expect((await look(plan.id)).use).toEqual({ matched: 1, unused: 0, refused: [] });
  const second = await begin();
  const other = await rest(second.runId);
  await bind(other);
  level = 'two';
  await second.approve();
  expect(await endOf(stack.admin, second.runId)).toMatchObject({
    error: { code: 'E_APPROVAL_STALE', stepId: 'covered' },
  });
  expect(stack.vendor.to('/covered')).toHaveLength(1);
  expect((await send<{ plan: Seen }>('GET', `/runs/${second.runId}/plan`)).body.plan).toMatchObject({
    id: other.id,
    use: { matched: 0, unused: 1, refused: [{ stepId: 'covered' }] },
  });
});
