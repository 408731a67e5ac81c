import { type Change, camelKeys, type Host, type JsonObject, operation, path } from '@castellan/sdk';
import { z } from 'zod';
import { type AccessRequest, accessRequest, requestId, sampleRequest } from './opal-request-shapes.js';
import { docs } from './opal-shapes.js';

const level = z
  .enum(['REGULAR', 'ADMIN'])
  .default('REGULAR')
  .meta({ title: 'As' })
  .describe('REGULAR as one of its reviewers; ADMIN decides for all of them, which needs a token of an administrator.');

/** Whom the request is for; not sent to Opal. */
const person = {
  targetUserId: z
    .string()
    .min(1)
    .optional()
    .meta({ title: 'Asked for' })
    .describe('Names the person in plan and evidence.'),
  targetUserEmail: z
    .email()
    .optional()
    .meta({ title: 'User’s e-mail' })
    .describe('Names the person in plan and evidence.'),
};

const decided = z.object({ request: accessRequest });

const stateOf = (request: JsonObject) => ({ status: request.status ?? null, updatedAt: request.updated_at ?? null });

async function readRequest(host: Host, id: string): Promise<JsonObject> {
  return (await host.http.send({ method: 'GET', path: path`/requests/${id}` })).body as JsonObject;
}

/** Whether an attempt whose answer was lost has decided it: one that is still pending is decided again, which adds nothing. */
async function decidedAs(status: string, id: string, host: Host) {
  const request = await readRequest(host, id);
  return request.status === status ? { request: camelKeys(request) as unknown as AccessRequest } : null;
}

function changeOf(
  action: Change['action'],
  input: { requestId: string; targetUserId?: string; targetUserEmail?: string },
): Change[] {
  const { requestId: id, targetUserId, targetUserEmail: email } = input;
  const subject = targetUserId ? { subject: { type: 'user', id: targetUserId, ...(email ? { email } : {}) } } : {};
  return [{ action, ...subject, object: { type: 'opal_request', id } }];
}

/** The one thing that was given to one person can be taken again; a request for several has no single call for it. */
function undoApproval({ request }: z.output<typeof decided>) {
  const { status, targetUserId: userId, requestedItemsList: items = [] } = request;
  const [item] = items;
  if (status !== 'APPROVED' || !userId || !item || items.length !== 1) return null;
  const place = { userId, accessLevel: item.accessLevelRemoteId ?? '' };
  if (item.resourceId) return { operation: 'revokeResource', input: { ...place, resourceId: item.resourceId } };
  return item.groupId ? { operation: 'revokeGroup', input: { ...place, groupId: item.groupId } } : null;
}

export const opalRequestDecisions = {
  approveRequest: operation({
    title: 'Approve a request',
    docs: `${docs}/requests/approve-request`,
    summary: 'Approves a request; with its last approval Opal gives the access.',
    input: z.strictObject({ requestId, level, comment: z.string().optional().meta({ title: 'Comment' }), ...person }),
    output: decided,
    options: { '/requestId': 'listRequests', '/targetUserId': 'listUsers' },
    effect: 'write',
    idempotency: 'lookup',
    changes: (input) => changeOf('grant', input),
    request: (input) => ({
      method: 'POST',
      path: path`/requests/${input.requestId}/approve`,
      body: { level: input.level, ...(input.comment ? { comment: input.comment } : {}) },
    }),
    response: ({ body }) => camelKeys(body),
    lookup: (input, host) => decidedAs('APPROVED', input.requestId, host),
    undo: (_, output) => undoApproval(output),
    sample: {
      input: { requestId: sampleRequest.id, level: 'ADMIN', comment: 'Approved by the on-call commander.' },
      output: { request: { ...sampleRequest, status: 'APPROVED' } },
    },
  }),

  denyRequest: operation({
    title: 'Deny a request',
    docs: `${docs}/requests/deny-request`,
    summary: 'Denies a request, with the reason.',
    input: z.strictObject({ requestId, level, comment: z.string().min(1).meta({ title: 'Comment' }), ...person }),
    output: decided,
    options: { '/requestId': 'listRequests', '/targetUserId': 'listUsers' },
    effect: 'write',
    idempotency: 'lookup',
    changes: (input) => changeOf('update', input),
    before: async (input, host) => stateOf(await readRequest(host, input.requestId)),
    request: (input) => ({
      method: 'POST',
      path: path`/requests/${input.requestId}/deny`,
      body: { level: input.level, comment: input.comment },
    }),
    response: ({ body }) => camelKeys(body),
    lookup: (input, host) => decidedAs('DENIED', input.requestId, host),
    sample: {
      input: { requestId: sampleRequest.id, level: 'ADMIN', comment: 'Outside working hours, and nobody is on call.' },
      output: { request: { ...sampleRequest, status: 'DENIED' } },
      before: { status: 'PENDING', updatedAt: sampleRequest.updatedAt },
    },
  }),
};
