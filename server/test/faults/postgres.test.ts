import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PublishedFlow, publishFlow, until, wires } from '../harness/flows.js';
import type { OwnPostgres } from '../harness/index.js';
import { invariants } from '../harness/invariants.js';
import { attend } from '../harness/person.js';
import { callsOf, type Stack, startStack } from '../harness/stack.js';

/** A Postgres that goes away, stands still, is full or is kept busy, under load. */
let stack: Stack<OwnPostgres>;
let flow: PublishedFlow;

beforeAll(async () => {
  stack = await startStack({ postgres: 'own', temporal: 'shared' });
  const calls = callsOf(stack);
  flow = await publishFlow(stack.admin, {
    connections: calls.slots,
    triggers: { hook: { kind: 'webhook' } },
    steps: {
      begin: { kind: 'shape', output: { jsonata: 'trigger.body.n' } },
      first: calls.key('/first'),
      pause: { kind: 'wait', seconds: 1 },
      second: calls.none('/second'),
      done: { kind: 'shape', output: { jsonata: 'steps.begin.output' } },
    },
    wires: wires('hook -> begin', 'begin -> first', 'first -> pause', 'pause -> second', 'second -> done'),
  });
});

afterAll(() => stack?.stop());

interface Answered {
  status: number;
  retryAfter: string | null;
  runId: string | null;
  milliseconds: number;
}

let sent = 0;

/** One delivery; whatever is answered is remembered, and a promise is kept in the stack's book. */
async function send(): Promise<Answered> {
  const began = performance.now();
  const answer = await fetch(flow.hooks.hook as string, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ n: ++sent }),
  });
  const body = (await answer.json()) as Record<string, unknown>;
  if (answer.status === 202) stack.accepted.push({ status: 202, body });
  return {
    status: answer.status,
    retryAfter: answer.headers.get('retry-after'),
    runId: typeof body.runId === 'string' ? body.runId : null,
    milliseconds: performance.now() - began,
  };
}

/** Deliveries at a steady rate until it is told to stop. */
function sending(perSecond: number): () => Promise<Answered[]> {
  const answers: Promise<Answered>[] = [];
  const timer = setInterval(() => answers.push(send()), 1_000 / perSecond);
  return () => {
    clearInterval(timer);
    return Promise.all(answers);
  };
}

const pause = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
const runsOf = (answers: Answered[]): string[] => answers.flatMap(({ runId }) => runId ?? []);
const works = () =>
  until('the server works', async () => (await stack.admin.inWorkspace('GET', '/flows')).status === 200, 60);

async function health(path: string): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(`${stack.apis[0]?.url}/health/${path}`);
  return { status: answer.status, body: await answer.json() };
}

/** All runs that were promised have ended well, and nothing else is wrong. */
async function expectDone(answers: Answered[]): Promise<void> {
  const runs = await attend(stack, runsOf(answers), 200);
  expect(new Set(runs.map(({ status }) => status))).toEqual(new Set(['succeeded']));
  await invariants(stack);
}

/** The server said no in time, with the word that nothing is wrong with the request. */
function expectTurnedAway(answers: Answered[]): void {
  for (const { status, retryAfter } of answers.filter((answer) => answer.status !== 202)) {
    expect({ status, retryAfter: Number(retryAfter) > 0 }).toEqual({ status: 503, retryAfter: true });
  }
}

test('down for 30 s under 20 deliveries a second: none is accepted meanwhile, and what was accepted is done', async () => {
  const stop = sending(20);
  await until('runs under way', async () => stack.vendor.to('/first').length > 10, 60);
  await stack.database.kill9();
  await pause(1);
  const during = await Promise.all([send(), send()]);
  expect(during.map(({ status }) => status)).toEqual([503, 503]);
  for (let look = 0; look < 5; look++) {
    expect(await health('live')).toMatchObject({ status: 200 });
    expect(await health('ready')).toMatchObject({ status: 503, body: { down: ['postgres'] } });
    expect((await stack.admin.inWorkspace('GET', '/runs')).status).toBe(503);
    await pause(5.5);
  }
  await stack.database.restart();
  await works();
  await pause(2);
  const answers = await stop();
  expectTurnedAway(answers);
  expect(answers.at(-1)?.status).toBe(202);
  expect(await health('ready')).toMatchObject({ status: 200 });
  await expectDone(answers);
});

test('stopped at once and started five times during 50 runs: nothing is lost, double or half-written', async () => {
  const answers: Answered[] = [];
  for (let round = 0; round < 5; round++) {
    const batch = Promise.all(Array.from({ length: 10 }, () => send()));
    await stack.database.restartAtOnce();
    answers.push(...(await batch));
    await works();
    answers.push(...(await Promise.all(Array.from({ length: 10 }, () => send()))));
  }
  expectTurnedAway(answers);
  expect(runsOf(answers).length).toBeGreaterThanOrEqual(50);
  await expectDone(answers);
});

test('all connections broken off by its administrator, again and again: the runs go on', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => send()));
  for (let round = 0; round < 10; round++) {
    await stack.database.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
    );
    await pause(0.3);
  }
  expectTurnedAway(answers);
  await expectDone(answers);
});

test('frozen for 20 s: every call is answered, none with a promise, and all is well afterwards', async () => {
  const before = await Promise.all(Array.from({ length: 10 }, () => send()));
  stack.database.freeze();
  const thawing = pause(20).then(() => stack.database.thaw());
  const asked: Promise<{ status: number; milliseconds: number }>[] = [];
  for (let second = 0; second < 8; second++) {
    asked.push(send());
    for (const path of ['/flows', '/runs', '/approvals']) {
      const began = performance.now();
      const answer = stack.admin.inWorkspace('GET', path);
      asked.push(answer.then(({ status }) => ({ status, milliseconds: performance.now() - began })));
    }
    expect(await health('live')).toMatchObject({ status: 200 });
    await pause(1);
  }
  const answers = await Promise.all(asked);
  await thawing;
  expect(answers.filter(({ status }) => status !== 503)).toEqual([]);
  // The bound is 10 s; the rest is for a machine that does other work.
  expect(answers.filter(({ milliseconds }) => milliseconds > 15_000)).toEqual([]);
  await works();
  const after = await Promise.all(Array.from({ length: 10 }, () => send()));
  await expectDone([...before, ...after]);
});

test('full: deliveries are turned away, runs pause, and both go on when there is room, without a restart', async () => {
  const before = await Promise.all(Array.from({ length: 10 }, () => send()));
  await stack.database.query(`create function full_disk() returns trigger language plpgsql as
    $$ begin raise exception 'could not extend file' using errcode = '53100'; end $$`);
  for (const table of ['deliveries', 'steps', 'effects']) {
    await stack.database.query(
      `create trigger full_disk before insert or update on ${table} for each row execute function full_disk()`,
    );
  }
  const refused = await Promise.all(Array.from({ length: 10 }, () => send()));
  expect(refused.map(({ status }) => status)).toEqual(refused.map(() => 503));
  expectTurnedAway(refused);
  expect((await stack.admin.inWorkspace('GET', '/runs')).status).toBe(200);
  await pause(5);
  await stack.database.query('drop function full_disk cascade');
  const after = await Promise.all(Array.from({ length: 5 }, () => send()));
  expect(after.map(({ status }) => status)).toEqual(after.map(() => 202));
  await expectDone([...before, ...after]);
});

test('with a table that is locked: lists end with 503, deliveries are accepted by connections of their own, and runs go on', async () => {
  const holder = new pg.Client({ connectionString: stack.database.url });
  await holder.connect();
  await holder.query('begin; lock table audit, approvals in access exclusive mode');
  const lists = Array.from({ length: 100 }, () => stack.admin.inWorkspace('GET', '/approvals'));
  const answers = await Promise.all(Array.from({ length: 20 }, () => send()));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
  const listed = await Promise.all(lists);
  await holder.end();
  expect(new Set(listed.map(({ status }) => status))).toEqual(new Set([503]));
  await works();
  await expectDone(answers);
});
