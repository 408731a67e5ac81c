import { type BulkWish, mostBulkRuns, type RunStatus, runStatuses } from '@castellan/api';
import type { Sql } from '../../platform/database/index.js';
import { findRunIds } from '../search/find-runs.js';

/** Statuses of the runs that an action can be done to. */
function fitting({ action, place }: BulkWish): RunStatus[] {
  if (action === 'cancel') return ['queued', 'running', 'waiting', 'paused', 'stalled'];
  return place.at === 'failed' ? ['failed', 'cancelled'] : ['failed', 'cancelled', 'succeeded'];
}

/**
 * Why the action cannot be done to a run `r`, as an expression of SQL that is null where it can. Only the last run of a
 * chain is retried, so that a second retry of the same runs finds none; what another run called is retried with that one.
 */
export function hindranceOf({ action, place }: BulkWish): string {
  if (action === 'cancel') return `case when r.ended_at is not null then 'ended' end`;
  const succeeded = place.at === 'failed' ? `when r.status = 'succeeded' then 'succeeded'` : '';
  return `case when r.ended_at is null then 'under_way'
               when r.mode not in ('live', 'test') then 'not_real'
               when r.parent_run_id is not null then 'called' ${succeeded}
               when exists (select from runs n where n.root_id = r.root_id and n.root_id <> n.id and n.id > r.id)
               then 'retried' end`;
}

export interface Selection {
  /** At most as many as are taken at one time. */
  ids: string[];
  /** There are more than that. */
  more: boolean;
}

/** Ids of the runs that are meant and that the action can be done to, newest first. */
export async function selectRuns(sql: Sql, workspaceId: string, wish: BulkWish): Promise<Selection> {
  const statuses = fitting(wish).filter((status) => asked(wish, status));
  if (statuses.length === 0) return { ids: [], more: false };
  const meant = await meantRuns(sql, workspaceId, wish, statuses);
  const rows = await sql.query<{ id: string }>(
    `select r.id from runs r
      where r.workspace_id = $1 and r.id = any($2) and r.status = any($3) and ${hindranceOf(wish)} is null
      order by r.id desc`,
    [workspaceId, meant.ids, statuses],
  );
  return { ids: rows.map(({ id }) => id), more: meant.more };
}

/** Ids of the runs that are named or found, whatever can be done to them; of some statuses alone where they are given. */
export async function meantRuns(
  sql: Sql,
  workspaceId: string,
  { ids, filter }: BulkWish,
  statuses?: RunStatus[],
): Promise<Selection> {
  if (ids) return { ids, more: false };
  const status = statuses?.join(',') ?? filter?.status;
  const found = await findRunIds(sql, workspaceId, { mode: 'live', ...filter, status, limit: mostBulkRuns });
  return { ids: found.slice(0, mostBulkRuns), more: found.length > mostBulkRuns };
}

function asked({ filter }: BulkWish, status: RunStatus): boolean {
  const named = filter?.status ? filter.status.split(',') : [...runStatuses];
  return named.includes(status);
}
