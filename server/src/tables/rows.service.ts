import { type Cells, RowFilter, type TableChange, type TableRowInfo } from '@castellan/api';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Database } from '../platform/database/index.js';
import { ApiError, found } from '../platform/errors.js';
import { numberCursor, toPage } from '../platform/paging.js';
import type { Actor } from '../platform/routes/index.js';
import { valuesOf } from './cells.js';
import { countRows, readRows } from './row-query.js';
import { forPerson } from './row-refusal.js';
import { keptCells, keyOf, RowWriter, shownRow } from './row-writer.service.js';
import { lockedTable, type Table } from './table-row.js';
import { TablesService } from './tables.service.js';

interface RowsQuery {
  limit: number;
  cursor?: string | undefined;
  filter?: string | undefined;
  sort?: string | undefined;
  descending: 'true' | 'false';
}

interface ChangeRow extends Omit<TableChange, 'at'> {
  at: Date;
}

/** What people do with the rows of a table. */
@Injectable()
export class RowsService {
  constructor(
    private readonly database: Database,
    private readonly tables: TablesService,
    private readonly writer: RowWriter,
  ) {}

  async list({ workspaceId }: Actor, id: string, { limit, cursor, filter, sort, descending }: RowsQuery) {
    const table = await this.tables.load(workspaceId, id);
    const filters = filtersOf(filter);
    const query = { filters, sort, descending: descending === 'true' };
    return forPerson(
      readRows(this.database, table, query, { limit, cursor }).then(async ({ rows, next }) => ({
        items: rows.map((row) => shownRow(table, row)),
        next,
        matching: cursor === undefined ? await countRows(this.database, table, filters) : null,
      })),
    );
  }

  /** Adds a row (version 0), or changes the one with this key if it still has the version. */
  async save(actor: Actor, id: string, { values, version }: { values: Cells; version: number }): Promise<TableRowInfo> {
    return forPerson(
      this.database.transaction(async (tx) => {
        const table = found(await lockedTable(tx, actor.workspaceId, id), 'table');
        const cells = keptCells(table, values);
        const { after } = await this.writer.write(tx, table, { key: keyOf(table, cells), cells, version }, { actor });
        return shownRow(table, found(after, 'row'));
      }),
    );
  }

  async remove(actor: Actor, id: string, rows: { key: string; version: number }[]): Promise<{ removed: number }> {
    return forPerson(
      this.database.transaction(async (tx) => {
        const table = found(await lockedTable(tx, actor.workspaceId, id), 'table');
        for (const { key, version } of rows)
          await this.writer.write(tx, table, { key, cells: null, version }, { actor });
        return { removed: rows.length };
      }),
    );
  }

  async changes(
    { workspaceId }: Actor,
    id: string,
    { limit, cursor, key }: { limit: number; cursor?: string; key?: string },
  ) {
    const table = await this.tables.load(workspaceId, id);
    const rows = await this.database.query<ChangeRow>(
      `select version::float8 as version, at, key, before, after, actor, run_id as "runId", step_id as step
         from table_changes
        where table_id = $1 and ($2::text is null or key = $2) and ($3::bigint is null or version < $3)
          and before is distinct from after
        order by version desc limit $4`,
      [id, key ?? null, numberCursor(cursor), limit + 1],
    );
    return toPage(rows, limit, { item: (row) => shownChange(table, row), place: ({ version }) => version });
  }

  /** Makes a row as it was before a change, if nothing happened to it since; null where there was none. */
  async putBack(actor: Actor, id: string, version: number): Promise<TableRowInfo | null> {
    return forPerson(
      this.database.transaction(async (tx) => {
        const table = found(await lockedTable(tx, actor.workspaceId, id), 'table');
        const [change] = await tx.query<{ key: string; before: Cells | null; after: Cells | null }>(
          `select key, before, after from table_changes
            where table_id = $1 and version = $2 and before is distinct from after`,
          [id, version],
        );
        const { key, before, after } = found(change, 'change');
        // Values of columns that are gone stay gone.
        const cells = before && keptCells(table, valuesOf(table.columns, before));
        const wish = { key, cells, version: after === null ? 0 : version };
        const written = await this.writer.write(tx, table, wish, { actor });
        return written.after && shownRow(table, written.after);
      }),
    );
  }
}

function shownChange({ columns }: Table, { at, before, after, ...change }: ChangeRow): TableChange {
  const values = (cells: Cells | null) => cells && valuesOf(columns, cells);
  return { ...change, at: at.toISOString(), before: values(before), after: values(after) };
}

const Filters = z.array(RowFilter).max(20);

function filtersOf(text: string | undefined): RowFilter[] {
  if (text === undefined || text === '') return [];
  try {
    return Filters.parse(JSON.parse(text));
  } catch {
    throw new ApiError('invalid_input', '/query/filter: give a JSON list of { column, op, value }.');
  }
}
