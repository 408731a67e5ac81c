import { callOperation, type DirectoryEnvelope, type JsonObject, type JsonValue } from '@castellan/sdk';
import { type Simulation, simulate } from '@castellan/sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { okta } from './okta.connector.js';
import { oktaSimulator } from './okta.simulator.js';
import { oktaPush } from './okta-push.js';
import { oktaSync } from './okta-sync.js';

const security: DirectoryEnvelope = { resource: '00gsecurity0000000d7', payload: { type: 'OKTA_GROUP' } };
const priya: DirectoryEnvelope = {
  resource: '00upriya0000000000d7',
  payload: { profile: { email: 'priya.raman@example.com' } },
};

describe('A team in Okta', () => {
  let simulated: Simulation;
  beforeAll(async () => {
    simulated = await simulate(okta, oktaSimulator);
  });
  beforeEach(() => simulated.reset());
  afterAll(() => simulated.close());

  const call = (operation: string, input: JsonValue) =>
    callOperation(okta, operation, input, simulated.host({})) as Promise<JsonObject>;
  const logins = async () => {
    const { items } = await call('listMembers', { group: security.resource });
    return (items as { profile: { login: string } }[]).map(({ profile }) => profile.login);
  };

  it('is written to a group of Okta, and a repeat changes nothing', async () => {
    expect(await logins()).not.toContain('priya.raman@example.com');
    for (let time = 0; time < 2; time++) await call('addMember', oktaPush.add.input(security, priya)!);
    expect(await logins()).toContain('priya.raman@example.com');
    for (let time = 0; time < 2; time++) await call('removeMember', oktaPush.remove.input(security, priya)!);
    expect(await logins()).not.toContain('priya.raman@example.com');
  });

  it('is not written to a group that Okta fills by itself, or from an app', () => {
    const group = (type: string): DirectoryEnvelope => ({ resource: 'g', payload: { type } });
    expect(oktaPush.refuses!(group('OKTA_GROUP'))).toBeNull();
    expect(oktaPush.refuses!(group('BUILT_IN'))).toMatch(/by itself/);
    expect(oktaPush.refuses!(group('APP_GROUP'))).toMatch(/by itself/);
  });

  it('gets a group of its name, whose members can be written', async () => {
    const create = oktaPush.create!;
    const made = create.made(await call(create.operation, create.input({ name: 'Platform', description: '' }, {})!));
    expect(oktaSync.groups!.record(made.payload)).toMatchObject({ externalId: made.resource, displayName: 'Platform' });
    const { envelopes } = await oktaSync.groups!.read(simulated.host({}), {}, null);
    expect(envelopes.find(({ resource }) => resource === made.resource)?.payload).toEqual(made.payload);
    expect(oktaPush.refuses!(made)).toBeNull();
    expect(create.missing({})).toBeNull();
  });

  it('names for each call just the fields that it fills', () => {
    expect(Object.keys(oktaPush.add.input(security, priya)!)).toEqual(oktaPush.add.fields);
    expect(Object.keys(oktaPush.remove.input(security, priya)!)).toEqual(oktaPush.remove.fields);
    const named = oktaPush.create!.input({ name: 'Platform', description: 'Runs it' }, {});
    expect(Object.keys(named!)).toEqual(oktaPush.create!.fields);
    expect(oktaPush.add.input(security, { resource: 'p', payload: {} })).toBeNull();
  });
});
