import { defineSimulator } from '@castellan/sdk/simulator';
import description from './fixtures/scim.openapi.json' with { type: 'json' };
import { type ScimState, scimRefusal, scimRules, scimSeed, scimView } from './scim-world.js';

export const scimSimulator = defineSimulator<ScimState>({
  connector: 'scim',
  title: 'SCIM 2.0',
  apis: [
    {
      description,
      root: '/scim/v2',
      error: scimRefusal,
      authorize: ({ headers }) =>
        headers.authorization ? null : { status: 401, body: scimRefusal(401, 'Authorization failure') },
      rules: scimRules,
    },
  ],
  seed: scimSeed,
  view: scimView,
});
