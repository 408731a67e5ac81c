import {
  type DirectoryAccount,
  type DirectoryGroup,
  type DirectoryMembership,
  type DirectorySource,
  directoryAccount,
  directoryGroup,
  FatalError,
  fieldsThatFit,
  type HttpRequest,
  type JsonObject,
  parseAnswer,
  path,
  readDirectoryPage,
} from '@castellan/sdk';
import { z } from 'zod';
import { profileOf } from './google-profile.js';
import { googlePush } from './google-push.js';
import { docs, group, member, pagesOf, user } from './google-shapes.js';

/** Accounts are asked for whole, so that a filter may name any field, and so many that the largest still fit an answer. */
const pageSize = 200;

const settings = z.strictObject({
  domain: z
    .string()
    .default('')
    .meta({ title: 'Only the domain', examples: ['example.com'] })
    .describe('Accounts and groups of this domain; empty for all domains of the customer.'),
});

const list = (kind: 'users' | 'groups', given: JsonObject, query: HttpRequest['query']): HttpRequest => {
  const { domain } = settings.parse(given);
  const whose = domain ? { domain } : { customer: 'my_customer' };
  const place = kind === 'users' ? path`/admin/directory/v1/users` : path`/admin/directory/v1/groups`;
  return { method: 'GET', path: place, query: { ...whose, maxResults: pageSize, ...query } };
};

/** Accounts, groups and direct memberships of a customer: the reference for what other systems offer to integrations. */
export const googleSync: DirectorySource = {
  mayBePrimary: true,
  settings,
  async instance({ http }) {
    const query = { customer: 'my_customer', maxResults: 1, fields: 'users(customerId,primaryEmail)' };
    const { body } = await http.send({ method: 'GET', path: path`/admin/directory/v1/users`, query });
    const { users } = parseAnswer(someUser, body, `${docs}/users/list`);
    const [first] = users;
    if (!first) {
      throw new FatalError('Google names the customer by its accounts, and there is none that the connection may see.');
    }
    return { id: first.customerId, name: first.primaryEmail.split('@')[1]! };
  },
  accounts: {
    read: (host, given, page) => {
      const whole = list('users', given, { projection: 'full', orderBy: 'email' });
      return readDirectoryPage(host, whole, pagesOf('users'), page);
    },
    record: accountOf,
  },
  groups: {
    read: (host, given, page) => readDirectoryPage(host, list('groups', given, {}), pagesOf('groups'), page),
    record: groupOf,
  },
  memberships: {
    read: (host, _, page, { resource: groupId }) => {
      const place = path`/admin/directory/v1/groups/${groupId}/members`;
      const request: HttpRequest = { method: 'GET', path: place, query: { maxResults: pageSize } };
      return readDirectoryPage(host, request, pagesOf('members'), page, () => groupId);
    },
    record: membershipOf,
  },
  push: googlePush,
};

const someUser = z.object({
  users: z.array(z.object({ customerId: z.string(), primaryEmail: z.string() })).default([]),
});

const wholeUser = user.extend({
  isGuestUser: z.boolean().optional(),
  thumbnailPhotoUrl: z.string().optional(),
  phones: z.array(z.object({ value: z.string().optional(), primary: z.boolean().optional() })).default([]),
});
type WholeUser = z.output<typeof wholeUser>;

function accountOf(payload: JsonObject): DirectoryAccount {
  const found = parseAnswer(wholeUser, payload, `${docs}/users`);
  const { givenName, familyName, title, department, manager, employeeId } = profileOf(found);
  const phone = found.phones.find(({ primary }) => primary) ?? found.phones[0];
  return fieldsThatFit(directoryAccount, {
    externalId: found.id,
    secondaryKey: employeeId,
    email: found.primaryEmail,
    emailAliases: found.aliases,
    phoneNumber: phone?.value,
    displayName: found.name.fullName,
    ...{ givenName, familyName, jobTitle: title, department },
    location: found.organizations.find(({ primary }) => primary)?.location,
    organizationUnit: found.orgUnitPath,
    managerEmail: manager,
    avatarUrl: found.thumbnailPhotoUrl,
    accountType: found.isGuestUser ? 'GUEST' : 'USER',
    status: statusOf(found),
    mfaState: mfaOf(found),
    // 1970 for somebody who never signed in.
    lastLoginAt: found.lastLoginTime?.startsWith('1970-') ? undefined : found.lastLoginTime,
    addedAt: found.creationTime,
    removedAt: found.deletionTime,
  });
}

function statusOf({ deletionTime, suspended, archived }: WholeUser): DirectoryAccount['status'] {
  if (deletionTime !== undefined) return 'DELETED';
  if (suspended) return 'SUSPENDED';
  return archived ? 'INACTIVE' : 'ACTIVE';
}

function mfaOf({ isEnforcedIn2Sv, isEnrolledIn2Sv }: WholeUser): DirectoryAccount['mfaState'] {
  if (isEnforcedIn2Sv === undefined && isEnrolledIn2Sv === undefined) return 'UNKNOWN';
  if (isEnforcedIn2Sv) return 'ENFORCED';
  return isEnrolledIn2Sv ? 'ENABLED' : 'DISABLED';
}

function groupOf(payload: JsonObject): DirectoryGroup {
  const found = parseAnswer(group, payload, `${docs}/groups`);
  return fieldsThatFit(directoryGroup, {
    externalId: found.id,
    email: found.email,
    displayName: found.name,
    description: found.description,
    classification: found.adminCreated ? 'TEAM' : 'DISTRIBUTION',
    status: 'ACTIVE',
    memberCount: found.directMembersCount === undefined ? undefined : Number(found.directMembersCount),
  });
}

/** Null for a group within the group, and for “all users of the customer”, who are no list of accounts. */
function membershipOf(payload: JsonObject): DirectoryMembership | null {
  const { id, role, type } = parseAnswer(member, payload, `${docs}/members`);
  if (type !== 'USER') return null;
  const known = { OWNER: 'OWNER', MANAGER: 'MANAGER' } as const;
  return { account: { externalId: id }, role: known[role as keyof typeof known] ?? 'MEMBER' };
}
