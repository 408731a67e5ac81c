import { defineSimulator } from '@castellan/sdk/simulator';
import description from './fixtures/opal.openapi.json' with { type: 'json' };
import { seedOpal } from './opal.seed.js';
import { accessRules } from './simulator/access.js';
import { loggedEvents } from './simulator/audit-log.js';
import { pageOf } from './simulator/lists.js';
import { requestRules } from './simulator/requests.js';
import { reviewRules } from './simulator/reviews.js';
import type { OpalState } from './simulator/state.js';
import { viewOpal } from './simulator/view.js';

/** Opal's description declares hardly any errors and no body for them; this is our reading. */
const errorBody = (code: number, message: string) => ({ code, message });

export const opalSimulator = defineSimulator<OpalState>({
  connector: 'opal',
  title: 'Opal',
  apis: [
    {
      description,
      root: '/v1',
      error: errorBody,
      authorize: ({ headers }) =>
        /^Bearer \S+/.test(headers.authorization ?? '') ? null : { status: 401, body: errorBody(401, 'Invalid token') },
      rules: {
        ...accessRules,
        ...requestRules,
        ...reviewRules,
        events: (state, request) => pageOf(loggedEvents(state, request), request),
      },
    },
  ],
  seed: seedOpal,
  logs: ['events'],
  view: viewOpal,
});
