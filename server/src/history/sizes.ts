import type { Sql } from '../platform/database/index.js';
import { firstIdAt } from '../platform/ids.js';

/** Bytes of the large values that a row names. */
const largeOf = (table: string): string =>
  `coalesce((select sum((v.value ->> 'size')::bigint) from jsonb_each(${table}.large) v), 0)`;
const stored = (...columns: string[]): string =>
  columns.map((column) => `coalesce(pg_column_size(${column}), 0)`).join(' + ');
/** What a row takes beside its values, with its part of the indexes. */
const row = 250;

/** SQL for the bytes that a run `r` takes, values as they are stored: near the truth, and cheap. */
const bytesOfRun = `${row} + ${stored('r.trigger_data', 'r.response')} + ${largeOf('r')}
  + coalesce((select sum(${row} + ${stored('s.input', 's.output', 's.exact', 's.error', 's.tries')} + ${largeOf('s')})
                from steps s where s.run_id = r.id), 0)
  + coalesce((select sum(${stored('l.items', 'l.exact')} + ${largeOf('l')}) from loop_items l where l.run_id = r.id), 0)
  + coalesce((select sum(${row} + ${stored('a.show', 'a.decisions')} + ${largeOf('a')})
                from approvals a where a.run_id = r.id), 0)
  + coalesce((select sum(${row} + ${stored('e.input', 'e.answer', 'e.changes', 'e.before')} + ${largeOf('e')})
                from effects e where e.root_id = r.root_id and e.run_id = r.id), 0)`;

/** Bytes of one run; null where the workspace has no such run. */
export async function sizeOfRun(sql: Sql, workspaceId: string, runId: string): Promise<number | null> {
  const [found] = await sql.query<{ bytes: number }>(
    `select (${bytesOfRun})::float8 as bytes from runs r where r.id = $1 and r.workspace_id = $2`,
    [runId, workspaceId],
  );
  return found?.bytes ?? null;
}

/** Runs that are counted in one transaction. */
const atOnce = 500;
/** A run made earlier than this is in its table by now, whichever process made it. */
const settledMs = 120_000;

/**
 * Counts some runs that have not been counted yet, into the sizes of their flows. Each ended run is counted once: ids
 * are gone through in their order, and runs that have not ended are noted and looked at again. In a transaction, and by
 * one process at a time. Answers whether there may be more.
 */
export async function countRuns(tx: Sql, now = new Date()): Promise<boolean> {
  const [ended, reached] = [await countEnded(tx), await countNext(tx, firstIdAt(new Date(now.getTime() - settledMs)))];
  return ended === atOnce || reached === atOnce;
}

/** Those that had not ended when they were come by. */
async function countEnded(tx: Sql): Promise<number> {
  const ended = await tx.query<{ id: string }>(
    `delete from uncounted_runs u using (
       select n.run_id, r.id from uncounted_runs n left join runs r on r.id = n.run_id
        where r.id is null or r.ended_at is not null limit ${atOnce}) f
      where u.run_id = f.run_id returning u.run_id as id`,
  );
  await addToFlows(
    tx,
    ended.map(({ id }) => id),
    1,
  );
  return ended.length;
}

async function countNext(tx: Sql, before: string): Promise<number> {
  const next = await tx.query<{ id: string; ended: boolean }>(
    `select id, ended_at is not null as ended from runs
      where id > (select up_to from counted_runs) and id < $1 order by id limit ${atOnce}`,
    [before],
  );
  const last = next.at(-1);
  if (!last) return 0;
  const open = next.filter(({ ended }) => !ended).map(({ id }) => id);
  await tx.query('insert into uncounted_runs select unnest($1::uuid[]) on conflict do nothing', [open]);
  await tx.query('update counted_runs set up_to = $1', [last.id]);
  await addToFlows(
    tx,
    next.filter(({ ended }) => ended).map(({ id }) => id),
    1,
  );
  return next.length;
}

/** Takes runs off the sizes of their flows, before they are removed or lose their data. */
export async function takeOff(tx: Sql, runIds: string[]): Promise<void> {
  await addToFlows(tx, await countedOf(tx, runIds), -1);
}

/** Puts runs back that were taken off, as they are now. */
export async function putBack(tx: Sql, runIds: string[]): Promise<void> {
  await addToFlows(tx, await countedOf(tx, runIds), 1);
}

async function countedOf(tx: Sql, runIds: string[]): Promise<string[]> {
  const counted = await tx.query<{ id: string }>(
    `select id from unnest($1::uuid[]) as n (id)
      where id <= (select up_to from counted_runs) and not exists (select from uncounted_runs u where u.run_id = id)`,
    [runIds],
  );
  return counted.map(({ id }) => id);
}

async function addToFlows(tx: Sql, runIds: string[], sign: 1 | -1): Promise<void> {
  if (runIds.length === 0) return;
  await tx.query(
    `insert into flow_sizes as f (flow_id, runs, bytes)
     select flow_id, count(*) * $2, sum(bytes) * $2 from (
       select r.flow_id, (${bytesOfRun})::bigint as bytes from runs r where r.id = any($1)) n group by flow_id
     on conflict (flow_id) do update
        set runs = greatest(f.runs + excluded.runs, 0), bytes = greatest(f.bytes + excluded.bytes, 0)`,
    [runIds, sign],
  );
}
