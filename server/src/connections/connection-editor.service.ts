import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { CallLimits, ConnectionRow } from '@castellan/api';
import { type Connector, simulatorFields } from '@castellan/sdk';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { IsNull, LessThan, type Repository } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import { ConnectorRegistry } from '../connector-registry/connector-registry.service.js';
import { connectorOf } from '../connector-registry/known-connectors.js';
import { Addresses } from '../platform/addresses.js';
import { Sealer } from '../platform/crypto/index.js';
import { Database, type Sql, type Transaction } from '../platform/database/index.js';
import { ApiError, found } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { idCursor, toPage } from '../platform/paging.js';
import type { Actor } from '../platform/routes/index.js';
import { SimulatorsClient } from '../simulators/simulators.client.js';
import { Connection } from './connection.entity.js';
import { authOf, checkFields, hostsOf, type SplitFields } from './connection-fields.js';
import { toConnectionRow } from './connection-rows.js';
import { ConnectionTests } from './connection-tests.service.js';
import { readUses, refuseUsed, withSteps } from './connection-uses.js';
import { openSecrets, sealedFor } from './secrets.js';
import { dropToken, readTokenFacts, type TokenFacts } from './tokens/token-rows.js';

const unlimited: CallLimits = { atOnce: null, perSecond: null };

const columnsOf = ({ atOnce, perSecond }: CallLimits) => ({ callsAtOnce: atOnce, callsPerSecond: perSecond });
const limitsOf = ({ callsAtOnce, callsPerSecond }: Connection): CallLimits => ({
  atOnce: callsAtOnce,
  perSecond: callsPerSecond,
});

interface NewConnection {
  name: string;
  connector: string;
  simulator: boolean;
  auth?: string;
  fields: Record<string, unknown>;
  limits?: CallLimits;
  secretExpiresOn?: string | null;
}

interface ConnectionChange {
  name?: string;
  auth?: string;
  fields?: Record<string, unknown>;
  limits?: CallLimits;
  secretExpiresOn?: string | null;
}

/** What people do with connections. Each change is kept first and tested then: a typing error loses nothing. */
@Injectable()
export class ConnectionEditor {
  constructor(
    @InjectRepository(Connection) private readonly connections: Repository<Connection>,
    private readonly database: Database,
    private readonly tests: ConnectionTests,
    private readonly simulators: SimulatorsClient,
    private readonly audit: AuditService,
    private readonly sealer: Sealer,
    private readonly addresses: Addresses,
    private readonly registry: ConnectorRegistry,
  ) {}

  async list(actor: Actor, query: { limit: number; cursor?: string; connector?: string }) {
    const after = idCursor(query.cursor);
    const rows = await this.connections.find({
      where: {
        workspaceId: actor.workspaceId,
        removedAt: IsNull(),
        ...(after === null ? {} : { id: LessThan(after) }),
        ...(query.connector === undefined ? {} : { connector: query.connector }),
      },
      order: { id: 'desc' },
      take: query.limit + 1,
    });
    const uses = await readUses(this.database, actor.workspaceId);
    const tokens = await readTokenFacts(
      this.database,
      rows.map(({ id }) => id),
    );
    const imported = await this.registry.importedBy(this.database, actor.workspaceId);
    return toPage(rows, query.limit, {
      item: (row) => this.toRow(row, imported, uses.get(row.id), tokens.get(row.id)),
      place: ({ id }) => id,
    });
  }

  async get(actor: Actor, id: string): Promise<ConnectionRow> {
    const connection = await this.load(this.database, actor, id);
    const uses = (await readUses(this.database, actor.workspaceId)).get(id) ?? [];
    const usedBy = await withSteps(this.database, id, uses);
    const imported = await this.registry.importedBy(this.database, actor.workspaceId);
    return this.toRow(connection, imported, usedBy, (await readTokenFacts(this.database, [id])).get(id));
  }

  async create(actor: Actor, wish: NewConnection): Promise<ConnectionRow> {
    const id = await this.database.transaction((tx) => this.createIn(tx, actor, wish));
    await this.tests.run(actor.workspaceId, id);
    return this.get(actor, id);
  }

  /** Makes a connection in the caller's transaction, untested. @returns its id */
  async createIn(tx: Transaction, actor: Actor, wish: NewConnection): Promise<string> {
    const { connector } = await this.registry.use(tx, actor.workspaceId, wish.connector);
    if (connector.id === 'table')
      throw new ApiError('invalid_input', '/connector: a table is made on the page Tables.');
    if (wish.simulator && !this.simulators.available) {
      throw new ApiError('invalid_input', '/simulator: this server runs without simulators.');
    }
    if (wish.simulator && !(await this.hasSimulator(connector))) {
      throw new ApiError('invalid_input', `/simulator: ${connector.title} has no simulator.`);
    }
    const filled = wish.simulator && Object.keys(wish.fields).length === 0 ? simulatorFields(connector) : null;
    const auth = authOf(connector, filled?.kind ?? wish.auth);
    const fields = checkFields(auth, filled?.fields ?? wish.fields);
    const id = newId();
    const connection = Object.assign(new Connection(), {
      ...{ id, workspaceId: actor.workspaceId, name: wish.name, simulator: wish.simulator },
      connector: connector.id,
      auth: auth.kind,
      hookPath: randomBytes(20).toString('base64url'),
      ...columnsOf(wish.limits ?? unlimited),
      secretExpiresOn: wish.secretExpiresOn ?? null,
      ...(await this.seal(id, fields)),
    });
    await tx.manager.save(connection);
    await this.record(tx, actor, 'connection.create', { id, name: wish.name }, null, {
      ...{ connector: connector.id, simulator: wish.simulator, auth: auth.kind, settings: fields.settings },
      limits: wish.limits ?? unlimited,
      secrets: Object.keys(fields.secrets),
    });
    return id;
  }

  /** Whether a simulator answers what the connector calls; one that only receives needs none. */
  private async hasSimulator({ id, operations }: Connector): Promise<boolean> {
    if (Object.keys(operations).length === 0) return true;
    return (await this.simulators.list()).some(({ connector }) => connector === id);
  }

  async save(actor: Actor, id: string, change: ConnectionChange): Promise<ConnectionRow> {
    await this.database.transaction(async (tx) => {
      const connection = await this.load(tx, actor, id, { lock: true });
      const { connector } = await this.registry.find(tx, actor.workspaceId, connection.connector);
      const auth = authOf(connector, change.auth ?? connection.auth);
      const stored = await openSecrets(this.sealer, connection);
      const sameAuth = auth.kind === connection.auth;
      const given = change.fields ?? (sameAuth ? connection.settings : {});
      const fields = checkFields(auth, { ...(sameAuth ? stored : {}), ...given });
      const kept = Object.keys(fields.secrets).filter((name) => !(name in given));
      if (kept.length > 0 && !connection.simulator) {
        const before = hostsOf(connector, authOf(connector, connection.auth), {
          ...connection.settings,
          ...stored,
        });
        const after = hostsOf(connector, auth, { ...fields.settings, ...fields.secrets });
        // Else whoever may edit could have the stored secrets sent to a host of their own.
        if (before.join() !== after.join()) {
          throw new ApiError(
            'invalid_input',
            `/fields: the connection now leads to another host. Enter its secrets (${kept.join(', ')}) again.`,
          );
        }
      }
      const present = limitsOf(connection);
      const told = { name: connection.name, auth: connection.auth, settings: connection.settings };
      const before = { ...told, limits: present, secretExpiresOn: connection.secretExpiresOn };
      const { name = connection.name, limits = present, secretExpiresOn = connection.secretExpiresOn } = change;
      const after = { name, auth: auth.kind, settings: fields.settings, limits, secretExpiresOn };
      const columns = { name, auth: auth.kind, ...columnsOf(limits), secretExpiresOn, updatedAt: new Date() };
      const sameSettings = sameAuth && isDeepStrictEqual(connection.settings, fields.settings);
      Object.assign(connection, columns, await this.seal(id, fields));
      await tx.manager.save(connection);
      const newSecrets = Object.keys(fields.secrets).filter((secret) => secret in given);
      // A client's new secret leaves a person's consent to that client as it was.
      const sameConsent = sameSettings && (newSecrets.length === 0 || auth.token?.consent !== undefined);
      if (!sameConsent) await dropToken(tx, id);
      await this.record(tx, actor, 'connection.save', { id, name }, before, { ...after, newSecrets });
    });
    await this.tests.run(actor.workspaceId, id);
    return this.get(actor, id);
  }

  async remove(actor: Actor, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const connection = await this.load(tx, actor, id, { lock: true });
      await refuseUsed(tx, actor.workspaceId, { id, what: 'connection' });
      await this.refuseSubscribed(tx, connection);
      // What was sealed goes at once; the row stays, since the history names it.
      Object.assign(connection, { removedAt: new Date(), sealed: null, secretNames: [] });
      await tx.manager.save(connection);
      await dropToken(tx, id);
      const before = { connector: connection.connector, settings: connection.settings };
      await this.record(tx, actor, 'connection.remove', connection, before, null);
    });
  }

  /** Its system would go on delivering to an address where nobody is. */
  private async refuseSubscribed(tx: Sql, { id, connector }: Connection): Promise<void> {
    const rows = await tx.query<{ event: string }>('select event from event_subscriptions where connection_id = $1', [
      id,
    ]);
    if (rows.length === 0) return;
    const { title, triggers } = connectorOf(connector);
    const names = rows.map(({ event }) => `“${triggers[event]?.title ?? event}”`).join(', ');
    throw new ApiError('in_use', `It is subscribed to ${names} at ${title}. End the subscriptions first.`);
  }

  async test(actor: Actor, id: string): Promise<ConnectionRow> {
    await this.tests.run(actor.workspaceId, id);
    return this.get(actor, id);
  }

  private async seal(id: string, { settings, secrets }: SplitFields) {
    const secretNames = Object.keys(secrets);
    const sealed = secretNames.length === 0 ? null : await this.sealer.seal(JSON.stringify(secrets), sealedFor(id));
    return { settings, sealed, secretNames };
  }

  private async load(sql: Sql | Transaction, actor: Actor, id: string, options = { lock: false }): Promise<Connection> {
    const repository = 'manager' in sql ? sql.manager.getRepository(Connection) : this.connections;
    const connection = await repository.findOne({
      where: { id, workspaceId: actor.workspaceId, removedAt: IsNull() },
      ...(options.lock ? { lock: { mode: 'pessimistic_write' as const } } : {}),
    });
    return found(connection, 'connection');
  }

  private toRow(
    connection: Connection,
    imported: Parameters<ConnectorRegistry['in']>[0],
    usedBy: ConnectionRow['usedBy'] | undefined,
    token: TokenFacts | undefined,
  ): ConnectionRow {
    const { connector } = this.registry.in(imported, connection.connector);
    return toConnectionRow(connection, { connector, usedBy, token, addresses: this.addresses });
  }

  private record(
    tx: Sql,
    actor: Actor,
    action: string,
    connection: { id: string; name: string },
    before: unknown,
    after: unknown,
  ) {
    return this.audit.record(tx, {
      ...{ actor, workspaceId: actor.workspaceId, action, before, after },
      objectType: 'connection',
      objectId: connection.id,
      objectName: connection.name,
    });
  }
}
