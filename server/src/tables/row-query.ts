import type { FilterOp, RowFilter, TableColumn } from '@castellan/api';
import type { Sql } from '../platform/database/index.js';
import { CellProblem, keptCell } from './cells.js';
import { RowRefusal } from './row-refusal.js';
import type { KeptRow, Table } from './table-row.js';

/** Which rows, in which order. */
export interface RowQuery {
  filters: RowFilter[];
  /** A column; left out: by key. */
  sort?: string | undefined;
  descending?: boolean;
}

interface Place {
  at: string | null;
  key: string;
}

/** A page of rows and where the next one begins; null at the end. */
export interface RowPage {
  rows: KeptRow[];
  next: string | null;
}

/** Conditions as SQL, with its parameters. */
class Where {
  readonly values: unknown[] = [];
  readonly parts: string[] = [];

  constructor(table: Table, filters: RowFilter[]) {
    this.parts.push(`table_id = ${this.given(table.id)}`);
    for (const filter of filters) this.parts.push(this.condition(columnOf(table, filter.column), filter));
  }

  given(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  get text(): string {
    return this.parts.join(' and ');
  }

  private condition(column: TableColumn, { op, value }: RowFilter): string {
    const has = () => `cells ? ${this.given(column.name)}`;
    if (op === 'empty' || ((op === 'eq' || op === 'in') && isNothing(value))) return `not (${has()})`;
    if (op === 'notEmpty' || (op === 'ne' && isNothing(value))) return has();
    if (op === 'eq') return this.holds(column, value);
    if (op === 'ne') return `not (${this.holds(column, value)})`;
    if (op === 'in') {
      const values = Array.isArray(value) && column.type !== 'list' ? value : [value];
      return `(${values.map((one) => this.holds(column, one)).join(' or ')})`;
    }
    if (op === 'contains' && column.type === 'list') return this.holds(column, [value]);
    if (op === 'contains' || op === 'startsWith') return this.match(column, op, value);
    return this.compare(column, op, value);
  }

  /** Equal, found by the index over all cells. A list holds at least what is asked for. */
  private holds(column: TableColumn, value: unknown): string {
    return `cells @> ${this.given(JSON.stringify({ [column.name]: fitting(column, value) }))}::jsonb`;
  }

  private match(column: TableColumn, op: 'contains' | 'startsWith', value: unknown): string {
    const text = `lower(cells->>${this.given(column.name)}::text)`;
    const wanted = `lower(${this.given(String(value ?? ''))}::text)`;
    return op === 'contains' ? `position(${wanted} in ${text}) > 0` : `starts_with(${text}, ${wanted})`;
  }

  private compare(column: TableColumn, op: Extract<FilterOp, 'lt' | 'lte' | 'gt' | 'gte'>, value: unknown): string {
    if (column.type === 'list' || column.type === 'boolean') {
      throw new RowRefusal('invalid', `“${column.title}” is a ${column.type}: nothing is more or less than it.`);
    }
    const sign = { lt: '<', lte: '<=', gt: '>', gte: '>=' }[op];
    const wanted = this.given(fitting(column, value));
    const cell = `cells->>${this.given(column.name)}::text`;
    return column.type === 'number'
      ? `(${cell})::numeric ${sign} ${wanted}::numeric`
      : `(${cell}) collate "C" ${sign} ${wanted}::text`;
  }
}

const isNothing = (value: unknown): boolean =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);

export function columnOf({ name, columns }: Table, wanted: string): TableColumn {
  const column = columns.find((one) => one.name === wanted);
  if (column) return column;
  const known = columns.map((one) => one.name).join(', ');
  throw new RowRefusal('invalid', `“${name}” has no column ${wanted}. It has: ${known}.`);
}

function fitting(column: TableColumn, value: unknown): unknown {
  try {
    return keptCell({ ...column, choices: undefined }, value);
  } catch (error) {
    if (error instanceof CellProblem) throw new RowRefusal('invalid', `“${column.title}” ${error.words}.`);
    throw error;
  }
}

/** What rows are sorted by, never null, so that a page can go on behind any row. */
function sortOf({ type }: TableColumn, name: string): { by: string; cast: string } {
  if (type === 'number') return { by: `coalesce((cells->>${name})::numeric, 'NaN')`, cast: 'numeric' };
  if (type === 'boolean') return { by: `coalesce((cells->>${name})::boolean::int, 2)`, cast: 'int' };
  return { by: `coalesce(lower(cells->>${name}), '') collate "C"`, cast: 'text' };
}

/** One page of rows. Rejects with RowRefusal what does not fit the table. */
export async function readRows(
  sql: Sql,
  table: Table,
  { filters, sort, descending = false }: RowQuery,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<RowPage> {
  const where = new Where(table, filters);
  const place = cursor === undefined ? null : placeOf(cursor);
  const sorting = sort === undefined ? null : sortOf(columnOf(table, sort), `${where.given(sort)}::text`);
  const [way, sign] = descending ? ['desc', '<'] : ['asc', '>'];
  if (place && sorting) {
    const at = `${where.given(place.at)}::${sorting.cast}`;
    const key = where.given(place.key);
    where.parts.push(`(${sorting.by} ${sign} ${at} or (${sorting.by} = ${at} and key > ${key}))`);
  } else if (place) where.parts.push(`key ${sign} ${where.given(place.key)}`);
  const order = sorting ? `${sorting.by} ${way}, key` : `key ${way}`;
  const rows = await sql.query<KeptRow & { place: string | null }>(
    `select key, cells, version::float8 as version, updated_at as "updatedAt",
            ${sorting ? `(${sorting.by})::text` : 'null'} as place
       from table_rows where ${where.text} order by ${order} limit ${where.given(limit + 1)}`,
    where.values,
  );
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next = rows.length > limit && last ? cursorAt({ at: last.place, key: last.key }) : null;
  return { rows: shown.map(({ place: _, ...row }) => row), next };
}

/** How many rows fit. */
export async function countRows(sql: Sql, table: Table, filters: RowFilter[]): Promise<number> {
  if (filters.length === 0) return table.rowCount;
  const where = new Where(table, filters);
  const [row] = await sql.query<{ count: number }>(
    `select count(*)::int as count from table_rows where ${where.text}`,
    where.values,
  );
  return row?.count ?? 0;
}

const cursorAt = (place: Place): string => Buffer.from(JSON.stringify(place)).toString('base64url');

function placeOf(cursor: string): Place {
  try {
    const place = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as Partial<Place> | null;
    if (place && typeof place.key === 'string') return { at: String(place.at), key: place.key };
  } catch {
    // Said below, as of every other cursor that is none of ours.
  }
  throw new RowRefusal('invalid', '/query/cursor: give the `next` of the page before.');
}
