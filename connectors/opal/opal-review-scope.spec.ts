import { callOperation, type JsonObject } from '@castellan/sdk';
import { type Simulation, simulate } from '@castellan/sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { opal } from './opal.connector.js';
import { opalSimulator } from './opal.simulator.js';

interface Covered {
  items: {
    kind: string;
    name: string;
    owners: { email: string }[];
    approvers: { email: string }[];
    users: { email: string }[];
  }[];
}

describe('what an access review of Opal covers', () => {
  let simulation: Simulation;
  beforeAll(async () => {
    simulation = await simulate(opal, opalSimulator);
  });
  beforeEach(() => simulation.reset());
  afterAll(() => simulation.close());

  const call = <T>(operation: string, input: JsonObject) =>
    callOperation(opal, operation, input, simulation.host()) as Promise<T>;

  async function covered(scope: JsonObject, withUsers = false): Promise<Covered['items']> {
    const settings = { name: 'Covered', deadline: '2099-06-30T23:59:59Z', scope };
    const { uarId } = await call<{ uarId: string }>('createReview', settings);
    return (await call<Covered>('getReviewScope', { uarId, withUsers })).items;
  }
  const namesIn = async (scope: JsonObject) => (await covered(scope)).map(({ name }) => name);
  const idOf = async (operation: string, name: string, id: string) => {
    const { items } = await call<{ items: (JsonObject & { name: string })[] }>(operation, {});
    return items.find((one) => one.name === name)?.[id] as string;
  };
  const janeId = async () =>
    (await call<{ user: { userId: string } }>('findUser', { email: 'jane.doe@example.com' })).user.userId;

  it('is everything without filters', async () => {
    const { uarId } = await call<{ uarId: string }>('createReview', { name: 'All', deadline: '2099-06-30T23:59:59Z' });
    const { items } = await call<Covered>('getReviewScope', { uarId });
    expect(items.filter(({ kind }) => kind === 'resource')).toHaveLength(10);
    expect(items.filter(({ kind }) => kind === 'group')).toHaveLength(4);
  });

  it.each([
    [{ names: ['PAYMENTS'] }, ['payments-api', 'payments-production']],
    [{ tags: [{ key: 'sensitivity', value: 'high' }] }, ['AWS Production', 'orders-db']],
    [{ tags: [{ key: 'sensitivity' }] }, ['AWS Production', 'orders-db']],
    [{ tags: [{ key: 'sensitivity', value: 'low' }] }, []],
    [{ groupTypes: ['OPAL_GROUP'] }, ['Production on-call']],
    [
      { resourceTypes: ['GIT_HUB_REPO'], groupTypes: ['OPAL_GROUP'] },
      ['payments-api', 'customer-portal', 'Production on-call'],
    ],
    [
      { filterOperator: 'ANY', names: ['orders'], resourceTypes: ['GCP_PROJECT'] },
      ['orders-db', 'payments-production'],
    ],
    [{ filterOperator: 'ALL', names: ['payments'], resourceTypes: ['GCP_PROJECT'] }, ['payments-production']],
  ] as [JsonObject, string[]][])('follows %j', async (scope, names) => {
    expect(await namesIn(scope)).toEqual(names);
  });

  it('follows apps, owners and single things by their ids', async () => {
    expect(await namesIn({ apps: [await idOf('listApps', 'GitHub', 'appId')] })).toEqual([
      'payments-api',
      'customer-portal',
    ]);
    expect(await namesIn({ admins: [await idOf('listOwners', 'Platform owners', 'ownerId')] })).toHaveLength(14);
    expect(await namesIn({ admins: [await idOf('listOwners', 'Data owners', 'ownerId')] })).toEqual([]);
    expect(await namesIn({ entities: [await idOf('listGroups', 'Data', 'groupId')] })).toEqual(['Data']);
  });

  it('is what the named people have, and of its users only they', async () => {
    const items = await covered({ users: [await janeId()], names: ['AWS', 'Data'] }, true);
    expect(items.map(({ name, users }) => [name, users.map(({ email }) => email)])).toEqual([
      ['AWS Production', ['jane.doe@example.com']],
    ]);
  });

  it('names owners and approvers, from whom the reviewers of its policy are read off', async () => {
    const [staging] = await covered({ names: ['AWS Staging'] }, true);
    expect(staging?.owners.map(({ email }) => email)).toEqual(['marco.reyes@example.com', 'priya.raman@example.com']);
    expect(staging?.approvers.map(({ email }) => email)).toEqual(['tom.fischer@example.com']);
    expect(staging?.users.map(({ email }) => email)).toEqual(['priya.raman@example.com']);
  });
});
