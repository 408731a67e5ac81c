import {
  type DirectoryAccount,
  type DirectorySource,
  directoryAccount,
  fieldsThatFit,
  type JsonObject,
  parseAnswer,
  path,
  readDirectoryPage,
} from '@castellan/sdk';
import { z } from 'zod';
import { identity } from './sailpoint-identities.js';
import { originOf } from './sailpoint-invocation.js';
import { listRequest, offsetPages } from './sailpoint-lists.js';
import { docs } from './sailpoint-references.js';

/** Identities that an authoritative source knows, as accounts. SailPoint reads them from elsewhere and signs nobody in. */
export const sailpointSync: DirectorySource = {
  mayBePrimary: false,
  settings: z.strictObject({}),
  async instance(_, __, fields) {
    const { host } = new URL(originOf(fields));
    return { id: host, name: host };
  },
  accounts: {
    read(host, _, page) {
      const request = listRequest(path`/identities`, { sorters: 'alias', count: true });
      return readDirectoryPage(host, request, offsetPages, page);
    },
    record: accountOf,
  },
};

/** Whose life cycle has ended keeps an identity. The names of its states are the tenant’s; these are what SailPoint starts with. */
const ended = { statuses: ['DISABLED', 'DEACTIVATED', 'TERMINATED'], states: ['inactive', 'terminated'] };

function accountOf(payload: JsonObject): DirectoryAccount {
  const found = parseAnswer(identity, payload, `${docs}/list-identities`);
  const { firstname, lastname, phone, title, jobTitle, department, location } = found.attributes ?? {};
  const { identityStatus, lifecycleState } = found;
  const isOver =
    ended.statuses.includes(identityStatus ?? '') ||
    ended.states.includes(lifecycleState?.stateName.toLowerCase() ?? '');
  return fieldsThatFit(directoryAccount, {
    externalId: found.id,
    secondaryKey: found.alias,
    email: found.emailAddress,
    phoneNumber: phone,
    displayName: found.name,
    givenName: firstname,
    familyName: lastname,
    jobTitle: jobTitle ?? title,
    department,
    location,
    managerExternalId: found.managerRef?.id,
    accountType: 'USER',
    status: isOver ? 'INACTIVE' : 'ACTIVE',
    addedAt: found.created,
  });
}
