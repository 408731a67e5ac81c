import { callOperation, type JsonObject, listChoices } from '@castellan/sdk';
import { type Simulation, simulate } from '@castellan/sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bamboohr } from './bamboohr.connector.js';
import { bamboohrSimulator } from './bamboohr.simulator.js';

let simulation: Simulation;
beforeAll(async () => {
  simulation = await simulate(bamboohr, bamboohrSimulator);
});
beforeEach(() => simulation.reset());
afterAll(() => simulation.close());

const call = (operation: string, input: JsonObject, connectionId?: string) =>
  callOperation(bamboohr, operation, input, simulation.host(connectionId ? { connectionId } : {}));

describe('BambooHR', () => {
  it('says what is wrong in a header, which is told', async () => {
    await simulation.faults([
      { status: 409, headers: { 'x-bamboohr-error-message': 'Duplicate Employee #' }, body: '' },
    ]);
    await expect(call('createEmployee', { firstName: 'Ravi', lastName: 'Menon' })).rejects.toMatchObject({
      status: 409,
      vendorMessage: 'Duplicate Employee #',
    });
  });

  it('is asked again after the time that it names, whether it is busy (429) or away (503)', async () => {
    for (const status of [429, 503]) {
      await simulation.faults([{ status, headers: { 'retry-after': '30' } }]);
      await expect(call('getEmployee', { employeeId: '103' }, `busy-${status}`)).rejects.toMatchObject({
        name: 'RetryableError',
        retryAfter: 30,
      });
    }
  });

  it('has nobody: a person who is not there is an error, one who is looked for is not found', async () => {
    await expect(call('getEmployee', { employeeId: '999' })).rejects.toMatchObject({ status: 404 });
    expect(await call('findEmployee', { email: 'nobody@example.com' })).toEqual({ found: false, employee: null });
  });

  it('finds a person whatever the case of the address', async () => {
    expect(await call('findEmployee', { email: 'Jane.DOE@example.com' })).toMatchObject({
      found: true,
      employee: { id: '103', managerEmail: 'marco.reyes@example.com' },
    });
  });

  it('hides a manager whom the key may not see', async () => {
    await simulation.faults([{ path: '/api/v1/employees/102', status: 403 }]);
    expect(await call('getEmployee', { employeeId: '103' })).toMatchObject({
      managerName: 'Marco Reyes',
      managerEmail: null,
    });
  });

  it('gives the choices of fields, without what is archived', async () => {
    const choices = await listChoices(bamboohr, 'changeRole', '/department', {}, simulation.host());
    expect(choices.map(({ label }) => label)).toContain('Engineering');
  });

  it('takes a row back that was entered, and nothing when it is gone already', async () => {
    const row = { employeeId: '103', date: '2026-03-01', jobTitle: 'Manager' };
    const { rowId } = (await call('changeRole', row)) as { rowId: string };
    const place = { employeeId: '103', table: 'jobInfo', rowId };
    expect(await call('deleteTableRow', place)).toEqual({ deleted: true, alreadyGone: false });
    expect(await call('deleteTableRow', place)).toEqual({ deleted: true, alreadyGone: true });
  });

  it('leaves the outcome of a new row open when it cannot be read, since a repeat would be a second row', async () => {
    await simulation.faults([{ operation: 'get-employee-table-data', status: 500 }]);
    await expect(
      call('changeRole', { employeeId: '103', date: '2026-03-01', jobTitle: 'Manager' }),
    ).rejects.toMatchObject({
      code: 'E_OUTCOME_UNKNOWN',
    });
  });
});
