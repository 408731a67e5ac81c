import type { Sql } from '../../platform/database/index.js';
import { announceQueued } from '../queue.js';
import { type Superseded, supersedeInFlow, supersedeInLane } from './superseding.js';
import { enrolRuns } from './turns.js';

/** One process at a time decides whose turn it is. Any number will do that nothing else here takes as its lock. */
const turnsLock = 4_600_008;
/** Runs that are looked at in one round. */
const atOnce = 500;

export interface Round {
  /** More is to be done: another round is wanted. */
  more: boolean;
  /** Runs of which something was asked: their carriers are to be told after the commit. */
  asked: string[];
  /** Runs that ended, or are to end, for one of another flow of their lane. */
  superseded: Superseded[];
}

const nothing: Round = { more: false, asked: [], superseded: [] };

interface DueRow {
  runId: string;
  flowId: string;
  scope: string;
  key: string | null;
  supersedes: boolean;
  replaces: boolean;
  state: 'new' | 'done' | 'leaves';
}

/**
 * Looks at runs that were made, have ended, or have given their turn back since the last round, and gives turns to those
 * that may go: the first of each key, and of those as many as their flow allows at one time. Since only one round goes on
 * at a time, whoever makes or ends runs meanwhile is seen by the next. It locks rows of runs before those of turns, as
 * those do who end runs.
 */
export async function giveTurns(tx: Sql): Promise<Round> {
  if (!(await isOnlyOne(tx))) return nothing;
  const due = await tx.query<DueRow>(
    `select run_id as "runId", flow_id as "flowId", scope, order_key as key, supersedes, replaces <> '{}' as replaces, state
       from turns where state in ('new', 'done', 'leaves') order by place limit ${atOnce}`,
  );
  if (due.length === 0) return nothing;
  const made = due.filter(({ state, key }) => state === 'new' && key !== null);
  const inFlows = await supersedeInFlow(
    tx,
    made.filter(({ supersedes }) => supersedes),
  );
  const inLanes = await supersedeInLane(
    tx,
    made.filter(({ replaces }) => replaces),
  );
  const first = await line(tx, due);
  const given = await give(tx, [...new Set([...due.map(({ flowId }) => flowId), ...first])]);
  return {
    more: given.more || due.length === atOnce,
    asked: [...inFlows.asked, ...inLanes.asked, ...given.asked],
    superseded: inLanes.superseded,
  };
}

/**
 * Marks for the next round what no round was told of: runs that ended without a word here, runs of a flow that was
 * limited while they were made, and whoever is first in its line.
 */
export async function lookAgain(tx: Sql): Promise<void> {
  if (!(await isOnlyOne(tx))) return;
  await enrolRuns(tx, null);
  await tx.query(
    `update turns t set state = 'done'
      where t.state <> 'done' and not exists (select from runs r where r.id = t.run_id and r.ended_at is null)`,
  );
  await tx.query(
    `update turns t set state = 'new' where run_id in (
       select distinct on (scope, order_key) run_id from turns where state = 'key' order by scope, order_key, place)
        and not exists (select from turns f where f.scope = t.scope and f.order_key = t.order_key and f.state in ('slot', 'go'))`,
  );
  await tx.query(
    `update turns set state = 'new' where run_id in (
       select distinct on (flow_id) run_id from turns where state = 'slot' order by flow_id, place)`,
  );
}

async function isOnlyOne(tx: Sql): Promise<boolean> {
  const [lock] = await tx.query<{ taken: boolean }>('select pg_try_advisory_xact_lock($1) as taken', [turnsLock]);
  return lock?.taken ?? false;
}

/**
 * Puts new runs in their lines, takes out those that have ended or gave their turn back, and moves the first of each key
 * up. @returns the flows of those that are first now
 */
async function line(tx: Sql, due: DueRow[]): Promise<string[]> {
  const keys = new Map(due.flatMap(({ scope, key }) => (key === null ? [] : [[`${scope} ${key}`, { scope, key }]])));
  const ids = (state: DueRow['state']) => due.flatMap((row) => (row.state === state ? [row.runId] : []));
  await tx.query(
    `with gone as (delete from turns where run_id = any($2) and state = 'done'),
          left_line as (update turns set state = 'away' where run_id = any($3) and state = 'leaves')
     update turns set state = case when order_key is null then 'slot' else 'key' end
      where run_id = any($1) and state = 'new'`,
    [ids('new'), due.map(({ runId }) => runId), ids('leaves')],
  );
  const first = await tx.query<{ flowId: string }>(
    `update turns t set state = 'slot'
       from (select * from unnest($1::text[], $2::text[]) as k (scope, key)
              where not exists (select from turns f where f.scope = k.scope and f.order_key = k.key
                                   and f.state in ('slot', 'go'))) free
      cross join lateral (
        select run_id from turns w where w.scope = free.scope and w.order_key = free.key and w.state = 'key'
         order by w.place limit 1) first
      where t.run_id = first.run_id and t.state = 'key' returning t.flow_id as "flowId"`,
    [[...keys.values()].map(({ scope }) => scope), [...keys.values()].map(({ key }) => key)],
  );
  return first.map(({ flowId }) => flowId);
}

/**
 * Lets the first of their lines go, as many as their flows allow. Answers whether more may be let go now, and which of
 * them are on their way already and are to be told: they had given their turn back.
 */
async function give(tx: Sql, flowIds: string[]): Promise<{ more: boolean; asked: string[] }> {
  const chosen = await tx.query<{ runId: string }>(
    `select c.run_id as "runId" from flows f
      cross join lateral (
        select run_id from turns t where t.flow_id = f.id and t.state = 'slot' order by t.place
         limit case when f.concurrency is null then ${atOnce} else greatest(0, f.concurrency - (
                 select count(*) from turns g where g.flow_id = f.id and g.state = 'go')) end) c
      where f.id = any($1)`,
    [flowIds],
  );
  if (chosen.length === 0) return { more: false, asked: [] };
  const given = await tx.query<{ id: string; workspaceId: string; hosted: boolean }>(
    `with free as (
       select id from runs where id = any($1) and ended_at is null order by id for update skip locked
     ), gone as (
       update turns t set state = 'go' from free where t.run_id = free.id and t.state = 'slot' returning t.run_id
     )
     update runs r set turn = 'has', seq = nextval('change_seq') from gone where r.id = gone.run_id
     returning r.id, r.workspace_id as "workspaceId", r.carrier is not null as hosted`,
    [chosen.map(({ runId }) => runId)],
  );
  const back = given.filter(({ hosted }) => hosted);
  if (back.length > 0) {
    await tx.query(
      `insert into controls (run_id, kind, payload, actor)
       select run_id, 'turn', jsonb_build_object('woken', woken), 'castellan' from turns where run_id = any($1)`,
      [back.map(({ id }) => id)],
    );
  }
  for (const [workspaceId, ids] of byWorkspace(given)) await announceQueued(tx, workspaceId, ids);
  // Somebody has hold of these just now, perhaps to end them: they are looked at again.
  const done = new Set(given.map(({ id }) => id));
  const held = chosen.flatMap(({ runId }) => (done.has(runId) ? [] : [runId]));
  if (held.length > 0) {
    await tx.query(`update turns set state = 'new' where run_id = any($1) and state = 'slot'`, [held]);
  }
  return { more: held.length > 0 || chosen.length >= atOnce, asked: back.map(({ id }) => id) };
}

function byWorkspace(runs: { id: string; workspaceId: string }[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const { id, workspaceId } of runs) groups.set(workspaceId, [...(groups.get(workspaceId) ?? []), id]);
  return groups;
}
