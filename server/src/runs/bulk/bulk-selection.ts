import { type BulkPreview, type BulkWish, mostBulkRuns, type RunStatus, runStatuses } from '@castellan/api';
import type { Sql } from '../../platform/database/index.js';
import { findRunIds } from '../search/find-runs.js';

/** Statuses of the runs that an action can be done to. */
function fitting({ action, place }: BulkWish): RunStatus[] {
  if (action === 'cancel') return ['queued', 'running', 'waiting', 'paused', 'stalled'];
  return place.at === 'failed' ? ['failed', 'cancelled'] : ['failed', 'cancelled', 'succeeded'];
}

export interface Selection {
  /** At most as many as are taken at one time. */
  ids: string[];
  /** The filters find more than that. */
  tooMany: boolean;
}

/**
 * Ids of the runs that are meant and that the action can be done to, newest first. Only the last run of a chain is retried, so that a second retry of the same runs finds none; what another run called is
 * retried with that one.
 */
export async function selectRuns(sql: Sql, workspaceId: string, wish: BulkWish): Promise<Selection> {
  const statuses = fitting(wish).filter((status) => asked(wish, status));
  if (statuses.length === 0) return { ids: [], tooMany: false };
  const found =
    wish.ids ??
    (await findRunIds(sql, workspaceId, { ...filterOf(wish), status: statuses.join(','), limit: mostBulkRuns }));
  const rows = await sql.query<{ id: string }>(
    `select r.id from runs r
      where r.workspace_id = $1 and r.id = any($2) and r.status = any($3)
        and ($4 or (r.parent_run_id is null and r.mode in ('live', 'test') and not exists (
              select from runs n where n.root_id = r.root_id and n.root_id <> n.id and n.id > r.id)))
      order by r.id desc`,
    [workspaceId, found, statuses, wish.action === 'cancel'],
  );
  return { ids: rows.map(({ id }) => id).slice(0, mostBulkRuns), tooMany: found.length > mostBulkRuns };
}

const filterOf = ({ filter }: BulkWish) => ({ mode: 'live', ...filter });

function asked({ filter }: BulkWish, status: RunStatus): boolean {
  const named = filter?.status ? filter.status.split(',') : [...runStatuses];
  return named.includes(status);
}

/** What the action would mean for these runs. */
export async function countRuns(sql: Sql, { ids, tooMany }: Selection): Promise<BulkPreview> {
  const flows = await sql.query<BulkPreview['flows'][number]>(
    `select f.id, f.name, count(*)::int as count from runs r join flows f on f.id = r.flow_id
      where r.id = any($1) group by f.id, f.name order by count desc, f.name limit 20`,
    [ids],
  );
  const [writes] = await sql.query<BulkPreview['writes']>(
    `select count(*) filter (where state = 'refused')::int as again,
            count(*) filter (where state in ('unknown', 'sending'))::int as unknown,
            count(*) filter (where state = 'done')::int as kept
       from (select distinct on (e.root_id, e.step_id, e.item) e.state
               from (select distinct root_id from runs where id = any($1)) r join effects e on e.root_id = r.root_id
              order by e.root_id, e.step_id, e.item, e.generation desc) latest`,
    [ids],
  );
  return {
    total: ids.length,
    tooMany,
    flows,
    writes: writes ?? { again: 0, unknown: 0, kept: 0 },
  };
}
