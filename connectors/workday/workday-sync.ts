import {
  type DirectoryAccount,
  type DirectoryGroup,
  type DirectoryMembership,
  type DirectorySource,
  directoryAccount,
  directoryGroup,
  FatalError,
  fieldsThatFit,
  type JsonObject,
  parseAnswer,
  path,
  readDirectoryPage,
} from '@castellan/sdk';
import { z } from 'zod';
import { docs, organizationOf, workerOf } from './workday-shapes.js';
import { offsetPages, pageSize, workersRequest } from './workday-workers.js';

/**
 * Workers who have not left, supervisory organisations, and who works in them. Workday gives out no identities. The list
 * tells no manager: who leads an organisation is in its raw record.
 */
export const workdaySync: DirectorySource = {
  mayBePrimary: false,
  settings: z.strictObject({}),
  async instance(_, __, { tenant, host, refreshToken }) {
    if (!refreshToken) {
      throw new FatalError('An integration system user reaches reports only: make the connection with an API client.', {
        code: 'E_AUTH',
      });
    }
    const name = String(tenant).toLowerCase();
    return { id: `${String(host).toLowerCase()}/${name}`, name };
  },
  accounts: {
    read: (host, _, page) => readDirectoryPage(host, workersRequest(), offsetPages, page),
    record: accountOf,
  },
  groups: {
    read(host, _, page) {
      const place = path`/supervisoryOrganizations`;
      const query = { includeInactive: true, limit: pageSize };
      return readDirectoryPage(host, { method: 'GET', path: place, query }, offsetPages, page);
    },
    record: groupOf,
  },
  memberships: {
    read(host, _, page, { resource }) {
      const place = path`/supervisoryOrganizations/${resource}/members`;
      const request = { method: 'GET' as const, path: place, query: { limit: pageSize } };
      return readDirectoryPage(host, request, offsetPages, page, () => resource);
    },
    record: membershipOf,
  },
  onlyRead: 'In Workday, people come into an organisation by their job, which changes there.',
};

function accountOf(payload: JsonObject): DirectoryAccount {
  const found = workerOf(payload);
  return fieldsThatFit(directoryAccount, {
    externalId: found.id,
    secondaryKey: found.workerId,
    email: found.email,
    phoneNumber: found.phone,
    displayName: found.name,
    jobTitle: found.jobTitle,
    department: found.department,
    location: found.location,
    accountType: 'USER',
    status: 'ACTIVE',
  });
}

function groupOf(payload: JsonObject): DirectoryGroup {
  const { id, name, inactive } = organizationOf(payload);
  return fieldsThatFit(directoryGroup, {
    externalId: id,
    displayName: name,
    classification: 'TEAM',
    status: inactive ? 'INACTIVE' : 'ACTIVE',
  });
}

const member = z.object({ worker: z.object({ id: z.string() }) });

function membershipOf(payload: JsonObject): DirectoryMembership {
  const { worker } = parseAnswer(member, payload, docs);
  return { account: { externalId: worker.id }, role: 'MEMBER' };
}
