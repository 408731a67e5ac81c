import {
  type Connector,
  callOperation,
  type JsonObject,
  type JsonValue,
  type PolledEvent,
  pollOf,
  readPoll,
} from '@castellan/sdk';
import { type Simulation, simulate } from '@castellan/sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bamboohr } from './bamboohr.connector.js';
import { bamboohrSimulator } from './bamboohr.simulator.js';
import { bamboohrAddress } from './bamboohr-deliveries.js';

let simulation: Simulation;
beforeAll(async () => {
  simulation = await simulate(bamboohr, bamboohrSimulator);
});
beforeEach(() => simulation.reset());
afterAll(() => simulation.close());

const call = <T = JsonObject>(operation: string, input: JsonObject): Promise<T> =>
  callOperation(bamboohr as Connector, operation, input, simulation.host()) as Promise<T>;

/** Reads an event to its end, as the server does between two looks at the clock. */
class Reader {
  private cursor: JsonValue;

  constructor(
    private readonly trigger: string,
    from = new Date(),
  ) {
    this.cursor = pollOf(bamboohr, trigger).begin(from);
  }

  async read(now = new Date()): Promise<PolledEvent[]> {
    const events: PolledEvent[] = [];
    for (;;) {
      const page = await readPoll(bamboohr, this.trigger, this.cursor, simulation.host({ now }));
      events.push(...page.events);
      this.cursor = page.cursor;
      if (!page.more) return events;
    }
  }
}

const payloads = (events: PolledEvent[]) => events.map(({ payload }) => payload);
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);
const dayOf = (date: Date) => date.toISOString().slice(0, 10);

const ravi = { firstName: 'Ravi', lastName: 'Menon', workEmail: 'ravi.menon@example.com', department: 'Engineering' };

describe('a new hire', () => {
  it('is told once, with the job, though the record was changed before it was read', async () => {
    const reader = new Reader('newHire');
    expect(await reader.read()).toEqual([]);
    const hireDate = dayOf(inDays(14));
    const { employeeId } = await call<{ employeeId: string }>('createEmployee', { ...ravi, hireDate });
    await call('updateEmployee', { employeeId, fields: { mobilePhone: '1' } });
    expect(payloads(await reader.read())).toEqual([
      expect.objectContaining({ id: employeeId, workEmail: ravi.workEmail, startDate: hireDate }),
    ]);
    await call('updateEmployee', { employeeId, fields: { mobilePhone: '2' } });
    expect(await reader.read()).toEqual([]);
  });

  it('is not somebody who was there before and is only changed', async () => {
    const reader = new Reader('newHire');
    await call('updateEmployee', { employeeId: '103', fields: { mobilePhone: '1' } });
    expect(await reader.read()).toEqual([]);
  });

  it('is found among more people than are read together', async () => {
    const reader = new Reader('newHire');
    await reader.read();
    for (let number = 0; number < 23; number++) await call('createEmployee', { ...ravi, lastName: `Menon ${number}` });
    const ids = (await reader.read()).map(({ id }) => id);
    expect(new Set(ids).size).toBe(23);
  });

  it('has the name that its webhook has, so that a lost delivery makes one run and a heard one no second', async () => {
    const reader = new Reader('employeeCreated');
    await reader.read();
    const { employeeId } = await call<{ employeeId: string }>('createEmployee', ravi);
    const body = { type: 'employee.created', timestamp: new Date().toISOString(), data: { employeeId } };
    const delivery = { method: 'POST', headers: {}, query: {}, rawBody: Buffer.from(JSON.stringify(body)), body };
    const [read] = await reader.read();
    expect(read?.id).toBe(bamboohrAddress.events(delivery)[0]?.id);
  });
});

describe('a change of role', () => {
  const newRole = (employeeId: string, date: string) =>
    call('changeRole', { employeeId, date, jobTitle: 'Staff Engineer', department: 'Data', location: 'Boston' });

  it('is told with the old and the new job and what differs', async () => {
    const reader = new Reader('roleChanged');
    expect(await reader.read()).toEqual([]);
    await newRole('103', dayOf(new Date()));
    expect(payloads(await reader.read())).toEqual([
      expect.objectContaining({
        employeeId: '103',
        workEmail: 'jane.doe@example.com',
        before: expect.objectContaining({ jobTitle: 'Senior Software Engineer', department: 'Engineering' }),
        after: expect.objectContaining({ jobTitle: 'Staff Engineer', department: 'Data', location: 'Boston' }),
        fields: ['jobTitle', 'department', 'location', 'managerName'],
      }),
    ]);
    expect(await reader.read()).toEqual([]);
  });

  it('is told when it was entered late, for a day in the past', async () => {
    const reader = new Reader('roleChanged');
    await reader.read();
    await newRole('103', dayOf(inDays(-20)));
    expect(await reader.read()).toHaveLength(1);
  });

  it('that was entered ahead is told on its day, though nothing is changed then', async () => {
    const reader = new Reader('roleChanged');
    await newRole('103', dayOf(inDays(3)));
    expect(await reader.read()).toEqual([]);
    expect(await reader.read(inDays(3))).toHaveLength(1);
  });

  it('is not told for another change of the person, nor for a first job', async () => {
    const reader = new Reader('roleChanged');
    await reader.read();
    await call('updateEmployee', { employeeId: '103', fields: { mobilePhone: '1' } });
    await call('createEmployee', ravi);
    expect(await reader.read()).toEqual([]);
  });

  it('is read with its history by an operation', async () => {
    expect(await call('getRoleChange', { employeeId: '105' })).toMatchObject({
      ...{ changed: true, effectiveDate: '2026-01-15' },
      before: { department: 'Finance', managerName: 'Yuki Tanaka' },
      after: { department: 'Data', managerName: 'Marco Reyes' },
    });
    expect(await call('getRoleChange', { employeeId: '105', on: '2025-01-01' })).toMatchObject({
      ...{ changed: false, before: null, fields: [] },
      after: { department: 'Finance' },
    });
  });
});

describe('a termination', () => {
  const leave = (date: string) =>
    call('setEmploymentStatus', { employeeId: '109', date, employmentStatus: 'Terminated' });

  it('is told when it is entered, with the last day ahead, and again when that day is moved', async () => {
    const reader = new Reader('employeeTerminated');
    expect(await reader.read()).toEqual([]);
    const [first, second] = [dayOf(inDays(10)), dayOf(inDays(20))] as [string, string];
    await leave(first);
    const noah = { employeeId: '109', workEmail: 'noah.silva@example.com', location: 'Lisbon' };
    const manager = { managerEmail: 'yuki.tanaka@example.com' };
    expect(payloads(await reader.read())).toEqual([
      expect.objectContaining({ ...noah, ...manager, lastDay: first, formerLastDay: null }),
    ]);
    await leave(second);
    expect(payloads(await reader.read())).toEqual([expect.objectContaining({ lastDay: second, formerLastDay: first })]);
    expect(await reader.read(inDays(30))).toEqual([]);
  });

  it('is told again of somebody who came back and leaves once more', async () => {
    const reader = new Reader('employeeTerminated');
    await reader.read();
    const back = { employeeId: '121', date: '2026-04-01', employmentStatus: 'Full-Time' };
    await call('setEmploymentStatus', back);
    expect(await reader.read()).toEqual([]);
    await call('setEmploymentStatus', { ...back, date: '2026-09-30', employmentStatus: 'Terminated' });
    expect(payloads(await reader.read())).toEqual([
      expect.objectContaining({ employeeId: '121', lastDay: '2026-09-30', formerLastDay: null }),
    ]);
  });
});

describe('a return', () => {
  const status = (date: string, employmentStatus: string) =>
    call<{ rowId: string }>('setEmploymentStatus', { employeeId: '121', date, employmentStatus });

  it('is told of somebody who had left, from the day that it is entered, and again when that day is moved', async () => {
    const reader = new Reader('employeeRehired');
    expect(await reader.read()).toEqual([]);
    const [first, second] = [dayOf(inDays(10)), dayOf(inDays(20))] as [string, string];
    const { rowId } = await status(first, 'Part-Time');
    const oscar = { employeeId: '121', workEmail: 'oscar.lind@example.com', formerLastDay: '2026-01-30' };
    expect(payloads(await reader.read())).toEqual([expect.objectContaining({ ...oscar, startDate: first })]);
    await call('deleteTableRow', { employeeId: '121', table: 'employmentStatus', rowId });
    await status(second, 'Part-Time');
    expect(payloads(await reader.read())).toEqual([expect.objectContaining({ ...oscar, startDate: second })]);
    expect(await reader.read(inDays(30))).toEqual([]);
  });

  it('is told although its end is entered with it, and not for another status of who is there', async () => {
    const reader = new Reader('employeeRehired');
    await reader.read();
    await status('2026-12-01', 'Contractor');
    await status('2027-05-31', 'Terminated');
    await call('setEmploymentStatus', { employeeId: '103', date: '2026-12-01', employmentStatus: 'Part-Time' });
    expect(payloads(await reader.read())).toEqual([
      expect.objectContaining({ employeeId: '121', startDate: '2026-12-01' }),
    ]);
  });

  it('that was before the start is not told, and one since then is', async () => {
    expect(await new Reader('employeeRehired', new Date('2022-03-02')).read()).toEqual([]);
    expect(payloads(await new Reader('employeeRehired', new Date('2022-03-01')).read())).toEqual([
      expect.objectContaining({ workEmail: 'yuki.tanaka@example.com', formerLastDay: '2020-06-30' }),
    ]);
  });
});
