import { type Approval, type ProtectedIdentity, peopleRoutes, routes, type StepRow } from '@castellan/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiClient } from '../api-client.js';
import { deliver, endOf, type FlowSketch, publishFlow, readRun, stepsOf, until, wires } from '../harness/flows.js';
import type { Session } from '../harness/index.js';
import { type Stack, startStack } from '../harness/stack.js';
import { joinAs } from '../people.js';

let stack: Stack;
let admin: Session;
let google: string;
let ada: ProtectedIdentity;

beforeAll(async () => {
  stack = await startStack({ simulators: true });
  ({ admin } = stack);
  const made = await admin.inWorkspace<{ id: string }>('POST', '/connections', {
    ...{ name: 'Google', connector: 'google-workspace', simulator: true },
  });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  google = made.body.id;
  ada = await protect({ name: 'Ada Okafor', addresses: ['ada.okafor@example.com'], reason: 'Chief of security' });
  await protect({ name: 'Emergency', patterns: ['break.*@example.com'], reason: 'Way back in', breakGlass: true });
});
afterAll(() => stack?.stop());

async function protect(fields: object): Promise<ProtectedIdentity> {
  const made = await admin.inWorkspace<ProtectedIdentity>('POST', '/protected', fields);
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body;
}

const slot = () => ({ google: { connector: 'google-workspace', title: 'Google', id: google } });
const suspend = (user: unknown, over: object = {}) => ({
  ...{ kind: 'action', connection: 'google', operation: 'suspendUser', input: { user } },
  ...over,
});
const person = { jsonata: 'trigger.body.user' };

const publish = (sketch: Partial<FlowSketch>) =>
  publishFlow(admin, {
    connections: slot(),
    triggers: { hook: { kind: 'webhook' } },
    steps: { suspend: suspend(person) },
    wires: wires('hook -> suspend'),
    ...sketch,
  });

async function start(flow: { hooks: Record<string, string> }, body: unknown): Promise<string> {
  const answer = await deliver(flow.hooks.hook ?? '', body);
  expect(answer.status).toBe(202);
  return String(answer.body.runId);
}

/** Whatever was asked of Google that is no read: what of it tried to suspend somebody. */
async function sentFor(name: string): Promise<number> {
  const requests = (await stack.simulators?.control.requests('google-workspace')) ?? [];
  return requests.filter(({ method, path }) => method !== 'GET' && decodeURIComponent(path).includes(name)).length;
}

const heldOf = (runId: string): Promise<Approval> =>
  until(`the question of run ${runId}`, async () => {
    const { body } = await admin.inWorkspace<{ items: Approval[] }>('GET', '/approvals');
    return body.items.find((item) => item.runId === runId && item.kind === 'protected');
  });
const decide = (approval: Approval, decision: 'approve' | 'reject', by: Session = admin) =>
  by.inWorkspace('POST', `/approvals/${approval.id}/decide`, { decision, comment: 'Seen', hash: approval.hash });
const failed = (row: StepRow | undefined) => row?.error?.code;

describe('a write about somebody protected', () => {
  test('is not sent: the run waits for an administrator, and what is let through is sent once', async () => {
    const flow = await publish({});
    const runId = await start(flow, { user: 'ada.okafor@example.com' });
    const approval = await heldOf(runId);
    expect(approval).toMatchObject({ approvers: ['role:admin'], subject: 'ada.okafor@example.com', stepId: '' });
    expect(JSON.stringify(approval.show)).toContain('Chief of security');
    const waiting = await until('the run to wait', async () => {
      const run = await readRun(admin, runId);
      return run.status === 'waiting' && run;
    });
    expect(waiting.waitingFor).toMatchObject({ kind: 'protected', who: 'role:admin' });
    expect(await sentFor('ada')).toBe(0);
    expect(await decide(approval, 'approve')).toMatchObject({ status: 200 });
    expect((await endOf(admin, runId)).status).toBe('succeeded');
    expect(await sentFor('ada')).toBe(1);
  });

  test('is held in any spelling', async () => {
    for (const user of ['ADA.OKAFOR@EXAMPLE.COM', 'ada.okafor+it@example.com', 'ada.okafor%40example.com']) {
      const before = await sentFor('ada');
      const runId = await start(await publish({}), { user });
      expect(await decide(await heldOf(runId), 'reject')).toMatchObject({ status: 200 });
      expect((await endOf(admin, runId)).status).toBe('failed');
      const { suspend: step } = await stepsOf(admin, runId);
      expect(step?.error).toMatchObject({ code: 'E_PROTECTED', message: expect.stringContaining('Ada Okafor') });
      expect(await sentFor('ada')).toBe(before);
    }
  });

  test('goes by the error wire when the administrator refuses', async () => {
    const flow = await publish({
      steps: {
        suspend: suspend(person),
        told: { kind: 'shape', output: { code: { jsonata: 'steps.suspend.error.code' } } },
      },
      wires: wires('hook -> suspend', 'suspend:error -> told'),
    });
    const runId = await start(flow, { user: 'ada.okafor@example.com' });
    await decide(await heldOf(runId), 'reject');
    expect((await endOf(admin, runId)).status).toBe('succeeded');
    expect((await stepsOf(admin, runId)).told?.output).toEqual({ code: 'E_PROTECTED' });
  });

  test('of a break-glass account fails at once, and nobody is asked', async () => {
    const runId = await start(await publish({}), { user: 'Break.Glass@example.com' });
    expect((await endOf(admin, runId)).status).toBe('failed');
    expect(failed((await stepsOf(admin, runId)).suspend)).toBe('E_PROTECTED');
    const { body } = await admin.inWorkspace<{ items: Approval[] }>('GET', '/approvals?status=decided&limit=100');
    expect(body.items.filter((item) => item.runId === runId)).toEqual([]);
    expect(await sentFor('break.glass')).toBe(0);
  });

  test('is held in a loop of a called flow, where the others are sent', async () => {
    const child = await publish({
      name: 'Suspend all',
      triggers: { call: { kind: 'call' } },
      steps: {
        each: {
          ...{ kind: 'loop', items: { jsonata: 'trigger.input.users' }, key: { jsonata: 'item' } },
          ...{ concurrency: 3, onItemError: 'continue' },
          steps: { suspend: suspend({ jsonata: 'item' }) },
          wires: wires('each:each -> suspend'),
        },
      },
      wires: wires('call -> each'),
    });
    const parent = await publish({
      steps: {
        all: { kind: 'subflow', flow: child.id, input: { users: { jsonata: 'trigger.body.users' } }, wait: true },
      },
      wires: wires('hook -> all'),
    });
    const before = await sentFor('ada');
    const users = ['tom.fischer@example.com', 'ada.okafor@example.com', 'yuki.tanaka@example.com'];
    const runId = await start(parent, { users });
    const childRun = await until('the called run', async () => (await stepsOf(admin, runId)).all?.childRunId);
    const approval = await heldOf(childRun);
    await until('the others', async () => (await sentFor('tom')) === 1 && (await sentFor('yuki')) === 1);
    expect(await decide(approval, 'reject')).toMatchObject({ status: 200 });
    expect((await endOf(admin, runId)).status).toBe('succeeded');
    expect(await sentFor('ada')).toBe(before);
  });

  test('is held when a step is taken back, and again when the run is done again', async () => {
    const flow = await publish({
      steps: {
        restore: {
          ...{ kind: 'action', connection: 'google', operation: 'restoreUser', input: { user: person } },
          undo: 'auto',
        },
        fail: { kind: 'stop', outcome: 'fail', message: 'On purpose' },
      },
      wires: wires('hook -> restore', 'restore -> fail'),
    });
    // She was suspended by the first test, so to take the restoring back is to suspend her again.
    const runId = await start(flow, { user: 'ada.okafor@example.com' });
    const suspensions = async () =>
      ((await stack.simulators?.control.requests('google-workspace')) ?? []).filter(
        ({ method, body }) => method === 'PATCH' && JSON.stringify(body).includes('"suspended":true'),
      ).length;
    const before = await suspensions();
    const approval = await heldOf(runId);
    expect(await suspensions()).toBe(before);
    await decide(approval, 'reject');
    expect((await endOf(admin, runId)).status).toBe('failed');
    expect(await suspensions()).toBe(before);

    const again = await publish({});
    const first = await start(again, { user: 'ada.okafor@example.com' });
    await decide(await heldOf(first), 'reject');
    await endOf(admin, first);
    const retry = await admin.inWorkspace<{ runId: string }>('POST', `/runs/${first}/retry`, {
      place: { at: 'failed' },
    });
    expect(retry.status, JSON.stringify(retry.body)).toBe(201);
    const asked = await heldOf(retry.body.runId);
    expect(asked.startedBy).toEqual(['admin@castellan.test']);
    expect(await decide(asked, 'approve')).toMatchObject({ status: 403 });
    await admin.inWorkspace('POST', `/runs/${retry.body.runId}/cancel`, {});
    await endOf(admin, retry.body.runId);
    expect(await suspensions()).toBe(before);
  });

  test('is let through by no other role and by no token', async () => {
    const people = ApiClient.of(stack.api, admin);
    const approver = await joinAs(stack.api, people, 'approver');
    const { secret } = await people.ok(peopleRoutes.makeToken, { body: { name: 't', scopes: ['approval:decide'] } });
    const token = ApiClient.byToken(stack.api, admin.workspaceId, secret ?? '');
    const runId = await start(await publish({}), { user: 'ada.okafor@example.com' });
    const { id, hash } = await heldOf(runId);
    for (const client of [approver, token]) {
      const answer = await client.refused(routes.approvals.decide, {
        params: { id },
        body: { decision: 'approve', hash },
      });
      expect(answer).toMatchObject({ status: 403 });
    }
    await admin.inWorkspace('POST', `/runs/${runId}/cancel`, {});
    await endOf(admin, runId);
    const { body } = await admin.inWorkspace<Approval>('GET', `/approvals/${id}`);
    expect(body.status).toBe('closed');
  });
});

describe('the list', () => {
  test('says which entry catches an address, and every change of it is in the audit', async () => {
    const entry = await protect({ name: 'Board', patterns: ['*@board.example.com'], reason: 'Directors' });
    const caught = await admin.inWorkspace<{ items: ProtectedIdentity[] }>(
      'GET',
      '/protected?of=Chair@Board.example.com',
    );
    expect(caught.body.items.map(({ name }) => name)).toEqual(['Board']);
    const { addedBy: _, addedAt: __, id, ...fields } = entry;
    const changed = await admin.inWorkspace('PUT', `/protected/${id}`, { ...fields, reason: 'The board' });
    expect(changed).toMatchObject({ status: 200, body: { reason: 'The board' } });
    expect(await admin.inWorkspace('DELETE', `/protected/${id}`)).toMatchObject({ status: 204 });
    expect(await admin.inWorkspace('PUT', `/protected/${id}`, fields)).toMatchObject({ status: 404 });
    const audit = await admin.inWorkspace<{ items: { action: string; objectId: string }[] }>('GET', '/audit?limit=200');
    const actions = audit.body.items.filter(({ objectId }) => objectId === id).map(({ action }) => action);
    expect(actions.sort()).toEqual(['protected.add', 'protected.change', 'protected.remove']);
  });

  test('refuses an entry that names nobody, and a group that is everybody', async () => {
    const wrong = async (over: object) =>
      (await admin.inWorkspace('POST', '/protected', { name: 'X', reason: 'Y', ...over })).status;
    expect(await wrong({})).toBe(400);
    expect(await wrong({ patterns: ['*@*'] })).toBe(400);
    expect(await wrong({ addresses: ['nobody'] })).toBe(400);
    expect(ada.addedBy).toBe('admin@castellan.test');
  });
});
