import { randomUUID } from 'node:crypto';
import { defineSimulator, type SimulatedAnswer, type SimulatedCall, tokenEndpoint } from '@castellan/sdk/simulator';
import governanceGroups from './fixtures/governance-groups.openapi.json' with { type: 'json' };
import description from './fixtures/sailpoint.openapi.json' with { type: 'json' };
import { seedSailpoint } from './sailpoint.seed.js';
import { governanceGroupRules } from './simulator/governance-groups.js';
import { invocationRules } from './simulator/invocations.js';
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

/** The versions of the API differ in nothing that the connector calls. */
const inAnyVersion = (call: SimulatedCall): SimulatedCall => ({
  ...call,
  path: call.path.replace(/^\/(?:beta|v3|v2024|v2025|v2026)(?=\/)/, ''),
});

const signedIn = ({ headers }: Pick<SimulatedCall, 'headers'>): SimulatedAnswer | null =>
  /^Bearer \S+/.test(headers.authorization ?? '')
    ? null
    : { status: 401, body: { error: 'JWT validation failed: JWT is missing' } };

export const sailpointSimulator = defineSimulator<SailpointState>({
  connector: 'sailpoint',
  title: 'SailPoint',
  apis: [
    tokenEndpoint({ path: '/oauth/token', tokens: ({ tokens }) => tokens, grants: ['client_credentials'] }),
    {
      description,
      error: errorBody,
      read: inAnyVersion,
      authorize: signedIn,
      rules: {
        ...subscriptionRules,
        ...invocationRules(() => []),
        getPublicIdentities: () => ({ body: [] }),
      },
    },
    {
      description: governanceGroups,
      error: errorBody,
      read: inAnyVersion,
      authorize: signedIn,
      rules: governanceGroupRules,
    },
  ],
  seed: seedSailpoint,
  logs: ['tokens'],
  view: viewSailpoint,
});
