import { camelKeys, type Host, type JsonObject, operation, path, readPages } from '@castellan/sdk';
import { z } from 'zod';
import { pageSize } from './opal-reads.js';
import { customField, requestId, sampleRequest, supportTicket } from './opal-request-shapes.js';
import { requestPages } from './opal-requests.js';
import { docs } from './opal-shapes.js';

const wanted = z.strictObject({
  id: z.string().min(1).meta({ title: 'Id' }),
  accessLevel: z.string().default('').meta({ title: 'Access level' }).describe('Its remote id; empty for the default.'),
});

const createInput = z.strictObject({
  reason: z.string().min(1).meta({ title: 'Reason', multiline: true }),
  durationMinutes: z
    .int()
    .min(-1)
    .meta({ title: 'Minutes' })
    .describe('How long the access is to last; −1 is without end.'),
  resources: z.array(wanted).default([]).meta({ title: 'Resources' }),
  groups: z.array(wanted).default([]).meta({ title: 'Groups' }),
  targetUserId: z
    .string()
    .min(1)
    .optional()
    .meta({ title: 'For the user' })
    .describe('Left out: for the token’s owner.'),
  targetUserEmail: z
    .email()
    .optional()
    .meta({ title: 'User’s e-mail' })
    .describe('Names the person in plan and evidence; not sent to Opal.'),
  targetGroupId: z.string().min(1).optional().meta({ title: 'For the group' }),
  supportTicket: supportTicket.optional(),
  customFields: z.array(customField).optional().meta({ title: 'Custom fields' }),
});

/**
 * Opal knows no key of ours, and the same person may ask twice for the same. So the reason ends with a mark of this very
 * effect, by which a repeat finds what an attempt made whose answer was lost.
 */
const markOf = (key: string) => `[ref ${key.slice(0, 12)}]`;

async function findCreated({ targetUserId }: z.output<typeof createInput>, host: Host) {
  const query = { target_user_id: targetUserId, page_size: pageSize };
  const rows = (await readPages(
    host.http,
    { method: 'GET', path: path`/requests`, query },
    requestPages,
  )) as JsonObject[];
  const found = rows.find(({ reason }) => String(reason).includes(markOf(host.idempotencyKey)));
  return found ? { id: String(found.id) } : null;
}

export const opalRequestChanges = {
  createRequest: operation({
    title: 'Ask for access',
    docs: `${docs}/requests/create-request`,
    summary:
      'Makes an access request, which goes its way through Opal’s reviewers. A short mark is added to the reason.',
    input: createInput,
    output: z.object({ id: z.string() }),
    options: {
      '/targetUserId': 'listUsers',
      '/targetGroupId': 'listGroups',
      '/resources/*/id': 'listResources',
      '/groups/*/id': 'listGroups',
    },
    check: ({ resources, groups, targetUserId, targetGroupId, durationMinutes }) => [
      ...(resources.length + groups.length === 0
        ? [{ pointer: '/resources', message: 'Name at least one resource or group to ask for.' }]
        : []),
      // Grants write 0 for what has no end, requests −1: nobody means an access of no minutes.
      ...(durationMinutes === 0
        ? [{ pointer: '/durationMinutes', message: 'A request without end has −1 minutes; 0 is so for grants only.' }]
        : []),
      ...(targetUserId !== undefined && targetGroupId !== undefined
        ? [{ pointer: '/targetGroupId', message: 'Ask either for a user or for a group.' }]
        : []),
    ],
    effect: 'write',
    idempotency: 'lookup',
    changes: ({ resources, groups, targetUserId, targetUserEmail, targetGroupId }) =>
      [
        ...resources.map(({ id }) => ({ type: 'opal_resource', id })),
        ...groups.map(({ id }) => ({ type: 'opal_group', id })),
      ].map((object) => ({
        action: 'create',
        ...(targetUserId
          ? { subject: { type: 'user', id: targetUserId, ...(targetUserEmail ? { email: targetUserEmail } : {}) } }
          : {}),
        ...(targetGroupId ? { subject: { type: 'opal_group', id: targetGroupId } } : {}),
        object: { ...object, type: `${object.type}_request` },
      })),
    request: (input, { idempotencyKey }) => ({
      method: 'POST',
      path: path`/requests`,
      body: {
        reason: `${input.reason} ${markOf(idempotencyKey)}`,
        duration_minutes: input.durationMinutes,
        resources: input.resources.map(({ id, accessLevel }) => ({ id, access_level_remote_id: accessLevel })),
        groups: input.groups.map(({ id, accessLevel }) => ({ id, access_level_remote_id: accessLevel })),
        ...(input.targetUserId ? { target_user_id: input.targetUserId } : {}),
        ...(input.targetGroupId ? { target_group_id: input.targetGroupId } : {}),
        ...(input.supportTicket
          ? {
              support_ticket: {
                ticketing_provider: input.supportTicket.ticketingProvider,
                remote_id: input.supportTicket.remoteId,
                identifier: input.supportTicket.identifier,
                url: input.supportTicket.url,
              },
            }
          : {}),
        ...(input.customFields ? { custom_metadata: input.customFields } : {}),
      },
    }),
    response: ({ body }) => camelKeys(body),
    lookup: findCreated,
    // Opal has no call that withdraws a request; denying it comes to the same.
    undo: (_, { id }) => ({
      operation: 'denyRequest',
      input: { requestId: id, comment: 'Taken back by who asked.', level: 'ADMIN' },
    }),
    sample: {
      input: {
        reason: 'On call this week',
        durationMinutes: 480,
        resources: [{ id: 'ca57e11a-0002-4000-8000-000000000001', accessLevel: 'AdministratorAccess' }],
        groups: [],
        targetUserId: 'ca57e11a-0001-4000-8000-000000000003',
        targetUserEmail: 'jane.doe@example.com',
      },
      output: { id: 'ca57e11a-0004-4000-8000-000000000002' },
    },
  }),

  commentOnRequest: operation({
    title: 'Comment on a request',
    docs: `${docs}/requests/create-request-comment`,
    summary: 'Writes a comment on a request.',
    input: z.strictObject({ requestId, comment: z.string().min(1).meta({ title: 'Comment', multiline: true }) }),
    output: z.object({ requestId: z.string() }),
    options: { '/requestId': 'listRequests' },
    effect: 'write',
    idempotency: 'lookup',
    changes: (input) => [{ action: 'update', object: { type: 'opal_request', id: input.requestId } }],
    request: (input) => ({
      method: 'POST',
      path: path`/requests/${input.requestId}/comments`,
      body: { comment: input.comment },
    }),
    response: (_, input) => ({ requestId: input.requestId }),
    lookup: async (input, host) => {
      const { body } = await host.http.send({ method: 'GET', path: path`/requests/${input.requestId}/comments` });
      const dayAgo = host.now().getTime() - 86_400_000;
      const written = (body as { comments: { comment: string; created_at: string }[] }).comments.some(
        ({ comment, created_at }) => comment === input.comment && Date.parse(created_at) > dayAgo,
      );
      return written ? { requestId: input.requestId } : null;
    },
    sample: {
      input: { requestId: sampleRequest.id, comment: 'The on-call engineer has seen this.' },
      output: { requestId: sampleRequest.id },
    },
  }),
};
