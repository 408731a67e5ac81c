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
import { entraPush } from './entra-push.js';
import { directoryObject, docs, fieldsOf, group, linkedPages, user } from './entra-shapes.js';

/** With more fields than a usual list, a page stays a small answer. */
const pageSize = 500;

/** What a profile tells beside the usual fields. */
const wholeUser = user.extend({
  mobilePhone: z.string().nullish(),
  officeLocation: z.string().nullish(),
});

/** Users with guests and those who are blocked, groups, and who is in them directly. */
export const entraSync: DirectorySource = {
  mayBePrimary: true,
  settings: z.strictObject({}),
  async instance(_, __, { tenant }) {
    const name = String(tenant).toLowerCase();
    return { id: name, name };
  },
  // A tenant is named by its id or by any of its domains.
  accountsTellInstance: true,
  accounts: {
    read: (host, _, page) => readDirectoryPage(host, list(path`/users`, wholeUser), linkedPages, page),
    record: accountOf,
  },
  groups: {
    read: (host, _, page) => readDirectoryPage(host, list(path`/groups`, group), linkedPages, page),
    record: groupOf,
  },
  memberships: {
    read(host, _, page, { resource }) {
      const request = list(path`/groups/${resource}/members`, directoryObject);
      return readDirectoryPage(host, request, linkedPages, page, () => resource);
    },
    record: membershipOf,
  },
  push: entraPush,
};

const list = (place: HttpRequest['path'], shape: z.ZodObject): HttpRequest => ({
  ...{ method: 'GET', path: place, query: { $select: fieldsOf(shape), $top: pageSize } },
});

function accountOf(payload: JsonObject): DirectoryAccount {
  const found = parseAnswer(wholeUser, payload, `${docs}/user-list`);
  return fieldsThatFit(directoryAccount, {
    externalId: found.id,
    secondaryKey: found.employeeId,
    email: found.mail ?? found.userPrincipalName,
    phoneNumber: found.mobilePhone,
    displayName: found.displayName,
    givenName: found.givenName,
    familyName: found.surname,
    jobTitle: found.jobTitle,
    department: found.department,
    location: found.officeLocation,
    organizationUnit: found.companyName,
    accountType: found.userType === 'Guest' ? 'GUEST' : 'USER',
    status: found.accountEnabled === false ? 'SUSPENDED' : 'ACTIVE',
    addedAt: found.createdDateTime,
  });
}

function groupOf(payload: JsonObject): DirectoryGroup {
  const found = parseAnswer(group, payload, `${docs}/group-list`);
  return fieldsThatFit(directoryGroup, {
    externalId: found.id,
    email: found.mail,
    displayName: found.displayName,
    description: found.description,
    classification: classificationOf(found),
    status: 'ACTIVE',
  });
}

function classificationOf({ groupTypes, securityEnabled }: z.output<typeof group>): DirectoryGroup['classification'] {
  if (groupTypes.includes('DynamicMembership')) return 'DYNAMIC';
  if (groupTypes.includes('Unified')) return 'TEAM';
  return securityEnabled ? 'SECURITY' : 'DISTRIBUTION';
}

/** Null for a group within the group, a device and an app. */
function membershipOf(payload: JsonObject): DirectoryMembership | null {
  const { id, ...found } = parseAnswer(directoryObject, payload, `${docs}/group-list-members`);
  return found['@odata.type'] === '#microsoft.graph.user' ? { account: { externalId: id }, role: 'MEMBER' } : null;
}
