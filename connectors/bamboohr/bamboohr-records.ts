import { type Host, type JsonValue, type PolledEvent, type PollPage, trigger } from '@castellan/sdk';
import { z } from 'zod';
import { bamboohrAddress, lifeEventId, recordEvent } from './bamboohr-deliveries.js';
import { readEmployee } from './bamboohr-employee.js';
import { changedOf, changedRequest } from './bamboohr-employees.js';
import { type Employee, employee, reference } from './bamboohr-shapes.js';

type Change = ReturnType<typeof changedOf>[number];

/** What is listed late is read again; it is told by its id. */
export const lateMs = 120_000;

/** People whose data are read together, within the time of one reading. */
export const peopleAtOnce = 10;

/** Where the reading of new records has come to. */
interface Place {
  /** Whoever was entered before is never told. */
  start: string;
  /** From when on changes are asked for. */
  since: string;
  /** The first look at everybody is not done. */
  isFirst: boolean;
  /** Ids of all records that were seen. */
  known: string[];
}

const longAgo = '1970-01-01T00:00:00Z';

const asJson = (value: object): JsonValue => JSON.parse(JSON.stringify(value)) as JsonValue;

export const begin = (from: Date): JsonValue =>
  asJson({ start: from.toISOString(), since: from.toISOString(), isFirst: true, known: [] } satisfies Place);

async function readChanged({ http }: Host, since: string, type?: string): Promise<Change[]> {
  const { body } = await http.send(changedRequest(since, type));
  return changedOf(body);
}

export const sinceNow = ({ now }: Pick<Host, 'now'>, start: string): string =>
  new Date(Math.max(Date.parse(start), now().getTime() - lateMs)).toISOString();

/**
 * Reads which records are new. At the first look everybody is noted; entered since the start is who BambooHR calls
 * inserted since, and of those that were changed afterwards who is hired from that day on. Later whoever was not noted.
 */
async function readCreated(
  host: Host,
  cursor: JsonValue,
  tell: (person: Employee, change: Change) => PolledEvent,
): Promise<PollPage> {
  const { start, since, isFirst, known } = cursor as unknown as Place;
  const changes = (await readChanged(host, isFirst ? longAgo : since)).filter(({ action }) => action !== 'Deleted');
  const noted = new Set(known);
  const isRecent = ({ lastChanged }: Change) => Date.parse(lastChanged) >= Date.parse(start);
  const open = changes.filter((change) => !noted.has(change.id) && (!isFirst || isRecent(change)));
  const people = open.slice(0, peopleAtOnce);
  const found = await Promise.all(people.map(({ id }) => readIfThere(host, id)));
  const isNew = (person: Employee, { action }: Change) =>
    !isFirst || action === 'Inserted' || (person.hireDate ?? '') >= start.slice(0, 10);
  const events = people.flatMap((change, index) => {
    const person = found[index];
    return person && isNew(person, change) ? [tell(person, change)] : [];
  });
  const more = open.length > people.length;
  const waiting = new Set(open.slice(peopleAtOnce).map(({ id }) => id));
  for (const { id } of changes) if (!waiting.has(id)) noted.add(id);
  const next = more ? { since, isFirst } : { since: sinceNow(host, start), isFirst: false };
  const place: Place = { start, ...next, known: [...noted] };
  return { events, cursor: asJson(place), ...(more ? { more } : {}) };
}

/** A record that was deleted in the meantime, or that the key may not see, is nobody. */
export async function readIfThere(host: Host, id: string): Promise<Employee | null> {
  return readEmployee(host, id).catch((error: { status?: number }) => {
    if (error.status === 403 || error.status === 404) return null;
    throw error;
  });
}

const sampleEvent = { employeeId: '110', at: '2026-01-12T10:15:00+00:00', changedFields: [], fields: {} };

const recordOf = ({ id, lastChanged }: Change) => ({ ...sampleEvent, employeeId: id, at: lastChanged });

export const recordTriggers = {
  employeeCreated: trigger({
    title: 'Employee record created',
    docs: bamboohrAddress.docs,
    summary: 'A record was added. Told by a webhook at once, and by reading, so that a lost delivery is made good.',
    payload: recordEvent,
    sample: sampleEvent,
    poll: {
      everySeconds: 900,
      delivered: true,
      begin,
      read: (host, cursor) =>
        readCreated(host, cursor, ({ id }, change) => ({
          id: lifeEventId('created', id),
          payload: recordOf(change),
        })),
    },
  }),

  employeeUpdated: trigger({
    title: 'Employee record changed',
    docs: bamboohrAddress.docs,
    summary: 'A field that the webhook watches was changed. For roles and terminations use the events that are read.',
    payload: recordEvent,
    sample: {
      ...{ employeeId: '105', at: '2026-01-15T08:30:00Z' },
      ...{ changedFields: ['jobTitle', 'department'], fields: {} },
    },
  }),

  employeeDeleted: trigger({
    title: 'Employee record deleted',
    docs: bamboohrAddress.docs,
    summary: 'A record was removed, which is not a termination. Told by a webhook at once, and by reading.',
    payload: recordEvent,
    sample: { ...sampleEvent, employeeId: '120' },
    poll: {
      everySeconds: 900,
      delivered: true,
      begin,
      async read(host, cursor) {
        const place = cursor as unknown as Place;
        const events = (await readChanged(host, place.since, 'deleted')).map((change) => ({
          id: lifeEventId('deleted', change.id),
          occurredAt: change.lastChanged,
          payload: recordOf(change),
        }));
        return { events, cursor: asJson({ ...place, since: sinceNow(host, place.start) } satisfies Place) };
      },
    },
  }),

  newHire: trigger({
    title: 'New hire',
    docs: `${reference}/get-changed-employee-ids`,
    summary:
      'Somebody was entered: with department, title, location, manager’s e-mail and start date, which may be ahead.',
    payload: employee.omit({ fields: true }).extend({ startDate: z.string().nullable() }),
    poll: {
      everySeconds: 300,
      begin,
      read: (host, cursor) =>
        readCreated(host, cursor, ({ fields: _, ...person }) => ({
          id: lifeEventId('created', person.id),
          payload: { ...person, startDate: person.hireDate },
        })),
    },
    sample: {
      ...{ id: '110', name: 'Mia Keller', firstName: 'Mia', lastName: 'Keller', preferredName: null },
      ...{ workEmail: 'mia.keller@example.com', status: 'Active', jobTitle: 'Data Analyst', department: 'Data' },
      ...{ division: null, location: 'Berlin', employmentStatus: 'Full-Time', hireDate: '2026-02-02' },
      ...{ startDate: '2026-02-02', terminationDate: null, managerId: '105', managerName: 'Tom Fischer' },
      managerEmail: 'tom.fischer@example.com',
    },
  }),
};
