import { callOperation, type JsonObject } from '@castellan/sdk';
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

const call = (operation: string, input: JsonObject) =>
  callOperation(bamboohr, operation, input, simulation.host()) as Promise<JsonObject>;

async function namesInDirectory(input: JsonObject = {}) {
  const { items } = (await call('listDirectory', input)) as { items: { name: string }[] };
  return items.map(({ name }) => name);
}

const answer = (body: JsonObject) => simulation.faults([{ operation: 'get-employees-directory', status: 200, body }]);

describe('The company directory of BambooHR', () => {
  it('shows who works here, and neither who has left nor who starts later', async () => {
    const left = (await call('listEmployees', { status: 'inactive' })) as { items: { name: string }[] };
    await call('createEmployee', { firstName: 'Ravi', lastName: 'Menon', hireDate: '2999-01-01' });
    const shown = await namesInDirectory();
    expect(shown).toContain('Jane Doe');
    expect(left.items).not.toEqual([]);
    for (const { name } of left.items) expect(shown).not.toContain(name);
    expect(shown).not.toContain('Ravi Menon');
    expect(await namesInDirectory({ includeFuture: true })).toEqual([...shown, 'Ravi Menon']);
  });

  it('has null for what the company does not show, and by its id whatever else it shows', async () => {
    const fields = [
      { id: 'displayName', type: 'text', name: 'Display name' },
      { id: 'customField7', type: 'text', name: 'Pronouns' },
    ];
    await answer({ fields, employees: [{ id: '103', displayName: 'Jane Doe', customField7: 'she' }] });
    const nothing = { firstName: null, lastName: null, workEmail: null, jobTitle: null, department: null };
    expect(await call('listDirectory', {})).toEqual({
      items: [
        {
          ...{ id: '103', name: 'Jane Doe', ...nothing, division: null, location: null, managerName: null },
          fields: { customField7: 'she' },
        },
      ],
      fields,
    });
  });

  it('is refused where the company does not share it, and says when it is empty', async () => {
    for (const status of [403, 404]) {
      await simulation.faults([{ operation: 'get-employees-directory', status }]);
      await expect(call('listDirectory', {})).rejects.toMatchObject({ status });
    }
  });
});
