import { type Cell, type Cells, type TableColumn, tableLimits } from '@castellan/api';
import { z } from 'zod';

/** A value that a column does not take, in words that follow the column's title: “takes a number”. */
export class CellProblem extends Error {
  constructor(readonly words: string) {
    super(words);
    this.name = 'CellProblem';
  }
}

const day = z.iso.date();
const instant = z.iso.datetime({ offset: true });

/** The value as it is kept; null where there is none, which an empty text or list is, too. Throws CellProblem. */
export function keptCell(column: TableColumn, value: unknown): Cell {
  if (value === null || value === undefined || value === '') return null;
  const kept = typed[column.type](value);
  if (bytesOver(kept, tableLimits.cellBytes)) throw new CellProblem(`takes at most ${tableLimits.cellBytes} bytes`);
  if (column.choices && !column.choices.includes(String(kept))) {
    throw new CellProblem(`takes only ${column.choices.join(', ')}`);
  }
  return kept;
}

const typed: Record<TableColumn['type'], (value: unknown) => Cell> = {
  text: (value) => textOf(value, 'a text'),
  number: (value) => {
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw new CellProblem('takes a number');
  },
  boolean: (value) => {
    if (typeof value === 'boolean') return value;
    throw new CellProblem('takes true or false');
  },
  date: (value) => {
    if (day.safeParse(value).success) return value as string;
    throw new CellProblem('takes a day such as 2026-03-01');
  },
  instant: (value) => {
    if (instant.safeParse(value).success) return new Date(value as string).toISOString();
    throw new CellProblem('takes an instant such as 2026-03-01T09:00:00Z');
  },
  list: (value) => {
    if (!Array.isArray(value)) throw new CellProblem('takes a list of texts');
    return value.length === 0 ? null : value.map((item) => textOf(item, 'a list of texts'));
  },
};

function textOf(value: unknown, words: string): string {
  if (typeof value !== 'string') throw new CellProblem(`takes ${words}`);
  if (noText.test(value)) throw new CellProblem('holds what is no text');
  return value;
}

/** NUL, and halves of characters, which Postgres does not keep. */
const noText = /\0|\p{Surrogate}/u;

/** Whether a value has more bytes than `limit`; of short texts that is seen without counting them. */
function bytesOver(value: Cell, limit: number): boolean {
  if (typeof value === 'string') return value.length * 3 > limit && Buffer.byteLength(value) > limit;
  return Array.isArray(value) && Buffer.byteLength(JSON.stringify(value)) > limit;
}

/** A cell of a CSV file, as a value of its column. Throws CellProblem. */
export function cellOfText(column: TableColumn, text: string): Cell {
  if (text.trim() === '') return null;
  return keptCell(column, readers[column.type](text));
}

const readers: Record<TableColumn['type'], (text: string) => unknown> = {
  text: (text) => text,
  date: (text) => text.trim(),
  instant: (text) => text.trim(),
  number: (text) => (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : text),
  boolean: (text) =>
    ({ true: true, yes: true, 1: true, false: false, no: false, 0: false })[text.trim().toLowerCase()] ?? text,
  list: (text) => {
    if (!text.startsWith('[')) return text.split(';').map((item) => item.trim());
    try {
      return JSON.parse(text) as unknown;
    } catch {
      throw new CellProblem('takes a list such as a; b');
    }
  },
};

/** The cell as a CSV file shows it; `cellOfText` reads the same value out of it. */
export function textOfCell(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return '';
  if (!Array.isArray(cell)) return String(cell);
  const plain = cell.every((item) => item !== '' && item === item.trim() && !/^\[|;/.test(item));
  return plain ? cell.join('; ') : JSON.stringify(cell);
}

/** A value for each column, null where there is none. */
export function valuesOf(columns: TableColumn[], cells: Cells): Cells {
  return Object.fromEntries(columns.map(({ name }) => [name, cells[name] ?? null]));
}
