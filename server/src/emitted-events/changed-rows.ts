/** What statements return of the rows that they change, for `telling`. */

/** Of `runs as r`, for run.finished and run.failed. */
export const changedRun = `r.id, r.workspace_id, r.flow_id, r.version, r.mode, r.status, r.reason, r.outcome, r.error,
  r.trigger_id, r.trigger_kind, r.business_key, r.root_id, r.simulated, r.depth, r.created_at, r.ended_at`;

/** Of `approvals`, for approval.wanted and approval.decided. */
export const changedApproval = `id, workspace_id, run_id, flow_id, step_id, title, status, subject, approvers, needed,
  decisions, created_at, expires_at, decided_at`;

/** Of `effects as e`, for access.granted and access.revoked. */
export const changedEffect = `e.key, e.workspace_id, e.run_id, e.step_id, e.iteration, e.connection_id, e.operation,
  e.changes, e.state, e.settled_at`;

/** Of `directory_changes`, for the events of the directory: all of its columns. */
export const changedDirectory = 'id, workspace_id, integration_id, sync_run_id, kind, account_id, group_id, detail, at';
