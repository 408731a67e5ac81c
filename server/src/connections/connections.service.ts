import { Injectable } from '@nestjs/common';
import { ConnectorRegistry } from '../connector-registry/connector-registry.service.js';
import { importedReference } from '../connector-registry/references.js';
import { Sealer } from '../platform/crypto/index.js';
import { prepared, type Sql } from '../platform/database/index.js';
import { Grouping } from '../platform/grouping.js';
import type { Connection } from './connection.entity.js';
import { type CallLimits, noSuchConnection, type OpenConnection } from './open-connection.js';
import { openSecrets, secretTexts } from './secrets.js';
import { type KeptToken, openToken } from './tokens/token-rows.js';

type StoredConnection = Pick<
  Connection,
  'id' | 'name' | 'connector' | 'simulator' | 'auth' | 'status' | 'settings' | 'sealed'
> & {
  hook_path: string;
  workspaceId: string;
  limits: CallLimits;
  closedForMs: number;
  tokenSealed: string | null;
  tokenVersion: number;
  /** The newest version of an imported connector. */
  newest: string | null;
};

@Injectable()
export class ConnectionsService {
  /** Calls that begin together ask for their connections together. */
  private readonly reads = new WeakMap<Sql, Grouping<string, StoredConnection | undefined>>();

  /** The last that was opened of each connection, so that it is opened once. */
  private readonly tokens = new Map<string, KeptToken>();

  constructor(
    private readonly sealer: Sealer,
    private readonly registry: ConnectorRegistry,
  ) {}

  /** The connection with its secrets, if it is one of the workspace and not removed; else `not_found`. */
  async open(sql: Sql, workspaceId: string, connectionId: string): Promise<OpenConnection> {
    const row = await this.readsOf(sql).add(connectionId);
    if (row?.workspaceId !== workspaceId) throw noSuchConnection();
    const secrets = await openSecrets(this.sealer, row);
    const token = await this.tokenOf(row);
    const carried = [token.token?.accessToken, token.token?.refreshToken].filter((value) => value !== undefined);
    const { id, name, simulator, auth, status, limits, closedForMs, newest } = row;
    const connector = newest === null ? row.connector : importedReference(row.connector, newest);
    await this.registry.hold([connector]);
    return {
      ...{ id, workspaceId, name, connector, simulator, auth, status, limits, closedForMs },
      fields: { ...row.settings, ...secrets },
      secretValues: [...secretTexts(secrets), ...carried],
      token,
      hookPath: row.hook_path,
    };
  }

  private async tokenOf({ id, tokenSealed, tokenVersion }: StoredConnection): Promise<KeptToken> {
    const known = this.tokens.get(id);
    if (known?.version === tokenVersion) return known;
    const kept = { token: await openToken(this.sealer, id, tokenSealed), version: tokenVersion };
    this.tokens.set(id, kept);
    return kept;
  }

  private readsOf(sql: Sql): Grouping<string, StoredConnection | undefined> {
    const known = this.reads.get(sql);
    if (known) return known;
    const reads = new Grouping({ atOnce: 2, most: 100, work: (ids: string[]) => readConnections(sql, ids) });
    this.reads.set(sql, reads);
    return reads;
  }
}

async function readConnections(sql: Sql, ids: string[]): Promise<(StoredConnection | undefined)[]> {
  const rows = await sql.query<StoredConnection>(
    prepared(`select c.id, c.workspace_id as "workspaceId", c.name, c.connector, c.simulator, c.auth, c.status, c.settings, c.sealed,
            (select v.id from imported_connectors i join imported_versions v on v.connector_id = i.id
              where i.workspace_id = c.workspace_id and i.connector = c.connector and i.removed_at is null
              order by v.number desc limit 1) as newest,
            c.hook_path, t.sealed as "tokenSealed", coalesce(t.version, 0) as "tokenVersion",
            json_build_object('atOnce', c.calls_at_once, 'perSecond', c.calls_per_second) as limits,
            coalesce(greatest(0, extract(epoch from g.closed_until - clock_timestamp()) * 1000), 0)::float8 as "closedForMs"
       from connections c left join call_gates g on g.connection_id = c.id
       left join connection_tokens t on t.connection_id = c.id
      where c.id = any($1) and c.removed_at is null
      union all
     -- A slot of the built-in connector is filled with a table.
     select t.id, t.workspace_id, t.name, 'table', false, 'table', 'working', '{}'::jsonb, null, null, '', null, 0,
            json_build_object('atOnce', null, 'perSecond', null), 0::float8
       from tables t where t.id = any($1) and t.removed_at is null`),
    [ids],
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id));
}
