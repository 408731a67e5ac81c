import type { Integration, integrationRoutes } from '@castellan/api';
import { ConnectorError } from '@castellan/sdk';
import { Injectable, Logger } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { IsNull, type Repository } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import { builtInConnectors, connectorOf } from '../connector-registry/known-connectors.js';
import { Database, isUniqueViolation, notify, type Sql, type Transaction } from '../platform/database/index.js';
import { ApiError, found } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { invalidInput, problemsIn } from '../platform/input-problems.js';
import { maskSecrets } from '../platform/masking.js';
import { wholePage } from '../platform/paging.js';
import type { Actor, Input } from '../platform/routes/index.js';
import { ControlsService } from '../runs/controls.service.js';
import { rulesDue } from '../teams/due.js';
import { stopPushes } from '../teams/stop-pushes.js';
import { DirectoryConnection } from './directory-connection.service.js';
import { DirectoryReader, reachedBy, readInstance, readRecords } from './directory-reader.service.js';
import { IntegrationEntity } from './integration.entity.js';
import { noteHealth, toIntegrations } from './integration-rows.js';
import { settleOrganisation } from './organisation.js';
import { checkFilter } from './record-filter.js';
import { markAllRemoved } from './removed-records.js';
import { operationsOf } from './source-operations.js';
import { askForSync, cancelSyncs, syncsChannel } from './sync-run-rows.js';

type Body<Name extends 'create' | 'save'> = Input<(typeof integrationRoutes)[Name]>['body'];

/** What people do with integrations. Each change is kept first and checked then: a typing error loses nothing. */
@Injectable()
export class IntegrationsService {
  private readonly logger = new Logger(IntegrationsService.name);

  constructor(
    @InjectRepository(IntegrationEntity) private readonly integrations: Repository<IntegrationEntity>,
    private readonly database: Database,
    private readonly reader: DirectoryReader,
    private readonly directory: DirectoryConnection,
    private readonly controls: ControlsService,
    private readonly audit: AuditService,
  ) {}

  sources() {
    const sources = builtInConnectors.flatMap(({ connector: { id, title, directory } }) =>
      directory
        ? [{ connector: id, title, mayBePrimary: directory.mayBePrimary, operations: operationsOf(directory) }]
        : [],
    );
    return wholePage(sources);
  }

  async list({ workspaceId }: Actor) {
    const rows = await this.integrations.find({
      where: { workspaceId, removedAt: IsNull() },
      order: { name: 'asc' },
    });
    return wholePage(await toIntegrations(this.database, rows));
  }

  async get(actor: Actor, id: string): Promise<Integration> {
    const [shown] = await toIntegrations(this.database, [await this.load(this.database, actor, id)]);
    return found(shown, 'integration');
  }

  async create(actor: Actor, { filterExpr, ...wish }: Body<'create'>): Promise<Integration> {
    const { workspaceId } = actor;
    checkFilter(filterExpr);
    const id = newId();
    await this.database.transaction(async (tx) => {
      const [connection] = await tx.query<{ connector: string }>(
        'select connector from connections where id = $1 and workspace_id = $2 and removed_at is null for share',
        [wish.connectionId, workspaceId],
      );
      const { connector } = found(connection, 'connection');
      const settings = checkSettings(connector, wish);
      const integration = Object.assign(new IntegrationEntity(), {
        ...{ ...wish, id, workspaceId, connector, settings, filter: filterExpr, nextSyncAt: new Date() },
      });
      await this.keep(tx, integration);
      await this.directory.ensure(tx, actor);
      await askForSync(tx, { id, workspaceId, firstSyncedAt: null }, actor.email);
      await this.record(tx, actor, 'integration.create', integration, null, told(integration));
    });
    await this.check(actor, id);
    await notify(this.database, syncsChannel, id);
    return this.get(actor, id);
  }

  async save(actor: Actor, id: string, { filterExpr, settings, ...change }: Body<'save'>): Promise<Integration> {
    checkFilter(filterExpr);
    await this.database.transaction(async (tx) => {
      const integration = await this.load(tx, actor, id, { lock: true });
      const before = told(integration);
      const wasPrimary = integration.primaryDirectory;
      Object.assign(integration, change, filterExpr === undefined ? {} : { filter: filterExpr });
      integration.settings = checkSettings(integration.connector, {
        settings: settings ?? integration.settings,
        primaryDirectory: integration.primaryDirectory,
      });
      integration.updatedAt = new Date();
      if (change.everyHours !== undefined) integration.nextSyncAt = await this.nextSync(tx, id, change.everyHours);
      await this.keep(tx, integration);
      if (integration.primaryDirectory !== wasPrimary) await rulesDue(tx, integration.workspaceId);
      await this.record(tx, actor, 'integration.save', integration, before, told(integration));
    });
    if (settings !== undefined) await this.check(actor, id);
    return this.get(actor, id);
  }

  /** Stops what is under way at once. What was read stays readable as removed; the system is left as it is. */
  async remove(actor: Actor, id: string, name: string): Promise<{ removed: true }> {
    let stopped: string[] = [];
    await this.database.transaction(async (tx) => {
      const integration = await this.load(tx, actor, id, { lock: true });
      if (integration.name !== name) {
        throw new ApiError('invalid_input', `/name: to remove “${integration.name}”, give its name.`);
      }
      await cancelSyncs(tx, id);
      const why = `The integration “${name}” was removed.`;
      stopped = await stopPushes(tx, this.audit, { actor, integrationId: id, why });
      integration.removedAt = new Date();
      await tx.manager.save(integration);
      await markAllRemoved(tx, id);
      // Nothing is written to it any more, and rules go over nobody if it said who people are.
      const detached = await tx.query('delete from directory_resources where integration_id = $1 returning id', [id]);
      if (integration.primaryDirectory) await rulesDue(tx, integration.workspaceId);
      const before = { ...told(integration), resources: detached.length };
      await this.record(tx, actor, 'integration.remove', integration, before, null);
      await notify(tx, syncsChannel, id);
    });
    await this.controls.announce(...stopped);
    return { removed: true };
  }

  /** A pause stops what is under way at once, too. What a push left is compared again after the sync that a resume begins. */
  async setPaused(actor: Actor, id: string, paused: boolean): Promise<Integration> {
    let stopped: string[] = [];
    await this.database.transaction(async (tx) => {
      const integration = await this.load(tx, actor, id, { lock: true });
      if (integration.paused === paused) return;
      if (paused) {
        await cancelSyncs(tx, id);
        const why = `The integration “${integration.name}” was paused.`;
        stopped = await stopPushes(tx, this.audit, { actor, integrationId: id, why });
      } else integration.nextSyncAt = new Date();
      integration.paused = paused;
      await tx.manager.save(integration);
      const action = paused ? 'integration.pause' : 'integration.resume';
      await this.record(tx, actor, action, integration, { paused: !paused }, { paused });
      await notify(tx, syncsChannel, id);
    });
    await this.controls.announce(...stopped);
    return this.get(actor, id);
  }

  async checkNow(actor: Actor, id: string): Promise<Integration> {
    await this.check(actor, id);
    return this.get(actor, id);
  }

  /** The integration; 404 where there is none. */
  async load(sql: Sql | Transaction, actor: Actor, id: string, options = { lock: false }): Promise<IntegrationEntity> {
    const repository = 'manager' in sql ? sql.manager.getRepository(IntegrationEntity) : this.integrations;
    const integration = await repository.findOne({
      where: { id, workspaceId: actor.workspaceId, removedAt: IsNull() },
      ...(options.lock ? { lock: { mode: 'pessimistic_write' as const } } : {}),
    });
    return found(integration, 'integration');
  }

  /** Reads the first of what a sync would read, with all rights that it needs, and notes how that went. */
  private async check(actor: Actor, id: string): Promise<void> {
    const integration = await this.load(this.database, actor, id);
    let secrets: string[] = [];
    try {
      const open = await this.reader.open(integration);
      secrets = open.connection.secretValues;
      const named = await readInstance(open);
      const { records } = await readRecords(open, 'account', null);
      if (!integration.disableGroupSync) await readRecords(open, 'group', null);
      await settleOrganisation(this.database, id, reachedBy(open, named, records));
      await noteHealth(this.database, id, null);
    } catch (error) {
      const isTheirs = error instanceof ConnectorError || error instanceof ApiError;
      if (!isTheirs) this.logger.error(error);
      const message = isTheirs ? error.message : 'The check could not be made; the server log says why.';
      await noteHealth(this.database, id, maskSecrets(message, secrets));
    }
  }

  private async nextSync(tx: Sql, id: string, everyHours: number): Promise<Date> {
    const [last] = await tx.query<{ at: Date }>(
      'select max(created_at) as at from directory_sync_runs where integration_id = $1',
      [id],
    );
    return new Date((last?.at ?? new Date()).getTime() + everyHours * 3_600_000);
  }

  /** There is one primary directory: this one, if it says so, and no other. */
  private async keep(tx: Transaction, integration: IntegrationEntity): Promise<void> {
    if (integration.primaryDirectory) {
      await tx.query(
        `update integrations set primary_directory = false, updated_at = now()
          where workspace_id = $1 and id <> $2 and primary_directory and removed_at is null`,
        [integration.workspaceId, integration.id],
      );
    }
    try {
      await tx.manager.save(integration);
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new ApiError('conflict', `There is an integration “${integration.name}” already. Choose another name.`);
    }
  }

  private record(
    tx: Sql,
    actor: Actor,
    action: string,
    { id, name }: IntegrationEntity,
    before: unknown,
    after: unknown,
  ): Promise<void> {
    const object = { objectType: 'integration', objectId: id, objectName: name };
    return this.audit.record(tx, { actor, workspaceId: actor.workspaceId, action, ...object, before, after });
  }
}

/** What the audit says of an integration. */
const told = ({
  name,
  connectionId,
  settings,
  everyHours,
  disableGroupSync,
  filter,
  primaryDirectory,
}: IntegrationEntity) => ({
  ...{ name, connectionId, settings, everyHours, disableGroupSync, filter, primaryDirectory },
});

/** The settings with their defaults, if the connector has a directory and they are its. */
function checkSettings(
  connector: string,
  { settings, primaryDirectory }: { settings: Record<string, unknown>; primaryDirectory: boolean },
): Record<string, unknown> {
  const { directory, title } = connectorOf(connector);
  if (!directory) {
    throw new ApiError('invalid_input', `/connectionId: ${title} has no directory that could be synced.`);
  }
  if (primaryDirectory && !directory.mayBePrimary) {
    throw new ApiError(
      'invalid_input',
      `/primaryDirectory: ${title} gives out no identities, so it cannot be the primary directory.`,
    );
  }
  const parsed = directory.settings.strict().safeParse(settings);
  if (!parsed.success) throw invalidInput(problemsIn(parsed.error, '/settings'));
  return parsed.data;
}
