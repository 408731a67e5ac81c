import { Readable } from 'node:stream';
import { type Cells, type ImportReport, type TableColumn, tableLimits } from '@castellan/api';
import { CsvError, parse } from 'csv-parse';
import { CellProblem, cellOfText, textOfCell } from './cells.js';
import { RowRefusal } from './row-refusal.js';
import { keyOf } from './row-writer.service.js';
import type { Table } from './table-row.js';

type Problem = ImportReport['problems'][number];

/** The rows of a file, or what is wrong with it. */
export interface ReadCsv {
  /** The columns that the file has. */
  columns: TableColumn[];
  rows: { key: string; cells: Cells }[];
  problems: Problem[];
}

interface Line {
  record: string[];
  info: { lines: number };
}

/**
 * Reads a file, given in parts, whose first line names columns, by name or title. Every problem is told with its line.
 * A long file is read bit by bit, so that nobody else waits for it.
 */
export async function readCsv(table: Table, csv: string[]): Promise<ReadCsv> {
  const read = await linesOf(csv);
  if ('problem' in read) return { columns: [], rows: [], problems: [read.problem] };
  const [head, ...lines] = read.lines;
  if (!head) return { columns: [], rows: [], problems: [problem(1, null, 'The file is empty.')] };
  const named = head.record.map((text) => columnNamed(table, text));
  const problems = headProblems(table, head, named);
  if (problems.length > 0) return { columns: [], rows: [], problems };
  const columns = named as TableColumn[];
  const rows: ReadCsv['rows'] = [];
  const lineOf = new Map<string, number>();
  for (const [index, { record }] of lines.entries()) {
    const line = lineNumber(read.lines, index + 1);
    const cells = cellsOf(columns, record, line, problems);
    if (!cells) continue;
    const key = keyIn(table, cells, line, problems);
    if (key === null) continue;
    if (index % 5_000 === 0) await nextTurn();
    const earlier = lineOf.get(key);
    if (earlier !== undefined) problems.push(problem(line, null, `The same row stands in line ${earlier}.`));
    lineOf.set(key, line);
    rows.push({ key, cells: Object.fromEntries(Object.entries(cells).filter(([, cell]) => cell !== null)) });
  }
  return { columns, rows, problems };
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

const problem = (line: number, column: string | null, message: string): Problem => ({ line, column, message });

async function linesOf(csv: string[]): Promise<{ lines: Line[] } | { problem: Problem }> {
  const bytes = csv.reduce((sum, part) => sum + Buffer.byteLength(part), 0);
  if (bytes > tableLimits.importBytes) {
    return { problem: problem(1, null, `A file has at most ${tableLimits.importBytes / 1_048_576} MiB.`) };
  }
  const options = { bom: true, info: true, skip_empty_lines: true, relax_column_count: true } as const;
  const parser = parse({ ...options, delimiter: delimiterOf(csv[0] ?? '') });
  const lines: Line[] = [];
  try {
    for await (const line of Readable.from(csv).pipe(parser)) lines.push(line as Line);
    return { lines };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = (lines.at(-1)?.info.lines ?? 0) + 1;
    return { problem: problem(line, null, 'A quotation mark is not closed, or stands inside a value.') };
  }
}

/** What parts the names in the first line: a comma, or as some spreadsheets write it, a semicolon or a tab. */
function delimiterOf(csv: string): string {
  const [first = ''] = csv.split('\n', 1);
  const countOf = (mark: string) => first.split(mark).length;
  return [',', ';', '\t'].reduce((best, mark) => (countOf(mark) > countOf(best) ? mark : best));
}

/** The line on which a record begins: the one after that on which the record before it ends. */
const lineNumber = (lines: Line[], index: number): number => (lines[index - 1]?.info.lines ?? 0) + 1;

function columnNamed({ columns }: Table, text: string): TableColumn | undefined {
  const wanted = text.trim().toLowerCase();
  return columns.find(({ name, title }) => name === wanted || title.toLowerCase() === wanted);
}

function headProblems({ columns, key }: Table, { record }: Line, named: (TableColumn | undefined)[]): Problem[] {
  const strange = record.flatMap((text, index) =>
    named[index] ? [] : [problem(1, text, `The table has no column “${text}”.`)],
  );
  const twice = named.flatMap((column, index) =>
    column && named.indexOf(column) !== index
      ? [problem(1, column.title, 'This column stands in the file twice.')]
      : [],
  );
  const missing = columns.flatMap((column) =>
    key.includes(column.name) && !named.includes(column)
      ? [problem(1, column.title, 'Rows are told by this column: the file needs it.')]
      : [],
  );
  return [...strange, ...twice, ...missing];
}

function cellsOf(columns: TableColumn[], record: string[], line: number, problems: Problem[]): Cells | null {
  if (record.length !== columns.length) {
    problems.push(problem(line, null, `It has ${record.length} values, the first line ${columns.length}.`));
    return null;
  }
  const cells: Cells = {};
  const before = problems.length;
  for (const [index, column] of columns.entries()) {
    try {
      cells[column.name] = cellOfText(column, record[index] ?? '');
    } catch (error) {
      if (!(error instanceof CellProblem)) throw error;
      problems.push(problem(line, column.title, `It ${error.words}.`));
    }
  }
  if (Buffer.byteLength(JSON.stringify(cells)) > tableLimits.rowBytes) {
    problems.push(problem(line, null, `A row has at most ${tableLimits.rowBytes} bytes.`));
  }
  return problems.length === before ? cells : null;
}

function keyIn(table: Table, cells: Cells, line: number, problems: Problem[]): string | null {
  try {
    return keyOf(table, cells);
  } catch (error) {
    if (!(error instanceof RowRefusal)) throw error;
    problems.push(problem(line, null, error.message));
    return null;
  }
}

/** One line of a file. */
export const csvLine = (values: string[]): string => `${values.map(quoted).join(',')}\r\n`;

export const csvOf = (columns: TableColumn[], cells: Cells): string =>
  csvLine(columns.map(({ name }) => textOfCell(cells[name])));

const quoted = (text: string): string => (/[",;\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
