import { operation, path } from '@castellan/sdk';
import { z } from 'zod';
import { ada, sailpointId } from './sailpoint-company.js';
import { allOf, condition, limit, listOf, listRequest, offsetPages } from './sailpoint-lists.js';
import { docs } from './sailpoint-references.js';

/** SailPoint still calls these calls experimental, and takes them only with this header. */
const headers = { 'x-sailpoint-experimental': 'true' };

/** A page of governance groups has no more. */
const pageSize = 50;

const group = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().nullish(),
  memberCount: z.int().nullish(),
  owner: z.object({ type: z.string().optional(), id: z.string(), name: z.string().nullish() }).nullish(),
});

const sampleGroup = {
  ...{ id: sailpointId('governanceGroup', 1), name: 'Approvers of production access', memberCount: 2 },
  description: 'Whoever is on the list may let somebody into production.',
  owner: { ...ada },
};

export const governanceGroupOperations = {
  getGovernanceGroup: operation({
    title: 'Get a governance group',
    docs: `${docs}/get-workgroup`,
    summary: 'A group of identities that decide or certify together.',
    input: z.strictObject({ groupId: z.string().min(1).meta({ title: 'Governance group' }) }),
    output: group,
    options: { '/groupId': 'listGovernanceGroups' },
    effect: 'read',
    request: ({ groupId }) => ({ method: 'GET', path: path`/workgroups/${groupId}`, headers }),
    sample: { input: { groupId: sampleGroup.id }, output: sampleGroup },
  }),

  listGovernanceGroups: operation({
    title: 'List governance groups',
    docs: `${docs}/list-workgroups`,
    summary: 'The groups of identities that decide or certify together.',
    input: z.strictObject({
      name: z.string().min(1).optional().meta({ title: 'Name' }).describe('The beginning of it.'),
      limit,
    }),
    output: listOf(group),
    choice: { value: 'id', label: 'name' },
    effect: 'read',
    request: ({ name }) => ({
      ...listRequest(path`/workgroups`, { filters: allOf(condition('name', 'sw', name)) }, pageSize),
      headers,
    }),
    paginate: offsetPages,
    sample: { input: { name: 'Approvers' }, output: { items: [sampleGroup] } },
  }),
};
