import { camelKeys, cursorPaging, operation, path } from '@castellan/sdk';
import { z } from 'zod';
import { pageSize } from './opal-reads.js';
import { accessRequest, comment, requestId, sampleRequest } from './opal-request-shapes.js';
import { docs, limitField } from './opal-shapes.js';

/** This list, unlike the others, is `{ requests, cursor }`. */
export const requestPages = cursorPaging({ items: 'requests', next: 'cursor', param: 'cursor' });

const optionalId = (title: string) => z.string().min(1).optional().meta({ title });
const instant = (title: string) => z.iso.datetime().optional().meta({ title });

export const opalRequests = {
  listRequests: operation({
    title: 'List requests',
    docs: `${docs}/requests/get-requests`,
    summary: 'Access requests, all or those of a time, a person or a thing; only pending ones if you like.',
    input: z.strictObject({
      pendingOnly: z.boolean().default(false).meta({ title: 'Only pending ones' }),
      from: instant('Made from'),
      to: instant('Made until'),
      requesterId: optionalId('Asked by'),
      targetUserId: optionalId('Asked for'),
      resourceId: optionalId('Resource'),
      groupId: optionalId('Group'),
      limit: limitField,
    }),
    output: z.object({ items: z.array(accessRequest) }),
    options: {
      '/requesterId': 'listUsers',
      '/targetUserId': 'listUsers',
      '/resourceId': 'listResources',
      '/groupId': 'listGroups',
    },
    choice: { value: 'id', label: 'reason' },
    effect: 'read',
    request: ({ pendingOnly, from, to, requesterId, targetUserId, resourceId, groupId }) => ({
      method: 'GET',
      path: path`/requests`,
      query: {
        show_pending_only: pendingOnly || undefined,
        start_date_filter: from,
        end_date_filter: to,
        requester_id: requesterId,
        target_user_id: targetUserId,
        resource_id: resourceId,
        group_id: groupId,
        page_size: pageSize,
      },
    }),
    paginate: requestPages,
    each: camelKeys,
    sample: { input: { pendingOnly: true }, output: { items: [sampleRequest] } },
  }),

  getRequest: operation({
    title: 'Get a request',
    docs: `${docs}/requests/get-request`,
    summary: 'One request with what is asked for, its reviewers and its state.',
    input: z.strictObject({ requestId }),
    output: accessRequest,
    options: { '/requestId': 'listRequests' },
    effect: 'read',
    request: (input) => ({ method: 'GET', path: path`/requests/${input.requestId}` }),
    response: ({ body }) => camelKeys(body),
    sample: { input: { requestId: sampleRequest.id }, output: sampleRequest },
  }),

  listRequestComments: operation({
    title: 'List a request’s comments',
    docs: `${docs}/requests/get-request-comments`,
    summary: 'What people wrote on a request.',
    input: z.strictObject({ requestId }),
    output: z.object({ items: z.array(comment) }),
    options: { '/requestId': 'listRequests' },
    effect: 'read',
    request: (input) => ({ method: 'GET', path: path`/requests/${input.requestId}/comments` }),
    response: ({ body }) => ({ items: camelKeys((body as { comments: [] }).comments) }),
    sample: {
      input: { requestId: sampleRequest.id },
      output: {
        items: [
          {
            createdAt: '2026-01-20T09:20:00.000Z',
            requestId: sampleRequest.id,
            userId: 'ca57e11a-0001-4000-8000-000000000002',
            userFullName: 'Marco Reyes',
            userEmail: 'marco.reyes@example.com',
            comment: 'Which tables do you need?',
          },
        ],
      },
    },
  }),
};
