import type { ApiDefinition } from '@castellan/connectors/openapi';
import type { AuditService } from '../audit/audit.service.js';
import type { Sql } from '../platform/database/index.js';
import { newId } from '../platform/ids.js';
import type { ImportRow } from './import-rows.js';
import { connectedKinds, keyOf, type PresentConnector, presentOf } from './present-connector.js';

/** Keeps a definition as the next version of its connector, or as a new connector. @returns the connector's id */
export async function makeVersion(
  tx: Sql,
  audit: AuditService,
  { id: importId, workspaceId, intoId, source, askedBy }: ImportRow,
  made: ApiDefinition,
): Promise<string> {
  await tx.query('select from imported_connectors where id = $1 for update', [intoId]);
  const present = await presentOf(tx, intoId);
  const { id, connector } = present ?? (await nameNew(tx, workspaceId, made));
  const kept = present ? await keepForConnections(tx, workspaceId, present, made) : made;
  const definition = { ...kept, id: connector };
  const number = (present?.number ?? 0) + 1;
  await tx.query(
    `insert into imported_versions (id, connector_id, number, definition, document, source, imported_by)
     select $1, $2, $3, $4, document, $5, $6 from connector_imports where id = $7`,
    [newId(), id, number, JSON.stringify(definition), source, askedBy.email, importId],
  );
  await tx.query('update imported_connectors set title = $2 where id = $1', [id, definition.title]);
  const told = ({ title, operations }: ApiDefinition) => ({ title, operations: Object.values(operations).map(keyOf) });
  await audit.record(tx, {
    ...{ actor: askedBy, workspaceId, action: 'connector.import' },
    ...{ objectType: 'connector', objectId: connector, objectName: definition.title },
    before: present ? { version: present.number, ...told(present.definition) } : null,
    after: { version: number, source, ...told(definition) },
  });
  return connector;
}

/** The first free id of its title. The prefix keeps it apart from connectors that come with a release. */
async function nameNew(
  tx: Sql,
  workspaceId: string,
  { title }: ApiDefinition,
): Promise<{ id: string; connector: string }> {
  const words = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  for (let count = 1; ; count += 1) {
    const connector = `api-${words || 'import'}${count === 1 ? '' : `-${count}`}`;
    const id = newId();
    const made = await tx.query(
      `insert into imported_connectors (id, workspace_id, connector, title) values ($1, $2, $3, $4)
       on conflict do nothing returning id`,
      [id, workspaceId, connector, title],
    );
    if (made.length > 0) return { id, connector };
  }
}

/**
 * What connections stand on stays: the server that their secrets are bound to, and the ways in which they sign in. A
 * newer document, which may have come from anywhere, must not lead their secrets to another place.
 */
async function keepForConnections(
  tx: Sql,
  workspaceId: string,
  { connector, definition }: PresentConnector,
  made: ApiDefinition,
): Promise<ApiDefinition> {
  const used = new Set(await connectedKinds(tx, workspaceId, connector));
  if (used.size === 0) return made;
  const kept = definition.signIns.filter(({ kind }) => used.has(kind));
  const others = made.signIns.filter(({ kind }) => !used.has(kind));
  return { ...made, server: definition.server, signIns: [...kept, ...others] };
}
