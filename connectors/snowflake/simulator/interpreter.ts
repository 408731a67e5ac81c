import type { JsonObject, JsonValue } from '@castellan/sdk';
import { bareName, partsOf } from '../snowflake-names.js';
import { refuse, type Session, type SnowflakeResult, type SnowflakeState, type SnowflakeTable } from './state.js';

const name = '"(?:[^"]|"")+"';
const table = `${name}(?:\\.${name}){0,2}`;
const names = `\\(${name}(?:, ${name})*\\)`;
const source = `SELECT (?<casts>.+) FROM TABLE\\(FLATTEN\\(INPUT => PARSE_JSON\\(\\?\\)\\)\\)`;

/** The two statements by which the connector writes rows, and nothing else. */
const merge = new RegExp(
  `^MERGE INTO (?<table>${table}) AS target USING \\(${source}\\) AS source ON (?<on>.+?)` +
    `(?: WHEN MATCHED THEN UPDATE SET (?<set>.+?))? WHEN NOT MATCHED THEN INSERT (?<insert>${names}) VALUES .+$`,
);
const insert = new RegExp(`^INSERT INTO (?<table>${table}) (?<insert>${names}) ${source}$`);
const cast = new RegExp(
  `(?:STRIP_NULL_VALUE\\(value\\[(\\d+)\\]\\)|value\\[(\\d+)\\]::TEXT(?:::([A-Z_]+(?:\\(38, \\d+\\))?))?) AS (${name})`,
  'g',
);

/** Runs a statement of the connector; null if it is another. */
export function interpret(state: SnowflakeState, statement: string, session: Session): SnowflakeResult | null {
  const merging = merge.exec(statement)?.groups;
  const groups = merging ?? insert.exec(statement)?.groups;
  if (!groups) return null;
  const target = tableOf(state, groups.table!, session);
  const rows = sourceRows(groups.casts!, session);
  requireColumns(target, groups.insert!);
  if (!merging) {
    target.rows.push(...rows);
    return counted({ inserted: rows.length });
  }
  requireColumns(target, groups.set ?? '');
  const keys = [...groups.on!.matchAll(new RegExp(`target\\.(${name})`, 'g'))].map(([, key]) => bareName(key!));
  return mergeRows(target, rows, keys, groups.set !== undefined);
}

function mergeRows(target: SnowflakeTable, rows: JsonObject[], keys: string[], updates: boolean): SnowflakeResult {
  const isSame = (one: JsonObject, other: JsonObject) =>
    keys.every((key) => one[key] !== null && other[key] !== null && String(one[key]) === String(other[key]));
  const fresh: JsonObject[] = [];
  const touched = new Set<JsonObject>();
  let updated = 0;
  for (const row of rows) {
    const held = target.rows.filter((one) => isSame(one, row));
    if (held.length === 0) fresh.push(row);
    else if (updates) {
      for (const one of held) {
        if (touched.has(one)) refuse('100090', '42P18', 'Duplicate row detected during DML action');
        touched.add(Object.assign(one, row));
        updated += 1;
      }
    }
  }
  target.rows.push(...fresh);
  return counted({ inserted: fresh.length, ...(updates ? { updated } : {}) });
}

/** What Snowflake answers to a change: a row with how many rows it was. */
function counted(counts: { inserted: number; updated?: number }): SnowflakeResult {
  const entries = Object.entries(counts);
  return {
    columns: entries.map(([verb]) => ({ name: `number of rows ${verb}`, type: 'fixed', scale: 0 })),
    rows: [entries.map(([, count]) => String(count))],
    stats: {
      numRowsInserted: counts.inserted,
      numRowsUpdated: counts.updated ?? 0,
      numRowsDeleted: 0,
      numDuplicateRowsUpdated: 0,
    },
  };
}

/** The bound rows, each an object by the columns that the statement makes of it. */
function sourceRows(casts: string, { bindings }: Session): JsonObject[] {
  const bound = bindings['1'];
  if (typeof bound?.value !== 'string') refuse('002049', '42601', 'SQL compilation error: Bind variable ? not set.');
  const rows = JSON.parse(bound.value) as JsonValue[][];
  const columns = [...casts.matchAll(cast)].map(([, json, text, type, column]) => ({
    index: Number(json ?? text),
    type: json === undefined ? (type ?? 'TEXT') : 'JSON',
    name: bareName(column!),
  }));
  return rows.map((row) =>
    Object.fromEntries(columns.map(({ index, type, name }) => [name, converted(row[index] ?? null, type)])),
  );
}

function converted(value: JsonValue, type: string): JsonValue {
  if (value === null || type === 'JSON') return value;
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  if (type === 'TEXT') return text;
  if (type === 'DOUBLE' || type.startsWith('NUMBER')) {
    if (!Number.isFinite(Number(text))) refuse('100038', '22018', `Numeric value '${text}' is not recognized`);
    return Number.isSafeInteger(Number(text)) ? Number(text) : text;
  }
  if (type === 'BOOLEAN') {
    if (!/^(?:true|false|yes|no|1|0|on|off|t|f|y|n)$/i.test(text)) {
      refuse('100037', '22018', `Boolean value '${text}' is not recognized`);
    }
    return /^(?:true|yes|1|on|t|y)$/i.test(text);
  }
  const isTime = type === 'TIME' ? /^\d\d:\d\d/.test(text) : !Number.isNaN(Date.parse(text));
  if (!isTime) refuse('100035', '22007', `${type === 'DATE' ? 'Date' : 'Timestamp'} '${text}' is not recognized`);
  return text;
}

/** The table of this name, in the session's schema and database where the name has none. */
export function tableOf(state: SnowflakeState, written: string, session: Session): SnowflakeTable {
  const { database, schema, name } = placeOf(written, session);
  const found = state.tables.find((one) => one.name === name && one.schema === schema && one.database === database);
  if (found) return found;
  return refuse(
    '002003',
    '42S02',
    `SQL compilation error:\nObject '${database}.${schema}.${name}' does not exist or not authorized.`,
  );
}

/** Where a name leads. */
export function placeOf(written: string, session: Session): { database: string; schema: string; name: string } {
  const [name = '', schema = session.schema, database = session.database] = partsOf(written).map(bareName).reverse();
  if (!database || !schema) {
    refuse('090105', '22000', 'Cannot perform operation. This session does not have a current database or schema.');
  }
  return { database, schema, name };
}

function requireColumns({ columns }: SnowflakeTable, written: string): void {
  const wanted = [...written.matchAll(new RegExp(name, 'g'))].map(([one]) => bareName(one));
  const unknown = wanted.find((one) => !columns.some(({ name }) => name === one));
  if (unknown !== undefined) refuse('000904', '42000', `SQL compilation error: invalid identifier '${unknown}'`);
}
