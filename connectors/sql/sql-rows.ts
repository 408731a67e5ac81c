import { type InputProblem, type JsonValue, operation } from '@castellan/sdk';
import { z } from 'zod';
import { bareName, columnField, identifier, tableField, tableIdentifier } from './sql-names.js';
import { docs, timeoutField } from './sql-statements.js';

const rowsField = z
  .array(z.record(z.string(), z.unknown()))
  .max(100_000)
  .meta({ title: 'Rows' })
  .describe('A list of objects with a field for each column, named like it. A field that is missing is NULL.');

type Row = z.output<typeof rowsField>[number];

/** Of one statement; all statements of a call are one transaction. */
const batchRows = 5_000;

/** A row's value of a column; names are compared as Postgres compares them. */
function fieldOf(row: Row, column: string): JsonValue {
  const name = Object.hasOwn(row, column)
    ? column
    : Object.keys(row).find((one) => identifier(one) === identifier(column));
  return name === undefined ? null : ((row[name] ?? null) as JsonValue);
}

/**
 * Rows go as one JSON value, and Postgres itself takes each field as the type of its column. How many rows are new is
 * read from a system column, which is 0 for a row that no earlier transaction has touched.
 */
export function upsertStatement(table: string, columns: string[], key: string[]): string {
  const names = columns.map(identifier);
  const keys = key.map(identifier);
  const others = names.filter((name) => !keys.includes(name));
  const conflict =
    others.length === 0
      ? 'do nothing'
      : `do update set ${others.map((name) => `${name} = excluded.${name}`).join(', ')}`;
  return [
    `with written as (insert into ${tableIdentifier(table)} (${names.join(', ')})`,
    `select ${names.join(', ')} from jsonb_populate_recordset(null::${tableIdentifier(table)}, $1::jsonb)`,
    `on conflict (${keys.join(', ')}) ${conflict} returning (xmax = 0) as is_new)`,
    'select count(*) filter (where is_new) as inserted, count(*) filter (where not is_new) as updated from written',
  ].join(' ');
}

/** Of rows with one key the last counts, as if they were written one after the other. */
function lastOfEachKey(rows: Row[], key: string[]): Row[] {
  const byKey = new Map<string, Row>();
  for (const row of rows) byKey.set(JSON.stringify(key.map((column) => String(fieldOf(row, column)))), row);
  return [...byKey.values()];
}

function problems(input: { columns: string[]; key: string[]; rows: Row[] }): InputProblem[] {
  const names = input.columns.map(identifier);
  const twice = names.findIndex((name, index) => names.indexOf(name) !== index);
  return [
    ...(twice < 0 ? [] : [{ pointer: `/columns/${twice}`, message: 'The column is named twice.' }]),
    ...input.columns.flatMap((column, index) =>
      input.rows.length === 0 ||
      input.rows.some((row) => Object.keys(row).some((one) => identifier(one) === names[index]))
        ? []
        : [{ pointer: `/columns/${index}`, message: `No row has a field ${column}.` }],
    ),
    ...input.key.flatMap((column, index) => {
      if (!names.includes(identifier(column)))
        return [{ pointer: `/key/${index}`, message: `${column} is none of the columns.` }];
      const empty = input.rows.findIndex((row) => fieldOf(row, column) === null);
      const message = `The row has no ${column}: nothing is found by NULL, so each repeat would write it again.`;
      return empty < 0 ? [] : [{ pointer: `/rows/${empty}`, message }];
    }),
  ];
}

const sampleRow = { email: 'mia.keller@example.com', name: 'Mia Keller', ends_on: '2026-01-31' };

export const sqlRows = {
  upsertRows: operation({
    title: 'Write rows by key',
    docs: `${docs}/sql-insert.html#SQL-ON-CONFLICT`,
    summary: 'Changes the rows of a table that have the same key, and adds those that are new: all of them or none.',
    input: z.strictObject({
      table: tableField,
      columns: z
        .array(columnField)
        .min(1)
        .max(200)
        .meta({ title: 'Columns' })
        .describe('Those that are written. Other fields of a row are left out.'),
      key: z
        .array(columnField)
        .min(1)
        .max(20)
        .meta({ title: 'Key' })
        .describe('The columns of a primary key or unique index. Of rows with one key the last counts.'),
      rows: rowsField,
      timeoutSeconds: timeoutField(60),
    }),
    output: z.object({ rowsInserted: z.int(), rowsUpdated: z.int() }),
    options: { '/table': 'listTables', '/columns/*': 'listColumns', '/key/*': 'listColumns' },
    effect: 'write',
    idempotency: 'natural',
    check: problems,
    changes: ({ table, rows }) => [
      { action: 'update', object: { type: 'sql_table', id: table, title: `${table} (${rows.length} rows)` } },
    ],
    async run({ table, columns, key, rows, timeoutSeconds }, { database }) {
      const text = upsertStatement(table, columns, key);
      const cells = lastOfEachKey(rows, key).map((row) =>
        Object.fromEntries(columns.map((column) => [bareName(column), fieldOf(row, column)])),
      );
      if (cells.length === 0) return { rowsInserted: 0, rowsUpdated: 0 };
      const count = Math.ceil(cells.length / batchRows);
      const batches = Array.from({ length: count }, (_, index) =>
        cells.slice(index * batchRows, (index + 1) * batchRows),
      );
      const results = await database!.write(batches.map((batch) => ({ text, values: [batch], timeoutSeconds })));
      const sum = (name: string) => results.reduce((total, { rows }) => total + Number(rows[0]![name]), 0);
      return { rowsInserted: sum('inserted'), rowsUpdated: sum('updated') };
    },
    sample: {
      input: {
        table: 'contractors',
        columns: ['email', 'name', 'ends_on'],
        key: ['email'],
        rows: [sampleRow, { ...sampleRow, email: 'tom.fischer@example.com', name: 'Tom Fischer' }],
        timeoutSeconds: 60,
      },
      output: { rowsInserted: 1, rowsUpdated: 1 },
    },
  }),
};
