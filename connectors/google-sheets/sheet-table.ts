import { FatalError, type HttpClient, type HttpRequest, parseAnswer, path } from '@castellan/sdk';
import { z } from 'zod';

export const docs = 'https://developers.google.com/workspace/sheets/api/reference/rest/v4';

/** What a cell holds. */
export const cell = z.union([z.string(), z.number(), z.boolean()]);
export type Cell = z.output<typeof cell>;

/** A row by the headings of its columns; an empty cell is an empty text. */
export const record = z.record(z.string(), cell);
export type SheetRecord = z.output<typeof record>;

const values = z.object({ range: z.string().optional(), values: z.array(z.array(cell)).default([]) });

/** Where a table stands: its first row has the headings. */
export interface Place {
  spreadsheetId: string;
  sheet: string;
}

/** A sheet whose first row names its columns. */
export interface SheetTable {
  headings: string[];
  /** From the second row on; `row` is the number at its left edge. */
  rows: { row: number; values: SheetRecord }[];
}

/** The name as A1 notation has it. */
export const quoted = (sheet: string): string => `'${sheet.replaceAll("'", "''")}'`;

/** Numbers and texts as they are, and dates as they are shown: the reader's locale is not ours to guess. */
export const readRequest = (spreadsheetId: string, range: string): HttpRequest => ({
  method: 'GET',
  path: path`/v4/spreadsheets/${spreadsheetId}/values/${range}`,
  query: { valueRenderOption: 'UNFORMATTED_VALUE', dateTimeRenderOption: 'FORMATTED_STRING' },
});

export async function readTable(http: HttpClient, { spreadsheetId, sheet }: Place): Promise<SheetTable> {
  const { body } = await http.send(readRequest(spreadsheetId, quoted(sheet)));
  const read = parseAnswer(values, body, `${docs}/spreadsheets.values/get`);
  const [first = [], ...rest] = read.values;
  const headings = first.map((heading) => String(heading).trim());
  checkHeadings(headings, sheet);
  const named = (cells: Cell[]): SheetRecord =>
    Object.fromEntries(headings.flatMap((heading, index) => (heading === '' ? [] : [[heading, cells[index] ?? '']])));
  return { headings, rows: rest.map((cells, index) => ({ row: index + 2, values: named(cells) })) };
}

function checkHeadings(headings: string[], sheet: string): void {
  if (headings.every((heading) => heading === '')) {
    throw new FatalError(`The sheet “${sheet}” has no headings. Write them into its first row.`, { code: 'E_INPUT' });
  }
  const twice = headings.find((heading, index) => heading !== '' && headings.indexOf(heading) !== index);
  if (twice === undefined) return;
  throw new FatalError(`The sheet “${sheet}” has two columns “${twice}”. Give them different headings.`, {
    code: 'E_INPUT',
  });
}

/** The cells of a row in the order of the columns; null leaves a cell as it is. Rejects a heading that is not there. */
export function cellsOf(table: SheetTable, given: SheetRecord, sheet: string): (Cell | null)[] {
  const unknown = Object.keys(given).filter((heading) => !table.headings.includes(heading));
  if (unknown.length > 0) {
    const known = table.headings.filter(Boolean).join('”, “');
    throw new FatalError(`The sheet “${sheet}” has no column “${unknown.join('”, “')}”. It has “${known}”.`, {
      code: 'E_INPUT',
    });
  }
  return table.headings.map((heading) => given[heading] ?? null);
}
