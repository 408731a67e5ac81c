import {
  definedOnly,
  FatalError,
  type Host,
  operation,
  parseAnswer,
  path,
  RetryableError,
  readPages,
} from '@castellan/sdk';
import { z } from 'zod';
import { jane, marco, productionAccess, sailpointId } from './sailpoint-company.js';
import { allOf, condition, filters, limit, listOf, listRequest, offsetPages } from './sailpoint-lists.js';
import { docs } from './sailpoint-references.js';
import { accessType, comment, identityId, metadata, personEmail, personOf, reference } from './sailpoint-shapes.js';

const accessRequestId = z.string().min(1).meta({ title: 'Access request' });

const status = z.object({
  accessRequestId: z.string(),
  id: z.string().nullish().describe('Of what was asked for.'),
  name: z.string().nullish(),
  type: accessType.nullish(),
  requestType: z.enum(['GRANT_ACCESS', 'REVOKE_ACCESS', 'MODIFY_ACCESS']).nullish(),
  state: z.string().describe('EXECUTING until it is REQUEST_COMPLETED, REJECTED, CANCELLED, TERMINATED, or failed.'),
  requestedFor: reference.nullish(),
  requester: reference.nullish(),
  requesterComment: comment.nullish(),
  approvalDetails: z
    .array(
      z.object({
        status: z.string(),
        scheme: z.string(),
        currentOwner: reference.nullish(),
        comment: z.string().nullish(),
      }),
    )
    .nullish(),
  created: z.string().nullish(),
  modified: z.string().nullish(),
  removeDate: z.string().nullish(),
  cancelable: z.boolean().nullish(),
  clientMetadata: metadata,
});
type Status = z.output<typeof status>;

const statusDocs = `${docs}/list-access-request-status`;

async function statuses({ http }: Host, query: { filters?: string; 'requested-for'?: string }): Promise<Status[]> {
  const rows = await readPages(http, listRequest(path`/access-request-status`, query), offsetPages);
  return parseAnswer(z.array(status), rows, statusDocs);
}

const ofRequest = (host: Host, id: string) =>
  statuses(host, { filters: allOf(condition('accessRequestId', 'eq', id)) });

/** Under this key a request carries our key of the effect, and SailPoint tells it again with the request’s state. */
const ownKey = 'castellanEffect';

const asked = z.strictObject({
  identityId,
  email: personEmail,
  items: z
    .array(
      z.strictObject({
        type: accessType.meta({ title: 'Type' }),
        id: z.string().min(1).meta({ title: 'Id' }),
        comment: z.string().min(1).optional().meta({ title: 'Comment' }),
        removeDate: z.iso
          .datetime()
          .optional()
          .meta({ title: 'Until' })
          .describe('When it is taken away again; for roles and access profiles.'),
      }),
    )
    .min(1)
    .max(25)
    .meta({ title: 'Access' }),
});
type Asked = z.output<typeof asked>;

const submitted = z.object({
  accessRequestIds: z.array(z.string()).describe('Several where SailPoint parts what was asked for.'),
  alreadyRequested: z.int().describe('Of how many items there was a request under way.'),
});

const tracking = z.object({
  accessRequestIds: z.array(z.string()).nullish(),
  requestedItemsDetails: z.array(z.unknown()).nullish(),
});
const response = z.object({ newRequests: z.array(tracking).nullish(), existingRequests: z.array(tracking).nullish() });

const requestDocs = `${docs}/create-access-request`;

function submit(requestType: 'GRANT_ACCESS' | 'REVOKE_ACCESS', { identityId, items }: Asked, key: string) {
  const clientMetadata = { [ownKey]: key };
  return {
    method: 'POST' as const,
    path: path`/access-requests`,
    body: {
      requestedFor: [identityId],
      requestType,
      requestedItems: items.map((item) => ({ ...definedOnly(item), clientMetadata })),
      clientMetadata,
    },
  };
}

function submittedOf(body: unknown): z.output<typeof submitted> {
  const { newRequests, existingRequests } = parseAnswer(response, body, requestDocs);
  return {
    accessRequestIds: (newRequests ?? []).flatMap((each) => each.accessRequestIds ?? []),
    alreadyRequested: (existingRequests ?? []).flatMap((each) => each.requestedItemsDetails ?? []).length,
  };
}

/** Whether SailPoint has a request with our key. It may be some seconds late to tell. */
async function submittedBefore({ identityId, items }: Asked, host: Host): Promise<z.output<typeof submitted> | null> {
  const rows = await statuses(host, { 'requested-for': identityId });
  const ours = rows.filter(({ clientMetadata }) => clientMetadata?.[ownKey] === host.idempotencyKey);
  if (ours.length === 0) return null;
  const accessRequestIds = [...new Set(ours.map((each) => each.accessRequestId))];
  return { accessRequestIds, alreadyRequested: Math.max(0, items.length - ours.length) };
}

const changesOf = (action: 'grant' | 'revoke', { identityId, email, items }: Asked) =>
  items.map(({ type, id }) => ({
    action,
    subject: { type: 'sailpoint_identity', id: identityId, ...(email ? { email } : {}) },
    object: { type: `sailpoint_${type.toLowerCase()}`, id },
  }));

/** Of several requests no one call takes all back. */
const cancelling = (_: Asked, { accessRequestIds: [only, ...others] }: z.output<typeof submitted>) =>
  only !== undefined && others.length === 0
    ? { operation: 'cancelAccessRequest', input: { accessRequestId: only, comment: 'Taken back.' } }
    : null;

const sampleAsked = {
  identityId: jane.id,
  items: [{ type: 'ACCESS_PROFILE' as const, id: sailpointId('accessProfile', 2), comment: 'New in the team.' }],
};
const sampleSubmitted = { accessRequestIds: [sailpointId('request', 9)], alreadyRequested: 0 };

const sampleStatus = {
  ...{ accessRequestId: sailpointId('request', 1), ...productionAccess, type: 'ACCESS_PROFILE' as const },
  ...{ requestType: 'GRANT_ACCESS' as const, state: 'EXECUTING', cancelable: true },
  ...{ requestedFor: jane, requester: marco, created: '2026-01-12T09:00:00.000Z' },
};

/** Some ten minutes in looks ever further apart, and then one every five minutes for days: people decide in between. */
const looks = { attempts: 100, firstSeconds: 5, factor: 1.5, maxSeconds: 300 };

const failed = ['TERMINATED', 'PROVISIONING_FAILED', 'NOT_ALL_ITEMS_PROVISIONED', 'ERROR'];
const under = ['EXECUTING', 'PROVISIONING_VERIFICATION_PENDING'];

export const requestOperations = {
  requestAccess: operation({
    title: 'Request access for somebody',
    docs: requestDocs,
    summary:
      'Asks for roles, access profiles or entitlements; SailPoint’s approvals follow. It is answered before anything is decided.',
    input: asked,
    output: submitted,
    options: { '/identityId': 'listIdentities' },
    effect: 'write',
    idempotency: 'lookup',
    changes: (input) => changesOf('grant', input),
    request: (input, { idempotencyKey }) => submit('GRANT_ACCESS', input, idempotencyKey),
    response: ({ body }) => submittedOf(body),
    lookup: submittedBefore,
    undo: cancelling,
    sample: { input: sampleAsked, output: sampleSubmitted },
  }),

  requestRevocation: operation({
    title: 'Request that access is taken away',
    docs: requestDocs,
    summary: 'Asks that somebody loses roles, access profiles or entitlements; SailPoint’s approvals follow.',
    input: asked,
    output: submitted,
    options: { '/identityId': 'listIdentities' },
    effect: 'destructive',
    idempotency: 'lookup',
    withoutBefore: 'What somebody has is in SailPoint’s search index only, which is minutes behind.',
    changes: (input) => changesOf('revoke', input),
    request: (input, { idempotencyKey }) => submit('REVOKE_ACCESS', input, idempotencyKey),
    response: ({ body }) => submittedOf(body),
    lookup: submittedBefore,
    undo: cancelling,
    sample: {
      input: { identityId: jane.id, items: [{ type: 'ROLE', id: sailpointId('role', 1), comment: 'Has left.' }] },
      output: sampleSubmitted,
    },
  }),

  cancelAccessRequest: operation({
    title: 'Cancel an access request',
    docs: `${docs}/cancel-access-request`,
    summary: 'Takes a request back that has not passed its approvals.',
    input: z.strictObject({
      accessRequestId,
      comment: z.string().min(1).meta({ title: 'Comment' }),
      email: personEmail,
    }),
    output: z.object({ accessRequestId: z.string(), cancelled: z.literal(true) }),
    effect: 'write',
    idempotency: 'lookup',
    changes: ({ accessRequestId, email }) => [
      { action: 'update', ...personOf(email), object: { type: 'sailpoint_access_request', id: accessRequestId } },
    ],
    before: async ({ accessRequestId }, host) => ({
      states: (await ofRequest(host, accessRequestId)).map(({ state }) => state),
    }),
    request: ({ accessRequestId, comment }) => ({
      method: 'POST',
      path: path`/access-requests/cancel`,
      // SailPoint’s page says that this is the id of the request, whatever its name.
      body: { accountActivityId: accessRequestId, comment },
    }),
    response: (_, { accessRequestId }) => ({ accessRequestId, cancelled: true }),
    lookup: async ({ accessRequestId }, host) => {
      const rows = await ofRequest(host, accessRequestId);
      const isCancelled = rows.length > 0 && rows.every(({ state }) => state === 'CANCELLED');
      return isCancelled ? { accessRequestId, cancelled: true as const } : null;
    },
    sample: {
      input: { accessRequestId: sailpointId('request', 1), comment: 'No longer needed.' },
      output: { accessRequestId: sailpointId('request', 1), cancelled: true },
      before: { states: ['EXECUTING'] },
    },
  }),

  listAccessRequests: operation({
    title: 'List access requests',
    docs: statusDocs,
    summary: 'What was asked for, by whom and for whom, and how it stands. One row for each item.',
    input: z.strictObject({
      accessRequestId: accessRequestId.optional(),
      requestedFor: identityId.optional().meta({ title: 'For' }),
      requestedBy: identityId.optional().meta({ title: 'By' }),
      executing: z.boolean().default(false).meta({ title: 'Only those under way' }),
      filters: filters('created ge 2026-01-01T00:00:00Z'),
      limit,
    }),
    output: listOf(status),
    options: { '/requestedFor': 'listIdentities', '/requestedBy': 'listIdentities' },
    effect: 'read',
    request: ({ accessRequestId, requestedFor, requestedBy, executing, filters }) =>
      listRequest(path`/access-request-status`, {
        'requested-for': requestedFor,
        'requested-by': requestedBy,
        filters: allOf(condition('accessRequestId', 'eq', accessRequestId), filters ? [filters] : []),
        'request-state': executing ? 'EXECUTING' : undefined,
      }),
    paginate: offsetPages,
    sample: { input: { requestedFor: jane.id }, output: { items: [sampleStatus] } },
  }),

  awaitAccessRequest: operation({
    title: 'Wait until an access request has ended',
    docs: statusDocs,
    summary: 'Goes on when a request is carried out, denied or cancelled; fails when SailPoint could not carry it out.',
    input: z.strictObject({ accessRequestId }),
    output: z.object({ state: z.enum(['REQUEST_COMPLETED', 'REJECTED', 'CANCELLED']), items: z.array(status) }),
    effect: 'read',
    retry: looks,
    run: async ({ accessRequestId }, host) => {
      const items = await ofRequest(host, accessRequestId);
      const states = items.map(({ state }) => state);
      const broken = states.find((state) => failed.includes(state));
      if (broken)
        throw new FatalError(`SailPoint could not carry the request out: ${broken}.`, { vendorMessage: broken });
      if (items.length === 0 || states.some((state) => under.includes(state))) {
        const now = items.length === 0 ? 'is not listed yet' : `is ${states.join(', ')}`;
        throw new RetryableError(`The request has not ended: it ${now}.`, { code: 'E_TIMEOUT' });
      }
      const whole = ['REJECTED', 'CANCELLED'].find((state) => states.includes(state)) ?? 'REQUEST_COMPLETED';
      return { state: whole as 'REQUEST_COMPLETED' | 'REJECTED' | 'CANCELLED', items };
    },
    sample: {
      input: { accessRequestId: sailpointId('request', 2) },
      output: {
        state: 'REQUEST_COMPLETED',
        items: [{ ...sampleStatus, accessRequestId: sailpointId('request', 2), state: 'REQUEST_COMPLETED' }],
      },
    },
  }),
};
