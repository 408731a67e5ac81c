import { callOperation, type JsonObject } from '@castellan/sdk';
import { type Simulation, simulate } from '@castellan/sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sailpoint } from './sailpoint.connector.js';
import { sailpointSimulator } from './sailpoint.simulator.js';

describe('a campaign that SailPoint prepares', () => {
  let simulation: Simulation;
  beforeAll(async () => {
    simulation = await simulate(sailpoint, sailpointSimulator);
  });
  beforeEach(() => simulation.reset());
  afterAll(() => simulation.close());

  const call = (operation: string, input: JsonObject) =>
    callOperation(sailpoint, operation, input, simulation.host()) as Promise<JsonObject>;

  async function inState(status: string) {
    const { campaigns } = (await simulation.state()) as { campaigns: (JsonObject & { id: string })[] };
    const [campaign] = campaigns as [JsonObject & { id: string }];
    await simulation.seed({ campaigns: [{ ...campaign, status }] });
    return (wanted: string) => call('awaitCampaign', { campaignId: campaign.id, wanted });
  }

  it.each([
    ['STAGED', 'prepared'],
    ['ACTIVE', 'prepared'],
    ['ACTIVE', 'started'],
    ['COMPLETED', 'started'],
  ])('that is %s is %s', async (status, wanted) => {
    const wait = await inState(status);
    expect(await wait(wanted)).toMatchObject({ status });
  });

  it.each([
    ['PENDING', 'prepared'],
    ['STAGED', 'started'],
    ['ACTIVATING', 'started'],
  ])('that is %s is looked at again until it is %s', async (status, wanted) => {
    const wait = await inState(status);
    await expect(wait(wanted)).rejects.toMatchObject({ name: 'RetryableError', code: 'E_TIMEOUT' });
  });

  it('that could not be prepared fails the step for good, with SailPoint’s word', async () => {
    const wait = await inState('ERROR');
    await expect(wait('prepared')).rejects.toMatchObject({ name: 'FatalError', vendorMessage: 'ERROR' });
  });
});
