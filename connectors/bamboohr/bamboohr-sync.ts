import {
  type DirectoryAccount,
  type DirectorySource,
  directoryAccount,
  fieldsThatFit,
  type JsonObject,
  parseAnswer,
  readDirectoryPage,
} from '@castellan/sdk';
import { z } from 'zod';
import { employeePages, listRequest } from './bamboohr-employees.js';
import { nameOf, reference, textOf } from './bamboohr-shapes.js';

const pageSize = 250;

/** What BambooHR’s list tells of an employee beside its usual fields. Private addresses and birthdays are not asked for. */
const fields = [
  ...['workEmail', 'workPhone', 'workPhoneExtension', 'mobilePhone', 'hireDate', 'employmentStatusName'],
  ...['departmentName', 'divisionName', 'locationName', 'reportsToId', 'reportsToName'],
];

/** Employees, those who left included, as accounts. BambooHR has no groups, and gives out no identities. */
export const bamboohrSync: DirectorySource = {
  mayBePrimary: false,
  settings: z.strictObject({}),
  async instance(_, __, { companyDomain }) {
    return { id: String(companyDomain).toLowerCase(), name: `${String(companyDomain)}.bamboohr.com` };
  },
  accounts: {
    read(host, _, page) {
      const request = listRequest({});
      const query = { ...request.query, fields: fields.join(','), 'page[limit]': pageSize };
      return readDirectoryPage(host, { ...request, query }, employeePages, page, ({ employeeId }) =>
        String(employeeId),
      );
    },
    record: accountOf,
  },
};

const listed = z.object({ employeeId: z.string() });

/** The list tells no last day: somebody who left is told by the status. */
function accountOf(payload: JsonObject): DirectoryAccount {
  const { employeeId } = parseAnswer(listed, payload, `${reference}/list-employees`);
  const hired = textOf(payload.hireDate);
  const preferred = textOf(payload.preferredName);
  return fieldsThatFit(directoryAccount, {
    externalId: employeeId,
    email: payload.workEmail,
    phoneNumber: textOf(payload.workPhone) ?? textOf(payload.mobilePhone),
    displayName: preferred ? `${preferred} ${textOf(payload.lastName) ?? ''}`.trim() : nameOf(payload),
    givenName: payload.firstName,
    familyName: payload.lastName,
    jobTitle: payload.jobTitleName,
    department: payload.departmentName,
    location: payload.locationName,
    organizationUnit: payload.divisionName,
    managerExternalId: payload.reportsToId,
    avatarUrl: payload.photoUrl,
    accountType: 'USER',
    status: payload.status === 'Inactive' ? 'INACTIVE' : 'ACTIVE',
    addedAt: hired && `${hired}T00:00:00Z`,
  });
}
