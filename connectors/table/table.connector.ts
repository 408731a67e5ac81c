import {
  type Change,
  customAuth,
  defineConnector,
  FatalError,
  type Host,
  type HostTable,
  type JsonObject,
  type JsonValue,
  operation,
} from '@castellan/sdk';
import { z } from 'zod';

const docs = 'https://www.postgresql.org/docs/current';

const cell = z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()]);
const cells = z.record(z.string(), cell);

const row = z.object({
  key: z.string(),
  values: cells,
  version: z.int(),
  updatedAt: z.string(),
});

const key = cells.meta({ title: 'Key' }).describe('A value for each column of the table’s key, by the column’s name.');
const values = cells
  .meta({ title: 'Values' })
  .describe('Values of other columns, by name. What is left out stays as it is; null takes a value away.');

const condition = z.strictObject({
  column: z.string().min(1).meta({ title: 'Column' }),
  op: z
    .enum(['eq', 'ne', 'lt', 'lte', 'gt', 'gte', 'contains', 'startsWith', 'in', 'empty', 'notEmpty'])
    .default('eq')
    .meta({ title: 'Is' }),
  value: cell.optional().meta({ title: 'Value' }).describe('A list for “in”; nothing for “empty” and “notEmpty”.'),
});
const where = z
  .array(condition)
  .default([])
  .meta({ title: 'Where' })
  .describe('Conditions that must all hold. “contains” and “startsWith” do not mind upper case.');

const longest = 1_000;

/** The table of a step, which its slot names. */
function tableOf({ table }: Host): HostTable {
  if (!table) throw new FatalError('No table is chosen for this step.', { code: 'E_INPUT' });
  return table;
}

interface Keyed {
  key: JsonObject;
}

function changeOf(action: 'update' | 'delete', { key }: Keyed): Change[] {
  const title = Object.values(key).map(String).join(' · ');
  return [{ action, object: { type: 'table_row', id: JSON.stringify(key), ...(title ? { title } : {}) } }];
}

const asJson = (value: unknown) => value as JsonValue;
const before = async ({ key }: Keyed, host: Host) => asJson(await tableOf(host).get(key));

interface Before {
  values: JsonObject;
  version: number;
}

/** What was there before, written back: all columns but those by which the row is told. */
function restored({ key }: Keyed, { values }: Before): { key: JsonObject; values: JsonObject } {
  const others = Object.entries(values).filter(([name]) => !Object.hasOwn(key, name));
  return { key, values: Object.fromEntries(others) };
}

/** A write is taken back only if nobody wrote the row since. */
function undoWrite(input: Keyed, { row }: { row: { version: number } }, was: JsonValue) {
  const before = was as unknown as Before | null;
  if (before === null) return { operation: 'delete', input: { key: input.key, version: row.version } };
  if (before.version === row.version) return null;
  return { operation: 'compareAndSet', input: { ...restored(input, before), version: row.version } };
}

const sampleKey = { department: 'Engineering', title: 'Engineer', system: 'opal', resource: 'AWS Production' };
const sampleRow = {
  key: '["Engineering","Engineer","opal","AWS Production"]',
  values: { ...sampleKey, access_level: 'ReadOnlyAccess' },
  version: 7,
  updatedAt: '2026-03-01T09:00:00.000Z',
};
const earlierRow = { ...sampleRow, values: { ...sampleRow.values, access_level: null }, version: 3 };
const sampleWhere = [{ column: 'department', op: 'eq' as const, value: 'Engineering' }];

/** Rows of the workspace's own tables. A slot of this connector is filled with a table, as others are with a connection. */
export const table = defineConnector({
  id: 'table',
  title: 'Table',
  docs: `${docs}/ddl-basics.html`,
  judgedBy: 'own',
  auth: [customAuth({ kind: 'table', title: 'A table of this workspace', fields: {}, credentials: () => ({}) })],
  sampleConnection: { kind: 'table', fields: {} },
  test: async () => ({ said: 'The table is in the database of this server.' }),
  operations: {
    find: operation({
      title: 'Find a row',
      docs: `${docs}/sql-select.html`,
      summary: 'The first row, by its key, for which all conditions hold.',
      input: z.strictObject({ where }),
      output: z.object({ found: z.boolean(), row: row.nullable() }),
      options: { '/where/*/column': 'listColumns' },
      effect: 'read',
      run: async ({ where }, host) => {
        const [first] = await tableOf(host).list({ filters: where, limit: 1 });
        return { found: first !== undefined, row: first ? { ...first, values: first.values as never } : null };
      },
      sample: { input: { where: sampleWhere }, output: { found: true, row: sampleRow } },
    }),

    list: operation({
      title: 'List rows',
      docs: `${docs}/sql-select.html`,
      summary: 'The rows for which all conditions hold, sorted by a column or by their key.',
      input: z.strictObject({
        where,
        sort: z.string().min(1).optional().meta({ title: 'Sorted by' }).describe('A column; left out: by key.'),
        descending: z.boolean().default(false).meta({ title: 'Largest first' }),
        limit: z.int().min(1).max(longest).default(longest).meta({ title: 'At most' }),
      }),
      output: z.object({ items: z.array(row) }),
      options: { '/where/*/column': 'listColumns', '/sort': 'listColumns' },
      effect: 'read',
      run: async ({ where, ...how }, host) => ({
        items: (await tableOf(host).list({ filters: where, ...how })).map((one) => ({
          ...one,
          values: one.values as never,
        })),
      }),
      sample: { input: { where: sampleWhere, limit: 100 }, output: { items: [sampleRow] } },
    }),

    listColumns: operation({
      title: 'List columns',
      docs: `${docs}/ddl-basics.html`,
      summary: 'The columns of the table.',
      input: z.strictObject({}),
      output: z.object({
        items: z.array(z.object({ name: z.string(), title: z.string(), type: z.string(), isKey: z.boolean() })),
      }),
      choice: { value: 'name', label: 'title' },
      effect: 'read',
      run: async (_, host) => ({ items: await tableOf(host).columns() }),
      sample: {
        input: {},
        output: { items: [{ name: 'department', title: 'Department', type: 'text', isKey: true }] },
      },
    }),

    upsert: operation({
      title: 'Add or change a row',
      docs: `${docs}/sql-insert.html`,
      summary: 'Changes the row with this key, or adds it. A repeat of the same effect writes nothing more.',
      input: z.strictObject({ key, values }),
      output: z.object({ created: z.boolean(), row }),
      effect: 'write',
      idempotency: 'key',
      changes: (input) => changeOf('update', input),
      before,
      run: async ({ key, values }, host) => {
        const { before, after } = await tableOf(host).put(key, values);
        return { created: before === null, row: asJson(after) as never };
      },
      undo: undoWrite,
      sample: {
        input: { key: sampleKey, values: { access_level: 'ReadOnlyAccess' } },
        output: { created: false, row: sampleRow },
        before: earlierRow,
      },
    }),

    compareAndSet: operation({
      title: 'Change a row if nobody did',
      docs: `${docs}/sql-update.html`,
      summary: 'Changes the row only if it still has the version that was read; 0 adds it only if there is none.',
      input: z.strictObject({
        key,
        values,
        version: z
          .int()
          .min(0)
          .meta({ title: 'Version' })
          .describe('As it was read; with another one the step fails with status 409. 0: there must be no such row.'),
      }),
      output: z.object({ created: z.boolean(), row }),
      effect: 'write',
      idempotency: 'key',
      changes: (input) => changeOf('update', input),
      before,
      run: async ({ key, values, version }, host) => {
        const { before, after } = await tableOf(host).put(key, values, version);
        return { created: before === null, row: asJson(after) as never };
      },
      undo: undoWrite,
      sample: {
        input: { key: sampleKey, values: { access_level: 'ReadOnlyAccess' }, version: 3 },
        output: { created: false, row: sampleRow },
        before: earlierRow,
      },
    }),

    delete: operation({
      title: 'Remove a row',
      docs: `${docs}/sql-delete.html`,
      summary: 'Removes the row with this key; nothing to do where there is none.',
      input: z.strictObject({
        key,
        version: z
          .int()
          .min(1)
          .optional()
          .meta({ title: 'Version' })
          .describe('Only if the row still has it; else the step fails with status 409.'),
      }),
      output: z.object({ removed: z.boolean() }),
      effect: 'destructive',
      idempotency: 'key',
      changes: (input) => changeOf('delete', input),
      before,
      run: async ({ key, version }, host) => ({ removed: (await tableOf(host).remove(key, version)).before !== null }),
      undo: (input, _, was) =>
        was === null
          ? null
          : { operation: 'compareAndSet', input: { ...restored(input, was as unknown as Before), version: 0 } },
      sample: { input: { key: sampleKey }, output: { removed: true }, before: sampleRow },
    }),
  },
});
