import {
  FatalError,
  type Host,
  type HttpRequest,
  type JsonObject,
  type JsonValue,
  operation,
  parseAnswer,
  path,
} from '@castellan/sdk';
import { z } from 'zod';
import { cell, cellsOf, docs, quoted, readRequest, readTable, record, type SheetRecord } from './sheet-table.js';

const spreadsheetId = z
  .string()
  .regex(/^[\w-]{10,}$/, 'The part of the address between /d/ and /edit.')
  .meta({ title: 'Spreadsheet' })
  .describe('Its id: the part of the address between /d/ and /edit. It must be shared with the connection’s account.');
const sheet = z.string().min(1).max(100).meta({ title: 'Sheet' }).describe('Its name at the bottom.');
const inSheet = { spreadsheetId, sheet };

const row = z.object({ row: z.int().describe('Its number at the left edge.'), values: record });
const written = z.object({ row: z.int(), added: z.boolean(), values: record });

const rowUpdate = z.strictObject({
  ...inSheet,
  keyColumn: z.string().min(1).meta({ title: 'Key column' }).describe('The heading of the column that tells the row.'),
  key: z.string().min(1).meta({ title: 'Key' }),
  values: record.meta({ title: 'Values' }).describe('By heading. Columns that are not named stay as they are.'),
  addIfMissing: z.boolean().default(true).meta({ title: 'Add the row if there is none' }),
});
type RowUpdate = z.output<typeof rowUpdate>;

const options = { '/sheet': 'listSheets' } as const;
const asTyped = { valueInputOption: 'RAW' } as const;

const reviews = { spreadsheetId: '1Castellan-review-status-0001', sheet: 'Reviews' };
const janeRow = { Reviewer: 'jane.doe@example.com', Status: 'open', Items: 12 };

const changeOf = ({ spreadsheetId: id, sheet: name }: { spreadsheetId: string; sheet: string }) => ({
  ...{ type: 'sheet', id: `${id}/${name}`, title: name },
});

/** Rows of a sheet whose first row names its columns. What is written is text or number as given, never a formula. */
export const sheetRows = {
  listSheets: operation({
    title: 'List the sheets of a spreadsheet',
    docs: `${docs}/spreadsheets/get`,
    summary: 'The names at the bottom of a spreadsheet.',
    input: z.strictObject({ spreadsheetId }),
    output: z.object({ items: z.array(z.object({ sheetId: z.int(), title: z.string() })) }),
    choice: { value: 'title', label: 'title' },
    effect: 'read',
    request: (input) => ({
      method: 'GET',
      path: path`/v4/spreadsheets/${input.spreadsheetId}`,
      query: { fields: 'sheets.properties(sheetId,title)' },
    }),
    response: ({ body }) => ({
      items: ((body as JsonObject).sheets as JsonObject[]).map(({ properties }) => properties),
    }),
    sample: {
      input: { spreadsheetId: reviews.spreadsheetId },
      output: { items: [{ sheetId: 0, title: 'Reviews' }] },
    },
  }),

  readRows: operation({
    title: 'Read the rows of a sheet',
    docs: `${docs}/spreadsheets.values/get`,
    summary: 'Every row below the headings, by heading.',
    input: z.strictObject(inSheet),
    output: z.object({ items: z.array(row) }),
    options,
    effect: 'read',
    run: async (input, { http }) => ({ items: (await readTable(http, input)).rows }),
    sample: { input: reviews, output: { items: [{ row: 2, values: janeRow }] } },
  }),

  findRow: operation({
    title: 'Find a row',
    docs: `${docs}/spreadsheets.values/get`,
    summary: 'The first row whose key column holds a value; none is no error.',
    input: z.strictObject({ ...inSheet, ...{ keyColumn: rowUpdate.shape.keyColumn, key: rowUpdate.shape.key } }),
    output: z.object({ found: row.nullable() }),
    options,
    effect: 'read',
    run: async (input, { http }) => {
      const found = await findRow(input, http);
      return { found: found.row ?? null };
    },
    sample: {
      input: { ...reviews, keyColumn: 'Reviewer', key: 'jane.doe@example.com' },
      output: { found: { row: 2, values: janeRow } },
    },
  }),

  readRange: operation({
    title: 'Read a range',
    docs: `${docs}/spreadsheets.values/get`,
    summary: 'The cells of a range as rows of values; empty cells at the end of a row are left out.',
    input: z.strictObject({
      spreadsheetId,
      range: z
        .string()
        .min(1)
        .meta({ title: 'Range', examples: ['Reviews!A1:C20'] }),
    }),
    output: z.object({ range: z.string(), values: z.array(z.array(cell)).default([]) }),
    effect: 'read',
    request: (input) => readRequest(input.spreadsheetId, input.range),
    sample: {
      input: { spreadsheetId: reviews.spreadsheetId, range: 'Reviews!A1:B2' },
      output: { range: 'Reviews!A1:B2', values: [['Reviewer', 'Status']] },
    },
  }),

  appendRows: operation({
    title: 'Append rows',
    docs: `${docs}/spreadsheets.values/append`,
    summary:
      'Adds rows below the last one. A repeat would add them twice: to write a row once, use “Write a row by its key”.',
    input: z.strictObject({
      ...inSheet,
      rows: z.array(record).min(1).max(1_000).meta({ title: 'Rows' }).describe('Each by heading.'),
    }),
    output: z.object({ range: z.string(), rows: z.int() }),
    options,
    effect: 'write',
    idempotency: 'none',
    changes: (input) => [{ action: 'update', object: changeOf(input) }],
    run: async ({ rows, ...place }, { http }) => {
      const table = await readTable(http, place);
      const values = rows.map((one) => cellsOf(table, one, place.sheet).map((value) => value ?? ''));
      const { body } = await http.send(appendRequest(place, values));
      const { updates } = parseAnswer(appended, body, `${docs}/spreadsheets.values/append`);
      return { range: updates.updatedRange, rows: updates.updatedRows };
    },
    sample: {
      input: { ...reviews, rows: [{ ...janeRow, Reviewer: 'lena.novak@example.com' }] },
      output: { range: "'Reviews'!A4:C4", rows: 1 },
    },
  }),

  writeRow: operation({
    title: 'Write a row by its key',
    docs: `${docs}/spreadsheets.values/update`,
    summary:
      'Changes the row whose key column holds the key, or adds one. A repeat finds the row; two flows that add the same key at the same moment can add it twice.',
    input: rowUpdate,
    output: written,
    options,
    effect: 'write',
    idempotency: 'natural',
    check: ({ keyColumn, key, values }) =>
      values[keyColumn] !== undefined && values[keyColumn] !== key
        ? [{ pointer: '/values', message: `“${keyColumn}” tells the row and cannot be changed here.` }]
        : [],
    changes: (input) => [{ action: 'update', object: changeOf(input) }],
    before: async (input, { http }) => ((await findRow(input, http)).row?.values ?? null) as JsonValue,
    run: writeRow,
    undo: ({ values, ...place }, _, before) => {
      if (before === null) return null;
      const was = before as SheetRecord;
      const former = Object.fromEntries(Object.keys(values).map((heading) => [heading, was[heading] ?? '']));
      return { operation: 'writeRow', input: { ...place, values: former, addIfMissing: false } };
    },
    sample: {
      input: { ...reviews, keyColumn: 'Reviewer', key: 'jane.doe@example.com', values: { Status: 'done', Items: 0 } },
      output: { row: 2, added: false, values: { ...janeRow, Status: 'done', Items: 0 } },
      before: janeRow,
    },
  }),
};

const appended = z.object({ updates: z.object({ updatedRange: z.string(), updatedRows: z.int() }) });

function appendRequest(
  { spreadsheetId: id, sheet: name }: { spreadsheetId: string; sheet: string },
  values: JsonValue[][],
) {
  return {
    method: 'POST',
    path: path`/v4/spreadsheets/${id}/values/${`${quoted(name)}!A1`}:append`,
    query: { ...asTyped, insertDataOption: 'INSERT_ROWS' },
    body: { values },
  } satisfies HttpRequest;
}

/** The table, and in it the first row with the key. */
async function findRow(
  { keyColumn, key, ...place }: Pick<RowUpdate, 'keyColumn' | 'key' | 'spreadsheetId' | 'sheet'>,
  http: Host['http'],
) {
  const table = await readTable(http, place);
  if (!table.headings.includes(keyColumn)) cellsOf(table, { [keyColumn]: key }, place.sheet);
  return { table, row: table.rows.find(({ values }) => String(values[keyColumn]) === key) };
}

async function writeRow(input: RowUpdate, { http }: Host): Promise<z.output<typeof written>> {
  const { spreadsheetId: id, sheet: name, keyColumn, key, addIfMissing } = input;
  const { table, row: found } = await findRow(input, http);
  if (found) {
    const place = path`/v4/spreadsheets/${id}/values/${`${quoted(name)}!A${found.row}`}`;
    // A null leaves its cell as it is, formulas too; so does the key's own.
    const { [keyColumn]: _, ...changed } = input.values;
    const cells = cellsOf(table, changed, name);
    await http.send({ method: 'PUT', path: place, query: asTyped, body: { values: [cells] } });
    return { row: found.row, added: false, values: { ...found.values, ...changed } };
  }
  if (!addIfMissing) {
    throw new FatalError(`The sheet “${name}” has no row whose “${keyColumn}” is “${key}”.`, { code: 'E_INPUT' });
  }
  const values = { ...input.values, [keyColumn]: key };
  const cells = cellsOf(table, values, name).map((value) => value ?? '');
  const { body } = await http.send(appendRequest(input, [cells]));
  const { updates } = parseAnswer(appended, body, `${docs}/spreadsheets.values/append`);
  return { row: Number(/(\d+)(?::|$)/.exec(updates.updatedRange.split('!').at(-1)!)?.[1]), added: true, values };
}
