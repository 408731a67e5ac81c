import { type ConnectionFields, callOperation, type JsonObject } from '@castellan/sdk';
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

const call = (operation: string, input: JsonObject) => callOperation(workday, operation, input, simulation.host());

describe('the manager of a worker', () => {
  it.each([
    ['jane, who works in an organisation', '103', 'marco.reyes@example.com'],
    ['tom, who leads one', '105', 'marco.reyes@example.com'],
    ['noah, whose organisation is led by somebody of another', '109', 'yuki.tanaka@example.com'],
  ])('of %s', async (_, number, email) => {
    expect(await call('findManager', { workerId: `Employee_ID=${number}` })).toMatchObject({
      found: true,
      manager: { email },
    });
  });

  it('is nobody at the top', async () => {
    expect(await call('findManager', { workerId: 'Employee_ID=101' })).toEqual({ found: false, manager: null });
  });
});

describe('a worker', () => {
  it('is found by e-mail with one search where the address holds the name', async () => {
    expect(await call('findWorker', { email: 'Jane.Doe@example.com' })).toMatchObject({ worker: { workerId: '103' } });
    const asked = (await simulation.requests()).filter(
      ({ operation }) => operation === 'Workers_getCollectionStaffing',
    );
    expect(asked.map(({ query }) => query.search)).toEqual(['jane doe']);
  });

  it('is found by e-mail where the address says nothing, by reading all', async () => {
    const { workers } = (await simulation.state()) as { workers: JsonObject[] };
    const renamed = workers.map((worker) =>
      worker.employeeId === '103' ? { ...worker, email: 'x7@example.com' } : worker,
    );
    await simulation.seed({ workers: renamed });
    expect(await call('findWorker', { email: 'x7@example.com' })).toMatchObject({ worker: { workerId: '103' } });
    expect(await call('findWorker', { email: 'nobody@example.com' })).toEqual({ found: false, worker: null });
  });

  it('who left is listed only when asked for', async () => {
    const names = async (input: JsonObject) =>
      ((await call('listWorkers', input)) as { items: { name: string }[] }).items.map(({ name }) => name);
    expect(await names({})).not.toContain('Oscar Lind');
    expect(await names({ includeTerminated: true })).toContain('Oscar Lind');
  });

  it('who is not there is told in Workday’s words', async () => {
    await expect(call('getWorker', { workerId: 'Employee_ID=999' })).rejects.toMatchObject({
      status: 404,
      vendorMessage: 'No worker has the ID Employee_ID=999.',
    });
  });
});

describe('a report', () => {
  const connect = (kind: string, fields: ConnectionFields) =>
    hostOf(simulation.core.connect(workday, { ...simulation.connection, id: kind, kind, fields }));
  const { host, tenant } = workday.sampleConnection.fields;
  const user = { username: 'ISU_Castellan', password: 'a-password', host, tenant };

  it('is read by an integration system user, without a token', async () => {
    const input = { owner: 'ISU_Castellan', report: 'Castellan_Workers' };
    const output = await callOperation(workday, 'runReport', input, connect('integrationUser', user));
    expect((output as { items: JsonObject[] }).items).toContainEqual(
      expect.objectContaining({ Employee_ID: '103', Department: 'Engineering' }),
    );
    expect((await simulation.requests()).at(-1)?.path).toBe(
      '/ccx/service/customreport2/example/ISU_Castellan/Castellan_Workers',
    );
  });

  it('of workers has to be named in the connection', async () => {
    await expect(workday.test!(connect('integrationUser', user), user)).rejects.toMatchObject({
      code: 'E_AUTH',
      message: expect.stringContaining('names no report of workers'),
    });
    const named = { ...user, workersReport: 'ISU_Castellan/Castellan_Workers' };
    expect(await workday.test!(connect('integrationUser', named), named)).toEqual({
      account: 'example on wd5-services1.myworkday.com',
    });
  });
});
