import { runModes } from '@castellan/api';
import type { Sql } from '../platform/database/index.js';
import { firstIdAt } from '../platform/ids.js';

/** Ended runs of a flow that are older than it keeps them. */
export interface DueRuns {
  flowId: string;
  /** Runs that ended before it are past their time. */
  cutoff: Date;
}

/** Runs of a flow that ended so many days ago, or earlier, are past their time. */
export const cutoffOf = (days: number, now = new Date()): Date => new Date(now.getTime() - days * 86_400_000);

/** All of what follows asks for parameters in this order: flow, modes, first id that is too young, cutoff. */
const parametersOf = ({ flowId, cutoff }: DueRuns): unknown[] => [flowId, runModes, firstIdAt(cutoff), cutoff];

/**
 * The first run `r` of a chain of retries that goes as a whole: all its runs ended in time, and nothing asks for it any
 * more. Kept are writes whose outcome nobody knows, what a called run's caller would find again in a retry, a run that
 * a repeated delivery must still find, and one whose turn has not been passed on.
 */
const isDue = `r.root_id = r.id and r.flow_id = $1 and r.mode = any($2) and r.id < $3 and r.ended_at < $4
  and not exists (select from runs o where o.root_id = r.id and o.root_id <> o.id
                   and (o.ended_at is null or o.ended_at >= $4))
  and not exists (select from effects e where e.root_id = r.id and e.state in ('sending', 'unknown'))
  and not exists (select from runs p where p.id = r.parent_run_id)
  and not exists (select from intake i where i.delivery_id = r.delivery_id and i.run_id = r.id
                   and i.dedupe_until > now())
  and not exists (select from turns t where t.run_id = r.id)`;

/** Counts what the next sweep would remove, up to `most`. */
export async function countDue(sql: Sql, due: DueRuns, most: number): Promise<number> {
  const [row] = await sql.query<{ count: number }>(
    `select coalesce(sum(runs), 0)::int as count from (
       select 1 + (select count(*) from runs o where o.root_id = r.id and o.root_id <> o.id) as runs
         from runs r where ${isDue} limit $5) found`,
    [...parametersOf(due), most],
  );
  return row?.count ?? 0;
}

/**
 * Some chains to remove, each by its first run, held until the end of the transaction: nobody retries them meanwhile.
 * What changed before they were held is seen by the second look.
 */
export async function holdDue(tx: Sql, due: DueRuns, most: number): Promise<string[]> {
  const held = await tx.query<{ id: string }>(
    `select r.id from runs r where ${isDue} order by r.id limit $5 for update of r skip locked`,
    [...parametersOf(due), most],
  );
  if (held.length === 0) return [];
  const still = await tx.query<{ id: string }>(
    `select r.id from runs r where ${isDue} and r.id = any($5) order by r.id`,
    [...parametersOf(due), held.map(({ id }) => id)],
  );
  return still.map(({ id }) => id);
}
