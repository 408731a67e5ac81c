import { type Policy, type RunRow, routes } from '@castellan/api';
import type { Problem } from '@castellan/flow';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ApiClient } from '../api-client.js';
import { publishFlow, wires } from '../harness/flows.js';
import { type Stack, startStack } from '../harness/stack.js';
import { joinAs } from '../people.js';

/** Rules that flows are held against when they are checked, tried out and published. */
let stack: Stack;
let connections: Record<string, unknown>;

beforeAll(async () => {
  stack = await startStack({ simulators: true, servers: 'one' });
  const slots = ['opal', 'bamboohr'].map(async (connector) => {
    const { body } = await send<{ id: string }>('POST', '/connections', {
      name: connector,
      connector,
      simulator: true,
    });
    return [connector, { connector, title: connector, id: body.id }];
  });
  const slack = ['slack', { connector: 'slack', title: 'Slack', id: stack.connections.slack }];
  connections = Object.fromEntries([...(await Promise.all(slots)), slack]);
}, 120_000);
afterAll(() => stack?.stop());
beforeEach(async () => {
  await send('PUT', '/policy', {});
});

interface Made {
  id: string;
  revision: number;
}
interface Refusal {
  code: string;
  message: string;
  details: { problems: Problem[] };
}
const send = <T>(method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
  stack.admin.inWorkspace<T>(method, path, body, headers);
const rules = (body: object) => send<Policy>('PUT', '/policy', body);

const revoke = {
  ...{ kind: 'action', title: 'Revoke it', connection: 'opal', operation: 'revokeResource' },
  input: { resourceId: 'r', resourceName: 'R', userId: 'u', userEmail: 'u@example.com', accessLevel: '' },
};
const aDraft = (over: object = {}) => ({
  ...{ schema: 1, name: 'Taker', connections, triggers: { start: { kind: 'manual', input: { type: 'object' } } } },
  ...{ steps: { revoke }, wires: wires('start -> revoke') },
  ...over,
});
async function made(draft: object = aDraft()): Promise<Made> {
  const { status, body } = await send<Made>('POST', '/flows', { name: 'Taker', draft });
  expect(status, JSON.stringify(body)).toBe(201);
  return body;
}
const publish = ({ id, revision }: Made) =>
  send<Refusal>('POST', `/flows/${id}/publish`, {}, { 'if-match': String(revision) });
const problemsOf = async ({ id }: Made): Promise<Problem[]> =>
  (await send<{ problems: Problem[] }>('POST', `/flows/${id}/validate`, {})).body.problems.filter(({ code }) =>
    code.startsWith('policy_'),
  );

describe('what takes something away without an approval or a budget', () => {
  test('is published as ever as long as nobody has said anything', async () => {
    const flow = await made();
    expect(await problemsOf(flow)).toEqual([]);
    expect((await publish(flow)).status).toBe(201);
  });

  test('is told and published where the rule warns', async () => {
    await rules({ guarded: { mode: 'warn' } });
    const flow = await made();
    expect(await problemsOf(flow)).toMatchObject([{ severity: 'warning', code: 'policy_unguarded', stepId: 'revoke' }]);
    expect((await publish(flow)).status).toBe(201);
  });

  test('is neither published nor tried out where the rule refuses, with the way and the remedy', async () => {
    await rules({ guarded: { mode: 'refuse' } });
    const flow = await made();
    const { status, body } = await publish(flow);
    expect([status, body.code]).toEqual([422, 'flow_invalid']);
    expect(body.details.problems.filter(({ severity }) => severity === 'error')).toMatchObject([
      {
        ...{ severity: 'error', code: 'policy_unguarded', pointer: '/steps/revoke' },
        message: expect.stringContaining('start → Revoke it'),
        fix: expect.stringContaining('Put an approval on this way'),
      },
    ]);
    const tried = await send<Refusal>('POST', `/flows/${flow.id}/test`, { input: {} });
    expect([tried.status, tried.body.code]).toEqual([422, 'flow_invalid']);
  });

  test('is published once it has an approval before it, or a budget', async () => {
    await rules({ guarded: { mode: 'refuse' } });
    const steps = { ask: { kind: 'approval', approvers: ['role:admin'], show: 'May it?' }, revoke };
    expect(
      (await publish(await made(aDraft({ steps, wires: wires('start -> ask', 'ask:approved -> revoke') })))).status,
    ).toBe(201);
    expect((await publish(await made(aDraft({ settings: { budgets: { perRun: 3 } } })))).status).toBe(201);
  });

  test('is named through a flow that is called, by the version that is published of it', async () => {
    const called = await publishFlow(stack.admin, {
      ...{ name: 'Inner', connections, triggers: { called: { kind: 'call', input: { type: 'object' } } } },
      ...{ steps: { revoke }, wires: wires('called -> revoke') },
    });
    await rules({ guarded: { mode: 'refuse' } });
    const steps = { call: { kind: 'subflow', title: 'Call it', flow: called.id, input: {} } };
    const { status, body } = await publish(await made(aDraft({ steps, wires: wires('start -> call') })));
    expect(status).toBe(422);
    expect(body.message).toContain('start → Call it → called → Revoke it');
  });

  test('goes on where it was published before the rule', async () => {
    const flow = await made();
    await publish(flow);
    await rules({ guarded: { mode: 'refuse' } });
    expect((await send<{ runId: string }>('POST', `/flows/${flow.id}/run`, { input: {} })).status).toBe(201);
  });
});

describe('an exception', () => {
  test('is of one flow and one rule, with a reason and who gave it, is in the audit, and ends', async () => {
    await rules({ guarded: { mode: 'refuse' } });
    const [flow, other] = [await made(), await made()];
    const except = (body: object) => send<Policy & Refusal>('POST', '/policy/exceptions', body);
    expect((await except({ flowId: flow.id, rule: 'guarded', reason: ' ' })).status).toBe(400);
    const given = await except({ flowId: flow.id, rule: 'guarded', reason: 'Emergencies: reviewed each morning.' });
    expect(given.body.exceptions).toMatchObject([
      {
        flowId: flow.id,
        flowName: 'Taker',
        reason: 'Emergencies: reviewed each morning.',
        givenBy: 'admin@castellan.test',
      },
    ]);
    expect(await problemsOf(flow)).toEqual([]);
    expect((await publish(flow)).status).toBe(201);
    expect((await publish(other)).status).toBe(422);
    expect((await send('DELETE', `/policy/exceptions/${flow.id}/guarded`)).status).toBe(200);
    expect(await problemsOf(flow)).toHaveLength(1);
    expect((await send('DELETE', `/policy/exceptions/${flow.id}/guarded`)).status).toBe(404);
    const { body } = await send<{ items: { action: string; objectId: string }[] }>(
      'GET',
      '/audit?limit=20&action=policy.',
    );
    expect(body.items.slice(0, 3).map(({ action }) => action)).toEqual([
      ...['policy.end_exception', 'policy.except', 'policy.change'],
    ]);
  });

  test('is given by administrators', async () => {
    const builder = await joinAs(stack.api, ApiClient.of(stack.api, stack.admin), 'builder');
    const { id } = await made();
    const body = { flowId: id, rule: 'guarded' as const, reason: 'Because.' };
    expect(await builder.refused(routes.policy.except, { body })).toMatchObject({ status: 403 });
  });
});

test('data of an HR system does not come to a public channel, as the workspace names them', async () => {
  const read = {
    kind: 'action',
    title: 'Read the person',
    connection: 'bamboohr',
    operation: 'getEmployee',
    input: { employeeId: '1' },
  };
  const post = (channel: string) => ({
    ...{ kind: 'action', title: 'Tell', connection: 'slack', operation: 'postMessage' },
    input: { channel, text: { handlebars: 'Hello {{steps.read.output.employee.displayName}}' } },
  });
  const draft = (channel: string) =>
    aDraft({ steps: { read, post: post(channel) }, wires: wires('start -> read', 'read -> post') });
  await rules({ hrData: { mode: 'refuse', publicChannels: ['general'] } });
  const { status, body } = await publish(await made(draft('#general')));
  expect([status, body.message]).toEqual([
    422,
    expect.stringContaining('public channel #general: Read the person → Tell'),
  ]);
  const other = await publish(await made(draft('#hr')));
  expect(other.status, JSON.stringify(other.body)).toBe(201);
});

test('a template that breaks a rule is installed, and not published as long as it does', async () => {
  await rules({ hrData: { mode: 'refuse', publicChannels: ['*'] } });
  const { body: template } = await send<{ flow: { connections: Record<string, { connector: string }> } }>(
    'GET',
    '/templates/hris-joiner',
  );
  const slots = Object.fromEntries(
    Object.entries(template.flow.connections).map(([slot, { connector }]) => [
      slot,
      connector === 'table' ? 'new' : 'simulator',
    ]),
  );
  const installed = await send<Made>('POST', '/templates/hris-joiner/install', { connections: slots, variables: {} });
  expect(installed.status, JSON.stringify(installed.body)).toBe(201);
  expect((await problemsOf(installed.body)).length).toBeGreaterThan(0);
  const { status, body } = await publish(installed.body);
  expect([status, body.code]).toEqual([422, 'flow_invalid']);
  await send('POST', '/policy/exceptions', {
    flowId: installed.body.id,
    rule: 'hrData',
    reason: 'The channel of IT may know names.',
  });
  expect((await publish(installed.body)).status).toBe(201);
  const { body: runs } = await send<{ items: RunRow[] }>('GET', `/runs?flowId=${installed.body.id}`);
  expect(runs.items).toEqual([]);
});
