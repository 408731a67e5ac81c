import { isDeepStrictEqual } from 'node:util';
import { type Cells, tableLimits } from '@castellan/api';
import { Injectable } from '@nestjs/common';
import { type AuditActor, AuditService } from '../audit/audit.service.js';
import type { Sql } from '../platform/database/index.js';
import { CellProblem, keptCell, valuesOf } from './cells.js';
import { RowRefusal } from './row-refusal.js';
import { type KeptRow, keyText, keyTitle, type Table } from './table-row.js';

/** Who writes. */
export interface Writer {
  actor: AuditActor;
  run?: { id: string; step: string };
  /** The same for every attempt of one effect: a repeat is answered as the first. */
  effectKey?: string;
}

/** What is to become of a row. */
export interface RowWish {
  key: string;
  /** Columns that are left out stay as they are, null takes a value away. Null: the row is removed. */
  cells: Cells | null;
  /** Only if the row still has this version; 0: only if there is none. */
  version?: number | undefined;
}

/** The row before and after a write; null where there is none. */
export interface Written {
  before: KeptRow | null;
  after: KeptRow | null;
}

/** Changes single rows, in the transaction of its caller, who has locked the table. */
@Injectable()
export class RowWriter {
  constructor(private readonly audit: AuditService) {}

  /** Rejects with RowRefusal. */
  async write(tx: Sql, table: Table, wish: RowWish, writer: Writer): Promise<Written> {
    const repeated = writer.effectKey ? await writtenBy(tx, writer.effectKey) : null;
    if (repeated) return repeated;
    const before = await rowOf(tx, table.id, wish.key);
    if (wish.version !== undefined && wish.version !== (before?.version ?? 0))
      throw changedMeanwhile(table, wish.key, before);
    const cells = wish.cells && mergedCells(before?.cells ?? {}, wish.cells);
    if (cells) checkSize(cells);
    const same = isDeepStrictEqual(before?.cells ?? null, cells);
    if (same && !writer.effectKey) return { before, after: before };
    if (!before && cells && table.rowCount >= tableLimits.rows) {
      throw new RowRefusal(
        'full',
        `“${table.name}” has ${tableLimits.rows} rows, which is the most that a table takes.`,
      );
    }
    // What changes nothing is kept, too, where a repeat must be told from a new wish.
    const version = await this.nextVersion(tx, table, same ? 0 : Number(cells !== null) - Number(before !== null));
    await note(tx, table, { key: wish.key, before, cells, version, writer });
    if (same) return { before, after: before };
    await put(tx, table.id, wish.key, cells, version);
    await this.record(tx, table, { key: wish.key, before, cells, writer });
    return { before, after: cells && { key: wish.key, cells, version, updatedAt: new Date() } };
  }

  private async nextVersion(tx: Sql, table: Table, more: number): Promise<number> {
    table.version += 1;
    table.rowCount += more;
    await tx.query('update tables set version = $2, row_count = $3, updated_at = now() where id = $1', [
      ...[table.id, table.version, table.rowCount],
    ]);
    return table.version;
  }

  private record(
    tx: Sql,
    table: Table,
    { key, before, cells, writer }: { key: string; before: KeptRow | null; cells: Cells | null; writer: Writer },
  ): Promise<void> {
    const verb = cells === null ? 'remove_row' : before === null ? 'add_row' : 'change_row';
    const by = writer.run ? { run: writer.run.id, step: writer.run.step } : {};
    return this.audit.record(tx, {
      ...{ actor: writer.actor, workspaceId: table.workspaceId, action: `table.${verb}` },
      ...{ objectType: 'table', objectId: table.id, objectName: `${table.name}: ${keyTitle(key)}` },
      before: before?.cells ?? null,
      after: writer.run ? { ...by, row: cells } : cells,
    });
  }
}

/** The cells as they are kept, or every reason why they do not fit the columns. */
export function keptCells({ columns, name }: Pick<Table, 'columns' | 'name'>, given: Cells): Cells {
  const problems = Object.keys(given)
    .filter((wanted) => !columns.some((column) => column.name === wanted))
    .map((wanted) => ({ pointer: `/values/${wanted}`, message: `“${name}” has no column ${wanted}.` }));
  const cells: Cells = {};
  for (const column of columns) {
    if (!(column.name in given)) continue;
    try {
      cells[column.name] = keptCell(column, given[column.name]);
    } catch (error) {
      if (!(error instanceof CellProblem)) throw error;
      problems.push({ pointer: `/values/${column.name}`, message: `“${column.title}” ${error.words}.` });
    }
  }
  const [first] = problems;
  if (first) throw new RowRefusal('invalid', problems.map(({ message }) => message).join(' '), problems);
  return cells;
}

/** The text of the row's key, whose columns all need a value. */
export function keyOf({ columns, key }: Pick<Table, 'columns' | 'key'>, cells: Cells): string {
  const missing = key.filter((name) => cells[name] === null || cells[name] === undefined);
  if (missing.length > 0) {
    const titles = missing
      .map((name) => `“${columns.find((column) => column.name === name)?.title ?? name}”`)
      .join(', ');
    const problems = missing.map((name) => ({ pointer: `/values/${name}`, message: 'A row is told by this value.' }));
    throw new RowRefusal('invalid', `A row needs a value of ${titles}.`, problems);
  }
  const text = keyText(key.map((name) => cells[name] ?? null));
  if (Buffer.byteLength(text) > tableLimits.keyBytes) {
    throw new RowRefusal('full', `The values by which a row is told have at most ${tableLimits.keyBytes} bytes.`);
  }
  return text;
}

export async function rowOf(sql: Sql, tableId: string, key: string): Promise<KeptRow | null> {
  const [row] = await sql.query<KeptRow>(
    `select key, cells, version::float8 as version, updated_at as "updatedAt" from table_rows
      where table_id = $1 and key = $2`,
    [tableId, key],
  );
  return row ?? null;
}

/** What is left out stays; what is null goes. */
function mergedCells(before: Cells, wanted: Cells): Cells {
  return Object.fromEntries(Object.entries({ ...before, ...wanted }).filter(([, cell]) => cell !== null));
}

function checkSize(cells: Cells): void {
  if (Buffer.byteLength(JSON.stringify(cells)) <= tableLimits.rowBytes) return;
  throw new RowRefusal('full', `A row has at most ${tableLimits.rowBytes} bytes.`);
}

function changedMeanwhile(table: Table, key: string, present: KeptRow | null): RowRefusal {
  const row = `The row ${keyTitle(key)} of “${table.name}”`;
  return new RowRefusal(
    'changed',
    present ? `${row} has changed: its version is ${present.version} now.` : `${row} is not there any more.`,
  );
}

/** What a write of this effect did before; null if there was none. */
async function writtenBy(tx: Sql, effectKey: string): Promise<Written | null> {
  const [change] = await tx.query<{
    key: string;
    before: Cells | null;
    after: Cells | null;
    version: number;
    beforeVersion: number | null;
    at: Date;
  }>(
    `select key, before, after, version::float8 as version, before_version::float8 as "beforeVersion", at
       from table_changes where effect_key = $1`,
    [effectKey],
  );
  if (!change) return null;
  const { key, before, after, version, beforeVersion, at } = change;
  const kept = isDeepStrictEqual(before, after) ? beforeVersion : version;
  return {
    before: before && { key, cells: before, version: beforeVersion ?? 0, updatedAt: at },
    after: after && { key, cells: after, version: kept ?? version, updatedAt: at },
  };
}

async function note(
  tx: Sql,
  table: Table,
  change: { key: string; before: KeptRow | null; cells: Cells | null; version: number; writer: Writer },
): Promise<void> {
  const { key, before, cells, version, writer } = change;
  await tx.query(
    `insert into table_changes (table_id, version, key, before, before_version, after, actor, run_id, step_id, effect_key)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      ...[table.id, version, key, before && JSON.stringify(before.cells), before?.version ?? null],
      ...[cells && JSON.stringify(cells), actorName(writer.actor), writer.run?.id ?? null, writer.run?.step ?? null],
      writer.effectKey ?? null,
    ],
  );
}

export const actorName = (actor: AuditActor): string => (typeof actor === 'string' ? actor : actor.email);

async function put(tx: Sql, tableId: string, key: string, cells: Cells | null, version: number): Promise<void> {
  if (cells === null) {
    await tx.query('delete from table_rows where table_id = $1 and key = $2', [tableId, key]);
    return;
  }
  await tx.query(
    `insert into table_rows (table_id, key, cells, version) values ($1, $2, $3, $4)
     on conflict (table_id, key) do update set cells = excluded.cells, version = excluded.version, updated_at = now()`,
    [tableId, key, JSON.stringify(cells), version],
  );
}

/** A row for whoever reads it. */
export const shownRow = ({ columns }: Table, { key, cells, version, updatedAt }: KeptRow) => ({
  ...{ key, values: valuesOf(columns, cells), version, updatedAt: updatedAt.toISOString() },
});
