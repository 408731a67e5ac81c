import { camelKeys, cursorPaging, operation, type Paging, path } from '@castellan/sdk';
import { z } from 'zod';
import * as shapes from './opal-shapes.js';

const { docs, groupId, limitField, resourceId, userId } = shapes;

/** Most lists: `{ next, previous, results }`, asked on with `cursor`. */
export const resultPages: Paging = cursorPaging({ items: 'results', next: 'next', param: 'cursor' });

/** Opal's own default is 200; fewer, larger pages spare its rate limit. */
export const pageSize = 1000;

const jane = { userId: 'ca57e11a-0001-4000-8000-000000000003', email: 'jane.doe@example.com', fullName: 'Jane Doe' };
const sampleUser = {
  ...jane,
  firstName: 'Jane',
  lastName: 'Doe',
  position: 'Senior Software Engineer',
  hrIdpStatus: 'ACTIVE',
};
const sampleResource = {
  resourceId: 'ca57e11a-0002-4000-8000-000000000001',
  name: 'AWS Production',
  resourceType: 'AWS_SSO_PERMISSION_SET',
};
const sampleGroup = { groupId: 'ca57e11a-0003-4000-8000-000000000001', name: 'Engineering', groupType: 'OKTA_GROUP' };
const sampleResourceAccess = {
  ...jane,
  resourceId: sampleResource.resourceId,
  resourceName: sampleResource.name,
  accessLevel: { accessLevelName: 'Administrator', accessLevelRemoteId: 'AdministratorAccess' },
  expirationDate: null,
  hasDirectAccess: true,
  numAccessPaths: 1,
  propagationStatus: { status: 'SUCCESS' },
};
const sampleGroupAccess = {
  ...jane,
  groupId: sampleGroup.groupId,
  groupName: sampleGroup.name,
  accessLevel: null,
  expirationDate: null,
  propagationStatus: { status: 'SUCCESS' },
};

const listOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item) });

export const opalReads = {
  findUser: operation({
    title: 'Find a user',
    docs: `${docs}/users/get-user`,
    summary: 'The person with an e-mail address, or none.',
    input: z.strictObject({ email: z.email().meta({ title: 'E-mail' }) }),
    output: z.object({ found: z.boolean(), user: shapes.user.nullable() }),
    effect: 'read',
    request: ({ email }) => ({ method: 'GET', path: path`/user`, query: { email }, accept: [404] }),
    response: ({ status, body }) =>
      status === 404 ? { found: false, user: null } : { found: true, user: camelKeys(body) },
    sample: { input: { email: jane.email }, output: { found: true, user: sampleUser } },
  }),

  listUsers: operation({
    title: 'List users',
    docs: `${docs}/users/get-users`,
    summary: 'All people of the organisation.',
    input: z.strictObject({ limit: limitField }),
    output: listOf(shapes.user),
    choice: { value: 'userId', label: 'fullName' },
    effect: 'read',
    request: () => ({ method: 'GET', path: path`/users`, query: { page_size: pageSize } }),
    paginate: resultPages,
    each: camelKeys,
    sample: { input: {}, output: { items: [sampleUser] } },
  }),

  listResources: operation({
    title: 'List resources',
    docs: `${docs}/resources/get-resources`,
    summary: 'Resources, all or those of a type or name.',
    input: z.strictObject({
      resourceName: z.string().optional().meta({ title: 'Name' }),
      resourceType: z.string().optional().meta({ title: 'Type' }).describe('Such as AWS_IAM_ROLE or GIT_HUB_REPO.'),
      limit: limitField,
    }),
    output: listOf(shapes.resource),
    choice: { value: 'resourceId', label: 'name' },
    effect: 'read',
    request: ({ resourceName, resourceType }) => ({
      method: 'GET',
      path: path`/resources`,
      query: { resource_name: resourceName, resource_type_filter: resourceType, page_size: pageSize },
    }),
    paginate: resultPages,
    each: camelKeys,
    sample: { input: {}, output: { items: [sampleResource] } },
  }),

  getResource: operation({
    title: 'Get a resource',
    docs: `${docs}/resources/get-resource-by-id`,
    summary: 'One resource by its id.',
    input: z.strictObject({ resourceId }),
    output: shapes.resource,
    options: { '/resourceId': 'listResources' },
    effect: 'read',
    request: (input) => ({ method: 'GET', path: path`/resources/${input.resourceId}` }),
    response: ({ body }) => camelKeys(body),
    sample: { input: { resourceId: sampleResource.resourceId }, output: sampleResource },
  }),

  listGroups: operation({
    title: 'List groups',
    docs: `${docs}/groups/get-groups`,
    summary: 'Groups, all or those of a type or name.',
    input: z.strictObject({
      groupName: z.string().optional().meta({ title: 'Name' }),
      groupType: z.string().optional().meta({ title: 'Type' }).describe('Such as OPAL_GROUP or OKTA_GROUP.'),
      limit: limitField,
    }),
    output: listOf(shapes.group),
    choice: { value: 'groupId', label: 'name' },
    effect: 'read',
    request: ({ groupName, groupType }) => ({
      method: 'GET',
      path: path`/groups`,
      query: { group_name: groupName, group_type_filter: groupType, page_size: pageSize },
    }),
    paginate: resultPages,
    each: camelKeys,
    sample: { input: {}, output: { items: [sampleGroup] } },
  }),

  getGroup: operation({
    title: 'Get a group',
    docs: `${docs}/groups/get-group`,
    summary: 'One group by its id.',
    input: z.strictObject({ groupId }),
    output: shapes.group,
    options: { '/groupId': 'listGroups' },
    effect: 'read',
    request: (input) => ({ method: 'GET', path: path`/groups/${input.groupId}` }),
    response: ({ body }) => camelKeys(body),
    sample: { input: { groupId: sampleGroup.groupId }, output: sampleGroup },
  }),

  getUserResources: operation({
    title: 'List a user’s resources',
    docs: `${docs}/resources/get-resourcesusers`,
    summary: 'What one person can reach, of their own or through groups.',
    input: z.strictObject({ userId, limit: limitField }),
    output: listOf(shapes.resourceAccess),
    options: { '/userId': 'listUsers' },
    effect: 'read',
    request: (input) => ({
      method: 'GET',
      path: path`/resources/users/${input.userId}`,
      query: { limit: pageSize },
    }),
    paginate: resultPages,
    each: camelKeys,
    sample: { input: { userId: jane.userId }, output: { items: [sampleResourceAccess] } },
  }),

  getUserGroups: operation({
    title: 'List a user’s groups',
    docs: `${docs}/groups/get-groupsusers`,
    summary: 'The groups that one person is a member of.',
    input: z.strictObject({ userId, limit: limitField }),
    output: listOf(shapes.groupAccess),
    options: { '/userId': 'listUsers' },
    effect: 'read',
    request: (input) => ({
      method: 'GET',
      path: path`/groups/users/${input.userId}`,
      query: { page_size: pageSize },
    }),
    paginate: resultPages,
    each: camelKeys,
    sample: { input: { userId: jane.userId }, output: { items: [sampleGroupAccess] } },
  }),

  listResourceUsers: operation({
    title: 'List a resource’s users',
    docs: `${docs}/resources/get-resources-users`,
    summary: 'Everybody who can reach a resource, of their own or through groups.',
    input: z.strictObject({ resourceId }),
    output: listOf(shapes.resourceAccess),
    options: { '/resourceId': 'listResources' },
    effect: 'read',
    // Opal declares no cursor here. Should it name a next page all the same, that is asked for, and the same page again
    // is refused rather than taken for the end.
    request: (input) => ({ method: 'GET', path: path`/resources/${input.resourceId}/users` }),
    paginate: { ...resultPages, size: null },
    each: camelKeys,
    sample: { input: { resourceId: sampleResource.resourceId }, output: { items: [sampleResourceAccess] } },
  }),

  listGroupUsers: operation({
    title: 'List a group’s users',
    docs: `${docs}/groups/get-groups-users`,
    summary: 'The members of a group.',
    input: z.strictObject({ groupId, limit: limitField }),
    output: listOf(shapes.groupAccess),
    options: { '/groupId': 'listGroups' },
    effect: 'read',
    request: (input) => ({
      method: 'GET',
      path: path`/groups/${input.groupId}/users`,
      query: { page_size: pageSize },
    }),
    paginate: resultPages,
    each: camelKeys,
    sample: { input: { groupId: sampleGroup.groupId }, output: { items: [sampleGroupAccess] } },
  }),
};
