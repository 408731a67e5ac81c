import { type Approval, approvalRoutes } from '@castellan/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiClient } from './api-client.js';
import { deliver, endOf, type FlowSketch, publishFlow, readRun, stepsOf, until, wires } from './harness/flows.js';
import type { Session } from './harness/index.js';
import { type Stack, startStack } from './harness/stack.js';
import type { Vendor } from './harness/vendor.js';
import { joinAs } from './people.js';

/**
 * Options of steps, triggers and flows of which no other suite would notice that they are not acted on. Waits, approvals
 * that nobody decides and time limits: kinds. Joins, ports and endings: matrix. Calls: engine. Clocks: schedules.
 */
let stack: Stack;
let vendor: Vendor;
let admin: Session;
let connection: string;

beforeAll(async () => {
  stack = await startStack({ servers: 'one' });
  ({ vendor, admin } = stack);
  connection = stack.connections.vendor;
});

afterAll(async () => {
  await stack?.stop();
});

const shape = (output: unknown) => ({ kind: 'shape', output });
const get = (path: string, over: object = {}) => ({
  kind: 'action',
  connection: 'vendor',
  operation: 'get',
  input: { url: `${vendor.url}${path}` },
  ...over,
});

type Sketch = Omit<FlowSketch, 'triggers'>;
const publish = (sketch: Sketch, hook: object = {}) =>
  publishFlow(admin, {
    connections: { vendor: { connector: 'http', title: 'Vendor', id: connection } },
    triggers: { hook: { kind: 'webhook', ...hook } },
    ...sketch,
  });

async function start(sketch: Sketch, body: unknown = {}): Promise<string> {
  const { hooks } = await publish(sketch);
  return (await deliver(hooks.hook as string, body)).body.runId as string;
}

/** The run and its steps when it has ended. */
async function ended(sketch: Sketch, body: unknown = {}) {
  const run = await endOf(admin, await start(sketch, body));
  return { run, steps: await stepsOf(admin, run.id) };
}

describe.concurrent('a call', () => {
  test('is given up after its time, in each of as many attempts as it may have', async () => {
    vendor.script('/silent', () => new Promise(() => undefined));
    const { run, steps } = await ended({
      steps: { call: get('/silent', { timeoutSeconds: 0.5, retry: { attempts: 2, firstSeconds: 0.1 } }) },
      wires: wires('hook -> call'),
    });
    expect(run).toMatchObject({ status: 'failed', error: { code: 'E_TIMEOUT', stepId: 'call' } });
    expect(steps.call?.attempts).toBe(2);
    expect(vendor.to('/silent')).toHaveLength(2);
  });
});

describe.concurrent('a branch', () => {
  const cases = (when: object) => ({
    steps: {
      decide: {
        kind: 'branch',
        cases: [
          { name: 'first', when },
          { name: 'second', when: { jsonata: 'true' } },
        ],
      },
    },
    wires: wires('hook -> decide'),
  });
  const equals = (name: string) => ({ left: { jsonata: 'trigger.body.name' }, op: 'eq', right: name });
  const portOf = async (when: object, name: string) => (await ended(cases(when), { name })).steps.decide?.port;

  test('leaves by the first of its cases that holds', async () => {
    expect(await portOf({ jsonata: 'trigger.body.name = "Jane"' }, 'Jane')).toBe('first');
    expect(await portOf({ jsonata: 'trigger.body.name = "Jane"' }, 'Ola')).toBe('second');
  });

  test('takes groups of conditions, of which all or any must hold, inside each other', async () => {
    const any = { any: [equals('Jane'), equals('Kim')] };
    expect(await portOf(any, 'Kim')).toBe('first');
    expect(await portOf(any, 'Ola')).toBe('second');
    const all = { all: [any, { left: { jsonata: 'trigger.body.name' }, op: 'startsWith', right: 'K' }] };
    expect(await portOf(all, 'Kim')).toBe('first');
    expect(await portOf(all, 'Jane')).toBe('second');
  });
});

describe.concurrent('a loop', () => {
  const loop = (over: object) => ({
    steps: {
      each: {
        kind: 'loop',
        items: [1, 2, 3, 4, 5],
        steps: { note: shape({ jsonata: 'item' }), twice: shape({ jsonata: 'steps.note.output' }) },
        wires: wires('each:each -> note', 'note -> twice'),
        ...over,
      },
    },
    wires: wires('hook -> each'),
  });

  test('goes over lists of so many items where it has a batch size', async () => {
    const { steps } = await ended(loop({ batchSize: 2, collect: { jsonata: '{"items": item, "index": index}' } }));
    expect(steps.each?.output).toEqual({
      count: 3,
      failed: 0,
      items: [
        { items: [1, 2], index: 0 },
        { items: [3, 4], index: 1 },
        { items: [5], index: 2 },
      ],
    });
  });

  test('that collects all has the outputs of its steps by their ids', async () => {
    const { steps } = await ended(loop({ items: ['a'], collect: true }));
    expect(steps.each?.output).toMatchObject({ items: [{ note: { output: 'a' }, twice: { output: 'a' } }] });
  });

  test('goes through its items one after another where it says nothing of that', async () => {
    const seen: string[] = [];
    vendor.script('/in-turn', async ({ body }) => {
      seen.push(`begin ${(body as { item: number }).item}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
      seen.push(`end ${(body as { item: number }).item}`);
      return {};
    });
    const tell = {
      kind: 'action',
      connection: 'vendor',
      operation: 'request',
      input: { method: 'POST', url: `${vendor.url}/in-turn`, json: { item: { jsonata: 'item' } } },
    };
    const body = { items: [1, 2, 3], key: { jsonata: '$string(item)' }, steps: { tell } };
    await ended(loop({ ...body, wires: wires('each:each -> tell') }));
    expect(seen).toEqual(['begin 1', 'end 1', 'begin 2', 'end 2', 'begin 3', 'end 3']);
  });

  test('that failed goes on by out with nothing where it says so', async () => {
    const bad = { steps: { bad: shape({ jsonata: '$error("no")' }) }, wires: wires('each:each -> bad') };
    const sketch = loop({ ...bad, onError: 'continue' });
    const { run, steps } = await ended({
      steps: { ...sketch.steps, after: shape({ jsonata: '[steps.each.output, steps.each.error.code]' }) },
      wires: [...sketch.wires, ...wires('each -> after')],
    });
    expect(run.status).toBe('succeeded');
    expect(steps).toMatchObject({ each: { status: 'failed', port: 'out' }, after: { output: [null, 'E_ITEM'] } });
  });

  test('stands in others up to five deep, and sees the item of each by its name', async () => {
    const nested = (depth: number): object => {
      const id = `l${depth}`;
      const body: Record<string, object> =
        depth === 5 ? { leaf: shape({ jsonata: leaf }) } : { [`l${depth + 1}`]: nested(depth + 1) };
      const collect = depth === 5 ? 'steps.leaf.output' : `steps.l${depth + 1}.output.items`;
      return {
        kind: 'loop',
        items: [`${depth}a`, `${depth}b`],
        collect: { jsonata: collect },
        steps: body,
        wires: wires(...Object.keys(body).map((step) => `${id}:each -> ${step}`)),
      };
    };
    const leaf = 'loops.l1.item & loops.l2.item & loops.l3.item & loops.l4.item & item & loops.l5.index';
    const { run, steps } = await ended({ steps: { l1: nested(1) }, wires: wires('hook -> l1') });
    expect(run.status).toBe('succeeded');
    expect(steps.l1?.output).toMatchObject({ count: 2, failed: 0 });
    const leaves = (steps.l1?.output as { items?: unknown[] } | undefined)?.items?.flat(5) ?? [];
    expect(leaves).toHaveLength(32);
    expect([leaves[0], leaves[31]]).toEqual(['1a2a3a4a5a0', '1b2b3b4b5b1']);
  });
});

describe.concurrent('an approval', () => {
  test('of two people is given when both have agreed, and shows them what it is about', async () => {
    const client = ApiClient.of(stack.api, admin);
    const [one, two] = [await joinAs(stack.api, client, 'approver'), await joinAs(stack.api, client, 'approver')];
    const runId = await start(
      {
        steps: {
          ask: {
            kind: 'approval',
            title: 'Let them in',
            approvers: { jsonata: '[trigger.body.one, trigger.body.two]' },
            needed: { jsonata: '$count([trigger.body.one, trigger.body.two])' },
            show: { who: { handlebars: 'For {{trigger.body.who}}' } },
          },
          after: shape({ jsonata: 'steps.ask.output.port' }),
        },
        wires: wires('hook -> ask', 'ask:approved -> after'),
      },
      { one: one.email, two: two.email.toUpperCase(), who: 'Jane' },
    );
    const asked = await until('the approval', async () => {
      const { items } = await one.ok(approvalRoutes.list);
      return items.find((item) => item.runId === runId);
    });
    expect(asked).toMatchObject({
      ...{ title: 'Let them in', show: { who: 'For Jane' }, needed: 2, mayDecide: true },
      approvers: [one.email, two.email],
    });
    const decide = (by: ApiClient): Promise<Approval> =>
      by.ok(approvalRoutes.decide, { params: { id: asked.id }, body: { decision: 'approve', hash: asked.hash } });
    const notAsked = await admin.inWorkspace('POST', `/approvals/${asked.id}/decide`, {
      ...{ decision: 'approve', hash: asked.hash },
    });
    expect(notAsked.status).toBe(403);
    expect(await decide(one)).toMatchObject({ status: 'open', decisions: [{ by: one.email }] });
    expect((await readRun(admin, runId)).endedAt).toBeNull();
    expect(await decide(two)).toMatchObject({ status: 'approved' });
    expect(await endOf(admin, runId)).toMatchObject({ status: 'succeeded' });
    expect((await stepsOf(admin, runId)).after?.output).toBe('approved');
  });
});

describe.concurrent('a step that calls a flow', () => {
  test('which fails goes on by out with nothing where it says so', async () => {
    const { id } = await publishFlow(admin, {
      triggers: { called: { kind: 'call' } },
      steps: { stop: { kind: 'stop', outcome: 'fail', message: 'no' } },
      wires: wires('called -> stop'),
    });
    const { run, steps } = await ended({
      steps: {
        sub: { kind: 'subflow', flow: id, onError: 'continue' },
        after: shape({ jsonata: '{"output": steps.sub.output, "said": steps.sub.error.message}' }),
      },
      wires: wires('hook -> sub', 'sub -> after'),
    });
    expect(run.status).toBe('succeeded');
    expect(steps).toMatchObject({
      sub: { status: 'failed', port: 'out' },
      after: { output: { output: null, said: 'no' } },
    });
  });
});

describe.concurrent('an answer', () => {
  const answering = (respond: object) =>
    publish(
      { steps: { answer: { kind: 'respond', ...respond } }, wires: wires('hook -> answer') },
      { respond: 'step' },
    );

  test('has the status, headers and body that the flow computes', async () => {
    const { hooks } = await answering({
      status: { jsonata: '200 + 2' },
      headers: { 'X-Case': { jsonata: 'trigger.body.id' }, 'Content-Type': 'text/plain' },
      body: { handlebars: 'Case {{trigger.body.id}}' },
    });
    const answer = await fetch(hooks.hook as string, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"id": "OPS-1"}',
    });
    expect([answer.status, answer.headers.get('x-case'), await answer.text()]).toEqual([202, 'OPS-1', 'Case OPS-1']);
    expect(answer.headers.get('content-type')).toContain('text/plain');
  });

  test('sets no header that is the server’s: the step fails and names it', async () => {
    const { hooks } = await answering({ headers: { 'Set-Cookie': 'a=b' }, body: 1 });
    const { body } = await deliver(hooks.hook as string, {});
    const run = await endOf(admin, body.runId as string);
    expect(run).toMatchObject({ status: 'failed', error: { code: 'E_PARAM_TYPE', stepId: 'answer' } });
    expect(run.error?.message).toContain('Set-Cookie');
  });

  test('is the first one that the flow comes to', async () => {
    const { hooks } = await publish(
      {
        steps: {
          one: { kind: 'respond', body: { said: 'one' } },
          pause: { kind: 'wait', seconds: 0.2 },
          two: { kind: 'respond', body: { said: 'two' } },
        },
        wires: wires('hook -> one', 'one -> pause', 'pause -> two'),
      },
      { respond: 'end' },
    );
    expect((await deliver(hooks.hook as string, {})).body).toEqual({ said: 'one' });
  });
});

describe.concurrent('a stop', () => {
  test.each([
    ['succeed', 'succeeded'],
    ['fail', 'failed'],
  ])('in a loop that says %s ends the whole run, which has %s', async (outcome, status) => {
    const { run, steps } = await ended({
      steps: {
        each: {
          kind: 'loop',
          items: ['a', 'b'],
          steps: { end: { kind: 'stop', outcome, message: { handlebars: 'At {{item}}' } }, never: shape(1) },
          wires: wires('each:each -> never', 'never -> end'),
        },
        after: shape(2),
      },
      wires: wires('hook -> each', 'each -> after'),
    });
    expect(run).toMatchObject({ status, outcome: 'At a' });
    expect(Object.keys(steps)).not.toContain('never@1');
    expect(steps.after?.status).toBe('skipped');
  });
});

describe.concurrent('a webhook', () => {
  const echo: Sketch = {
    steps: { echo: { kind: 'respond', body: { jsonata: '{"m": trigger.method, "q": trigger.query.who}' } } },
    wires: wires('hook -> echo'),
  };

  test('takes the methods that it names and no other', async () => {
    const { hooks } = await publish(echo, { methods: ['GET', 'PUT'], respond: 'step' });
    const answers = await Promise.all(
      ['GET', 'PUT', 'POST', 'DELETE'].map(async (method) => {
        const answer = await fetch(`${hooks.hook}?who=jane`, { method });
        return answer.ok ? await answer.json() : answer.status;
      }),
    );
    expect(answers).toEqual([{ m: 'GET', q: 'jane' }, { m: 'PUT', q: 'jane' }, 404, 404]);
  });

  test.each([
    ['JSONata', { jsonata: 'trigger.body.severity > 3' }],
    ['CEL', { cel: 'trigger.body.severity > 3.0' }],
  ])('makes runs of what its filter in %s lets through', async (_, filter) => {
    const { hooks } = await publish(echo, { filter });
    expect((await deliver(hooks.hook as string, { severity: 2 })).body.runId).toBeUndefined();
    expect((await deliver(hooks.hook as string, { severity: 4 })).body.runId).toEqual(expect.any(String));
  });

  test('takes deliveries with one key for one run within its window, and for another one after it', async () => {
    const dedupe = (windowSeconds: number) => publish(echo, { dedupe: { key: '/body/id', windowSeconds } });
    const [long, short] = [(await dedupe(3_600)).hooks.hook as string, (await dedupe(1)).hooks.hook as string];
    const first = (await deliver(long, { id: 1 })).body;
    expect((await deliver(long, { id: 1 })).body).toMatchObject({ runId: first.runId, duplicate: true });
    expect((await deliver(long, { id: 2 })).body.runId).not.toBe(first.runId);
    const other = (await deliver(short, { id: 1 })).body.runId;
    const later = await until('the end of the window', async () => {
      const { runId } = (await deliver(short, { id: 1 })).body;
      return runId !== other && runId;
    });
    expect(later).toEqual(expect.any(String));
  });
});

test('a run that a flow makes is named by its subject', async () => {
  const { run } = await ended(
    { steps: { only: shape(1) }, wires: wires('hook -> only'), settings: { subject: '/body/user/email' } },
    { user: { email: 'jane@example.com' } },
  );
  expect(run.businessKey).toBe('jane@example.com');
});

test('variables stand where they are named: data in its place and as vars, an expression as if it were written there', async () => {
  const { steps } = await ended(
    {
      variables: {
        greeting: { type: 'text', title: 'Greeting', default: 'Hello' },
        limit: { type: 'number', title: 'Limit', default: 3 },
        strict: { type: 'boolean', title: 'Strict', default: true },
        teams: { type: 'list', title: 'Teams', default: ['ops', 'sec'] },
        person: { type: 'expression', title: 'Who', default: '$uppercase(trigger.body.who)' },
      },
      steps: {
        all: shape({
          deep: [{ text: { var: 'greeting' }, who: { var: 'person' } }],
          number: { jsonata: 'vars.limit + 1' },
          strict: { var: 'strict' },
          teams: { var: 'teams' },
          text: { handlebars: '{{vars.greeting}} {{trigger.body.who}}' },
          literal: { literal: { jsonata: 'not evaluated' } },
        }),
      },
      wires: wires('hook -> all'),
    },
    { who: 'jane' },
  );
  expect(steps.all?.output).toEqual({
    deep: [{ text: 'Hello', who: 'JANE' }],
    number: 4,
    strict: true,
    teams: ['ops', 'sec'],
    text: 'Hello jane',
    literal: { jsonata: 'not evaluated' },
  });
});
