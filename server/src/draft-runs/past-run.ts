import type { Sql } from '../platform/database/index.js';
import { found } from '../platform/errors.js';

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

const columns = `r.id, r.trigger_id as "triggerId", r.trigger_kind as "triggerKind", r.trigger_data as data,
  r.business_key as "businessKey", v.variant`;

/** Rejects with `not_found` where the flow has no such run. */
export async function readPastRun(sql: Sql, flowId: string, runId: string): Promise<PastRun> {
  const [row] = await sql.query<PastRun>(
    `select ${columns} from runs r join versions v on v.id = r.version_id where r.id = $1 and r.flow_id = $2`,
    [runId, flowId],
  );
  return found(row, 'run of this flow');
}

/** The flow's last run, live or of a draft. */
export async function readLastRun(sql: Sql, flowId: string): Promise<PastRun | undefined> {
  const [row] = await sql.query<PastRun>(
    `select ${columns} from runs r join versions v on v.id = r.version_id
      where r.flow_id = $1 and r.mode in ('live', 'test') order by r.id desc limit 1`,
    [flowId],
  );
  return row;
}
