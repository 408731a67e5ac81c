import { type Host, type JsonValue, operation, parseAnswer, path } from '@castellan/sdk';
import { z } from 'zod';
import { ada, jane, marco, productionAccess, sailpointId } from './sailpoint-company.js';
import { allOf, condition, filters, limit, listOf, listRequest, offsetPages } from './sailpoint-lists.js';
import { docs } from './sailpoint-references.js';
import { comment, identityId, personEmail, personOf, reference } from './sailpoint-shapes.js';

const approvalId = z.string().min(1).meta({ title: 'Approval' });

const approval = z.object({
  id: z.string(),
  accessRequestId: z.string().nullish(),
  name: z.string().nullish(),
  requestType: z.string().nullish(),
  requestedFor: reference.nullish(),
  requester: reference.nullish(),
  owner: reference.nullish().describe('Who is to decide.'),
  requestedObject: z.object({ id: z.string(), name: z.string().nullish(), type: z.string().nullish() }).nullish(),
  requesterComment: comment.nullish(),
  created: z.string().nullish(),
  modified: z.string().nullish(),
  removeDate: z.string().nullish(),
});
const pending = approval.extend({ actionInProcess: z.string().nullish().describe('What somebody has just decided.') });
const completed = approval.extend({
  state: z.enum(['APPROVED', 'REJECTED']),
  reviewedBy: reference.nullish(),
  reviewerComment: comment.nullish(),
});

const listInput = z.strictObject({
  ownerId: identityId
    .optional()
    .meta({ title: 'To be decided by' })
    .describe('Left out: by the account of the connection, or for administrators by anybody.'),
  requestedFor: identityId.optional().meta({ title: 'For' }),
  filters: filters('created ge 2026-01-01T00:00:00Z'),
  limit,
});

const queryOf = ({ ownerId, requestedFor, filters }: z.output<typeof listInput>) => ({
  'owner-id': ownerId,
  filters: allOf(condition('requestedFor.id', 'eq', requestedFor), filters ? [filters] : []),
});

const completedDocs = `${docs}/list-completed-approvals`;
const pendingDocs = `${docs}/list-pending-approvals`;

async function findPending({ http }: Host, id: string) {
  const query = { filters: allOf(condition('id', 'eq', id)) };
  const { body } = await http.send(listRequest(path`/access-request-approvals/pending`, query));
  return parseAnswer(z.array(pending), body, pendingDocs)[0] ?? null;
}

/** Whether it was decided so: it is among the completed ones, or the decision is on its way there. */
async function decidedAs<D extends 'APPROVED' | 'REJECTED'>(decision: D, id: string, host: Host) {
  const query = { filters: allOf(condition('id', 'eq', id)) };
  const { body } = await host.http.send(listRequest(path`/access-request-approvals/completed`, query));
  const done = parseAnswer(z.array(completed), body, completedDocs)[0];
  const decided = done?.state ?? (await findPending(host, id))?.actionInProcess;
  return decided === decision ? { approvalId: id, decision } : null;
}

const before = async ({ approvalId }: { approvalId: string }, host: Host): Promise<JsonValue> => {
  const found = await findPending(host, approvalId);
  return { state: found ? 'PENDING' : 'DECIDED', ownerId: found?.owner?.id ?? null };
};

const approvalObject = (id: string) => ({ type: 'sailpoint_approval', id });

const sampleApproval = {
  ...{ id: sailpointId('approval', 1), accessRequestId: sailpointId('request', 1), name: productionAccess.name },
  ...{ requestType: 'GRANT_ACCESS', requestedFor: jane, requester: marco, owner: ada },
  requestedObject: { ...productionAccess, type: 'ACCESS_PROFILE' },
  created: '2026-01-12T09:00:00.000Z',
};
const wasPending = { state: 'PENDING', ownerId: ada.id };

export const approvalOperations = {
  listPendingApprovals: operation({
    title: 'List pending approvals',
    docs: pendingDocs,
    summary: 'Access requests that wait for a decision, and whose.',
    input: listInput,
    output: listOf(pending),
    options: { '/ownerId': 'listIdentities', '/requestedFor': 'listIdentities' },
    choice: { value: 'id', label: 'name' },
    effect: 'read',
    request: (input) => listRequest(path`/access-request-approvals/pending`, queryOf(input)),
    paginate: offsetPages,
    sample: { input: { ownerId: ada.id }, output: { items: [sampleApproval] } },
  }),

  listCompletedApprovals: operation({
    title: 'List decided approvals',
    docs: completedDocs,
    summary: 'What was decided on access requests, by whom and why.',
    input: listInput,
    output: listOf(completed),
    options: { '/ownerId': 'listIdentities', '/requestedFor': 'listIdentities' },
    effect: 'read',
    request: (input) => listRequest(path`/access-request-approvals/completed`, queryOf(input)),
    paginate: offsetPages,
    sample: { input: {}, output: { items: [{ ...sampleApproval, state: 'APPROVED', reviewedBy: ada }] } },
  }),

  approveAccessRequest: operation({
    title: 'Approve an access request',
    docs: `${docs}/approve-access-request`,
    summary: 'Decides one approval; the next approver follows, or the access is given.',
    input: z.strictObject({
      approvalId,
      comment: z.string().min(1).optional().meta({ title: 'Comment' }),
      email: personEmail,
    }),
    output: z.object({ approvalId: z.string(), decision: z.literal('APPROVED') }),
    options: { '/approvalId': 'listPendingApprovals' },
    effect: 'write',
    idempotency: 'lookup',
    changes: ({ approvalId, email }) => [{ action: 'grant', ...personOf(email), object: approvalObject(approvalId) }],
    before,
    request: ({ approvalId, comment }) => ({
      method: 'POST',
      path: path`/access-request-approvals/${approvalId}/approve`,
      body: { ...(comment ? { comment } : {}) },
    }),
    response: (_, { approvalId }) => ({ approvalId, decision: 'APPROVED' }),
    lookup: ({ approvalId }, host) => decidedAs('APPROVED', approvalId, host),
    sample: {
      input: { approvalId: sailpointId('approval', 1), comment: 'Until the incident is closed.' },
      output: { approvalId: sailpointId('approval', 1), decision: 'APPROVED' },
      before: wasPending,
    },
  }),

  rejectAccessRequest: operation({
    title: 'Deny an access request',
    docs: `${docs}/reject-access-request`,
    summary: 'Decides one approval, and with it the request, which ends.',
    input: z.strictObject({
      approvalId,
      comment: z.string().min(1).meta({ title: 'Comment' }),
      email: personEmail,
    }),
    output: z.object({ approvalId: z.string(), decision: z.literal('REJECTED') }),
    options: { '/approvalId': 'listPendingApprovals' },
    effect: 'write',
    idempotency: 'lookup',
    changes: ({ approvalId, email }) => [{ action: 'update', ...personOf(email), object: approvalObject(approvalId) }],
    before,
    request: ({ approvalId, comment }) => ({
      method: 'POST',
      path: path`/access-request-approvals/${approvalId}/reject`,
      body: { comment },
    }),
    response: (_, { approvalId }) => ({ approvalId, decision: 'REJECTED' }),
    lookup: ({ approvalId }, host) => decidedAs('REJECTED', approvalId, host),
    sample: {
      input: { approvalId: sailpointId('approval', 1), comment: 'Outside working hours, and nobody is on call.' },
      output: { approvalId: sailpointId('approval', 1), decision: 'REJECTED' },
      before: wasPending,
    },
  }),

  forwardAccessRequest: operation({
    title: 'Hand an approval on',
    docs: `${docs}/forward-access-request`,
    summary: 'Gives an approval to somebody else to decide.',
    input: z.strictObject({
      approvalId,
      newOwnerId: identityId.meta({ title: 'To' }),
      comment: z.string().min(1).max(255).meta({ title: 'Comment' }),
    }),
    output: z.object({ approvalId: z.string(), newOwnerId: z.string() }),
    options: { '/approvalId': 'listPendingApprovals', '/newOwnerId': 'listIdentities' },
    effect: 'write',
    idempotency: 'natural',
    changes: ({ approvalId }) => [{ action: 'update', object: approvalObject(approvalId) }],
    before,
    request: ({ approvalId, newOwnerId, comment }) => ({
      method: 'POST',
      path: path`/access-request-approvals/${approvalId}/forward`,
      body: { newOwnerId, comment },
    }),
    response: (_, { approvalId, newOwnerId }) => ({ approvalId, newOwnerId }),
    undo: ({ approvalId, newOwnerId }, _, was) => {
      const { ownerId } = was as { ownerId: string | null };
      const input = { approvalId, newOwnerId: ownerId ?? '', comment: 'Handed back.' };
      return ownerId === null || ownerId === newOwnerId ? null : { operation: 'forwardAccessRequest', input };
    },
    sample: {
      input: { approvalId: sailpointId('approval', 1), newOwnerId: marco.id, comment: 'You know the incident.' },
      output: { approvalId: sailpointId('approval', 1), newOwnerId: marco.id },
      before: wasPending,
    },
  }),
};
