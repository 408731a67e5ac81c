import { camelKeys, operation, path } from '@castellan/sdk';
import { z } from 'zod';
import { pageSize, resultPages } from './opal-reads.js';
import { docs, limitField } from './opal-shapes.js';

const app = z.object({
  appId: z.string(),
  name: z.string(),
  description: z.string(),
  adminOwnerId: z.string(),
  appType: z.string().describe('Such as AWS, OKTA_DIRECTORY or CUSTOM_CONNECTOR.'),
});

const delegation = z.object({
  id: z.string(),
  delegatorUserId: z.string().describe('Who hands their reviews on.'),
  delegateUserId: z.string().describe('Who answers for them meanwhile.'),
  startTime: z.string(),
  endTime: z.string(),
  reason: z.string(),
});

const person = (title: string) => z.string().min(1).optional().meta({ title });

export const opalOrganisationLists = {
  listApps: operation({
    title: 'List apps',
    docs: `${docs}/apps/get-apps`,
    summary: 'The systems that are connected to Opal. Resources and groups name theirs by its id.',
    input: z.strictObject({}),
    output: z.object({ items: z.array(app) }),
    choice: { value: 'appId', label: 'name' },
    effect: 'read',
    request: () => ({ method: 'GET', path: path`/apps` }),
    response: ({ body }) => ({ items: camelKeys((body as { apps: [] }).apps) }),
    sample: {
      input: {},
      output: {
        items: [
          {
            ...{ appId: 'ca57e11a-000e-4000-8000-000000000001', name: 'AWS', appType: 'AWS_SSO' },
            ...{ description: 'Our accounts at AWS', adminOwnerId: 'ca57e11a-0006-4000-8000-000000000001' },
          },
        ],
      },
    },
  }),

  listDelegations: operation({
    title: 'List delegations',
    docs: `${docs}/delegations/get-delegations`,
    summary: 'Who has handed their reviews on, to whom and for which time: past, present and to come.',
    input: z.strictObject({
      delegatorId: person('Of the reviewer'),
      delegateId: person('To the deputy'),
      limit: limitField,
    }),
    output: z.object({ items: z.array(delegation) }),
    options: { '/delegatorId': 'listUsers', '/delegateId': 'listUsers' },
    effect: 'read',
    request: ({ delegatorId, delegateId }) => ({
      ...{ method: 'GET', path: path`/delegations` },
      query: { delegator_user_id: delegatorId, delegate_user_id: delegateId, page_size: pageSize },
    }),
    paginate: resultPages,
    each: camelKeys,
    sample: {
      input: {},
      output: {
        items: [
          {
            ...{ id: 'ca57e11a-000f-4000-8000-000000000001', reason: 'On leave' },
            delegatorUserId: 'ca57e11a-0001-4000-8000-000000000002',
            delegateUserId: 'ca57e11a-0001-4000-8000-000000000004',
            ...{ startTime: '2026-01-01T00:00:00.000Z', endTime: '2099-01-31T00:00:00.000Z' },
          },
        ],
      },
    },
  }),
};
