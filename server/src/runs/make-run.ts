import type { Sql } from '../platform/database/index.js';

/** A run to be made; it is queued. */
export interface NewRun {
  id: string;
  workspaceId: string;
  flowId: string;
  versionId: string;
  version: number;
  mode: 'live' | 'test';
  triggerId: string;
  triggerKind: string;
  deliveryId: string | null;
  /** What expressions see as `trigger`. */
  triggerData: unknown;
  businessKey: string | null;
  simulated: boolean;
}

/** Writes the row of a new run. In the transaction of what started it, and before anybody is answered. */
export async function makeRun(tx: Sql, run: NewRun): Promise<void> {
  await tx.query(
    `insert into runs (id, root_id, workspace_id, flow_id, version_id, version, mode, trigger_id, trigger_kind,
                       delivery_id, trigger_data, business_key, simulated)
     values ($1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      run.id,
      run.workspaceId,
      run.flowId,
      run.versionId,
      run.version,
      run.mode,
      run.triggerId,
      run.triggerKind,
      run.deliveryId,
      JSON.stringify(run.triggerData),
      run.businessKey,
      run.simulated,
    ],
  );
}
