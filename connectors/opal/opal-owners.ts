import { camelKeys, type Host, type JsonObject, operation, path } from '@castellan/sdk';
import { z } from 'zod';
import { pageSize, resultPages } from './opal-reads.js';
import { docs, limitField, user } from './opal-shapes.js';

const ownerId = z.string().min(1).meta({ title: 'Owner' });

const owner = z.object({
  ownerId: z.string(),
  name: z.string().optional(),
  description: z.string().optional(),
  /** Minutes until the next reviewer is told; 0 is never. */
  accessRequestEscalationPeriod: z.int().optional(),
  reviewerMessageChannelId: z.string().nullish(),
  /** The group whose members are the owner's people. */
  sourceGroupId: z.string().nullish(),
});

const sampleOwner = {
  ownerId: 'ca57e11a-0006-4000-8000-000000000001',
  name: 'Platform owners',
  description: 'Owners of production systems',
  accessRequestEscalationPeriod: 60,
};
const marco = {
  userId: 'ca57e11a-0001-4000-8000-000000000002',
  email: 'marco.reyes@example.com',
  fullName: 'Marco Reyes',
  firstName: 'Marco',
  lastName: 'Reyes',
  position: 'Head of Engineering',
  hrIdpStatus: 'ACTIVE' as const,
};

async function peopleOf(host: Host, id: string): Promise<JsonObject[]> {
  const { body } = await host.http.send({ method: 'GET', path: path`/owners/${id}/users` });
  return (body as { users: JsonObject[] }).users;
}

const people = z.object({ items: z.array(user) });

/** Owners are the people who answer for resources and groups: reviewers of requests and of access. */
export const opalOwners = {
  listOwners: operation({
    title: 'List owners',
    docs: `${docs}/owners/get-owners`,
    summary: 'The owners of resources and groups, all or by name.',
    input: z.strictObject({ name: z.string().optional().meta({ title: 'Name' }), limit: limitField }),
    output: z.object({ items: z.array(owner) }),
    choice: { value: 'ownerId', label: 'name' },
    effect: 'read',
    request: ({ name }) => ({ method: 'GET', path: path`/owners`, query: { name, page_size: pageSize } }),
    paginate: resultPages,
    each: camelKeys,
    sample: { input: {}, output: { items: [sampleOwner] } },
  }),

  getOwner: operation({
    title: 'Get an owner',
    docs: `${docs}/owners/get-owner`,
    summary: 'One owner by its id.',
    input: z.strictObject({ ownerId }),
    output: owner,
    options: { '/ownerId': 'listOwners' },
    effect: 'read',
    request: (input) => ({ method: 'GET', path: path`/owners/${input.ownerId}` }),
    response: ({ body }) => camelKeys(body),
    sample: { input: { ownerId: sampleOwner.ownerId }, output: sampleOwner },
  }),

  listOwnerUsers: operation({
    title: 'List an owner’s people',
    docs: `${docs}/owners/get-owner-users`,
    summary: 'The people of an owner, in the order in which requests escalate.',
    input: z.strictObject({ ownerId }),
    output: people,
    options: { '/ownerId': 'listOwners' },
    effect: 'read',
    request: (input) => ({ method: 'GET', path: path`/owners/${input.ownerId}/users` }),
    response: ({ body }) => ({ items: camelKeys((body as { users: [] }).users) }),
    sample: { input: { ownerId: sampleOwner.ownerId }, output: { items: [marco] } },
  }),

  setOwnerUsers: operation({
    title: 'Set an owner’s people',
    docs: `${docs}/owners/set-owner-users`,
    summary: 'Puts these people, in this order, in place of all people of an owner.',
    input: z.strictObject({ ownerId, userIds: z.array(z.string().min(1)).min(1).meta({ title: 'Users' }) }),
    output: people,
    options: { '/ownerId': 'listOwners', '/userIds/*': 'listUsers' },
    effect: 'write',
    idempotency: 'natural',
    changes: (input) => [{ action: 'update', object: { type: 'opal_owner', id: input.ownerId } }],
    before: async (input, host) => ({
      userIds: (await peopleOf(host, input.ownerId)).map((row) => row.user_id as string),
    }),
    request: (input) => ({
      method: 'PUT',
      path: path`/owners/${input.ownerId}/users`,
      body: { user_ids: input.userIds },
    }),
    response: ({ body }) => ({ items: camelKeys((body as { users: [] }).users) }),
    undo: (input, _, before) => {
      const { userIds } = before as { userIds: string[] };
      if (userIds.length === 0) return null;
      return { operation: 'setOwnerUsers', input: { ownerId: input.ownerId, userIds } };
    },
    sample: {
      input: { ownerId: sampleOwner.ownerId, userIds: [marco.userId] },
      output: { items: [marco] },
      before: { userIds: [marco.userId, 'ca57e11a-0001-4000-8000-000000000004'] },
    },
  }),
};
