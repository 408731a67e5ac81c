import { operation, path } from '@castellan/sdk';
import { z } from 'zod';
import { activeDirectory, ada, productionAccess, sailpointId } from './sailpoint-company.js';
import { allOf, condition, filters, limit, listOf, listRequest, offsetPages } from './sailpoint-lists.js';
import { docs } from './sailpoint-references.js';
import { reference } from './sailpoint-shapes.js';

const sourceId = z.string().min(1).optional().meta({ title: 'Source' });
const name = z.string().min(1).optional().meta({ title: 'Name begins with' });

/** Roles come in smaller pages than all other lists. */
const rolesPage = 50;

const common = {
  id: z.string(),
  name: z.string().nullish(),
  description: z.string().nullish(),
  requestable: z.boolean().nullish(),
  owner: reference.nullish(),
  created: z.string().nullish(),
  modified: z.string().nullish(),
};

const role = z.object({
  ...common,
  enabled: z.boolean().nullish(),
  accessProfiles: z.array(reference).nullish(),
});
const accessProfile = z.object({
  ...common,
  enabled: z.boolean().nullish(),
  source: reference.nullish(),
  entitlements: z.array(reference).nullish(),
});
const entitlement = z.object({
  ...common,
  attribute: z.string().nullish(),
  value: z.string().nullish(),
  privileged: z.boolean().nullish(),
  source: reference.nullish(),
});
const source = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().nullish(),
  type: z.string().nullish(),
  connectorName: z.string().nullish(),
  authoritative: z.boolean().nullish(),
  healthy: z.boolean().nullish(),
  status: z.string().nullish(),
  owner: reference.nullish(),
});

/** What can be asked for, and where accounts are: lists for their own sake and as choices of other steps. */
export const choiceOperations = {
  listRoles: operation({
    title: 'List roles',
    docs: `${docs}/list-roles`,
    summary: 'Roles, which give access profiles and entitlements.',
    input: z.strictObject({ name, filters: filters('requestable eq true'), limit }),
    output: listOf(role),
    choice: { value: 'id', label: 'name' },
    effect: 'read',
    request: ({ name, filters }) =>
      listRequest(path`/roles`, { filters: allOf(condition('name', 'sw', name), filters ? [filters] : []) }, rolesPage),
    paginate: offsetPages,
    sample: {
      input: {},
      output: {
        items: [{ id: sailpointId('role', 1), name: 'Engineer', requestable: true, enabled: true, owner: ada }],
      },
    },
  }),

  listAccessProfiles: operation({
    title: 'List access profiles',
    docs: `${docs}/list-access-profiles`,
    summary: 'Access profiles, which give entitlements of one source.',
    input: z.strictObject({ name, sourceId, filters: filters('requestable eq true'), limit }),
    output: listOf(accessProfile),
    options: { '/sourceId': 'listSources' },
    choice: { value: 'id', label: 'name' },
    effect: 'read',
    request: ({ name, sourceId, filters }) =>
      listRequest(path`/access-profiles`, {
        filters: allOf(condition('name', 'sw', name), condition('source.id', 'eq', sourceId), filters ? [filters] : []),
      }),
    paginate: offsetPages,
    sample: {
      input: {},
      output: {
        items: [{ ...productionAccess, requestable: true, enabled: true, owner: ada, source: activeDirectory }],
      },
    },
  }),

  listEntitlements: operation({
    title: 'List entitlements',
    docs: `${docs}/list-entitlements`,
    summary: 'What a source itself can give, such as its groups.',
    input: z.strictObject({ name, sourceId, filters: filters('privileged eq true'), limit }),
    output: listOf(entitlement),
    options: { '/sourceId': 'listSources' },
    choice: { value: 'id', label: 'name' },
    effect: 'read',
    request: ({ name, sourceId, filters }) =>
      listRequest(path`/entitlements`, {
        filters: allOf(condition('name', 'sw', name), condition('source.id', 'eq', sourceId), filters ? [filters] : []),
      }),
    paginate: offsetPages,
    sample: {
      input: { sourceId: activeDirectory.id },
      output: {
        items: [
          {
            ...{ id: sailpointId('entitlement', 1), name: 'Production', attribute: 'memberOf', privileged: true },
            ...{ value: 'CN=Production,OU=Groups,DC=example,DC=com', source: activeDirectory },
          },
        ],
      },
    },
  }),

  listSources: operation({
    title: 'List sources',
    docs: `${docs}/list-sources`,
    summary: 'The systems that SailPoint is connected to.',
    input: z.strictObject({ name, filters: filters('authoritative eq true'), limit }),
    output: listOf(source),
    choice: { value: 'id', label: 'name' },
    effect: 'read',
    request: ({ name, filters }) =>
      listRequest(path`/sources`, { filters: allOf(condition('name', 'sw', name), filters ? [filters] : []) }),
    paginate: offsetPages,
    sample: {
      input: {},
      output: { items: [{ id: activeDirectory.id, name: activeDirectory.name, type: 'Active Directory - Direct' }] },
    },
  }),
};
