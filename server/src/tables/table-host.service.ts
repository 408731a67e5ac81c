import type { RowFilter } from '@castellan/api';
import type { HostRow, HostTable, JsonObject } from '@castellan/sdk';
import { FatalError } from '@castellan/sdk';
import { Injectable } from '@nestjs/common';
import { Database, type Sql } from '../platform/database/index.js';
import { readRows } from './row-query.js';
import { forStep, RowRefusal } from './row-refusal.js';
import { keptCells, keyOf, RowWriter, rowOf, shownRow, type Writer } from './row-writer.service.js';
import { lockedTable, type Table, tableOf } from './table-row.js';

/** A write of a run is one by this name in history and audit, which name the run. */
const runActor = 'run';

/** A table as steps of runs reach it, each write committed once for its effect. */
@Injectable()
export class TableHost {
  constructor(
    private readonly database: Database,
    private readonly writer: RowWriter,
  ) {}

  of(
    place: { workspaceId: string; tableId: string },
    by: { effectKey: string; run?: { id: string; step: string } },
  ): HostTable {
    const writer: Writer = {
      actor: runActor,
      ...(by.run ? { run: by.run } : {}),
      ...(by.effectKey === '' ? {} : { effectKey: by.effectKey }),
    };
    const read = async () => present(await tableOf(this.database, place.workspaceId, place.tableId));
    const write = (key: JsonObject, values: JsonObject | null, version: number | undefined) =>
      this.database.transaction(async (tx) => {
        const table = present(await lockedTable(tx, place.workspaceId, place.tableId));
        const wish = { ...wishOf(table, key, values), version };
        const { before, after } = await this.writer.write(tx, table, wish, writer);
        return { before: before && hostRow(table, before), after: after && hostRow(table, after) };
      });
    return {
      columns: () =>
        forStep(read().then(({ columns, key }) => columns.map((one) => ({ ...one, isKey: key.includes(one.name) })))),
      get: (key) => forStep(read().then((table) => this.get(this.database, table, key))),
      list: (query) => forStep(read().then((table) => this.list(table, query))),
      put: (key, values, version) => forStep(write(key, values, version)),
      remove: (key, version) => forStep(write(key, null, version)),
    };
  }

  private async get(sql: Sql, table: Table, key: JsonObject): Promise<HostRow | null> {
    const row = await rowOf(sql, table.id, wishOf(table, key, null).key);
    return row && hostRow(table, row);
  }

  private async list(
    table: Table,
    { filters, sort, descending, limit }: Parameters<HostTable['list']>[0],
  ): Promise<HostRow[]> {
    const { rows } = await readRows(
      this.database,
      table,
      { filters: filters as RowFilter[], sort, descending },
      { limit },
    );
    return rows.map((row) => hostRow(table, row));
  }
}

function present(table: Table | null): Table {
  if (!table) throw new FatalError('The table of this step is no longer there.', { code: 'E_INPUT' });
  return table;
}

const hostRow = (table: Table, row: Parameters<typeof shownRow>[1]) => shownRow(table, row) as unknown as HostRow;

/** The row that `key` names, with `values` beside it; a key has just the columns of the table's key. */
function wishOf(table: Table, key: JsonObject, values: JsonObject | null) {
  const strange = Object.keys(key).filter((name) => !table.key.includes(name));
  const both = Object.keys(values ?? {}).filter((name) => table.key.includes(name));
  if (strange.length > 0 || both.length > 0) {
    throw new RowRefusal(
      'invalid',
      `Rows of “${table.name}” are told by ${table.key.join(', ')}: give these as key, all others as values.`,
    );
  }
  const cells = keptCells(table, { ...(values ?? {}), ...key } as Parameters<typeof keptCells>[1]);
  return { key: keyOf(table, cells), cells: values === null ? null : cells };
}
