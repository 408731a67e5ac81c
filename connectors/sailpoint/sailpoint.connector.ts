import { defineConnector, oauth2ClientCredentials, path } from '@castellan/sdk';
import { z } from 'zod';
import { accountOperations } from './sailpoint-accounts.js';
import { activityOperations } from './sailpoint-activities.js';
import { approvalOperations } from './sailpoint-approvals.js';
import { campaignOperations } from './sailpoint-campaigns.js';
import { certificationOperations } from './sailpoint-certifications.js';
import { choiceOperations } from './sailpoint-choices.js';
import { sailpointAddress, webhookFields } from './sailpoint-deliveries.js';
import { governanceGroupOperations } from './sailpoint-governance-groups.js';
import { identityOperations } from './sailpoint-identities.js';
import { originOf } from './sailpoint-invocation.js';
import { invocationOperations } from './sailpoint-invocations.js';
import { errorWords } from './sailpoint-lists.js';
import { docs } from './sailpoint-references.js';
import { requestOperations } from './sailpoint-requests.js';
import { savedSearchOperations } from './sailpoint-saved-searches.js';
import { searchOperations } from './sailpoint-search.js';
import { sailpointSubscribing } from './sailpoint-subscribing.js';
import { subscriptionOperations } from './sailpoint-subscriptions.js';
import { sailpointSync } from './sailpoint-sync.js';
import { sailpointTriggers } from './sailpoint-triggers.js';

/** Identity Security Cloud, by version 2025 of its API. */
export const sailpoint = defineConnector({
  id: 'sailpoint',
  title: 'SailPoint',
  docs,
  judgedBy: 'sdk',
  auth: [
    oauth2ClientCredentials({
      title: 'Personal access token or API client',
      fields: {
        apiUrl: z
          .url({ protocol: /^https$/ })
          .meta({ title: 'API address', examples: ['https://your-company.api.identitynow.com'] })
          .describe(
            'Of your tenant. The client id and secret come from Preferences → Personal Access Tokens, of a person with the level that the flows need (subscriptions: ORG_ADMIN), or from Global → Security Settings → API Management.',
          ),
        ...webhookFields,
      },
      tokenUrl: (fields) => `${originOf(fields)}/oauth/token`,
      clientAuth: 'body',
    }),
  ],
  sampleConnection: {
    kind: 'oauth2ClientCredentials',
    fields: {
      apiUrl: 'https://simulated-company.api.identitynow.com',
      clientId: 'sailpoint-sample-client',
      clientSecret: 'sailpoint-sample-client-secret',
      webhookToken: 'sailpoint-sample-webhook-token',
    },
  },
  baseUrl: (fields) => `${originOf(fields)}/v2025`,
  // 100 in 10 seconds for one client and one version of the API: developer.sailpoint.com/docs/api/rate-limit
  perSecond: 10,
  errorMessage: errorWords,
  async test({ http }, fields) {
    await http.send({ method: 'GET', path: path`/public-identities`, query: { limit: 1 } });
    return { account: new URL(originOf(fields)).host };
  },
  operations: {
    ...identityOperations,
    ...accountOperations,
    ...searchOperations,
    ...savedSearchOperations,
    ...requestOperations,
    ...approvalOperations,
    ...activityOperations,
    ...campaignOperations,
    ...certificationOperations,
    ...choiceOperations,
    ...governanceGroupOperations,
    ...subscriptionOperations,
    ...invocationOperations,
  },
  directory: sailpointSync,
  triggers: sailpointTriggers,
  address: sailpointAddress,
  subscriptions: sailpointSubscribing,
  schemes: ['sailpoint'],
});
