import {
  definedOnly,
  FatalError,
  type Host,
  type JsonObject,
  type JsonValue,
  operation,
  parseAnswer,
  path,
  UnknownOutcomeError,
} from '@castellan/sdk';
import { z } from 'zod';
import { jobOptions } from './bamboohr-employees.js';
import { differences, historiesOf, job, jobOf, rowOn, rowsOf, type TableRow, tableRow } from './bamboohr-history.js';
import { day, email, employeeId, listOf, reference, subjectOf } from './bamboohr-shapes.js';

const tableName = z
  .string()
  .regex(/^[A-Za-z0-9_]+$/)
  .meta({ title: 'Table' })
  .describe('Such as jobInfo or employmentStatus.');

const rowId = z.string().min(1).meta({ title: 'Row' }).describe('The id of the row.');

const added = z.object({ employeeId: z.string(), rowId: z.string() });

async function readRows({ http }: Host, employeeId: string, table: string): Promise<TableRow[]> {
  const { body } = await http.send({ method: 'GET', path: path`/api/v1/employees/${employeeId}/tables/${table}` });
  return rowsOf(body);
}

/** The latest row that says all of this. */
function rowLike(rows: TableRow[], values: JsonObject): TableRow | undefined {
  const matching = rows.filter((row) => Object.entries(values).every(([name, value]) => row[name] === value));
  return matching.toSorted((a, b) => Number(a.id) - Number(b.id)).at(-1);
}

/** BambooHR answers a new row with nothing: its id is read afterwards. */
async function addRow(
  host: Host,
  employeeId: string,
  table: string,
  values: JsonObject,
): Promise<z.output<typeof added>> {
  await host.http.send({
    method: 'POST',
    path: path`/api/v1_1/employees/${employeeId}/tables/${table}`,
    body: values,
  });
  const rows = await readRows(host, employeeId, table).catch((cause: unknown) => {
    throw new UnknownOutcomeError('The row was added, but its id could not be read.', { cause });
  });
  const row = rowLike(rows, values);
  if (!row) throw new UnknownOutcomeError('BambooHR took the row, but does not show it as it was sent.');
  return { employeeId, rowId: row.id };
}

async function findRow(host: Host, employeeId: string, table: string, values: JsonObject) {
  const row = rowLike(await readRows(host, employeeId, table), values);
  return row ? { employeeId, rowId: row.id } : null;
}

const jobRow = ({ date, jobTitle, department, division, location, reportsTo }: Record<string, JsonValue | undefined>) =>
  definedOnly({ date, jobTitle, department, division, location, reportsTo });

const statusRow = ({ date, employmentStatus, comment }: Record<string, JsonValue | undefined>) =>
  definedOnly({ date, employmentStatus, comment });

const today = ({ now }: Pick<Host, 'now'>) => now().toISOString().slice(0, 10);

const sampleRole = {
  ...{ employeeId: '103', email: 'jane.doe@example.com', date: '2026-03-01', jobTitle: 'Engineering Manager' },
  ...{ department: 'Engineering', location: 'Berlin', reportsTo: 'Marco Reyes' },
};

const tomsJob = {
  ...{ effectiveDate: '2026-01-15', jobTitle: 'Data Engineer', department: 'Data', division: null },
  ...{ location: 'Berlin', managerName: 'Marco Reyes' },
};

export const tableOperations = {
  listTableRows: operation({
    title: 'List rows of a table',
    docs: `${reference}/get-employee-table-data`,
    summary: 'The history of an employee in one table, such as jobInfo.',
    input: z.strictObject({ employeeId, table: tableName }),
    output: listOf(tableRow),
    options: { '/employeeId': 'listEmployees' },
    effect: 'read',
    run: async (input, host) => ({ items: await readRows(host, input.employeeId, input.table) }),
    sample: {
      input: { employeeId: '105', table: 'jobInfo' },
      output: {
        items: [
          {
            ...{ id: '12', employeeId: '105', date: '2026-01-15', jobTitle: 'Data Engineer', department: 'Data' },
            ...{ division: '', location: 'Berlin', reportsTo: 'Marco Reyes' },
          },
        ],
      },
    },
  }),

  getRoleChange: operation({
    title: 'Get a role change',
    docs: `${reference}/get-employee-table-data`,
    summary: 'The job of an employee on a day and the one before it, with what differs and since when.',
    input: z.strictObject({
      employeeId,
      on: day.optional().meta({ title: 'On' }).describe('Default: today, in UTC.'),
    }),
    output: z.object({
      employeeId: z.string(),
      changed: z.boolean().describe('False if this is their first job here.'),
      effectiveDate: z.string().nullable(),
      before: job.nullable(),
      after: job.nullable(),
      fields: z.array(z.string()).describe('The names of what differs.'),
    }),
    options: { '/employeeId': 'listEmployees' },
    effect: 'read',
    async run({ employeeId: id, on }, host) {
      const history = historiesOf(await readRows(host, id, 'jobInfo')).get(id) ?? [];
      const current = rowOn(history, on ?? today(host));
      const previous = current && history[history.indexOf(current) - 1];
      const after = current ? jobOf(current) : null;
      const before = previous ? jobOf(previous) : null;
      const fields = before && after ? differences(before, after) : [];
      return {
        employeeId: id,
        changed: before !== null,
        effectiveDate: after?.effectiveDate ?? null,
        before,
        after,
        fields,
      };
    },
    sample: {
      input: { employeeId: '105', on: '2026-02-01' },
      output: {
        ...{ employeeId: '105', changed: true, effectiveDate: '2026-01-15' },
        before: {
          ...{ effectiveDate: '2023-05-02', jobTitle: 'Financial Analyst', department: 'Finance', division: null },
          ...{ location: 'Lisbon', managerName: 'Yuki Tanaka' },
        },
        after: tomsJob,
        fields: ['jobTitle', 'department', 'location', 'managerName'],
      },
    },
  }),

  changeRole: operation({
    title: 'Change a role',
    docs: `${reference}/create-table-row-v1-1`,
    summary: 'Adds a job to an employee’s history, effective on a day.',
    input: z.strictObject({
      employeeId,
      email,
      date: day.meta({ title: 'Effective date' }),
      jobTitle: z.string().min(1).meta({ title: 'Job title' }),
      department: z.string().optional().meta({ title: 'Department' }),
      division: z.string().optional().meta({ title: 'Division' }),
      location: z.string().optional().meta({ title: 'Location' }),
      reportsTo: z
        .string()
        .optional()
        .meta({ title: 'Reports to' })
        .describe('The manager’s name as BambooHR shows it.'),
    }),
    output: added,
    options: { '/employeeId': 'listEmployees', ...jobOptions },
    effect: 'write',
    // Rows have no key. After a lost answer, a row of this date with the same values is ours.
    idempotency: 'lookup',
    changes: (input) => [
      {
        action: 'update',
        subject: subjectOf(input),
        object: { type: 'bamboohr_job', id: input.date, title: input.jobTitle },
      },
    ],
    before: async ({ employeeId: id, date }, host) => {
      const current = rowOn(historiesOf(await readRows(host, id, 'jobInfo')).get(id) ?? [], date);
      return current ? jobOf(current) : null;
    },
    run: (input, host) => addRow(host, input.employeeId, 'jobInfo', jobRow(input)),
    lookup: (input, host) => findRow(host, input.employeeId, 'jobInfo', jobRow(input)),
    undo: ({ email }, row) => ({
      operation: 'deleteTableRow',
      input: { ...row, table: 'jobInfo', ...(email ? { email } : {}) },
    }),
    sample: {
      input: sampleRole,
      output: { employeeId: '103', rowId: '16' },
      before: {
        ...tomsJob,
        effectiveDate: '2022-03-01',
        jobTitle: 'Senior Software Engineer',
        department: 'Engineering',
      },
    },
  }),

  setEmploymentStatus: operation({
    title: 'Set an employment status',
    docs: `${reference}/create-table-row-v1-1`,
    summary: 'Adds an entry to an employee’s history of employment, such as Terminated with the last day.',
    input: z.strictObject({
      employeeId,
      email,
      date: day.meta({ title: 'Effective date' }).describe('For Terminated the last day.'),
      employmentStatus: z.string().min(1).meta({ title: 'Status' }),
      comment: z.string().optional().meta({ title: 'Comment', multiline: true }),
    }),
    output: added,
    options: { '/employeeId': 'listEmployees', '/employmentStatus': 'listEmploymentStatuses' },
    effect: 'destructive',
    idempotency: 'lookup',
    changes: (input) => [
      {
        action: 'update',
        subject: subjectOf(input),
        object: { type: 'bamboohr_employment', id: input.date, title: input.employmentStatus },
      },
    ],
    before: async ({ employeeId: id }, host) =>
      historiesOf(await readRows(host, id, 'employmentStatus'))
        .get(id)
        ?.at(-1) ?? null,
    run: (input, host) => addRow(host, input.employeeId, 'employmentStatus', statusRow(input)),
    lookup: (input, host) => findRow(host, input.employeeId, 'employmentStatus', statusRow(input)),
    undo: ({ email }, row) => ({
      operation: 'deleteTableRow',
      input: { ...row, table: 'employmentStatus', ...(email ? { email } : {}) },
    }),
    sample: {
      input: { employeeId: '109', email: 'noah.silva@example.com', date: '2026-03-31', employmentStatus: 'Terminated' },
      output: { employeeId: '109', rowId: '44' },
      before: { id: '38', employeeId: '109', date: '2023-03-01', employmentStatus: 'Full-Time', comment: '' },
    },
  }),

  deleteTableRow: operation({
    title: 'Delete a row of a table',
    docs: `${reference}/delete-employee-table-row`,
    summary: 'Takes an entry out of an employee’s history.',
    input: z.strictObject({ employeeId, email, table: tableName, rowId }),
    output: z.object({ deleted: z.literal(true), alreadyGone: z.boolean() }),
    options: { '/employeeId': 'listEmployees' },
    effect: 'destructive',
    idempotency: 'natural',
    changes: (input) => [
      {
        action: 'delete',
        subject: subjectOf(input),
        object: { type: 'bamboohr_row', id: input.rowId, title: input.table },
      },
    ],
    before: async (input, host) =>
      (await readRows(host, input.employeeId, input.table)).find(({ id }) => id === input.rowId) ?? null,
    request: (input) => ({
      method: 'DELETE',
      path: path`/api/v1/employees/${input.employeeId}/tables/${input.table}/${input.rowId}`,
    }),
    response: ({ body }) => {
      const answer = parseAnswer(
        z.object({ success: z.boolean(), error: z.string().optional() }),
        body,
        `${reference}/delete-employee-table-row`,
      );
      const alreadyGone = !answer.success && /not (?:be )?found/i.test(answer.error ?? '');
      if (answer.success || alreadyGone) return { deleted: true, alreadyGone };
      throw new FatalError(`BambooHR did not delete the row: ${answer.error ?? 'it says no reason.'}`);
    },
    sample: {
      input: { employeeId: '105', table: 'jobInfo', rowId: '6' },
      output: { deleted: true, alreadyGone: false },
    },
  }),
};
