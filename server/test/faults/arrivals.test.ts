import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { FlowDetail } from '@castellan/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endOf, publishFlow, readRun, stepsOf, until, wires } from '../harness/flows.js';
import { invariants } from '../harness/invariants.js';
import { approvalOf, callsOf, held, type Stack, startStack } from '../harness/stack.js';

/** What comes in: too often, too slowly, in circles, too large, poisoned, or while somebody changes the flow. */
let stack: Stack;
let calls: ReturnType<typeof callsOf>;

beforeAll(async () => {
  stack = await startStack({ postgres: 'shared', temporal: 'shared' });
  // Flows may call our own webhooks.
  const address = `127.0.0.1:${stack.apis[0]?.port}`;
  await Promise.all(stack.workers.splice(0).map((worker) => worker.stop()));
  await stack.startWorker({ EGRESS_ALLOW: `${stack.vendor.address},${address}` });
  calls = callsOf(stack);
});

afterAll(() => stack?.stop());

const hook = { hook: { kind: 'webhook' } };
const only = { only: { kind: 'shape', output: { jsonata: 'trigger.body' } } };

interface DeliveryItem {
  id: string;
  status: string;
  reason: string | null;
}
const deliveriesOf = async (flowId: string): Promise<DeliveryItem[]> =>
  (await stack.admin.inWorkspace<{ items: DeliveryItem[] }>('GET', `/deliveries?flowId=${flowId}&limit=100`)).body
    .items;

const runsOf = async (flowId: string): Promise<{ id: string; status: string }[]> =>
  (
    await stack.admin.inWorkspace<{ items: { id: string; status: string }[] }>(
      'GET',
      `/runs?flowId=${flowId}&limit=100`,
    )
  ).body.items;

/** So many runs of these flows, once all have ended. */
const allEnded = (count: number, ...flowIds: string[]) =>
  until(
    `the end of ${count} runs`,
    async () => {
      const runs = (await Promise.all(flowIds.map(runsOf))).flat();
      return (
        runs.length >= count &&
        runs.every(({ status }) => ['succeeded', 'failed', 'cancelled'].includes(status)) &&
        runs
      );
    },
    60,
  );

test('the same delivery 50 times at once is one run, and every sender is told which', async () => {
  const { id, hooks } = await publishFlow(stack.admin, {
    connections: calls.slots,
    triggers: hook,
    steps: { call: calls.none('/fifty') },
    wires: wires('hook -> call'),
  });
  const headers = { 'webhook-id': 'msg_one_of_fifty' };
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => stack.send(hooks.hook as string, { a: 1 }, headers)),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
  expect(new Set(answers.map(({ body }) => body.runId)).size).toBe(1);
  expect(answers.filter(({ body }) => body.duplicate === false)).toHaveLength(1);
  expect(await allEnded(1, id)).toHaveLength(1);
  expect(stack.vendor.to('/fifty')).toHaveLength(1);
});

test('2,000 deliveries as fast as they come: none is refused, and every one is run', async () => {
  const { id, hooks } = await publishFlow(stack.admin, { triggers: hook, steps: only, wires: wires('hook -> only') });
  const url = hooks.hook as string;
  const statuses: number[] = [];
  let left = 2_000;
  const sender = async (): Promise<void> => {
    while (left-- > 0) statuses.push((await stack.send(url, { n: left })).status);
  };
  await Promise.all(Array.from({ length: 20 }, sender));
  expect(statuses).toHaveLength(2_000);
  expect(new Set(statuses)).toEqual(new Set([202]));
  await invariants(stack);
  const [counted] = await stack.database.query<{ count: number }>(
    `select count(*)::int as count from runs where flow_id = $1 and status = 'succeeded'`,
    [id],
  );
  expect(counted?.count).toBe(2_000);
});

describe('senders that do not finish', () => {
  const opened: Socket[] = [];
  const open = async (): Promise<Socket> => {
    const socket = connect({ host: '127.0.0.1', port: stack.apis[0]?.port ?? 0 });
    socket.on('error', () => undefined);
    opened.push(socket);
    await once(socket, 'connect');
    return socket;
  };
  const ended = (socket: Socket): Promise<void> =>
    new Promise((resolve) => {
      socket.resume();
      if (socket.closed) resolve();
      else socket.once('close', () => resolve());
    });
  afterAll(() => {
    for (const socket of opened) socket.destroy();
  });

  test('300 that send a header byte by byte are cut off, and others are served meanwhile', async () => {
    const { hooks } = await publishFlow(stack.admin, { triggers: hook, steps: only, wires: wires('hook -> only') });
    const url = new URL(hooks.hook as string);
    const slow = await Promise.all(Array.from({ length: 300 }, open));
    const ends = slow.map(ended);
    for (const socket of slow) socket.write(`POST ${url.pathname} HTTP/1.1\r\nhost: x\r\nx-slow: `);
    const drip = setInterval(() => {
      for (const socket of slow) if (socket.writable) socket.write('a');
    }, 1_000);
    const runId = String((await stack.send(url.href, { while: 'slow' })).body.runId);
    expect(await endOf(stack.admin, runId, 60)).toMatchObject({ status: 'succeeded' });
    await Promise.all(ends);
    clearInterval(drip);
  });

  test('one whose body never comes is cut off without a delivery', async () => {
    const { id, hooks } = await publishFlow(stack.admin, { triggers: hook, steps: only, wires: wires('hook -> only') });
    const { pathname } = new URL(hooks.hook as string);
    const socket = await open();
    const end = ended(socket);
    socket.write(
      `POST ${pathname} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"a":`,
    );
    const drip = setInterval(() => socket.writable && socket.write(' '), 2_000);
    await end;
    clearInterval(drip);
    expect(await deliveriesOf(id)).toEqual([]);
  });

  test('5,000 idle connections keep nobody from being served', async () => {
    await Promise.all(Array.from({ length: 5_000 }, open));
    const { hooks } = await publishFlow(stack.admin, { triggers: hook, steps: only, wires: wires('hook -> only') });
    const runId = String((await stack.send(hooks.hook as string, { while: 'idle' })).body.runId);
    expect(await endOf(stack.admin, runId, 60)).toMatchObject({ status: 'succeeded' });
  });
});

describe('flows that start each other by their webhooks', () => {
  /** Publishes a flow whose only step posts to the address that its delivery names. */
  const relay = (onError: string[] = []) =>
    publishFlow(stack.admin, {
      connections: calls.slots,
      triggers: hook,
      steps: {
        call: {
          ...calls.none('/'),
          input: {
            method: 'POST',
            url: { jsonata: 'trigger.body.to[0]' },
            json: { to: { jsonata: '$append(trigger.body.to[[1..99]], trigger.body.to[0])' } },
          },
        },
      },
      wires: wires('hook -> call', ...onError),
    });
  /** Our own address as the egress rule names it. */
  const local = (url: string): string => url.replace('localhost', '127.0.0.1');

  test('one that starts itself ends after five with a word about it', async () => {
    const self = await relay();
    const url = local(self.hooks.hook as string);
    await stack.send(url, { to: [url] });
    const runs = await allEnded(6, self.id);
    expect(runs).toHaveLength(6);
    const failed = runs.filter(({ status }) => status === 'failed');
    expect(failed).toHaveLength(1);
    const { error } = await readRun(stack.admin, failed[0]?.id ?? '');
    expect(JSON.stringify(error)).toContain('more than 5 deep');
    expect(await deliveriesOf(self.id)).toContainEqual(
      expect.objectContaining({ status: 'refused', reason: expect.stringContaining('more than 5 deep') }),
    );
  });

  test('two that start each other end as well, whatever depth they claim', async () => {
    const [one, two] = await Promise.all([relay(), relay()]);
    const [first, second] = [one, two].map((flow) => local(flow.hooks.hook as string)) as [string, string];
    await stack.send(first, { to: [second, first] });
    const runs = await allEnded(6, one.id, two.id);
    expect(runs).toHaveLength(6);
    expect(runs.filter(({ status }) => status === 'failed')).toHaveLength(1);
  });

  test('a sender outside who claims a depth is turned away beyond it and nothing else', async () => {
    const flow = await publishFlow(stack.admin, { triggers: hook, steps: only, wires: wires('hook -> only') });
    const url = flow.hooks.hook as string;
    for (const claimed of ['-1', 'x', '5', '1e9']) {
      expect((await stack.send(url, {}, { 'x-castellan-depth': claimed })).status).toBe(202);
    }
    expect(await stack.send(url, {}, { 'x-castellan-depth': '6' })).toMatchObject({
      status: 409,
      body: { code: 'E_RECURSION' },
    });
  });
});

describe('an import', () => {
  const whole = { schema: 1, name: 'Imported', triggers: hook, steps: only, wires: wires('hook -> only') };
  const nested = (depth: number): unknown => {
    let value: unknown = 1;
    for (let level = 0; level < depth; level++) value = [value];
    return value;
  };
  const flows = async (): Promise<number> =>
    (await stack.database.query<{ count: number }>('select count(*)::int as count from flows'))[0]?.count ?? 0;

  /** As text, since some of these cannot be said by JSON.stringify. */
  async function importText(
    text: string,
  ): Promise<{ status: number; body: { code: string; message: string; details?: unknown } }> {
    const { url } = stack.apis[0] as { url: string };
    const answer = await fetch(`${url}/api/v1/workspaces/${stack.admin.workspaceId}/flows/import`, {
      method: 'POST',
      headers: { origin: url, cookie: stack.admin.cookie, 'content-type': 'application/json' },
      body: text,
    });
    return { status: answer.status, body: (await answer.json()) as { code: string; message: string } };
  }

  test.each([
    ['that is cut off', JSON.stringify({ flow: whole }).slice(0, -9), 400],
    [
      'that is 100,000 levels deep',
      `{"flow":{"schema":1,"name":"x","layout":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`,
      400,
    ],
    ['of 5 MB', JSON.stringify({ flow: { ...whole, description: 'x'.repeat(5_000_000) } }), 413],
    ['with a prototype in it', `{"flow":{"schema":1,"name":"x","__proto__":{"a":1}}}`, 400],
    ['of a later schema', JSON.stringify({ flow: { ...whole, schema: 99 } }), 400],
    ['whose steps are a list', JSON.stringify({ flow: { ...whole, steps: ['a'] } }), 400],
    ['whose wires are a text', JSON.stringify({ flow: { ...whole, wires: 'all' } }), 400],
    [
      'whose layout is 50 levels deep, a flow all the same,',
      JSON.stringify({ flow: { ...whole, layout: { a: nested(50) } } }),
      201,
    ],
  ])('%s is taken whole or not at all', async (_, text, status) => {
    const before = await flows();
    const answer = await importText(text);
    expect(answer).toMatchObject({ status });
    expect(await flows()).toBe(status === 201 ? before + 1 : before);
    if (status !== 201) expect(answer.body.message.length).toBeGreaterThan(10);
  });

  test.each([
    ['of an unknown kind of step', { steps: { only: { kind: 'teleport' } } }, '/steps/only'],
    ['with a wire to a step that is not there', { wires: wires('hook -> nowhere') }, '/wires/0'],
    [
      'with a circle',
      {
        steps: { a: { kind: 'shape', output: 1 }, b: { kind: 'shape', output: 2 } },
        wires: wires('hook -> a', 'a -> b', 'b -> a'),
      },
      '/wires',
    ],
    [
      'with an id twice',
      { steps: { hook: { kind: 'shape', output: 1 } }, wires: wires('hook -> hook') },
      '/steps/hook',
    ],
    [
      'of an operation that no connector has',
      {
        connections: { vendor: { connector: 'http', title: 'V', id: null } },
        steps: { only: { kind: 'action', connection: 'vendor', operation: 'fly', input: {} } },
      },
      '/steps/only',
    ],
    ['of 501 steps', { steps: Object.fromEntries(Array.from({ length: 501 }, (_, n) => [`s${n}`, only.only])) }, ''],
  ])('%s is kept as a draft at most, and publishing names the place', async (_, over, pointer) => {
    const answer = await importText(JSON.stringify({ flow: { ...whole, ...over } }));
    if (answer.status !== 201) {
      expect(answer.status).toBe(400);
      expect(JSON.stringify(answer.body)).toContain(pointer);
      return;
    }
    const flow = answer.body as unknown as FlowDetail;
    const refused = await stack.admin.inWorkspace<{ code: string; details: { problems: { pointer: string }[] } }>(
      'POST',
      `/flows/${flow.id}/publish`,
      {},
      { 'if-match': String(flow.revision) },
    );
    expect(refused).toMatchObject({ status: 422, body: { code: 'flow_invalid' } });
    expect(refused.body.details.problems.some((problem) => problem.pointer.startsWith(pointer))).toBe(true);
  });
});

describe('while runs are open', () => {
  test('a flow is edited, published, switched off and removed: they finish as they began', async () => {
    const hold = held();
    stack.vendor.script('/open', async () => {
      await hold.until;
      return {};
    });
    const steps = {
      call: calls.key('/open'),
      ask: { kind: 'approval', approvers: ['role:admin'] },
      last: { kind: 'shape', output: 'old' },
    };
    const flow = await publishFlow(stack.admin, {
      connections: calls.slots,
      triggers: hook,
      steps,
      wires: wires('hook -> call', 'call -> ask', 'ask:approved -> last'),
    });
    const url = flow.hooks.hook as string;
    const [calling, queued] = await Promise.all([stack.send(url, {}), stack.send(url, {})]);
    const runIds = [String(calling?.body.runId), String(queued?.body.runId)];
    await until('the calls', async () => stack.vendor.to('/open').length === 2, 60);

    const draft = { ...(flow.detail.draft as object), steps: { ...steps, last: { kind: 'shape', output: 'new' } } };
    const path = `/flows/${flow.id}`;
    const revision = { 'if-match': String(flow.detail.revision) };
    const saved = await stack.admin.inWorkspace<FlowDetail>('PUT', path, { draft }, revision);
    expect(saved.status).toBe(200);
    const next = { 'if-match': String(saved.body.revision) };
    expect((await stack.admin.inWorkspace('POST', `${path}/publish`, {}, next)).status).toBe(201);
    hold.release();
    for (const runId of runIds) await approvalOf(stack.admin, runId);
    expect((await stack.admin.inWorkspace('POST', `${path}/disable`, {})).status).toBeLessThan(300);
    expect((await stack.send(url, {})).status).toBe(404);
    expect((await stack.admin.inWorkspace('DELETE', path)).status).toBeLessThan(300);
    expect((await stack.send(url, {})).status).toBe(404);
    for (const runId of runIds) {
      const { id, hash } = await approvalOf(stack.admin, runId);
      expect(
        (await stack.admin.inWorkspace('POST', `/approvals/${id}/decide`, { decision: 'approve', hash })).status,
      ).toBe(200);
      expect(await endOf(stack.admin, runId, 60)).toMatchObject({ status: 'succeeded', version: 1 });
      expect((await stepsOf(stack.admin, runId)).last?.output).toBe('old');
    }
  });

  test('a flow is switched on and off again and again: nobody gets an error, and what was accepted is run', async () => {
    const flow = await publishFlow(stack.admin, { triggers: hook, steps: only, wires: wires('hook -> only') });
    const url = flow.hooks.hook as string;
    let switching = true;
    const answers: number[] = [];
    const senders = Array.from({ length: 6 }, async () => {
      while (switching) answers.push((await stack.send(url, { a: 1 })).status);
    });
    const switched: number[] = [];
    for (let turn = 0; turn < 20; turn++) {
      const path = `/flows/${flow.id}/${turn % 2 === 0 ? 'disable' : 'enable'}`;
      switched.push((await stack.admin.inWorkspace('POST', path, {})).status);
    }
    switching = false;
    await Promise.all(senders);
    expect(switched.every((status) => status < 300)).toBe(true);
    expect(answers.filter((status) => ![202, 404, 429].includes(status))).toEqual([]);
    await invariants(stack);
  });

  test('a connection of a flow is not removed, and the flows that use it are named', async () => {
    const flow = await publishFlow(stack.admin, {
      name: 'The one that needs it',
      connections: calls.slots,
      triggers: hook,
      steps: { call: calls.read('/used') },
      wires: wires('hook -> call'),
    });
    const answer = await stack.admin.inWorkspace<{ code: string }>(
      'DELETE',
      `/connections/${stack.connections.vendor}`,
    );
    expect(answer).toMatchObject({ status: 409, body: { code: 'in_use' } });
    expect(JSON.stringify(answer.body)).toContain(flow.id);
  });
});

describe('poison', () => {
  test('whose key cannot be evaluated is tried five times, shown as a problem, and does not keep others waiting', async () => {
    const key = { jsonata: '$number(trigger.body.n)' };
    const flow = await publishFlow(stack.admin, {
      triggers: { hook: { kind: 'webhook', dedupe: { key, windowSeconds: 60 } } },
      steps: only,
      wires: wires('hook -> only'),
    });
    const url = flow.hooks.hook as string;
    const poisoned = await Promise.all(Array.from({ length: 40 }, () => stack.send(url, { n: 'none' })));
    expect(poisoned.map(({ status }) => status)).toEqual(poisoned.map(() => 202));
    const healthy = await stack.send(url, { n: 7 });
    expect(await endOf(stack.admin, String(healthy.body.runId), 60)).toMatchObject({ status: 'succeeded' });
    const [first] = poisoned;
    const again = await stack.admin.inWorkspace('POST', `/deliveries/${first?.body.deliveryId}/redeliver`, {});
    expect(again.status).toBeLessThan(500);
    // Its tries are spread over a minute; the test makes them due.
    await until(
      'the last tries',
      async () => {
        const left = await stack.database.query(
          `update deliveries set received_at = received_at - interval '1 minute'
            where status = 'unmatched' and attempts < 5 returning id`,
        );
        return left.length === 0;
      },
      60,
    );
    const shown = (await deliveriesOf(flow.id)).filter(({ status }) => status === 'unmatched');
    expect(shown.length).toBeGreaterThanOrEqual(40);
    for (const { reason } of shown) expect(reason).toContain('The dedupe key of hook cannot be evaluated');
  });

  test.each([
    ['NUL in its address', '?a=%00&b=%ED%A0%80', '{}', {}],
    ['NUL in its body', '', '{"a":"\\u0000","\\u0000":1}', {}],
    ['half characters in its body', '', '{"a":"\\ud800"}', {}],
    ['bytes that are no text', '', Buffer.from([0xff, 0xfe, 0x00, 0x80]), {}],
    ['odd bytes in its headers', '', '{}', { 'x-odd': 'caf\u00e9 \u00ff' }],
    ['a body that is no JSON', '', '{"a":', {}],
    ['a body that is nested 1,000 deep', '', `${'['.repeat(1_000)}${']'.repeat(1_000)}`, {}],
    ['keys that are taken for code', '', '{"__proto__":{"a":1},"x":{"_jsonata_function":true}}', {}],
  ])(
    'with %s is stored and run like any other, and so are those that come with it',
    async (_, query, body, headers) => {
      const flow = await publishFlow(stack.admin, { triggers: hook, steps: only, wires: wires('hook -> only') });
      const url = flow.hooks.hook as string;
      const neighbours = Array.from({ length: 10 }, (_, n) => stack.send(url, { n }));
      const poisoned = await fetch(`${url}${query}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: new Uint8Array(Buffer.from(body as string)),
      });
      expect(poisoned.status).toBe(202);
      expect((await Promise.all(neighbours)).map(({ status }) => status)).toEqual(neighbours.map(() => 202));
      const runs = await until('all its runs', async () => {
        const found = await runsOf(flow.id);
        return found.length === 11 && found;
      });
      for (const { id } of runs) expect(await endOf(stack.admin, id, 60)).toMatchObject({ status: 'succeeded' });
    },
  );
});

test('after all of it nothing is lost, double or stuck', async () => {
  await invariants(stack);
});
