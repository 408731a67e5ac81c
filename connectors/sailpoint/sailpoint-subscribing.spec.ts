import { callOperation, type JsonValue, type OwnCall, type SubscriptionWish } from '@castellan/sdk';
import { type Simulation, simulate } from '@castellan/sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sailpoint } from './sailpoint.connector.js';
import { sailpointSimulator } from './sailpoint.simulator.js';
import { sailpointSubscribing as subscribing } from './sailpoint-subscribing.js';

let tenant: Simulation;
beforeAll(async () => {
  tenant = await simulate(sailpoint, sailpointSimulator);
});
beforeEach(() => tenant.reset());
afterAll(() => tenant.close());

const call = ({ operation, input }: OwnCall): Promise<JsonValue> =>
  callOperation(sailpoint, operation, input, tenant.host());

const wish: SubscriptionWish = {
  trigger: 'accessRequestDynamicApproval',
  name: 'Castellan: approvers',
  url: 'http://127.0.0.1:1/hooks/sailpoint',
  mode: 'async',
  credential: 'bearer',
  filter: '$.requestedItems[?(@.operation == "Add")]',
  deadlineSeconds: 5_400,
  enabled: true,
};

const listed = async () => subscribing.read(await call(subscribing.list()));

describe('subscribing from here', () => {
  it('makes, finds, changes and ends a subscription as it was wished', async () => {
    const id = subscribing.idOf(await call(subscribing.create(wish)));
    expect(await listed()).toContainEqual({ id, ...wish });
    const other: SubscriptionWish = { ...wish, name: 'Another', mode: 'dynamic', filter: null, enabled: false };
    await call(subscribing.update(id, other));
    expect(await listed()).toContainEqual({ id, ...other });
    await call(subscribing.remove(id));
    expect((await listed()).map((each) => each.id)).not.toContain(id);
  });

  it('shows subscriptions of other kinds, and events that nobody waits for, as what they are', async () => {
    expect(await listed()).toContainEqual(expect.objectContaining({ url: null, credential: null, mode: null }));
    const told: SubscriptionWish = { ...wish, trigger: 'identityCreated', mode: null, filter: null };
    await call(subscribing.create(told));
    expect(await listed()).toContainEqual(
      expect.objectContaining({ trigger: 'identityCreated', mode: null, deadlineSeconds: null }),
    );
  });

  it('tries a filter', async () => {
    const payload = sailpoint.triggers[wish.trigger]!.sample;
    const tried = async (filter: string) => subscribing.readTrial(await call(subscribing.tryFilter(filter, payload)));
    expect(await tried(wish.filter!)).toEqual({ problem: null, passes: true });
    expect(await tried('$.requestedItems[?(@.operation == "Remove")]')).toEqual({ problem: null, passes: false });
    expect(await tried('$.[')).toMatchObject({ problem: expect.any(String), passes: false });
  });

  it('tests one subscription, and reads what came of it', async () => {
    const subscription = { id: subscribing.idOf(await call(subscribing.create(wish))), trigger: wish.trigger };
    const [invocation] = subscribing.readTest(
      await call(subscribing.test(subscription, sailpoint.triggers[wish.trigger]!.sample)),
    );
    const told = subscribing.readInvocations(await call(subscribing.invocations(subscription)));
    expect(told.map(({ id }) => id)).toEqual([invocation]);
  });
});
