import { parse } from '@bufbuild/cel';
import type { Team, teamRoutes } from '@castellan/api';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { Database, isUniqueViolation, notify, type Sql } from '../platform/database/index.js';
import { ApiError } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { toPage } from '../platform/paging.js';
import type { Actor, Input } from '../platform/routes/index.js';
import { ControlsService } from '../runs/controls.service.js';
import { pushDue, pushDueOfTeam, teamsChannel } from './due.js';
import { stopPushes } from './stop-pushes.js';
import { lockTeam, readTeam, readTeams } from './team-rows.js';

type Body<Name extends 'create' | 'save'> = Input<(typeof teamRoutes)[Name]>['body'];

/** What people do with teams. */
@Injectable()
export class TeamsService {
  constructor(
    private readonly database: Database,
    private readonly controls: ControlsService,
    private readonly audit: AuditService,
  ) {}

  async list({ workspaceId }: Actor, { q, cursor, limit }: Input<typeof teamRoutes.list>['query']) {
    const rows = await readTeams(this.database, {
      ...{ workspaceId, q: q || null, after: cursor ?? null, limit: limit + 1 },
    });
    return toPage(rows, limit, { item: ({ place: _, ...team }) => team, place: ({ place }) => place });
  }

  get({ workspaceId }: Actor, id: string): Promise<Team> {
    return readTeam(this.database, workspaceId, id);
  }

  /** Integrations that make resources for new teams are to make theirs. */
  async create(actor: Actor, { name, description, rule }: Body<'create'>): Promise<Team> {
    checkRule(rule);
    const { workspaceId } = actor;
    const id = newId();
    await this.database.transaction(async (tx) => {
      await unique(name, () =>
        tx.query(
          `insert into teams (id, workspace_id, name, description, rule, rule_due_at)
           values ($1, $2, $3, $4, $5, case when $5::text is not null then now() end)`,
          [id, workspaceId, name, description, rule],
        ),
      );
      const making = await tx.query<{ id: string; name: string }>(
        `select id, name from integrations
          where workspace_id = $1 and create_for_teams and push_flow_id is not null and removed_at is null order by id`,
        [workspaceId],
      );
      for (const integration of making) {
        await tx.query(
          `insert into directory_resources (id, workspace_id, integration_id, team_id, mode) values ($1, $2, $3, $4, 'push')`,
          [newId(), workspaceId, integration.id, id],
        );
        await pushDue(tx, integration.id);
      }
      const after = { name, description, rule, resourcesIn: making.map((integration) => integration.name) };
      await this.record(tx, actor, 'team.create', { id, name }, { after });
      await notify(tx, teamsChannel, id);
    });
    return this.get(actor, id);
  }

  /** A rule that is new or another one is evaluated at once; members of a team that loses its rule stay. */
  async save(actor: Actor, id: string, change: Body<'save'>): Promise<Team> {
    checkRule(change.rule);
    await this.database.transaction(async (tx) => {
      const { id: _, ...before } = await lockTeam(tx, actor.workspaceId, id);
      const after = { ...before, ...change };
      const isNewRule = after.rule !== before.rule;
      await unique(after.name, () =>
        tx.query(
          `update teams set name = $2, description = $3, rule = $4, updated_at = now(),
                  rule_due_at = case when $4::text is null then null when $5 then now() else rule_due_at end,
                  rule_error = case when $5 then null else rule_error end,
                  rule_failures = case when $5 then 0 else rule_failures end,
                  rule_evaluated_at = case when $5 then null else rule_evaluated_at end
            where id = $1`,
          [id, after.name, after.description, after.rule, isNewRule],
        ),
      );
      await this.record(tx, actor, 'team.save', { id, name: after.name }, { before, after });
      await notify(tx, teamsChannel, id);
    });
    return this.get(actor, id);
  }

  /** Nothing is written to its resources from this moment; they and those who are in them stay. */
  async remove(actor: Actor, id: string, name: string): Promise<{ removed: true }> {
    let told: string[] = [];
    await this.database.transaction(async (tx) => {
      const team = await lockTeam(tx, actor.workspaceId, id);
      if (team.name !== name) throw new ApiError('invalid_input', `/name: to remove “${team.name}”, give its name.`);
      await pushDueOfTeam(tx, id);
      const detached = await tx.query('delete from directory_resources where team_id = $1 returning id', [id]);
      told = await stopPushes(tx, this.audit, { actor, teamId: id, why: `The team “${name}” was removed.` });
      await tx.query('update teams set removed_at = now(), rule_due_at = null where id = $1', [id]);
      await tx.query(
        'update team_members set removed_at = now(), removed_by = $2 where team_id = $1 and removed_at is null',
        [id, actor.email],
      );
      const { id: _, ...before } = team;
      await this.record(tx, actor, 'team.remove', team, { before: { ...before, resources: detached.length } });
    });
    await this.controls.announce(...told);
    return { removed: true };
  }

  private record(
    tx: Sql,
    actor: Actor,
    action: string,
    team: { id: string; name: string },
    change: { before?: unknown; after?: unknown },
  ): Promise<void> {
    const object = { objectType: 'team', objectId: team.id, objectName: team.name };
    return this.audit.record(tx, { actor, workspaceId: actor.workspaceId, action, ...object, ...change });
  }
}

/** Refuses what is no CEL at all. Whom it finds, a preview shows. */
export function checkRule(rule: string | null | undefined): void {
  if (rule === null || rule === undefined) return;
  try {
    parse(rule);
  } catch (error) {
    throw new ApiError('invalid_input', `/rule: this is not CEL: ${(error as Error).message}`);
  }
}

async function unique(name: string, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new ApiError('conflict', `There is a team “${name}” already. Choose another name.`);
  }
}
