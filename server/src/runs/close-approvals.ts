import { changedApproval } from '../emitted-events/changed-rows.js';
import { tellApprovalsDecided } from '../emitted-events/told.js';
import { prepared, type Sql } from '../platform/database/index.js';

/** Closes what people no longer need to answer, since these runs end; in the transaction that ends them. */
export async function closeApprovals(tx: Sql, runIds: string[]): Promise<void> {
  await tx.query(
    prepared(`with changed as (
       update approvals set status = 'closed', decided_at = now() where run_id = any($1) and status = 'open'
       returning ${changedApproval}
     )${tellApprovalsDecided} select from changed`),
    [runIds],
  );
}
