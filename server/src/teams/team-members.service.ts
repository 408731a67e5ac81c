import type { TeamMember, teamRoutes } from '@castellan/api';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { Database, type Sql } from '../platform/database/index.js';
import { ApiError } from '../platform/errors.js';
import { numberCursor, toPage } from '../platform/paging.js';
import type { Actor, Input } from '../platform/routes/index.js';
import { pushDueOfTeam } from './due.js';
import { type LockedTeam, lockTeam, readMembers, readTeam } from './team-rows.js';

/** Who is in a team, and was; and whom people add to it and take out of it. */
@Injectable()
export class TeamMembersService {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
  ) {}

  async list(
    { workspaceId }: Actor,
    id: string,
    { gone, q, cursor, limit }: Input<typeof teamRoutes.members>['query'],
  ) {
    await readTeam(this.database, workspaceId, id);
    const rows = await readMembers(this.database, {
      ...{ teamId: id, gone: gone === 'gone', q: q || null, after: numberCursor(cursor), limit: limit + 1 },
    });
    return toPage(rows, limit, { item: withoutSeq, place: ({ seq }) => seq });
  }

  /** An alias is taken for the person whose it is. @returns how many were not members before */
  async add(actor: Actor, id: string, emails: string[]): Promise<{ added: number }> {
    const { workspaceId, email: by } = actor;
    return this.database.transaction(async (tx) => {
      const team = await this.lockByHand(tx, actor, id);
      const added = await tx.query<{ email: string }>(
        `insert into team_members (workspace_id, team_id, email, added_by)
         select distinct $1::uuid, $2::uuid, coalesce(p.email, w.email), $4::text
           from unnest($3::text[]) w(email) left join lateral (
                  select a.email from directory_accounts a join integrations i on i.id = a.integration_id
                   where a.workspace_id = $1 and a.emails @> array[w.email] and a.removed_at is null and a.email is not null
                   order by i.primary_directory desc, (a.email = w.email) desc, a.first_seen_at, a.seq limit 1) p on true
         on conflict (team_id, email) where removed_at is null do nothing returning email`,
        [workspaceId, id, emails.map((email) => email.toLowerCase()), by],
      );
      if (added.length === 0) return { added: 0 };
      await this.changed(tx, actor, 'team.add_members', team, { added: added.map(({ email }) => email) });
      return { added: added.length };
    });
  }

  async remove(actor: Actor, id: string, email: string): Promise<{ removed: boolean }> {
    return this.database.transaction(async (tx) => {
      const team = await this.lockByHand(tx, actor, id);
      const removed = await tx.query(
        `update team_members set removed_at = now(), removed_by = $3
          where team_id = $1 and email = $2 and removed_at is null returning id`,
        [id, email.toLowerCase(), actor.email],
      );
      if (removed.length === 0) return { removed: false };
      await this.changed(tx, actor, 'team.remove_member', team, { removed: [email.toLowerCase()] });
      return { removed: true };
    });
  }

  private async lockByHand(tx: Sql, { workspaceId }: Actor, id: string): Promise<LockedTeam> {
    const team = await lockTeam(tx, workspaceId, id);
    if (team.rule === null) return team;
    throw new ApiError('conflict', `The rule says who is in “${team.name}”. Change the rule, or remove it first.`);
  }

  private async changed(tx: Sql, actor: Actor, action: string, team: LockedTeam, after: object): Promise<void> {
    await pushDueOfTeam(tx, team.id);
    const object = { objectType: 'team', objectId: team.id, objectName: team.name };
    await this.audit.record(tx, { actor, workspaceId: actor.workspaceId, action, ...object, after });
  }
}

const withoutSeq = ({ seq: _, ...member }: TeamMember & { seq: number }): TeamMember => member;
