import { describe, expect, it } from 'vitest';
import { workdaySync } from './workday-sync.js';

describe('The directory of Workday', () => {
  it('has workers as accounts, with number, job and place', () => {
    const jane = {
      ...{ id: '0e44', descriptor: 'Jane Doe', workerId: '103' },
      person: { email: 'jane.doe@example.com', phone: '+49 1' },
      primaryJob: {
        businessTitle: 'Engineer',
        supervisoryOrganization: { id: 'org2', descriptor: 'Engineering' },
        location: { descriptor: 'Berlin', country: { descriptor: 'Germany' } },
      },
    };
    expect(workdaySync.accounts.record(jane)).toEqual({
      ...{ externalId: '0e44', secondaryKey: '103', email: 'jane.doe@example.com', phoneNumber: '+49 1' },
      ...{ displayName: 'Jane Doe', jobTitle: 'Engineer', department: 'Engineering', location: 'Berlin' },
      ...{ accountType: 'USER', status: 'ACTIVE' },
    });
    expect(workdaySync.accounts.record({ id: '0e45' })).toEqual({
      ...{ externalId: '0e45', accountType: 'USER', status: 'ACTIVE' },
    });
  });

  it('keeps an organisation that is no longer used, as such', () => {
    const organization = { id: 'org2', name: 'Engineering', code: 'ENG' };
    expect(workdaySync.groups!.record(organization)).toMatchObject({ displayName: 'Engineering', status: 'ACTIVE' });
    expect(workdaySync.groups!.record({ ...organization, inactive: true })).toMatchObject({ status: 'INACTIVE' });
  });

  it('is not reached by a user who reads reports only, and says what is needed', async () => {
    const fields = { tenant: 'Example', host: 'wd5.example.com', username: 'isu', password: 'one' };
    await expect(workdaySync.instance({} as never, {}, fields)).rejects.toThrow('API client');
    expect(await workdaySync.instance({} as never, {}, { ...fields, refreshToken: 'token' })).toEqual({
      ...{ id: 'wd5.example.com/example', name: 'example' },
    });
  });
});
