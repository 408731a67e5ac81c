import { type Approval, type Plan, type PlanRow, type Role, type RunRow, routes, type UndoWrite } from '@castellan/api';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ApiClient } from '../api-client.js';
import { endOf, type FlowSketch, publishFlow, stepsOf, until, wires } from '../harness/flows.js';
import { approvalOf, type Stack, startStack } from '../harness/stack.js';
import { joinAs } from '../people.js';

/** Runs that changed access in Opal, tickets in Jira and told of it in Slack, and what becomes of them when they are undone. */
const jane = 'jane.doe@example.com';
const janesId = 'ca57e11a-0001-4000-8000-000000000003';

interface Refusal {
  code: string;
  message: string;
  details?: { runId?: string };
}
interface Made extends Refusal {
  planId: string;
  runId: string;
}
interface Grant {
  user_id: string;
  thing_id: string;
  duration_minutes?: number;
}
interface Undo {
  cannot: string | null;
  counts: { open: number; undone: number; stays: number };
  undoes: { runId: string } | null;
  undoneBy: { runId: string; status: string; by: string }[];
}

let stack: Stack;
let opal: string;
let jira: string;
let slack: string;

beforeAll(async () => {
  stack = await startStack({ simulators: true });
  const connect = async (connector: string, name: string) =>
    (await stack.admin.inWorkspace<{ id: string }>('POST', '/connections', { name, connector, simulator: true })).body
      .id;
  [opal, jira, slack] = [await connect('opal', 'Opal'), await connect('jira', 'Jira'), await connect('slack', 'Slack')];
});
afterAll(() => stack?.stop());
beforeEach(async () => {
  for (const system of ['opal', 'jira', 'slack']) {
    await stack.admin.inWorkspace('POST', `/simulators/${system}/reset`, {});
  }
});

const control = () => stack.simulators!.control;
const send = <T>(method: string, path: string, body?: unknown) => stack.admin.inWorkspace<T>(method, path, body);
const slots = () => ({
  opal: { connector: 'opal', title: 'Opal', id: opal },
  jira: { connector: 'jira', title: 'Jira', id: jira },
  slack: { connector: 'slack', title: 'Slack', id: slack },
});
const on = (connection: string, operation: string, input: unknown, over: object = {}) => ({
  ...{ kind: 'action', connection, operation, input },
  ...over,
});
const manual = { start: { kind: 'manual', input: { type: 'object', properties: { email: { type: 'string' } } } } };

const userId = { jsonata: 'steps.who.output.user.userId' };
const person = { userId, userEmail: { jsonata: 'trigger.input.email' } };
const dataGroup = {
  ...{ groupId: 'ca57e11a-0003-4000-8000-000000000003', groupName: 'Data', accessLevel: '', durationMinutes: 0 },
  ...person,
};

/** Revokes a person's direct access to all resources, puts the person into a group, assigns an issue and tells of it. */
const moverFlow = (over: Partial<FlowSketch> = {}): FlowSketch => ({
  name: 'Mover',
  connections: slots(),
  triggers: manual,
  steps: {
    who: on('opal', 'findUser', { email: { jsonata: 'trigger.input.email' } }),
    access: on('opal', 'userAccess', { userId }),
    each: {
      kind: 'loop',
      title: 'Each resource',
      items: { jsonata: '[steps.access.output.resources[hasDirectAccess]]' },
      key: { jsonata: 'item.resourceId' },
      steps: {
        revoke: on(
          'opal',
          'revokeResource',
          {
            resourceId: { jsonata: 'item.resourceId' },
            resourceName: { jsonata: 'item.resourceName' },
            accessLevel: { jsonata: 'item.accessLevel' },
            ...person,
          },
          { title: 'Revoke it' },
        ),
      },
      wires: wires('each:each -> revoke'),
    },
    join: on('opal', 'grantGroup', dataGroup, { title: 'New group' }),
    issue: on('jira', 'updateIssue', { issueKey: 'OPS-1', priority: 'High', labels: ['moved'] }, { title: 'Issue' }),
    tell: on('slack', 'postMessage', { channel: 'C0SECURITY', text: 'Moved' }, { title: 'Tell' }),
  },
  wires: wires('start -> who', 'who -> access', 'access -> each', 'each -> join', 'join -> issue', 'issue -> tell'),
  ...over,
});

async function ran(flow: { id: string }, email = jane): Promise<RunRow> {
  const { body } = await send<{ runId: string }>('POST', `/flows/${flow.id}/run`, { input: { email } });
  return endOf(stack.admin, body.runId, 60);
}

const ask = (runId: string, body: object = {}) => send<Made>('POST', `/runs/${runId}/undo`, body);
const personAs = (role: Role) => joinAs(stack.api, ApiClient.of(stack.api, stack.admin), role);
const look = async (id: string): Promise<Plan> => (await send<Plan>('GET', `/plans/${id}`)).body;
const undoOf = async (runId: string): Promise<Undo> => (await send<Undo>('GET', `/runs/${runId}/undo`)).body;
const writesOf = async ({ id }: { id: string }): Promise<UndoWrite[]> =>
  (await send<{ items: UndoWrite[] }>('GET', `/plans/${id}/undo?limit=200`)).body.items;
const rowsOf = async ({ id }: { id: string }): Promise<PlanRow[]> =>
  (await send<{ items: PlanRow[] }>('GET', `/plans/${id}/rows?limit=200`)).body.items;

/** Plans an undo and waits until it is there. */
async function planned(runId: string, body: object = {}): Promise<Plan> {
  const made = await ask(runId, body);
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  await endOf(stack.admin, made.body.runId, 60);
  return until('the plan', async () => {
    const plan = await look(made.body.planId);
    return plan.status === 'making' ? null : plan;
  });
}
const apply = ({ id, hash }: Plan) => send<{ runId: string } & Refusal>('POST', `/plans/${id}/apply`, { hash });
async function applied(plan: Plan): Promise<RunRow> {
  const { status, body } = await apply(plan);
  expect(status, JSON.stringify(body)).toBe(201);
  return endOf(stack.admin, body.runId, 60);
}

/** All access, direct and by groups. */
const grants = async (): Promise<string[]> => {
  const { grants, memberships } = (await control().state('opal')) as Record<string, Grant[]>;
  return [...(grants ?? []), ...(memberships ?? [])].map(({ user_id, thing_id }) => `${user_id} ${thing_id}`).sort();
};
/** Somebody ends Jane's membership of the new group. */
const leaveGroup = async (): Promise<void> => {
  const state = (await control().state('opal')) as { memberships: Grant[] };
  const memberships = state.memberships.filter(
    ({ thing_id, user_id }) => thing_id !== dataGroup.groupId || user_id !== janesId,
  );
  expect(memberships.length).toBeLessThan(state.memberships.length);
  await control().seed('opal', { ...state, memberships });
};
/** Of the writes of a plan, what is done about each step's: `Revoke it: open, open`. */
const statesOf = async (plan: { id: string }): Promise<Record<string, (string | null)[]>> => {
  const states: Record<string, (string | null)[]> = {};
  for (const { title, state } of await writesOf(plan)) states[title] = [...(states[title] ?? []), state];
  return states;
};
const isWrite = ({ method }: { method: string }) => method !== 'GET';
const writesTo = async (system: string) => (await control().requests(system)).filter(isWrite);

describe('an undo', () => {
  test('is planned per person and system, names what has no way back, and once applied all is as it was', async () => {
    const before = await grants();
    const run = await ran(await publishFlow(stack.admin, moverFlow()));
    expect(run.status).toBe('succeeded');
    const after = await grants();
    expect(after).not.toEqual(before);
    expect(await undoOf(run.id)).toMatchObject({
      cannot: null,
      counts: { open: 6, undone: 0, stays: 1 },
      undoneBy: [],
    });

    const sent = (await writesTo('opal')).length;
    const plan = await planned(run.id);
    expect((await writesTo('opal')).length).toBe(sent);
    expect(plan).toMatchObject({
      status: 'ready',
      undoes: { runId: run.id },
      counts: { grant: 4, revoke: 1, update: 1 },
    });
    const rows = await rowsOf(plan);
    expect(rows.map(({ action, subject, system }) => [subject?.email ?? null, system, action])).toEqual([
      ...[[jane, 'Opal', 'revoke'], ...Array(4).fill([jane, 'Opal', 'grant'])],
      [null, 'Jira', 'update'],
    ]);
    const writes = await writesOf(plan);
    expect(writes.map(({ title, state }) => `${title} ${state}`)).toEqual([
      ...['Tell no_way', 'Issue open', 'New group open'],
      ...Array(4).fill('Revoke it open'),
    ]);
    expect(writes[0]).toMatchObject({ why: expect.stringMatching(/message stays sent/), system: 'Slack' });
    expect(writes[3]).toMatchObject({ before: { granted: true }, now: { granted: false } });

    const undo = await applied(plan);
    expect(undo).toMatchObject({ status: 'succeeded', mode: 'live' });
    expect(await grants()).toEqual(before);
    const issue = (await stepsOf(stack.admin, run.id)).issue;
    expect(issue?.status).toBe('succeeded');
    expect(await undoOf(run.id)).toMatchObject({
      counts: { open: 0, undone: 6, stays: 1 },
      undoneBy: [{ runId: undo.id, status: 'succeeded', by: expect.stringContaining('@') }],
    });
    expect(await undoOf(undo.id)).toMatchObject({ undoes: { runId: run.id }, counts: { open: 6 } });
    expect((await send<{ plan: Plan }>('GET', `/runs/${undo.id}/plan`)).body.plan.id).toBe(plan.id);

    const again = await ask(run.id);
    expect(again).toMatchObject({ status: 409, body: { message: expect.stringMatching(/Nothing of what is left/) } });
    const { body } = await send<{ items: { action: string; objectId: string }[] }>('GET', '/audit?limit=20');
    expect(body.items.some(({ action, objectId }) => action === 'run.undo' && objectId === run.id)).toBe(true);
    expect(body.items.some(({ action, objectId }) => action === 'plan.made' && objectId === plan.id)).toBe(true);
  });

  test('can itself be undone: then all is again as the run left it', async () => {
    const run = await ran(await publishFlow(stack.admin, moverFlow()));
    const after = await grants();
    const undo = await applied(await planned(run.id));
    expect(await grants()).not.toEqual(after);
    const redo = await applied(await planned(undo.id));
    expect(redo.status).toBe('succeeded');
    expect(await grants()).toEqual(after);
    expect(await undoOf(undo.id)).toMatchObject({ counts: { open: 0, undone: 6 }, undoneBy: [{ runId: redo.id }] });
  });

  test('finds what is again as it was before, and leaves alone what somebody has changed since, unless it is chosen', async () => {
    const flow = await publishFlow(stack.admin, moverFlow());
    const before = await grants();
    const run = await ran(flow);
    // Somebody has taken the person out of the new group, and set the priority of the issue to something else.
    await leaveGroup();
    const call = { jira: on('jira', 'updateIssue', { issueKey: 'OPS-1', priority: 'Low' }) };
    const other = { name: 'Other', connections: slots(), triggers: manual, steps: call, wires: wires('start -> jira') };
    expect((await ran(await publishFlow(stack.admin, other))).status).toBe('succeeded');

    const plan = await planned(run.id);
    expect(await statesOf(plan)).toEqual({
      ...{ Tell: ['no_way'], Issue: ['moved'], 'New group': ['restored'] },
      'Revoke it': Array(4).fill('open'),
    });
    expect(plan.counts).toEqual({ grant: 4 });
    const issue = (await writesOf(plan)).find(({ title }) => title === 'Issue');
    expect(issue).toMatchObject({ before: { fields: { priority: { name: 'Medium' } } } });
    expect(issue).toMatchObject({ now: { fields: { priority: { name: 'Low' } } }, chosen: false });

    const chosen = await planned(run.id, { chosen: [issue?.key] });
    expect(chosen.counts).toEqual({ grant: 4, update: 1 });
    const undo = await applied(chosen);
    expect(undo.status).toBe('succeeded');
    expect(await grants()).toEqual(before);
    expect((await apply(plan)).body.message).toMatch(/was undone in the meantime/);
  });

  test('leaves what it is told to leave', async () => {
    const run = await ran(await publishFlow(stack.admin, moverFlow()));
    const keys = (await writesOf(await planned(run.id))).filter(({ title }) => title !== 'New group');
    const plan = await planned(run.id, { leave: keys.map(({ key }) => key) });
    expect(plan.counts).toEqual({ revoke: 1 });
    expect((await applied(plan)).status).toBe('succeeded');
    expect(await undoOf(run.id)).toMatchObject({ counts: { open: 5, undone: 1 } });
  });

  test('is refused as a whole when the state has moved since it was planned, and nothing is begun', async () => {
    const run = await ran(await publishFlow(stack.admin, moverFlow()));
    const plan = await planned(run.id);
    await leaveGroup();
    const sent = (await writesTo('opal')).length;
    expect(await apply(plan)).toMatchObject({ status: 409, body: { message: expect.stringMatching(/has moved/) } });
    expect((await writesTo('opal')).length).toBe(sent);
  });

  test('takes several writes of one thing back in turn, the last first', async () => {
    const change = (labels: string[]) => on('jira', 'updateIssue', { issueKey: 'OPS-1', labels });
    const grant = on('opal', 'grantGroup', dataGroup);
    const { durationMinutes: _, ...place } = dataGroup;
    const flow = await publishFlow(stack.admin, {
      ...{ name: 'Twice', connections: slots(), triggers: manual },
      steps: {
        who: on('opal', 'findUser', { email: { jsonata: 'trigger.input.email' } }),
        ...{ one: change(['one']), two: change(['two']), grant, revoke: on('opal', 'revokeGroup', place) },
      },
      wires: wires('start -> who', 'who -> one', 'one -> two', 'two -> grant', 'grant -> revoke'),
    });
    const before = await grants();
    const run = await ran(flow);
    const plan = await planned(run.id);
    expect(await statesOf(plan)).toEqual({ revoke: ['open'], grant: ['open'], two: ['open'], one: ['open'] });
    expect((await applied(plan)).status).toBe('succeeded');
    expect(await grants()).toEqual(before);
    const issue = (await writesTo('jira')).at(-1);
    expect(JSON.stringify(issue)).not.toContain('one');
  });

  test('of a run takes back what the flows that it called have done, waited for or not', async () => {
    const inner = await publishFlow(stack.admin, {
      ...{ name: 'Inner', connections: slots(), triggers: { called: { kind: 'call', input: { type: 'object' } } } },
      steps: { write: on('jira', 'updateIssue', { issueKey: { jsonata: 'trigger.input.issue' }, labels: ['inner'] }) },
      wires: wires('called -> write'),
    });
    const call = (issue: string, wait: boolean) => ({ kind: 'subflow', flow: inner.id, input: { issue }, wait });
    const flow = await publishFlow(stack.admin, {
      ...{ name: 'Outer', triggers: manual, steps: { waited: call('OPS-1', true), loose: call('OPS-2', false) } },
      wires: wires('start -> waited', 'start -> loose'),
    });
    const run = await ran(flow);
    await until('both writes', async () => (await undoOf(run.id)).counts.open === 2);
    await until('the end of both', async () => (await undoOf(run.id)).cannot === null);
    const plan = await planned(run.id);
    expect((await writesOf(plan)).map(({ flowName, state }) => [flowName, state])).toEqual([
      ...[
        ['Inner', 'open'],
        ['Inner', 'open'],
      ],
    ]);
    expect((await applied(plan)).status).toBe('succeeded');
    expect((await undoOf(run.id)).counts).toEqual({ open: 0, undone: 2, stays: 0 });
  });
});

describe('whoever undoes a run', () => {
  test('is alone with it: of two people who press at one moment one is told of the other', async () => {
    const run = await ran(await publishFlow(stack.admin, moverFlow()));
    const plans = [await planned(run.id), await planned(run.id)] as const;
    const answers = await Promise.all([apply(plans[0]), apply(plans[1])]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    const [won, lost] = answers[0].status === 201 ? [answers[0], answers[1]] : [answers[1], answers[0]];
    expect(lost?.body.message).toMatch(/undoing this run right now|undone in the meantime|has moved/);
    expect((await endOf(stack.admin, won?.body.runId ?? '', 60)).status).toBe('succeeded');
    expect((await undoOf(run.id)).undoneBy).toHaveLength(1);
  });

  test('does not do so while the run is under way, nor is the run done again meanwhile', async () => {
    const slow = { ...moverFlow().steps, pause: { kind: 'wait', seconds: 3_600 } };
    const flow = await publishFlow(
      stack.admin,
      moverFlow({ steps: slow, wires: [...moverFlow().wires, ...wires('tell -> pause')] }),
    );
    const { body } = await send<{ runId: string }>('POST', `/flows/${flow.id}/run`, { input: { email: jane } });
    await until('the wait', async () => (await stepsOf(stack.admin, body.runId)).pause?.status === 'waiting');
    expect(await ask(body.runId)).toMatchObject({ status: 409, body: { message: expect.stringMatching(/not ended/) } });
    await send('POST', `/runs/${body.runId}/cancel`, {});
    await endOf(stack.admin, body.runId);
    const plan = await planned(body.runId);
    await control().faults('opal', [{ method: 'POST', delaySeconds: 2, times: 10 }]);
    const undo = await apply(plan);
    const retry = await send<Refusal>('POST', `/runs/${body.runId}/retry`, { place: { at: 'start' } });
    expect(retry).toMatchObject({ status: 409, body: { message: expect.stringMatching(/one that undoes it/) } });
    await control().faults('opal', []);
    expect((await endOf(stack.admin, undo.body.runId, 60)).status).toBe('succeeded');
  });

  test('has to be allowed to operate runs', async () => {
    const run = await ran(await publishFlow(stack.admin, moverFlow()));
    const viewer = await personAs('viewer');
    const call = { params: { id: run.id } };
    expect((await viewer.send(routes.undos.make, { ...call, body: {} })).status).toBe(403);
    expect((await viewer.send(routes.undos.ofRun, call)).status).toBe(200);
    expect((await (await personAs('operator')).send(routes.undos.make, { ...call, body: {} })).status).toBe(201);
  });

  test('does not agree to it where it needs an approval: past the budget of the flow somebody else has to', async () => {
    const flow = await publishFlow(stack.admin, moverFlow({ settings: { budgets: { perRun: 4 } } }));
    const before = await grants();
    const run = await ran(flow);
    expect(run.status).toBe('succeeded');
    const after = await grants();
    const plan = await planned(run.id);
    const { body } = await apply(plan);
    const question = await until('what it would allow', async () => {
      const { body: asked } = await send<{ items: Approval[] }>('GET', '/approvals?limit=100');
      return asked.items.find(
        (item) => item.runId === body.runId && item.bound !== null && item.bound.state !== 'making',
      );
    });
    const shown = question.show as { why: string; allows: unknown[] };
    expect(shown.why).toMatch(/gives back or takes away 5 times.*budget.*4/);
    expect(shown.allows).toHaveLength(6);
    const decision = { decision: 'approve', hash: question.hash };
    expect((await send('POST', `/approvals/${question.id}/decide`, decision)).status).toBe(403);
    expect(await grants()).toEqual(after);
    const approver = await personAs('approver');
    const decided = await approver.send(routes.approvals.decide, { params: { id: question.id }, body: decision });
    expect(decided.status, JSON.stringify(decided.body)).toBeLessThan(300);
    expect((await endOf(stack.admin, body.runId, 60)).status).toBe('succeeded');
    expect(await grants()).toEqual(before);
  });
});

test('the undo of a run that needed an approval needs one, too', async () => {
  const flow = await publishFlow(stack.admin, {
    ...{ name: 'Asked', connections: slots(), triggers: manual },
    steps: {
      ask: { kind: 'approval', approvers: ['role:admin'], show: { why: 'A change.' } },
      issue: on('jira', 'updateIssue', { issueKey: 'OPS-1', labels: ['asked'] }),
    },
    wires: wires('start -> ask', 'ask:approved -> issue'),
  });
  const { body } = await send<{ runId: string }>('POST', `/flows/${flow.id}/run`, { input: { email: jane } });
  const { id, hash } = await approvalOf(stack.admin, body.runId);
  const other = await personAs('admin');
  await other.send(routes.approvals.decide, { params: { id }, body: { decision: 'approve', hash } });
  expect((await endOf(stack.admin, body.runId)).status).toBe('succeeded');
  const undo = await apply(await planned(body.runId));
  const asked = await until('the question', async () => {
    const { body: all } = await send<{ items: Approval[] }>('GET', '/approvals?limit=100');
    return all.items.find((item) => item.runId === undo.body.runId && item.bound?.state === 'ready');
  });
  expect(asked.show).toMatchObject({ why: expect.stringMatching(/needed an approval/) });
  const rejecter = await personAs('approver');
  const answer = { params: { id: asked.id }, body: { decision: 'reject', hash: asked.hash, comment: 'It stays.' } };
  expect((await rejecter.send(routes.approvals.decide, answer)).status).toBeLessThan(300);
  const run = await endOf(stack.admin, undo.body.runId);
  expect(run).toMatchObject({ status: 'failed', error: { message: 'The undo was not approved.' } });
  expect((await undoOf(body.runId)).counts).toEqual({ open: 1, undone: 0, stays: 0 });
});

test('a run whose data was removed is not undone, and what its undo was planned for is removed with it', async () => {
  const run = await ran(await publishFlow(stack.admin, moverFlow()));
  const plan = await planned(run.id);
  expect(JSON.stringify(await writesOf(plan))).toContain(jane);
  expect((await send('POST', `/runs/${run.id}/clear`, {})).status).toBeLessThan(300);
  expect(JSON.stringify([await writesOf(plan), await rowsOf(plan)])).not.toContain(jane);
  expect((await ask(run.id)).body.message).toMatch(/data was removed/);
  expect((await apply(plan)).status).toBe(409);
});

test('an undo that cannot take all back says so, and what is left is undone by another one', async () => {
  const before = await grants();
  const run = await ran(await publishFlow(stack.admin, moverFlow()));
  const plan = await planned(run.id);
  await control().faults('opal', [{ method: 'POST', status: 400, times: 2 }]);
  const undo = await applied(plan);
  expect(undo).toMatchObject({
    status: 'failed',
    error: { message: expect.stringMatching(/^2 could not be taken back/) },
  });
  expect((await undoOf(run.id)).counts).toEqual({ open: 2, undone: 4, stays: 1 });
  const rest = await planned(run.id);
  expect(rest.counts).toEqual({ grant: 2 });
  expect((await applied(rest)).status).toBe('succeeded');
  expect(await grants()).toEqual(before);
});

test('kill -9 of the worker in the middle of an undo: it goes on, and what is taken back is not taken back again', async () => {
  const before = await grants();
  const run = await ran(await publishFlow(stack.admin, moverFlow()));
  const plan = await planned(run.id);
  const earlier = (await writesTo('opal')).length;
  await control().faults('opal', [{ method: 'POST', delaySeconds: 1, times: 20 }]);
  const { body } = await apply(plan);
  const effects = (state = '%') =>
    stack.database.query<{ key: string; attempts: number }>(
      'select key, attempts from effects where run_id = $1 and state like $2 order by key',
      [body.runId, state],
    );
  await until('grants under way', async () => (await writesTo('opal')).length >= earlier + 3);
  await stack.killWorkers();
  const done = (await effects('done')).map(({ key }) => key);
  expect(done.length).toBeGreaterThan(0);
  await control().faults('opal', []);
  await stack.startWorker();
  expect((await endOf(stack.admin, body.runId, 90)).status).toBe('succeeded');
  expect(await grants()).toEqual(before);
  const all = await effects('done');
  expect(all).toHaveLength(6);
  // What was under way when the worker died is sent again, under its key.
  expect(all.filter(({ key }) => done.includes(key)).map(({ attempts }) => attempts)).toEqual(done.map(() => 1));
  expect(all.every(({ attempts }) => attempts <= 2)).toBe(true);
});
