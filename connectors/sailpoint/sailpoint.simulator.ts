import { randomUUID } from 'node:crypto';
import { defineSimulator, type SimulatedApi, tokenEndpoint } from '@castellan/sdk/simulator';
import governanceGroups from './fixtures/governance-groups.openapi.json' with { type: 'json' };
import reports from './fixtures/reports.openapi.json' with { type: 'json' };
import description from './fixtures/sailpoint.openapi.json' with { type: 'json' };
import savedSearches from './fixtures/sailpoint-saved-searches.openapi.json' with { type: 'json' };
import { seedSailpoint } from './sailpoint.seed.js';
import { accessRules } from './simulator/access.js';
import { campaignRules } from './simulator/campaigns.js';
import { governanceGroupRules } from './simulator/governance-groups.js';
import { invocationRules } from './simulator/invocations.js';
import { accountRules, peopleRules } from './simulator/people.js';
import { reportRules } from './simulator/reports.js';
import { followRequest, requestRules } from './simulator/requests.js';
import { savedSearchRules, searchRules } from './simulator/search.js';
import type { SailpointState } from './simulator/state.js';
import { subscriptionRules } from './simulator/subscriptions.js';
import { viewSailpoint } from './simulator/view.js';

const codes: Record<number, string> = { 400: '400.1 Bad Request Content', 403: '403 Forbidden', 404: '404 Not found' };

/** SailPoint's shape of an error. */
const errorBody = (status: number, text: string) => ({
  detailCode: codes[status] ?? String(status),
  trackingId: randomUUID().replaceAll('-', ''),
  messages: [{ locale: 'en-US', localeOrigin: 'DEFAULT', text }],
  causes: [],
});

const api: Pick<SimulatedApi<SailpointState>, 'error' | 'read' | 'authorize'> = {
  error: errorBody,
  // The versions of the API differ in nothing that the connector calls.
  read: (call) => ({ ...call, path: call.path.replace(/^\/(?:beta|v3|v2024|v2025|v2026)(?=\/)/, '') }),
  authorize: ({ headers }) =>
    /^Bearer \S+/.test(headers.authorization ?? '')
      ? null
      : { status: 401, body: { error: 'JWT validation failed: JWT is missing' } },
};

export const sailpointSimulator = defineSimulator<SailpointState>({
  connector: 'sailpoint',
  title: 'SailPoint',
  apis: [
    tokenEndpoint({ path: '/oauth/token', tokens: ({ tokens }) => tokens, grants: ['client_credentials'] }),
    {
      description,
      ...api,
      rules: {
        ...subscriptionRules,
        ...invocationRules(followRequest),
        ...peopleRules,
        ...accountRules(followRequest),
        ...accessRules,
        ...searchRules,
        ...requestRules,
        ...campaignRules(followRequest),
      },
    },
    { description: savedSearches, ...api, rules: savedSearchRules },
    { description: governanceGroups, ...api, rules: governanceGroupRules },
    { description: reports, rules: reportRules },
  ],
  seed: seedSailpoint,
  logs: ['tokens', 'activities'],
  view: viewSailpoint,
});
