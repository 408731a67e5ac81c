import { callOperation, type DirectoryEnvelope, type JsonObject, type JsonValue } from '@castellan/sdk';
import { type Simulation, simulate } from '@castellan/sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { googlePush } from './google-push.js';
import { googleSync } from './google-sync.js';
import { googleWorkspace } from './google-workspace.connector.js';
import { googleWorkspaceSimulator } from './google-workspace.simulator.js';

const settings = { domain: 'example.com', prefix: 'team-' };
const create = googlePush.create!;

describe('A team in Google Workspace', () => {
  let google: Simulation;
  beforeAll(async () => {
    google = await simulate(googleWorkspace, googleWorkspaceSimulator);
  });
  beforeEach(() => google.reset());
  afterAll(() => google.close());

  const call = (operation: string, input: JsonValue) =>
    callOperation(googleWorkspace, operation, input, google.host({})) as Promise<JsonObject>;

  it('gets a group under an address made of its name, in the domain that the integration says', () => {
    const address = (name: string) => create.input({ name, description: '' }, settings)?.email;
    expect(address('Größe & Co.')).toBe('team-grosse-co@example.com');
    expect(address('École 42')).toBe('team-ecole-42@example.com');
    expect(address('x'.repeat(90))).toBe(`team-${'x'.repeat(59)}@example.com`);
    expect(address('日本')).toBeUndefined();
  });

  it('gets none while nobody has said the domain', () => {
    expect(create.missing({ domain: '', prefix: 'team-' })).toMatch(/domain/);
    expect(create.missing(settings)).toBeNull();
    expect(create.input({ name: 'Platform', description: '' }, { domain: '', prefix: '' })).toBeNull();
  });

  it('is written to the group that was made for it, and a repeat changes nothing', async () => {
    const made = create.made(
      await call(create.operation, create.input({ name: 'Platform', description: '' }, settings)!),
    );
    expect(googleSync.groups!.record(made.payload)).toMatchObject({
      externalId: made.resource,
      email: 'team-platform@example.com',
      displayName: 'Platform',
    });
    const jane: DirectoryEnvelope = { resource: '3', payload: { id: '3', primaryEmail: 'jane.doe@example.com' } };
    const members = async () =>
      ((await call('listMembers', { group: 'team-platform@example.com' })).items as JsonObject[]).map(
        ({ email, role }) => [email, role],
      );
    for (let time = 0; time < 2; time++) await call(googlePush.add.operation, googlePush.add.input(made, jane)!);
    expect(await members()).toEqual([['jane.doe@example.com', 'MEMBER']]);
    for (let time = 0; time < 2; time++) await call(googlePush.remove.operation, googlePush.remove.input(made, jane)!);
    expect(await members()).toEqual([]);
  });

  it('names for each call just the fields that it fills', () => {
    const group: DirectoryEnvelope = { resource: 'g', payload: { email: 'team-platform@example.com' } };
    const account: DirectoryEnvelope = { resource: 'a', payload: { primaryEmail: 'jane.doe@example.com' } };
    expect(Object.keys(googlePush.add.input(group, account)!)).toEqual(googlePush.add.fields);
    expect(Object.keys(googlePush.remove.input(group, account)!)).toEqual(googlePush.remove.fields);
    expect(Object.keys(create.input({ name: 'Platform', description: '' }, settings)!)).toEqual(create.fields);
    expect(googlePush.add.input(group, { resource: 'a', payload: {} })).toBeNull();
  });
});
