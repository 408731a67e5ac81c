import type { Sql } from '../../platform/database/index.js';
import type { NewRun } from '../make-run.js';
import { queueChannel } from '../queue.js';
import type { RunOrder } from '../run-keys.js';

/** Puts runs that were just made behind those that are there; the keeper gives them their turns. */
export async function joinLines(tx: Sql, runs: { id: string; order: RunOrder | null }[]): Promise<void> {
  if (runs.length === 0) return;
  const superseding = runs.filter(({ order }) => order?.whenBusy === 'supersede');
  await tx.query(
    `insert into turns (run_id, flow_id, order_key, place, supersedes)
     select id, flow_id, order_key, order_place, id = any($2) from runs where id = any($1)`,
    [runs.map(({ id }) => id), superseding.map(({ id }) => id)],
  );
}

/**
 * Runs that a run of their own flow waits for, directly or through others: they go on in its turn, since they would
 * wait for it and it for them.
 */
export async function insideOwnFlow(tx: Sql, runs: Pick<NewRun, 'id' | 'flowId' | 'parent'>[]): Promise<string[]> {
  const called = runs.filter(({ parent }) => parent?.parentWaits);
  if (called.length === 0) return [];
  const rows = await tx.query<{ id: string }>(
    `with recursive above (run_id, flow_id, above_id) as (
       select * from unnest($1::uuid[], $2::uuid[], $3::uuid[])
       union all
       select a.run_id, a.flow_id, case when r.parent_waits then r.parent_run_id end
         from above a join runs r on r.id = a.above_id where r.flow_id <> a.flow_id
     )
     select distinct a.run_id as id from above a join runs r on r.id = a.above_id where r.flow_id = a.flow_id`,
    [called.map(({ id }) => id), called.map(({ flowId }) => flowId), called.map(({ parent }) => parent?.parentRunId)],
  );
  return rows.map(({ id }) => id);
}

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
