import type { Sql } from '../platform/database/index.js';

/** What a run waits for, as its row says it. */
export interface WaitingFor {
  kind: 'approval' | 'time' | 'event' | 'outcome' | 'retry' | 'subflow';
  what: string;
  who: string | null;
  until: string | null;
}

/** The step that a run has waited for longest. A person comes before a time: that is what somebody can act on. */
export async function waitingSentence(sql: Sql, runId: string): Promise<WaitingFor | null> {
  const [row] = await sql.query<{
    detail: Partial<WaitingFor> | null;
    status: string;
    step: string;
    until: string | null;
  }>(
    `select detail, status, step_id as step,
            to_char(next_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as until
       from steps where run_id = $1 and ended_at is null and status in ('waiting', 'retrying', 'unknown')
      order by case status when 'unknown' then 0 when 'waiting' then 1 else 2 end, seq limit 1`,
    [runId],
  );
  if (!row) return null;
  const kind =
    row.status === 'retrying' ? 'retry' : row.status === 'unknown' ? 'outcome' : (row.detail?.kind ?? 'time');
  return { kind, what: row.detail?.what ?? row.step, who: row.detail?.who ?? null, until: row.until };
}
