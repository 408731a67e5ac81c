import type { ControlGraph } from '@castellan/flow/runtime';
import { announceRuns } from '../../events/changes.js';
import { prepared, type Sql } from '../../platform/database/index.js';

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

export interface ClaimOptions {
  /** The workspace that was served last: one behind it has its turn now. */
  after: string;
  /** Runs to take. */
  most: number;
  /** Runs of the workspace that may be at work at a time; claims made in the same moment may go somewhat past it. */
  perWorkspace: number;
  batchId: string;
}

/** What of the queue may be taken, in the words of its index. */
const claimable = `status = 'queued' and carrier is null and turn is distinct from 'waits'`;

/**
 * Takes queued runs of one workspace, oldest first, into one carrier: of the workspace whose turn it is, so that no burst
 * of one delays the others. They get their carrier and the next epoch in the statement that takes them, so that two
 * dispatchers never take the same. A run that is taken alone gives its carrier its own name. Of an order key one run at a
 * time has its turn, so that two of them never share a carrier.
 */
export async function claimRuns(sql: Sql, { after, most, perWorkspace, batchId }: ClaimOptions): Promise<ClaimedRun[]> {
  return sql.query<ClaimedRun>(
    prepared(`with recursive waiting (id) as (
       (select workspace_id from runs where ${claimable} order by workspace_id limit 1)
       union all
       select (select workspace_id from runs where ${claimable} and workspace_id > w.id order by workspace_id limit 1)
         from waiting w where w.id is not null
     ), served as (
       select w.id, w.room
         from (select id, $3 - (select count(*) from (select from runs r where r.workspace_id = w.id
                                                         and r.status = 'running' limit $3) a) as room
                 from waiting w where id is not null order by id > $1 desc, id) w
        where w.room > 0 limit 1
     ), next as (
       select id from runs
        where ${claimable} and workspace_id = (select id from served)
        order by workspace_id, id limit least($2, (select room from served)) for update skip locked
     )
     update runs r set epoch = r.epoch + 1, status = 'running', started_at = coalesce(r.started_at, now()),
            carrier = case when (select count(*) from next) > 1 then $4 else r.id::text || '-' || (r.epoch + 1) end,
            touched_at = now(), seq = nextval('change_seq')
       from next where r.id = next.id
     returning r.id, r.workspace_id as "workspaceId", r.version_id as "versionId", r.trigger_id as "triggerId",
               r.epoch, r.carrier, r.prepared`),
    [after, most, perWorkspace, batchId],
  );
}

/**
 * Puts runs back into the queue whose carrier could not be started, as far as we know: the raised epoch fences off one
 * that starts all the same, when Temporal comes to it. One that has started and done something already keeps its runs.
 */
export async function releaseRuns(sql: Sql, runs: Pick<ClaimedRun, 'id' | 'epoch'>[]): Promise<void> {
  await sql.query(
    prepared(`update runs r set carrier = null, status = 'queued', epoch = r.epoch + 1
       from unnest($1::uuid[], $2::int[]) as c (id, epoch)
      where r.id = c.id and r.epoch = c.epoch and r.ended_at is null
        and (r.prepared or not exists (select from steps s where s.run_id = r.id))`),
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
    prepared(`select id, workspace_id as "workspaceId", version_id as "versionId", trigger_id as "triggerId", epoch, carrier, prepared
       from runs where ended_at is null and carrier is not null and touched_at < now() - $1 * interval '1 second'
      order by touched_at limit $2`),
    [seconds, most],
  );
}

/** Moves a run to a new carrier: the raised epoch fences off whatever the old one may still do. */
export async function moveRun(sql: Sql, run: Pick<ClaimedRun, 'id' | 'epoch'>): Promise<ClaimedRun | null> {
  const [moved] = await sql.query<ClaimedRun>(
    prepared(`update runs set epoch = epoch + 1, carrier = id::text || '-' || (epoch + 1), touched_at = now(),
            status = case when status = 'stalled' then 'running' else status end, seq = nextval('change_seq')
      where id = $1 and epoch = $2 and ended_at is null
     returning id, workspace_id as "workspaceId", version_id as "versionId", trigger_id as "triggerId", epoch, carrier, prepared`),
    [run.id, run.epoch],
  );
  return moved ?? null;
}

/** Notes that these runs were looked at and are well; what had stalled goes on. */
export async function touchRuns(sql: Sql, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  await sql.query('update runs set touched_at = now() where id = any($1) and ended_at is null', [ids]);
  const healed = await sql.query<{ id: string; workspaceId: string }>(
    `update runs set status = case when waiting_for is null then 'running' else 'waiting' end, seq = nextval('change_seq')
      where id = any($1) and status = 'stalled' returning id, workspace_id as "workspaceId"`,
    [ids],
  );
  await announceRuns(sql, healed);
}

/** Notes that the carriers of these runs cannot go on; they are looked at again as others are. A pause stays one. */
export async function stallRuns(sql: Sql, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  const stalled = await sql.query<{ id: string; workspaceId: string }>(
    `update runs set touched_at = now(), seq = nextval('change_seq'),
            status = case when status in ('running', 'waiting') then 'stalled' else status end
      where id = any($1) and ended_at is null returning id, workspace_id as "workspaceId"`,
    [ids],
  );
  await announceRuns(sql, stalled);
}
