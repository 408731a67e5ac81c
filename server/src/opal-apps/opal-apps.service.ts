import { randomBytes } from 'node:crypto';
import {
  type OpalApp,
  type OpalAppCalls,
  type OpalAppReadName,
  type OpalAppServes,
  opalAppReads,
  opalAppWrites,
} from '@castellan/api';
import { findOperation } from '@castellan/sdk';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { connectorOf } from '../connector-registry/known-connectors.js';
import { Addresses } from '../platform/addresses.js';
import { Sealer } from '../platform/crypto/index.js';
import { Database, type Sql } from '../platform/database/index.js';
import { ApiError, found } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { type InputProblem, invalidInput } from '../platform/input-problems.js';
import { idCursor, toPage } from '../platform/paging.js';
import type { Actor } from '../platform/routes/index.js';
import { type AppRow, type AppSecrets, appOf, appsOf, sealedFor } from './app-rows.js';

interface NewApp {
  name: string;
  appId: string;
  signingSecret: string;
  serves: OpalAppServes;
}

interface AppChange {
  name?: string;
  appId?: string;
  enabled?: boolean;
  signingSecret?: string;
  nextSecret?: string | null;
  onlyNext?: true;
  serves?: OpalAppServes;
}

interface CallRow {
  id: string;
  at: Date;
  method: string;
  target: string;
  status: number;
  reason: string | null;
  runId: string | null;
  milliseconds: number;
}

/** What people do with the custom apps of Opal that this server answers for. */
@Injectable()
export class OpalAppsService {
  constructor(
    private readonly database: Database,
    private readonly connections: ConnectionsService,
    private readonly sealer: Sealer,
    private readonly addresses: Addresses,
    private readonly audit: AuditService,
  ) {}

  async list({ workspaceId }: Actor, { limit, cursor }: { limit: number; cursor?: string }) {
    const rows = await appsOf(this.database, workspaceId, idCursor(cursor), limit);
    return toPage(rows, limit, { item: (row) => this.shown(row), place: ({ id }) => id });
  }

  async get({ workspaceId }: Actor, id: string): Promise<OpalApp> {
    return this.shown(found(await appOf(this.database, workspaceId, id), 'custom app'));
  }

  async create(actor: Actor, wish: NewApp): Promise<OpalApp> {
    await this.check(this.database, actor.workspaceId, wish.serves);
    const id = newId();
    await this.database.transaction(async (tx) => {
      await tx.query(
        `insert into opal_apps (id, workspace_id, name, app_id, hook_path, sealed, serves) values ($1, $2, $3, $4, $5, $6, $7)`,
        [
          ...[id, actor.workspaceId, wish.name, wish.appId, randomBytes(20).toString('base64url')],
          await this.seal(id, { signingSecret: wish.signingSecret }),
          JSON.stringify(wish.serves),
        ],
      );
      await this.record(tx, actor, 'opal_app.create', { id, name: wish.name }, null, {
        appId: wish.appId,
        serves: wish.serves,
      });
    });
    return this.get(actor, id);
  }

  async save(actor: Actor, id: string, change: AppChange): Promise<OpalApp> {
    await this.database.transaction((tx) => this.saveIn(tx, actor, id, () => change));
    return this.get(actor, id);
  }

  /** As part of another change: the flow serves these calls, which nobody serves yet. */
  async serveBy(
    tx: Sql,
    actor: Actor,
    id: string,
    { flowId, calls }: { flowId: string; calls: OpalAppCalls },
  ): Promise<void> {
    if (!actor.permissions.has('connection:write'))
      throw new ApiError('forbidden', 'Who serves a custom app is decided by those who may change connections.');
    await this.saveIn(tx, actor, id, ({ name, serves: { reads, writes } }) => {
      const taken = [
        ...calls.reads.filter((call) => reads[call]).map((call) => opalAppReads[call].title),
        ...calls.writes.filter((call) => writes[call]).map((call) => opalAppWrites[call]),
      ];
      if (taken.length > 0) {
        const message = `Of ${name} these are served already: ${taken.join(', ')}.`;
        throw invalidInput([{ pointer: '/opalApp', message }]);
      }
      const byFlow = (names: readonly string[]) =>
        Object.fromEntries(names.map((call) => [call, { by: 'flow' as const, flowId }]));
      return {
        serves: { reads: { ...reads, ...byFlow(calls.reads) }, writes: { ...writes, ...byFlow(calls.writes) } },
      };
    });
  }

  /** `changeOf` tells what changes of the app as it stands, which nobody else then changes. */
  private async saveIn(tx: Sql, actor: Actor, id: string, changeOf: (app: AppRow) => AppChange): Promise<void> {
    await tx.query('select from opal_apps where id = $1 and workspace_id = $2 for update', [id, actor.workspaceId]);
    const app = found(await appOf(tx, actor.workspaceId, id), 'custom app');
    const change = changeOf(app);
    const { name = app.name, appId = app.appId, enabled = app.enabled, serves = app.serves } = change;
    if (change.serves) await this.check(tx, actor.workspaceId, serves);
    const secrets = await this.changedSecrets(app, change);
    await tx.query(
      `update opal_apps set name = $2, app_id = $3, enabled = $4, serves = $5, sealed = $6, has_next_secret = $7,
                updated_at = now() where id = $1`,
      [id, name, appId, enabled, JSON.stringify(serves), await this.seal(id, secrets), 'nextSecret' in secrets],
    );
    const before = { name: app.name, appId: app.appId, enabled: app.enabled, serves: app.serves };
    const replaced = (['signingSecret', 'nextSecret', 'onlyNext'] as const).filter((one) => change[one] !== undefined);
    const after = { name, appId, enabled, serves, ...(replaced.length > 0 ? { replaced } : {}) };
    await this.record(tx, actor, 'opal_app.save', { id, name }, before, after);
  }

  async remove(actor: Actor, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const app = found(await appOf(tx, actor.workspaceId, id), 'custom app');
      await tx.query(`update opal_apps set removed_at = now(), sealed = null where id = $1`, [id]);
      await this.record(tx, actor, 'opal_app.remove', app, { appId: app.appId, serves: app.serves }, null);
    });
  }

  async calls(actor: Actor, id: string, { limit, cursor }: { limit: number; cursor?: string }) {
    await this.get(actor, id);
    const rows = await this.database.query<CallRow>(
      `select id, at, method, target, status, reason, run_id as "runId", milliseconds from opal_app_calls
        where app = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
      [id, idCursor(cursor), limit + 1],
    );
    return toPage(rows, limit, {
      item: (row) => ({ ...row, at: row.at.toISOString() }),
      place: (row) => row.id,
    });
  }

  async secretsOf({ id, sealed }: AppRow): Promise<AppSecrets> {
    return JSON.parse(await this.sealer.open(sealed, sealedFor(id))) as AppSecrets;
  }

  private seal(id: string, secrets: AppSecrets): Promise<string> {
    return this.sealer.seal(JSON.stringify(secrets), sealedFor(id));
  }

  private async changedSecrets(app: AppRow, { signingSecret, nextSecret, onlyNext }: AppChange): Promise<AppSecrets> {
    const stored = await this.secretsOf(app);
    if (onlyNext) {
      if (stored.nextSecret === undefined) throw new ApiError('conflict', 'There is no next signing secret.');
      return { signingSecret: stored.nextSecret };
    }
    const next = nextSecret === undefined ? stored.nextSecret : (nextSecret ?? undefined);
    return {
      signingSecret: signingSecret ?? stored.signingSecret,
      ...(next === undefined ? {} : { nextSecret: next }),
    };
  }

  /** Every place that is wrong at once: an operation that writes, fields that nothing fills, flows that are not there. */
  private async check(sql: Sql, workspaceId: string, serves: OpalAppServes): Promise<void> {
    const problems: InputProblem[] = [];
    for (const [name, serve] of Object.entries(serves.reads)) {
      const at = `/serves/reads/${name}`;
      if (serve?.by !== 'connection') continue;
      const connection = await this.connections.open(sql, workspaceId, serve.connectionId).catch((error: unknown) => {
        if (error instanceof ApiError && error.code === 'not_found') return null;
        throw error;
      });
      if (!connection) {
        problems.push({ pointer: `${at}/connectionId`, message: 'There is no such connection.' });
        continue;
      }
      const operation = findOperation(connectorOf(connection.connector), serve.operation);
      if (operation?.effect !== 'read') {
        problems.push({
          pointer: `${at}/operation`,
          message: `${serve.operation} is not an operation that only reads.`,
        });
      }
      const { fields, of } = opalAppReads[name as OpalAppReadName];
      for (const [field, { required }] of Object.entries(fields)) {
        if (required && !serve.fields[field]) {
          problems.push({ pointer: `${at}/fields/${field}`, message: 'Say where in an item this stands.' });
        }
      }
      if (of && !serve.argument) {
        problems.push({ pointer: `${at}/argument`, message: 'Name the input field that takes the id.' });
      }
    }
    const flows = [...Object.entries(serves.reads), ...Object.entries(serves.writes)].flatMap(([name, serve]) =>
      serve?.by === 'flow' ? [{ name, flowId: serve.flowId }] : [],
    );
    const known = await sql.query<{ id: string }>(
      'select id from flows where workspace_id = $1 and id = any($2::uuid[]) and removed_at is null',
      [workspaceId, flows.map(({ flowId }) => flowId)],
    );
    for (const { name, flowId } of flows) {
      if (!known.some(({ id }) => id === flowId))
        problems.push({ pointer: `/serves/${name}`, message: 'There is no such flow.' });
    }
    if (problems.length > 0) throw invalidInput(problems);
  }

  private shown({ hookPath, sealed: _, workspaceId: __, lastCallAt, createdAt, updatedAt, ...row }: AppRow): OpalApp {
    return {
      ...row,
      url: this.addresses.hook(hookPath),
      lastCallAt: lastCallAt?.toISOString() ?? null,
      createdAt: createdAt.toISOString(),
      updatedAt: updatedAt.toISOString(),
    };
  }

  private record(
    tx: Sql,
    actor: Actor,
    action: string,
    { id, name }: { id: string; name: string },
    before: unknown,
    after: unknown,
  ): Promise<void> {
    const { workspaceId } = actor;
    return this.audit.record(tx, {
      ...{ actor, workspaceId, action, objectType: 'opal_app', objectId: id, objectName: name },
      before,
      after,
    });
  }
}
