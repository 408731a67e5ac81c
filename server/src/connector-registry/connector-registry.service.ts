import type { ApiDefinition } from '@castellan/connectors/openapi';
import { Injectable } from '@nestjs/common';
import { Database, type Sql } from '../platform/database/index.js';
import { ApiError } from '../platform/errors.js';
import { isRemembered, type KnownConnector, knownConnector, rememberImported } from './known-connectors.js';
import { type ConnectorReference, importedReference, versionIn } from './references.js';

/** The newest version of a connector that a workspace imported. */
export interface ImportedConnector {
  id: string;
  connector: string;
  reference: ConnectorReference;
  number: number;
  source: string;
  importedBy: string;
  importedAt: Date;
}

/** Brings imported connectors into this process, before anything names them. Versions never change. */
@Injectable()
export class ConnectorRegistry {
  constructor(private readonly database: Database) {}

  /** Whatever these references name is known from now on. Those that came with the server always are. */
  async hold(references: ConnectorReference[]): Promise<void> {
    const missing = references.filter((reference) => versionIn(reference) !== null && !isRemembered(reference));
    if (missing.length === 0) return;
    const rows = await this.database.query<{ id: string; definition: ApiDefinition }>(
      'select id, definition from imported_versions where id = any($1)',
      [missing.map(versionIn)],
    );
    for (const { id, definition } of rows) rememberImported(importedReference(definition.id, id), definition);
  }

  /** Those that the workspace has at present, the newest version of each, held. */
  async importedBy(sql: Sql, workspaceId: string): Promise<(ImportedConnector & { known: KnownConnector })[]> {
    const rows = await sql.query<Omit<ImportedConnector, 'reference'> & { versionId: string }>(
      `select distinct on (c.connector) c.id, c.connector, v.id as "versionId", v.number, v.source,
              v.imported_by as "importedBy", v.imported_at as "importedAt"
         from imported_connectors c join imported_versions v on v.connector_id = c.id
        where c.workspace_id = $1 and c.removed_at is null order by c.connector, v.number desc`,
      [workspaceId],
    );
    const newest = rows.map(({ versionId, ...row }) => ({
      ...row,
      reference: importedReference(row.connector, versionId),
    }));
    await this.hold(newest.map(({ reference }) => reference));
    return newest.map((row) => ({ ...row, known: knownConnector(row.reference) }));
  }

  /** The connector that a workspace means by an id; `not_found` for one that it does not have. */
  async find(sql: Sql, workspaceId: string, id: string): Promise<KnownConnector> {
    return this.in(await this.importedBy(sql, workspaceId), id);
  }

  /** The same for what is to stand on it: an imported one is not removed until the transaction ends. */
  async use(tx: Sql, workspaceId: string, id: string): Promise<KnownConnector> {
    await tx.query(
      'select from imported_connectors where workspace_id = $1 and connector = $2 and removed_at is null for share',
      [workspaceId, id],
    );
    return this.find(tx, workspaceId, id);
  }

  /** The same, of a list that is read already. */
  in(imported: { connector: string; known: KnownConnector }[], id: string): KnownConnector {
    if (id.includes('@')) throw new ApiError('not_found', `This server has no connector ${id}.`);
    return imported.find(({ connector }) => connector === id)?.known ?? knownConnector(id);
  }
}
