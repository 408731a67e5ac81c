import { callOperation } from '@castellan/sdk';
import { type Simulation, simulate, testConnector } from '@castellan/sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sampleVendor } from './sample-vendor.connector.js';
import { sampleVendorSimulator } from './sample-vendor.simulator.js';

testConnector(sampleVendor, sampleVendorSimulator, new URL('./fixtures/exchanges.json', import.meta.url));

describe('Sample Vendor', () => {
  let atWork: Simulation;
  beforeAll(async () => {
    atWork = await simulate(sampleVendor, sampleVendorSimulator);
  });
  beforeEach(() => atWork.reset());
  afterAll(() => atWork.close());

  it('says in the vendor’s words which user there is not', async () => {
    const call = callOperation(sampleVendor, 'getUser', { userId: 'nobody' }, atWork.host());
    await expect(call).rejects.toMatchObject({
      name: 'FatalError',
      status: 404,
      vendorMessage: 'There is no user nobody.',
    });
  });
});
