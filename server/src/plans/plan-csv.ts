import type { PlanRow } from '@castellan/api';
import { csvLine } from '../tables/csv-file.js';

const columns: [title: string, of: (row: PlanRow) => unknown][] = [
  ['person', ({ subject }) => subject?.email ?? subject?.id],
  ['person_id', ({ subject }) => subject?.id],
  ['action', ({ action }) => action],
  ['system', ({ system }) => system],
  ['connection', ({ connection }) => connection?.name],
  ['object_type', ({ object }) => object?.type],
  ['object_id', ({ object }) => object?.id],
  ['object', ({ object }) => object?.title ?? object?.id],
  ['step', ({ stepTitle }) => stepTitle],
  ['iteration', ({ iteration }) => iteration],
  ['operation', ({ connector, operation }) => `${connector}.${operation}`],
  ['before', ({ before }) => before],
  ['input', ({ input }) => input],
  ['known_when_carried_out', ({ open }) => open.join(' ')],
  ['input_hash', ({ inputHash }) => inputHash],
  ['done_by_run', ({ takenBy }) => takenBy],
];

/** The first line of a plan as a CSV file. */
export const csvHead = csvLine(columns.map(([title]) => title));

/** One change as a line. A text that a spreadsheet would take for a formula is marked as a text. */
export const csvRow = (row: PlanRow): string => csvLine(columns.map(([, of]) => harmless(textOf(of(row)))));

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const harmless = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);
