import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { type JsonValue, type Poll, type PolledEvent, trigger } from '@castellan/sdk';
import { z } from 'zod';
import { type ReportedWorker, readWorkers } from './workday-reports.js';
import { reportDocs } from './workday-shapes.js';

/** What is told together. */
const mostEvents = 500;

interface Place<M> {
  start: string;
  isFirst: boolean;
  /** What is remembered of each worker, by number. */
  memory: Record<string, M>;
}

/** What of a worker is watched. */
interface Watch<M extends JsonValue> {
  of(worker: ReportedWorker): M;
  /** What to compare with at the first look, which begins on a day: what was so before it. */
  asBefore(worker: ReportedWorker, day: string): M | null;
  isTold(before: M | null, after: M): boolean;
  tell(worker: ReportedWorker, before: M | null): PolledEvent;
}

/** Reads the report of workers and compares it with what was remembered. Who is not in it any more stays remembered. */
function compared<M extends JsonValue>(watch: Watch<M>): Poll {
  return {
    everySeconds: 900,
    begin: (from) => asJson({ start: from.toISOString().slice(0, 10), isFirst: true, memory: {} }),
    async read(host, cursor) {
      const { start, isFirst, memory } = cursor as unknown as Place<M>;
      const next: Record<string, M> = { ...memory };
      const events: PolledEvent[] = [];
      let more = false;
      for (const worker of await readWorkers(host)) {
        const { workerId: id } = worker;
        const first = isFirst ? watch.asBefore(worker, start) : null;
        const before = Object.hasOwn(memory, id) ? (memory[id] as M) : first;
        const after = watch.of(worker);
        const isTold = watch.isTold(before, after);
        if (isTold && events.length === mostEvents) {
          more = true;
          continue;
        }
        if (isTold) events.push(watch.tell(worker, before));
        next[id] = after;
      }
      const place: Place<M> = { start, isFirst: isFirst && more, memory: next };
      return { events, cursor: asJson(place), ...(more ? { more } : {}) };
    },
  };
}

const asJson = (value: object): JsonValue => JSON.parse(JSON.stringify(value)) as JsonValue;

const text = z.string().nullable();

const person = {
  workerId: z.string(),
  name: text,
  email: text,
  jobTitle: text,
  department: text,
  location: text,
  timeZone: text.describe('If the report has a column for it.'),
  managerName: text,
  managerEmail: text,
};

const job = z.object({ jobTitle: text, department: text, location: text, managerName: text, managerEmail: text });

type Job = z.output<typeof job>;

const jobOf = ({ jobTitle, department, location, managerName, managerEmail }: ReportedWorker): Job => ({
  ...{ jobTitle, department, location, managerName, managerEmail },
});

const differences = (before: Job, after: Job): string[] =>
  (Object.keys(after) as (keyof Job)[]).filter((field) => before[field] !== after[field]);

/** The job that is remembered of somebody; null where the first look cannot know what it was. */
type Remembered = { job: Job | null };

const fingerprint = (jobs: object): string =>
  createHash('sha256').update(JSON.stringify(jobs)).digest('hex').slice(0, 12);

const personOf = ({ hireDate: _, lastDay: __, jobSince: ___, ...rest }: ReportedWorker) => rest;

const tom = {
  ...{ workerId: '105', name: 'Tom Fischer', email: 'tom.fischer@example.com', jobTitle: 'Data Engineer' },
  ...{ department: 'Data', location: 'Berlin', timeZone: 'Europe/Berlin', managerName: 'Marco Reyes' },
  managerEmail: 'marco.reyes@example.com',
};

const mia = {
  ...tom,
  ...{ workerId: '110', name: 'Mia Keller', email: 'mia.keller@example.com', jobTitle: 'Data Analyst' },
  ...{ managerName: 'Tom Fischer', managerEmail: 'tom.fischer@example.com' },
};

const oscar = {
  ...{ workerId: '121', name: 'Oscar Lind', email: 'oscar.lind@example.com', jobTitle: 'Account Manager' },
  ...{ department: 'Sales', location: 'Lisbon', timeZone: 'Europe/Lisbon', managerName: 'Yuki Tanaka' },
  managerEmail: 'yuki.tanaka@example.com',
};

/** Whether somebody is employed: a hire is told of who was not. */
type Employment = { hireDate: string | null; lastDay: string | null };

/** Workday delivers no events of workers: the report that the connection names is read, and needs the columns of reportColumns. */
export const workerTriggers = {
  workerHired: trigger({
    title: 'Worker hired',
    docs: reportDocs,
    summary: 'Somebody is new in the report of workers, or came back, with start date, job and manager’s e-mail.',
    payload: z.object({
      ...person,
      startDate: text.describe('May be ahead.'),
      formerLastDay: text.describe('Of somebody who came back. Null for who is new, and at the first look.'),
    }),
    poll: compared<Employment>({
      of: ({ hireDate, lastDay }) => ({ hireDate, lastDay }),
      asBefore: ({ hireDate, lastDay }, day) => ((hireDate ?? '') < day ? { hireDate, lastDay } : null),
      isTold: (before, after) =>
        before === null
          ? after.lastDay === null
          : before.lastDay !== null && after.lastDay === null && before.hireDate !== after.hireDate,
      tell: (worker, before) => ({
        id: `hired ${worker.workerId} ${worker.hireDate}`,
        payload: { ...personOf(worker), startDate: worker.hireDate, formerLastDay: before?.lastDay ?? null },
      }),
    }),
    sample: { ...mia, startDate: '2026-02-02', formerLastDay: null },
  }),

  workerChanged: trigger({
    title: 'Worker’s job changed',
    docs: reportDocs,
    summary:
      'Title, department, location or manager of somebody is not what it was at the last look, with the old and the new job.',
    payload: z.object({
      ...person,
      effectiveDate: text.describe('If the report has a column for it.'),
      before: job.nullable().describe('Null at the first look, for a change since its beginning.'),
      after: job,
      fields: z.array(z.string()).describe('The names of what differs.'),
    }),
    poll: compared<Remembered>({
      of: (worker) => ({ job: jobOf(worker) }),
      asBefore: (worker, day) => {
        const { jobSince, hireDate } = worker;
        const isChanged = jobSince !== null && jobSince >= day && jobSince !== hireDate;
        return { job: isChanged ? null : jobOf(worker) };
      },
      // Somebody who is met for the first time is hired, not changed.
      isTold: (before, after) => before !== null && !isDeepStrictEqual(before, after),
      tell(worker, remembered) {
        const after = jobOf(worker);
        const before = remembered?.job ?? null;
        const { jobSince: effectiveDate } = worker;
        const fields = before === null ? [] : differences(before, after);
        return {
          id: `changed ${worker.workerId} ${effectiveDate ?? ''} ${fingerprint({ before, after })}`,
          payload: { ...personOf(worker), effectiveDate, before, after, fields },
        };
      },
    }),
    sample: {
      ...{ ...tom, effectiveDate: '2026-01-15' },
      before: {
        ...{ jobTitle: 'Financial Analyst', department: 'Finance', location: 'Lisbon' },
        ...{ managerName: 'Yuki Tanaka', managerEmail: 'yuki.tanaka@example.com' },
      },
      after: {
        ...{ jobTitle: 'Data Engineer', department: 'Data', location: 'Berlin' },
        ...{ managerName: 'Marco Reyes', managerEmail: 'marco.reyes@example.com' },
      },
      fields: ['jobTitle', 'department', 'location', 'managerName', 'managerEmail'],
    },
  }),

  workerTerminated: trigger({
    title: 'Worker terminated',
    docs: reportDocs,
    summary: 'A last day was entered, which may be ahead; told again if it is moved.',
    payload: z.object({
      ...person,
      lastDay: z.string(),
      formerLastDay: text.describe('The day that was told before, if it was moved.'),
    }),
    poll: compared<string>({
      of: ({ lastDay }) => lastDay ?? '',
      // Who was to leave from the start on is told: nobody else would say that their last day has come.
      asBefore: ({ lastDay }, day) => (lastDay !== null && lastDay < day ? lastDay : ''),
      isTold: (before, after) => after !== '' && before !== after,
      tell: (worker, before) => ({
        id: `terminated ${worker.workerId} ${worker.lastDay}`,
        payload: { ...personOf(worker), lastDay: worker.lastDay, formerLastDay: before || null },
      }),
    }),
    sample: { ...oscar, lastDay: '2026-01-30', formerLastDay: null },
  }),
};
