import { announceRuns } from '../../events/changes.js';
import type { Sql } from '../../platform/database/index.js';
import { tellParents } from '../children.js';

interface NewTurn {
  runId: string;
  flowId: string;
  scope: string;
  key: string | null;
}

/** A run that ends before its work has begun, for a newer one of another flow. */
export interface Superseded {
  runId: string;
  workspaceId: string;
  flowName: string;
  by: string;
  byFlow: string;
}

/**
 * Of each key the newest run of its flow stays. Those in the queue end at once and never start; those on their way are
 * cancelled.
 */
export async function supersedeInFlow(tx: Sql, newer: NewTurn[]): Promise<{ asked: string[] }> {
  if (newer.length === 0) return { asked: [] };
  const old = await tx.query<{ runId: string; by: string }>(
    `select distinct t.run_id as "runId", newest.id as by
       from unnest($1::uuid[], $2::text[], $3::text[]) as k (flow_id, scope, key)
      cross join lateral (
        select r.id, r.order_place from runs r where r.flow_id = k.flow_id and r.order_key = k.key and r.order_place is not null
         order by r.order_place desc limit 1) newest
       join turns t on t.scope = k.scope and t.order_key = k.key and t.flow_id = k.flow_id and t.state <> 'done'
       join runs o on o.id = t.run_id and o.order_place < newest.order_place`,
    [newer.map(({ flowId }) => flowId), newer.map(({ scope }) => scope), newer.map(({ key }) => key)],
  );
  return { asked: (await end(tx, old)).asked };
}

/**
 * What these runs supersede in their lanes: older runs of their key, of the flows that they name, which have not begun or
 * only wait and have given their turn back. A run with its turn stays, for it may be at work at any moment.
 */
export async function supersedeInLane(
  tx: Sql,
  newer: NewTurn[],
): Promise<{ asked: string[]; superseded: Superseded[] }> {
  if (newer.length === 0) return { asked: [], superseded: [] };
  const old = await tx.query<Superseded>(
    `select distinct on (o.id) o.id as "runId", o.workspace_id as "workspaceId", of.name as "flowName",
            n.id as by, nf.name as "byFlow"
       from turns newer
       join runs n on n.id = newer.run_id
       join flows nf on nf.id = n.flow_id
       join turns t on t.scope = newer.scope and t.order_key = newer.order_key and t.lane_as = any(newer.replaces)
                   and t.state not in ('go', 'done')
       join runs o on o.id = t.run_id and o.order_place < n.order_place and o.superseded_by is null and o.ended_at is null
       join flows of on of.id = o.flow_id
      where newer.run_id = any($1)
      order by o.id, n.order_place`,
    [newer.map(({ runId }) => runId)],
  );
  const { asked, marked } = await end(tx, old);
  return { asked, superseded: old.filter(({ runId }) => marked.has(runId)) };
}

/** Ends runs that are in the queue, and has the others cancelled; from here on none of them is given a turn. */
async function end(
  tx: Sql,
  old: { runId: string; by: string }[],
): Promise<{ asked: string[]; marked: ReadonlySet<string> }> {
  if (old.length === 0) return { asked: [], marked: new Set() };
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
  await tx.query(`update turns set state = 'away' where run_id = any($1) and state in ('new', 'key', 'slot')`, [
    hosted,
  ]);
  await announceRuns(tx, marked);
  return { asked: [...hosted, ...(await tellParents(tx, ended))], marked: new Set(marked.map(({ id }) => id)) };
}
