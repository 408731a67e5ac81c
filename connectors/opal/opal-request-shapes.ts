import { z } from 'zod';

/** An access request as Opal answers it, with keys in camelCase. */

const fieldType = z.enum(['SHORT_TEXT', 'LONG_TEXT', 'BOOLEAN', 'MULTI_CHOICE']);

export const requestId = z
  .string()
  .min(1)
  .meta({ title: 'Request' })
  .describe('Opal’s id of the request, from “List requests” or “Ask for access”.');

const requestedItem = z.object({
  /** One of the two is there. */
  resourceId: z.string().optional(),
  groupId: z.string().optional(),
  name: z.string().optional(),
  accessLevelName: z.string().optional(),
  accessLevelRemoteId: z.string().optional(),
  remoteId: z.string().optional(),
  remoteName: z.string().optional(),
});

const reviewer = z.object({
  id: z.string(),
  fullName: z.string().optional(),
  status: z.enum(['PENDING', 'APPROVED', 'REJECTED']),
});

const itemStages = z.object({
  itemName: z.string(),
  itemId: z.string(),
  accessLevelName: z.string().optional(),
  accessLevelRemoteId: z.string().optional(),
  stages: z.array(z.object({ stage: z.int(), operator: z.enum(['AND', 'OR']), reviewers: z.array(reviewer) })),
});

export const accessRequest = z.object({
  id: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  requesterId: z.string(),
  targetUserId: z.string().optional(),
  targetGroupId: z.string().optional(),
  status: z.enum(['PENDING', 'APPROVED', 'DENIED', 'CANCELED']),
  reason: z.string(),
  /** −1, or none, is without end. */
  durationMinutes: z.int().optional(),
  requestedItemsList: z.array(requestedItem).optional(),
  customFieldsResponses: z
    .array(z.object({ fieldName: z.string(), fieldType, fieldValue: z.union([z.string(), z.boolean()]) }))
    .optional(),
  /** The reviewers of each item, stage by stage; a text says why Opal could not load them. */
  reviewerStages: z.union([z.array(itemStages), z.string()]).optional(),
});

export type AccessRequest = z.output<typeof accessRequest>;

export const comment = z.object({
  createdAt: z.string(),
  requestId: z.string(),
  userId: z.string(),
  userFullName: z.string().optional(),
  userEmail: z.string().optional(),
  comment: z.string(),
});

export const supportTicket = z
  .strictObject({
    ticketingProvider: z.enum(['JIRA', 'LINEAR', 'SERVICE_NOW']).meta({ title: 'System' }),
    remoteId: z.string().min(1).meta({ title: 'Id there' }),
    identifier: z.string().min(1).meta({ title: 'Number' }).describe('Such as OPS-12.'),
    url: z.url().meta({ title: 'Address' }),
  })
  .meta({ title: 'Ticket' });

export const customField = z.strictObject({
  name: z.string().min(1).meta({ title: 'Field' }),
  type: fieldType.meta({ title: 'Type' }),
  value: z.string().meta({ title: 'Value' }),
});

/** The request of the samples: of the affected person, for production, and not yet decided. */
export const sampleRequest: AccessRequest = {
  id: 'ca57e11a-0004-4000-8000-000000000001',
  createdAt: '2026-01-20T09:15:00.000Z',
  updatedAt: '2026-01-20T09:15:00.000Z',
  requesterId: 'ca57e11a-0001-4000-8000-000000000004',
  targetUserId: 'ca57e11a-0001-4000-8000-000000000004',
  status: 'PENDING',
  reason: 'Debugging the payment time-outs of INC-77',
  durationMinutes: 240,
  requestedItemsList: [
    {
      resourceId: 'ca57e11a-0002-4000-8000-000000000005',
      name: 'orders-db',
      accessLevelName: 'Full access',
      accessLevelRemoteId: 'fullaccess',
    },
  ],
  reviewerStages: [
    {
      itemName: 'orders-db',
      itemId: 'ca57e11a-0002-4000-8000-000000000005',
      accessLevelName: 'Full access',
      accessLevelRemoteId: 'fullaccess',
      stages: [
        {
          stage: 1,
          operator: 'OR',
          reviewers: [{ id: 'ca57e11a-0001-4000-8000-000000000002', fullName: 'Marco Reyes', status: 'PENDING' }],
        },
      ],
    },
  ],
};
