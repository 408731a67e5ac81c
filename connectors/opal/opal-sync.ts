import {
  camelKeys,
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
import { apiUrl } from './opal-api-url.js';
import { resultPages } from './opal-reads.js';
import { docs, group, groupAccess, user } from './opal-shapes.js';

const query = { page_size: 500 };

const lists = {
  users: { method: 'GET', path: path`/users`, query },
  groups: { method: 'GET', path: path`/groups`, query },
} satisfies Record<string, HttpRequest>;

/** People, groups and who is in them. Opal reads people from an identity provider, so it is no primary directory. */
export const opalSync: DirectorySource = {
  mayBePrimary: false,
  settings: z.strictObject({}),
  // Opal names the organisation nowhere, and one address is that of many; ids are UUIDs.
  async instance(_, __, fields) {
    return { id: null, name: new URL(apiUrl(fields)).host };
  },
  accountsTellInstance: true,
  accounts: {
    read: (host, _, page) => readDirectoryPage(host, lists.users, resultPages, page, ({ user_id }) => String(user_id)),
    record: accountOf,
  },
  groups: {
    read: (host, _, page) =>
      readDirectoryPage(host, lists.groups, resultPages, page, ({ group_id }) => String(group_id)),
    record: groupOf,
  },
  memberships: {
    read(host, _, page, { resource: groupId }) {
      const request: HttpRequest = { method: 'GET', path: path`/groups/${groupId}/users`, query };
      return readDirectoryPage(host, request, resultPages, page, () => groupId);
    },
    record: membershipOf,
  },
  onlyRead: 'Members of a group in Opal have a level of access, and often only for a time: a team says neither.',
};

type HrIdpStatus = NonNullable<z.output<typeof user>['hrIdpStatus']>;

/** Of the person where Opal reads people from. Who was deprovisioned there still has an account in Opal, if none to use. */
const statuses: Record<HrIdpStatus, DirectoryAccount['status']> = {
  ACTIVE: 'ACTIVE',
  SUSPENDED: 'SUSPENDED',
  DEPROVISIONED: 'INACTIVE',
  DELETED: 'DELETED',
  NOT_FOUND: undefined,
};

function accountOf(payload: JsonObject): DirectoryAccount {
  const found = parseAnswer(user, camelKeys(payload), `${docs}/users/get-users`);
  return fieldsThatFit(directoryAccount, {
    externalId: found.userId,
    email: found.email,
    displayName: found.fullName,
    givenName: found.firstName,
    familyName: found.lastName,
    jobTitle: found.position,
    accountType: 'USER',
    status: found.hrIdpStatus && statuses[found.hrIdpStatus],
  });
}

function groupOf(payload: JsonObject): DirectoryGroup {
  const found = parseAnswer(group, camelKeys(payload), `${docs}/groups/get-groups`);
  return fieldsThatFit(directoryGroup, {
    externalId: found.groupId,
    displayName: found.name,
    description: found.description,
    // Whatever system it lives in, in Opal a group is there to give access.
    classification: 'SECURITY',
    status: 'ACTIVE',
  });
}

function membershipOf(payload: JsonObject): DirectoryMembership {
  const { userId } = parseAnswer(groupAccess, camelKeys(payload), `${docs}/groups/get-groups-users`);
  return { account: { externalId: userId }, role: 'MEMBER' };
}
