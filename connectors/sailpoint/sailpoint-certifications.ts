import { type Host, operation, parseAnswer, path, readPages } from '@castellan/sdk';
import { z } from 'zod';
import { ada, jane, marco, productionAccess, sailpointId } from './sailpoint-company.js';
import { allOf, condition, filters, limit, listOf, listRequest, offsetPages } from './sailpoint-lists.js';
import { docs } from './sailpoint-references.js';
import { identityId, reference } from './sailpoint-shapes.js';

const certificationId = z.string().min(1).meta({ title: 'Certification' });

const certification = z.object({
  id: z.string(),
  name: z.string(),
  campaign: z.object({ id: z.string(), name: z.string(), campaignType: z.string().nullish() }).nullish(),
  reviewer: reference.extend({ email: z.string().nullish() }).partial().nullish(),
  phase: z.string().nullish().describe('STAGED, ACTIVE or SIGNED.'),
  completed: z.boolean().nullish(),
  due: z.string().nullish(),
  signed: z.string().nullish(),
  decisionsMade: z.int().nullish(),
  decisionsTotal: z.int().nullish(),
  identitiesCompleted: z.int().nullish(),
  identitiesTotal: z.int().nullish(),
  hasErrors: z.boolean().nullish(),
  errorMessage: z.string().nullish(),
});

const item = z.object({
  id: z.string(),
  completed: z.boolean().nullish(),
  newAccess: z.boolean().nullish(),
  decision: z.string().nullish().describe('APPROVE or REVOKE; nothing while it is undecided.'),
  comments: z.string().nullish(),
  identitySummary: z
    .object({ id: z.string().nullish(), name: z.string().nullish(), identityId: z.string().nullish() })
    .nullish()
    .describe('Whose access it is.'),
  accessSummary: z.object({ access: reference.nullish() }).nullish().describe('What they have.'),
});

const itemDocs = `${docs}/list-identity-access-review-items`;

async function itemsNow({ http }: Host, certificationId: string, ids: string[]) {
  const request = listRequest(path`/certifications/${certificationId}/access-review-items`, {
    filters: `id in (${ids.map((id) => JSON.stringify(id)).join(', ')})`,
  });
  return parseAnswer(z.array(item), await readPages(http, request, offsetPages), itemDocs);
}

async function phaseOf({ http }: Host, id: string) {
  const { body } = await http.send({ method: 'GET', path: path`/certifications/${id}` });
  return parseAnswer(certification, body, `${docs}/get-identity-certification`);
}

const sample = {
  ...{ id: sailpointId('certification', 1), name: 'Engineering, last quarter: Marco Reyes', phase: 'ACTIVE' },
  campaign: { id: sailpointId('campaign', 2), name: 'Engineering, last quarter', campaignType: 'MANAGER' },
  reviewer: { ...marco, email: 'marco.reyes@example.com' },
  ...{ completed: false, decisionsMade: 0, decisionsTotal: 3, identitiesCompleted: 0, identitiesTotal: 2 },
};

const sampleItem = {
  ...{ id: sailpointId('reviewItem', 1), completed: false, newAccess: false, decision: null },
  identitySummary: { id: sailpointId('reviewItem', 101), name: jane.name, identityId: jane.id },
  accessSummary: { access: { type: 'ACCESS_PROFILE', ...productionAccess } },
};

const decisions = z
  .array(
    z.strictObject({
      id: z.string().min(1).meta({ title: 'Item' }),
      decision: z.enum(['APPROVE', 'REVOKE']).meta({ title: 'Decision' }),
      comments: z.string().min(1).optional().meta({ title: 'Comment' }),
    }),
  )
  .min(1)
  .max(250)
  .meta({ title: 'Decisions' });

/** Reviewers see what is theirs; administrators see all. Of governance groups SailPoint’s API tells nothing. */
export const certificationOperations = {
  listCertifications: operation({
    title: 'List certifications',
    docs: `${docs}/list-identity-certifications`,
    summary: 'The parts of campaigns, one for each reviewer, and how far each is.',
    input: z.strictObject({
      campaignId: z.string().min(1).optional().meta({ title: 'Campaign' }),
      reviewerId: identityId.optional().meta({ title: 'Reviewer' }),
      phase: z.enum(['STAGED', 'ACTIVE', 'SIGNED']).optional().meta({ title: 'Phase' }),
      filters: filters('completed eq false'),
      limit,
    }),
    output: listOf(certification),
    options: { '/campaignId': 'listCampaigns', '/reviewerId': 'listIdentities' },
    choice: { value: 'id', label: 'name' },
    effect: 'read',
    request: ({ campaignId, reviewerId, phase, filters }) =>
      listRequest(path`/certifications`, {
        'reviewer-identity': reviewerId,
        filters: allOf(
          condition('campaign.id', 'eq', campaignId),
          condition('phase', 'eq', phase),
          filters ? [filters] : [],
        ),
      }),
    paginate: offsetPages,
    sample: { input: {}, output: { items: [sample] } },
  }),

  getCertification: operation({
    title: 'Get a certification',
    docs: `${docs}/get-identity-certification`,
    summary: 'One reviewer’s part of a campaign, and how far it is.',
    input: z.strictObject({ certificationId }),
    output: certification,
    options: { '/certificationId': 'listCertifications' },
    effect: 'read',
    request: ({ certificationId }) => ({ method: 'GET', path: path`/certifications/${certificationId}` }),
    sample: { input: { certificationId: sample.id }, output: sample },
  }),

  listReviewItems: operation({
    title: 'List the items of a certification',
    docs: itemDocs,
    summary: 'Who has what, and what was decided on it.',
    input: z.strictObject({
      certificationId,
      identityId: identityId.optional(),
      undecided: z.boolean().default(false).meta({ title: 'Only what is undecided' }),
      filters: filters('access.type eq "ROLE"'),
      limit,
    }),
    output: listOf(item),
    options: { '/certificationId': 'listCertifications', '/identityId': 'listIdentities' },
    effect: 'read',
    request: ({ certificationId, identityId, undecided, filters }) =>
      listRequest(path`/certifications/${certificationId}/access-review-items`, {
        filters: allOf(
          condition('identitySummary.id', 'eq', identityId),
          undecided ? ['completed eq false'] : [],
          filters ? [filters] : [],
        ),
      }),
    paginate: offsetPages,
    sample: { input: { certificationId: sample.id }, output: { items: [sampleItem] } },
  }),

  decideReviewItems: operation({
    title: 'Decide items of a certification',
    docs: `${docs}/make-identity-decision`,
    summary: 'Approves or revokes access under review. It counts once the certification is signed off.',
    input: z.strictObject({ certificationId, decisions }),
    output: certification,
    options: { '/certificationId': 'listCertifications' },
    effect: 'write',
    idempotency: 'natural',
    changes: ({ decisions }) =>
      decisions.map(({ id }) => ({ action: 'update' as const, object: { type: 'sailpoint_review_item', id } })),
    before: async ({ certificationId, decisions }, host) => ({
      items: (
        await itemsNow(
          host,
          certificationId,
          decisions.map(({ id }) => id),
        )
      ).map(({ id, decision }) => ({
        id,
        decision: decision ?? null,
      })),
    }),
    request: ({ certificationId, decisions }) => ({
      method: 'POST',
      path: path`/certifications/${certificationId}/decide`,
      body: decisions.map(({ comments, ...rest }) => ({ ...rest, bulk: false, ...(comments ? { comments } : {}) })),
    }),
    sample: {
      input: {
        certificationId: sample.id,
        decisions: [{ id: sampleItem.id, decision: 'REVOKE', comments: 'The incident is closed.' }],
      },
      output: { ...sample, decisionsMade: 1 },
      before: { items: [{ id: sampleItem.id, decision: null }] },
    },
  }),

  signOffCertification: operation({
    title: 'Sign a certification off',
    docs: `${docs}/sign-off-identity-certification`,
    summary: 'Makes all decisions final, and has SailPoint take away what was revoked.',
    input: z.strictObject({ certificationId }),
    output: certification,
    options: { '/certificationId': 'listCertifications' },
    effect: 'destructive',
    idempotency: 'lookup',
    changes: ({ certificationId }) => [
      { action: 'revoke', object: { type: 'sailpoint_certification', id: certificationId } },
    ],
    before: async ({ certificationId }, host) => {
      const { phase, decisionsMade, decisionsTotal } = await phaseOf(host, certificationId);
      return { phase: phase ?? null, decisionsMade: decisionsMade ?? null, decisionsTotal: decisionsTotal ?? null };
    },
    request: ({ certificationId }) => ({ method: 'POST', path: path`/certifications/${certificationId}/sign-off` }),
    lookup: async ({ certificationId }, host) => {
      const now = await phaseOf(host, certificationId);
      return now.phase === 'SIGNED' ? now : null;
    },
    sample: {
      input: { certificationId: sailpointId('certification', 2) },
      output: {
        ...{ id: sailpointId('certification', 2), name: 'Security, last quarter: Ada Okafor', phase: 'SIGNED' },
        reviewer: { ...ada, email: 'ada.okafor@example.com' },
        ...{ completed: true, decisionsMade: 1, decisionsTotal: 1 },
      },
      before: { phase: 'ACTIVE', decisionsMade: 1, decisionsTotal: 1 },
    },
  }),
};
