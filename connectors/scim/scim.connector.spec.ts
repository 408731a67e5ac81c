import { callOperation, type JsonObject, type JsonValue } from '@castellan/sdk';
import { type Simulation, simulate, testConnector } from '@castellan/sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { scim } from './scim.connector.js';
import { scimSimulator } from './scim.simulator.js';

testConnector(scim, scimSimulator, new URL('./fixtures/exchanges.json', import.meta.url));

const jane = { userId: 'ca57e11a-0001-4000-8000-000000000003' };
const ravi = { userName: 'ravi.menon@example.com', givenName: 'Ravi', familyName: 'Menon' };

describe('SCIM', () => {
  let system: Simulation;
  beforeAll(async () => {
    system = await simulate(scim, scimSimulator);
  });
  beforeEach(() => system.reset());
  afterAll(() => system.close());

  const call = (operation: string, input: JsonValue) =>
    callOperation(scim, operation, input, system.host()) as Promise<JsonObject>;

  it('is written to in its own media type', async () => {
    const sent: (string | undefined)[] = [];
    const { http, ...host } = system.host();
    const listening = {
      send: (request: Parameters<typeof http.send>[0]) => {
        sent.push(request.headers?.['content-type']);
        return http.send(request);
      },
    };
    await callOperation(scim, 'createUser', ravi, { ...host, http: listening });
    expect(sent).toEqual(['application/scim+json']);
  });

  it('takes a user that a repeat finds as made, and another of that name not', async () => {
    const made = await call('createUser', ravi);
    expect(await call('createUser', ravi)).toMatchObject({ id: made.id });
    const other = call('createUser', { ...ravi, givenName: 'Other' });
    await expect(other).rejects.toMatchObject({ name: 'FatalError', status: 409 });
  });

  it('takes a group of the name as it is, also where a system would make a second one', async () => {
    const made = await call('createGroup', { displayName: 'On-call' });
    expect(await call('createGroup', { displayName: 'On-call' })).toMatchObject({ id: made.id });
    expect((await call('listGroups', { filter: 'displayName eq "On-call"' })).items).toHaveLength(1);
  });

  it('is asked for a name as it is, whatever stands in it', async () => {
    expect(await call('findUser', { userName: 'x" or active eq true or userName eq "' })).toEqual({ found: null });
    const [asked] = (await system.requests()).slice(-1);
    expect(asked!.query.filter).toBe(String.raw`userName eq "x\" or active eq true or userName eq \""`);
  });

  it('keeps what it says of a user beyond the standard’s core', async () => {
    const { users } = (await system.state()) as { users: JsonObject[] };
    const enterprise = { 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { department: 'Engineering' } };
    await system.seed({ users: users.map((user) => ({ ...user, ...enterprise })) });
    expect(await call('getUser', jane)).toMatchObject(enterprise);
  });

  it('reads the user where it answers a change with nothing', async () => {
    await system.faults([{ method: 'PATCH', status: 204, body: '' }]);
    expect(
      await call('patchUser', { ...jane, operations: [{ op: 'replace', path: 'title', value: 'X' }] }),
    ).toMatchObject({
      ...{ id: jane.userId, title: 'Senior Software Engineer' },
    });
  });

  it('refuses in its own words', async () => {
    const missing = call('getUser', { userId: 'nobody' });
    await expect(missing).rejects.toMatchObject({ status: 404, vendorMessage: 'Resource nobody not found' });
  });
});
