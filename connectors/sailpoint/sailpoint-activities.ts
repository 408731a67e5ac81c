import { operation, path } from '@castellan/sdk';
import { z } from 'zod';
import { activeDirectory, jane, marco, sailpointId } from './sailpoint-company.js';
import { allOf, filters, limit, listOf, listRequest, offsetPages } from './sailpoint-lists.js';
import { docs } from './sailpoint-references.js';
import { identityId } from './sailpoint-shapes.js';

const person = z.object({ id: z.string().nullish(), name: z.string().nullish(), identityId: z.string().nullish() });

const activity = z.object({
  id: z.string(),
  name: z.string().nullish(),
  type: z.string().nullish(),
  executionStatus: z.string().nullish().describe('EXECUTING, VERIFYING, TERMINATED or COMPLETED.'),
  completionStatus: z.string().nullish().describe('SUCCESS, FAILURE, INCOMPLETE or PENDING.'),
  created: z.string().nullish(),
  modified: z.string().nullish(),
  completed: z.string().nullish(),
  requesterIdentitySummary: person.nullish(),
  targetIdentitySummary: person.nullish(),
  errors: z.array(z.string()).nullish(),
  warnings: z.array(z.string()).nullish(),
  items: z
    .array(
      z.object({
        id: z.string().nullish(),
        name: z.string().nullish(),
        operation: z.string().nullish(),
        attribute: z.string().nullish(),
        value: z.string().nullish(),
        nativeIdentity: z.string().nullish(),
        sourceId: z.string().nullish(),
        provisioningStatus: z.string().nullish(),
        approvalStatus: z.string().nullish(),
      }),
    )
    .nullish(),
});

const sampleActivity = {
  ...{ id: sailpointId('activity', 1), name: 'Access request', type: 'AccessRequest' },
  ...{ executionStatus: 'COMPLETED', completionStatus: 'SUCCESS', created: '2026-01-12T09:00:00.000Z' },
  requesterIdentitySummary: { id: marco.id, name: marco.name, identityId: marco.id },
  targetIdentitySummary: { id: jane.id, name: jane.name, identityId: jane.id },
  items: [
    {
      ...{ id: sailpointId('activity', 101), operation: 'ADD', attribute: 'memberOf', sourceId: activeDirectory.id },
      ...{ value: 'CN=Production,OU=Groups,DC=example,DC=com', provisioningStatus: 'FINISHED' },
    },
  ],
};

const workItem = z.object({
  id: z.string(),
  name: z.string().nullish(),
  description: z.string().nullish(),
  type: z.string().nullish().describe('Such as ManualAction, Remediation, Approval, Certification.'),
  state: z.string().nullish().describe('Nothing or Pending: it is open.'),
  ownerId: z.string().nullish(),
  ownerName: z.string().nullish(),
  requesterId: z.string().nullish(),
  requesterDisplayName: z.string().nullish(),
  created: z.string().nullish(),
  completed: z.string().nullish(),
  numItems: z.int().nullish(),
});

const sampleItem = {
  ...{
    id: sailpointId('workItem', 1),
    name: 'Remove jane.doe from Salesforce',
    type: 'ManualAction',
    state: 'Pending',
  },
  ...{ description: 'Salesforce has no connector: do it by hand.', ownerId: marco.id, ownerName: marco.name },
  created: '2026-01-12T09:00:00.000Z',
};

export const activityOperations = {
  listAccountActivities: operation({
    title: 'List account activities',
    docs: `${docs}/list-account-activities`,
    summary: 'What SailPoint has done or tried in sources: by whom, for whom, and with what result.',
    input: z.strictObject({
      requestedFor: identityId.optional().meta({ title: 'For' }),
      requestedBy: identityId.optional().meta({ title: 'By' }),
      since: z.iso.datetime().optional().meta({ title: 'Since' }),
      filters: filters('type eq "Identity Refresh"'),
      limit,
    }),
    output: listOf(activity),
    options: { '/requestedFor': 'listIdentities', '/requestedBy': 'listIdentities' },
    choice: { value: 'id', label: 'name' },
    effect: 'read',
    request: ({ requestedFor, requestedBy, since, filters }) =>
      listRequest(path`/account-activities`, {
        'requested-for': requestedFor,
        'requested-by': requestedBy,
        filters: allOf(since ? [`created ge ${since}`] : [], filters ? [filters] : []),
      }),
    paginate: offsetPages,
    sample: { input: { requestedFor: jane.id }, output: { items: [sampleActivity] } },
  }),

  getAccountActivity: operation({
    title: 'Get an account activity',
    docs: `${docs}/get-account-activity`,
    summary: 'One thing that SailPoint has done or tried, item by item.',
    input: z.strictObject({ activityId: z.string().min(1).meta({ title: 'Activity' }) }),
    output: activity,
    options: { '/activityId': 'listAccountActivities' },
    effect: 'read',
    request: ({ activityId }) => ({ method: 'GET', path: path`/account-activities/${activityId}` }),
    sample: { input: { activityId: sampleActivity.id }, output: sampleActivity },
  }),

  listWorkItems: operation({
    title: 'List work items',
    docs: `${docs}/list-work-items`,
    summary: 'What waits for a person in SailPoint, such as changes to be made by hand.',
    input: z.strictObject({
      ownerId: identityId
        .optional()
        .meta({ title: 'Of' })
        .describe('Left out: of the account of the connection. Of others only administrators see them.'),
      limit,
    }),
    output: listOf(workItem),
    options: { '/ownerId': 'listIdentities' },
    choice: { value: 'id', label: 'name' },
    effect: 'read',
    request: ({ ownerId }) => listRequest(path`/work-items`, { ownerId }),
    paginate: offsetPages,
    sample: { input: { ownerId: marco.id }, output: { items: [sampleItem] } },
  }),

  getWorkItem: operation({
    title: 'Get a work item',
    docs: `${docs}/get-work-item`,
    summary: 'One thing that waits for a person in SailPoint, or has been done.',
    input: z.strictObject({ workItemId: z.string().min(1).meta({ title: 'Work item' }) }),
    output: workItem,
    options: { '/workItemId': 'listWorkItems' },
    effect: 'read',
    request: ({ workItemId }) => ({ method: 'GET', path: path`/work-items/${workItemId}` }),
    sample: { input: { workItemId: sampleItem.id }, output: sampleItem },
  }),
};
