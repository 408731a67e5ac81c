import type { ApiDefinition } from '@castellan/connectors/openapi';
import type { Sql } from '../platform/database/index.js';
import { found } from '../platform/errors.js';

/** An imported connector as it is now. */
export interface PresentConnector {
  id: string;
  /** What flows and connections name it by. */
  connector: string;
  title: string;
  number: number;
  source: string;
  definition: ApiDefinition;
}

const columns = `c.id, c.connector, c.title, v.number, v.source, v.definition`;
const newest = `imported_connectors c join imported_versions v on v.connector_id = c.id
  and v.number = (select max(number) from imported_versions where connector_id = c.id)`;

/** By its id in the workspace; `not_found` for one that was not imported, or is removed. */
export async function findPresent(sql: Sql, workspaceId: string, connector: string): Promise<PresentConnector> {
  const [row] = await sql.query<PresentConnector>(
    `select ${columns} from ${newest} where c.workspace_id = $1 and c.connector = $2 and c.removed_at is null`,
    [workspaceId, connector],
  );
  return found(row, 'imported connector');
}

/** The one that an import is for; null where it has gone in the meantime, or the import is for a new one. */
export async function presentOf(sql: Sql, id: string | null): Promise<PresentConnector | null> {
  if (id === null) return null;
  const [row] = await sql.query<PresentConnector>(
    `select ${columns} from ${newest} where c.id = $1 and c.removed_at is null`,
    [id],
  );
  return row ?? null;
}

/** The kinds of sign-in of its connections, one for each connection. */
export async function connectedKinds(sql: Sql, workspaceId: string, connector: string): Promise<string[]> {
  const rows = await sql.query<{ auth: string }>(
    'select auth from connections where workspace_id = $1 and connector = $2 and removed_at is null',
    [workspaceId, connector],
  );
  return rows.map(({ auth }) => auth);
}

export const keyOf = ({ method, path }: { method: string; path: string }): string => `${method} ${path}`;

/** The ids of its operations, by their keys: a call keeps its id, whatever a newer document calls it. */
export function knownIds(present: PresentConnector | null): Record<string, string> {
  const operations = Object.entries(present?.definition.operations ?? {});
  return Object.fromEntries(operations.map(([id, operation]) => [keyOf(operation), id]));
}
