import { callOperation, changesOf, type JsonObject, type JsonValue } from '@castellan/sdk';
import { type Simulation, simulate, testConnector, testExtract } from '@castellan/sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import description from './fixtures/openlane.openapi.json' with { type: 'json' };
import scimDescription from './fixtures/openlane-scim.openapi.json' with { type: 'json' };
import { openlane } from './openlane.connector.js';
import { openlaneSimulator } from './openlane.simulator.js';

testConnector(openlane, openlaneSimulator, new URL('./fixtures/exchanges.json', import.meta.url));
testExtract(description, 'openlane/openlane.openapi.json');
testExtract(scimDescription, 'openlane/openlane.openapi.json');

const jane = 'ca57e11a-0001-4000-8000-000000000003';
const engineering = 'ca57e11a-0002-4000-8000-000000000002';
const integrationId = '01J4HMNDSZCCQBTY93BF9CBF5E';

describe('Openlane', () => {
  let system: Simulation;
  beforeAll(async () => {
    system = await simulate(openlane, openlaneSimulator);
  });
  beforeEach(() => system.reset());
  afterAll(() => system.close());

  const call = (operation: string, input: JsonValue) =>
    callOperation(openlane, operation, input, system.host()) as Promise<JsonObject>;
  const holdings = async () => (await system.state()).holdings;

  it('is told of by the organisation and what the token may do there', async () => {
    expect(await openlane.test!(system.host(), system.fields)).toEqual({
      account: 'organisation 01J4HMNDSZCCQBTY93BF9CBF5D (can_view, can_edit)',
    });
  });

  it('is asked for people by SCIM, and for integrations by its REST API', async () => {
    await call('listUsers', {});
    await call('listProviders', {});
    const paths = (await system.requests()).map(({ path }) => path);
    expect(paths).toEqual(['/scim/v2/Users', '/v1/integrations/providers']);
  });

  it('reads a directory when a flow wants it to, and once more for each call', async () => {
    const input = { integrationId, operation: 'DirectorySync', config: { directorySync: { disableGroupSync: true } } };
    expect(await call('runOperation', input)).toMatchObject({ status: 'queued', details: { status: 'PENDING' } });
    await call('runOperation', input);
    expect((await system.state()).runs).toHaveLength(2);
    const [sent] = await system.requests();
    expect(sent?.body).toEqual({ body: { operation: 'DirectorySync', config: input.config } });
  });

  it('answers a health check at once', async () => {
    expect(await call('runOperation', { integrationId, operation: 'HealthCheck' })).toMatchObject({ status: 'ok' });
  });

  it('refuses in its own words, those of SCIM and those of REST', async () => {
    const unknown = call('runOperation', { integrationId: 'none', operation: 'DirectorySync' });
    await expect(unknown).rejects.toMatchObject({ status: 400, vendorMessage: 'integration not found' });
    const nobody = call('getUser', { userId: 'nobody' });
    await expect(nobody).rejects.toMatchObject({ status: 404, vendorMessage: 'Resource nobody not found' });
    await system.faults([{ status: 403, body: { success: false, error: 'forbidden', error_code: 'NO_SCOPE' } }]);
    await expect(call('listRoles', {})).rejects.toMatchObject({ status: 403, vendorMessage: 'forbidden (NO_SCOPE)' });
  });

  it('gives a role to a person or to a group, and takes away that one alone', async () => {
    await call('assignRole', { role: 'policy_manager', userId: jane });
    await call('assignRole', { role: 'policy_manager', groupId: engineering });
    await call('assignRole', { role: 'audit_manager', userId: jane });
    await call('removeRole', { role: 'policy_manager', userId: jane });
    expect(await holdings()).toEqual([
      { role: 'policy_manager', holder: `group:${engineering}#member` },
      { role: 'audit_manager', holder: `user:${jane}` },
    ]);
  });

  it.each([
    ['/userId', {}],
    ['/groupId', { userId: jane, groupId: engineering }],
  ])('wants one holder of a role, and says so at %s', async (pointer, whom) => {
    const refused = call('assignRole', { role: 'policy_manager', ...whom });
    await expect(refused).rejects.toMatchObject({ code: 'E_INPUT', details: { problems: [{ pointer }] } });
    expect(await system.requests()).toEqual([]);
  });

  it('leaves protected people to be told by their e-mail address', () => {
    const input = { role: 'policy_manager', userId: jane, userEmail: 'jane.doe@example.com' };
    expect(changesOf(openlane, 'removeRole', input)).toEqual([
      {
        ...{ action: 'revoke', object: { type: 'role', id: 'policy_manager' } },
        subject: { type: 'user', id: jane, email: 'jane.doe@example.com' },
      },
    ]);
  });
});
