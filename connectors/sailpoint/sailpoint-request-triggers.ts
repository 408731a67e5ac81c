import { type OwnCall, trigger } from '@castellan/sdk';
import { z } from 'zod';
import { ada, jane, marco, productionAccess, sailpointId } from './sailpoint-company.js';
import { identityRef, triggerDocs } from './sailpoint-references.js';

const docs = `${triggerDocs}/triggers`;

const requestedFor = z
  .array(identityRef)
  .min(1)
  .describe('For whom it was asked. SailPoint sends one person alone as an object; here it is always a list.');

const item = {
  id: z.string(),
  name: z.string(),
  description: z.string().nullish(),
  type: z.enum(['ACCESS_PROFILE', 'ROLE', 'ENTITLEMENT']),
  operation: z.enum(['Add', 'Remove']),
  comment: z.string().nullish().describe('What the requester wrote.'),
  form: z.record(z.string(), z.unknown()).nullish().describe('The answered form, where the item has one.'),
};

const requested = z.looseObject({
  accessRequestId: z.string(),
  requestedFor,
  requestedItems: z.array(z.looseObject(item)).min(1),
  requestedBy: identityRef,
});

const sampleItem = {
  ...productionAccess,
  description: 'Read access to the production accounts',
  type: 'ACCESS_PROFILE',
  operation: 'Add',
  comment: 'For the incident of this morning.',
};

const sample = {
  accessRequestId: sailpointId('request', 1),
  requestedFor: [jane],
  requestedItems: [sampleItem],
  requestedBy: marco,
};

/** Who an answer names must be there: of a wrong id SailPoint makes some administrator. */
const approverLookups: Record<'IDENTITY' | 'GOVERNANCE_GROUP', (id: string) => OwnCall> = {
  IDENTITY: (identityId) => ({ operation: 'getIdentity', input: { identityId } }),
  GOVERNANCE_GROUP: (groupId) => ({ operation: 'getGovernanceGroup', input: { groupId } }),
};

export const requestTriggers = {
  accessRequestPreApproval: trigger({
    title: 'Access request submitted',
    vendorId: 'idn:access-request-pre-approval',
    docs: `${docs}/access-request-submitted`,
    summary:
      'Somebody asked for access. The answer denies the request or lets it go on to its approvers; without one it fails.',
    payload: requested,
    sample,
    answers: z.strictObject({
      approved: z.boolean().meta({ title: 'Goes on' }).describe('False denies the request at once.'),
      comment: z.string().meta({ title: 'Comment' }),
      approver: z
        .string()
        .meta({ title: 'Decided by' })
        .describe(
          'Any text; the user name of an identity if somebody subscribes to decisions, which are not told otherwise.',
        ),
    }),
    answerSample: { approved: true, comment: 'Jane is on call this week.', approver: 'marco.reyes' },
    answerRules: {
      fallback: { approved: false, comment: 'Nobody could decide in time. Please ask again.', approver: 'Castellan' },
      fallbackMeans: 'The request is denied.',
    },
  }),

  accessRequestDynamicApproval: trigger({
    title: 'Access request: further approver',
    vendorId: 'idn:access-request-dynamic-approver',
    docs: `${docs}/access-request-dynamic-approval`,
    summary: 'Somebody asked for access. The answer names one more approver; without one the request fails.',
    payload: requested,
    sample,
    answers: z.strictObject({
      id: z
        .string()
        .meta({ title: 'Id' })
        .describe('Of an identity or a governance group that exists; empty: nobody more.'),
      name: z.string().meta({ title: 'Name' }),
      type: z.enum(['IDENTITY', 'GOVERNANCE_GROUP', '']).meta({ title: 'Type' }),
    }),
    answerSample: { ...ada },
    answerRules: {
      fallback: { id: '', name: '', type: '' },
      fallbackMeans: 'Nobody else is asked; the usual approvers decide.',
      named: (answer) => {
        const { id, name, type } = answer as { id: string; name: string; type: string };
        const lookup = approverLookups[type as keyof typeof approverLookups];
        return lookup ? { ...lookup(id), who: name || id } : null;
      },
    },
  }),

  accessRequestPostApproval: trigger({
    title: 'Access request decided',
    vendorId: 'idn:access-request-post-approval',
    docs: `${docs}/access-request-decision`,
    summary: 'All approvers of an access request have decided.',
    payload: z.looseObject({
      accessRequestId: z.string(),
      requestedFor,
      requestedItemsStatus: z.array(
        z.looseObject({
          ...item,
          clientMetadata: z.record(z.string(), z.unknown()).nullish(),
          approvalInfo: z.array(
            z.looseObject({
              approvalComment: z.string().nullish(),
              approvalDecision: z.enum(['APPROVED', 'DENIED']),
              approverName: z.string(),
              approver: identityRef,
            }),
          ),
        }),
      ),
      requestedBy: identityRef,
    }),
    sample: {
      accessRequestId: sample.accessRequestId,
      requestedFor: [jane],
      requestedItemsStatus: [
        {
          ...sampleItem,
          clientMetadata: null,
          approvalInfo: [
            {
              approvalComment: 'Until the incident is closed.',
              approvalDecision: 'APPROVED',
              approverName: 'ada.okafor',
              approver: ada,
            },
          ],
        },
      ],
      requestedBy: marco,
    },
  }),
};
