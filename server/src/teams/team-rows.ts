import type { Team, TeamMember } from '@castellan/api';
import { isoInstant, type Sql } from '../platform/database/index.js';
import { found } from '../platform/errors.js';

/** A team as it stands under a lock. */
export interface LockedTeam {
  id: string;
  name: string;
  description: string;
  rule: string | null;
}

const columns = `t.id, t.name, t.description, t.rule,
  case when t.rule is not null then jsonb_build_object('due', t.rule_due_at is not null, 'error', t.rule_error,
    'failures', t.rule_failures, 'evaluatedAt', ${isoInstant('t.rule_evaluated_at')}) end as "ruleState",
  (select count(*)::int from team_members m where m.team_id = t.id and m.removed_at is null) as members,
  (select count(*)::int from directory_resources r where r.team_id = t.id) as resources,
  ${isoInstant('t.created_at')} as "createdAt", ${isoInstant('t.updated_at')} as "updatedAt"`;

/** Teams by name, from behind a name on. */
export function readTeams(
  sql: Sql,
  { workspaceId, q, after, limit }: { workspaceId: string; q: string | null; after: string | null; limit: number },
): Promise<(Team & { place: string })[]> {
  return sql.query(
    `select ${columns}, lower(t.name) as place from teams t where t.workspace_id = $1 and t.removed_at is null
        and ($2::text is null or position(lower($2) in lower(t.name)) > 0)
        and ($3::text is null or lower(t.name) collate "C" > $3)
      order by lower(t.name) collate "C" limit $4`,
    [workspaceId, q, after, limit],
  );
}

export async function readTeam(sql: Sql, workspaceId: string, id: string): Promise<Team> {
  const [team] = await sql.query<Team>(
    `select ${columns} from teams t where t.workspace_id = $1 and t.id = $2 and t.removed_at is null`,
    [workspaceId, id],
  );
  return found(team, 'team');
}

/** The team under a lock: its members and its rule change one after another. */
export async function lockTeam(tx: Sql, workspaceId: string, id: string): Promise<LockedTeam> {
  const [team] = await tx.query<LockedTeam>(
    `select id, name, description, rule from teams
      where workspace_id = $1 and id = $2 and removed_at is null for update`,
    [workspaceId, id],
  );
  return found(team, 'team');
}

/** Memberships of a team, each with what the directory says of the person, in the order in which they came. */
export function readMembers(
  sql: Sql,
  {
    teamId,
    gone,
    q,
    after,
    limit,
  }: { teamId: string; gone: boolean; q: string | null; after: number | null; limit: number },
): Promise<(TeamMember & { seq: number })[]> {
  return sql.query(
    `select m.seq, m.id, m.email, p.display_name as "displayName", p.department, p.status, m.added_by as "addedBy",
            ${isoInstant('m.added_at')} as "addedAt", m.removed_by as "removedBy", ${isoInstant('m.removed_at')} as "removedAt"
       from team_members m left join lateral (
              select a.display_name, a.department, a.status from directory_accounts a
                join integrations i on i.id = a.integration_id
               where a.workspace_id = m.workspace_id and a.emails @> array[m.email] and a.removed_at is null
               order by i.primary_directory desc, a.first_seen_at, a.seq limit 1) p on true
      where m.team_id = $1 and (m.removed_at is not null) = $2 and ($4::bigint is null or m.seq > $4)
        and ($3::text is null or position(lower($3) in lower(concat_ws(' ', m.email, p.display_name))) > 0)
      order by m.seq limit $5`,
    [teamId, gone, q, after, limit],
  );
}
