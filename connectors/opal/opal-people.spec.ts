import { callOperation, changesOf, type JsonObject, pollOf, readPoll } from '@castellan/sdk';
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

const call = <T = JsonObject>(operation: string, input: JsonObject) =>
  callOperation(opal, operation, input, simulation.host()) as Promise<T>;

describe('a person whom Opal is yet to learn of', () => {
  it('is looked for again until they are there', async () => {
    const { users } = (await simulation.state()) as { users: (JsonObject & { email: string })[] };
    const [mia] = users.filter(({ email }) => email === 'mia.keller@example.com');
    await simulation.seed({ users: users.filter((user) => user !== mia) });
    const wait = () => call('awaitUser', { email: 'mia.keller@example.com' });
    await expect(wait()).rejects.toMatchObject({ name: 'RetryableError', code: 'E_TIMEOUT' });
    await simulation.seed({ users });
    expect(await wait()).toMatchObject({ userId: mia!.user_id, email: 'mia.keller@example.com' });
    expect(opal.operations.awaitUser!.retry!.attempts).toBeGreaterThan(100);
  });

  it('is found by id as requests name them, and an unknown id is an error', async () => {
    const { items } = await call<{ items: { requesterId: string }[] }>('listRequests', { pendingOnly: true });
    expect(await call('getUser', { userId: items[0]!.requesterId })).toMatchObject({ email: expect.any(String) });
    const unknown = call('getUser', { userId: 'ca57e11a-0001-4000-8000-0000000000ff' });
    await expect(unknown).rejects.toMatchObject({ status: 404 });
  });
});

describe('the API tokens of a person', () => {
  const jane = 'ca57e11a-0001-4000-8000-000000000003';

  it('are listed apart from others’, and deleted one by one', async () => {
    const tokens = async () =>
      (await call<{ items: { tokenId: string; tokenLabel: string }[] }>('listTokens', { userId: jane })).items;
    const [first] = await tokens();
    expect((await tokens()).map(({ tokenLabel }) => tokenLabel)).toEqual(['Reports of Jane', 'Scripts of Jane']);
    const input = { tokenId: first!.tokenId };
    expect(await call('deleteToken', input)).toEqual({ deleted: true, alreadyGone: false });
    expect(await call('deleteToken', input)).toEqual({ deleted: true, alreadyGone: true });
    expect((await tokens()).map(({ tokenLabel }) => tokenLabel)).toEqual(['Scripts of Jane']);
  });

  it('name their person where the step says who it is, so that the protected are held back', () => {
    const input = { tokenId: 'ca57e11a-000d-4000-8000-000000000001' };
    expect(changesOf(opal, 'deleteToken', input)[0]).not.toHaveProperty('subject');
    const [change] = changesOf(opal, 'deleteToken', { ...input, userEmail: 'jane.doe@example.com' });
    expect(change?.subject).toMatchObject({ email: 'jane.doe@example.com' });
  });
});

describe('requests that wait for a decision', () => {
  const reading = (cursor: Parameters<typeof readPoll>[2]) =>
    readPoll(opal, 'requestPending', cursor, simulation.host());
  const begin = (from: Date) => pollOf(opal, 'requestPending').begin(from);

  it('are told when they are made, and not when somebody has decided before they are read', async () => {
    const cursor = begin(new Date());
    const ask = async (reason: string) => {
      const resources = [{ id: 'ca57e11a-0002-4000-8000-000000000002', accessLevel: 'ReadOnlyAccess' }];
      return (await call<{ id: string }>('createRequest', { reason, durationMinutes: 60, resources })).id;
    };
    const waiting = await ask('Looking at a failed release');
    const decided = await ask('By mistake');
    await call('denyRequest', { requestId: decided, level: 'ADMIN', comment: 'No.' });
    const { events } = await reading(cursor);
    expect(events.map(({ id }) => id)).toEqual([waiting]);
    expect(events[0]?.payload).toMatchObject({
      ...{ status: 'PENDING', reason: expect.stringContaining('Looking at a failed release') },
    });
  });

  it('are read without Opal’s own filter, which would move pages when one is decided', async () => {
    await reading(begin(new Date(0)));
    const [asked] = await simulation.requests();
    expect(asked?.path).toContain('/requests');
    expect(JSON.stringify(asked)).not.toContain('show_pending_only');
  });
});
