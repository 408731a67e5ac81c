import { FatalError, type Host, type JsonObject, operation } from '@castellan/sdk';
import { z } from 'zod';
import { bareName, identifier, partsOf, tableField, writtenName } from './snowflake-names.js';
import { bindingsOf } from './snowflake-sql.js';
import { resultOf, rowsOf, submit, untilEnd } from './snowflake-statements.js';

const docs = 'https://docs.snowflake.com/en/sql-reference/info-schema';
const seconds = 30;

const tablesStatement =
  'SELECT table_schema, table_name FROM information_schema.tables WHERE table_schema <> ? ORDER BY table_schema, table_name';

/** In the connection's database, or in another. */
const columnsStatement = (database?: string) =>
  `SELECT column_name, data_type FROM ${database ? `${identifier(database)}.` : ''}information_schema.columns WHERE table_schema = COALESCE(?, CURRENT_SCHEMA()) AND table_name = ? ORDER BY ordinal_position`;

async function read(
  host: Host,
  statement: string,
  parameters: (string | null)[],
  limit: number,
): Promise<JsonObject[]> {
  const handle = await submit(host, { statement, bindings: bindingsOf(parameters), timeout: seconds });
  const seen = await untilEnd(host, handle, seconds + 5);
  if (seen.state !== 'running') return (await rowsOf(host, resultOf(seen), limit)).items;
  throw new FatalError('Snowflake did not tell in time.', { code: 'E_TIMEOUT' });
}

export const snowflakeChoices = {
  listTables: operation({
    title: 'List tables',
    docs: `${docs}/tables`,
    summary: 'The tables and views of the connection’s database that its role may see.',
    input: z.strictObject({ limit: z.int().min(1).max(10_000).default(1_000).meta({ title: 'At most' }) }),
    output: z.object({ items: z.array(z.object({ table: z.string(), schema: z.string(), name: z.string() })) }),
    choice: { value: 'table', label: 'table' },
    effect: 'read',
    async run({ limit }, host) {
      const rows = await read(host, tablesStatement, ['INFORMATION_SCHEMA'], limit);
      return {
        items: rows.map((row) => {
          const [schema, name] = [String(row.TABLE_SCHEMA), String(row.TABLE_NAME)];
          return { table: `${writtenName(schema)}.${writtenName(name)}`, schema, name };
        }),
      };
    },
    sample: {
      input: { limit: 1_000 },
      output: { items: [{ table: 'GOVERNANCE.ACCESS_EVENTS', schema: 'GOVERNANCE', name: 'ACCESS_EVENTS' }] },
    },
  }),

  listColumns: operation({
    title: 'List columns',
    docs: `${docs}/columns`,
    summary: 'The columns of a table, with their types.',
    input: z.strictObject({ table: tableField }),
    output: z.object({ items: z.array(z.object({ column: z.string(), type: z.string() })) }),
    choice: { value: 'column', label: 'column' },
    options: { '/table': 'listTables' },
    effect: 'read',
    async run({ table }, host) {
      const [name = '', schema, database] = partsOf(table).reverse();
      const named = [schema === undefined ? null : bareName(schema), bareName(name)];
      const rows = await read(host, columnsStatement(database), named, 1_000);
      return {
        items: rows.map((row) => ({ column: writtenName(String(row.COLUMN_NAME)), type: String(row.DATA_TYPE) })),
      };
    },
    sample: {
      input: { table: 'GOVERNANCE.ACCESS_EVENTS' },
      output: { items: [{ column: 'EVENT_ID', type: 'TEXT' }] },
    },
  }),
};
