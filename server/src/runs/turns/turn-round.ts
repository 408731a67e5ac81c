import { announceRuns } from '../../events/changes.js';
import type { Sql } from '../../platform/database/index.js';
import { tellParents } from '../children.js';
import { announceQueued } from '../queue.js';
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
}

const nothing: Round = { more: false, asked: [] };

interface DueRow {
  runId: string;
  flowId: string;
  key: string | null;
  supersedes: boolean;
  state: 'new' | 'done';
}

interface Key {
  flowId: string;
  key: string;
}

/**
 * Looks at runs that were made or have ended since the last round, and gives turns to those that may go: the first of
 * each key, and of those as many as their flow allows at one time. Since only one round goes on at a time, whoever
 * makes or ends runs meanwhile is seen by the next. It locks rows of runs before those of turns, as those do who end runs.
 */
export async function giveTurns(tx: Sql): Promise<Round> {
  if (!(await isOnlyOne(tx))) return nothing;
  const due = await tx.query<DueRow>(
    `select run_id as "runId", flow_id as "flowId", order_key as key, supersedes, state
       from turns where state in ('new', 'done') order by place limit ${atOnce}`,
  );
  if (due.length === 0) return nothing;
  const superseding = due.filter((row) => row.state === 'new' && row.supersedes);
  const asked = superseding.length > 0 ? await supersede(tx, keysOf(superseding)) : [];
  await line(tx, due);
  const more = await give(tx, [...new Set(due.map(({ flowId }) => flowId))]);
  return { more: more || due.length === atOnce, asked };
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
       select distinct on (flow_id, order_key) run_id from turns where state = 'key' order by flow_id, order_key, place)
        and not exists (select from turns f where f.flow_id = t.flow_id and f.order_key = t.order_key and f.state in ('slot', 'go'))`,
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
 * Of each key the newest run stays. Those in the queue end at once and never start; those on their way are cancelled.
 * @returns the runs of which something was asked
 */
async function supersede(tx: Sql, keys: Key[]): Promise<string[]> {
  const old = await tx.query<{ runId: string; by: string }>(
    `select t.run_id as "runId", newest.id as by
       from unnest($1::uuid[], $2::text[]) as k (flow_id, key)
      cross join lateral (
        select r.id, r.order_place from runs r where r.flow_id = k.flow_id and r.order_key = k.key and r.order_place is not null
         order by r.order_place desc limit 1) newest
       join turns t on t.flow_id = k.flow_id and t.order_key = k.key and t.state <> 'done' and t.place < newest.order_place`,
    columnsOf(keys),
  );
  if (old.length === 0) return [];
  const marked = await tx.query<{ id: string; workspaceId: string; hosted: boolean }>(
    `with old as (select * from unnest($1::uuid[], $2::uuid[]) as o (id, by_id)), held as (
       select r.id from runs r where r.id = any($1) and r.ended_at is null and r.superseded_by is null
        order by r.id for update
     )
     update runs r set superseded_by = old.by_id, touched_at = now(), seq = nextval('change_seq'),
            status = case when r.carrier is null then 'cancelled' else r.status end,
            reason = case when r.carrier is null then 'superseded' else r.reason end,
            ended_at = case when r.carrier is null then now() end,
            epoch = case when r.carrier is null then r.epoch + 1 else r.epoch end
       from held join old on old.id = held.id where r.id = held.id
     returning r.id, r.workspace_id as "workspaceId", r.carrier is not null as hosted`,
    [old.map(({ runId }) => runId), old.map(({ by }) => by)],
  );
  const hosted = marked.filter((run) => run.hosted).map(({ id }) => id);
  const ended = marked.filter((run) => !run.hosted).map(({ id }) => id);
  await tx.query(
    `insert into controls (run_id, kind, payload, actor)
     select id, 'cancel', '{"reason":"superseded"}', 'castellan' from unnest($1::uuid[]) as n (id)`,
    [hosted],
  );
  await tx.query('delete from turns where run_id = any($1)', [ended]);
  await announceRuns(tx, marked);
  return [...hosted, ...(await tellParents(tx, ended))];
}

/** Puts new runs in their lines, takes out those that have ended, and moves the first of each key up. */
async function line(tx: Sql, due: DueRow[]): Promise<void> {
  const keys = keysOf(due);
  await tx.query(
    `with gone as (delete from turns where run_id = any($2) and state = 'done')
     update turns set state = case when order_key is null then 'slot' else 'key' end
      where run_id = any($1) and state = 'new'`,
    [due.filter(({ state }) => state === 'new').map(({ runId }) => runId), due.map(({ runId }) => runId)],
  );
  await tx.query(
    `update turns t set state = 'slot'
       from (select * from unnest($1::uuid[], $2::text[]) as k (flow_id, key)
              where not exists (select from turns f where f.flow_id = k.flow_id and f.order_key = k.key
                                   and f.state in ('slot', 'go'))) free
      cross join lateral (
        select run_id from turns w where w.flow_id = free.flow_id and w.order_key = free.key and w.state = 'key'
         order by w.place limit 1) first
      where t.run_id = first.run_id and t.state = 'key'`,
    columnsOf(keys),
  );
}

/** Lets the first of their lines go, as many as their flows allow. Answers whether more may be let go now. */
async function give(tx: Sql, flowIds: string[]): Promise<boolean> {
  const chosen = await tx.query<{ runId: string }>(
    `select c.run_id as "runId" from flows f
      cross join lateral (
        select run_id from turns t where t.flow_id = f.id and t.state = 'slot' order by t.place
         limit case when f.concurrency is null then ${atOnce} else greatest(0, f.concurrency - (
                 select count(*) from turns g where g.flow_id = f.id and g.state = 'go')) end) c
      where f.id = any($1)`,
    [flowIds],
  );
  if (chosen.length === 0) return false;
  const given = await tx.query<{ id: string; workspaceId: string }>(
    `with free as (
       select id from runs where id = any($1) and ended_at is null order by id for update skip locked
     ), gone as (
       update turns t set state = 'go' from free where t.run_id = free.id and t.state = 'slot' returning t.run_id
     )
     update runs r set turn = 'has', seq = nextval('change_seq') from gone where r.id = gone.run_id
     returning r.id, r.workspace_id as "workspaceId"`,
    [chosen.map(({ runId }) => runId)],
  );
  for (const [workspaceId, ids] of byWorkspace(given)) await announceQueued(tx, workspaceId, ids);
  // Somebody has hold of these just now, perhaps to end them: they are looked at again.
  const done = new Set(given.map(({ id }) => id));
  const held = chosen.flatMap(({ runId }) => (done.has(runId) ? [] : [runId]));
  if (held.length > 0) {
    await tx.query(`update turns set state = 'new' where run_id = any($1) and state = 'slot'`, [held]);
  }
  return held.length > 0 || chosen.length >= atOnce;
}

function byWorkspace(runs: { id: string; workspaceId: string }[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const { id, workspaceId } of runs) groups.set(workspaceId, [...(groups.get(workspaceId) ?? []), id]);
  return groups;
}

function keysOf(rows: DueRow[]): Key[] {
  const keys = new Map<string, Key>();
  for (const { flowId, key } of rows) if (key !== null) keys.set(`${flowId} ${key}`, { flowId, key });
  return [...keys.values()];
}

const columnsOf = (keys: Key[]): [string[], string[]] => [keys.map(({ flowId }) => flowId), keys.map(({ key }) => key)];
