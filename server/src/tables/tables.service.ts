import { type TableColumn, type TableDefinition, type TableInfo, tableLimits } from '@castellan/api';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { readUses, refuseUsed } from '../connections/connection-uses.js';
import { Database, isUniqueViolation, type Sql } from '../platform/database/index.js';
import { ApiError, found } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { type InputProblem, invalidInput } from '../platform/input-problems.js';
import { wholePage } from '../platform/paging.js';
import type { Actor } from '../platform/routes/index.js';
import { columnProblems, type TableChangeWish } from './column-rules.js';
import { actorName } from './row-writer.service.js';
import { lockedTable, type Table, tableOf, tablesOf } from './table-row.js';

/** What people do with tables as a whole. */
@Injectable()
export class TablesService {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
  ) {}

  async list({ workspaceId }: Actor) {
    const uses = await readUses(this.database, workspaceId);
    return wholePage(
      (await tablesOf(this.database, workspaceId)).map((table) => shown(table, uses.get(table.id) ?? [])),
    );
  }

  async get({ workspaceId }: Actor, id: string): Promise<TableInfo> {
    const table = await this.load(workspaceId, id);
    return shown(table, (await readUses(this.database, workspaceId)).get(id) ?? []);
  }

  /** The table; 404 where there is none. */
  async load(workspaceId: string, id: string): Promise<Table> {
    return found(await tableOf(this.database, workspaceId, id), 'table');
  }

  async create(actor: Actor, wish: TableDefinition): Promise<TableInfo> {
    const id = await this.database.transaction((tx) => this.createIn(tx, actor, wish));
    return this.get(actor, id);
  }

  /** Makes a table in the caller's transaction. @returns its id */
  async createIn(tx: Sql, actor: Actor, { name, description, columns, key }: TableDefinition): Promise<string> {
    refuse(columnProblems({ columns, key }));
    const [{ count = 0 } = {}] = await tx.query<{ count: number }>(
      'select count(*)::int as count from tables where workspace_id = $1 and removed_at is null',
      [actor.workspaceId],
    );
    if (count >= tableLimits.tables) {
      throw new ApiError('too_large', `A workspace has at most ${tableLimits.tables} tables.`);
    }
    const id = newId();
    await named(name, () =>
      tx.query(
        'insert into tables (id, workspace_id, name, description, columns, key) values ($1, $2, $3, $4, $5, $6)',
        [...[id, actor.workspaceId, name, description, JSON.stringify(columns), key]],
      ),
    );
    await this.record(tx, actor, 'table.create', { id, name }, null, { description, columns, key });
    return id;
  }

  async save(actor: Actor, id: string, wish: TableChangeWish): Promise<TableInfo> {
    await this.database.transaction(async (tx) => {
      const table = found(await lockedTable(tx, actor.workspaceId, id), 'table');
      const { name, description, columns } = wish;
      refuse(columnProblems({ columns, key: table.key }));
      await this.refuseNewTypes(tx, table, columns);
      const gone = table.columns.map((one) => one.name).filter((one) => !columns.some((column) => column.name === one));
      if (gone.length > 0) await emptyColumns(tx, table, gone, actorName(actor));
      await named(name, () =>
        tx.query('update tables set name = $2, description = $3, columns = $4, updated_at = now() where id = $1', [
          ...[id, name, description, JSON.stringify(columns)],
        ]),
      );
      const before = { name: table.name, description: table.description, columns: table.columns };
      await this.record(tx, actor, 'table.save', { id, name }, before, { name, description, columns });
    });
    return this.get(actor, id);
  }

  async remove(actor: Actor, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      // A flow that names it may be in the middle of being published.
      await tx.query('select from tables where id = $1 for update', [id]);
      const table = found(await lockedTable(tx, actor.workspaceId, id), 'table');
      await refuseUsed(tx, actor.workspaceId, { id, what: 'table' });
      // What became of its rows stays readable in the audit; the rows themselves go.
      await tx.query('delete from table_rows where table_id = $1', [id]);
      await tx.query('delete from table_changes where table_id = $1', [id]);
      await tx.query('update tables set removed_at = now(), row_count = 0 where id = $1', [id]);
      const before = { columns: table.columns, key: table.key, rows: table.rowCount };
      await this.record(tx, actor, 'table.remove', table, before, null);
    });
  }

  /** A column that holds values keeps its type. */
  private async refuseNewTypes(tx: Sql, table: Table, columns: TableColumn[]): Promise<void> {
    const retyped = columns.filter(({ name, type }) =>
      table.columns.some((column) => column.name === name && column.type !== type),
    );
    for (const { name, title } of retyped) {
      const [row] = await tx.query('select from table_rows where table_id = $1 and cells ? $2 limit 1', [
        table.id,
        name,
      ]);
      if (!row) continue;
      throw new ApiError('invalid_input', `“${title}” holds values, so its type stays. Add another column instead.`);
    }
  }

  private record(
    tx: Sql,
    actor: Actor,
    action: string,
    { id, name }: { id: string; name: string },
    before: unknown,
    after: unknown,
  ): Promise<void> {
    const fact = { actor, workspaceId: actor.workspaceId, action, objectType: 'table', objectId: id, objectName: name };
    return this.audit.record(tx, { ...fact, before, after });
  }
}

/** Takes the values of some columns away, each row with a version of its own. */
async function emptyColumns(tx: Sql, { id, version }: Table, columns: string[], actor: string): Promise<void> {
  await tx.query(
    `with touched as (
       select key, cells, cells - $2::text[] as after, version as earlier,
              $3::bigint + row_number() over (order by key) as next
         from table_rows where table_id = $1 and cells ?| $2::text[]
     ), noted as (
       insert into table_changes (table_id, version, key, before, before_version, after, actor)
       select $1, next, key, cells, earlier, after, $4 from touched
     ), kept as (
       update table_rows r set cells = t.after, version = t.next, updated_at = now()
         from touched t where r.table_id = $1 and r.key = t.key
     )
     update tables set version = version + (select count(*) from touched) where id = $1`,
    [id, columns, version, actor],
  );
}

/** A name is told from others without regard to upper case. */
async function named(name: string, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new ApiError('conflict', `There is a table “${name}” already. Choose another name.`);
  }
}

function refuse(problems: InputProblem[]): void {
  if (problems.length > 0) throw invalidInput(problems);
}

function shown(
  { id, name, description, columns, key, rowCount, updatedAt }: Table,
  usedBy: { flowId: string; flowName: string }[],
): TableInfo {
  const flows = usedBy.map(({ flowId, flowName }) => ({ flowId, flowName }));
  return { id, name, description, columns, key, rowCount, usedBy: flows, updatedAt: updatedAt.toISOString() };
}
