import { trigger } from '@castellan/sdk';
import { z } from 'zod';
import { activeDirectory, ada, marco, sailpointId } from './sailpoint-company.js';
import { identityRef, sourceRef, triggerDocs } from './sailpoint-references.js';

const docs = `${triggerDocs}/triggers`;

const campaign = <S extends string>(...statuses: [S, ...S[]]) =>
  z.looseObject({
    campaign: z.looseObject({
      id: z.string(),
      name: z.string(),
      description: z.string(),
      created: z.string(),
      modified: z.string().nullish(),
      deadline: z.string().nullish(),
      type: z.enum(['MANAGER', 'SOURCE_OWNER', 'SEARCH', 'ROLE_COMPOSITION']),
      campaignOwner: z.looseObject({ id: z.string(), displayName: z.string(), email: z.string() }),
      status: z.enum(statuses),
    }),
  });

const sampleCampaign = {
  id: sailpointId('campaign', 1),
  name: 'Engineering, first quarter',
  description: 'Does everybody still need what they have?',
  created: '2026-01-12T09:00:00.000Z',
  modified: '2026-01-12T09:05:00.000Z',
  deadline: '2026-02-12T09:00:00.000Z',
  type: 'MANAGER',
  campaignOwner: { id: ada.id, displayName: ada.name, email: 'ada.okafor@example.com' },
};

const aggregation = z.looseObject({
  source: sourceRef,
  status: z.enum(['Success', 'Failed', 'Terminated', 'Error']),
  started: z.string(),
  completed: z.string(),
  errors: z.array(z.string()).nullable(),
  warnings: z.array(z.string()).nullable(),
  stats: z.looseObject({
    scanned: z.int(),
    unchanged: z.int(),
    changed: z.int(),
    added: z.int(),
    removed: z.int(),
  }),
});

const sampleAggregation = {
  source: activeDirectory,
  status: 'Success',
  started: '2026-01-12T02:00:00.000Z',
  completed: '2026-01-12T02:03:40.000Z',
  errors: null,
  warnings: null,
  stats: { scanned: 11, unchanged: 9, changed: 1, added: 1, removed: 0 },
};

const sourceEvent = <T extends string>(time: T) =>
  z.looseObject({
    ...{ id: z.string(), name: z.string(), type: z.string() },
    ...({ [time]: z.string() } as Record<T, z.ZodString>),
    connector: z.string(),
    actor: identityRef,
  });

const sampleSource = {
  ...{ id: activeDirectory.id, name: activeDirectory.name, type: 'DIRECT_CONNECT', connector: 'active-directory' },
  actor: ada,
};

const results = z.looseObject({
  count: z.union([z.string(), z.number()]),
  noun: z.string(),
  preview: z.array(z.array(z.string())),
});

const health = z.looseObject({ message: z.string(), resultType: z.string(), status: z.enum(['Succeeded', 'Failed']) });

const reviewer = z.looseObject({
  id: z.string().optional(),
  name: z.string().optional(),
  email: z.string().nullish(),
  type: z.enum(['IDENTITY', 'GOVERNANCE_GROUP']).optional(),
});

export const governanceTriggers = {
  savedSearchComplete: trigger({
    title: 'Scheduled search completed',
    vendorId: 'idn:saved-search-complete',
    docs: `${docs}/scheduled-search`,
    summary: 'The report of a scheduled search is ready.',
    payload: z.looseObject({
      fileName: z.string(),
      ownerEmail: z.string(),
      ownerName: z.string(),
      query: z.string(),
      searchName: z.string(),
      searchResults: z.looseObject({
        Account: results.nullish(),
        Entitlement: results.nullish(),
        Identity: results.nullish(),
      }),
      signedS3Url: z.string().describe('The report. The address ends after some 15 minutes.'),
    }),
    sample: {
      fileName: 'Dormant accounts.zip',
      ownerEmail: 'ada.okafor@example.com',
      ownerName: ada.name,
      query: 'attributes.cloudLifecycleState:inactive',
      searchName: 'Dormant accounts',
      searchResults: { Account: null, Entitlement: null, Identity: { count: '1', noun: 'identities', preview: [] } },
      signedS3Url: 'https://reports.s3.amazonaws.com/dormant-accounts.zip?X-Amz-Expires=899',
    },
  }),

  accountAggregationCompleted: trigger({
    title: 'Account aggregation completed',
    vendorId: 'idn:account-aggregation-completed',
    docs: `${docs}/account-aggregation-completed`,
    summary: 'SailPoint has read the accounts of a source, and people are as it says.',
    payload: aggregation,
    sample: sampleAggregation,
  }),

  aggregationAccountsCollected: trigger({
    title: 'Accounts collected for aggregation',
    vendorId: 'idn:aggregation-accounts-collected',
    docs: `${triggerDocs}/available`,
    summary: 'SailPoint has read the accounts of a source; what follows from them is still to come.',
    payload: aggregation,
    sample: sampleAggregation,
  }),

  campaignGenerated: trigger({
    title: 'Campaign generated',
    vendorId: 'idn:campaign-generated',
    docs: `${docs}/campaign-generated`,
    summary: 'A certification campaign was made and may be looked at before it starts.',
    payload: campaign('STAGED', 'ACTIVATING', 'ACTIVE'),
    sample: { campaign: { ...sampleCampaign, status: 'STAGED' } },
  }),

  campaignActivated: trigger({
    title: 'Campaign activated',
    vendorId: 'idn:campaign-activated',
    docs: `${docs}/campaign-activated`,
    summary: 'A certification campaign has started: its reviewers are asked.',
    payload: campaign('ACTIVE'),
    sample: { campaign: { ...sampleCampaign, status: 'ACTIVE' } },
  }),

  campaignEnded: trigger({
    title: 'Campaign ended',
    vendorId: 'idn:campaign-ended',
    docs: `${docs}/campaign-ended`,
    summary: 'A certification campaign has ended, with or without all decisions.',
    payload: campaign('COMPLETED'),
    sample: { campaign: { ...sampleCampaign, status: 'COMPLETED' } },
  }),

  certificationSignedOff: trigger({
    title: 'Certification signed off',
    vendorId: 'idn:certification-signed-off',
    docs: `${docs}/certification-signed-off`,
    summary: 'A reviewer has decided all of their part of a campaign and signed it.',
    payload: z.looseObject({
      certification: z.looseObject({
        id: z.string(),
        name: z.string(),
        created: z.string(),
        modified: z.string().nullish(),
        campaignRef: z.looseObject({
          ...{ id: z.string(), name: z.string(), type: z.literal('CAMPAIGN'), campaignType: z.string() },
          description: z.string().nullable(),
          correlatedStatus: z.enum(['CORRELATED', 'UNCORRELATED']),
          mandatoryCommentRequirement: z.enum(['ALL_DECISIONS', 'REVOKE_ONLY_DECISIONS', 'NO_DECISIONS']),
        }),
        phase: z.enum(['STAGED', 'ACTIVE', 'SIGNED']),
        due: z.string(),
        signed: z.string(),
        reviewer,
        campaignOwner: reviewer.nullish(),
        reassignment: z.record(z.string(), z.unknown()).nullish(),
        hasErrors: z.boolean(),
        errorMessage: z.string().nullish(),
        completed: z.boolean(),
        decisionsMade: z.int(),
        decisionsTotal: z.int(),
        entitiesCompleted: z.int(),
        entitiesTotal: z.int(),
      }),
    }),
    sample: {
      certification: {
        id: sailpointId('certification', 1),
        name: 'Engineering, first quarter: Marco Reyes',
        created: '2026-01-12T09:05:00.000Z',
        modified: '2026-01-20T14:00:00.000Z',
        campaignRef: {
          ...{ id: sampleCampaign.id, name: sampleCampaign.name, type: 'CAMPAIGN', campaignType: 'MANAGER' },
          description: sampleCampaign.description,
          correlatedStatus: 'CORRELATED',
          mandatoryCommentRequirement: 'NO_DECISIONS',
        },
        phase: 'SIGNED',
        due: '2026-02-12T09:00:00.000Z',
        signed: '2026-01-20T14:00:00.000Z',
        reviewer: { ...marco, email: 'marco.reyes@example.com' },
        campaignOwner: { ...ada, email: 'ada.okafor@example.com' },
        reassignment: null,
        hasErrors: false,
        errorMessage: null,
        completed: true,
        ...{ decisionsMade: 4, decisionsTotal: 4, entitiesCompleted: 2, entitiesTotal: 2 },
      },
    },
  }),

  sourceCreated: trigger({
    title: 'Source created',
    vendorId: 'idn:source-created',
    docs: `${docs}/source-created`,
    summary: 'Somebody has connected a system to SailPoint.',
    payload: sourceEvent('created'),
    sample: { ...sampleSource, created: '2026-01-12T09:00:00.000Z' },
  }),

  sourceUpdated: trigger({
    title: 'Source updated',
    vendorId: 'idn:source-updated',
    docs: `${docs}/source-updated`,
    summary: 'Somebody has changed how a system is connected to SailPoint.',
    payload: sourceEvent('modified'),
    sample: { ...sampleSource, modified: '2026-01-12T09:00:00.000Z' },
  }),

  sourceDeleted: trigger({
    title: 'Source deleted',
    vendorId: 'idn:source-deleted',
    docs: `${docs}/source-deleted`,
    summary: 'A system is connected to SailPoint no longer.',
    payload: sourceEvent('deleted'),
    sample: { ...sampleSource, deleted: '2026-01-12T09:00:00.000Z' },
  }),

  vaClusterStatusChange: trigger({
    title: 'Virtual appliance or source changed its health',
    vendorId: 'idn:va-cluster-status-change',
    docs: `${docs}/va-cluster-status-change`,
    summary: 'A cluster of virtual appliances, or a source behind one, has failed or works again.',
    payload: z.looseObject({
      created: z.string(),
      type: z.enum(['SOURCE', 'CLUSTER']),
      application: z.looseObject({
        id: z.string(),
        name: z.string(),
        attributes: z.record(z.string(), z.unknown()).nullable(),
      }),
      healthCheckResult: health,
      previousHealthCheckResult: health,
    }),
    sample: {
      created: '2026-01-12T09:00:00.000Z',
      type: 'CLUSTER',
      application: { id: sailpointId('cluster', 1), name: 'Data centre', attributes: null },
      healthCheckResult: {
        message: 'No appliance answers.',
        resultType: 'SOURCE_STATE_ERROR_CLUSTER',
        status: 'Failed',
      },
      previousHealthCheckResult: { message: 'Healthy', resultType: 'SOURCE_STATE_HEALTHY', status: 'Succeeded' },
    },
  }),
};
