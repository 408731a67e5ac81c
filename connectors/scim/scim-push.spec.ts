import { callOperation, type DirectoryEnvelope, type JsonObject, type JsonValue } from '@castellan/sdk';
import { type Simulation, simulate } from '@castellan/sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { scim } from './scim.connector.js';
import { scimSimulator } from './scim.simulator.js';
import { scimPush } from './scim-push.js';
import { scimSync } from './scim-sync.js';

const create = scimPush.create!;
const jane: DirectoryEnvelope = {
  resource: 'ca57e11a-0001-4000-8000-000000000003',
  payload: { id: 'ca57e11a-0001-4000-8000-000000000003', userName: 'jane.doe@example.com' },
};

describe('A team in a system that speaks SCIM', () => {
  let simulated: Simulation;
  beforeAll(async () => {
    simulated = await simulate(scim, scimSimulator);
  });
  beforeEach(() => simulated.reset());
  afterAll(() => simulated.close());

  const call = (operation: string, input: JsonValue) =>
    callOperation(scim, operation, input, simulated.host({})) as Promise<JsonObject>;
  const make = async (name: string) =>
    create.made(await call(create.operation, create.input({ name, description: '' }, {})!));

  it('gets a group of its name, which is then as a list of groups gives it', async () => {
    const made = await make('Platform');
    expect(scimSync.groups!.record(made.payload)).toMatchObject({ externalId: made.resource, displayName: 'Platform' });
    const { envelopes } = await scimSync.groups!.read(simulated.host({}), {}, null);
    expect(envelopes.find(({ resource }) => resource === made.resource)?.payload).toEqual(made.payload);
    expect(create.missing({})).toBeNull();
  });

  it('is written to the group, and a repeat changes nothing', async () => {
    const group = await make('Platform');
    const members = async () => {
      const { members: all } = await call('getGroup', { groupId: group.resource });
      return (all as { value: string }[]).map(({ value }) => value);
    };
    for (let time = 0; time < 2; time++) await call(scimPush.add.operation, scimPush.add.input(group, jane)!);
    expect(await members()).toEqual([jane.resource]);
    for (let time = 0; time < 2; time++) await call(scimPush.remove.operation, scimPush.remove.input(group, jane)!);
    expect(await members()).toEqual([]);
  });

  it('names for each call just the fields that it fills, the person by the address', () => {
    const group: DirectoryEnvelope = { resource: 'g', payload: {} };
    expect(Object.keys(scimPush.add.input(group, jane)!)).toEqual(scimPush.add.fields);
    expect(Object.keys(scimPush.remove.input(group, jane)!)).toEqual(scimPush.remove.fields);
    expect(Object.keys(create.input({ name: 'Platform', description: '' }, {})!)).toEqual(create.fields);
    expect(scimPush.add.input(group, jane)?.userEmail).toBe('jane.doe@example.com');
    expect(scimPush.add.input(group, { resource: 'u', payload: { id: 'u', userName: 'jdoe' } })).toBeNull();
  });
});
