import type { Lane } from '@castellan/flow';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { prepareSchema } from '../src/platform/database/migrations.js';
import type { Sql } from '../src/platform/database/sql.js';
import { newId } from '../src/platform/ids.js';
import { type ClaimedRun, claimRuns } from '../src/runs/carriers/claim.js';
import { makeRuns, type NewRun } from '../src/runs/make-run.js';
import { readRun } from '../src/runs/run-rows.js';
import { giveTurnsBack, wantTurn } from '../src/runs/turns/given-back.js';
import { giveTurns, lookAgain } from '../src/runs/turns/turn-round.js';
import { endTurns, limitFlow } from '../src/runs/turns/turns.js';
import { startPostgres } from './harness/index.js';

/** The rules of turns and of the claim on a real database, without any process that would take the runs away. */
let pool: pg.Pool;
let sql: Sql;

beforeAll(async () => {
  const database = await startPostgres();
  await prepareSchema(database.url, { onlyWait: false });
  pool = new pg.Pool({ connectionString: database.url, max: 8 });
  sql = { query: async (text, values) => (await pool.query(text, values)).rows };
});
afterAll(() => pool?.end());
beforeEach(() => sql.query('truncate runs, turns, controls'));

async function transaction<T>(work: (tx: Sql) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const result = await work({ query: async (text, values) => (await client.query(text, values)).rows });
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}

interface TestFlow {
  workspaceId: string;
  flowId: string;
  versionId: string;
}

async function makeFlow(workspaceId = newId()): Promise<TestFlow> {
  const [flowId, versionId] = [newId(), newId()];
  await sql.query(`insert into workspaces (id, name) values ($1, 'W') on conflict do nothing`, [workspaceId]);
  await sql.query(`insert into flows (id, workspace_id, name, draft, updated_by) values ($1, $2, 'F', '{}', 'x')`, [
    flowId,
    workspaceId,
  ]);
  await sql.query(
    `insert into versions (id, workspace_id, flow_id, number, flow, control, program, published_by)
     values ($1, $2, $3, 1, '{}', '{}', '{}', 'x')`,
    [versionId, workspaceId, flowId],
  );
  return { workspaceId, flowId, versionId };
}

const newRun = (flow: TestFlow, over: Partial<NewRun> = {}): NewRun => ({
  id: newId(),
  ...flow,
  version: 1,
  mode: 'live',
  triggerId: 'hook',
  triggerKind: 'webhook',
  deliveryId: null,
  triggerData: {},
  businessKey: null,
  order: null,
  simulated: false,
  ...over,
});

/** Makes runs, a transaction each, in the order given. */
async function make(flow: TestFlow, ...all: Partial<NewRun>[]): Promise<string[]> {
  const ids: string[] = [];
  for (const over of all) {
    const run = newRun(flow, over);
    await transaction((tx) => makeRuns(tx, [run]));
    ids.push(run.id);
  }
  return ids;
}

const queued = (key: string): Partial<NewRun> => ({ order: { key, whenBusy: 'queue' } });
const superseding = (key: string): Partial<NewRun> => ({ order: { key, whenBusy: 'supersede' } });

/** Rounds until nothing is due any more. */
async function turns(): Promise<string[]> {
  const asked: string[] = [];
  for (;;) {
    const round = await transaction((tx) => giveTurns(tx));
    asked.push(...round.asked);
    const [due] = await sql.query(`select from turns where state in ('new', 'done', 'leaves') limit 1`);
    if (!due) return asked;
  }
}

const claim = (over: Partial<Parameters<typeof claimRuns>[1]> = {}): Promise<ClaimedRun[]> =>
  claimRuns(sql, { most: 16, perWorkspace: 1_000, after: nowhere, batchId: 'batch', ...over });

/** Before every workspace. */
const nowhere = '00000000-0000-0000-0000-000000000000';

const idsOf = (runs: ClaimedRun[]): string[] => runs.map(({ id }) => id);

/** What a host does that has ended a run. */
async function end(...ids: string[]): Promise<void> {
  await transaction(async (tx) => {
    await tx.query(`update runs set status = 'succeeded', ended_at = now() where id = any($1)`, [ids]);
    await endTurns(tx, ids);
  });
}

/** Gives turns and takes all that may go, in the order in which it was made. */
async function taken(): Promise<string[]> {
  await turns();
  const ids: string[] = [];
  for (let runs = await claim(); runs.length > 0; ) {
    ids.push(...idsOf(runs));
    runs = await claim({ after: runs[0]!.workspaceId });
  }
  return ids.sort();
}

describe('runs of one key', () => {
  test('go one after another in the order in which they arrived; other keys and runs without one do not wait', async () => {
    const flow = await makeFlow();
    const [a1, a2, b1, a3, free] = await make(flow, queued('a'), queued('a'), queued('b'), queued('a'), {});
    expect(await taken()).toEqual([a1, b1, free]);
    expect(await taken()).toEqual([]);
    await end(b1!, free!);
    expect(await taken()).toEqual([]);
    await end(a1!);
    expect(await taken()).toEqual([a2]);
    await end(a2!);
    expect(await taken()).toEqual([a3]);
    await end(a3!);
    await turns();
    expect(await sql.query('select * from turns')).toEqual([]);
  });

  test('of another flow are none of their concern', async () => {
    const [one, other] = [await makeFlow(), await makeFlow()];
    const made = [...(await make(one, queued('a'))), ...(await make(other, queued('a')))];
    expect(await taken()).toEqual(made.sort());
  });

  test('that are made in one transaction keep the order in which they were given', async () => {
    const flow = await makeFlow();
    const runs = Array.from({ length: 30 }, () => newRun(flow, queued('a')));
    await transaction((tx) => makeRuns(tx, runs));
    const order: string[] = [];
    for (let next = await taken(); next.length > 0; next = await taken()) {
      expect(next).toHaveLength(1);
      order.push(next[0]!);
      await end(next[0]!);
    }
    expect(order).toEqual(runs.map(({ id }) => id));
  });

  test('are never on their way together, whatever rounds and claims go on at the same time', async () => {
    const flow = await makeFlow();
    const keys = ['a', 'b', 'c'];
    let made = 0;
    let ended = 0;
    const underWay = new Set<string>();
    const keyOf = new Map<string, string>();
    const maker = async () => {
      for (let n = 0; n < 40; n += 1) {
        const key = keys[n % 3]!;
        const [id] = await make(flow, queued(key));
        keyOf.set(id!, key);
        made += 1;
      }
    };
    const host = async () => {
      while (ended < 120) {
        await transaction((tx) => giveTurns(tx));
        for (const id of idsOf(await claim())) {
          const key = await until(() => keyOf.get(id));
          expect(underWay).not.toContain(key);
          underWay.add(key);
          await new Promise((resolve) => setTimeout(resolve, 2));
          underWay.delete(key);
          await end(id);
          ended += 1;
        }
      }
    };
    await Promise.all([maker(), maker(), maker(), host(), host(), host()]);
    expect([made, ended]).toEqual([120, 120]);
  });

  test('wait for a run that ended without a word to the others until it is looked at again', async () => {
    const flow = await makeFlow();
    const [first, second] = await make(flow, queued('a'), queued('a'));
    expect(await taken()).toEqual([first]);
    await sql.query(`update runs set status = 'cancelled', ended_at = now() where id = $1`, [first]);
    expect(await taken()).toEqual([]);
    await transaction((tx) => lookAgain(tx));
    expect(await taken()).toEqual([second]);
  });

  test('a delivery that could be matched only later has its runs in its own place', async () => {
    const flow = await makeFlow();
    const [row] = await sql.query<{ place: string }>(`select nextval('change_seq') as place`);
    const [head, third] = await make(flow, queued('a'), queued('a'));
    expect(await taken()).toEqual([head]);
    const [late] = await make(flow, { ...queued('a'), place: Number(row?.place) });
    await end(head!);
    expect(await taken()).toEqual([late]);
    await end(late!);
    expect(await taken()).toEqual([third]);
  });

  test('a run says which run of its key it waits for', async () => {
    const flow = await makeFlow();
    const [first, second, third] = await make(flow, queued('a'), queued('a'), queued('a'));
    await taken();
    const why = async (id?: string) => (await readRun(sql, flow.workspaceId, id!))?.waitingFor;
    expect(await why(first)).toBeNull();
    const waiting = { kind: 'turn', what: 'an earlier run of the same key to end', who: null, until: null };
    expect(await why(second)).toEqual({ ...waiting, runId: first });
    await end(first!);
    await taken();
    expect(await why(third)).toEqual({ ...waiting, runId: second });
  });

  test('a run that a run of its own flow waits for, even through another flow, goes on in its turn', async () => {
    const [flow, between] = [await makeFlow(), await makeFlow()];
    const [outer] = await make(flow, queued('a'));
    await taken();
    const below = (parentRunId: string, parentWaits: boolean) => ({
      parent: { parentRunId, parentStep: 'call', parentIteration: '', parentItem: '[]', parentWaits, depth: 1 },
    });
    const [middle] = await make(between, below(outer!, true));
    const [inner, fired] = await make(
      flow,
      { ...queued('a'), ...below(middle!, true) },
      { ...queued('a'), ...below(middle!, false) },
    );
    expect(await taken()).toEqual([middle, inner]);
    await end(inner!, middle!, outer!);
    expect(await taken()).toEqual([fired]);
  });

  test('test runs take no turns', async () => {
    const flow = await makeFlow();
    const made = await make(flow, queued('a'), { ...queued('a'), mode: 'test' });
    expect(await taken()).toEqual(made.sort());
  });
});

describe('a newer run that supersedes', () => {
  test('ends those in the queue, which never start, and has those on their way cancelled before it begins', async () => {
    const flow = await makeFlow();
    const [old] = await make(flow, superseding('a'));
    expect(await taken()).toEqual([old]);
    const [queuedOne, newest, other] = await make(flow, superseding('a'), superseding('a'), superseding('b'));
    expect(await turns()).toEqual([old]);
    expect(idsOf(await claim())).toEqual([other]);
    expect(await readRun(sql, flow.workspaceId, queuedOne!)).toMatchObject({
      status: 'cancelled',
      reason: 'superseded',
      supersededBy: newest,
      startedAt: null,
      endedAt: expect.anything(),
    });
    expect(await readRun(sql, flow.workspaceId, old!)).toMatchObject({ status: 'running', supersededBy: newest });
    expect(await sql.query('select run_id, kind, payload from controls')).toEqual([
      { run_id: old, kind: 'cancel', payload: { reason: 'superseded' } },
    ]);
    await end(old!);
    expect(await taken()).toEqual([newest]);
  });

  test('asks one run to end once, however many newer ones come', async () => {
    const flow = await makeFlow();
    const [old] = await make(flow, superseding('a'));
    await taken();
    for (let n = 0; n < 3; n += 1) {
      await make(flow, superseding('a'));
      await turns();
    }
    expect(await sql.query('select run_id from controls')).toEqual([{ run_id: old }]);
  });

  test('is not superseded itself by an older event that arrives late, even after it has ended', async () => {
    const flow = await makeFlow();
    const [row] = await sql.query<{ place: string }>(`select nextval('change_seq') as place`);
    const [newer] = await make(flow, superseding('a'));
    expect(await taken()).toEqual([newer]);
    await end(newer!);
    await turns();
    const [late] = await make(flow, { ...superseding('a'), place: Number(row?.place) });
    expect(await taken()).toEqual([]);
    expect(await readRun(sql, flow.workspaceId, late!)).toMatchObject({ reason: 'superseded', supersededBy: newer });
  });
});

const inLane = (key: string, lane: Partial<Lane> = {}): Partial<NewRun> => ({
  order: { key, whenBusy: 'queue', lane: { name: 'person', ...lane } },
});

/** What a host does with a run that only waits from now on, and with one whose time has come. */
const wait = (...ids: string[]) =>
  transaction(async (tx) => {
    await tx.query(`update runs set status = 'waiting' where id = any($1)`, [ids]);
    await giveTurnsBack(tx, ids);
  });
const wakeUp = (id: string) => transaction((tx) => wantTurn(tx, id, [{ step: 'until', iteration: '' }]));

/** What of the runs' ledgers says that they have begun. */
async function write(runId: string, changes: object[], state = 'done'): Promise<void> {
  await sql.query(
    `insert into effects (root_id, key, workspace_id, run_id, step_id, operation, input, input_hash, changes, state)
     select id, gen_random_uuid(), workspace_id, id, 'x', 'opal.revokeGroup', '', '', $2, $3 from runs where id = $1`,
    [runId, JSON.stringify(changes), state],
  );
}

describe('a lane', () => {
  const workspaceId = newId();
  const flows = async () => ({ leaver: await makeFlow(workspaceId), mover: await makeFlow(workspaceId) });

  test('lets the runs of all its flows go one after another, by key, in each workspace for itself', async () => {
    const { leaver, mover } = await flows();
    const elsewhere = await makeFlow();
    const [one] = await make(leaver, inLane('jane'));
    const [two, john] = await make(mover, inLane('jane'), inLane('john'));
    const [other] = await make(elsewhere, inLane('jane'));
    const [apart, another] = await make(mover, queued('jane'), inLane('jane', { name: 'device' }));
    expect(await taken()).toEqual([one, john, other, apart, another].sort());
    expect(await readRun(sql, workspaceId, two!)).toMatchObject({
      orderLane: 'person',
      waitingFor: { kind: 'turn', what: 'a run of “F” of the same key to end', runId: one },
    });
    await end(one!);
    expect(await taken()).toEqual([two]);
  });

  test('never has two runs of a key on their way, whatever the limits of their flows', async () => {
    const { leaver, mover } = await flows();
    await transaction((tx) => limitFlow(tx, leaver.flowId, 1));
    const [held] = await make(leaver, inLane('john'));
    const [first] = await make(mover, inLane('jane'));
    expect(await taken()).toEqual([held, first].sort());
    const [second] = await make(leaver, inLane('jane'));
    const [third] = await make(mover, inLane('jane'));
    await end(first!);
    expect(await taken()).toEqual([]);
    await end(held!);
    expect(await taken()).toEqual([second]);
    await end(second!);
    expect(await taken()).toEqual([third]);
  });

  test('a run that only waits lets the next go, and queues again when its time has come, in order of waking', async () => {
    const { leaver, mover } = await flows();
    const [parked] = await make(leaver, inLane('jane'));
    expect(await taken()).toEqual([parked]);
    await wait(parked!);
    const [next, last] = await make(mover, inLane('jane'), inLane('jane'));
    expect(await taken()).toEqual([next]);
    expect(await readRun(sql, workspaceId, parked!)).toMatchObject({ turnGivenBack: true });
    expect(await wakeUp(parked!)).toBe(true);
    expect(await wakeUp(parked!)).toBe(true);
    expect(await readRun(sql, workspaceId, parked!)).toMatchObject({
      turnGivenBack: false,
      waitingFor: { kind: 'turn', runId: next },
    });
    await end(next!);
    expect(await taken()).toEqual([last]);
    await end(last!);
    // It is told by its controls: it is hosted, and not in the queue.
    expect(await turns()).toEqual([parked]);
    expect(idsOf(await claim())).toEqual([]);
    expect(await sql.query(`select payload from controls where kind = 'turn' and taken_at is null`)).toEqual([
      { payload: { woken: Array(2).fill({ step: 'until', iteration: '' }) } },
    ]);
    expect(await wakeUp(parked!)).toBe(false);
  });

  test.each([
    ['it has revoked something', [{ action: 'revoke', subject: { type: 'user', id: 'jane' } }], 'done', true],
    ['nobody knows whether it has', [{ action: 'revoke', subject: { type: 'user', id: 'jane' } }], 'unknown', true],
    ['a write does not say what it changes', [], 'done', true],
    [
      'it has called an address',
      [{ action: 'create', object: { type: 'url', id: 'https://example.com' } }],
      'done',
      true,
    ],
    ['it has made an account', [{ action: 'create', subject: { type: 'user', id: 'jane' } }], 'done', true],
    ['what it wanted was refused', [{ action: 'revoke', subject: { type: 'user', id: 'jane' } }], 'refused', false],
    ['it has told somebody', [{ action: 'notify', subject: { type: 'user', id: 'jane' } }], 'done', false],
    ['it has made a ticket', [{ action: 'create', object: { type: 'jira_issue', id: 'OPS' } }], 'done', false],
  ] as const)('a run that only waits keeps its turn once its work has begun: %s', async (_, changes, state, keeps) => {
    const { leaver, mover } = await flows();
    const [first] = await make(leaver, inLane('jane'));
    await taken();
    await write(first!, [...changes], state);
    await wait(first!);
    const [second] = await make(mover, inLane('jane'));
    expect(await taken()).toEqual(keeps ? [] : [second]);
    await sql.query('truncate effects');
  });

  test('a run that ended while it waited is out of the line, and one that ended without a word is found', async () => {
    const { leaver, mover } = await flows();
    const [gone] = await make(leaver, inLane('jane'));
    await taken();
    await wait(gone!);
    await turns();
    await end(gone!);
    await turns();
    expect(await sql.query('select * from turns')).toEqual([]);
    const [parked] = await make(leaver, inLane('jane'));
    await taken();
    await wait(parked!);
    const [holder] = await make(mover, inLane('jane'));
    expect(await taken()).toEqual([holder]);
    await wakeUp(parked!);
    await turns();
    await sql.query(`update runs set status = 'cancelled', ended_at = now() where id = $1`, [holder]);
    await transaction((tx) => lookAgain(tx));
    expect(await turns()).toEqual([parked]);
  });

  test('a run that a run of its lane waits for goes on in its turn', async () => {
    const { leaver, mover } = await flows();
    const [outer] = await make(mover, inLane('jane'));
    await taken();
    const parent = {
      parentRunId: outer!,
      parentStep: 'call',
      parentIteration: '',
      parentItem: '[]',
      parentWaits: true,
    };
    const [inner, other] = await make(
      leaver,
      { ...inLane('jane'), parent: { ...parent, depth: 1 } },
      { ...inLane('john'), parent: { ...parent, depth: 1 } },
    );
    expect(await taken()).toEqual([inner, other]);
  });
});

describe('a run that supersedes others of its lane', () => {
  const removal = (key: string) => inLane(key, { as: 'leaver' });
  const rehire = (key: string) => inLane(key, { as: 'rehire', supersedes: ['leaver'] });

  test('has those of its key cancelled that only wait or have not begun, and no others; both sides name each other', async () => {
    const [leaver, mover, back] = [await makeFlow(), await makeFlow(), await makeFlow()];
    for (const flow of [mover, back]) flow.workspaceId = leaver.workspaceId;
    const [parked, other] = await make(leaver, removal('jane'), removal('john'));
    await taken();
    await wait(parked!, other!);
    const [moves] = await make(mover, inLane('jane', { as: 'mover' }));
    expect(await taken()).toEqual([moves]);
    const [queuedOne] = await make(leaver, removal('jane'));
    const [newest] = await make(back, rehire('jane'));
    expect(await turns()).toEqual([parked]);
    expect(await readRun(sql, leaver.workspaceId, queuedOne!)).toMatchObject({
      ...{ status: 'cancelled', reason: 'superseded', supersededBy: newest, supersededByFlow: 'F', startedAt: null },
    });
    expect(await sql.query(`select run_id, kind, payload from controls where taken_at is null`)).toEqual([
      { run_id: parked, kind: 'cancel', payload: { reason: 'superseded' } },
    ]);
    // Its time may come before it has heard of that: nothing comes of it.
    expect(await wakeUp(parked!)).toBe(true);
    expect(await taken()).toEqual([]);
    await end(moves!);
    expect(await taken()).toEqual([newest]);
    expect((await readRun(sql, leaver.workspaceId, newest!))?.supersedes.map(({ runId }) => runId)).toEqual(
      [parked, queuedOne].sort(),
    );
    expect(await readRun(sql, leaver.workspaceId, other!)).toMatchObject({ supersededBy: null });
  });

  test('waits its turn where the work has begun, and leaves what is started again by hand later', async () => {
    const [leaver, back] = [await makeFlow(), await makeFlow()];
    back.workspaceId = leaver.workspaceId;
    const [begun] = await make(leaver, removal('jane'));
    await taken();
    await write(begun!, [{ action: 'revoke', subject: { type: 'user', id: 'jane' } }]);
    await wait(begun!);
    const [newer] = await make(back, rehire('jane'));
    expect(await taken()).toEqual([]);
    await end(begun!);
    expect(await taken()).toEqual([newer]);
    const [again] = await make(leaver, removal('jane'));
    await wait(newer!);
    expect(await taken()).toEqual([again]);
    expect(await wakeUp(newer!)).toBe(true);
    expect(await turns()).toEqual([]);
    await sql.query('truncate effects');
  });

  test('does not supersede what arrived after it, though it is matched late', async () => {
    const [leaver, back] = [await makeFlow(), await makeFlow()];
    back.workspaceId = leaver.workspaceId;
    const [row] = await sql.query<{ place: string }>(`select nextval('change_seq') as place`);
    const [parked] = await make(leaver, removal('jane'));
    await taken();
    await wait(parked!);
    const [late] = await make(back, { ...rehire('jane'), place: Number(row?.place) });
    expect(await taken()).toEqual([late]);
    expect(await readRun(sql, leaver.workspaceId, parked!)).toMatchObject({ supersededBy: null });
  });
});

describe("a flow's limit", () => {
  test('lets so many runs go at one time, in the order in which they came', async () => {
    const flow = await makeFlow();
    await transaction((tx) => limitFlow(tx, flow.flowId, 2));
    const [one, two, three, four] = await make(flow, {}, {}, {}, {});
    expect(await taken()).toEqual([one, two]);
    expect((await readRun(sql, flow.workspaceId, three!))?.waitingFor?.what).toBe(
      'one of 2 runs of this flow to end, as many as may go on at one time',
    );
    await end(two!);
    expect(await taken()).toEqual([three]);
    await end(one!, three!);
    expect(await taken()).toEqual([four]);
  });

  test('holds at once for runs that are there when it is set, raised or lifted', async () => {
    const flow = await makeFlow();
    const [under, way, waiting, last] = await make(flow, {}, {}, {}, {});
    expect(idsOf(await claim({ most: 2 }))).toEqual([under, way]);
    await transaction((tx) => limitFlow(tx, flow.flowId, 2));
    expect(await taken()).toEqual([]);
    await transaction((tx) => limitFlow(tx, flow.flowId, 3));
    expect(await taken()).toEqual([waiting]);
    await transaction((tx) => limitFlow(tx, flow.flowId, 1));
    await end(under!, way!);
    expect(await taken()).toEqual([]);
    await transaction((tx) => limitFlow(tx, flow.flowId, null));
    expect(await taken()).toEqual([last]);
  });

  test('counts together with the order of keys: a run goes that is first of its key, and when there is room', async () => {
    const flow = await makeFlow();
    await transaction((tx) => limitFlow(tx, flow.flowId, 2));
    const [a1, a2, b1, c1] = await make(flow, queued('a'), queued('a'), queued('b'), queued('c'));
    expect(await taken()).toEqual([a1, b1]);
    await end(a1!);
    expect(await taken()).toEqual([a2]);
    await end(b1!);
    expect(await taken()).toEqual([c1]);
  });

  test('does not concern runs that only test the flow', async () => {
    const flow = await makeFlow();
    await transaction((tx) => limitFlow(tx, flow.flowId, 1));
    const made = await make(flow, {}, { mode: 'test' }, { mode: 'test' });
    expect(await taken()).toEqual(made.sort());
  });

  test('is not passed by a run that was made while it was set', async () => {
    const flow = await makeFlow();
    const [before] = await make(flow, {});
    await sql.query('update flows set concurrency = 1 where id = $1', [flow.flowId]);
    expect(idsOf(await claim())).toEqual([before]);
    await transaction((tx) => lookAgain(tx));
    await make(flow, {});
    expect(await taken()).toEqual([]);
  });
});

describe('the claim', () => {
  test('takes workspaces in turn, whatever one of them has in the queue', async () => {
    const [busy, quiet, third] = [await makeFlow(), await makeFlow(), await makeFlow()];
    await transaction((tx) =>
      makeRuns(
        tx,
        Array.from({ length: 500 }, () => newRun(busy)),
      ),
    );
    await make(quiet, {}, {});
    await make(third, {});
    const served: string[] = [];
    for (let after = nowhere; served.length < 6; after = served.at(-1)!) {
      const runs = await claim({ after });
      expect(new Set(runs.map(({ workspaceId }) => workspaceId)).size).toBe(1);
      served.push(runs[0]!.workspaceId);
    }
    expect(served.filter((id) => id === quiet.workspaceId)).toHaveLength(1);
    expect(served.filter((id) => id === third.workspaceId)).toHaveLength(1);
    expect(served.slice(0, 3)).toEqual(
      expect.arrayContaining([busy, quiet, third].map(({ workspaceId }) => workspaceId)),
    );
  });

  test('leaves a workspace so many runs at work at a time; runs that only wait do not count', async () => {
    const [capped, other] = [await makeFlow(), await makeFlow()];
    await make(capped, ...Array.from({ length: 6 }, () => ({})));
    await make(other, {}, {}, {});
    const claimed = [await claim({ perWorkspace: 2 }), await claim({ perWorkspace: 2 })].flat();
    const ofCapped = claimed.filter(({ workspaceId }) => workspaceId === capped.workspaceId);
    expect([claimed.length, ofCapped.length]).toEqual([4, 2]);
    expect(await claim({ perWorkspace: 2 })).toEqual([]);
    await sql.query(`update runs set status = 'waiting' where id = $1`, [ofCapped[0]!.id]);
    expect(await claim({ perWorkspace: 2 })).toMatchObject([{ workspaceId: capped.workspaceId }]);
  });

  test('never gives a run to two processes', async () => {
    const flow = await makeFlow();
    await transaction((tx) =>
      makeRuns(
        tx,
        Array.from({ length: 200 }, () => newRun(flow)),
      ),
    );
    const rounds = await Promise.all(Array.from({ length: 8 }, () => claim()));
    const ids = rounds.flatMap(idsOf);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThanOrEqual(16);
  });

  test('reads a few pages however many runs of one key stand in the queue', async () => {
    const [flow, other] = [await makeFlow(), await makeFlow()];
    for (let n = 0; n < 10; n += 1) {
      const thousand = Array.from({ length: 1_000 }, () => newRun(flow, queued('a')));
      await transaction((tx) => makeRuns(tx, thousand));
    }
    await make(other, {});
    await turns();
    await sql.query('analyze');
    const claiming = (tx: Sql) => claimRuns(tx, { most: 16, perWorkspace: 1_000, after: nowhere, batchId: 'batch' });
    // One look at each of them would be more than 10,000.
    expect(await pagesRead(claiming)).toBeLessThan(1_000);
    const [head] = await sql.query<{ id: string }>(
      `select run_id as id from turns where state = 'go' and order_key = 'a'`,
    );
    await end(head!.id);
    expect(await pagesRead(giveTurns)).toBeLessThan(1_000);
    expect(idsOf(await claim())).toHaveLength(1);
  });
});

/** Pages of runs and turns that a piece of work touches, as Postgres counts them. */
async function pagesRead(work: (tx: Sql) => Promise<unknown>): Promise<number> {
  const client = await pool.connect();
  const tx: Sql = {
    query: async (statement, values) =>
      (await client.query(typeof statement === 'string' ? statement : statement.text, values)).rows,
  };
  const count = async (): Promise<number> => {
    await tx.query('select pg_stat_force_next_flush()');
    const [row] = await tx.query<{ pages: string }>(
      `select sum(heap_blks_read + heap_blks_hit + coalesce(idx_blks_read, 0) + coalesce(idx_blks_hit, 0)) as pages
         from pg_statio_user_tables where relname like 'runs%' or relname = 'turns'`,
    );
    return Number(row?.pages);
  };
  try {
    const before = await count();
    await tx.query('begin');
    await work(tx);
    await tx.query('commit');
    return (await count()) - before;
  } finally {
    client.release();
  }
}

async function until<T>(look: () => T | undefined): Promise<T> {
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
