import type { JsonObject } from '@castellan/sdk';
import { describe, expect, it } from 'vitest';
import { sailpointSync } from './sailpoint-sync.js';

const jane: JsonObject = {
  ...{
    id: '2c91',
    name: 'Jane Doe',
    alias: 'jane.doe',
    emailAddress: 'jane.doe@example.com',
    identityStatus: 'ACTIVE',
  },
  managerRef: { type: 'IDENTITY', id: '2c90', name: 'Marco Reyes' },
  lifecycleState: { stateName: 'active', manuallyUpdated: false },
  attributes: { firstname: 'Jane', lastname: 'Doe', department: 'Engineering', jobTitle: 'Engineer', phone: null },
};
const account = (change: JsonObject = {}) => sailpointSync.accounts.record({ ...jane, ...change });

describe('An identity of SailPoint, as an account', () => {
  it('says in the common form what the tenant’s attributes say', () => {
    expect(account()).toEqual({
      ...{ externalId: '2c91', secondaryKey: 'jane.doe', email: 'jane.doe@example.com', displayName: 'Jane Doe' },
      ...{ givenName: 'Jane', familyName: 'Doe', department: 'Engineering', jobTitle: 'Engineer' },
      ...{ managerExternalId: '2c90', accountType: 'USER', status: 'ACTIVE' },
    });
  });

  it('is inactive once the life cycle or SailPoint says so', () => {
    expect(account({ identityStatus: 'TERMINATED' })).toMatchObject({ status: 'INACTIVE' });
    expect(account({ lifecycleState: { stateName: 'inactive', manuallyUpdated: true } })).toMatchObject({
      status: 'INACTIVE',
    });
    expect(account({ identityStatus: 'LOCKED' })).toMatchObject({ status: 'ACTIVE' });
  });
});
