import type { JsonObject } from '@castellan/sdk';
import { describe, expect, it } from 'vitest';
import { oktaSync } from './okta-sync.js';

const jane: JsonObject = {
  id: '00ujane00000000000d7',
  status: 'ACTIVE',
  created: '2022-03-01T09:00:00.000Z',
  lastLogin: '2026-01-20T07:58:12.000Z',
  profile: {
    ...{ login: 'jane.doe', email: 'jane.doe@example.com', secondEmail: null, firstName: 'Jane', lastName: 'Doe' },
    ...{ title: 'Engineer', department: 'Engineering', division: 'Product', city: 'Berlin', employeeNumber: '103' },
    ...{ managerId: 'marco.reyes@example.com', mobilePhone: '+49 1' },
  },
};
const account = (change: JsonObject = {}) => oktaSync.accounts.record({ ...jane, ...change });

describe('A user of Okta, as an account', () => {
  it('says in the common form what Okta says', () => {
    expect(account()).toEqual({
      ...{ externalId: '00ujane00000000000d7', secondaryKey: '103', email: 'jane.doe@example.com' },
      ...{ phoneNumber: '+49 1', displayName: 'Jane Doe', givenName: 'Jane', familyName: 'Doe' },
      ...{ jobTitle: 'Engineer', department: 'Engineering', organizationUnit: 'Product', location: 'Berlin' },
      ...{ managerEmail: 'marco.reyes@example.com', accountType: 'USER', status: 'ACTIVE' },
      ...{ addedAt: '2022-03-01T09:00:00.000Z', lastLoginAt: '2026-01-20T07:58:12.000Z' },
    });
  });

  it.each([
    ['STAGED', 'INACTIVE'],
    ['PROVISIONED', 'INACTIVE'],
    ['RECOVERY', 'ACTIVE'],
    ['PASSWORD_EXPIRED', 'ACTIVE'],
    ['LOCKED_OUT', 'ACTIVE'],
    ['SUSPENDED', 'SUSPENDED'],
    ['DEPROVISIONED', 'INACTIVE'],
  ])('that is %s is %s', (status, expected) => expect(account({ status })).toMatchObject({ status: expected }));

  it('has no manager where that attribute holds no address', () => {
    const profile = { ...(jane.profile as JsonObject), managerId: '00umarco' };
    expect(account({ profile })).not.toHaveProperty('managerEmail');
  });
});

describe('A group of Okta', () => {
  it('that Okta fills by itself is told from the others', () => {
    const group = (type: string) =>
      oktaSync.groups!.record({ id: '00g1', type, profile: { name: 'Everyone', description: null } });
    expect(group('BUILT_IN')).toEqual({
      ...{ externalId: '00g1', displayName: 'Everyone', classification: 'DYNAMIC', status: 'ACTIVE' },
    });
    expect(group('OKTA_GROUP')).toMatchObject({ classification: 'SECURITY' });
  });
});
