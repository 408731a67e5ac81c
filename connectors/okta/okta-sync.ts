import {
  type DirectoryAccount,
  type DirectoryGroup,
  type DirectoryMembership,
  type DirectorySource,
  directoryAccount,
  directoryGroup,
  fieldsThatFit,
  type HttpRequest,
  type JsonObject,
  parseAnswer,
  path,
  readDirectoryPage,
} from '@castellan/sdk';
import { z } from 'zod';
import { oktaPush } from './okta-push.js';
import { docs, everyStatus, group, linkedPages, shownGroup, user } from './okta-shapes.js';

const pageSize = 200;

/** Users with those who were deactivated, groups, and who is in them. */
export const oktaSync: DirectorySource = {
  mayBePrimary: true,
  settings: z.strictObject({}),
  async instance(_, __, { domain }) {
    const name = String(domain).toLowerCase();
    return { id: name, name };
  },
  // Beside its own name, an organisation may have a domain.
  accountsTellInstance: true,
  accounts: {
    read: (host, _, page) => readDirectoryPage(host, list(path`/api/v1/users`, everyStatus), linkedPages, page),
    record: accountOf,
  },
  groups: {
    read: (host, _, page) => readDirectoryPage(host, list(path`/api/v1/groups`), linkedPages, page),
    record: groupOf,
  },
  memberships: {
    read(host, _, page, { resource }) {
      return readDirectoryPage(host, list(path`/api/v1/groups/${resource}/users`), linkedPages, page, () => resource);
    },
    record: membershipOf,
  },
  push: oktaPush,
};

const list = (place: HttpRequest['path'], filter?: string): HttpRequest => ({
  ...{ method: 'GET', path: place, query: { filter, limit: pageSize } },
});

/** Somebody who was never activated cannot sign in; somebody who must set a new password or is locked out still has the account. */
const statuses: Record<string, DirectoryAccount['status']> = {
  STAGED: 'INACTIVE',
  PROVISIONED: 'INACTIVE',
  ACTIVE: 'ACTIVE',
  RECOVERY: 'ACTIVE',
  PASSWORD_EXPIRED: 'ACTIVE',
  LOCKED_OUT: 'ACTIVE',
  SUSPENDED: 'SUSPENDED',
  DEPROVISIONED: 'INACTIVE',
};

function accountOf(payload: JsonObject): DirectoryAccount {
  const { id, status, profile, lastLogin, created } = parseAnswer(
    user,
    payload,
    `${docs}/User/#tag/User/operation/listUsers`,
  );
  const { firstName, lastName, displayName, managerId } = profile;
  return fieldsThatFit(directoryAccount, {
    externalId: id,
    secondaryKey: profile.employeeNumber,
    email: profile.email,
    emailAliases: profile.secondEmail ? [profile.secondEmail] : undefined,
    phoneNumber: profile.mobilePhone,
    displayName: displayName ?? [firstName, lastName].filter(Boolean).join(' '),
    ...{ givenName: firstName, familyName: lastName, jobTitle: profile.title, department: profile.department },
    location: profile.city,
    organizationUnit: profile.division,
    // An attribute that organisations fill as they like: often with the address.
    managerEmail: managerId,
    accountType: 'USER',
    status: statuses[status],
    lastLoginAt: lastLogin,
    addedAt: created,
  });
}

/** Okta fills the group of everybody by itself. */
function groupOf(payload: JsonObject): DirectoryGroup {
  const found = parseAnswer(group, shownGroup(payload), `${docs}/Group/#tag/Group/operation/listGroups`);
  return fieldsThatFit(directoryGroup, {
    externalId: found.id,
    displayName: found.name,
    description: found.description,
    classification: found.type === 'BUILT_IN' ? 'DYNAMIC' : 'SECURITY',
    status: 'ACTIVE',
  });
}

function membershipOf(payload: JsonObject): DirectoryMembership {
  const { id } = parseAnswer(user.pick({ id: true }), payload, `${docs}/Group/#tag/Group/operation/listGroupUsers`);
  return { account: { externalId: id }, role: 'MEMBER' };
}
