import { Injectable } from '@nestjs/common';
import { Sealer } from '../platform/crypto/index.js';
import { prepared, type Sql } from '../platform/database/index.js';
import { Grouping } from '../platform/grouping.js';
import type { Connection } from './connection.entity.js';
import { noSuchConnection, type OpenConnection } from './open-connection.js';
import { openSecrets, secretTexts } from './secrets.js';

type StoredConnection = Pick<Connection, 'id' | 'name' | 'connector' | 'simulator' | 'auth' | 'settings' | 'sealed'> & {
  hook_path: string;
  workspaceId: string;
};

@Injectable()
export class ConnectionsService {
  /** Calls that begin together ask for their connections together. */
  private readonly reads = new WeakMap<Sql, Grouping<string, StoredConnection | undefined>>();

  constructor(private readonly sealer: Sealer) {}

  /** The connection with its secrets, if it is one of the workspace and not removed; else `not_found`. */
  async open(sql: Sql, workspaceId: string, connectionId: string): Promise<OpenConnection> {
    const row = await this.readsOf(sql).add(connectionId);
    if (row?.workspaceId !== workspaceId) throw noSuchConnection();
    const secrets = await openSecrets(this.sealer, row);
    const { id, name, connector, simulator, auth } = row;
    return {
      ...{ id, workspaceId, name, connector, simulator, auth },
      fields: { ...row.settings, ...secrets },
      secretValues: secretTexts(secrets),
      hookPath: row.hook_path,
    };
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
    prepared(`select id, workspace_id as "workspaceId", name, connector, simulator, auth, settings, sealed, hook_path
       from connections where id = any($1) and removed_at is null`),
    [ids],
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id));
}
