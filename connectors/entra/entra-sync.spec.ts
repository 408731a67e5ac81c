import type { JsonObject } from '@castellan/sdk';
import { describe, expect, it } from 'vitest';
import { entraSync } from './entra-sync.js';

const jane: JsonObject = {
  ...{
    id: 'ca57e11a-0051-4000-8000-000000000003',
    userPrincipalName: 'jane.doe@example.com',
    mail: 'jane@example.com',
  },
  ...{ displayName: 'Jane Doe', givenName: 'Jane', surname: 'Doe', jobTitle: 'Engineer', department: 'Engineering' },
  ...{ companyName: 'Example', employeeId: '103', accountEnabled: true, userType: 'Member', mobilePhone: '+49 1' },
  ...{ officeLocation: 'Berlin', createdDateTime: '2022-03-01T09:00:00Z' },
};
const account = (change: JsonObject = {}) => entraSync.accounts.record({ ...jane, ...change });

describe('A user of Entra, as an account', () => {
  it('says in the common form what Entra says', () => {
    expect(account()).toEqual({
      ...{ externalId: 'ca57e11a-0051-4000-8000-000000000003', secondaryKey: '103', email: 'jane@example.com' },
      ...{ phoneNumber: '+49 1', displayName: 'Jane Doe', givenName: 'Jane', familyName: 'Doe' },
      ...{ jobTitle: 'Engineer', department: 'Engineering', organizationUnit: 'Example', location: 'Berlin' },
      ...{ accountType: 'USER', status: 'ACTIVE', addedAt: '2022-03-01T09:00:00Z' },
    });
  });

  it('is suspended once it is blocked, and a guest is told as one', () => {
    expect(account({ accountEnabled: false })).toMatchObject({ status: 'SUSPENDED' });
    expect(account({ userType: 'Guest' })).toMatchObject({ accountType: 'GUEST' });
  });

  it('is known by its principal name where it has no mail', () => {
    expect(account({ mail: null })).toMatchObject({ email: 'jane.doe@example.com' });
    expect(account({ mail: null, userPrincipalName: 'jane#EXT#' })).not.toHaveProperty('email');
  });
});

describe('A group of Entra', () => {
  it.each([
    ['SECURITY', { securityEnabled: true, groupTypes: [] }],
    ['TEAM', { securityEnabled: false, groupTypes: ['Unified'] }],
    ['DYNAMIC', { securityEnabled: true, groupTypes: ['Unified', 'DynamicMembership'] }],
    ['DISTRIBUTION', { securityEnabled: false, groupTypes: [] }],
  ])('is a group for %s with %j', (classification, given) =>
    expect(entraSync.groups!.record({ id: 'g', displayName: 'Group', ...given })).toMatchObject({ classification }),
  );

  it('has users as members, not groups and devices', () => {
    const member = (kind: string) =>
      entraSync.memberships!.record({ id: 'u', '@odata.type': `#microsoft.graph.${kind}` });
    expect(member('user')).toEqual({ account: { externalId: 'u' }, role: 'MEMBER' });
    expect(member('group')).toBeNull();
    expect(member('device')).toBeNull();
  });
});
