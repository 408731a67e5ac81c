import { operation, text } from '@castellan/sdk';
import { z } from 'zod';
import { bareName, partsOf, tableField, writtenName } from './sql-names.js';

export const docs = 'https://www.postgresql.org/docs/current';

const statement = text('sql', { multiline: true })
  .min(1)
  .meta({ title: 'Statement', text: 'sql', multiline: true })
  .describe('One statement. Write $1, $2 where values belong, and give them as parameters: nothing is pasted in.');

const parameters = z
  .array(z.unknown())
  .max(1_000)
  .default([])
  .meta({ title: 'Parameters' })
  .describe('The values of $1, $2 and so on. A list or an object goes as JSON, for $1::jsonb.');

export const timeoutField = (seconds: number) =>
  z
    .int()
    .min(1)
    .max(3_600)
    .default(seconds)
    .meta({ title: 'Timeout in seconds' })
    .describe('The server ends a statement that takes longer, and keeps nothing of it.');

const limit = z.int().min(1).max(50_000).default(1_000).meta({ title: 'At most so many rows' });

const row = z.record(z.string(), z.json());

const rows = z.object({
  items: z.array(row).describe('Each row by the names of its columns.'),
  more: z.boolean().describe('There are more rows than were asked for.'),
});

const tablesStatement =
  "select table_schema, table_name from information_schema.tables where table_schema not in ('pg_catalog', 'information_schema') order by 1, 2";

const columnsStatement =
  'select column_name, data_type from information_schema.columns where table_schema = coalesce($1, current_schema()) and table_name = $2 order by ordinal_position';

const choices = 10_000;

export const sqlStatements = {
  query: operation({
    title: 'Query rows',
    docs: `${docs}/sql-select.html`,
    summary: 'Reads the rows of a SELECT, in a transaction that the server keeps from changing anything.',
    input: z.strictObject({ statement, parameters, limit, timeoutSeconds: timeoutField(30) }),
    output: rows,
    effect: 'read',
    async run(input, { database }) {
      const { statement, parameters, limit, timeoutSeconds } = input;
      const asked = { text: statement, values: parameters as never, timeoutSeconds };
      const { rows, more } = await database!.read(asked, limit);
      return { items: rows, more };
    },
    sample: {
      input: {
        statement: 'SELECT id, email, ends_on FROM contractors WHERE ends_on < $1 ORDER BY ends_on',
        parameters: ['2026-02-01'],
        limit: 1_000,
        timeoutSeconds: 30,
      },
      output: { items: [{ id: 17, email: 'mia.keller@example.com', ends_on: '2026-01-31' }], more: false },
    },
  }),

  execute: operation({
    title: 'Run a statement',
    docs: `${docs}/sql-commands.html`,
    summary: 'Runs one statement that changes something, in a transaction of its own.',
    input: z.strictObject({ statement, parameters, timeoutSeconds: timeoutField(60) }),
    output: z.object({
      count: z.int().describe('How many rows it changed.'),
      items: z.array(row).describe('What it returns, by RETURNING.'),
    }),
    effect: 'destructive',
    // Nothing tells one running of a statement from the next: after a lost answer a person must look.
    idempotency: 'none',
    withoutBefore: 'A statement may change whatever its user may, and nothing tells what from its text.',
    changes: () => [{ action: 'update', object: { type: 'sql_statement', id: 'statement' } }],
    async run({ statement, parameters, timeoutSeconds }, { database }) {
      const asked = { text: statement, values: parameters as never, timeoutSeconds };
      const [result] = await database!.write([asked]);
      return { count: result!.count, items: result!.rows };
    },
    sample: {
      input: {
        statement: 'UPDATE contractors SET disabled = true WHERE id = $1 RETURNING email',
        parameters: [17],
        timeoutSeconds: 60,
      },
      output: { count: 1, items: [{ email: 'mia.keller@example.com' }] },
    },
  }),

  listTables: operation({
    title: 'List tables',
    docs: `${docs}/infoschema-tables.html`,
    summary: 'The tables and views that the user may see.',
    input: z.strictObject({}),
    output: z.object({ items: z.array(z.object({ table: z.string(), schema: z.string(), name: z.string() })) }),
    choice: { value: 'table', label: 'table' },
    effect: 'read',
    async run(_, { database }) {
      const { rows } = await database!.read({ text: tablesStatement, values: [], timeoutSeconds: 15 }, choices);
      return {
        items: rows.map((one) => {
          const [schema, name] = [String(one.table_schema), String(one.table_name)];
          return { table: `${writtenName(schema)}.${writtenName(name)}`, schema, name };
        }),
      };
    },
    sample: { input: {}, output: { items: [{ table: 'hr.people', schema: 'hr', name: 'people' }] } },
  }),

  listColumns: operation({
    title: 'List columns',
    docs: `${docs}/infoschema-columns.html`,
    summary: 'The columns of a table, with their types.',
    input: z.strictObject({ table: tableField }),
    output: z.object({ items: z.array(z.object({ column: z.string(), type: z.string() })) }),
    choice: { value: 'column', label: 'column' },
    options: { '/table': 'listTables' },
    effect: 'read',
    async run({ table }, { database }) {
      const [name = '', schema] = partsOf(table).map(bareName).reverse();
      const values = [schema ?? null, name];
      const { rows } = await database!.read({ text: columnsStatement, values, timeoutSeconds: 15 }, choices);
      return {
        items: rows.map((one) => ({ column: writtenName(String(one.column_name)), type: String(one.data_type) })),
      };
    },
    sample: { input: { table: 'hr.people' }, output: { items: [{ column: 'email', type: 'text' }] } },
  }),
};
