import type { PushSetup, teamRoutes } from '@castellan/api';
import type { DirectoryPush, JsonObject } from '@castellan/sdk';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { connectorOf, findConnector } from '../connector-registry/known-connectors.js';
import { FlowStore } from '../flows/flow-store.service.js';
import { PublishService } from '../flows/publish.service.js';
import { VersionsService } from '../flows/versions.service.js';
import { settingsSchema } from '../integrations/integration-rows.js';
import { Database, type Sql } from '../platform/database/index.js';
import { ApiError, found } from '../platform/errors.js';
import { invalidInput, problemsIn } from '../platform/input-problems.js';
import type { Actor, Input } from '../platform/routes/index.js';
import { pushDue } from './due.js';
import { cannotPush, pushFlow } from './push-flow.js';

interface StoredSetup {
  id: string;
  name: string;
  connector: string;
  connectionId: string;
  createForTeams: boolean;
  settings: JsonObject;
  flow: {
    id: string;
    name: string;
    enabled: boolean;
    revision: number;
    /** The published one. */
    versionId: string | null;
  } | null;
  problem: string | null;
  due: boolean;
}

/** How the members of a connector's groups are written; undefined: they are only read. */
export const pushOf = (connector: string): DirectoryPush | undefined =>
  findConnector(connector)?.connector.directory?.push;

/** Why members of groups are not written by a connector, as a sentence; null: they are. */
const onlyRead = (connector: string): string | null => {
  const directory = findConnector(connector)?.connector.directory;
  return directory?.push ? null : (directory?.onlyRead ?? 'Its connector does not say how members are written.');
};

/** How integrations push: their flow, their settings, and whether they make groups for new teams. */
@Injectable()
export class PushSetups {
  constructor(
    private readonly database: Database,
    private readonly flows: FlowStore,
    private readonly publishing: PublishService,
    private readonly versions: VersionsService,
    private readonly audit: AuditService,
  ) {}

  async get({ workspaceId }: Actor, id: string): Promise<PushSetup> {
    return shown(await read(this.database, workspaceId, id));
  }

  async save(actor: Actor, id: string, wish: Input<typeof teamRoutes.saveSetup>['body']): Promise<PushSetup> {
    const { connector } = await read(this.database, actor.workspaceId, id);
    const push = requirePush(connector);
    const parsed = push.settings.strict().safeParse(wish.settings);
    if (!parsed.success) throw invalidInput(problemsIn(parsed.error, '/settings'));
    const settings = parsed.data as JsonObject;
    if (wish.createForTeams) {
      const { title } = connectorOf(connector);
      if (!push.create) throw new ApiError('invalid_input', `/createForTeams: no group can be made in ${title}.`);
      const missing = push.create.missing(settings);
      if (missing !== null) throw new ApiError('invalid_input', `/settings: ${missing}`);
      await this.ensureFlow(actor, id);
    }
    await this.database.transaction(async (tx) => {
      const before = await read(tx, actor.workspaceId, id, { lock: true });
      await tx.query(
        'update integrations set create_for_teams = $2, push_settings = $3, updated_at = now() where id = $1',
        [id, wish.createForTeams, JSON.stringify(settings)],
      );
      await pushDue(tx, id);
      await this.audit.record(tx, {
        ...{ actor, workspaceId: actor.workspaceId, action: 'integration.push_setup' },
        ...{ objectType: 'integration', objectId: id, objectName: before.name },
        before: { createForTeams: before.createForTeams, settings: before.settings },
        after: { createForTeams: wish.createForTeams, settings },
      });
    });
    return this.get(actor, id);
  }

  /** Compares now. Where the flow was removed or changed so that it cannot push, another one is made. */
  async pushNow(actor: Actor, id: string): Promise<PushSetup> {
    const { name, connector, flow } = await read(this.database, actor.workspaceId, id);
    if (flow?.versionId) {
      const { program } = await this.versions.get(flow.versionId);
      if (cannotPush(program, requirePush(connector))) await this.database.query(forgetFlow, [id]);
    }
    await this.ensureFlow(actor, id);
    await this.database.transaction(async (tx) => {
      await tx.query('update integrations set push_problem = null where id = $1', [id]);
      await pushDue(tx, id);
      const object = { objectType: 'integration', objectId: id, objectName: name };
      await this.audit.record(tx, { actor, workspaceId: actor.workspaceId, action: 'integration.push', ...object });
    });
    return this.get(actor, id);
  }

  /** Makes the integration's flow, published and switched on, unless it has one. What was cut off on the way is ended. */
  async ensureFlow(actor: Actor, id: string): Promise<void> {
    const flow = await this.database.transaction(async (tx) => {
      const stored = await read(tx, actor.workspaceId, id, { lock: true });
      if (stored.flow) return stored.flow;
      const { name, connector, connectionId } = stored;
      const title = `Teams to ${name}`;
      const system = { connector, title: connectorOf(connector).title, connectionId };
      const draft = pushFlow(title, system, requirePush(connector));
      const flowId = await this.flows.insert(tx, actor, { name: title, draft });
      await tx.query('update integrations set push_flow_id = $2, push_problem = null where id = $1', [id, flowId]);
      return { id: flowId, revision: 1, versionId: null };
    });
    if (flow.versionId !== null) return;
    await this.publishing.publish(actor, flow.id, flow.revision, {
      ...{ note: 'Made for the pushes of teams', enable: true },
      inFlight: { action: 'finish', compensate: true },
    });
  }
}

const forgetFlow = 'update integrations set push_flow_id = null where id = $1';

function requirePush(connector: string): DirectoryPush {
  const push = pushOf(connector);
  if (push) return push;
  throw new ApiError('conflict', `${connectorOf(connector).title} is only read. ${onlyRead(connector)}`);
}

/** Why it does not push: what the last look found, or what stands against every push. */
const standing = `case when i.push_flow_id is null then null
  when i.paused then 'The integration is paused: nothing is read or pushed.'
  when i.disable_group_sync then 'Groups are not read (Settings, Accounts only), so nobody knows what is to be written.'
  else i.push_problem end`;

async function read(sql: Sql, workspaceId: string, id: string, { lock } = { lock: false }): Promise<StoredSetup> {
  if (lock)
    await sql.query('select from integrations where id = $1 and workspace_id = $2 for update', [id, workspaceId]);
  const [row] = await sql.query<StoredSetup>(
    `select i.id, i.name, i.connector, i.connection_id as "connectionId", i.create_for_teams as "createForTeams",
            i.push_settings as settings, ${standing} as problem, i.push_due_at is not null as due,
            case when f.id is not null then json_build_object('id', f.id, 'name', f.name, 'enabled', f.enabled,
              'revision', f.revision,
              'versionId', (select v.id from versions v where v.flow_id = f.id and v.number = f.published)) end as flow
       from integrations i left join flows f on f.id = i.push_flow_id and f.removed_at is null
      where i.id = $1 and i.workspace_id = $2 and i.removed_at is null`,
    [id, workspaceId],
  );
  return found(row, 'integration');
}

function shown({ connector, createForTeams, settings, flow, problem, due }: StoredSetup): PushSetup {
  const push = pushOf(connector);
  return {
    ...{ onlyRead: onlyRead(connector), canCreate: push?.create !== undefined, createForTeams },
    settings: push ? { ...push.settings.parse({}), ...settings } : {},
    schema: push ? settingsSchema(push.settings) : null,
    flow: flow && { id: flow.id, name: flow.name, enabled: flow.enabled },
    ...{ problem, due },
  };
}
