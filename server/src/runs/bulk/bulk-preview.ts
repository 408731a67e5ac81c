import type { BulkPreview, BulkWish } from '@castellan/api';
import type { Sql } from '../../platform/database/index.js';
import { hindranceOf, meantRuns, selectRuns } from './bulk-selection.js';

/** Ids of the runs of the chain of retries `h`. */
const idsOfChain = `select h.root_id as id
                    union all select r.id from runs r where r.root_id = h.root_id and r.root_id <> r.id`;

/** Steps whose writes are told one by one. */
const mostSteps = 50;

/** What the action would mean: to which runs it would be done, to which it cannot be, and what it would send again. */
export async function previewBulk(sql: Sql, workspaceId: string, wish: BulkWish): Promise<BulkPreview> {
  const meant = await meantRuns(sql, workspaceId, wish);
  const { ids, more } = await selectRuns(sql, workspaceId, wish);
  return {
    ...(await countMeant(sql, workspaceId, wish, meant.ids)),
    foundMore: meant.more,
    total: ids.length,
    tooMany: more,
    flows: await countByFlow(sql, ids),
    ...(await countWrites(sql, ids)),
  };
}

async function countMeant(
  sql: Sql,
  workspaceId: string,
  wish: BulkWish,
  ids: string[],
): Promise<Pick<BulkPreview, 'found' | 'cannot'>> {
  const rows = await sql.query<{ why: BulkPreview['cannot'][number]['why'] | null; count: number }>(
    `select ${hindranceOf(wish)} as why, count(*)::int as count from runs r
      where r.workspace_id = $1 and r.id = any($2) group by 1 order by 2 desc, 1`,
    [workspaceId, ids],
  );
  return {
    found: rows.reduce((sum, { count }) => sum + count, 0),
    cannot: rows.flatMap(({ why, count }) => (why === null ? [] : [{ why, count }])),
  };
}

function countByFlow(sql: Sql, ids: string[]): Promise<BulkPreview['flows']> {
  return sql.query<BulkPreview['flows'][number]>(
    `select f.id, f.name, count(*)::int as count from runs r join flows f on f.id = r.flow_id
      where r.id = any($1) group by f.id, f.name order by count desc, f.name limit 20`,
    [ids],
  );
}

/**
 * The latest of each write of these chains and of the flows that their runs called, by step. Programs are large, so each
 * version's is read once for a step.
 */
async function countWrites(sql: Sql, ids: string[]): Promise<Pick<BulkPreview, 'writes' | 'steps'>> {
  const rows = await sql.query<BulkPreview['steps'][number]>(
    `with recursive chains as (
            select root_id from runs where id = any($1)
            union
            select c.root_id from chains h cross join lateral (${idsOfChain}) p join runs c on c.parent_run_id = p.id),
          chosen as (select distinct on (r.root_id) r.root_id, r.version_id, r.flow_id
                       from chains h cross join lateral (${idsOfChain}) p join runs r on r.id = p.id
                      order by r.root_id, r.id desc),
          latest as (select distinct on (e.root_id, e.step_id, e.item) c.version_id, c.flow_id, e.step_id, e.operation,
                            case e.state when 'refused' then 'again' when 'done' then 'kept' else 'unknown' end as fate
                       from chosen c join effects e on e.root_id = c.root_id
                      order by e.root_id, e.step_id, e.item, e.generation desc),
          counted as (select version_id, flow_id, step_id, operation, fate, count(*)::int as count from latest
                       group by version_id, flow_id, step_id, operation, fate),
          named as (select c.*, coalesce(v.program -> 'steps' -> c.step_id ->> 'title', c.step_id) as title
                      from counted c join versions v on v.id = c.version_id)
     select f.name as "flowName", n.title, n.operation, n.fate, sum(n.count)::int as count
       from named n join flows f on f.id = n.flow_id group by f.id, f.name, n.title, n.operation, n.fate
      order by array_position(array['unknown', 'again', 'kept'], n.fate), 5 desc, n.title`,
    [ids],
  );
  const writes = { again: 0, unknown: 0, kept: 0 };
  for (const { fate, count } of rows) writes[fate] += count;
  return { writes, steps: rows.slice(0, mostSteps) };
}
