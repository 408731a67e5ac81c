import type { Cell, Cells, TableColumn } from '@castellan/api';
import type { Sql } from '../platform/database/index.js';

/** A table as it is kept. */
export interface Table {
  id: string;
  workspaceId: string;
  name: string;
  description: string;
  columns: TableColumn[];
  key: string[];
  rowCount: number;
  /** Of its last change. */
  version: number;
  updatedAt: Date;
}

const columns = `id, workspace_id as "workspaceId", name, description, columns, key, row_count as "rowCount",
  version::float8 as version, updated_at as "updatedAt"`;

/** All tables of a workspace, by name. */
export function tablesOf(sql: Sql, workspaceId: string): Promise<Table[]> {
  return sql.query<Table>(
    `select ${columns} from tables where workspace_id = $1 and removed_at is null order by lower(name), id`,
    [workspaceId],
  );
}

export async function tableOf(sql: Sql, workspaceId: string, id: string): Promise<Table | null> {
  const [table] = await sql.query<Table>(
    `select ${columns} from tables where workspace_id = $1 and id = $2 and removed_at is null`,
    [workspaceId, id],
  );
  return table ?? null;
}

/**
 * The table, with the changes of its rows held up until the transaction ends: they come one after the other, each with
 * a version of its own.
 */
export async function lockedTable(sql: Sql, workspaceId: string, id: string): Promise<Table | null> {
  const [table] = await sql.query<Table>(
    `select ${columns} from tables where workspace_id = $1 and id = $2 and removed_at is null for no key update`,
    [workspaceId, id],
  );
  return table ?? null;
}

/** What names a row in its table: the values of its key, in their order. */
export const keyText = (values: Cell[]): string => JSON.stringify(values);

/** A row's key in words: “Engineering · Berlin”. */
export const keyTitle = (key: string): string => (JSON.parse(key) as Cell[]).map(String).join(' · ');

/** A row as it is kept: what has no value is left out of its cells. */
export interface KeptRow {
  key: string;
  cells: Cells;
  version: number;
  updatedAt: Date;
}
