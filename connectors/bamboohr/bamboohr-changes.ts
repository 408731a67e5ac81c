import { createHash } from 'node:crypto';
import { type Host, type JsonValue, type Poll, type PolledEvent, path, trigger } from '@castellan/sdk';
import { z } from 'zod';
import { wholeSecond } from './bamboohr-employees.js';
import {
  changedRowsOf,
  dateOf,
  differences,
  historiesOf,
  type Job,
  job,
  jobOf,
  lastDayOf,
  type Return,
  returnOf,
  rowOn,
  rowsOf,
  type TableRow,
} from './bamboohr-history.js';
import { peopleAtOnce, readIfThere, sinceNow } from './bamboohr-records.js';
import { type Employee, reference } from './bamboohr-shapes.js';

/** What is remembered of each employee, by id, so that the next look can tell what is new. */
type Memory<M> = Record<string, M>;

interface Place<M> {
  start: string;
  since: string;
  /** The day of the last whole look: what was entered ahead takes effect without being changed. */
  day: string | null;
  memory: Memory<M>;
}

/** How one table is watched. */
interface Watch<M extends JsonValue> {
  table: string;
  everySeconds: number;
  /** What is known of somebody as it was before a day. */
  asBefore(history: TableRow[], day: string): M;
  /** What is known of somebody today. */
  asOf(history: TableRow[], day: string): M;
  /** Whether the step from one to the other is to be told. */
  isTold(before: M, after: M): boolean;
  /** What is remembered of somebody who is met for the first time after the first look. */
  unmet(history: TableRow[], day: string): M;
  tell(person: Employee, before: M, after: M): PolledEvent;
}

/**
 * Reads a table of all employees once a day and at the first look, and between of those who were changed, and compares
 * it with what was remembered. Whoever is not told yet stays as remembered, and is found again on the next page.
 */
function watched<M extends JsonValue>(watch: Watch<M>): Poll {
  return {
    everySeconds: watch.everySeconds,
    begin: (from) => asJson({ start: from.toISOString(), since: from.toISOString(), day: null, memory: {} }),
    async read(host, cursor) {
      const { start, since, day, memory } = cursor as unknown as Place<M>;
      const today = host.now().toISOString().slice(0, 10);
      const histories = historiesOf(await readTable(host, watch.table, day === today ? since : null));
      const next: Memory<M> = { ...memory };
      const told: { id: string; before: M; after: M }[] = [];
      for (const [id, history] of histories) {
        const first = day === null ? watch.asBefore(history, start.slice(0, 10)) : watch.unmet(history, today);
        const before = Object.hasOwn(memory, id) ? (memory[id] as M) : first;
        const after = watch.asOf(history, today);
        const isTold = watch.isTold(before, after);
        if (isTold) told.push({ id, before, after });
        next[id] = isTold ? before : after;
      }
      const some = told.slice(0, peopleAtOnce);
      const people = await Promise.all(some.map(({ id }) => readIfThere(host, id)));
      const events = some.flatMap(({ before, after }, index) => {
        const person = people[index];
        return person ? [watch.tell(person, before, after)] : [];
      });
      for (const { id, after } of some) next[id] = after;
      const more = told.length > some.length;
      // Until all is told the same is read again: a first look stays one whose memory is already made.
      const place: Place<M> = more
        ? { start, since, day: day === null ? '' : day, memory: next }
        : { start, since: sinceNow(host, start), day: today, memory: next };
      return { events, cursor: asJson(place), ...(more ? { more } : {}) };
    },
  };
}

const asJson = (value: object): JsonValue => JSON.parse(JSON.stringify(value)) as JsonValue;

/** The rows of everybody, or of those who were changed since a time. */
async function readTable({ http }: Host, table: string, since: string | null): Promise<TableRow[]> {
  if (since === null) {
    return rowsOf((await http.send({ method: 'GET', path: path`/api/v1/employees/all/tables/${table}` })).body);
  }
  const query = { since: wholeSecond(since) };
  const changed = path`/api/v1/employees/changed/tables/${table}`;
  return changedRowsOf((await http.send({ method: 'GET', path: changed, query })).body);
}

const personFields = {
  employeeId: z.string(),
  name: z.string(),
  workEmail: z.string().nullable(),
  jobTitle: z.string().nullable(),
  department: z.string().nullable(),
  division: z.string().nullable(),
  location: z.string().nullable(),
  managerName: z.string().nullable(),
  managerEmail: z.string().nullable(),
};

const personOf = (person: Employee) => ({
  ...{ employeeId: person.id, name: person.name, workEmail: person.workEmail, jobTitle: person.jobTitle },
  ...{ department: person.department, division: person.division, location: person.location },
  ...{ managerName: person.managerName, managerEmail: person.managerEmail },
});

/** The job that somebody is remembered in; null for who has none yet. */
type Remembered = Job | null;

const jobOn = (history: TableRow[], day: string): Remembered => {
  const row = rowOn(history, day);
  return row ? jobOf(row) : null;
};

const firstJob = ([row]: TableRow[]): Remembered => (row ? jobOf(row) : null);

const dayBefore = (day: string): string => new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10);

const returnBefore = (history: TableRow[], day: string): Return | null =>
  returnOf(history.filter((row) => dateOf(row) < day));

const marco = { managerName: 'Marco Reyes', managerEmail: 'marco.reyes@example.com' };
const yuki = { managerName: 'Yuki Tanaka', managerEmail: 'yuki.tanaka@example.com' };

export const changeTriggers = {
  roleChanged: trigger({
    title: 'Role changed',
    docs: `${reference}/get-changed-employee-table-data`,
    summary:
      'Title, department, division, location or manager of somebody changed, with the old and the new job. Told when it takes effect.',
    payload: z.object({
      ...personFields,
      effectiveDate: z.string().nullable(),
      before: job,
      after: job,
      fields: z.array(z.string()).describe('The names of what differs.'),
    }),
    poll: watched<Remembered>({
      table: 'jobInfo',
      everySeconds: 300,
      asBefore: (history, day) => jobOn(history, dayBefore(day)) ?? firstJob(history),
      asOf: jobOn,
      unmet: jobOn,
      isTold: (before, after) => before !== null && after !== null && differences(before, after).length > 0,
      tell(person, before, after) {
        const jobs = { before: before as Job, after: after as Job };
        const fields = differences(jobs.before, jobs.after);
        const { effectiveDate } = jobs.after;
        return {
          id: `role ${person.id} ${effectiveDate} ${fingerprint(jobs)}`,
          payload: { ...personOf(person), effectiveDate, ...jobs, fields },
        };
      },
    }),
    sample: {
      ...{ employeeId: '105', name: 'Tom Fischer', workEmail: 'tom.fischer@example.com', jobTitle: 'Data Engineer' },
      ...{ department: 'Data', division: null, location: 'Berlin', ...marco, effectiveDate: '2026-01-15' },
      before: {
        ...{ effectiveDate: '2023-05-02', jobTitle: 'Financial Analyst', department: 'Finance', division: null },
        ...{ location: 'Lisbon', managerName: yuki.managerName },
      },
      after: {
        ...{ effectiveDate: '2026-01-15', jobTitle: 'Data Engineer', department: 'Data', division: null },
        ...{ location: 'Berlin', managerName: marco.managerName },
      },
      fields: ['jobTitle', 'department', 'location', 'managerName'],
    },
  }),

  employeeTerminated: trigger({
    title: 'Employee terminated',
    docs: `${reference}/get-changed-employee-table-data`,
    summary: 'A termination was entered, with the last day, which may be ahead; told again if that day is moved.',
    payload: z.object({
      ...personFields,
      lastDay: z.string(),
      formerLastDay: z.string().nullable().describe('The day that was told before, if it was moved.'),
    }),
    poll: watched<string | null>({
      table: 'employmentStatus',
      everySeconds: 300,
      // Who was to leave from the start on is told: nobody else would say that their last day has come.
      asBefore: (history, day) => {
        const lastDay = lastDayOf(history);
        return lastDay !== null && lastDay < day ? lastDay : null;
      },
      asOf: lastDayOf,
      unmet: () => null,
      isTold: (before, after) => after !== null && before !== after,
      tell: (person, before, after) => ({
        id: `terminated ${person.id} ${after}`,
        payload: { ...personOf(person), lastDay: after, formerLastDay: before },
      }),
    }),
    sample: {
      ...{ employeeId: '121', name: 'Oscar Lind', workEmail: 'oscar.lind@example.com', jobTitle: 'Account Manager' },
      ...{ department: 'Sales', division: null, location: 'Lisbon', ...yuki },
      ...{ lastDay: '2026-01-30', formerLastDay: null },
    },
  }),

  employeeRehired: trigger({
    title: 'Employee rehired',
    docs: `${reference}/get-changed-employee-table-data`,
    summary:
      'Somebody whose employment had ended is employed again, from a day that may be ahead; told again if it is moved.',
    payload: z.object({
      ...personFields,
      startDate: z.string(),
      formerLastDay: z.string().describe('When the employment before had ended.'),
    }),
    poll: watched<Return | null>({
      table: 'employmentStatus',
      everySeconds: 300,
      asBefore: returnBefore,
      asOf: returnOf,
      // A record that is new with a whole history tells of no return, but of one that is yet to come.
      unmet: returnBefore,
      isTold: (before, after) => after !== null && before?.startDate !== after.startDate,
      tell: (person, _, after) => ({
        id: `rehired ${person.id} ${after!.startDate}`,
        payload: { ...personOf(person), ...after! },
      }),
    }),
    sample: {
      ...{ employeeId: '121', name: 'Oscar Lind', workEmail: 'oscar.lind@example.com', jobTitle: 'Account Manager' },
      ...{ department: 'Sales', division: null, location: 'Lisbon', ...yuki },
      ...{ startDate: '2026-04-01', formerLastDay: '2026-01-30' },
    },
  }),
};

const fingerprint = (value: object): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 12);
