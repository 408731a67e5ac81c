import type { Sql } from '../platform/database/index.js';
import { ApiError, found } from '../platform/errors.js';
import { wholeValue } from '../platform/large-values/index.js';

/** A run of the flow whose data is used again. */
export interface PastRun {
  id: string;
  triggerId: string;
  triggerKind: string;
  data: Record<string, unknown>;
  businessKey: string | null;
  /** Of a run of a draft: what was run of it. */
  variant: string;
}

const columns = `r.id, r.trigger_id as "triggerId", r.trigger_kind as "triggerKind", ${wholeValue('r', 'trigger_data', 'trigger')} as data,
  r.business_key as "businessKey", v.variant`;

/** Rejects with `not_found` where the flow has no such run, with `conflict` where its data was removed. */
export async function readPastRun(sql: Sql, flowId: string, runId: string): Promise<PastRun> {
  const [row] = await sql.query<PastRun & { cleared: boolean }>(
    `select ${columns}, r.cleared_at is not null as cleared
       from runs r join versions v on v.id = r.version_id where r.id = $1 and r.flow_id = $2`,
    [runId, flowId],
  );
  const { cleared, ...run } = found(row, 'run of this flow');
  if (cleared) throw new ApiError('conflict', 'The data of this run was removed: choose another run.');
  return run;
}

/** The flow's last run, live or of a draft. */
export async function readLastRun(sql: Sql, flowId: string): Promise<PastRun | undefined> {
  const [row] = await sql.query<PastRun>(
    `select ${columns} from runs r join versions v on v.id = r.version_id
      where r.flow_id = $1 and r.mode in ('live', 'test') and r.cleared_at is null order by r.id desc limit 1`,
    [flowId],
  );
  return row;
}

/** Outputs are looked at up to this size, in bytes as JSON. */
const longestOutput = 1_000_000;

/** What the steps of a run gave, as it is shown; of a loop's iterations, the first that gave something. */
export async function readOutputs(sql: Sql, runId: string): Promise<Record<string, unknown>> {
  const rows = await sql.query<{ step: string; output: unknown }>(
    `select distinct on (step_id) step_id as step, ${wholeValue('s', 'output')} as output from steps s
      where run_id = $1 and pass = 0 and status = 'succeeded' and output is not null
        and coalesce((large #>> '{output,size}')::int, 0) <= ${longestOutput}
      order by step_id, seq`,
    [runId],
  );
  return Object.fromEntries(rows.map(({ step, output }) => [step, output]));
}
