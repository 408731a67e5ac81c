import type { JsonObject, JsonValue } from '@castellan/sdk';
import { identifier, tableIdentifier } from '../snowflake-names.js';
import { tableOf } from './interpreter.js';
import { refuse, type Session, type SnowflakeResult, type SnowflakeState, type SnowflakeTable } from './state.js';

const name = '(?:"(?:[^"]|"")+"|\\w+)';
const condition = `${name} (?:=|<>|<=|>=|<|>) \\?(?:::\\w+)?`;

/** Columns of one table, with conditions that must all hold. There is no more SQL than that here. */
const select = new RegExp(
  `^SELECT (?<distinct>DISTINCT )?(?<columns>${name}(?:, ${name})*) FROM (?<table>IDENTIFIER\\(\\?\\)|${name}(?:\\.${name}){0,2})` +
    `(?: WHERE (?<where>${condition}(?: AND ${condition})*))?(?: ORDER BY (?<order>${name}))?$`,
  'i',
);

/** Answers a query of a table's columns; null if the statement is another. */
export function selectRows(state: SnowflakeState, statement: string, session: Session): SnowflakeResult | null {
  const groups = select.exec(statement.trim().replace(/\s+/g, ' '))?.groups;
  if (!groups) return null;
  const isBound = groups.table!.endsWith('(?)');
  const written = isBound ? String(session.bindings['1']?.value) : groups.table!;
  const table = tableOf(state, tableIdentifier(written), session);
  const columns = namesIn(groups.columns!).map((one) => columnOf(table, one));
  const conditions = conditionsOf(table, groups.where ?? '', session, isBound ? 2 : 1);
  const order = groups.order ? columnOf(table, identifier(groups.order)) : null;
  const found = table.rows.filter((row) => conditions.every((holds) => holds(row)));
  const sorted = order ? found.toSorted((a, b) => compare(a[order.name]!, b[order.name]!, order.type)) : found;
  const rows = sorted.map((row) => columns.map((column) => sent(row[column.name] ?? null, column.type)));
  const seen = new Map(rows.map((row) => [JSON.stringify(row), row]));
  return { columns: columns.map(described), rows: groups.distinct ? [...seen.values()] : rows };
}

const namesIn = (written: string) => [...written.matchAll(new RegExp(name, 'g'))].map(([one]) => identifier(one));

type Column = SnowflakeTable['columns'][number];

function columnOf({ columns }: SnowflakeTable, quoted: string): Column {
  const found = columns.find((column) => `"${column.name}"` === quoted);
  return found ?? refuse('000904', '42000', `SQL compilation error: invalid identifier '${quoted}'`);
}

/** The conditions, whose values are bound from this place on. */
function conditionsOf(
  table: SnowflakeTable,
  where: string,
  { bindings }: Session,
  first: number,
): ((row: JsonObject) => boolean)[] {
  const parts = [...where.matchAll(new RegExp(`(${name}) (=|<>|<=|>=|<|>) \\?`, 'g'))];
  return parts.map(([, written, operator], index) => {
    const column = columnOf(table, identifier(written!));
    const wanted = bindings[String(index + first)]?.value ?? null;
    return (row) => {
      const is = row[column.name] ?? null;
      return is !== null && wanted !== null && operators[operator!]!(compare(is, wanted, column.type));
    };
  });
}

const operators: Record<string, (order: number) => boolean> = {
  '=': (order) => order === 0,
  '<>': (order) => order !== 0,
  '<': (order) => order < 0,
  '>': (order) => order > 0,
  '<=': (order) => order <= 0,
  '>=': (order) => order >= 0,
};

function compare(one: JsonValue, other: JsonValue, type: string): number {
  if (type.startsWith('TIMESTAMP')) return Date.parse(String(one)) - Date.parse(String(other));
  if (type === 'NUMBER') return Number(one) - Number(other);
  return String(one) < String(other) ? -1 : String(one) > String(other) ? 1 : 0;
}

const described = ({ name: title, type }: Column) =>
  type === 'NUMBER'
    ? { name: title, type: 'fixed', scale: 0 }
    : { name: title, type: type.toLowerCase(), ...(type.startsWith('TIMESTAMP') ? { scale: 3 } : {}) };

/** A cell as Snowflake sends it: a text, and instants as seconds with the minutes from UTC. */
function sent(value: JsonValue, type: string): string | null {
  if (value === null) return null;
  if (type.startsWith('TIMESTAMP')) {
    return `${(Date.parse(String(value)) / 1000).toFixed(3)}${type.endsWith('_TZ') ? ' 1440' : ''}`;
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
