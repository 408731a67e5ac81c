import type { JsonObject, JsonValue } from '@castellan/sdk';
import { parseAnswer } from '@castellan/sdk';
import { z } from 'zod';
import { reference, textOf } from './bamboohr-shapes.js';

/** A row of an employee's table. Its fields are the table's. */
export const tableRow = z.looseObject({ id: z.string(), employeeId: z.string() });

export type TableRow = JsonObject & { id: string; employeeId: string };

/** A job as the table jobInfo knows it, from its effective date on. */
export const job = z.object({
  effectiveDate: z.string().nullable(),
  jobTitle: z.string().nullable(),
  department: z.string().nullable(),
  division: z.string().nullable(),
  location: z.string().nullable(),
  managerName: z.string().nullable(),
});

export type Job = z.output<typeof job>;

/** BambooHR calls the end of an employment so; the status is its own and cannot be renamed. */
export const terminated = 'Terminated';

const answeredRow = z.record(z.string(), z.json()).and(
  z.object({
    id: z.union([z.string(), z.number()]),
    employeeId: z.union([z.string(), z.number()]).optional(),
  }),
);

/** The rows of a table, of one employee or of all. */
export function rowsOf(body: JsonValue): TableRow[] {
  const rows = parseAnswer(z.array(answeredRow), body, `${reference}/get-employee-table-data`);
  return rows.map((row) => withIds(row as JsonObject));
}

const changedTables = z.object({
  employees: z.union([z.record(z.string(), z.object({ rows: z.array(z.record(z.string(), z.json())) })), z.tuple([])]),
});

/** The rows of a table of those employees that were changed. */
export function changedRowsOf(body: JsonValue): TableRow[] {
  const { employees } = parseAnswer(changedTables, body, `${reference}/get-changed-employee-table-data`);
  return Object.entries(employees).flatMap(([employeeId, { rows }]) =>
    rows.map((row) => withIds({ ...(row as JsonObject), employeeId })),
  );
}

const withIds = (row: JsonObject): TableRow => ({ ...row, id: String(row.id), employeeId: String(row.employeeId) });

/** Rows by employee, each employee's by effective date; of one date the later entry is the later one. */
export function historiesOf(rows: TableRow[]): Map<string, TableRow[]> {
  const histories = new Map<string, TableRow[]>();
  for (const row of rows) histories.set(row.employeeId, [...(histories.get(row.employeeId) ?? []), row]);
  for (const history of histories.values()) {
    history.sort((a, b) => dateOf(a).localeCompare(dateOf(b)) || Number(a.id) - Number(b.id));
  }
  return histories;
}

export const dateOf = (row: TableRow): string => textOf(row.date) ?? '';

/** The row in effect on a day; undefined before the first. */
export const rowOn = (history: TableRow[], day: string): TableRow | undefined =>
  history.findLast((row) => dateOf(row) <= day);

export const jobOf = (row: TableRow): Job => ({
  effectiveDate: textOf(row.date),
  jobTitle: textOf(row.jobTitle),
  department: textOf(row.department),
  division: textOf(row.division),
  location: textOf(row.location),
  managerName: textOf(row.reportsTo),
});

const compared = ['jobTitle', 'department', 'division', 'location', 'managerName'] as const;

/** What differs between two jobs. */
export const differences = (before: Job, after: Job): string[] =>
  compared.filter((field) => before[field] !== after[field]);

/** Somebody who is employed again: from when, and when the employment before had ended. */
export type Return = { startDate: string; formerLastDay: string };

/** The latest return in a history of statuses, also one that is still to come; null for who never left, or did not come back. */
export function returnOf(history: TableRow[]): Return | null {
  const isEnd = (row: TableRow | undefined) => row?.employmentStatus === terminated;
  const back = history.findLastIndex((row, index) => !isEnd(row) && isEnd(history[index - 1]));
  return back < 0 ? null : { startDate: dateOf(history[back]!), formerLastDay: dateOf(history[back - 1]!) };
}

/** The last day of somebody whose employment was ended, also one that is still to come; null for those who stay. */
export function lastDayOf(history: TableRow[]): string | null {
  const latest = history.at(-1);
  return latest && latest.employmentStatus === terminated ? textOf(latest.date) : null;
}
