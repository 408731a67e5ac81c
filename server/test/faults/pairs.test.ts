import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { endOf, type PublishedFlow, publishFlow, readRun, stepsOf, until, wires } from '../harness/flows.js';
import { invariants } from '../harness/invariants.js';
import { attend } from '../harness/person.js';
import { callsOf, held, type Stack, startStack } from '../harness/stack.js';

/** Two APIs and two workers of one installation: they share the work, and each may go at any time. */
let stack: Stack;
let flow: PublishedFlow;
let calls: ReturnType<typeof callsOf>;

beforeAll(async () => {
  stack = await startStack({ postgres: 'shared', temporal: 'shared' });
  await Promise.all([stack.startApi(), stack.startWorker()]);
  calls = callsOf(stack);
  flow = await publishFlow(stack.admin, {
    connections: calls.slots,
    triggers: { hook: { kind: 'webhook', dedupe: { key: '/body/id', windowSeconds: 3600 } } },
    steps: {
      begin: { kind: 'shape', output: { jsonata: 'trigger.body.id' } },
      first: calls.key('/first'),
      second: calls.none('/second'),
      each: {
        kind: 'loop',
        items: { jsonata: '[1..3]' },
        concurrency: 2,
        key: { jsonata: '$string(item)' },
        steps: { double: { kind: 'shape', output: { jsonata: 'item * 2' } } },
        wires: wires('each:each -> double'),
      },
      done: { kind: 'shape', output: { jsonata: 'steps.begin.output' } },
    },
    wires: wires(
      'hook -> begin',
      'begin -> first',
      'begin -> second',
      'first -> each',
      'second -> each',
      'each -> done',
    ),
  });
});

beforeEach(() => {
  for (const path of ['/first', '/second', '/held']) stack.vendor.script(path, () => ({}));
});

afterAll(() => stack?.stop());

let sent = 0;

/** The address of the flow at one of the APIs. */
const urlAt = (index: number): string => {
  const url = new URL(flow.hooks.hook as string);
  return `http://127.0.0.1:${stack.apis[index % stack.apis.length]?.port}${url.pathname}`;
};

/** As a vendor does: again with the same id until it is answered 2xx. */
async function insist(id: string): Promise<string> {
  for (let attempt = 0; ; attempt++) {
    const answer = await stack.send(urlAt(attempt + Number(id.length % 2)), { id }).catch(() => null);
    if (answer?.status === 202) return String(answer.body.runId);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const many = (count: number): Promise<string[]> =>
  Promise.all(Array.from({ length: count }, () => insist(`alert-${++sent}`)));

async function expectDone(runIds: string[]): Promise<void> {
  const runs = await attend(stack, runIds, 200);
  expect(new Set(runs.map(({ status }) => status))).toEqual(new Set(['succeeded']));
  expect(new Set(runIds).size).toBe(runIds.length);
  await invariants(stack);
}

test('two APIs and two workers share 200 runs, and each is done once', async () => {
  await expectDone(await many(200));
});

test('one of each is killed again and again under load: the others take over', async () => {
  const batches: Promise<string[]>[] = [];
  for (let round = 0; round < 3; round++) {
    batches.push(many(30));
    await Promise.all([stack.workers.shift()?.kill9(), stack.apis.pop()?.kill9()]);
    batches.push(many(10));
    await Promise.all([stack.startWorker(), stack.startApi()]);
  }
  await expectDone((await Promise.all(batches)).flat());
});

describe('a server that is asked to end', () => {
  test('a worker hands its runs over: its calls end, its code is 0, and nothing is called twice', async () => {
    const hold = held();
    for (const path of ['/first', '/second']) {
      stack.vendor.script(path, async () => {
        await hold.until;
        return {};
      });
    }
    const before = stack.vendor.requests.length;
    const runIds = await many(10);
    await until('calls under way', async () => stack.vendor.requests.length >= before + 20, 60);
    const [leaving] = stack.workers.splice(0, 1);
    const code = leaving?.stop();
    hold.release();
    expect(await code).toBe(0);
    await expectDone(runIds);
    expect(stack.vendor.requests.length).toBe(before + 20);
    await stack.startWorker();
  });

  test('a worker whose calls do not end leaves within its time, and they go on elsewhere', async () => {
    const hold = held();
    let first = true;
    stack.vendor.script('/first', async () => {
      if (first) await hold.until;
      return {};
    });
    const runIds = await many(2);
    await until('calls under way', async () => stack.vendor.to('/first').length > 0, 60);
    const leaving = stack.workers.splice(0);
    await stack.startWorker();
    const codes = await Promise.all(leaving.map((worker) => worker.stop()));
    first = false;
    hold.release();
    // Null would be: it had to be killed.
    expect(codes.every((code) => code !== null)).toBe(true);
    await expectDone(runIds);
    await stack.startWorker();
  });

  test('an API answers what it has taken and takes no more', async () => {
    const leaving = await stack.startApi();
    const url = new URL(flow.hooks.hook as string);
    url.port = String(leaving.port);
    const answers: (number | null)[] = [];
    let stopped = false;
    const senders = Array.from({ length: 8 }, async () => {
      while (!stopped) {
        const answer = await stack.send(url.href, { id: `alert-${++sent}` }).catch(() => null);
        answers.push(answer?.status ?? null);
        if (answer === null) return;
      }
    });
    await until('some answers', async () => answers.length > 20);
    // One that was opened beforehand and never asks, as browsers do.
    const silent = connect({ host: '127.0.0.1', port: leaving.port });
    silent.on('error', () => undefined);
    await once(silent, 'connect');
    stack.apis.splice(stack.apis.indexOf(leaving), 1);
    expect(await leaving.stop()).toBe(0);
    stopped = true;
    await Promise.all(senders);
    // 503 is a word, too; a connection that was not taken any more is none.
    expect(answers.filter((status) => status !== null && status !== 202 && status !== 503)).toEqual([]);
    await invariants(stack);
  });
});

describe('a cancel', () => {
  const cancel = async (runId: string): Promise<void> => {
    expect((await stack.admin.inWorkspace('POST', `/runs/${runId}/cancel`, {})).status).toBeLessThan(300);
    expect(await endOf(stack.admin, runId, 60)).toMatchObject({ status: 'cancelled' });
  };
  const start = async (step: object): Promise<string> => {
    const { hooks } = await publishFlow(stack.admin, {
      connections: calls.slots,
      triggers: { hook: { kind: 'webhook' } },
      steps: { step, after: calls.none('/never') },
      wires: wires('hook -> step', 'step:out -> after'),
    });
    return String((await stack.send(hooks.hook as string, {})).body.runId);
  };

  test('during a write records what became of it, and nothing comes after it', async () => {
    const hold = held();
    stack.vendor.script('/held', async () => {
      await hold.until;
      return {};
    });
    const runId = await start(calls.key('/held'));
    await until('the call', async () => stack.vendor.to('/held').length > 0, 60);
    await cancel(runId);
    hold.release();
    await until('the outcome', async () => {
      const { effect } = (await stepsOf(stack.admin, runId)).step ?? {};
      return effect?.state !== 'sending';
    });
    await invariants(stack);
  });

  test('during the pause before another attempt', async () => {
    stack.vendor.script('/failing', () => ({ status: 503 }));
    const runId = await start(calls.key('/failing', { retry: { attempts: 5, firstSeconds: 60 } }));
    await until('the pause', async () => (await stepsOf(stack.admin, runId)).step?.status === 'retrying', 60);
    await cancel(runId);
    expect(stack.vendor.to('/failing')).toHaveLength(1);
  });

  test('during a wait', async () => {
    const runId = await start({ kind: 'wait', seconds: 3600 });
    await until('the wait', async () => (await readRun(stack.admin, runId)).status === 'waiting', 60);
    await cancel(runId);
  });

  test('that every worker missed is taken when one is back', async () => {
    const runId = await start({ kind: 'wait', seconds: 3600 });
    await until('the wait', async () => (await readRun(stack.admin, runId)).status === 'waiting', 60);
    await stack.killWorkers();
    expect((await stack.admin.inWorkspace('POST', `/runs/${runId}/cancel`, {})).status).toBeLessThan(300);
    await stack.startWorker();
    expect(await endOf(stack.admin, runId, 90)).toMatchObject({ status: 'cancelled' });
  });

  test('nothing was called after any of them', async () => {
    expect(stack.vendor.to('/never')).toEqual([]);
    await invariants(stack);
  });
});

test('terminated while its call is under way and its worker is dead: the ledger says that nobody knows', async () => {
  const hold = held();
  stack.vendor.script('/held', async () => {
    await hold.until;
    return {};
  });
  const { hooks } = await publishFlow(stack.admin, {
    connections: calls.slots,
    triggers: { hook: { kind: 'webhook' } },
    steps: { call: calls.none('/held') },
    wires: wires('hook -> call'),
  });
  const before = stack.vendor.to('/held').length;
  const runId = String((await stack.send(hooks.hook as string, {})).body.runId);
  await until('the call', async () => stack.vendor.to('/held').length > before, 60);
  await stack.killWorkers();
  await stack.admin.inWorkspace('POST', `/runs/${runId}/terminate`, {});
  hold.release();
  await stack.startWorker();
  expect(await endOf(stack.admin, runId, 60)).toMatchObject({ status: 'cancelled', reason: 'terminated' });
  await until('the ledger', async () => (await stepsOf(stack.admin, runId)).call?.effect?.state === 'unknown', 60);
  await invariants(stack);
});
