import { apiToken, type ConnectionFields, defineConnector, path } from '@castellan/sdk';
import { z } from 'zod';
import { opalEvents } from './opal-events.js';
import { opalGrants } from './opal-grants.js';
import { opalReads } from './opal-reads.js';
import { opalRequestChanges } from './opal-request-changes.js';
import { opalRequestDecisions } from './opal-request-decisions.js';
import { opalRequests } from './opal-requests.js';
import { opalReviews } from './opal-reviews.js';
import { userAccess } from './opal-user-access.js';
import { opalAddress, opalTriggers, webhookFields } from './opal-webhook.js';

const hosted = 'https://api.opal.dev/v1';

const apiUrl = ({ apiUrl }: ConnectionFields) => String(apiUrl ?? hosted);

/** https://docs.opal.dev/api-reference. A token is a service user's API key or a full-access personal one. */
export const opal = defineConnector({
  id: 'opal',
  title: 'Opal',
  docs: 'https://docs.opal.dev/api-reference',
  judgedBy: 'description',
  auth: [
    apiToken({
      tokenTitle: 'API token',
      fields: {
        apiUrl: z
          .url()
          .default(hosted)
          .meta({ title: 'API address' })
          .describe('Another one only for an Opal of your own.'),
        ...webhookFields,
      },
    }),
  ],
  sampleConnection: {
    kind: 'apiToken',
    fields: { token: 'opal-sample-token', webhookSecret: 'opal-sample-signing-secret' },
  },
  baseUrl: apiUrl,
  // The limit of the whole organisation, over all of its tokens: https://docs.opal.dev/docs/opal-api-rate-limits
  perSecond: 100,
  async test({ http }, fields) {
    await http.send({ method: 'GET', path: path`/users`, query: { page_size: 1 } });
    return { account: new URL(apiUrl(fields)).host };
  },
  operations: {
    ...opalReads,
    userAccess,
    ...opalGrants,
    ...opalRequests,
    ...opalRequestChanges,
    ...opalRequestDecisions,
    ...opalReviews,
  },
  triggers: { ...opalTriggers, ...opalEvents },
  address: opalAddress,
});
