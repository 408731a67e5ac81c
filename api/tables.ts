import { z } from 'zod';
import { Empty, Id, Instant, Page, PageQuery } from './page.js';
import { route } from './route.js';

/** What a column may hold. A date is a day such as 2026-03-01; an instant is ISO 8601 and kept in UTC. */
export const columnTypes = ['text', 'number', 'boolean', 'date', 'instant', 'list'] as const;
export type ColumnType = (typeof columnTypes)[number];

/** Limits of tables. Lengths are in bytes of UTF-8, a row's as JSON. */
export const tableLimits = {
  tables: 200,
  columns: 50,
  rows: 200_000,
  cellBytes: 16_384,
  rowBytes: 65_536,
  keyBytes: 1_000,
  importBytes: 16 * 1024 * 1024,
} as const;

export const TableColumn = z
  .strictObject({
    name: z.string().regex(/^[a-z][a-z0-9_]{0,47}$/, 'Begin with a letter, then small letters, digits and _.'),
    title: z.string().trim().min(1).max(120),
    type: z.enum(columnTypes),
    /** A text column takes only these. */
    choices: z.array(z.string().min(1).max(200)).max(100).optional(),
  })
  .meta({ id: 'TableColumn' });
export type TableColumn = z.infer<typeof TableColumn>;

export const TableDefinition = z.strictObject({
  name: z.string().trim().min(1).max(120),
  description: z.string().trim().max(1_000).default(''),
  columns: z.array(TableColumn).min(1).max(tableLimits.columns),
  /** The columns that tell one row from another, by name. */
  key: z.array(z.string()).min(1).max(tableLimits.columns),
});
export type TableDefinition = z.infer<typeof TableDefinition>;

export const TableInfo = z
  .object({
    id: Id,
    ...TableDefinition.shape,
    rowCount: z.number().int(),
    /** Flows whose draft or published version names it. */
    usedBy: z.array(z.object({ flowId: Id, flowName: z.string() })),
    updatedAt: Instant,
  })
  .meta({ id: 'Table' });
export type TableInfo = z.infer<typeof TableInfo>;

/** A value of a cell; null where there is none. */
export const Cell = z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()]);
export type Cell = z.infer<typeof Cell>;
const Cells = z.record(z.string(), Cell);
export type Cells = z.infer<typeof Cells>;

/** A table that a template needs, with sample rows. */
export const NeededTable = TableDefinition.extend({ rows: z.array(Cells).max(500).default([]) });
export type NeededTable = z.infer<typeof NeededTable>;

/** Whether a table can be the one that is needed: it may have more columns, and tells its rows apart in the same way. */
export function tableFits({ columns, key }: Pick<TableDefinition, 'columns' | 'key'>, needed: NeededTable): boolean {
  const has = ({ name, type }: TableColumn) => columns.some((one) => one.name === name && one.type === type);
  return needed.columns.every(has) && [...key].sort().join() === [...needed.key].sort().join();
}

/** The table of that name that fits: what several templates need is one table, such as the role map. */
export function tableOfName<Table extends Pick<TableDefinition, 'name' | 'columns' | 'key'>>(
  tables: readonly Table[],
  needed: NeededTable,
): Table | undefined {
  return tables.find((one) => one.name.toLowerCase() === needed.name.toLowerCase() && tableFits(one, needed));
}

export const TableRowInfo = z
  .object({
    /** Names the row in its table. */
    key: z.string(),
    /** Of every column. */
    values: Cells,
    /** Another one after each change. */
    version: z.number().int(),
    updatedAt: Instant,
  })
  .meta({ id: 'TableRow' });
export type TableRowInfo = z.infer<typeof TableRowInfo>;

export const filterOps = [
  'eq',
  'ne',
  'lt',
  'lte',
  'gt',
  'gte',
  'contains',
  'startsWith',
  'in',
  'empty',
  'notEmpty',
] as const;
export type FilterOp = (typeof filterOps)[number];

/** One condition on a column. `in` takes a list; `empty` and `notEmpty` take no value. */
export const RowFilter = z.strictObject({ column: z.string(), op: z.enum(filterOps), value: Cell.optional() });
export type RowFilter = z.infer<typeof RowFilter>;

export const TableChange = z
  .object({
    version: z.number().int(),
    at: Instant,
    key: z.string(),
    before: Cells.nullable(),
    after: Cells.nullable(),
    /** Who did it: a person, or a flow. */
    actor: z.string(),
    runId: Id.nullable(),
    step: z.string().nullable(),
  })
  .meta({ id: 'TableChange' });
export type TableChange = z.infer<typeof TableChange>;

/** What a CSV file would do, or did; with problems it does nothing. */
export const ImportReport = z.object({
  created: z.number().int(),
  changed: z.number().int(),
  same: z.number().int(),
  removed: z.number().int(),
  /** The first of them. */
  problems: z.array(z.object({ line: z.number().int(), column: z.string().nullable(), message: z.string() })),
  problemCount: z.number().int(),
  done: z.boolean(),
});
export type ImportReport = z.infer<typeof ImportReport>;

const table = '/workspaces/:ws/tables/:id';

export const tableRoutes = {
  list: route({
    method: 'GET',
    path: '/workspaces/:ws/tables',
    access: 'table:read',
    summary: 'Tables',
    answer: Page(TableInfo),
  }),
  create: route({
    method: 'POST',
    path: '/workspaces/:ws/tables',
    access: 'table:write',
    summary: 'Make a table',
    status: 201,
    body: TableDefinition,
    answer: TableInfo,
  }),
  get: route({ method: 'GET', path: table, access: 'table:read', summary: 'One table', answer: TableInfo }),
  save: route({
    method: 'PUT',
    path: table,
    access: 'table:write',
    summary: 'Change its name and columns. A column that is left out goes with its values; the key stays',
    body: TableDefinition.omit({ key: true }),
    answer: TableInfo,
  }),
  remove: route({
    method: 'DELETE',
    path: table,
    access: 'table:write',
    summary: 'Remove a table that no flow names',
    status: 204,
    answer: Empty,
  }),
  rows: route({
    method: 'GET',
    path: `${table}/rows`,
    access: 'table:read',
    summary: 'Its rows, filtered and sorted',
    query: PageQuery.extend({
      /** JSON: a list of conditions that must all hold. */
      filter: z.string().max(4_000).optional(),
      sort: z.string().max(60).optional(),
      descending: z.enum(['true', 'false']).default('false'),
    }),
    /** How many fit, on the first page. */
    answer: Page(TableRowInfo).extend({ matching: z.number().int().nullable() }),
  }),
  saveRow: route({
    method: 'POST',
    path: `${table}/rows`,
    access: 'table:write',
    summary: 'Add a row (version 0), or change the one with this key if it still has the version',
    body: z.strictObject({ values: Cells, version: z.number().int().min(0) }),
    answer: TableRowInfo,
  }),
  removeRows: route({
    method: 'POST',
    path: `${table}/rows/remove`,
    access: 'table:write',
    summary: 'Remove rows that still have the versions given',
    body: z.strictObject({
      rows: z
        .array(z.strictObject({ key: z.string(), version: z.number().int() }))
        .min(1)
        .max(500),
    }),
    answer: z.object({ removed: z.number().int() }),
  }),
  changes: route({
    method: 'GET',
    path: `${table}/changes`,
    access: 'table:read',
    summary: 'What became of its rows, newest first; of one row with `key`',
    query: PageQuery.extend({ key: z.string().max(2_000).optional() }),
    answer: Page(TableChange),
  }),
  putBack: route({
    method: 'POST',
    path: `${table}/changes/:n/put-back`,
    access: 'table:write',
    summary: 'Make a row as it was before a change, if nothing happened to it since',
    answer: z.object({ row: TableRowInfo.nullable() }),
  }),
  importCsv: route({
    method: 'POST',
    path: `${table}/import`,
    access: 'table:write',
    summary: 'Take a CSV file in, whole or not at all; `preview` only says what it would do',
    body: z.strictObject({
      /** The file's text, in parts of at most a million characters. */
      csv: z.array(z.string()).min(1),
      preview: z.boolean().default(true),
      /** Rows that the file does not have are removed. */
      replace: z.boolean().default(false),
    }),
    answer: ImportReport,
  }),
  exportCsv: route({
    method: 'GET',
    path: `${table}/export`,
    access: 'table:read',
    summary: 'All rows as a CSV file',
    answer: z.unknown(),
  }),
};
