import { type Approval, agentRoutes, approvalRoutes, type Permission, peopleRoutes, type RunRow } from '@castellan/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiClient } from '../api-client.js';
import { endOf, publishFlow, until, wires } from '../harness/flows.js';
import { type Stack, startStack } from '../harness/stack.js';
import { foreignAdmin, joinAs } from '../people.js';

interface Answer {
  status: number;
  headers: Headers;
  result: Record<string, unknown> & { tools?: { name: string }[]; structuredContent?: Report; isError?: boolean };
  error: { code: number; message: string } | undefined;
}
interface Report {
  status: string;
  answer?: unknown;
  outcome?: string;
  error?: { code: string };
  waitsFor?: { kind: string };
  run: { id: string; url: string };
}

let stack: Stack;
let admin: ApiClient;
let approver: ApiClient;
let agent: string;

beforeAll(async () => {
  stack = await startStack();
  admin = ApiClient.of(stack.api, stack.admin);
  approver = await joinAs(stack.api, admin, 'approver');
  agent = await tokenOf(admin, 'flow:run', 'run:read');
  await publishFlow(stack.admin, {
    name: 'People',
    connections: { vendor: { connector: 'http', title: 'Vendor', id: stack.connections.vendor } },
    triggers: {
      look: offered('find_person', 'Finds somebody by e-mail.'),
      take: offered('remove_person', 'Removes somebody once a person has agreed.'),
      hand: { kind: 'manual', input: form },
    },
    steps: {
      said: { kind: 'respond', body: { jsonata: `{ 'found': trigger.input.email }` } },
      known: {
        kind: 'branch',
        cases: [{ name: 'nobody', when: { jsonata: `trigger.input.email = 'no@castellan.test'` } }],
      },
      refuse: { kind: 'respond', status: 404, body: { message: 'There is nobody by this address.' } },
      allow: {
        ...{ kind: 'approval', approvers: ['role:approver', 'role:admin'] },
        show: { email: { jsonata: 'trigger.input.email' } },
      },
      remove: {
        ...{ kind: 'action', connection: 'vendor', operation: 'request' },
        input: {
          method: 'POST',
          url: `${stack.vendorUrl}/removed`,
          json: { email: { jsonata: 'trigger.input.email' } },
        },
      },
      done: { kind: 'stop', outcome: 'succeed', message: 'Removed' },
    },
    wires: wires(
      ...['look -> known', 'known:nobody -> refuse', 'known:else -> said'],
      ...['take -> allow', 'allow:approved -> remove', 'remove -> done', 'hand -> said'],
    ),
  });
});
afterAll(() => stack?.stop());

const form = {
  type: 'object',
  properties: { email: { type: 'string', format: 'email' } },
  required: ['email'],
  additionalProperties: false,
};
const offered = (tool: string, description: string) => ({ kind: 'manual', input: form, agents: { tool, description } });

async function tokenOf(owner: ApiClient, ...scopes: Permission[]): Promise<string> {
  const { secret } = await owner.ok(peopleRoutes.makeToken, { body: { name: 'agent', scopes, expiresInDays: 1 } });
  return secret as string;
}

async function post(body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const answer = await fetch(`${stack.api.url}/mcp`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${agent}`, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await answer.text();
  const { result, error } = text === '' ? { result: {}, error: undefined } : JSON.parse(text);
  return { status: answer.status, headers: answer.headers, result, error };
}
const ask = (method: string, params: object = {}, token = agent) =>
  post({ jsonrpc: '2.0', id: 7, method, params }, { authorization: `Bearer ${token}` });
const call = (name: string, given: object, token = agent) => ask('tools/call', { name, arguments: given }, token);
const namesFor = async (token: string) => (await ask('tools/list', {}, token)).result.tools?.map(({ name }) => name);

describe('an agent', () => {
  test('is told what the server speaks, in its own revision where that is known', async () => {
    const hello = (protocolVersion: string) =>
      ask('initialize', { protocolVersion, capabilities: {}, clientInfo: { name: 'a', version: '1' } });
    expect((await hello('2025-06-18')).result).toMatchObject({
      protocolVersion: '2025-06-18',
      capabilities: { tools: {} },
      serverInfo: { name: 'castellan' },
    });
    expect((await hello('1999-01-01')).result.protocolVersion).toBe('2025-11-25');
    expect((await post({ jsonrpc: '2.0', method: 'notifications/initialized' })).status).toBe(202);
    expect((await ask('ping')).result).toEqual({});
  });

  test('sees the flows that are offered, with their form and what they may do, and no others', async () => {
    const { tools } = (await ask('tools/list')).result;
    expect(tools).toEqual([
      expect.objectContaining({ name: 'find_person', inputSchema: form, description: 'Finds somebody by e-mail.' }),
      expect.objectContaining({ name: 'remove_person' }),
      expect.objectContaining({ name: 'read_run' }),
    ]);
    expect(tools).toMatchObject([
      { annotations: { readOnlyHint: true, destructiveHint: false } },
      { annotations: { readOnlyHint: false } },
      { annotations: { readOnlyHint: true } },
    ]);
  });

  test('gets the answer of the flow, which is a run started by the owner of the token', async () => {
    const { result } = await call('find_person', { email: 'jane@castellan.test' });
    expect(result).toMatchObject({ isError: false, structuredContent: { answer: { found: 'jane@castellan.test' } } });
    const runId = result.structuredContent?.run.id as string;
    expect(await endOf(stack.admin, runId)).toMatchObject({ status: 'succeeded', trigger: { id: 'look' } });
    const [row] = await stack.database.query<{ started_by: string }>('select started_by from runs where id = $1', [
      runId,
    ]);
    expect(row?.started_by).toBe('admin@castellan.test');
    expect(JSON.parse((result.content as { text: string }[])[0]?.text ?? '')).toEqual(result.structuredContent);
  });

  test('is told no as an error of the tool, and what is wrong with its arguments', async () => {
    expect((await call('find_person', { email: 'no@castellan.test' })).result).toMatchObject({
      isError: true,
      structuredContent: { answer: { message: 'There is nobody by this address.' } },
    });
    const { result } = await call('find_person', { mail: 'jane@castellan.test' });
    expect(result).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('/input') }] });
  });

  test('is told at once that a person is waited for, and reads later what came of it', async () => {
    const { result } = await call('remove_person', { email: 'jane@castellan.test' });
    expect(result).toMatchObject({
      isError: false,
      structuredContent: { status: 'waiting', waitsFor: { kind: 'approval' } },
    });
    const runId = result.structuredContent?.run.id as string;
    const approval = await until('the approval', async () => {
      const { items } = await admin.ok(approvalRoutes.list, { query: { limit: '200' } });
      return items.find((item: Approval) => item.runId === runId);
    });
    const decision = { params: { id: approval.id }, body: { decision: 'approve', hash: approval.hash } };
    const read = () => call('read_run', { runId });
    expect((await read()).result.structuredContent).toMatchObject({ status: 'waiting' });
    expect(await admin.refused(approvalRoutes.decide, decision)).toMatchObject({
      status: 403,
      message: /you started it/,
    });
    await approver.ok(approvalRoutes.decide, decision);
    await endOf(stack.admin, runId);
    expect((await read()).result).toMatchObject({
      isError: false,
      structuredContent: { status: 'succeeded', outcome: 'Removed' },
    });
  });
});

describe('a token', () => {
  test('opens to an agent what its owner may and its scopes say, and no more', async () => {
    const viewer = await joinAs(stack.api, admin, 'viewer');
    const looking = await tokenOf(viewer, 'run:read');
    expect(await namesFor(looking)).toEqual(['read_run']);
    expect((await call('find_person', { email: 'a@b.test' }, looking)).error?.code).toBe(-32602);
    const starting = await tokenOf(admin, 'flow:run');
    expect(await namesFor(starting)).toEqual(['find_person', 'remove_person']);
    expect((await call('read_run', { runId: crypto.randomUUID() }, starting)).error?.code).toBe(-32602);
  });

  test('of another workspace sees nothing of this one', async () => {
    const foreigner = await foreignAdmin(stack.api, admin);
    const foreign = await tokenOf(foreigner, 'flow:run', 'run:read');
    expect(await namesFor(foreign)).toEqual(['read_run']);
    const mine = (await call('find_person', { email: 'jane@castellan.test' })).result.structuredContent?.run.id;
    expect((await call('read_run', { runId: mine }, foreign)).result).toMatchObject({
      isError: true,
      content: [{ text: 'There is no such run.' }],
    });
  });

  test('is needed: neither a session nor a revoked one, nor a page of another site, gets in', async () => {
    const message = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
    const withSession = await post(message, { authorization: '', cookie: stack.admin.cookie });
    expect(withSession.status).toBe(401);
    expect(withSession.headers.get('www-authenticate')).toContain('Bearer');
    expect((await post(message, { origin: 'https://evil.example' })).status).toBe(403);
    const { id, secret } = await admin.ok(peopleRoutes.makeToken, {
      body: { name: 'short', scopes: ['flow:run'], expiresInDays: 1 },
    });
    await admin.ok(peopleRoutes.revokeToken, { params: { id } });
    expect((await post(message, { authorization: `Bearer ${secret}` })).status).toBe(401);
  });
});

describe('the address', () => {
  test('refuses what is no message of the protocol, with the place', async () => {
    expect(await post('{')).toMatchObject({ status: 400, error: { code: -32700 } });
    expect(await post([{ jsonrpc: '2.0', id: 1, method: 'ping' }])).toMatchObject({
      status: 400,
      error: { code: -32600 },
    });
    expect((await ask('resources/list')).error?.code).toBe(-32601);
    expect((await ask('tools/call', {})).error).toMatchObject({
      code: -32602,
      message: expect.stringContaining('/name'),
    });
    const old = { jsonrpc: '2.0', id: 1, method: 'ping' };
    expect((await post(old, { 'mcp-protocol-version': '1999-01-01' })).status).toBe(400);
  });

  test('has no stream to be read', async () => {
    const answer = await fetch(`${stack.api.url}/mcp`, { headers: { authorization: `Bearer ${agent}` } });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
  });
});

describe('a flow', () => {
  const sketch = (tool: string) => ({
    name: `Offers ${tool}`,
    triggers: { go: { ...offered(tool, 'Does it.'), input: {} } },
    steps: { said: { kind: 'respond', body: 'yes' } },
    wires: wires('go -> said'),
  });
  const asked = (flowId: string, what: 'enable' | 'disable') =>
    stack.admin.inWorkspace<RunRow>('POST', `/flows/${flowId}/${what}`, {});

  test('is no tool while it is switched off', async () => {
    const flow = await publishFlow(stack.admin, sketch('switched'));
    expect((await call('switched', {})).result.structuredContent).toMatchObject({ answer: 'yes' });
    await asked(flow.id, 'disable');
    expect((await call('switched', {})).error?.code).toBe(-32602);
    const { items, url } = await admin.ok(agentRoutes.tools);
    expect(items.find(({ name }) => name === 'switched')).toMatchObject({ enabled: false, effect: 'read' });
    expect(url).toBe(`${stack.api.url}/mcp`);
  });

  test('cannot offer a tool by a name that another one offers', async () => {
    const first = await publishFlow(stack.admin, sketch('twice'));
    await expect(publishFlow(stack.admin, sketch('twice'))).rejects.toThrow(
      'offers agents a tool of this name already',
    );
    await asked(first.id, 'disable');
    await publishFlow(stack.admin, sketch('twice'));
    expect((await asked(first.id, 'enable')).status).toBe(422);
  });
});
