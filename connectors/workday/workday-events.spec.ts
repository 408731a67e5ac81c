import { callOperation, type JsonObject, type JsonValue, type PolledEvent, pollOf, readPoll } from '@castellan/sdk';
import { hostOf, type Simulation, simulate } from '@castellan/sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { workday } from './workday.connector.js';
import { workdaySimulator } from './workday.simulator.js';

let simulation: Simulation;
beforeAll(async () => {
  simulation = await simulate(workday, workdaySimulator);
});
beforeEach(() => simulation.reset());
afterAll(() => simulation.close());

const reader = (trigger: string, from = new Date()) => {
  let cursor: JsonValue = pollOf(workday, trigger).begin(from);
  return async (): Promise<PolledEvent[]> => {
    const page = await readPoll(workday, trigger, cursor, simulation.host());
    cursor = page.cursor;
    return page.events;
  };
};

/** Changes the record of a worker, or adds one. */
async function change(employeeId: string, fields: JsonObject): Promise<void> {
  const { workers } = (await simulation.state()) as { workers: JsonObject[] };
  const others = workers.filter((worker) => worker.employeeId !== employeeId);
  const own = workers.find((worker) => worker.employeeId === employeeId) ?? {
    ...workers[2],
    employeeId,
    lastDay: null,
  };
  await simulation.seed({ workers: [...others, { ...own, ...fields }] });
}

const payloads = (events: PolledEvent[]) => events.map(({ payload }) => payload);

describe('a hire', () => {
  it('is told once, with start date, job, manager’s e-mail and time zone', async () => {
    const read = reader('workerHired');
    expect(await read()).toEqual([]);
    await change('130', { name: 'Ravi Menon', email: 'ravi.menon@example.com', hireDate: '2099-03-02' });
    expect(payloads(await read())).toEqual([
      expect.objectContaining({
        ...{ workerId: '130', email: 'ravi.menon@example.com', startDate: '2099-03-02', department: 'Engineering' },
        ...{ managerEmail: 'marco.reyes@example.com', timeZone: 'Europe/Berlin', formerLastDay: null },
      }),
    ]);
    await change('130', { title: 'Engineer' });
    expect(await read()).toEqual([]);
  });

  it('is told of somebody who comes back, with the day on which they had left', async () => {
    const read = reader('workerHired');
    await read();
    await change('121', { hireDate: '2026-06-01', lastDay: null });
    expect(payloads(await read())).toEqual([
      expect.objectContaining({ workerId: '121', startDate: '2026-06-01', formerLastDay: '2026-01-30' }),
    ]);
  });

  it('is not told of somebody whose last day was entered and is taken back', async () => {
    const read = reader('workerHired');
    await read();
    await change('103', { lastDay: '2026-12-31' });
    await read();
    await change('103', { lastDay: null });
    expect(payloads(await read())).toEqual([]);
  });
});

describe('a change of job', () => {
  it('is told with the job that was remembered and the new one', async () => {
    const read = reader('workerChanged');
    expect(await read()).toEqual([]);
    await change('103', { title: 'Staff Engineer', department: 'Data', jobSince: '2026-05-01' });
    expect(payloads(await read())).toEqual([
      expect.objectContaining({
        effectiveDate: '2026-05-01',
        before: expect.objectContaining({ jobTitle: 'Senior Software Engineer', department: 'Engineering' }),
        after: expect.objectContaining({ jobTitle: 'Staff Engineer', department: 'Data' }),
        fields: ['jobTitle', 'department'],
      }),
    ]);
    expect(await read()).toEqual([]);
  });

  it('is none when somebody is hired, leaves, or is gone from the report', async () => {
    const read = reader('workerChanged');
    await read();
    await change('130', { name: 'Ravi Menon' });
    await change('109', { lastDay: '2026-05-31' });
    expect(await read()).toEqual([]);
    const { workers } = (await simulation.state()) as { workers: JsonObject[] };
    await simulation.seed({ workers: workers.filter(({ employeeId }) => employeeId !== '109') });
    expect(await read()).toEqual([]);
    await simulation.seed({ workers });
    expect(await read()).toEqual([]);
  });

  it('is told with what it became where the first look cannot know what it was', async () => {
    const events = payloads(await reader('workerChanged', new Date('2026-01-01T00:00:00Z'))());
    expect(events).toEqual([
      expect.objectContaining({ workerId: '105', before: null, fields: [], effectiveDate: '2026-01-15' }),
    ]);
  });
});

describe('a termination', () => {
  it('is told when its day is known, and again when that is moved', async () => {
    const read = reader('workerTerminated');
    expect(await read()).toEqual([]);
    await change('109', { lastDay: '2099-03-31' });
    expect(payloads(await read())).toEqual([
      expect.objectContaining({
        workerId: '109',
        lastDay: '2099-03-31',
        formerLastDay: null,
        timeZone: 'Europe/Lisbon',
      }),
    ]);
    await change('109', { lastDay: '2099-04-30' });
    expect(payloads(await read())).toEqual([
      expect.objectContaining({ lastDay: '2099-04-30', formerLastDay: '2099-03-31' }),
    ]);
    expect(await read()).toEqual([]);
  });

  it('is told though more people are new than are told together', async () => {
    const { workers } = (await simulation.state()) as { workers: JsonObject[] };
    const crowd = Array.from({ length: 1_100 }, (_, index) => ({
      ...workers[8]!,
      employeeId: String(1_000 + index),
      lastDay: '2099-12-31',
    }));
    await simulation.seed({ workers: crowd });
    const read = reader('workerTerminated');
    const ids = [...(await read()), ...(await read()), ...(await read())].map(({ id }) => id);
    expect(new Set(ids).size).toBe(1_100);
    expect(await read()).toEqual([]);
  });
});

describe('the report of workers', () => {
  const readBody = (body: JsonValue) => {
    const http = { send: async () => ({ status: 200, headers: {}, body }) };
    return readPoll(workday, 'workerHired', pollOf(workday, 'workerHired').begin(new Date(0)), hostOf(http));
  };

  it('has days that may be written with a zone', async () => {
    const page = await readBody({ Report_Entry: [{ Employee_ID: '1', Hire_Date: '2026-02-02-08:00' }] });
    expect(page.events[0]).toMatchObject({ id: 'hired 1 2026-02-02', payload: { startDate: '2026-02-02' } });
  });

  it('says which columns there are where the number is missing', async () => {
    await expect(readBody({ Report_Entry: [{ Worker: 'Jane Doe', Title: 'x' }] })).rejects.toMatchObject({
      code: 'E_RESPONSE',
      message: expect.stringContaining('Worker, Title are there'),
    });
  });

  it('tells of one worker whether and when they leave, also of somebody who has left', async () => {
    const lastDay = async (workerId: string) => {
      const found = await callOperation(workday, 'findReportedWorker', { workerId }, simulation.host());
      return (found as { worker: { lastDay: string | null } | null }).worker?.lastDay;
    };
    expect(await lastDay('121')).toBe('2026-01-30');
    expect(await lastDay('103')).toBeNull();
    expect(await lastDay('999')).toBeUndefined();
  });

  it('may be empty, and is no page of a sign-in', async () => {
    expect((await readBody({})).events).toEqual([]);
    await expect(readBody('<html>Sign in</html>')).rejects.toMatchObject({ code: 'E_RESPONSE' });
  });
});
