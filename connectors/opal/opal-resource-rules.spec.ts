import { callOperation, type JsonObject, readBefore, undoOf } from '@castellan/sdk';
import { type Simulation, simulate } from '@castellan/sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { opal } from './opal.connector.js';
import { opalSimulator } from './opal.simulator.js';

let simulation: Simulation;
beforeAll(async () => {
  simulation = await simulate(opal, opalSimulator);
});
beforeEach(() => simulation.reset());
afterAll(() => simulation.close());

const resourceId = 'ca57e11a-0002-4000-8000-000000000001';
const groups = ['ca57e11a-0003-4000-8000-000000000001'];
const call = (operation: string, input: JsonObject): Promise<JsonObject> =>
  callOperation(opal, operation, { resourceId, ...input }, simulation.host()) as Promise<JsonObject>;
const before = (operation: string, input: JsonObject) =>
  readBefore(opal, operation, { resourceId, ...input }, simulation.host());

interface Configuration {
  condition?: object | null;
  max_duration_minutes?: number;
  reviewer_stages: { owner_ids: string[] }[];
}
const configurations = async () => {
  const { resources } = (await simulation.state()) as unknown as {
    resources: { resource_id: string; request_configurations: Configuration[] }[];
  };
  return resources.find((one) => one.resource_id === resourceId)!.request_configurations;
};
/** The rules of the resource, in place of those that it has. */
async function seedRules(change: (rules: Configuration[]) => Configuration[]): Promise<void> {
  const { resources } = (await simulation.state()) as { resources: JsonObject[] };
  const rules = change(await configurations()) as unknown as JsonObject[];
  const seeded = resources.map((one) =>
    one.resource_id === resourceId ? { ...one, request_configurations: rules } : one,
  );
  await simulation.seed({ resources: seeded });
}

/** Does it, and takes it back: what there was before is there again. */
async function thereAndBack(operation: string, input: JsonObject): Promise<void> {
  const first = await before(operation, input);
  const output = await call(operation, input);
  expect(await before(operation, input)).toEqual(output);
  const undo = undoOf(opal, operation, { resourceId, ...input }, output, first)!;
  expect(undo.operation).toBe(operation);
  await callOperation(opal, undo.operation, undo.input, simulation.host());
  expect(await before(operation, input)).toEqual(first);
}

describe('who sees a resource', () => {
  it('is set and put back', async () => {
    await thereAndBack('setResourceVisibility', { visibility: 'LIMITED', groupIds: groups });
  });

  it('is everybody again without groups', async () => {
    await call('setResourceVisibility', { visibility: 'LIMITED', groupIds: groups });
    expect(await call('setResourceVisibility', { visibility: 'GLOBAL' })).toEqual({
      visibility: 'GLOBAL',
      groupIds: [],
    });
  });
});

describe('what a request needs', () => {
  it('is changed where it is named, and put back', async () => {
    const [owner] = (await configurations())[0]!.reviewer_stages[0]!.owner_ids;
    await thereAndBack('setResourceApproval', { requireManagerApproval: true, requireSupportTicket: true });
    await thereAndBack('setResourceApproval', { ownerIds: ['ca57e11a-0006-4000-8000-000000000002'] });
    expect((await configurations())[0]!.reviewer_stages).toMatchObject([{ owner_ids: [owner], operator: 'OR' }]);
  });

  it('stays as it is for those who have a rule of their own', async () => {
    await seedRules(([general]) => [{ ...general!, condition: { group_ids: groups } }, general!]);
    const [special] = await configurations();
    await call('setResourceApproval', { autoApproval: true });
    expect((await configurations())[0]).toEqual(special);
    expect((await configurations())[1]).toMatchObject({ auto_approval: true });
  });

  it('has no way back for a setting that had no value, and says so', async () => {
    const input = { maxDurationMinutes: 60 };
    const first = await before('setResourceApproval', input);
    expect(first).toEqual({});
    expect(
      undoOf(opal, 'setResourceApproval', { resourceId, ...input }, await call('setResourceApproval', input), first),
    ).toBe(null);
  });

  it('is refused where several stages would be written over, or nothing is named', async () => {
    await seedRules(([general]) => [
      { ...general!, reviewer_stages: [...general!.reviewer_stages, ...general!.reviewer_stages] },
    ]);
    await expect(call('setResourceApproval', { ownerIds: groups })).rejects.toThrow('several stages');
    await expect(call('setResourceApproval', {})).rejects.toMatchObject({ code: 'E_INPUT' });
    expect(await call('setResourceApproval', { autoApproval: false })).toEqual({ autoApproval: false });
  });
});
