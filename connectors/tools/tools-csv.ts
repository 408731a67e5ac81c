import { FatalError, operation } from '@castellan/sdk';
import { csvText } from '@castellan/sdk/csv';
import { z } from 'zod';
import { csvRows } from '../csv-rows.js';

const docs = 'https://www.rfc-editor.org/rfc/rfc4180';
const longest = 100_000;

const delimiter = z
  .string()
  .length(1)
  .default(',')
  .meta({ title: 'Delimiter' })
  .describe('Between two cells, such as a semicolon.');
const names = z.array(z.string().min(1)).min(1).max(1_000).optional().meta({ title: 'Columns' });
const sampleRow = { email: 'jane.doe@example.com', team: 'Engineering' };

const unreadable = (words: string) =>
  new FatalError(`The text cannot be read as CSV. ${words}`, { code: 'E_INPUT', details: { pointer: '/text' } });

/** CSV text and rows. */
export const csvTools = {
  parseCsv: operation({
    title: 'Read CSV',
    docs: `${docs}#section-2`,
    summary: 'The rows of a CSV text, as objects by the names of the columns. All cells are texts.',
    input: z.strictObject({
      text: z.string().meta({ title: 'CSV', multiline: true }),
      delimiter,
      columns: names.describe('Where the first line holds no names. Left out: the names are on the first line.'),
      limit: z.int().min(1).max(longest).default(10_000).meta({ title: 'At most so many rows' }),
    }),
    output: z.object({
      items: z.array(z.record(z.string(), z.string())),
      more: z.boolean().describe('The text has more rows than were asked for.'),
    }),
    effect: 'read',
    run: async ({ text, limit, ...reading }) => {
      const rows = csvRows(text, reading, { wanted: limit + 1, refusal: unreadable });
      return { items: rows.slice(0, limit) as Record<string, string>[], more: rows.length > limit };
    },
    sample: {
      input: { text: 'email,team\r\njane.doe@example.com,Engineering\r\n' },
      output: { items: [sampleRow], more: false },
    },
  }),

  writeCsv: operation({
    title: 'Write CSV',
    docs: `${docs}#section-2`,
    summary: 'Rows as CSV text. What a spreadsheet would calculate gets an apostrophe before it.',
    input: z.strictObject({
      rows: z
        .array(z.record(z.string(), z.unknown()))
        .max(longest)
        .meta({ title: 'Rows' })
        .describe('A list of objects.'),
      columns: names.describe('The names that are written, in their order. Left out: all that the rows have.'),
      delimiter,
    }),
    output: z.object({ text: z.string(), rows: z.int() }),
    effect: 'read',
    run: async ({ rows, columns, delimiter: between }) => ({
      text: csvText(rows, columns, between),
      rows: rows.length,
    }),
    sample: {
      input: { rows: [sampleRow] },
      output: { text: 'email,team\r\njane.doe@example.com,Engineering\r\n', rows: 1 },
    },
  }),
};
