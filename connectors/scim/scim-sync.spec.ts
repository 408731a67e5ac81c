import type { JsonObject } from '@castellan/sdk';
import { describe, expect, it } from 'vitest';
import { scimSync } from './scim-sync.js';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const jane: JsonObject = {
  ...{ id: 'u1', userName: 'jane.doe', displayName: 'Jane Doe', name: { givenName: 'Jane', familyName: 'Doe' } },
  ...{ active: true, title: 'Engineer', meta: { created: '2022-03-01T09:00:00Z' } },
  emails: [
    { value: 'jd@example.com', type: 'home' },
    { value: 'jane.doe@example.com', type: 'work', primary: true },
  ],
  phoneNumbers: [{ value: '+49 1' }],
  addresses: [{ locality: 'Berlin', type: 'work' }],
  [enterprise]: { employeeNumber: '103', department: 'Engineering', division: 'Product', manager: { value: 'u2' } },
};
const account = (change: JsonObject = {}) => scimSync.accounts.record({ ...jane, ...change });

describe('A user of a system that speaks SCIM, as an account', () => {
  it('says in the common form what the system says, also in the enterprise extension', () => {
    expect(account()).toEqual({
      ...{ externalId: 'u1', secondaryKey: '103', email: 'jane.doe@example.com', emailAliases: ['jd@example.com'] },
      ...{ phoneNumber: '+49 1', displayName: 'Jane Doe', givenName: 'Jane', familyName: 'Doe' },
      ...{ jobTitle: 'Engineer', department: 'Engineering', organizationUnit: 'Product', location: 'Berlin' },
      ...{ managerExternalId: 'u2', accountType: 'USER', status: 'ACTIVE', addedAt: '2022-03-01T09:00:00Z' },
    });
  });

  it('is inactive once the system says so', () => {
    expect(account({ active: false })).toMatchObject({ status: 'INACTIVE' });
  });

  it('is known by its user name where it has no e-mail address, and is not lost for untidy attributes', () => {
    const untidy = account({ userName: 'jane.doe@example.com', emails: [], phoneNumbers: '+49', [enterprise]: 'none' });
    expect(untidy).toMatchObject({ externalId: 'u1', email: 'jane.doe@example.com' });
    expect(untidy).not.toHaveProperty('phoneNumber');
  });
});

describe('A member of a group', () => {
  const member = (payload: JsonObject) => scimSync.memberships!.record(payload);

  it('is a user, unless the type or the address says that it is a group', () => {
    expect(member({ value: 'u1' })).toEqual({ account: { externalId: 'u1' }, role: 'MEMBER' });
    expect(member({ value: 'u1', type: 'User', $ref: 'https://id.example.com/scim/v2/Users/u1' })).not.toBeNull();
    expect(member({ value: 'g1', type: 'Group' })).toBeNull();
    expect(member({ value: 'g1', $ref: 'https://id.example.com/scim/v2/Groups/g1' })).toBeNull();
  });
});

describe('The directory of a system that speaks SCIM', () => {
  it('is told by its base URL, with or without a slash at its end', async () => {
    const named = (baseUrl: string) => scimSync.instance({} as never, {}, { baseUrl });
    expect(await named('https://id.example.com/scim/v2/')).toEqual({
      ...{ id: 'id.example.com/scim/v2', name: 'id.example.com' },
    });
    expect(await named('https://id.example.com/scim/v2')).toEqual(await named('https://id.example.com/scim/v2/'));
  });
});
