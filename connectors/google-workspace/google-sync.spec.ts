import type { JsonObject, JsonValue } from '@castellan/sdk';
import { hostOf } from '@castellan/sdk/testing';
import { describe, expect, it } from 'vitest';
import { googleSync } from './google-sync.js';

const jane: JsonObject = {
  id: '100000000000000000003',
  primaryEmail: 'jane.doe@example.com',
  name: { givenName: 'Jane', familyName: 'Doe', fullName: 'Jane Doe' },
  orgUnitPath: '/Engineering',
  aliases: ['jd@example.com'],
  creationTime: '2022-03-01T09:00:00.000Z',
  lastLoginTime: '2026-01-20T07:58:12.000Z',
  thumbnailPhotoUrl: 'https://photos.example.com/jane',
  phones: [
    { value: '+49 30 1', type: 'home' },
    { value: '+49 30 2', type: 'work', primary: true },
  ],
  externalIds: [{ value: '103', type: 'organization' }],
  organizations: [{ title: 'Engineer', department: 'Engineering', location: 'Berlin', primary: true }],
  relations: [{ value: 'marco.reyes@example.com', type: 'manager' }],
};
const account = (change: JsonObject) => googleSync.accounts.record({ ...jane, ...change });

describe('An account of Google Workspace', () => {
  it('says in the common form what Google says of it', () => {
    expect(account({ isEnrolledIn2Sv: true, isEnforcedIn2Sv: false })).toEqual({
      externalId: '100000000000000000003',
      secondaryKey: '103',
      email: 'jane.doe@example.com',
      emailAliases: ['jd@example.com'],
      phoneNumber: '+49 30 2',
      displayName: 'Jane Doe',
      givenName: 'Jane',
      familyName: 'Doe',
      jobTitle: 'Engineer',
      department: 'Engineering',
      location: 'Berlin',
      organizationUnit: '/Engineering',
      managerEmail: 'marco.reyes@example.com',
      avatarUrl: 'https://photos.example.com/jane',
      accountType: 'USER',
      status: 'ACTIVE',
      mfaState: 'ENABLED',
      lastLoginAt: '2026-01-20T07:58:12.000Z',
      addedAt: '2022-03-01T09:00:00.000Z',
    });
  });

  it.each([
    ['ACTIVE', {}],
    ['SUSPENDED', { suspended: true }],
    ['SUSPENDED', { suspended: true, archived: true }],
    ['INACTIVE', { archived: true }],
    ['DELETED', { suspended: true, deletionTime: '2026-01-20T07:58:12.000Z' }],
  ])('is %s with %j', (status, change) => expect(account(change)).toMatchObject({ status }));

  it.each([
    ['UNKNOWN', {}],
    ['DISABLED', { isEnrolledIn2Sv: false, isEnforcedIn2Sv: false }],
    ['ENABLED', { isEnrolledIn2Sv: true, isEnforcedIn2Sv: false }],
    ['ENFORCED', { isEnrolledIn2Sv: true, isEnforcedIn2Sv: true }],
  ])('has a second factor that is %s with %j', (mfaState, change) =>
    expect(account(change)).toMatchObject({ mfaState }),
  );

  it('was never used where Google says 1970, and is a guest’s where Google says so', () => {
    const guest = account({ lastLoginTime: '1970-01-01T00:00:00.000Z', isGuestUser: true });
    expect(guest).toMatchObject({ accountType: 'GUEST' });
    expect(guest).not.toHaveProperty('lastLoginAt');
  });

  it('is not lost for a manager who is no address or a picture that is none', () => {
    const untidy = account({
      relations: [{ value: 'Marco', type: 'manager' }],
      thumbnailPhotoUrl: '/photo',
      phones: [],
    });
    expect(untidy).toMatchObject({ externalId: '100000000000000000003' });
    for (const field of ['managerEmail', 'avatarUrl', 'phoneNumber']) expect(untidy).not.toHaveProperty(field);
  });

  it('without an id is no account at all', () => {
    expect(() => account({ id: null })).toThrow('/id');
  });
});

describe('A group of Google Workspace', () => {
  const group = { id: '03oy', email: 'engineering@example.com', name: 'Engineering', directMembersCount: '3' };

  it('is a team’s if an administrator made it, else one for mail', () => {
    const asRecord = (change: JsonObject) => googleSync.groups!.record({ ...group, ...change });
    expect(asRecord({ adminCreated: true })).toMatchObject({ classification: 'TEAM', memberCount: 3 });
    expect(asRecord({ adminCreated: false })).toMatchObject({ classification: 'DISTRIBUTION' });
  });

  it('has accounts as members, not groups and not “everybody”', () => {
    const membership = (type: string, role = 'MEMBER') =>
      googleSync.memberships!.record({ id: '1003', email: 'jane.doe@example.com', role, type, status: 'ACTIVE' });
    expect(membership('USER')).toEqual({ account: { externalId: '1003' }, role: 'MEMBER' });
    expect(membership('USER', 'OWNER')).toMatchObject({ role: 'OWNER' });
    expect(membership('GROUP')).toBeNull();
    expect(membership('CUSTOMER')).toBeNull();
  });
});

describe('The directory of Google Workspace', () => {
  const asked: JsonValue[] = [];
  const answering = (body: JsonValue) =>
    hostOf({
      async send({ query }) {
        asked.push(JSON.parse(JSON.stringify(query)) as JsonValue);
        return { status: 200, headers: {}, body };
      },
    });

  it('is asked for whole accounts, of all domains or of one', async () => {
    asked.length = 0;
    await googleSync.accounts.read(answering({ users: [] }), {}, null);
    await googleSync.accounts.read(answering({ users: [] }), { domain: 'example.com' }, null);
    expect(asked).toEqual([
      { customer: 'my_customer', projection: 'full', orderBy: 'email', maxResults: 200 },
      { domain: 'example.com', projection: 'full', orderBy: 'email', maxResults: 200 },
    ]);
  });

  it('may have no groups, and a group no members', async () => {
    const nothing = { envelopes: [], next: null };
    expect(await googleSync.groups!.read(answering({ kind: 'admin#directory#groups' }), {}, null)).toEqual(nothing);
    expect(await googleSync.memberships!.read(answering(null), {}, null, { resource: '03oy', payload: {} })).toEqual(
      nothing,
    );
  });

  it('that names the same page again is told, and not read for ever', async () => {
    const endless = answering({ users: [jane], nextPageToken: 'again' });
    const { next } = await googleSync.accounts.read(endless, {}, null);
    await expect(googleSync.accounts.read(endless, {}, next)).rejects.toMatchObject({ code: 'E_RESPONSE' });
  });

  it('without an account that can be seen does not say whose it is', async () => {
    await expect(googleSync.instance(answering({}), {}, {})).rejects.toThrow('none that the connection may see');
  });
});
