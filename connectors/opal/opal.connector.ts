import { apiToken, defineConnector, path } from '@castellan/sdk';
import { z } from 'zod';
import { opalAccessRules } from './opal-access-rules.js';
import { opalAddress } from './opal-address.js';
import { apiUrl, hosted } from './opal-api-url.js';
import { opalBundles } from './opal-bundles.js';
import { opalDurations } from './opal-duration.js';
import { opalEventExport } from './opal-event-export.js';
import { opalStreamTriggers } from './opal-event-stream.js';
import { opalEventStreams } from './opal-event-streams.js';
import { opalEvents } from './opal-events.js';
import { opalGrants } from './opal-grants.js';
import { opalIdentities } from './opal-identities.js';
import { opalLevels } from './opal-levels.js';
import { opalOrganisationLists } from './opal-organisation-lists.js';
import { opalOwners } from './opal-owners.js';
import { opalPeople } from './opal-people.js';
import { opalPropagation } from './opal-propagation.js';
import { opalReads } from './opal-reads.js';
import { opalRequestChanges } from './opal-request-changes.js';
import { opalRequestDecisions } from './opal-request-decisions.js';
import { opalRequestTriggers } from './opal-request-triggers.js';
import { opalRequests } from './opal-requests.js';
import { opalResourceRules } from './opal-resource-rules.js';
import { opalReviewScope } from './opal-review-scope.js';
import { opalReviews } from './opal-reviews.js';
import { opalSessions } from './opal-sessions.js';
import { opalSettings } from './opal-settings.js';
import { opalSync } from './opal-sync.js';
import { opalTags } from './opal-tags.js';
import { opalTokens } from './opal-tokens.js';
import { userAccess } from './opal-user-access.js';
import { opalTriggers, webhookFields } from './opal-webhook.js';

const fields = {
  apiUrl: z.url().default(hosted).meta({ title: 'API address' }).describe('Another one only for an Opal of your own.'),
  ...webhookFields,
};

/** https://docs.opal.dev/api-reference. A token is a service user's API key or a full-access personal one. */
export const opal = defineConnector({
  id: 'opal',
  title: 'Opal',
  docs: 'https://docs.opal.dev/api-reference',
  judgedBy: 'sdk',
  auth: [
    apiToken({
      title: 'API key of a service user',
      tokenTitle: 'API key',
      tokenHelp:
        'From Organization Settings → Service Users. It may do what the service user’s Opal roles allow: to approve as administrator, to change owners, or to read the audit log or API tokens it must be an administrator there.',
      fields,
    }),
    apiToken({
      kind: 'personalToken',
      title: 'Personal access token',
      tokenTitle: 'Access token',
      tokenHelp:
        'It acts as the person who made it and ends when they leave. “Full access” is needed for everything but reading.',
      fields,
    }),
  ],
  sampleConnection: {
    kind: 'apiToken',
    fields: { token: 'opal-sample-token', webhookSecret: 'opal-sample-signing-secret' },
  },
  baseUrl: apiUrl,
  // The limit of the whole organisation, over all of its tokens: https://docs.opal.dev/docs/opal-api-rate-limits
  perSecond: 100,
  slower: [{ perSecond: 50, calls: /^(?:PUT|POST) \S*\/v1\/(?:resources|groups)(?:\/|$)/ }],
  async test({ http }, fields) {
    await http.send({ method: 'GET', path: path`/users`, query: { page_size: 1 } });
    return { account: new URL(apiUrl(fields)).host };
  },
  operations: {
    ...opalReads,
    ...opalPeople,
    userAccess,
    ...opalGrants,
    ...opalDurations,
    ...opalPropagation,
    ...opalLevels,
    ...opalRequests,
    ...opalRequestChanges,
    ...opalRequestDecisions,
    ...opalReviews,
    ...opalReviewScope,
    ...opalSettings,
    ...opalResourceRules,
    ...opalOwners,
    ...opalOrganisationLists,
    ...opalTags,
    ...opalBundles,
    ...opalAccessRules,
    ...opalSessions,
    ...opalTokens,
    ...opalIdentities,
    ...opalEventExport,
    ...opalEventStreams,
  },
  triggers: { ...opalTriggers, ...opalStreamTriggers, ...opalEvents, ...opalRequestTriggers },
  address: opalAddress,
  directory: opalSync,
});
