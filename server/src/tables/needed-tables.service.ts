import type { NeededTable } from '@castellan/api';
import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database/index.js';
import { found } from '../platform/errors.js';
import type { InputProblem } from '../platform/input-problems.js';
import type { Actor } from '../platform/routes/index.js';
import { columnProblems } from './column-rules.js';
import { CsvService } from './csv.service.js';
import { RowRefusal } from './row-refusal.js';
import { keptCells, keyOf } from './row-writer.service.js';
import { lockedTable, type Table, tableOf, tablesOf } from './table-row.js';
import { TablesService } from './tables.service.js';

/** The choice of a slot for which a table is to be made. */
export const newTable = 'new';

/** Tables that a template needs: made with their sample rows, or bound to some that are there. */
@Injectable()
export class NeededTables {
  constructor(
    private readonly tables: TablesService,
    private readonly csv: CsvService,
  ) {}

  /** Makes the table in the caller's transaction, under a name that is free. @returns its id */
  async make(tx: Transaction, actor: Actor, { rows, ...definition }: NeededTable): Promise<string> {
    const taken = (await tablesOf(tx, actor.workspaceId)).map(({ name }) => name.toLowerCase());
    const name = freeName(definition.name, taken);
    const id = await this.tables.createIn(tx, actor, { ...definition, name });
    const table = found(await lockedTable(tx, actor.workspaceId, id), 'table');
    const kept = rows.map((row) => {
      const cells = keptCells(table, row);
      const given = Object.entries(cells).filter(([, cell]) => cell !== null);
      return { key: keyOf(table, cells), cells: Object.fromEntries(given) };
    });
    if (kept.length > 0)
      await this.csv.write(tx, table, { columns: table.columns, rows: kept }, { actor, replace: false });
    return id;
  }

  /** What keeps a table that is there from being the one that is needed. */
  async misfits(tx: Transaction, actor: Actor, needed: NeededTable, id: string): Promise<string[]> {
    const table = await tableOf(tx, actor.workspaceId, id);
    return table ? misfitsOf(table, needed) : ['There is no such table.'];
  }
}

/** What is wrong with the table that a template describes. */
export function problemsOfNeeded(needed: NeededTable): InputProblem[] {
  const problems = columnProblems(needed);
  if (problems.length > 0) return problems;
  const keys = new Set<string>();
  return needed.rows.flatMap((row, index) => {
    const pointer = `/rows/${index}`;
    try {
      const key = keyOf(needed, keptCells(needed, row));
      if (keys.has(key)) return [{ pointer, message: 'The same row stands before.' }];
      keys.add(key);
      return [];
    } catch (error) {
      if (error instanceof RowRefusal) return [{ pointer, message: error.message }];
      throw error;
    }
  });
}

/** A table may have more columns than are needed, and must tell its rows apart in the same way. */
export function misfitsOf(table: Pick<Table, 'name' | 'columns' | 'key'>, { columns, key }: NeededTable): string[] {
  const missing = columns.flatMap(({ name, title, type }) => {
    const there = table.columns.find((column) => column.name === name);
    if (!there) return [`“${table.name}” has no column ${name} (${title}).`];
    return there.type === type ? [] : [`Its column ${name} holds ${there.type}, not ${type}.`];
  });
  const sameKey = [...table.key].sort().join() === [...key].sort().join();
  return sameKey
    ? missing
    : [...missing, `Its rows are told apart by ${table.key.join(', ')}, not by ${key.join(', ')}.`];
}

function freeName(name: string, taken: string[]): string {
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? name : `${name} ${number}`;
    if (!taken.includes(candidate.toLowerCase())) return candidate;
  }
}
