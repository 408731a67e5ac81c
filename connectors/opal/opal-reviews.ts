import { camelKeys, type JsonObject, operation, path, readPages } from '@castellan/sdk';
import { z } from 'zod';
import { pageSize, resultPages } from './opal-reads.js';
import { docs, limitField } from './opal-shapes.js';

const policy = z.enum([
  'MANUALLY',
  'BY_OWNING_TEAM_ADMIN',
  'BY_OWNING_TEAM_ADMIN_ALL',
  'BY_MANAGER',
  'BY_APPROVERS',
  'BY_APPROVERS_ALL',
]);

const ids = (title: string) => z.array(z.string().min(1)).optional().meta({ title });

/** The same names as Opal's, in camelCase. */
const scope = {
  users: ids('Only these users'),
  filterOperator: z
    .enum(['ANY', 'ALL'])
    .optional()
    .meta({ title: 'What must match' })
    .describe('Any of the filters, or all of them.'),
  entities: ids('Resources and groups'),
  apps: ids('Apps'),
  admins: ids('Of these owners'),
  groupTypes: z.array(z.string()).optional().meta({ title: 'Types of groups' }),
  resourceTypes: z.array(z.string()).optional().meta({ title: 'Types of resources' }),
  tags: z
    .array(z.strictObject({ key: z.string().min(1), value: z.string().optional() }))
    .optional()
    .meta({ title: 'With these tags' }),
  names: z.array(z.string()).optional().meta({ title: 'Whose name contains' }),
  groupVisibility: z
    .enum(['STRICT', 'VIEW_VISIBLE_AND_ASSIGNED', 'VIEW_ALL'])
    .optional()
    .meta({ title: 'What reviewers see' }),
  includeGroupBindings: z.boolean().optional().meta({ title: 'With group bindings' }),
};

/** Opal's API tells the settings of a review, and neither its reviewers nor how far it is. */
export const review = z.object({
  uarId: z.string(),
  name: z.string(),
  reviewerAssignmentPolicy: policy,
  sendReviewerAssignmentNotification: z.boolean(),
  deadline: z.string(),
  timeZone: z.string(),
  selfReviewAllowed: z.boolean(),
  instantlyActionReviews: z.boolean(),
  uarScope: z.object(scope).optional(),
});

const createInput = z.strictObject({
  name: z.string().min(1).meta({ title: 'Name' }),
  deadline: z.iso
    .datetime()
    .meta({ title: 'Until' })
    .describe('The last day of the review, such as 2026-12-31T23:59:59Z.'),
  timeZone: z.string().min(1).default('UTC').meta({ title: 'Time zone' }).describe('Such as Europe/Berlin.'),
  reviewerAssignmentPolicy: policy.default('BY_OWNING_TEAM_ADMIN').meta({ title: 'Who reviews' }),
  sendReviewerAssignmentNotification: z.boolean().default(true).meta({ title: 'Tell reviewers' }),
  selfReviewAllowed: z.boolean().default(false).meta({ title: 'May review themselves' }),
  instantlyActionReviews: z
    .boolean()
    .default(false)
    .meta({ title: 'Carry out at once' })
    .describe('Access that a reviewer rejects is taken away with the decision, not at the end.'),
  reminderSchedule: z.array(z.int().min(0)).optional().meta({ title: 'Reminders' }).describe('Days before the end.'),
  reminderIncludeManager: z.boolean().optional().meta({ title: 'Remind managers too' }),
  scope: z.strictObject(scope).optional().meta({ title: 'What is reviewed' }).describe('Left out: everything.'),
});

const sampleReview = {
  uarId: 'ca57e11a-0005-4000-8000-000000000001',
  name: 'Production access, first quarter',
  reviewerAssignmentPolicy: 'BY_MANAGER' as const,
  sendReviewerAssignmentNotification: true,
  deadline: '2099-03-31T23:59:59.000Z',
  timeZone: 'Europe/Berlin',
  selfReviewAllowed: false,
  instantlyActionReviews: false,
  uarScope: { filterOperator: 'ANY' as const, entities: ['ca57e11a-0002-4000-8000-000000000001'] },
};

/** Names of fields as Opal writes them. */
function snakeKeys(value: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), child]),
  );
}

const asJson = (value: object) => JSON.parse(JSON.stringify(value)) as JsonObject;

export const opalReviews = {
  listReviews: operation({
    title: 'List access reviews',
    docs: `${docs}/uars/get-uars`,
    summary:
      'The access reviews of the organisation with their settings. Opal’s API tells no progress and no decisions.',
    input: z.strictObject({ limit: limitField }),
    output: z.object({ items: z.array(review) }),
    choice: { value: 'uarId', label: 'name' },
    effect: 'read',
    request: () => ({ method: 'GET', path: path`/uars`, query: { page_size: pageSize } }),
    paginate: resultPages,
    each: camelKeys,
    sample: { input: {}, output: { items: [sampleReview] } },
  }),

  getReview: operation({
    title: 'Get an access review',
    docs: `${docs}/uars/get-uar`,
    summary: 'The settings of one access review.',
    input: z.strictObject({ uarId: z.string().min(1).meta({ title: 'Access review' }) }),
    output: review,
    options: { '/uarId': 'listReviews' },
    effect: 'read',
    request: (input) => ({ method: 'GET', path: path`/uar/${input.uarId}` }),
    response: ({ body }) => camelKeys(body),
    sample: { input: { uarId: sampleReview.uarId }, output: sampleReview },
  }),

  createReview: operation({
    title: 'Start an access review',
    docs: `${docs}/uars/create-uar`,
    summary: 'Starts a review of access; its reviewers are asked by Opal.',
    input: createInput,
    output: review,
    effect: 'write',
    // Opal cannot end a review by its API, so there is no undo. Name and end together tell one that was started.
    idempotency: 'lookup',
    changes: ({ name }) => [{ action: 'create', object: { type: 'opal_access_review', id: name, title: name } }],
    request: ({ scope: reviewed, ...settings }) => ({
      method: 'POST',
      path: path`/uar`,
      body: { ...snakeKeys(asJson(settings)), ...(reviewed ? { uar_scope: snakeKeys(asJson(reviewed)) } : {}) },
    }),
    response: ({ body }) => camelKeys(body),
    lookup: async ({ name, deadline }, { http }) => {
      const rows = await readPages(
        http,
        { method: 'GET', path: path`/uars`, query: { page_size: pageSize } },
        resultPages,
      );
      const found = rows.find((row) => {
        const { name: otherName, deadline: otherDeadline } = row as JsonObject;
        return otherName === name && Date.parse(String(otherDeadline)) === Date.parse(deadline);
      });
      return found ? (camelKeys(found) as unknown as z.output<typeof review>) : null;
    },
    sample: {
      input: {
        name: 'Leavers’ access',
        deadline: '2099-06-30T23:59:59Z',
        timeZone: 'Europe/Berlin',
        reviewerAssignmentPolicy: 'BY_MANAGER',
        scope: { entities: ['ca57e11a-0002-4000-8000-000000000001'], filterOperator: 'ANY' },
      },
      output: {
        ...sampleReview,
        name: 'Leavers’ access',
        uarId: 'ca57e11a-0005-4000-8000-000000000003',
        deadline: '2099-06-30T23:59:59Z',
      },
    },
  }),
};
