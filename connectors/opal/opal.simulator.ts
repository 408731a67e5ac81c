import { defineSimulator } from '@castellan/sdk/simulator';
import description from './fixtures/opal.openapi.json' with { type: 'json' };
import { seedOpal } from './opal.seed.js';
import { accessRules } from './simulator/access.js';
import { loggedEvents } from './simulator/audit-log.js';
import { bundleRules } from './simulator/bundles.js';
import { pageOf, the } from './simulator/lists.js';
import { organisationRules } from './simulator/organisation.js';
import { requestRules } from './simulator/requests.js';
import { reviewRules } from './simulator/reviews.js';
import type { OpalState } from './simulator/state.js';
import { viewOpal } from './simulator/view.js';

/** Opal's description declares hardly any errors and no body for them; this is our reading. */
const errorBody = (code: number, message: string) => ({ code, message });

/** Any token signs in; one that begins with `opal-read-only` belongs to a person who may only read. */
function authorize({ headers, method }: { headers: Record<string, string>; method: string }) {
  const token = /^Bearer (\S+)/.exec(headers.authorization ?? '')?.[1];
  if (!token) return { status: 401, body: errorBody(401, 'Invalid token') };
  if (!token.startsWith('opal-read-only') || method === 'GET') return null;
  return { status: 403, body: errorBody(403, 'This token may only read') };
}

export const opalSimulator = defineSimulator<OpalState>({
  connector: 'opal',
  title: 'Opal',
  apis: [
    {
      description,
      root: '/v1',
      error: errorBody,
      authorize,
      rules: {
        ...accessRules,
        ...requestRules,
        ...reviewRules,
        ...organisationRules,
        ...bundleRules,
        events: (state, request) => pageOf(loggedEvents(state, request), request),
        getEvent: (state, { params }) => ({ body: the(state.events, 'event_id', params) }),
      },
    },
  ],
  seed: seedOpal,
  logs: ['events'],
  view: viewOpal,
});
