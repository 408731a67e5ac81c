import { operation, path } from '@castellan/sdk';
import { z } from 'zod';
import { ada, jane, marco } from './sailpoint-company.js';
import { allOf, condition, filters, limit, listOf, listRequest, offsetPages } from './sailpoint-lists.js';
import { docs } from './sailpoint-references.js';
import { identityId, reference } from './sailpoint-shapes.js';

export const identity = z.object({
  id: z.string(),
  name: z.string(),
  alias: z.string().nullish().describe('The user name.'),
  emailAddress: z.string().nullish(),
  identityStatus: z.string().nullish(),
  processingState: z.string().nullish(),
  managerRef: reference.nullish(),
  isManager: z.boolean().nullish(),
  lifecycleState: z.object({ stateName: z.string(), manuallyUpdated: z.boolean() }).nullish(),
  attributes: z.record(z.string(), z.unknown()).nullish().describe('As the tenant defines them.'),
  created: z.string().nullish(),
  modified: z.string().nullish(),
  lastRefresh: z.string().nullish(),
});

const sampleIdentity = {
  id: jane.id,
  name: jane.name,
  alias: 'jane.doe',
  emailAddress: 'jane.doe@example.com',
  identityStatus: 'ACTIVE',
  managerRef: marco,
  isManager: false,
  lifecycleState: { stateName: 'active', manuallyUpdated: false },
  attributes: { firstname: 'Jane', lastname: 'Doe', department: 'Engineering', cloudLifecycleState: 'active' },
};

export const identityOperations = {
  listIdentities: operation({
    title: 'List identities',
    docs: `${docs}/list-identities`,
    summary: 'People as SailPoint knows them, by e-mail, user name or any filter.',
    input: z.strictObject({
      email: z.string().min(1).optional().meta({ title: 'E-mail' }),
      alias: z.string().min(1).optional().meta({ title: 'User name' }),
      filters: filters('lastname sw "Do" and cloudStatus eq "ACTIVE"'),
      uncorrelated: z
        .boolean()
        .default(false)
        .meta({ title: 'Also those of no authoritative source' })
        .describe('Else only people whom an authoritative source knows.'),
      limit,
    }),
    output: listOf(identity),
    choice: { value: 'id', label: 'name' },
    effect: 'read',
    request: ({ email, alias, filters, uncorrelated }) =>
      listRequest(path`/identities`, {
        filters: allOf(condition('email', 'eq', email), condition('alias', 'eq', alias), filters ? [filters] : []),
        defaultFilter: uncorrelated ? 'NONE' : undefined,
      }),
    paginate: offsetPages,
    sample: { input: { email: 'jane.doe@example.com' }, output: { items: [sampleIdentity] } },
  }),

  getIdentity: operation({
    title: 'Get an identity',
    docs: `${docs}/get-identity`,
    summary: 'One person as SailPoint knows them, with their attributes.',
    input: z.strictObject({ identityId }),
    output: identity,
    options: { '/identityId': 'listIdentities' },
    effect: 'read',
    request: ({ identityId }) => ({ method: 'GET', path: path`/identities/${identityId}` }),
    sample: {
      input: { identityId: ada.id },
      output: {
        ...{ id: ada.id, name: ada.name, alias: 'ada.okafor', emailAddress: 'ada.okafor@example.com' },
        ...{ identityStatus: 'ACTIVE', isManager: true },
      },
    },
  }),
};
