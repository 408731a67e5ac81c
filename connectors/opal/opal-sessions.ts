import { camelKeys, operation, path } from '@castellan/sdk';
import { z } from 'zod';
import { accessLevel, docs, resourceId } from './opal-shapes.js';

const session = z.object({
  connectionId: z.string(),
  userId: z.string(),
  resourceId: z.string(),
  accessLevel,
  expirationDate: z.string(),
});

export const opalSessions = {
  listSessions: operation({
    title: 'List sessions',
    docs: `${docs}/sessions/get-sessions`,
    summary: 'Who is connected to a resource for a time. Opal’s API cannot end a session.',
    input: z.strictObject({ resourceId, userId: z.string().min(1).optional().meta({ title: 'Only of the user' }) }),
    output: z.object({ items: z.array(session) }),
    options: { '/resourceId': 'listResources', '/userId': 'listUsers' },
    effect: 'read',
    request: (input) => ({
      method: 'GET',
      path: path`/sessions`,
      query: { resource_id: input.resourceId, user_id: input.userId },
    }),
    response: ({ body }) => ({ items: camelKeys((body as { results?: [] }).results ?? []) }),
    sample: {
      input: { resourceId: 'ca57e11a-0002-4000-8000-000000000005' },
      output: {
        items: [
          {
            connectionId: 'ca57e11a-000a-4000-8000-000000000002',
            userId: 'ca57e11a-0001-4000-8000-000000000003',
            resourceId: 'ca57e11a-0002-4000-8000-000000000005',
            accessLevel: { accessLevelName: 'Full access', accessLevelRemoteId: 'fullaccess' },
            expirationDate: '2099-01-31T18:00:00.000Z',
          },
        ],
      },
    },
  }),
};
