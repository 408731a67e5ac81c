import { Injectable } from '@nestjs/common';
import { Sealer } from '../platform/crypto/index.js';
import type { Sql } from '../platform/database/index.js';
import type { Connection } from './connection.entity.js';
import { noSuchConnection, type OpenConnection } from './open-connection.js';
import { openSecrets, secretTexts } from './secrets.js';

type StoredConnection = Pick<Connection, 'id' | 'name' | 'connector' | 'simulator' | 'auth' | 'settings' | 'sealed'> & {
  hook_path: string;
};

@Injectable()
export class ConnectionsService {
  constructor(private readonly sealer: Sealer) {}

  /** The connection with its secrets, if it is one of the workspace and not removed; else `not_found`. */
  async open(sql: Sql, workspaceId: string, connectionId: string): Promise<OpenConnection> {
    const [row] = await sql.query<StoredConnection>(
      `select id, name, connector, simulator, auth, settings, sealed, hook_path from connections
       where id = $1 and workspace_id = $2 and removed_at is null`,
      [connectionId, workspaceId],
    );
    if (!row) throw noSuchConnection();
    const secrets = await openSecrets(this.sealer, row);
    const { id, name, connector, simulator, auth } = row;
    return {
      ...{ id, workspaceId, name, connector, simulator, auth },
      fields: { ...row.settings, ...secrets },
      secretValues: secretTexts(secrets),
      hookPath: row.hook_path,
    };
  }
}
