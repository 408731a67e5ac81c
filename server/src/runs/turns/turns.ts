import type { Sql } from '../../platform/database/index.js';
import type { NewRun } from '../make-run.js';
import { queueChannel } from '../queue.js';
import type { RunOrder } from '../run-keys.js';

/** Puts runs that were just made behind those that are there; the keeper gives them their turns. */
export async function joinLines(tx: Sql, runs: { id: string; order: RunOrder | null }[]): Promise<void> {
  if (runs.length === 0) return;
  const rows = runs.map(({ id, order }) => ({
    id,
    supersedes: order?.whenBusy === 'supersede',
    as: order?.lane?.as,
    replaces: order?.lane?.supersedes ?? [],
  }));
  await tx.query(
    `insert into turns (run_id, flow_id, order_key, place, supersedes, lane, lane_as, replaces)
     select r.id, r.flow_id, r.order_key, r.order_place, n.supersedes, r.workspace_id || ':' || r.order_lane, n."as", n.replaces
       from json_to_recordset($1::json) as n (id uuid, supersedes bool, "as" text, replaces text[])
       join runs r on r.id = n.id`,
    [JSON.stringify(rows)],
  );
}

/**
 * Runs that a run waits for, directly or through others, which is of their own flow or has the turn of their own key in
 * their lane: they go on in its turn, since they would wait for it and it for them.
 */
export async function insideOwnTurn(
  tx: Sql,
  runs: Pick<NewRun, 'id' | 'flowId' | 'parent' | 'order'>[],
): Promise<string[]> {
  const called = runs.filter(({ parent }) => parent?.parentWaits);
  if (called.length === 0) return [];
  const rows = await tx.query<{ id: string }>(
    `with recursive above (run_id, flow_id, lane, key, above_id) as (
       select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::uuid[])
       union all
       select a.run_id, a.flow_id, a.lane, a.key, case when r.parent_waits then r.parent_run_id end
         from above a join runs r on r.id = a.above_id where ${isOwn} is not true
     )
     select distinct a.run_id as id from above a join runs r on r.id = a.above_id where ${isOwn}`,
    [
      called.map(({ id }) => id),
      called.map(({ flowId }) => flowId),
      called.map(({ order }) => order?.lane?.name),
      called.map(({ order }) => order?.key),
      called.map(({ parent }) => parent?.parentRunId),
    ],
  );
  return rows.map(({ id }) => id);
}

const isOwn = '(r.flow_id = a.flow_id or (r.turn is not null and r.order_lane = a.lane and r.order_key = a.key))';

/**
 * The end of runs that take turns: what waits behind them may go. In the transaction that ends them, which holds their
 * rows; the keeper passes the turns on.
 */
export async function endTurns(tx: Sql, runIds: string[]): Promise<void> {
  if (runIds.length === 0) return;
  await tx.query(
    `with ended as (update turns set state = 'done' where run_id = any($1) returning run_id)
     select pg_notify($2, '') from ended limit 1`,
    [runIds, queueChannel],
  );
}

/**
 * Limits the runs of a flow that are on their way at one time, from now on, or lifts the limit (null). It holds for
 * runs that are there already: those on their way count, those in the queue wait.
 */
export async function limitFlow(tx: Sql, flowId: string, concurrency: number | null): Promise<void> {
  await tx.query('update flows set concurrency = $2 where id = $1', [flowId, concurrency]);
  if (concurrency !== null) await enrolRuns(tx, flowId);
  // The first that waits is looked at again, and with it the flow.
  await tx.query(
    `update turns set state = 'new'
      where run_id = (select run_id from turns where flow_id = $1 and state = 'slot' order by place limit 1)`,
    [flowId],
  );
  await tx.query(`select pg_notify($1, '')`, [queueChannel]);
}

/** Gives runs of limited flows their turns that were made before the limit; of this flow, or of all (null). */
export async function enrolRuns(tx: Sql, flowId: string | null): Promise<void> {
  await tx.query(
    `with found as (
       select r.id from runs r join flows f on f.id = r.flow_id
        where r.ended_at is null and r.turn is null and r.mode = 'live' and f.concurrency is not null
          and ($1::uuid is null or r.flow_id = $1)
        order by r.id for update of r
     ), placed as (
       select id, nextval('change_seq') as place from found
     ), enrolled as (
       update runs r set turn = case when r.carrier is null then 'waits' else 'has' end,
              order_place = placed.place
         from placed where r.id = placed.id returning r.id, r.flow_id, r.order_place, r.turn
     )
     insert into turns (run_id, flow_id, place, state)
     select id, flow_id, order_place, case turn when 'has' then 'go' else 'new' end from enrolled`,
    [flowId],
  );
}
