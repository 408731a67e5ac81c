import type { AuditService } from '../audit/audit.service.js';
import type { Sql } from '../platform/database/index.js';
import type { Actor } from '../platform/routes/index.js';
import { cancelRuns } from '../runs/cancel-runs.js';

/** Pushes that are to write no more: those of an integration, or those that have something to do for a resource or a team. */
type Stopped = { integrationId: string } | { resourceId: string } | { teamId: string };

/**
 * Cancels the runs of pushes that are under way, and retries of such runs, as a person does by the button: nothing more is
 * sent, and what was done stays done. Call it behind what holds the integration's row, so that none begins meanwhile.
 * @param why a sentence, for the audit and the run's history
 * @returns the ids of runs to announce after the commit
 */
export async function stopPushes(
  tx: Sql,
  audit: AuditService,
  { actor, why, ...stopped }: Stopped & { actor: Actor; why: string },
): Promise<string[]> {
  const [where, id] = whichPushes(stopped);
  const open = await tx.query<{ id: string; flowName: string }>(
    `select r.id, f.name as "flowName" from team_pushes p
       join lateral (select id, flow_id, ended_at from runs where id = p.run_id
                     union all select id, flow_id, ended_at from runs where root_id = p.run_id and root_id <> id) r on true
       join flows f on f.id = r.flow_id
      where p.workspace_id = $1 and r.ended_at is null and ${where} order by r.id`,
    [actor.workspaceId, id],
  );
  const runIds = open.map((run) => run.id);
  // The system stays as it is from this moment: what is done is not taken back, whatever the flow says of a cancel.
  const payload = { compensate: false, why };
  const told = await cancelRuns(tx, runIds, { actor: actor.email, payload });
  for (const run of open) {
    await audit.record(tx, {
      ...{ actor, workspaceId: actor.workspaceId, action: 'run.cancel', after: payload },
      ...{ objectType: 'run', objectId: run.id, objectName: run.flowName },
    });
  }
  return told;
}

function whichPushes(stopped: Stopped): [where: string, id: string] {
  if ('integrationId' in stopped) return ['p.integration_id = $2', stopped.integrationId];
  const [column, id] = 'resourceId' in stopped ? ['i.resource_id', stopped.resourceId] : ['i.team_id', stopped.teamId];
  return [`exists (select from team_push_items i where i.push_id = p.id and ${column} = $2)`, id];
}
