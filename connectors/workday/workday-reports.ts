import { FatalError, type Host, type JsonObject, type JsonValue, operation, parseAnswer, path } from '@castellan/sdk';
import { z } from 'zod';
import { listOf, reportDocs } from './workday-shapes.js';

const report = z.object({ Report_Entry: z.array(z.record(z.string(), z.json())).nullish() });

/** The rows of a report's answer. One that is no JSON was not asked for as such, or is no report for the web. */
export function rowsOf(body: JsonValue): JsonObject[] {
  return (parseAnswer(report, body, reportDocs).Report_Entry ?? []) as JsonObject[];
}

const text = z.string().nullable();

/** A worker as the report of the connection says. Its columns are told by their XML alias. */
const reportedWorker = z.object({
  workerId: z.string(),
  name: text,
  email: text,
  jobTitle: text,
  department: text,
  location: text,
  timeZone: text,
  managerName: text,
  managerEmail: text,
  hireDate: text,
  lastDay: text.describe('The last day of work, which may be ahead.'),
  jobSince: text,
});
export type ReportedWorker = z.output<typeof reportedWorker>;

/** The columns that the report must and may have, with what they are for us. */
export const reportColumns = {
  workerId: 'Employee_ID',
  name: 'Worker',
  email: 'Work_Email',
  jobTitle: 'Business_Title',
  department: 'Department',
  location: 'Location',
  timeZone: 'Time_Zone',
  managerName: 'Manager',
  managerEmail: 'Manager_Email',
  hireDate: 'Hire_Date',
  lastDay: 'Last_Day_of_Work',
  jobSince: 'Job_Effective_Date',
} as const satisfies Record<keyof ReportedWorker, string>;

const sampleWorker: ReportedWorker = {
  ...{ workerId: '121', name: 'Oscar Lind', email: 'oscar.lind@example.com', jobTitle: 'Account Manager' },
  ...{ department: 'Sales', location: 'Lisbon', timeZone: 'Europe/Lisbon', managerName: 'Yuki Tanaka' },
  ...{ managerEmail: 'yuki.tanaka@example.com', hireDate: '2021-09-01', lastDay: '2026-01-30', jobSince: '2021-09-01' },
};

export const reportOperations = {
  runReport: operation({
    title: 'Run a report',
    docs: reportDocs,
    summary:
      'The rows of an advanced report that is enabled as a web service. A report comes whole, up to 10 MB: narrow it by prompts.',
    judgedBy: 'docs',
    input: z.strictObject({
      owner: z
        .string()
        .min(1)
        .meta({ title: 'Owner' })
        .describe('The user name of the report’s owner, as in its address.'),
      report: z.string().min(1).meta({ title: 'Report' }).describe('The name in its address, with _ for spaces.'),
      prompts: z
        .record(z.string(), z.string())
        .optional()
        .meta({ title: 'Prompts' })
        .describe('Values by the XML alias of the prompt, such as Effective_as_of_Date.'),
    }),
    output: listOf(z.record(z.string(), z.unknown())),
    effect: 'read',
    request: ({ owner, report: name, prompts }) => ({
      method: 'GET',
      base: 'reports',
      path: path`/${owner}/${name}`,
      query: { ...prompts, format: 'json' },
    }),
    response: ({ body }) => ({ items: rowsOf(body) }),
    sample: {
      input: { owner: 'ISU_Castellan', report: 'Castellan_Workers' },
      output: { items: [{ Employee_ID: '103', Worker: 'Jane Doe', Business_Title: 'Senior Software Engineer' }] },
    },
  }),

  findReportedWorker: operation({
    title: 'Find a worker in the report of workers',
    docs: reportDocs,
    summary: 'What the report that the connection names says of a worker now, with first and last day, or none.',
    judgedBy: 'docs',
    input: z.strictObject({
      workerId: z
        .string()
        .min(1)
        .meta({ title: 'Employee number' })
        .describe(`As in the column ${reportColumns.workerId}, such as 121.`),
    }),
    output: z.object({ found: z.boolean(), worker: reportedWorker.nullable() }),
    effect: 'read',
    async run({ workerId }, host) {
      const worker = (await readWorkers(host)).find((each) => each.workerId === workerId);
      return { found: worker !== undefined, worker: worker ?? null };
    },
    sample: { input: { workerId: sampleWorker.workerId }, output: { found: true, worker: sampleWorker } },
  }),
};

const dates: ReadonlySet<string> = new Set(['hireDate', 'lastDay', 'jobSince']);

/** Everybody in the report of workers that the connection names. */
export async function readWorkers({ http }: Host): Promise<ReportedWorker[]> {
  const { body } = await http.send({ method: 'GET', base: 'workersReport', query: { format: 'json' } });
  return rowsOf(body).map(workerOf);
}

function workerOf(row: JsonObject): ReportedWorker {
  const fields = Object.entries(reportColumns).map(([field, column]) => [
    field,
    columnValue(row[column], dates.has(field)),
  ]);
  const found = Object.fromEntries(fields) as ReportedWorker;
  if (found.workerId) return found;
  throw new FatalError(
    `The report of workers has a row without ${reportColumns.workerId}. Give the column this XML alias: ${Object.keys(row).join(', ')} are there.`,
    { code: 'E_RESPONSE' },
  );
}

/** A date is written with a zone at times (2026-02-02-08:00): its day counts. */
function columnValue(value: JsonValue | undefined, isDate: boolean): string | null {
  if (typeof value !== 'string' || value === '') return null;
  return isDate ? value.slice(0, 10) : value;
}
