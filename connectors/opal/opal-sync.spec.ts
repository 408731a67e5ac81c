import { describe, expect, it } from 'vitest';
import { opalSync } from './opal-sync.js';

const jane = {
  ...{ user_id: 'ca57e11a-0001-4000-8000-000000000003', email: 'jane.doe@example.com', full_name: 'Jane Doe' },
  ...{ first_name: 'Jane', last_name: 'Doe', position: 'Engineer' },
};

describe('A person of Opal, as an account', () => {
  it.each([
    ['ACTIVE', 'ACTIVE'],
    ['SUSPENDED', 'SUSPENDED'],
    ['DEPROVISIONED', 'INACTIVE'],
    ['DELETED', 'DELETED'],
    ['NOT_FOUND', undefined],
  ])('that the identity provider calls %s is %s', (hr_idp_status, status) => {
    expect(opalSync.accounts.record({ ...jane, hr_idp_status })?.status).toBe(status);
  });

  it('has a name and a job, and is no account without an id', () => {
    expect(opalSync.accounts.record(jane)).toEqual({
      ...{ externalId: jane.user_id, email: jane.email, displayName: 'Jane Doe', givenName: 'Jane', familyName: 'Doe' },
      ...{ jobTitle: 'Engineer', accountType: 'USER' },
    });
    expect(() => opalSync.accounts.record({ ...jane, user_id: null })).toThrow('/userId');
  });

  it('whose position is empty has no job rather than an empty one', () => {
    expect(opalSync.accounts.record({ ...jane, position: '' })).not.toHaveProperty('jobTitle');
  });
});

describe('The directory of Opal', () => {
  it('has no name but the address of the API, which many organisations share: its people tell which one it is', async () => {
    const instance = (fields: { apiUrl?: string }) => opalSync.instance({} as never, {}, fields);
    expect(await instance({})).toEqual({ id: null, name: 'api.opal.dev' });
    expect(await instance({ apiUrl: 'https://opal.example.com/v1' })).toMatchObject({ name: 'opal.example.com' });
    expect(opalSync.accountsTellInstance).toBe(true);
  });

  it('has groups that give access, without an e-mail', () => {
    const group = { group_id: 'g', name: 'Engineering', description: '', group_type: 'OKTA_GROUP' };
    expect(opalSync.groups!.record(group)).toEqual({
      ...{ externalId: 'g', displayName: 'Engineering', description: '', classification: 'SECURITY', status: 'ACTIVE' },
    });
  });
});
