import { callOperation, type DirectoryEnvelope, type JsonObject, type JsonValue } from '@castellan/sdk';
import { type Simulation, simulate } from '@castellan/sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { entra } from './entra.connector.js';
import { entraSimulator } from './entra.simulator.js';
import { entraPush } from './entra-push.js';
import { entraSync } from './entra-sync.js';

const security: DirectoryEnvelope = { resource: 'ca57e11a-0052-4000-8000-000000000001', payload: {} };
const priya: DirectoryEnvelope = {
  resource: 'ca57e11a-0051-4000-8000-000000000004',
  payload: { mail: null, userPrincipalName: 'priya.raman@example.com' },
};

describe('A team in Microsoft Entra ID', () => {
  let atEntra: Simulation;
  beforeAll(async () => {
    atEntra = await simulate(entra, entraSimulator);
  });
  beforeEach(() => atEntra.reset());
  afterAll(() => atEntra.close());

  const call = (operation: string, input: JsonValue) =>
    callOperation(entra, operation, input, atEntra.host({})) as Promise<JsonObject>;
  const members = async () => {
    const { items } = await call('listMembers', { group: security.resource });
    return (items as { id: string }[]).map(({ id }) => id);
  };

  it('is written to a group, and a repeat changes nothing', async () => {
    expect(await members()).not.toContain(priya.resource);
    for (let time = 0; time < 2; time++) await call('addMember', entraPush.add.input(security, priya)!);
    expect(await members()).toContain(priya.resource);
    for (let time = 0; time < 2; time++) await call('removeMember', entraPush.remove.input(security, priya)!);
    expect(await members()).not.toContain(priya.resource);
  });

  it('gets a security group of its name, whose members can be written', async () => {
    const create = entraPush.create!;
    const input = create.input({ name: 'Platform', description: '' }, {})!;
    expect(Object.keys(input)).toEqual(create.fields);
    const made = create.made(await call(create.operation, input));
    expect(entraSync.groups!.record(made.payload)).toMatchObject({
      ...{ externalId: made.resource, displayName: 'Platform', classification: 'SECURITY' },
    });
    const { envelopes } = await entraSync.groups!.read(atEntra.host({}), {}, null);
    expect(envelopes.find(({ resource }) => resource === made.resource)?.payload).toEqual(made.payload);
    expect(entraPush.refuses!(made)).toBeNull();
    expect(create.missing({})).toBeNull();
  });

  it.each<[RegExp | null, JsonObject]>([
    [null, { securityEnabled: true, mailEnabled: false, groupTypes: [] }],
    [null, { securityEnabled: false, mailEnabled: true, groupTypes: ['Unified'] }],
    [/rule/, { securityEnabled: true, groupTypes: ['DynamicMembership'] }],
    [/on premises/, { securityEnabled: true, onPremisesSyncEnabled: true, groupTypes: [] }],
    [/Exchange/, { securityEnabled: true, mailEnabled: true, groupTypes: [] }],
  ])('is refused with %s by a group of %j', (why, payload) => {
    const said = entraPush.refuses!({ resource: 'g', payload: { id: 'g', ...payload } });
    if (why === null) expect(said).toBeNull();
    else expect(said).toMatch(why);
  });

  it('names for each call just the fields that it fills', () => {
    expect(Object.keys(entraPush.add.input(security, priya)!)).toEqual(entraPush.add.fields);
    expect(Object.keys(entraPush.remove.input(security, priya)!)).toEqual(entraPush.remove.fields);
    expect(entraPush.add.input(security, { resource: 'p', payload: {} })).toBeNull();
  });
});
