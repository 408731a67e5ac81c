import type { BulkAction, BulkRun, BulkWish, Permission, Role } from '@castellan/api';
import { notify, type Sql } from '../../platform/database/index.js';
import type { Actor } from '../../platform/routes/index.js';

/** Channel on which a bulk action is announced. A lost announcement costs the second until the next look. */
export const bulkChannel = 'castellan_bulk';

/** Who chose a bulk action, as its row keeps it: what they might do then is what is done in their name. */
type StoredActor = Omit<Actor, 'permissions'> & { permissions: Permission[]; role: Role };

/** What is done to the runs. `beforeVersion`: chosen when that version of their flow was published. */
export type StoredWish = BulkWish & { beforeVersion?: number };

/** A bulk action to go on with. */
export interface OpenBulk {
  id: string;
  wish: StoredWish;
  actor: Actor;
}

/** Its runs are fixed here. Answers false when an action with this id is there already. */
export async function insertBulk(
  tx: Sql,
  actor: Actor,
  { id, wish, runIds }: { id: string; wish: StoredWish; runIds: string[] },
): Promise<boolean> {
  const stored: StoredActor = { ...actor, permissions: [...actor.permissions] };
  const made = await tx.query(
    `insert into bulk_actions (id, workspace_id, action, wish, actor, total, ended_at)
     values ($1, $2, $3, $4, $5, $6, case when $6 = 0 then now() end) on conflict (id) do nothing returning id`,
    [id, actor.workspaceId, wish.action, JSON.stringify(wish), JSON.stringify(stored), runIds.length],
  );
  if (made.length === 0) return false;
  await tx.query('insert into bulk_runs (bulk_id, run_id) select $1, unnest($2::uuid[])', [id, runIds]);
  await notify(tx, bulkChannel, id);
  return true;
}

const columns = `b.id, b.action, b.actor ->> 'email' as by, b.wish -> 'place' as place, b.wish ->> 'version' as version,
  b.wish -> 'filter' as filter, (b.wish ->> 'compensate')::bool as compensate,
  (b.wish ->> 'beforeVersion')::int as "beforeVersion",
  b.total, b.created_at as "createdAt", b.ended_at as "endedAt", b.stopped_by as "stoppedBy",
  (select count(*)::int from bulk_runs r where r.bulk_id = b.id and r.state = 'done') as done,
  (select count(*)::int from bulk_runs r where r.bulk_id = b.id and r.state = 'refused') as refused`;

/** A page of bulk actions, newest first, and one more to tell whether there is a next. */
export function readBulks(sql: Sql, workspaceId: string, before: string | null, limit: number): Promise<BulkAction[]> {
  return sql.query<BulkAction>(
    `select ${columns} from bulk_actions b where b.workspace_id = $1 and ($2::uuid is null or b.id < $2)
      order by b.id desc limit $3`,
    [workspaceId, before, limit + 1],
  );
}

export async function readBulk(sql: Sql, workspaceId: string, id: string): Promise<BulkAction | null> {
  const [row] = await sql.query<BulkAction>(
    `select ${columns} from bulk_actions b where b.workspace_id = $1 and b.id = $2`,
    [workspaceId, id],
  );
  return row ?? null;
}

/** A page of its runs, newest first. */
export function readBulkRuns(
  sql: Sql,
  id: string,
  { state, before, limit }: { state?: BulkRun['state']; before: string | null; limit: number },
): Promise<BulkRun[]> {
  return sql.query<BulkRun>(
    `select b.run_id as "runId", f.name as "flowName", r.business_key as "businessKey", b.state,
            b.made_run_id as "madeRunId", coalesce(m.status, r.status) as status, b.reason
       from bulk_runs b join runs r on r.id = b.run_id join flows f on f.id = r.flow_id
       left join runs m on m.id = b.made_run_id
      where b.bulk_id = $1 and ($2::text is null or b.state = $2) and ($3::uuid is null or b.run_id < $3)
      order by b.run_id desc limit $4`,
    [id, state ?? null, before, limit + 1],
  );
}

/** Bulk actions that are not through, oldest first. */
export async function openBulks(sql: Sql): Promise<OpenBulk[]> {
  const rows = await sql.query<{ id: string; wish: StoredWish; actor: StoredActor }>(
    'select id, wish, actor from bulk_actions where ended_at is null order by id limit 50',
  );
  return rows.map(({ actor, ...row }) => ({ ...row, actor: { ...actor, permissions: new Set(actor.permissions) } }));
}

/** Takes runs that wait, oldest first; other processes pass them over until the transaction ends. */
export async function takeWaiting(tx: Sql, id: string, most: number): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `select r.run_id as id from bulk_runs r join bulk_actions b on b.id = r.bulk_id
      where r.bulk_id = $1 and r.state = 'waiting' and b.ended_at is null
      order by r.run_id limit $2 for update of r skip locked`,
    [id, most],
  );
  return rows.map((row) => row.id);
}

export async function settleRuns(
  sql: Sql,
  id: string,
  runs: { runId: string; madeRunId?: string; reason?: string }[],
): Promise<void> {
  await sql.query(
    `update bulk_runs b set state = case when n.reason is null then 'done' else 'refused' end,
            made_run_id = n.made_run_id, reason = n.reason
       from unnest($2::uuid[], $3::uuid[], $4::text[]) as n (run_id, made_run_id, reason)
      where b.bulk_id = $1 and b.run_id = n.run_id and b.state = 'waiting'`,
    [
      id,
      runs.map(({ runId }) => runId),
      runs.map(({ madeRunId }) => madeRunId ?? null),
      runs.map(({ reason }) => reason ?? null),
    ],
  );
}

/** Ends an action of which nothing waits any more. Answers whether it has ended. */
export async function endIfThrough(sql: Sql, id: string): Promise<boolean> {
  const rows = await sql.query(
    `update bulk_actions b set ended_at = coalesce(ended_at, now()) where id = $1
        and not exists (select from bulk_runs r where r.bulk_id = b.id and r.state = 'waiting') returning id`,
    [id],
  );
  return rows.length > 0;
}
