import type { JsonObject } from '@castellan/sdk';
import { describe, expect, it } from 'vitest';
import { bamboohrSync } from './bamboohr-sync.js';

const jane: JsonObject = {
  ...{ employeeId: '103', firstName: 'Jane', lastName: 'Doe', preferredName: null, photoUrl: null },
  ...{
    jobTitleName: 'Engineer',
    status: 'Active',
    workEmail: 'jane.doe@example.com',
    workPhone: '',
    mobilePhone: '+49 1',
  },
  ...{ hireDate: '2022-03-01', employmentStatusName: 'Full-Time', departmentName: 'Engineering', divisionName: null },
  ...{ locationName: 'Berlin', reportsToId: '102', reportsToName: 'Marco Reyes', _restrictedFields: ['photoUrl'] },
};
const account = (change: JsonObject = {}) => bamboohrSync.accounts.record({ ...jane, ...change });

describe('An employee of BambooHR, as an account', () => {
  it('has the job, the place, the manager and the first day', () => {
    expect(account()).toEqual({
      ...{ externalId: '103', email: 'jane.doe@example.com', phoneNumber: '+49 1', displayName: 'Jane Doe' },
      ...{ givenName: 'Jane', familyName: 'Doe', jobTitle: 'Engineer', department: 'Engineering', location: 'Berlin' },
      ...{ managerExternalId: '102', accountType: 'USER', status: 'ACTIVE', addedAt: '2022-03-01T00:00:00Z' },
    });
  });

  it('is inactive once they have left, and stays known', () => {
    expect(account({ status: 'Inactive', employmentStatusName: 'Terminated' })).toMatchObject({ status: 'INACTIVE' });
  });

  it('is called as they prefer', () => {
    expect(account({ preferredName: 'Janie' })).toMatchObject({ displayName: 'Janie Doe', givenName: 'Jane' });
  });

  it('is not lost for what the key may not see, or what is written as zeros', () => {
    const hidden = account({ workEmail: null, hireDate: '0000-00-00', reportsToId: null, mobilePhone: null });
    expect(hidden).toMatchObject({ externalId: '103' });
    for (const field of ['email', 'addedAt', 'managerExternalId', 'phoneNumber'])
      expect(hidden).not.toHaveProperty(field);
  });
});

describe('The directory of BambooHR', () => {
  it('is the company’s, whoever’s key reads it, and is no primary directory', async () => {
    const named = await bamboohrSync.instance({} as never, {}, { companyDomain: 'Example', apiKey: 'one' });
    expect(named).toEqual({ id: 'example', name: 'Example.bamboohr.com' });
    expect(bamboohrSync.mayBePrimary).toBe(false);
  });
});
