import {
  type Host,
  type InputProblem,
  type JsonObject,
  type JsonValue,
  operation,
  UnknownOutcomeError,
} from '@castellan/sdk';
import { z } from 'zod';
import { columnField, identifier, tableField, tableIdentifier } from './snowflake-names.js';
import { countsOf } from './snowflake-queries.js';
import { write } from './snowflake-statements.js';

const columns = z
  .array(
    z.strictObject({
      column: columnField,
      type: z
        .enum(['text', 'number', 'boolean', 'date', 'time', 'timestamp_tz', 'timestamp_ntz', 'json'])
        .default('text')
        .meta({ title: 'Type' })
        .describe('What a row’s text is taken as. json is for a VARIANT, OBJECT or ARRAY.'),
    }),
  )
  .min(1)
  .max(200)
  .meta({ title: 'Columns' })
  .describe('Those that are written. Other fields of a row are left out.');

const rows = z
  .array(z.record(z.string(), z.unknown()))
  .max(100_000)
  .meta({ title: 'Rows' })
  .describe('A list of objects with a field for each column, named like it. A field that is missing is NULL.');

type ChosenColumn = z.output<typeof columns>[number];
type Row = z.output<typeof rows>[number];

/** Of one statement: its rows travel as one text, which is bound. */
const batchRows = 5_000;
const batchBytes = 1024 * 1024;

/** Where a row's value is; fields are named like columns are written, in any case where those are plain. */
function fieldOf(row: Row, column: string): JsonValue {
  if (Object.hasOwn(row, column)) return (row[column] ?? null) as JsonValue;
  const name = Object.keys(row).find((one) => identifier(one) === identifier(column));
  return name === undefined ? null : ((row[name] ?? null) as JsonValue);
}

/** What a column's value is made of: the row is a JSON list, `value`, with its cells by their number. */
function cast({ type }: ChosenColumn, index: number, cells: JsonValue[]): string {
  const cell = `value[${index}]`;
  switch (type) {
    case 'json':
      return `STRIP_NULL_VALUE(${cell})`;
    case 'number':
      return `${cell}::TEXT::${numberType(cells)}`;
    case 'text':
      return `${cell}::TEXT`;
    default:
      return `${cell}::TEXT::${type.toUpperCase()}`;
  }
}

/** With as many decimals as the values have, since a NUMBER of Snowflake has none unless it is told. */
function numberType(cells: JsonValue[]): string {
  const texts = cells.filter((cell) => cell !== null).map(String);
  if (texts.some((text) => /e/i.test(text))) return 'DOUBLE';
  const decimals = texts.map((text) => text.split('.')[1]?.length ?? 0);
  return `NUMBER(38, ${Math.min(
    37,
    decimals.reduce((most, one) => Math.max(most, one), 0),
  )})`;
}

/** The bound rows as a table of the chosen columns. */
function sourceOf(chosen: ChosenColumn[], cells: JsonValue[][]): string {
  const selected = chosen.map((one, index) => {
    const ofColumn = cells.map((row) => row[index] ?? null);
    return `${cast(one, index, ofColumn)} AS ${identifier(one.column)}`;
  });
  return `SELECT ${selected.join(', ')} FROM TABLE(FLATTEN(INPUT => PARSE_JSON(?)))`;
}

function mergeStatement(table: string, chosen: ChosenColumn[], key: string[], cells: JsonValue[][]): string {
  const names = chosen.map(({ column }) => identifier(column));
  const keys = key.map(identifier);
  const others = names.filter((name) => !keys.includes(name));
  return [
    `MERGE INTO ${tableIdentifier(table)} AS target`,
    `USING (${sourceOf(chosen, cells)}) AS source`,
    `ON ${keys.map((name) => `target.${name} = source.${name}`).join(' AND ')}`,
    ...(others.length > 0
      ? [`WHEN MATCHED THEN UPDATE SET ${others.map((name) => `${name} = source.${name}`).join(', ')}`]
      : []),
    `WHEN NOT MATCHED THEN INSERT (${names.join(', ')})`,
    `VALUES (${names.map((name) => `source.${name}`).join(', ')})`,
  ].join(' ');
}

function insertStatement(table: string, chosen: ChosenColumn[], cells: JsonValue[][]): string {
  const names = chosen.map(({ column }) => identifier(column));
  return `INSERT INTO ${tableIdentifier(table)} (${names.join(', ')}) ${sourceOf(chosen, cells)}`;
}

/** The rows' cells in the columns' order, cut into parts that one statement takes. */
function batchesOf(chosen: ChosenColumn[], given: Row[]): JsonValue[][][] {
  const batches: JsonValue[][][] = [];
  let bytes = Infinity;
  for (const row of given) {
    const cells = chosen.map(({ column }) => fieldOf(row, column));
    const size = Buffer.byteLength(JSON.stringify(cells)) + 1;
    if (bytes + size > batchBytes || batches.at(-1)!.length >= batchRows) {
      batches.push([]);
      bytes = 0;
    }
    batches.at(-1)!.push(cells);
    bytes += size;
  }
  return batches;
}

/** Of rows with one key the last counts, as if they were written one after the other. */
function lastOfEachKey(given: Row[], key: string[]): Row[] {
  const byKey = new Map<string, Row>();
  for (const row of given) {
    const name = JSON.stringify(key.map((column) => String(fieldOf(row, column))));
    byKey.delete(name);
    byKey.set(name, row);
  }
  return [...byKey.values()];
}

const isNested = (value: JsonValue) => value !== null && typeof value === 'object';

/** What is wrong with columns and rows beyond their shape; at most a handful of rows is named. */
function rowProblems({ columns: chosen, rows: given }: { columns: ChosenColumn[]; rows: Row[] }): InputProblem[] {
  const names = chosen.map(({ column }) => identifier(column));
  const twice = names.findIndex((name, index) => names.indexOf(name) !== index);
  const problems = twice < 0 ? [] : [{ pointer: `/columns/${twice}/column`, message: 'The column is named twice.' }];
  for (const [index, { column, type }] of chosen.entries()) {
    const cells = given.map((row) => fieldOf(row, column));
    if (given.length > 0 && !given.some((row) => Object.keys(row).some((name) => identifier(name) === names[index]))) {
      problems.push({ pointer: `/columns/${index}/column`, message: `No row has a field ${column}.` });
    }
    const nested = type === 'json' ? -1 : cells.findIndex(isNested);
    if (nested >= 0) {
      const message = `A list or an object belongs in a column of type json, not in ${column} (${type}).`;
      problems.push({ pointer: `/rows/${nested}`, message });
    }
    const wrong = type === 'number' ? cells.findIndex((cell) => cell !== null && !isNumber(cell)) : -1;
    if (wrong >= 0) problems.push({ pointer: `/rows/${wrong}`, message: `${column} is not a number.` });
  }
  return problems;
}

function isNumber(cell: JsonValue): boolean {
  return typeof cell === 'number' || (typeof cell === 'string' && /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(cell));
}

function keyProblems(input: { columns: ChosenColumn[]; key: string[]; rows: Row[] }): InputProblem[] {
  const names = input.columns.map(({ column }) => identifier(column));
  return input.key.flatMap((column, index) => {
    const place = names.indexOf(identifier(column));
    const pointer = `/key/${index}`;
    if (place < 0) return [{ pointer, message: `${column} is none of the columns.` }];
    if (input.columns[place]!.type === 'json') return [{ pointer, message: `${column} is JSON, which is no key.` }];
    const empty = input.rows.findIndex((row) => fieldOf(row, column) === null);
    const message = `The row has no ${column}: nothing is found by NULL, so each repeat would write it again.`;
    return empty < 0 ? [] : [{ pointer: `/rows/${empty}`, message }];
  });
}

const written = z.object({ rowsInserted: z.int(), rowsUpdated: z.int() });

/** Writes batch after batch. Each is a whole, and under its own request id: what is repeated is not written twice. */
async function writeBatches(
  host: Host,
  batches: JsonValue[][][],
  statement: (cells: JsonValue[][]) => string,
  timeout: number,
): Promise<z.output<typeof written>> {
  const total = { rowsInserted: 0, rowsUpdated: 0 };
  let done = 0;
  for (const [part, cells] of batches.entries()) {
    const bound = { type: 'TEXT', value: JSON.stringify(cells) };
    const wanted = { statement: statement(cells), bindings: { '1': bound }, timeout };
    const result = await write(host, wanted, part).catch((error: Error) => {
      if (done === 0) throw error;
      throw new UnknownOutcomeError(`The first ${done} rows are written, the others are not: ${error.message}`, {
        cause: error,
      });
    });
    const { rowsInserted, rowsUpdated } = countsOf(result);
    total.rowsInserted += rowsInserted;
    total.rowsUpdated += rowsUpdated;
    done += cells.length;
  }
  return total;
}

const timeoutSeconds = z
  .int()
  .min(1)
  .max(86_400)
  .default(300)
  .meta({ title: 'Timeout in seconds' })
  .describe('Of each statement, with at most 5,000 rows or 1 MiB. Snowflake ends one that takes longer.');

/** For a statement that takes longer than a call looks on. */
const retry = { attempts: 40, firstSeconds: 2, factor: 1.5, maxSeconds: 60 };

const sampleColumns = [
  { column: 'event_id', type: 'text' as const },
  { column: 'person', type: 'text' as const },
  { column: 'action', type: 'text' as const },
  { column: 'at', type: 'timestamp_tz' as const },
];

const sampleRow: JsonObject = {
  event_id: 'evt-2001',
  person: 'tom.fischer@example.com',
  action: 'revoke',
  at: '2026-01-13T08:00:00Z',
};

const options = { '/table': 'listTables', '/columns/*/column': 'listColumns' } as const;

export const snowflakeRows = {
  upsertRows: operation({
    title: 'Write rows by key',
    docs: 'https://docs.snowflake.com/en/sql-reference/sql/merge',
    summary: 'Changes the rows of a table that have the same key, and adds those that are new, by MERGE.',
    input: z.strictObject({
      table: tableField,
      columns,
      key: z
        .array(columnField)
        .min(1)
        .max(20)
        .meta({ title: 'Key' })
        .describe('Of the columns those that tell which row is which. Of rows with one key the last counts.'),
      rows,
      timeoutSeconds,
    }),
    output: written,
    options: { ...options, '/key/*': 'listColumns' },
    effect: 'write',
    idempotency: 'natural',
    retry,
    check: (input) => [...rowProblems(input), ...keyProblems(input)],
    changes: ({ table, rows: given }) => [
      { action: 'update', object: { type: 'snowflake_table', id: table, title: `${table} (${given.length} rows)` } },
    ],
    run: (input, host) =>
      writeBatches(
        host,
        batchesOf(input.columns, lastOfEachKey(input.rows, input.key)),
        (cells) => mergeStatement(input.table, input.columns, input.key, cells),
        input.timeoutSeconds,
      ),
    sample: {
      input: {
        table: 'access_events',
        columns: sampleColumns,
        key: ['event_id'],
        rows: [sampleRow, { ...sampleRow, event_id: 'evt-1001', person: 'jane.doe@example.com' }],
        timeoutSeconds: 300,
      },
      output: { rowsInserted: 1, rowsUpdated: 1 },
    },
  }),

  appendRows: operation({
    title: 'Append rows',
    docs: 'https://docs.snowflake.com/en/sql-reference/sql/insert',
    summary: 'Adds rows to a table, whatever is there already. A repeat of the same step adds none twice.',
    input: z.strictObject({ table: tableField, columns, rows, timeoutSeconds }),
    output: written.pick({ rowsInserted: true }),
    options,
    effect: 'write',
    idempotency: 'key',
    retry,
    check: rowProblems,
    changes: ({ table, rows: given }) => [
      { action: 'create', object: { type: 'snowflake_table', id: table, title: `${table} (${given.length} rows)` } },
    ],
    async run(input, host) {
      const { rowsInserted } = await writeBatches(
        host,
        batchesOf(input.columns, input.rows),
        (cells) => insertStatement(input.table, input.columns, cells),
        input.timeoutSeconds,
      );
      return { rowsInserted };
    },
    sample: {
      input: { table: 'access_events', columns: sampleColumns, rows: [sampleRow], timeoutSeconds: 300 },
      output: { rowsInserted: 1 },
    },
  }),
};
