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
import { scimPush } from './scim-push.js';
import { addressOf, docs, group, groupPath, indexedPages, pageSize, readOne, user } from './scim-shapes.js';

/** Users, groups, and the users who are in them. A system gives all members of a group at once: RFC 7644 pages no attribute. */
export const scimSync: DirectorySource = {
  mayBePrimary: true,
  settings: z.strictObject({}),
  async instance(_, __, { baseUrl }) {
    const { host, pathname } = new URL(String(baseUrl));
    return { id: `${host}${pathname.replace(/\/+$/, '')}`, name: host };
  },
  accounts: {
    read: (host, _, page) => readDirectoryPage(host, list(path`/Users`), indexedPages, page),
    record: accountOf,
  },
  groups: {
    read: (host, _, page) =>
      // Members come one group at a time.
      readDirectoryPage(host, list(path`/Groups`, 'members'), indexedPages, page),
    record: groupOf,
  },
  memberships: {
    inOneAnswer: true,
    async read({ http }, _, __, { resource }) {
      const { members } = await readOne(http, groupPath(resource), group);
      return { envelopes: members.map((payload) => ({ resource, payload: payload as JsonObject })), next: null };
    },
    record: membershipOf,
  },
  push: scimPush,
};

const list = (place: HttpRequest['path'], excludedAttributes?: string): HttpRequest => ({
  ...{ method: 'GET', path: place, query: { excludedAttributes, startIndex: 1, count: pageSize } },
});

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const text = z.string().optional().catch(undefined);

/** What RFC 7643 §4.1 and §4.3 say beside the usual; what does not fit is left out. */
const more = z.object({
  title: text,
  userType: text,
  phoneNumbers: z
    .array(z.object({ value: text, primary: z.boolean().optional() }))
    .catch([])
    .default([]),
  addresses: z
    .array(z.object({ locality: text, primary: z.boolean().optional() }))
    .catch([])
    .default([]),
  [enterprise]: z
    .object({
      ...{ employeeNumber: text, department: text, division: text },
      manager: z.object({ value: text }).optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
  meta: z.object({ created: text }).optional().catch(undefined),
});

const primaryOf = <T extends { primary?: boolean | undefined }>(all: T[]): T | undefined =>
  all.find(({ primary }) => primary) ?? all[0];

function accountOf(payload: JsonObject): DirectoryAccount {
  const found = parseAnswer(user, payload, `${docs}#section-3.4.2`);
  const { title, phoneNumbers, addresses, meta, [enterprise]: work } = more.parse(payload);
  const email = addressOf(found);
  const aliases = found.emails.map(({ value }) => value).filter((value) => value !== email);
  return fieldsThatFit(directoryAccount, {
    externalId: found.id,
    secondaryKey: work?.employeeNumber ?? found.externalId,
    email,
    emailAliases: aliases.length > 0 ? aliases : undefined,
    phoneNumber: primaryOf(phoneNumbers)?.value,
    displayName: found.displayName,
    givenName: found.name?.givenName,
    familyName: found.name?.familyName,
    jobTitle: title,
    department: work?.department,
    organizationUnit: work?.division,
    location: primaryOf(addresses)?.locality,
    managerExternalId: work?.manager?.value,
    accountType: 'USER',
    status: found.active ? 'ACTIVE' : 'INACTIVE',
    addedAt: meta?.created,
  });
}

function groupOf(payload: JsonObject): DirectoryGroup {
  const { id, displayName } = parseAnswer(group, payload, `${docs}#section-3.4.2`);
  return fieldsThatFit(directoryGroup, { externalId: id, displayName, classification: 'SECURITY', status: 'ACTIVE' });
}

const member = z.object({ value: z.string(), type: z.string().optional(), $ref: z.string().optional() });

/** Null for a group within the group, which a system tells by its type or by the address that it refers to. */
function membershipOf(payload: JsonObject): DirectoryMembership | null {
  const { value, type, $ref } = parseAnswer(member, payload, 'https://www.rfc-editor.org/rfc/rfc7643#section-4.2');
  const isGroup = type === undefined ? /\/Groups\//.test($ref ?? '') : type.toLowerCase() === 'group';
  return isGroup ? null : { account: { externalId: value }, role: 'MEMBER' };
}
