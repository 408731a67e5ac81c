import { isoInstant, type Sql } from '../../platform/database/index.js';

/** What a run waits for, as its row says it. */
export interface WaitingFor {
  kind: 'approval' | 'time' | 'event' | 'outcome' | 'retry' | 'slot' | 'host' | 'subflow' | 'protected' | 'budget';
  what: string;
  who: string | null;
  until: string | null;
  /** The run that is waited for, of kind subflow. */
  runId?: string;
}

/** Of each run the step that it has waited for longest; what somebody can act on comes before times and arrivals. */
export async function waitingSentences(sql: Sql, runIds: string[]): Promise<Map<string, WaitingFor>> {
  if (runIds.length === 0) return new Map();
  const rows = await sql.query<{
    runId: string;
    detail: Partial<WaitingFor> | null;
    status: string;
    step: string;
    until: string | null;
    childRunId: string | null;
  }>(
    `select distinct on (run_id) run_id as "runId", detail, status, step_id as step, child_run_id as "childRunId",
            ${isoInstant('next_at')} as until
       from steps where run_id = any($1) and ended_at is null and status in ('waiting', 'retrying', 'unknown')
      order by run_id, case when status = 'unknown' then 0
                            when detail ->> 'kind' in ('approval', 'protected', 'budget') then 1
                            when status = 'waiting' then 2 else 3 end, started_at, seq`,
    [runIds],
  );
  return new Map(rows.map((row) => [row.runId, sentenceOf(row)]));
}

/** A step that is to be tried again has failed, or is held back. */
function retryKindOf(detail: Partial<WaitingFor> | null): WaitingFor['kind'] {
  const kind = detail?.kind;
  return kind !== undefined && heldBack.has(kind) ? kind : 'retry';
}

const heldBack: ReadonlySet<WaitingFor['kind']> = new Set(['slot', 'host', 'protected', 'budget']);

function sentenceOf(row: {
  detail: Partial<WaitingFor> | null;
  status: string;
  step: string;
  until: string | null;
  childRunId: string | null;
}): WaitingFor {
  const kind =
    row.status === 'retrying'
      ? retryKindOf(row.detail)
      : row.status === 'unknown'
        ? 'outcome'
        : (row.detail?.kind ?? 'time');
  const link = row.childRunId === null ? {} : { runId: row.childRunId };
  return { kind, what: row.detail?.what ?? row.step, who: row.detail?.who ?? null, until: row.until, ...link };
}
