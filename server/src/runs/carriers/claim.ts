import type { ControlGraph } from '@castellan/flow/runtime';
import type { Sql } from '../../platform/database/index.js';

/** A run that this process has taken from the queue. */
export interface ClaimedRun {
  id: string;
  workspaceId: string;
  versionId: string;
  triggerId: string;
  epoch: number;
  /** Workflow id of its carrier. */
  carrier: string;
  /** It begins with rows that it took over from an earlier run. */
  prepared: boolean;
}

/**
 * Takes queued runs of one workspace, oldest first, into one carrier: of the workspace whose turn it is, so that no burst
 * of one delays the others. They get their carrier and the next epoch in the statement that takes them, so that two
 * dispatchers never take the same. A run that is taken alone gives its carrier its own name.
 */
export async function claimRuns(
  sql: Sql,
  { after, most, batchId }: { after: string; most: number; batchId: string },
): Promise<ClaimedRun[]> {
  return sql.query<ClaimedRun>(
    `with next as (
       select r.id from runs r
        where r.status = 'queued' and r.carrier is null and r.workspace_id = coalesce(
          (select workspace_id from runs where status = 'queued' and carrier is null and workspace_id > $1
            order by workspace_id limit 1),
          (select workspace_id from runs where status = 'queued' and carrier is null order by workspace_id limit 1))
        order by r.id limit $2 for update of r skip locked
     )
     update runs r set epoch = r.epoch + 1, status = 'running', started_at = coalesce(r.started_at, now()),
            carrier = case when (select count(*) from next) > 1 then $3 else r.id::text || '-' || (r.epoch + 1) end,
            touched_at = now(), seq = nextval('change_seq')
       from next where r.id = next.id
     returning r.id, r.workspace_id as "workspaceId", r.version_id as "versionId", r.trigger_id as "triggerId",
               r.epoch, r.carrier, r.prepared`,
    [after, most, batchId],
  );
}

/** Puts runs back into the queue that their carrier could not be started for. */
export async function releaseRuns(sql: Sql, runs: Pick<ClaimedRun, 'id' | 'epoch'>[]): Promise<void> {
  await sql.query(
    `update runs r set carrier = null, status = 'queued'
       from unnest($1::uuid[], $2::int[]) as c (id, epoch)
      where r.id = c.id and r.epoch = c.epoch and r.ended_at is null`,
    [runs.map(({ id }) => id), runs.map(({ epoch }) => epoch)],
  );
}

/** An unfinished run without a sign of life, with what its carrier was started with. */
export interface SilentRun extends ClaimedRun {
  control: ControlGraph;
}

/** Runs that nobody has touched for so long although they have not ended. */
export function silentRuns(sql: Sql, seconds: number, most: number): Promise<Omit<SilentRun, 'control'>[]> {
  return sql.query(
    `select id, workspace_id as "workspaceId", version_id as "versionId", trigger_id as "triggerId", epoch, carrier, prepared
       from runs where ended_at is null and carrier is not null and touched_at < now() - $1 * interval '1 second'
      order by touched_at limit $2`,
    [seconds, most],
  );
}

/** Moves a run to a new carrier: the raised epoch fences off whatever the old one may still do. */
export async function moveRun(sql: Sql, run: Pick<ClaimedRun, 'id' | 'epoch'>): Promise<ClaimedRun | null> {
  const [moved] = await sql.query<ClaimedRun>(
    `update runs set epoch = epoch + 1, carrier = id::text || '-' || (epoch + 1), touched_at = now(),
            status = case when status = 'stalled' then 'running' else status end, seq = nextval('change_seq')
      where id = $1 and epoch = $2 and ended_at is null
     returning id, workspace_id as "workspaceId", version_id as "versionId", trigger_id as "triggerId", epoch, carrier, prepared`,
    [run.id, run.epoch],
  );
  return moved ?? null;
}

/** Notes that the run was looked at and is well. */
export async function touchRuns(sql: Sql, ids: string[]): Promise<void> {
  await sql.query('update runs set touched_at = now() where id = any($1) and ended_at is null', [ids]);
}
