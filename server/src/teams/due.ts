import { notify, type Sql } from '../platform/database/index.js';

/** Told when a rule is to be evaluated, or teams are to be compared with what was read. */
export const teamsChannel = 'castellan_teams';

/** Rules go over the people of the primary directory: all of a workspace are due when those may have changed. */
export async function rulesDue(tx: Sql, workspaceId: string): Promise<void> {
  await tx.query(
    'update teams set rule_due_at = now() where workspace_id = $1 and removed_at is null and rule is not null',
    [workspaceId],
  );
  await notify(tx, teamsChannel, workspaceId);
}

/** Something has changed, so what failed before is tried, too. */
const anew = 'push_due_at = now(), push_goes_on_from = null';

/** An integration is compared with the teams that are pushed to it, after what is under way. */
export async function pushDue(tx: Sql, integrationId: string): Promise<void> {
  await tx.query(`update integrations set ${anew} where id = $1 and push_flow_id is not null`, [integrationId]);
  await notify(tx, teamsChannel, integrationId);
}

/** The same behind a push that leaves more to do. What it took, and those before it took, is not taken again. */
export async function pushGoesOn(tx: Sql, integrationId: string, pushId: string): Promise<void> {
  await tx.query(
    `update integrations set push_due_at = now(), push_goes_on_from = coalesce(push_goes_on_from, $2)
      where id = $1 and push_flow_id is not null`,
    [integrationId, pushId],
  );
  await notify(tx, teamsChannel, integrationId);
}

/** The same for all integrations that a team is pushed to. */
export async function pushDueOfTeam(tx: Sql, teamId: string): Promise<void> {
  await tx.query(
    `update integrations set ${anew} where push_flow_id is not null and id in (
       select integration_id from directory_resources where team_id = $1 and mode = 'push')`,
    [teamId],
  );
  await notify(tx, teamsChannel, teamId);
}

/** A sync has read everything: the teams are compared with it, and rules asked again where it says who people are. */
export async function dueAfterSync(
  tx: Sql,
  { workspaceId, integrationId }: { workspaceId: string; integrationId: string },
): Promise<void> {
  await pushDue(tx, integrationId);
  const [primary] = await tx.query('select from integrations where id = $1 and primary_directory', [integrationId]);
  if (primary) await rulesDue(tx, workspaceId);
}
