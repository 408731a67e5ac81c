import { randomUUID } from 'node:crypto';
import { type Approval, type BudgetUse, routes, type WorkspaceBudgets } from '@castellan/api';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ApiClient } from '../api-client.js';
import { deliver, endOf, type FlowSketch, publishFlow, readRun, stepsOf, until, wires } from '../harness/flows.js';
import type { Session } from '../harness/index.js';
import { held, type Stack, startStack } from '../harness/stack.js';
import { joinAs } from '../people.js';

let stack: Stack;
let admin: Session;
let approver: ApiClient;
let google: string;

beforeAll(async () => {
  stack = await startStack({ simulators: true });
  ({ admin } = stack);
  await stack.startWorker();
  approver = await joinAs(stack.api, ApiClient.of(stack.api, admin), 'approver');
  const made = await admin.inWorkspace<{ id: string }>('POST', '/connections', {
    ...{ name: 'Google', connector: 'google-workspace', simulator: true },
  });
  google = made.body.id;
});
afterAll(() => stack?.stop());
afterEach(() => workspaceBudgets({}));

const workspaceBudgets = async (budgets: Partial<WorkspaceBudgets>) => {
  const saved = await admin.inWorkspace('PUT', '/budgets', budgets);
  expect(saved.status, JSON.stringify(saved.body)).toBe(200);
};

/** Deletes under a path of its own, so that what was sent is counted by it. */
const removal = (path: string, item: string, over: object = {}) => ({
  ...{ kind: 'action', title: 'Remove', connection: 'vendor', operation: 'requestWithKey' },
  input: { method: 'DELETE', url: { jsonata: `"${stack.vendorUrl}${path}/" & ${item}` } },
  ...over,
});
const sent = (path: string) =>
  new Set(stack.vendor.requests.filter((request) => request.path.startsWith(`${path}/`)).map((one) => one.path)).size;
const newPath = () => `/budget-${randomUUID().slice(0, 8)}`;

const publish = (sketch: Partial<FlowSketch> & Pick<FlowSketch, 'steps' | 'wires'>) =>
  publishFlow(admin, {
    connections: {
      vendor: { connector: 'http', title: 'Vendor', id: stack.connections.vendor },
      google: { connector: 'google-workspace', title: 'Google', id: google },
    },
    triggers: { hook: { kind: 'webhook' } },
    ...sketch,
  });

/** A flow that removes all items of its delivery. */
const cleaner = (path: string, settings: object, concurrency = 5) =>
  publish({
    settings,
    steps: {
      each: {
        ...{ kind: 'loop', items: { jsonata: 'trigger.body.items' }, key: { jsonata: 'item' } },
        ...{ concurrency, onItemError: 'continue' },
        steps: { remove: removal(path, 'item') },
        wires: wires('each:each -> remove'),
      },
    },
    wires: wires('hook -> each'),
  });

async function start(flow: { hooks: Record<string, string> }, body: unknown): Promise<string> {
  const answer = await deliver(flow.hooks.hook ?? '', body);
  expect(answer.status).toBe(202);
  return String(answer.body.runId);
}

/** The question of a run that waits, once it lists so many changes. */
const questionOf = (runId: string, rows: number): Promise<Approval> =>
  until(`a question of run ${runId} with ${rows} changes`, async () => {
    // While calls are under way the list may grow.
    if ((await readRun(admin, runId)).status !== 'waiting') return null;
    const { body } = await admin.inWorkspace<{ items: Approval[] }>('GET', '/approvals?limit=100');
    return body.items.find((item) => item.runId === runId && item.kind === 'budget' && listed(item).length === rows);
  });
const listed = ({ show }: Approval) => (show as { changes: { action: string; object: { id: string } }[] }).changes;
const decide = ({ id, hash }: Approval, decision: 'approve' | 'reject') =>
  approver.send(routes.approvals.decide, { params: { id }, body: { decision, comment: 'Seen.', hash } });

describe('a budget of a run', () => {
  test('lets just so many calls at once through, and the run waits with the list of the rest', async () => {
    const path = newPath();
    const flow = await cleaner(path, { budgets: { perRun: 2 } });
    const runId = await start(flow, { items: ['a', 'b', 'c', 'd', 'e'] });
    const question = await questionOf(runId, 3);
    expect(question).toMatchObject({ approvers: ['role:approver', 'role:admin'], startedBy: [], stepId: '' });
    expect(JSON.stringify(question.show)).toContain('is 2 in this run, and 2 are used');
    const waiting = await until('the run to wait', async () => {
      const run = await readRun(admin, runId);
      return run.status === 'waiting' && run;
    });
    expect(waiting.waitingFor).toMatchObject({ kind: 'budget', what: 'Remove' });
    expect(sent(path)).toBe(2);
    expect(await decide({ ...question, hash: 'another' }, 'approve')).toMatchObject({ status: 409 });
    expect(await decide(question, 'approve')).toMatchObject({ status: 200 });
    expect((await endOf(admin, runId)).status).toBe('succeeded');
    expect(stack.vendor.requests.filter((one) => one.path.startsWith(path))).toHaveLength(5);
  });

  test('asks once for all items of a loop that goes one by one, and an approval holds for that list only', async () => {
    const path = newPath();
    const flow = await cleaner(path, { budgets: { perRun: 1 } }, 1);
    const runId = await start(flow, { items: ['a', 'b', 'c', 'd', 'e', 'f'] });
    const question = await questionOf(runId, 5);
    expect(listed(question).map(({ object }) => object.id.at(-1))).toEqual(['b', 'c', 'd', 'e', 'f']);
    expect(sent(path)).toBe(1);
    expect(await decide(question, 'approve')).toMatchObject({ status: 200 });
    expect((await endOf(admin, runId)).status).toBe('succeeded');
    expect(sent(path)).toBe(6);
    const next = await start(flow, { items: ['g', 'h'] });
    await questionOf(next, 1);
    expect(sent(path)).toBe(7);
    await admin.inWorkspace('POST', `/runs/${next}/cancel`, {});
    expect((await endOf(admin, next)).status).toBe('cancelled');
    expect(sent(path)).toBe(7);
  });

  test('fails what was refused with E_BUDGET, and none of it is sent', async () => {
    const path = newPath();
    const flow = await cleaner(path, { budgets: { perRun: 1 } });
    const runId = await start(flow, { items: ['a', 'b', 'c'] });
    const question = await questionOf(runId, 2);
    const decided = await decide(question, 'reject');
    expect(decided.status, JSON.stringify(decided.body)).toBe(200);
    await endOf(admin, runId);
    const steps = Object.values(await stepsOf(admin, runId)).filter(({ stepId }) => stepId === 'remove');
    expect(steps.map(({ error }) => error?.code ?? 'done').sort()).toEqual(['E_BUDGET', 'E_BUDGET', 'done']);
    expect(sent(path)).toBe(1);
  });

  test('counts a call that is tried again once', async () => {
    const path = newPath();
    stack.vendor.script(`${path}/a`, (_, count) => (count < 3 ? { status: 503 } : { status: 204 }));
    const flow = await publish({
      settings: { budgets: { perRun: 1 } },
      steps: { remove: removal(path, '"a"', { retry: { attempts: 5 } }) },
      wires: wires('hook -> remove'),
    });
    const runId = await start(flow, {});
    expect((await endOf(admin, runId)).status).toBe('succeeded');
    expect(stack.vendor.to(`${path}/a`)).toHaveLength(3);
  });

  test('counts what a called flow takes away, and asks nobody who started the run', async () => {
    const path = newPath();
    const child = await publish({
      triggers: { call: { kind: 'call' } },
      steps: { remove: removal(path, 'trigger.input.item') },
      wires: wires('call -> remove'),
    });
    const call = (item: string) => ({ kind: 'subflow', flow: child.id, input: { item }, wait: true });
    const parent = await publish({
      triggers: { hand: { kind: 'manual', input: { type: 'object' } } },
      settings: { budgets: { perRun: 1 } },
      steps: { first: call('a'), second: call('b') },
      wires: wires('hand -> first', 'first -> second'),
    });
    const started = await admin.inWorkspace<{ runId: string }>('POST', `/flows/${parent.id}/run`, { input: {} });
    const { runId } = started.body;
    const childRun = await until('the second call', async () => (await stepsOf(admin, runId)).second?.childRunId);
    const question = await questionOf(childRun, 1);
    expect(question.startedBy).toEqual(['admin@castellan.test']);
    const { id, hash } = question;
    const own = await admin.inWorkspace('POST', `/approvals/${id}/decide`, { decision: 'approve', hash });
    expect(own.status).toBe(403);
    expect(sent(path)).toBe(1);
    expect(await decide(question, 'approve')).toMatchObject({ status: 200 });
    expect((await endOf(admin, runId)).status).toBe('succeeded');
    expect(sent(path)).toBe(2);
  });
});

describe('a budget of an hour', () => {
  test('is not passed by many runs at once, on two workers that are killed with kill -9 meanwhile', async () => {
    const path = newPath();
    const gate = held();
    const items = Array.from({ length: 12 }, (_, n) => `item-${n}`);
    for (const item of items) {
      stack.vendor.script(`${path}/${item}`, async () => {
        await gate.until;
        return { status: 204 };
      });
    }
    const flow = await publish({
      settings: { budgets: { perHour: 5 } },
      steps: { remove: removal(path, 'trigger.body.item', { retry: { attempts: 10 } }) },
      wires: wires('hook -> remove'),
    });
    const runs = await Promise.all(items.map((item) => start(flow, { item })));
    await until('the budget to be used up', async () => sent(path) >= 5);
    await stack.killWorkers();
    await Promise.all([stack.startWorker(), stack.startWorker()]);
    gate.release();
    const waiting = await until(
      'seven runs to wait',
      async () => {
        const rows = await Promise.all(runs.map((runId) => readRun(admin, runId)));
        const held = rows.filter(({ waitingFor }) => waitingFor?.kind === 'budget').map(({ id }) => id);
        return rows.filter(({ status }) => status === 'succeeded').length === 5 && held.length === 7 && held;
      },
      90,
    );
    expect(sent(path)).toBe(5);
    for (const runId of waiting)
      expect(await decide(await questionOf(runId, 1), 'approve')).toMatchObject({ status: 200 });
    for (const runId of runs) expect((await endOf(admin, runId, 60)).status).toBe('succeeded');
    expect(sent(path)).toBe(12);
    const { body } = await admin.inWorkspace<{ used: BudgetUse; limits: object }>('GET', `/flows/${flow.id}/budget`);
    expect(body).toMatchObject({ limits: { perHour: 5 }, used: { hour: 12, day: 12 } });
  });

  test('of the workspace holds for all flows together', async () => {
    const { body } = await admin.inWorkspace<{ used: BudgetUse }>('GET', '/budgets');
    await workspaceBudgets({ together: { perHour: body.used.hour + 1 } });
    const path = newPath();
    const steps = { remove: removal(path, 'trigger.body.item') };
    const [one, two] = await Promise.all([
      publish({ steps, wires: wires('hook -> remove') }),
      publish({ steps, wires: wires('hook -> remove'), settings: { budgets: { perHour: 100 } } }),
    ]);
    expect((await endOf(admin, await start(one, { item: 'a' }))).status).toBe('succeeded');
    const runId = await start(two, { item: 'b' });
    const question = await questionOf(runId, 1);
    expect(JSON.stringify(question.show)).toContain('The budget of all flows');
    expect(sent(path)).toBe(1);
    await decide(question, 'reject');
    expect((await endOf(admin, runId)).status).toBe('failed');
  });

  test('of each flow holds for one that says nothing itself', async () => {
    await workspaceBudgets({ eachFlow: { perRun: 0 } });
    const path = newPath();
    const runId = await start(
      await publish({ steps: { remove: removal(path, '"a"') }, wires: wires('hook -> remove') }),
      {},
    );
    await decide(await questionOf(runId, 1), 'reject');
    await endOf(admin, runId);
    expect(sent(path)).toBe(0);
  });
});

test('a share of the people is counted by people, and asks where nobody says how many there are', async () => {
  const suspended = async () =>
    ((await stack.simulators?.control.requests('google-workspace')) ?? []).filter(({ method }) => method === 'PATCH')
      .length;
  const suspend = (operation: string) => ({
    ...{ kind: 'action', connection: 'google', operation, input: { user: { jsonata: 'trigger.body.user' } } },
  });
  const flow = await publish({
    settings: { budgets: { shareOfPopulation: 0.5 } },
    steps: { suspend: suspend('suspendUser'), out: suspend('signOutUser') },
    wires: wires('hook -> suspend', 'suspend -> out'),
  });
  const first = await start(flow, { user: 'tom.fischer@example.com' });
  const question = await questionOf(first, 1);
  expect(JSON.stringify(question.show)).toContain('nobody has said how many');
  expect(await suspended()).toBe(0);
  await workspaceBudgets({ population: { of: 'number', count: 2 } });
  await decide(question, 'approve');
  expect((await endOf(admin, first)).status).toBe('succeeded');
  const second = await start(flow, { user: 'yuki.tanaka@example.com' });
  const other = await questionOf(second, 1);
  expect(JSON.stringify(other.show)).toContain('50 % of 2 people');
  await decide(other, 'reject');
  await endOf(admin, second);
  expect(await suspended()).toBe(1);
});

test('budgets of a workspace are changed by administrators only, and stand in the audit', async () => {
  const body = { together: { perDay: 10_000 } };
  expect(await approver.send(routes.budgets.save, { body })).toMatchObject({ status: 403 });
  await workspaceBudgets(body);
  const audit = await admin.inWorkspace<{ items: { action: string; after: unknown }[] }>('GET', '/audit?limit=20');
  expect(audit.body.items.find(({ action }) => action === 'workspace.budgets')?.after).toMatchObject(body);
  const wrong = { population: { of: 'table', table: randomUUID() } };
  expect(await admin.inWorkspace('PUT', '/budgets', wrong)).toMatchObject({ status: 400 });
});
