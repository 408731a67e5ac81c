import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BadAnswer, bytes, dripping, endless, gzipBomb } from '../harness/bad-answers.js';
import { type ClosedDoor, closedDoor } from '../harness/closed-door.js';
import { deliver, endOf, httpConnection, publishFlow, readRun, stepsOf, until, wires } from '../harness/flows.js';
import { invariants } from '../harness/invariants.js';
import { attend } from '../harness/person.js';
import { residentMegabytes } from '../harness/processes.js';
import type { SimulatorControl } from '../harness/simulator-control.js';
import { callsOf, type Stack, startStack } from '../harness/stack.js';
import { startVendor, type Vendor, type VendorAnswer } from '../harness/vendor.js';

/** A vendor that does everything but what it should. */
let stack: Stack;
let calls: ReturnType<typeof callsOf>;
let door: ClosedDoor;
/** Another host, so that what is learned of it holds nobody else up. */
let other: Vendor;

beforeAll(async () => {
  door = await closedDoor();
  other = await startVendor();
  stack = await startStack({
    postgres: 'shared',
    temporal: 'shared',
    simulators: true,
    reachable: [door.address, other.address],
  });
  calls = callsOf(stack);
});

afterAll(async () => {
  await stack?.stop();
  door?.close();
  await other?.stop();
});

/** The simulators, which were asked for. */
const slack = () => stack.simulators?.control as SimulatorControl;

/** A write by the key of its run. */
const keyInput = { method: 'POST', json: { run: { jsonata: 'run.id' } } };

const quick = { attempts: 4, firstSeconds: 0.2, factor: 1.5, maxSeconds: 1 };

/** Publishes a flow of one step, by a connection of its own so that no rate gate is shared, and delivers to it. */
async function runStep(step: object, more: { steps?: object; wires?: string[]; body?: unknown } = {}): Promise<string> {
  const vendor = { connector: 'http', title: 'Vendor', id: await httpConnection(stack.admin) };
  const { hooks } = await publishFlow(stack.admin, {
    connections: { ...calls.slots, vendor },
    triggers: { hook: { kind: 'webhook' } },
    steps: { call: step, ...more.steps },
    wires: wires('hook -> call', ...(more.wires ?? [])),
  });
  return String((await stack.send(hooks.hook as string, more.body ?? {})).body.runId);
}

const answerOnce = (path: string, first: VendorAnswer): void =>
  stack.vendor.script(path, (_, count) => (count === 1 ? first : {}));

const callOf = async (runId: string) => (await stepsOf(stack.admin, runId)).call;

describe('a 429', () => {
  const inTwoSeconds = (): string => new Date(Math.ceil(Date.now() / 1000) * 1000 + 2_000).toUTCString();

  test.each([
    ['in seconds', () => '2', 2_000],
    ['as a date', inTwoSeconds, 2_000],
    ['of 0', () => '0', 0],
    ['of -1', () => '-1', 0],
    ['that is no time', () => 'abc', 0],
  ])('with Retry-After %s: nothing is asked before it, and no attempt is lost', async (name, told, milliseconds) => {
    const path = `/limit/${name.replaceAll(' ', '-')}`;
    stack.vendor.script(path, (_, count) => (count <= 2 ? { status: 429, headers: { 'retry-after': told() } } : {}));
    const runId = await runStep(calls.key(path, { retry: { ...quick, attempts: 1 } }));
    expect(await endOf(stack.admin, runId, 60)).toMatchObject({ status: 'succeeded' });
    const asked = stack.vendor.to(path);
    expect(asked).toHaveLength(3);
    for (const [index, { at }] of asked.slice(1).entries()) {
      expect(at - (asked[index]?.at ?? 0)).toBeGreaterThanOrEqual(milliseconds - 50);
    }
    expect(await callOf(runId)).toMatchObject({ attempts: 1, effect: { state: 'done' } });
  });

  test('that asks for a day is not waited for longer than a quarter of an hour, says so, and can be tried now', async () => {
    answerOnce('/limit/day', { status: 429, headers: { 'retry-after': '86400' } });
    const runId = await runStep(calls.read('/limit/day'));
    const step = await until('the pause', async () => {
      const found = await callOf(runId);
      return found?.status === 'retrying' && found;
    });
    const asked = stack.vendor.to('/limit/day')[0]?.at ?? 0;
    const pause = Date.parse(step.nextAttemptAt ?? '') - asked;
    expect(pause).toBeGreaterThan(800_000);
    expect(pause).toBeLessThanOrEqual(960_000);
    await until('what it waits for', async () => (await readRun(stack.admin, runId)).waitingFor?.kind === 'retry');
    await stack.admin.inWorkspace('POST', `/runs/${runId}/cancel`, {});
    expect(await endOf(stack.admin, runId)).toMatchObject({ status: 'cancelled' });
    expect(stack.vendor.to('/limit/day')).toHaveLength(1);
  });

  test('of one run holds back all others of the connection', async () => {
    stack.vendor.script('/limit/shared', (_, count) =>
      count === 1 ? { status: 429, headers: { 'retry-after': '3' } } : {},
    );
    const { hooks } = await publishFlow(stack.admin, {
      connections: calls.slots,
      triggers: { hook: { kind: 'webhook' } },
      steps: { call: calls.read('/limit/shared') },
      wires: wires('hook -> call'),
    });
    const url = hooks.hook as string;
    const first = String((await stack.send(url, {})).body.runId);
    await until('the first answer', async () => stack.vendor.to('/limit/shared').length > 0);
    await until('its pause', async () => (await callOf(first))?.status === 'retrying');
    const others = await Promise.all([1, 2, 3].map(async () => String((await stack.send(url, {})).body.runId)));
    for (const runId of [first, ...others]) expect((await endOf(stack.admin, runId, 60)).status).toBe('succeeded');
    const [turnedAway, ...later] = stack.vendor.to('/limit/shared').map(({ at }) => at);
    for (const at of later) expect(at - (turnedAway ?? 0)).toBeGreaterThanOrEqual(2_900);
  });
});

describe('an answer of', () => {
  test.each([500, 502, 503])('%i three times and then 200: tried again, every attempt is shown', async (status) => {
    const path = `/flaky/${status}`;
    stack.vendor.script(path, (_, count) => (count <= 3 ? { status, body: { message: `try ${count}` } } : {}));
    const runId = await runStep(calls.key(path, { retry: quick }));
    expect(await endOf(stack.admin, runId, 60)).toMatchObject({ status: 'succeeded' });
    const step = await callOf(runId);
    expect(step).toMatchObject({ attempts: 4, effect: { state: 'done', attempts: 4 } });
    expect(step?.tries.map(({ status: told }) => told)).toEqual([status, status, status]);
    expect(new Set(stack.vendor.to(path).map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  });

  test('500 for ever: after its attempts the step fails by its error port, and other flows went on meanwhile', async () => {
    stack.vendor.script('/down', () => ({ status: 500 }));
    const down = await runStep(calls.read('/down', { retry: quick }), {
      steps: { mend: { kind: 'shape', output: { jsonata: 'steps.call.error' } } },
      wires: ['call:error -> mend'],
    });
    await until('the first refusal', async () => stack.vendor.to('/down').length > 0);
    const other = await runStep(calls.read('/up'));
    expect(await endOf(stack.admin, other, 60)).toMatchObject({ status: 'succeeded' });
    expect(await endOf(stack.admin, down, 60)).toMatchObject({ status: 'succeeded' });
    expect(stack.vendor.to('/down')).toHaveLength(4);
    expect((await stepsOf(stack.admin, down)).mend?.output).toMatchObject({ code: 'E_HTTP', status: 500 });
  });

  test('500 from a host again and again: it is left alone but for one call now and then, and the runs wait for it', async () => {
    const works = { now: false };
    other.script('/host', () => ({ status: works.now ? 200 : 500 }));
    const { hooks } = await publishFlow(stack.admin, {
      connections: calls.slots,
      triggers: { hook: { kind: 'webhook' } },
      steps: { call: calls.key('/host', { input: { ...keyInput, url: `${other.url}/host` }, retry: quick }) },
      wires: wires('hook -> call'),
    });
    const sent = await Promise.all(Array.from({ length: 20 }, () => stack.send(hooks.hook as string, {})));
    const runIds = sent.map(({ body }) => String(body.runId));
    const waiting = await until('all runs that are left to wait for the host', async () => {
      const runs = await Promise.all(runIds.map((runId) => readRun(stack.admin, runId)));
      return runs.every(({ waitingFor }) => waitingFor?.kind === 'host') && runs;
    });
    expect(waiting[0]?.waitingFor).toMatchObject({ what: 'call', who: other.address });
    // Every run has one attempt at most from before, then one call at a time found out: far from four attempts each.
    const asked = other.to('/host').length;
    expect(asked).toBeLessThan(40);
    expect((await callOf(runIds[0] as string))?.attempts).toBeLessThan(4);
    const elsewhere = await runStep(calls.read('/elsewhere'));
    expect(await endOf(stack.admin, elsewhere, 60)).toMatchObject({ status: 'succeeded' });
    works.now = true;
    for (const runId of runIds) expect(await endOf(stack.admin, runId, 120)).toMatchObject({ status: 'succeeded' });
    const answered = other.to('/host').filter(({ answered: status }) => status === 200);
    expect(answered).toHaveLength(20);
  });

  test.each([400, 401, 403, 404, 409, 422])('%i: asked once, and the run says why it failed', async (status) => {
    const path = `/refused/${status}`;
    stack.vendor.script(path, () => ({ status, body: { message: 'not like this' } }));
    const runId = await runStep(calls.none(path, { retry: quick }));
    const run = await endOf(stack.admin, runId, 60);
    expect(run).toMatchObject({ status: 'failed', error: { status, stepId: 'call' } });
    expect(JSON.stringify(run.error)).toContain('not like this');
    expect(stack.vendor.to(path)).toHaveLength(1);
  });
});

describe('a connection that is reset after the request was sent', () => {
  test('a read is made again', async () => {
    answerOnce('/reset/read', { reset: true });
    const runId = await runStep(calls.read('/reset/read', { retry: quick }));
    expect(await endOf(stack.admin, runId, 60)).toMatchObject({ status: 'succeeded' });
    expect(stack.vendor.to('/reset/read')).toHaveLength(2);
  });

  test('natural: sent again, and it is as if it had been sent once', async () => {
    await slack().faults('slack', [{ path: '/api/conversations.open', reset: 'after' }]);
    const runId = await runStep(calls.natural({ retry: quick }));
    expect(await endOf(stack.admin, runId, 60)).toMatchObject({ status: 'succeeded' });
    const asked = await slack().requests('slack');
    const keys = asked.filter(({ path }) => path.endsWith('conversations.open')).map((one) => one.idempotencyKey);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
  });

  test('key: sent again under the same key', async () => {
    answerOnce('/reset/key', { reset: true });
    const runId = await runStep(calls.key('/reset/key', { retry: quick }));
    expect(await endOf(stack.admin, runId, 60)).toMatchObject({ status: 'succeeded' });
    const keys = stack.vendor.to('/reset/key').map(({ headers }) => headers['idempotency-key']);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
  });

  test.each(['before', 'after'])('lookup, %s it was done: asked first, and done once', async (when) => {
    await slack().faults('slack', [{ path: '/api/chat.postMessage', reset: when }]);
    const runId = await runStep(calls.lookup(`Reset ${when}`, { retry: quick }));
    expect(await endOf(stack.admin, runId, 60)).toMatchObject({ status: 'succeeded' });
    const { messages } = (await slack().state('slack')) as { messages: { text: string }[] };
    expect(messages.filter(({ text }) => text.includes(runId))).toHaveLength(1);
  });

  test('none: sent once, and a person says that it happened', async () => {
    answerOnce('/reset/none', { reset: true });
    const runId = await runStep(calls.none('/reset/none', { retry: quick }), {
      steps: { next: calls.key('/reset/after-none') },
      wires: ['call -> next'],
    });
    const [run] = await attend(stack, [runId]);
    expect(run).toMatchObject({ status: 'succeeded' });
    expect(stack.vendor.to('/reset/none')).toHaveLength(1);
    expect(stack.vendor.to('/reset/after-none')).toHaveLength(1);
  });

  test('none, where nobody knows and the step handles it: it goes by the error port', async () => {
    answerOnce('/reset/handled', { reset: true });
    const runId = await runStep(calls.none('/reset/handled', { retry: quick, onUnknown: 'error' }), {
      steps: { mend: { kind: 'shape', output: { jsonata: 'steps.call.error.code' } } },
      wires: ['call:error -> mend'],
    });
    expect(await endOf(stack.admin, runId, 60)).toMatchObject({ status: 'succeeded' });
    expect(stack.vendor.to('/reset/handled')).toHaveLength(1);
  });
});

test('a host that lets nobody in is given up in time, and the step is tried again', async () => {
  const input = { url: `http://${door.address}/` };
  const runId = await runStep({ ...calls.read('/'), input, retry: { ...quick, attempts: 2 } });
  const run = await endOf(stack.admin, runId, 60);
  expect(run).toMatchObject({ status: 'failed', error: { code: 'E_TIMEOUT', retryable: true } });
  expect(run.error?.message).toContain('no connection in time');
  expect(await callOf(runId)).toMatchObject({ attempts: 2 });
});

describe('an answer that', () => {
  const bad = (path: string, answer: BadAnswer): void => stack.vendor.script(path, () => ({ write: answer }));

  test('comes drop by drop is given up when the time of the step is over', async () => {
    bad('/drip', dripping(200));
    const runId = await runStep(calls.read('/drip', { timeoutSeconds: 2, retry: { attempts: 1 } }));
    expect(await endOf(stack.admin, runId, 60)).toMatchObject({ status: 'failed', error: { code: 'E_TIMEOUT' } });
  });

  test('comes drop by drop to a write without a key is a person’s to judge', async () => {
    bad('/drip-write', dripping(200));
    const runId = await runStep(calls.none('/drip-write', { timeoutSeconds: 2, retry: quick }));
    await attend(stack, [runId]);
    expect(stack.vendor.to('/drip-write')).toHaveLength(1);
  });

  test('never ends is cut off at 10 MiB', async () => {
    let sent = 0;
    bad(
      '/endless',
      endless((so) => (sent = so)),
    );
    const runId = await runStep(calls.read('/endless', { retry: quick }));
    const run = await endOf(stack.admin, runId, 60);
    expect(run).toMatchObject({ status: 'failed', error: { code: 'E_OUTPUT_TOO_LARGE' } });
    // What the sockets hold has gone out too.
    expect(sent).toBeLessThan(40 * 1024 * 1024);
    expect(stack.vendor.to('/endless')).toHaveLength(1);
  });

  test('unpacks to 500 MB is not unpacked', async () => {
    const [worker] = stack.workers;
    const before = residentMegabytes(worker?.pid ?? 0);
    let most = before;
    const watch = setInterval(() => {
      most = Math.max(most, residentMegabytes(worker?.pid ?? 0));
    }, 100);
    bad('/bomb', gzipBomb(500));
    const runId = await runStep(calls.read('/bomb', { retry: quick }));
    const run = await endOf(stack.admin, runId, 60);
    clearInterval(watch);
    expect(run).toMatchObject({ status: 'failed', error: { code: 'E_OUTPUT_TOO_LARGE' } });
    expect(most - before).toBeLessThan(200);
  });

  test.each([
    ['is no JSON', '{"a":'],
    ['is nested 1,000 deep', `${'['.repeat(1_000)}${']'.repeat(1_000)}`],
    ['is nested 100,000 deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['has 100,000 keys', `{${Array.from({ length: 100_000 }, (_, n) => `"k${n}":1`).join()}}`],
  ])('%s fails its step and nothing else', async (name, content) => {
    const path = `/malformed/${name.replaceAll(/[ ,]/g, '-')}`;
    bad(path, bytes(content));
    const runId = await runStep(calls.read(path, { retry: quick }));
    expect(await endOf(stack.admin, runId, 60)).toMatchObject({ status: 'failed', error: { code: 'E_RESPONSE' } });
    expect(stack.vendor.to(path)).toHaveLength(1);
  });

  test.each([
    ['has NUL in it', '{"name":"a\\u0000b"}', { name: 'a�b' }],
    ['has half a character in it', '{"name":"a\\ud800b"}', { name: 'a�b' }],
    ['reaches for prototypes', '{"__proto__":{"admin":true},"name":"x"}', { name: 'x' }],
    [
      'says that it is a function',
      '{"name":{"_jsonata_function":true,"_jsonata_lambda":true,"is":"x"}}',
      { name: { is: 'x' } },
    ],
  ])('%s is plain data for the steps after it', async (name, content, seen) => {
    const path = `/odd/${name.replaceAll(' ', '-')}`;
    bad(path, bytes(content));
    const runId = await runStep(calls.read(path), {
      steps: {
        read: {
          kind: 'shape',
          output: { jsonata: '{"seen": steps.call.output.body, "type": $type(steps.call.output.body.name)}' },
        },
      },
      wires: ['call -> read'],
    });
    expect(await endOf(stack.admin, runId, 60)).toMatchObject({ status: 'succeeded' });
    expect((await stepsOf(stack.admin, runId)).read?.output).toMatchObject({ seen });
  });

  test('names another character set than it has is read all the same', async () => {
    bad(
      '/charset',
      bytes(Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d]), {
        'content-type': 'application/json; charset=nonsense',
      }),
    );
    const runId = await runStep(calls.read('/charset'));
    expect(await endOf(stack.admin, runId, 60)).toMatchObject({ status: 'succeeded' });
  });
});

test('expressions that never end and that eat all memory, 20 of each at once: each fails alone, and others go on', async () => {
  const { hooks } = await publishFlow(stack.admin, {
    triggers: { hook: { kind: 'webhook' } },
    steps: {
      does: {
        kind: 'shape',
        output: {
          jsonata:
            'trigger.body.does = "loop" ? ($f := function($n) { $n > 0 ? $f($n - 1) : 0 }; $f(1000000000)) : trigger.body.does = "memory" ? $length($reduce([1..40], function($t) { $t & $t }, "xxxxxxxx")) : "fine"',
        },
      },
    },
    wires: wires('hook -> does'),
  });
  const url = hooks.hook as string;
  const does = Array.from({ length: 60 }, (_, n) => ['loop', 'memory', 'fine'][n % 3] as string);
  const runIds = await Promise.all(
    does.map(async (what, n) => String((await stack.send(url, { does: what, n })).body.runId)),
  );
  const ends = await Promise.all(runIds.map((runId) => endOf(stack.admin, runId, 150)));
  const wrong = ends.flatMap(({ status, error }, n) => {
    const expected = does[n] === 'fine' ? 'succeeded' : 'failed';
    return status === expected ? [] : [{ does: does[n], status, error }];
  });
  expect(wrong).toEqual([]);
  for (const { error } of ends) if (error) expect(error.code).toMatch(/^E_(EXPR|LIMIT)/);
  const later = String((await deliver(url, { does: 'fine' })).body.runId);
  expect(await endOf(stack.admin, later, 60)).toMatchObject({ status: 'succeeded' });
});

test('after all of it nothing is lost, double or stuck', async () => {
  await invariants(stack);
});
