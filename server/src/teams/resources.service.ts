import type { Resource, ResourceMode, teamRoutes } from '@castellan/api';
import type { DirectoryEnvelope } from '@castellan/sdk';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { Database, isoInstant, type Sql } from '../platform/database/index.js';
import { ApiError, found } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { wholePage } from '../platform/paging.js';
import type { Actor, Input } from '../platform/routes/index.js';
import { ControlsService } from '../runs/controls.service.js';
import { countDifferences, noDifference, readDifference } from './difference.js';
import { pushDue } from './due.js';
import { PushSetups, pushOf } from './push-setup.service.js';
import { stopPushes } from './stop-pushes.js';
import { lockTeam, readTeam } from './team-rows.js';

/** Lines of a difference that are shown of each kind. */
const shownLines = 200;
/** Resources that one list shows. */
const mostShown = 1_000;

interface StoredResource extends Omit<Resource, 'integration' | 'difference'> {
  integration: Omit<Resource['integration'], 'canPush'>;
}

interface GroupToSet {
  name: string;
  integrationId: string;
  connector: string;
  /** As the system gave it. */
  envelope: DirectoryEnvelope;
  resource: { id: string; mode: ResourceMode; teamId: string | null } | null;
}

/** Groups of systems, and what is done with them: pulled, pushed or paused. */
@Injectable()
export class ResourcesService {
  constructor(
    private readonly database: Database,
    private readonly setups: PushSetups,
    private readonly controls: ControlsService,
    private readonly audit: AuditService,
  ) {}

  async list({ workspaceId }: Actor, { team, integration }: Input<typeof teamRoutes.resources>['query']) {
    const where = '($2::uuid is null or r.team_id = $2) and ($3::uuid is null or r.integration_id = $3)';
    return wholePage(await this.read(workspaceId, where, [team ?? null, integration ?? null]));
  }

  async set(actor: Actor, groupId: string, { mode, teamId }: Input<typeof teamRoutes.setResource>['body']) {
    if (mode === 'pull' && teamId === null) {
      throw new ApiError('invalid_input', '/mode: a group without a team is pulled anyway. Detach it.');
    }
    const group = await this.group(this.database, actor, groupId);
    if (mode === 'push') {
      if (teamId === null) throw new ApiError('invalid_input', '/teamId: to push, say which team is written.');
      const refusal = pushOf(group.connector)?.refuses?.(group.envelope) ?? null;
      if (refusal !== null) throw new ApiError('conflict', `“${group.name}” cannot be pushed. ${refusal}`);
      await this.setups.ensureFlow(actor, group.integrationId);
    }
    let told: string[] = [];
    await this.database.transaction(async (tx) => {
      await tx.query('select from directory_groups where id = $1 for update', [groupId]);
      const { name, integrationId, resource } = await this.group(tx, actor, groupId);
      const team = teamId === null ? null : await lockTeam(tx, actor.workspaceId, teamId);
      if (resource?.teamId && team && resource.teamId !== team.id) {
        throw new ApiError('conflict', `“${name}” belongs to another team: detach it there first.`);
      }
      // The integration's row first, as a push that begins holds it while it writes its resources.
      await pushDue(tx, integrationId);
      await tx.query(
        `insert into directory_resources (id, workspace_id, integration_id, group_id, team_id, mode)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (group_id) do update set team_id = excluded.team_id, mode = excluded.mode, problem = null, updated_at = now()`,
        [newId(), actor.workspaceId, integrationId, groupId, teamId, mode],
      );
      if (resource?.mode === 'push' && mode !== 'push') {
        const why = mode === 'paused' ? `“${name}” was paused.` : `“${name}” went back to pull.`;
        told = await stopPushes(tx, this.audit, { actor, resourceId: resource.id, why });
      }
      await this.record(
        tx,
        actor,
        'resource.set',
        { id: groupId, name },
        {
          before: resource && { mode: resource.mode, team: resource.teamId },
          after: { mode, team: teamId, teamName: team?.name ?? null },
        },
      );
    });
    await this.controls.announce(...told);
    const [resource] = await this.read(actor.workspaceId, 'r.group_id = $2', [groupId]);
    return found(resource, 'resource');
  }

  /** Nothing is written to it any more, and the system stays as it is: a push under way stops, and the next is of the others. */
  async detach(actor: Actor, id: string): Promise<{ detached: true }> {
    const [before] = await this.read(actor.workspaceId, 'r.id = $2', [id]);
    const { group, team, mode, integration } = found(before, 'resource');
    const name = group?.displayName ?? group?.email ?? `Group of ${team?.name ?? 'a team'}`;
    let told: string[] = [];
    await this.database.transaction(async (tx) => {
      // The integration's row first, as a push that begins holds it while it reads what is to be written.
      await pushDue(tx, integration.id);
      await tx.query('delete from directory_resources where id = $1', [id]);
      told = await stopPushes(tx, this.audit, { actor, resourceId: id, why: `“${name}” was detached.` });
      await this.record(
        tx,
        actor,
        'resource.detach',
        { id: group?.id ?? id, name },
        {
          before: { mode, team: team?.id ?? null, teamName: team?.name ?? null },
        },
      );
    });
    await this.controls.announce(...told);
    return { detached: true };
  }

  async difference(actor: Actor, groupId: string, teamId: string) {
    await this.group(this.database, actor, groupId);
    await readTeam(this.database, actor.workspaceId, teamId);
    return readDifference(this.database, { teamId, groupId, most: shownLines });
  }

  private async group(sql: Sql, { workspaceId }: Actor, groupId: string): Promise<GroupToSet> {
    const [group] = await sql.query<GroupToSet>(
      `select coalesce(g.display_name, g.email, g.external_id) as name, g.integration_id as "integrationId", i.connector,
              json_build_object('resource', g.external_id, 'payload', g.payload) as envelope,
              case when r.id is not null then json_build_object('id', r.id, 'mode', r.mode, 'teamId', r.team_id) end as resource
         from directory_groups g join integrations i on i.id = g.integration_id and i.removed_at is null
         left join directory_resources r on r.group_id = g.id
        where g.id = $1 and g.workspace_id = $2 and g.removed_at is null`,
      [groupId, workspaceId],
    );
    return found(group, 'group');
  }

  private async read(workspaceId: string, where: string, values: unknown[]): Promise<Resource[]> {
    const rows = await this.database.query<StoredResource>(
      `select r.id, jsonb_build_object('id', i.id, 'name', i.name, 'connector', i.connector) as integration,
              case when g.id is not null then jsonb_build_object('id', g.id, 'email', g.email, 'displayName', g.display_name,
                'members', (select count(*) from directory_memberships m where m.group_id = g.id and m.removed_at is null),
                'removedAt', ${isoInstant('g.removed_at')}) end as "group",
              case when t.id is not null then jsonb_build_object('id', t.id, 'name', t.name) end as team, r.mode, r.problem
         from directory_resources r join integrations i on i.id = r.integration_id and i.removed_at is null
         left join directory_groups g on g.id = r.group_id left join teams t on t.id = r.team_id
        where r.workspace_id = $1 and ${where}
        order by lower(coalesce(t.name, '')), lower(coalesce(g.display_name, g.email, '')), r.id limit ${mostShown}`,
      [workspaceId, ...values],
    );
    const tied = rows.filter(({ team, group }) => team !== null && group?.removedAt === null);
    const counts = await countDifferences(
      this.database,
      tied.map(({ id }) => id),
    );
    return rows.map((row) => ({
      ...row,
      integration: { ...row.integration, canPush: pushOf(row.integration.connector) !== undefined },
      difference: tied.includes(row) ? (counts.get(row.id) ?? { ...noDifference }) : null,
    }));
  }

  private record(
    tx: Sql,
    actor: Actor,
    action: string,
    { id, name }: { id: string; name: string },
    change: { before?: unknown; after?: unknown },
  ): Promise<void> {
    const object = { objectType: 'resource', objectId: id, objectName: name };
    return this.audit.record(tx, { actor, workspaceId: actor.workspaceId, action, ...object, ...change });
  }
}
