import type { Shadow, ShadowRun } from '@castellan/api';
import type { Sql } from '../platform/database/index.js';

/** A trial whose process has not touched it for so long has lost it. */
const lostAfterSeconds = 60;

/** Its numbers come from the rows of its runs, so that they are right whenever it is looked at. */
const columns = `s.id, s.flow_id as "flowId", s.version, s.revision, s.total, s.sentence,
  case when s.status = 'running' and s.touched_at < now() - interval '${lostAfterSeconds} seconds' then 'failed'
       else s.status end as status,
  case when s.status = 'running' and s.touched_at < now() - interval '${lostAfterSeconds} seconds'
       then 'The server that was at it has stopped. Try again.' else s.error end as error,
  c.same + c.different + c.failed as done, to_json(c) as counts,
  s.created_at as "createdAt", s.created_by as "createdBy", s.ended_at as "endedAt"`;
const source = `shadows s cross join lateral (
  select count(*) filter (where verdict = 'same')::int as same,
         count(*) filter (where verdict = 'different')::int as different,
         count(*) filter (where verdict = 'failed')::int as failed
    from shadow_runs r where r.shadow_id = s.id) c`;

/** Newest first, and one more than the limit. */
export function readShadows(
  sql: Sql,
  workspaceId: string,
  { flowId, limit, after }: { flowId: string; limit: number; after: string | null },
): Promise<Shadow[]> {
  return sql.query<Shadow>(
    `select ${columns} from ${source}
      where s.workspace_id = $1 and s.flow_id = $2 and ($3::uuid is null or s.id < $3) order by s.id desc limit $4`,
    [workspaceId, flowId, after, limit + 1],
  );
}

export async function readShadow(sql: Sql, workspaceId: string, id: string): Promise<Shadow | undefined> {
  const [shadow] = await sql.query<Shadow>(`select ${columns} from ${source} where s.workspace_id = $1 and s.id = $2`, [
    workspaceId,
    id,
  ]);
  return shadow;
}

interface StoredRun {
  place: number;
  report: ShadowRun;
}

/** Runs of a trial in the order in which they were tried, newest first, and one more than the limit. */
export function readShadowRuns(
  sql: Sql,
  shadowId: string,
  { limit, after, verdict }: { limit: number; after: number | null; verdict?: string },
): Promise<StoredRun[]> {
  return sql.query<StoredRun>(
    `select place, report from shadow_runs
      where shadow_id = $1 and ($2::int is null or place > $2) and ($3::text is null or verdict = $3)
      order by place limit $4`,
    [shadowId, after, verdict ?? null, limit + 1],
  );
}

/** Writes what came of one run; nothing when the trial was removed meanwhile. @returns whether it is still there */
export async function writeShadowRun(sql: Sql, shadowId: string, place: number, report: ShadowRun): Promise<boolean> {
  const rows = await sql.query(
    `insert into shadow_runs (shadow_id, place, run_id, verdict, report)
     select id, $2, $3, $4, $5 from shadows where id = $1 for key share
     returning place`,
    [shadowId, place, report.runId, report.verdict, JSON.stringify(withoutValues(report))],
  );
  return rows.length > 0;
}

/** Lists show sentences; values are made again when one run is opened. */
function withoutValues(report: ShadowRun): ShadowRun {
  const differences = report.differences.map(({ before: _before, after: _after, ...difference }) => difference);
  return { ...report, differences };
}
