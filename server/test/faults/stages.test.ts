import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { deliver, endOf, type PublishedFlow, publishFlow, readRun, until, wires } from '../harness/flows.js';
import { closeGate, type GatePlace } from '../harness/gates.js';
import { invariants } from '../harness/invariants.js';
import { attend } from '../harness/person.js';
import { signalAll } from '../harness/processes.js';
import { approvalOf, callsOf, held, type Stack, startStack } from '../harness/stack.js';

/** One flow that goes through every stage of a run, with a write of each kind; a process dies at each of them. */
let stack: Stack;
let flow: PublishedFlow;

beforeAll(async () => {
  stack = await startStack({
    postgres: 'shared',
    temporal: 'shared',
    simulators: true,
    proxied: { temporal: true, vendor: true },
  });
  const call = callsOf(stack);
  flow = await publishFlow(stack.admin, {
    connections: call.slots,
    triggers: { hook: { kind: 'webhook', dedupe: { key: '/body/id', windowSeconds: 3600 } } },
    steps: {
      begin: { kind: 'shape', output: { jsonata: '{"id": trigger.body.id, "at": $millis()}' } },
      natural: call.natural(),
      key: call.key('/key'),
      lookup: call.lookup('Begun by'),
      none: call.none('/none'),
      rest: { kind: 'wait', seconds: 1, join: 'all' },
      after: call.key('/after'),
      done: { kind: 'shape', output: { jsonata: '{"id": steps.begin.output.id, "at": steps.begin.output.at}' } },
    },
    wires: wires(
      ...['hook -> begin', 'begin -> natural', 'begin -> key', 'begin -> lookup', 'begin -> none'],
      ...['natural -> rest', 'key -> rest', 'lookup -> rest', 'none -> rest', 'rest -> after', 'after -> done'],
    ),
  });
});

afterEach(() => {
  stack.proxies.temporal?.heal();
  stack.proxies.vendor?.heal();
  for (const path of ['/key', '/none']) stack.vendor.script(path, () => ({}));
});

afterAll(() => stack?.stop());

let sent = 0;

/** Delivers some alerts; answers the ids of their runs. */
async function begin(count = 3): Promise<string[]> {
  const url = flow.hooks.hook as string;
  const results = await Promise.all(Array.from({ length: count }, () => stack.send(url, { id: `alert-${++sent}` })));
  return results.map(({ body }) => String(body.runId));
}

/** Every worker dies, `meanwhile` happens, and another worker comes. */
async function die(meanwhile: () => Promise<void> | void = () => undefined): Promise<void> {
  await stack.killWorkers();
  await meanwhile();
  await stack.startWorker();
}

/** All of these runs went through all their steps, with one effect each, and nothing else is wrong. */
async function expectDone(runIds: string[]): Promise<void> {
  const runs = await attend(stack, runIds);
  expect(runs.map(({ status }) => status)).toEqual(runIds.map(() => 'succeeded'));
  const shapes = await stack.database.query<{ run: string; outputs: string }>(
    `select run_id as run, count(distinct output)::int as outputs from steps
      where run_id = any($1) and step_id in ('begin', 'done') group by run_id having count(distinct output) <> 1`,
    [runIds],
  );
  expect(shapes, 'what the first step gave is what the last one read').toEqual([]);
  const effects = await stack.database.query<{ count: number }>(
    `select count(*)::int as count from effects where run_id = any($1) and state = 'done'`,
    [runIds],
  );
  expect(effects[0]?.count).toBe(5 * runIds.length);
  await invariants(stack);
}

/** Until the database says so. */
const stands = (what: string, sql: string, values: unknown[], count: number): Promise<unknown> =>
  until(
    what,
    async () => {
      const [row] = await stack.database.query<{ count: number }>(`select count(*)::int as count ${sql}`, values);
      return (row?.count ?? 0) >= count;
    },
    60,
  );

/** The worker dies while transactions of it stand before a write. */
async function dieAt(place: GatePlace): Promise<string[]> {
  const gate = await closeGate(stack.database, place);
  const runIds = await begin();
  await gate.reached();
  await die(() => gate.open());
  return runIds;
}

/** The write is committed, Temporal never hears of it, and the worker dies. */
async function dieAfter(place: GatePlace, committed: (runIds: string[]) => Promise<unknown>): Promise<string[]> {
  const gate = await closeGate(stack.database, place);
  const runIds = await begin();
  await gate.reached();
  stack.proxies.temporal?.blackhole();
  await gate.open();
  await committed(runIds);
  // What the worker said and nobody heard is lost with it.
  await die(() => {
    stack.proxies.temporal?.cut();
    stack.proxies.temporal?.heal();
  });
  return runIds;
}

describe('kill -9 of the API', () => {
  test('while a delivery is being committed: the sender has no answer, sends again, and has one run', async () => {
    const url = flow.hooks.hook as string;
    const gate = await closeGate(stack.database, { table: 'intake', event: 'insert' });
    const body = { id: `alert-${++sent}` };
    const first = deliver(url, body).catch(() => null);
    await gate.reached();
    await stack.restartApi();
    await gate.open();
    expect(await first).toBeNull();
    const again = await stack.send(url, body);
    expect(again.status).toBe(202);
    expect((await stack.send(url, body)).body).toMatchObject({ runId: again.body.runId, duplicate: true });
    await expectDone([String(again.body.runId)]);
  });

  test('and of the worker right after a delivery was answered: its run goes its way', async () => {
    await stack.killWorkers();
    const runIds = await begin();
    await stack.restartApi();
    await stack.startWorker();
    await expectDone(runIds);
  });

  test('after a delivery was stored and before the sender was answered: the same delivery again has the same run', async () => {
    const url = flow.hooks.hook as string;
    const body = { id: `alert-${++sent}` };
    const cut = new AbortController();
    const gate = await closeGate(stack.database, { table: 'deliveries', event: 'insert' });
    const first = fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: cut.signal,
    }).catch(() => null);
    await gate.reached();
    cut.abort();
    await gate.open();
    await first;
    await stands('the delivery', `from deliveries where convert_from(body, 'UTF8') = $1`, [JSON.stringify(body)], 1);
    await stack.restartApi();
    const again = await stack.send(url, body);
    expect(again.body).toMatchObject({ duplicate: true });
    await expectDone([String(again.body.runId)]);
  });
});

describe('a decision, and kill -9 of the API', () => {
  const asking = async (): Promise<{ runId: string; decide: () => Promise<number | null> }> => {
    const { hooks } = await publishFlow(stack.admin, {
      connections: callsOf(stack).slots,
      triggers: { hook: { kind: 'webhook' } },
      steps: {
        ask: { kind: 'approval', approvers: ['role:admin'], show: 'all of it' },
        after: callsOf(stack).none('/decided'),
      },
      wires: wires('hook -> ask', 'ask:approved -> after'),
    });
    const runId = String((await stack.send(hooks.hook as string, {})).body.runId);
    const { id, hash } = await approvalOf(stack.admin, runId);
    const decide = () =>
      stack.admin.inWorkspace('POST', `/approvals/${id}/decide`, { decision: 'approve', hash }).then(
        ({ status }) => status,
        () => null,
      );
    return { runId, decide };
  };
  const callsOfRun = (runId: string) =>
    stack.vendor.to('/decided').filter(({ headers }) => String(headers['x-effect']).startsWith(runId));

  test('before it is committed: it was not taken, and can be taken again', async () => {
    const { runId, decide } = await asking();
    const gate = await closeGate(stack.database, { table: 'approvals', event: 'update' });
    const lost = decide();
    await gate.reached();
    await stack.restartApi();
    await gate.open();
    expect(await lost).toBeNull();
    expect(await decide()).toBe(200);
    expect(await endOf(stack.admin, runId, 60)).toMatchObject({ status: 'succeeded' });
    expect(callsOfRun(runId)).toHaveLength(1);
    await invariants(stack);
  });

  test('after it was taken: it counts, though nobody could signal the run', async () => {
    const { runId, decide } = await asking();
    stack.proxies.temporal?.cut();
    expect(await decide()).toBe(200);
    await stack.restartApi();
    stack.proxies.temporal?.heal();
    expect(await endOf(stack.admin, runId, 90)).toMatchObject({ status: 'succeeded' });
    expect(callsOfRun(runId)).toHaveLength(1);
    await invariants(stack);
  });
});

describe('kill -9 of the worker', () => {
  test('after the claim, before the carrier was started', async () => {
    stack.proxies.temporal?.blackhole();
    const runIds = await begin();
    await stands('the claim', 'from runs where id = any($1) and carrier is not null', [runIds], 1);
    await die(() => stack.proxies.temporal?.heal());
    await expectDone(runIds);
  });

  test('before the first stretch is committed', async () => {
    await expectDone(await dieAt({ table: 'steps', event: 'insert', when: `new.step_id = 'begin'` }));
  });

  test('after the first stretch was committed, before Temporal hears of it', async () => {
    const place = { table: 'steps', event: 'insert', when: `new.step_id = 'begin'` } as const;
    const runIds = await dieAfter(place, (ids) =>
      stands('a stretch', `from steps where run_id = any($1) and step_id = 'begin'`, [ids], 1),
    );
    await expectDone(runIds);
  });

  test('before it is committed that a write is under way', async () => {
    await expectDone(await dieAt({ table: 'effects', event: 'insert' }));
  });

  test('after that is committed, before the first byte has reached the vendor', async () => {
    stack.proxies.vendor?.blackhole();
    const runIds = await begin();
    const sending = `from effects where run_id = any($1) and step_id in ('key', 'none') and state = 'sending'`;
    await stands('the writes', sending, [runIds], 2 * runIds.length);
    await die(() => {
      stack.proxies.vendor?.cut();
      stack.proxies.vendor?.heal();
    });
    await expectDone(runIds);
  });

  test('while the vendors work', async () => {
    const hold = held();
    for (const path of ['/key', '/none']) {
      stack.vendor.script(path, async (_, count) => {
        if (count <= vendorSaw(path) + 3) await hold.until;
        return {};
      });
    }
    // A message that is posted long after it was looked for in vain is what no look-up can prevent: it is posted, and
    // its answer takes for ever.
    await stack.simulators?.control.faults('slack', [
      { path: '/api/conversations.open', delaySeconds: 30, times: 3 },
      { path: '/api/chat.postMessage', dripBytesPerSecond: 1, times: 3 },
    ]);
    const [key, none] = [stack.vendor.to('/key').length, stack.vendor.to('/none').length];
    const runIds = await begin();
    await until('the calls', async () => {
      return stack.vendor.to('/key').length >= key + 3 && stack.vendor.to('/none').length >= none + 3;
    });
    await die(() => hold.release());
    await expectDone(runIds);

    function vendorSaw(path: string): number {
      return path === '/key' ? key : none;
    }
  });

  test('after the vendors answered, before it is committed', async () => {
    await expectDone(await dieAt({ table: 'effects', event: 'update', when: `new.state = 'done'` }));
  });

  test('after that is committed, before Temporal hears of it', async () => {
    const recorded = `state = 'done' and step_id in ('key', 'none')`;
    const place = {
      table: 'effects',
      event: 'update',
      when: recorded.replaceAll(/(state|step_id)/g, 'new.$1'),
    } as const;
    let done: { run: string; step: string }[] = [];
    const runIds = await dieAfter(place, async (ids) => {
      const ofRuns = `from effects where run_id = any($1) and ${recorded}`;
      await stands('an outcome', ofRuns, [ids], 1);
      done = await stack.database.query(`select run_id as run, step_id as step ${ofRuns}`, [ids]);
    });
    await expectDone(runIds);
    // What was recorded is not asked again.
    for (const { run, step } of done) {
      const asked = stack.vendor.to(`/${step}`).filter(({ headers }) => headers['x-effect'] === `${run} /${step}`);
      expect(asked).toHaveLength(1);
    }
  });

  test('during a wait', async () => {
    const runIds = await begin();
    await stands(
      'the wait',
      `from steps where run_id = any($1) and step_id = 'rest' and ended_at is null`,
      [runIds],
      1,
    );
    await die();
    await expectDone(runIds);
  });

  test('while the end of the run is being committed', async () => {
    await expectDone(await dieAt({ table: 'runs', event: 'update', when: 'new.ended_at is not null' }));
  });
});

test('a carrier that starts after its start was given up is fenced off: the run waits where a decision finds it', async () => {
  const ask = { kind: 'approval', approvers: ['role:admin'], show: 'all of it' };
  const asking = await publishFlow(stack.admin, {
    triggers: { hook: { kind: 'webhook' } },
    steps: { ask },
    wires: wires('hook -> ask'),
  });
  // The worker is at work when it has done one.
  await attend(stack, await begin(1));
  stack.proxies.temporal?.blackhole();
  const answer = await stack.send(asking.hooks.hook as string, {});
  const runId = String(answer.body.runId);
  // The start is on its way still, and its run is in the queue again.
  await stands('the release', 'from runs where id = $1 and epoch > 0 and carrier is null', [runId], 1);
  stack.proxies.temporal?.heal();
  await until('the approval', async () => (await readRun(stack.admin, runId)).status === 'waiting', 60);
  const { id, hash } = await approvalOf(stack.admin, runId);
  await stack.admin.inWorkspace('POST', `/approvals/${id}/decide`, { decision: 'reject', comment: 'No.', hash });
  expect((await endOf(stack.admin, runId, 60)).endedAt).not.toBeNull();
  await invariants(stack);
});

test('kill -9 of all expression hosts, again and again under load: no run pays for it', async () => {
  let killing = true;
  let killed = 0;
  const killer = (async () => {
    while (killing) {
      const hosts = [...stack.apis, ...stack.workers].flatMap((server) => stack.hostsOf(server));
      killed += hosts.length;
      signalAll(hosts, 'SIGKILL');
      await new Promise((resolve) => setTimeout(resolve, 400));
    }
  })();
  const runIds: string[] = [];
  for (let round = 0; round < 8; round++) runIds.push(...(await begin(5)));
  killing = false;
  await killer;
  expect(killed).toBeGreaterThan(0);
  await expectDone(runIds);
});
