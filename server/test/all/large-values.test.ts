import { approvalRoutes, type Delivery, draftRunRoutes, flowTestRoutes, retryRoutes } from '@castellan/api';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiClient } from '../api-client.js';
import { deliver, endOf, httpConnection, publishFlow, stepsOf, until, wires } from '../harness/flows.js';
import { type Session, type TestDatabase, type TestServer, type TestTemporal } from '../harness/index.js';
import { type Stack, startStack } from '../harness/stack.js';
import type { Vendor } from '../harness/vendor.js';

let stack: Stack;
let server: TestServer;
let admin: Session;
let database: TestDatabase;
let temporal: TestTemporal;
let vendor: Vendor;

beforeAll(async () => {
  stack = await startStack({ servers: 'one' });
  ({ api: server, admin, database, temporal, vendor } = stack);
});

afterAll(async () => {
  await stack?.stop();
});

describe('a value over 64 KiB', () => {
  let connection: string;
  const rows = (count: number, size: number) =>
    Array.from({ length: count }, (_, at) => ({ at, text: String(at).padEnd(size, '.') }));
  const get = (path: string) => ({
    kind: 'action',
    connection: 'vendor',
    operation: 'get',
    input: { url: `${vendor.url}${path}` },
    retry: { attempts: 1 },
  });
  const slots = () => ({ vendor: { connector: 'http', title: 'Vendor', id: connection } });
  const blobs = () =>
    database.query<{ hash: string; size: number }>('select hash, size from blobs order by created_at');
  const wholeOf = async (runId: string, query: Record<string, string>) => {
    const answer = await fetch(
      `${server.url}/api/v1/workspaces/${admin.workspaceId}/runs/${runId}/value?${new URLSearchParams(query)}`,
      { headers: { cookie: admin.cookie } },
    );
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };

  beforeAll(async () => {
    connection = await httpConnection(admin);
    const date = 'Sat, 21 Nov 2026 08:00:00 GMT';
    vendor.script('/large', () => ({ headers: { date }, body: rows(1_000, 1_900) }));
  });

  test('is stored once by its content, shown as it begins, read whole by the steps that name it, and given as a file', async () => {
    const { hooks } = await publishFlow(admin, {
      name: 'Twice the same',
      connections: slots(),
      triggers: { hook: { kind: 'webhook' } },
      steps: {
        one: get('/large'),
        two: get('/large'),
        last: { kind: 'shape', output: { jsonata: '[$count(steps.one.output.body), steps.two.output.body[999].at]' } },
      },
      wires: wires('hook -> one', 'one -> two', 'two -> last'),
    });
    const { body } = await deliver(hooks.hook as string, {});
    const runId = body.runId as string;
    expect((await endOf(admin, runId)).status).toBe('succeeded');
    const steps = await stepsOf(admin, runId);
    expect(steps.last?.output).toEqual([1_000, 999]);
    expect(steps.one?.large).toEqual({ output: { size: expect.any(Number) } });
    expect(JSON.stringify(steps.one?.output).length).toBeLessThan(20_000);
    expect(JSON.stringify(steps.one?.output)).toMatch(/9\d\d more items/);
    const stored = await blobs();
    expect(stored).toHaveLength(1);
    expect(stored[0]?.size).toBeGreaterThan(1_900_000);
    const file = await wholeOf(runId, { part: 'output', step: 'two' });
    expect(file.headers.get('content-disposition')).toBe('attachment; filename="two-output.json"');
    expect(JSON.parse(file.text).body).toEqual(rows(1_000, 1_900));
    expect((await wholeOf(runId, { part: 'output', step: 'three' })).status).toBe(404);
    expect((await wholeOf(runId, { part: 'output', step: 'last' })).text).toBe('[1000, 999]');
  });

  test('keeps its secrets: what is stored by content is the masked form', async () => {
    const made = await admin.inWorkspace<{ id: string }>('POST', '/connections', {
      name: 'With a token',
      connector: 'http',
      auth: 'bearer',
      fields: { token: 'a-very-secret-token', hosts: [vendor.url] },
    });
    expect(made.status).toBe(201);
    vendor.script('/echo', () => ({ body: { token: 'a-very-secret-token', rows: rows(100, 1_000) } }));
    const { hooks } = await publishFlow(admin, {
      name: 'Echo',
      connections: { vendor: { connector: 'http', title: 'Vendor', id: made.body.id } },
      triggers: { hook: { kind: 'webhook' } },
      steps: {
        echo: get('/echo'),
        last: { kind: 'shape', output: { jsonata: '$length(steps.echo.output.body.token)' } },
      },
      wires: wires('hook -> echo', 'echo -> last'),
    });
    const { body } = await deliver(hooks.hook as string, {});
    const runId = body.runId as string;
    await endOf(admin, runId);
    expect((await stepsOf(admin, runId)).last?.output).toBe('a-very-secret-token'.length);
    const { text } = await wholeOf(runId, { part: 'output', step: 'echo' });
    expect(JSON.parse(text).body.rows).toHaveLength(100);
    expect(text).not.toContain('a-very-secret-token');
    const [row] = await database.query<{ leaks: number }>(
      `select count(*)::int as leaks from blobs where value::text like '%a-very-secret-token%'`,
    );
    expect(row?.leaks).toBe(0);
  });

  test('that arrives is read whole by the flow, and by a delivery that is taken in again', async () => {
    const flow = await publishFlow(admin, {
      name: 'Large arrival',
      triggers: { hook: { kind: 'webhook' } },
      steps: { last: { kind: 'shape', output: { jsonata: '$count(trigger.body.rows)' } } },
      wires: wires('hook -> last'),
    });
    const { body } = await deliver(flow.hooks.hook as string, { rows: rows(200, 1_000) });
    const runId = body.runId as string;
    await endOf(admin, runId);
    expect((await stepsOf(admin, runId)).last?.output).toBe(200);
    const shown = await admin.inWorkspace<{ triggerData: object; large: object }>('GET', `/runs/${runId}`);
    expect(shown.body.large).toEqual({ trigger: { size: expect.any(Number) } });
    expect(JSON.stringify(shown.body.triggerData).length).toBeLessThan(20_000);
    expect(JSON.parse((await wholeOf(runId, { part: 'trigger' })).text).body.rows).toHaveLength(200);

    const log = await admin.inWorkspace<{ items: Delivery[] }>('GET', `/deliveries?flowId=${flow.id}`);
    const [delivery] = log.body.items;
    expect(delivery?.size).toBeGreaterThan(200_000);
    expect(JSON.stringify(delivery?.body).length).toBeLessThan(20_000);
    const again = await admin.inWorkspace<{ runIds: string[] }>('POST', `/deliveries/${delivery?.id}/redeliver`);
    const [second] = again.body.runIds;
    await endOf(admin, second as string);
    expect((await stepsOf(admin, second as string)).last?.output).toBe(200);
  });

  test('is followed by all that looks at a run afterwards: retry, shapes, a step alone, a flow test', async () => {
    let refuses = true;
    vendor.script('/some', () => ({ body: rows(300, 1_000) }));
    vendor.script('/check', () => (refuses ? { status: 400, body: {} } : { body: { fine: true } }));
    const flow = await publishFlow(admin, {
      name: 'Looked at again',
      connections: slots(),
      triggers: { hook: { kind: 'webhook' } },
      steps: {
        read: get('/some'),
        check: get('/check'),
        last: { kind: 'shape', output: { jsonata: '$count(steps.read.output.body) + $count(trigger.body.rows)' } },
      },
      wires: wires('hook -> read', 'read -> check', 'check -> last'),
    });
    const api = ApiClient.of(server, admin);
    const params = { id: flow.id };
    const { body } = await deliver(flow.hooks.hook as string, { rows: rows(100, 1_000) });
    const failed = await endOf(admin, body.runId as string);
    expect(failed.status).toBe('failed');
    refuses = false;

    const wish = { place: { at: 'failed' }, version: 'same' };
    const { runId } = await api.ok(retryRoutes.make, { params: { id: failed.id }, body: wish });
    expect((await endOf(admin, runId)).status).toBe('succeeded');
    expect((await stepsOf(admin, runId)).last?.output).toBe(400);
    expect((await blobs()).filter(({ size }) => size > 300_000 && size < 400_000)).toHaveLength(1);

    const { steps } = await api.ok(draftRunRoutes.shapes, { params, body: { runId: failed.id } });
    expect(steps.read?.output.properties?.body).toMatchObject({ types: expect.any(Array) });

    const made = await api.ok(flowTestRoutes.fromRun, { params, body: { runId } });
    const report = await api.ok(flowTestRoutes.play, { params, body: { tests: [made.id] } });
    expect(report.results).toMatchObject([{ passed: true }]);

    await api.ok(draftRunRoutes.pin, {
      params: { ...params, step: 'read' },
      body: { output: { body: rows(70, 1_000) } },
    });
    const alone = await api.ok(draftRunRoutes.start, { params, body: { step: 'last', fromRun: failed.id } });
    await endOf(admin, alone.runId);
    const own = await stepsOf(admin, alone.runId);
    expect(own.read?.large).toEqual({ output: { size: expect.any(Number) } });
    expect(own.last?.output).toBe(170);
  });

  test('is kept so, too, where people are shown it, loops go over it, a run waits for it and a caller is answered with it', async () => {
    let refuses = true;
    vendor.script('/check-again', () => (refuses ? { status: 400, body: {} } : { body: {} }));
    const flow = await publishFlow(admin, {
      name: 'Everywhere',
      connections: slots(),
      triggers: { hook: { kind: 'webhook' }, told: { kind: 'webhook' } },
      steps: {
        each: {
          kind: 'loop',
          items: { jsonata: 'trigger.body.rows' },
          collect: { jsonata: 'steps.one.output' },
          steps: { one: { kind: 'shape', output: { jsonata: 'item.at' } } },
          wires: wires('each:each -> one'),
        },
        ask: { kind: 'approval', approvers: ['role:admin'], show: { jsonata: 'trigger.body.rows' } },
        heard: { kind: 'wait', event: { event: 'told', key: '/body/id', equals: { jsonata: 'trigger.body.id' } } },
        answer: { kind: 'respond', body: { jsonata: 'steps.heard.output.body.rows' } },
        check: get('/check-again'),
      },
      wires: wires('hook -> each', 'each -> ask', 'ask:approved -> heard', 'heard -> answer', 'answer -> check'),
    });
    const caller = await publishFlow(admin, {
      name: 'Asks for it',
      triggers: { hook: { kind: 'webhook', respond: 'step' } },
      steps: { answer: { kind: 'respond', body: { jsonata: 'trigger.body' } } },
      wires: wires('hook -> answer'),
    });
    const api = ApiClient.of(server, admin);
    const large = rows(150, 1_000);
    expect((await deliver(caller.hooks.hook as string, { rows: large })).body).toEqual({ rows: large });

    const { body } = await deliver(flow.hooks.hook as string, { id: 'large-1', rows: large });
    const runId = body.runId as string;
    const asked = await until('the question', async () => {
      const { items } = await api.ok(approvalRoutes.list, { query: { status: 'open' } });
      return items.find((one) => one.runId === runId);
    });
    expect(JSON.stringify(asked.show).length).toBeLessThan(20_000);
    const params = { id: asked.id };
    expect((await api.ok(approvalRoutes.get, { params })).show).toEqual(large);
    await api.ok(approvalRoutes.decide, { params, body: { decision: 'approve', hash: asked.hash } });
    await until('the wait', async () => (await stepsOf(admin, runId)).heard?.status === 'waiting');
    expect((await deliver(flow.hooks.told as string, { id: 'large-1', rows: large })).body).toMatchObject({ woke: 1 });
    expect((await endOf(admin, runId)).status).toBe('failed');
    const steps = await stepsOf(admin, runId);
    expect(steps.each?.output).toMatchObject({ count: 150, failed: 0 });
    expect(steps['one@149']?.output).toBe(149);

    const inline = await database.query<{ part: string; large: boolean; bytes: number }>(
      `select part, large is not null as large, length(value::text) as bytes from (
         select 'items' as part, large, items as value from loop_items where run_id = $1
         union all select 'show', large, show from approvals where run_id = $1
         union all select 'response', large, response from runs where id = $1
         union all select 'events', d.large, d.events from deliveries d
                    join waits w on w.delivery_id = d.id where w.run_id = $1) n order by part`,
      [runId],
    );
    expect(inline.map(({ part, large: isLarge }) => [part, isLarge])).toEqual(
      ['events', 'items', 'response', 'show'].map((part) => [part, true]),
    );
    expect(Math.max(...inline.map(({ bytes }) => bytes))).toBeLessThan(20_000);

    refuses = false;
    const wish = { place: { at: 'failed' }, version: 'same' };
    const again = await api.ok(retryRoutes.make, { params: { id: runId }, body: wish });
    expect((await endOf(admin, again.runId)).status).toBe('succeeded');
    const made = await api.ok(flowTestRoutes.fromRun, { params: { id: flow.id }, body: { runId: again.runId } });
    expect(made.test.expect.response?.body).toEqual(large);
  });

  test('is sealed where a loop goes over a secret that was echoed, as a small one is, and read as it was, in a retry too', async () => {
    const token = 'token-that-is-echoed';
    let refuses = true;
    vendor.script('/echo', ({ headers }) => ({
      body: [...rows(80, 1_000), { at: 80, text: String(headers.authorization) }],
    }));
    vendor.script('/check-item', () => (refuses ? { status: 400, body: {} } : { body: {} }));
    const made = await admin.inWorkspace<{ id: string }>('POST', '/connections', {
      ...{ name: 'Vendor that echoes', connector: 'http', auth: 'bearer' },
      fields: { token, hosts: [vendor.url] },
    });
    const over = (items: string, steps: Record<string, unknown>, ...inner: string[]) => ({
      kind: 'loop',
      items: { jsonata: items },
      collect: { jsonata: '$length(item.text)' },
      steps,
      wires: wires(...inner),
    });
    const flow = await publishFlow(admin, {
      name: 'Echoes',
      connections: { vendor: { connector: 'http', title: 'Vendor', id: made.body.id } },
      triggers: { hook: { kind: 'webhook' } },
      steps: {
        read: get('/echo'),
        small: over(
          '[steps.read.output.body[-1]]',
          { one: { kind: 'shape', output: { jsonata: '$length(item.text)' } } },
          'small:each -> one',
        ),
        wide: over(
          'steps.read.output.body',
          { each: { kind: 'shape', output: { jsonata: 'item.at' } }, check: get('/check-item') },
          ...['wide:each -> each', 'each -> check'],
        ),
      },
      wires: wires('hook -> read', 'read -> small', 'small -> wide'),
    });
    const api = ApiClient.of(server, admin);
    const whole = [...rows(80, 1_000), { at: 80, text: `Bearer ${token}` }];
    const pages = (runId: string) =>
      database.query<{ step: string; large: boolean; exact: boolean }>(
        `select step_id as step, large is not null as large, exact is not null as exact from loop_items
          where run_id = $1 order by step_id`,
        [runId],
      );
    const sealed = [
      { step: 'small', large: false, exact: true },
      { step: 'wide', large: true, exact: true },
    ];
    const clear = () =>
      database.query(
        `select 'items' as place from loop_items where items::text like '%' || $1 || '%'
         union all select 'blobs' from blobs where value::text like '%' || $1 || '%'`,
        [token],
      );

    const rowsAsBefore = (runId: string) =>
      database.query(
        `update loop_items set exact = null, large = null,
                items = case step_id when 'wide' then $2::jsonb else jsonb_build_array($2::jsonb -> 80) end where run_id = $1`,
        [runId, JSON.stringify(whole)],
      );
    for (const asBefore of [false, true]) {
      refuses = true;
      const { body } = await deliver(flow.hooks.hook as string, {});
      const failed = await endOf(admin, body.runId as string);
      expect(failed.status).toBe('failed');
      expect(await pages(failed.id)).toEqual(sealed);
      expect(await clear()).toEqual([]);

      if (asBefore) await rowsAsBefore(failed.id);
      refuses = false;
      const wish = { place: { at: 'failed' }, version: 'same' };
      const { runId } = await api.ok(retryRoutes.make, { params: { id: failed.id }, body: wish });
      expect((await endOf(admin, runId)).status).toBe('succeeded');
      if (!asBefore) expect(await pages(runId)).toEqual(sealed);
      const steps = await stepsOf(admin, runId);
      expect(steps.small?.output).toMatchObject({ items: [`Bearer ${token}`.length] });
      const lengths = [...Array.from({ length: 80 }, () => 1_000), `Bearer ${token}`.length];
      expect(steps.wide?.output).toMatchObject({ count: 81, failed: 0, items: lengths });
    }
  });

  test('never reaches Temporal: a run of many of them has a small history there', async () => {
    const names = Array.from({ length: 12 }, (_, at) => `s${at}`);
    const { hooks } = await publishFlow(admin, {
      name: 'Many large',
      connections: slots(),
      triggers: { hook: { kind: 'webhook' } },
      steps: Object.fromEntries(names.map((name) => [name, get(`/large?${name}`)])),
      wires: wires(...names.map((name, at) => `${at === 0 ? 'hook' : names[at - 1]} -> ${name}`)),
    });
    const { body } = await deliver(hooks.hook as string, {});
    const runId = body.runId as string;
    expect((await endOf(admin, runId, 60)).status).toBe('succeeded');
    const [run] = await database.query<{ carrier: string }>('select carrier from runs where id = $1', [runId]);
    const connected = await Connection.connect({ address: temporal.address });
    const { namespace } = temporal;
    const { historySize } = await new Client({ connection: connected, namespace }).workflow
      .getHandle(run?.carrier ?? '')
      .describe();
    await connected.close();
    expect(historySize).toBeLessThan(100_000);
  });

  test('past 10 MiB fails the step and names the size; the run goes by its error port', async () => {
    // Under the limit as it is sent, past it as the JSON that is kept: each quote is written as two signs.
    vendor.script('/wide', () => ({ headers: { 'content-type': 'text/plain' }, body: '"'.repeat(4_000_000) }));
    vendor.script('/huge', () => ({ body: { text: 'x'.repeat(11 * 1_048_576) } }));
    for (const path of ['/wide', '/huge']) {
      const { hooks } = await publishFlow(admin, {
        name: `Too large ${path}`,
        connections: slots(),
        triggers: { hook: { kind: 'webhook' } },
        steps: { read: get(path), last: { kind: 'shape', output: { jsonata: 'steps.read.error.message' } } },
        wires: wires('hook -> read', 'read:error -> last'),
      });
      const { body } = await deliver(hooks.hook as string, {});
      await endOf(admin, body.runId as string);
      const { read, last } = await stepsOf(admin, body.runId as string);
      expect(read).toMatchObject({ status: 'failed', error: { code: 'E_OUTPUT_TOO_LARGE', retryable: false } });
      expect(last?.output).toMatch(/(10.0 MiB|10485760 bytes)/);
    }
  });

  test('of 100 MB in a vendor’s answer harms nobody: the step fails, the process and its neighbours go on', async () => {
    vendor.script('/endless', () => ({ body: { text: 'x'.repeat(100_000_000) } }));
    const { hooks } = await publishFlow(admin, {
      name: 'Endless',
      connections: slots(),
      triggers: { hook: { kind: 'webhook' } },
      steps: { read: get('/endless') },
      wires: wires('hook -> read'),
    });
    const started = await Promise.all([1, 2, 3].map(() => deliver(hooks.hook as string, {})));
    for (const { body } of started) {
      const run = await endOf(admin, body.runId as string, 60);
      expect(run.error).toMatchObject({ code: 'E_OUTPUT_TOO_LARGE' });
    }
    expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
    expect(server.logs().filter((line) => line.includes('"level":60'))).toEqual([]);
  });
});
