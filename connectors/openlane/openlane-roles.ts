import { type Change, type HttpRequest, type InputProblem, type JsonObject, operation, path } from '@castellan/sdk';
import { z } from 'zod';
import { apiDocs, organisationId, role } from './openlane-shapes.js';

const holder = z.strictObject({
  role: z
    .string()
    .min(1)
    .meta({ title: 'Role', examples: ['policy_manager'] }),
  userId: z.string().min(1).optional().meta({ title: 'User' }).describe('Its id at Openlane.'),
  userEmail: z
    .email()
    .optional()
    .meta({ title: 'User’s e-mail' })
    .describe('Names the person in plan and evidence, and is what protected people are held back by. Not sent.'),
  groupId: z.string().min(1).optional().meta({ title: 'Group' }).describe('Its id at Openlane: all its members.'),
});
type Holder = z.output<typeof holder>;

const answered = z.object({ role: z.string(), organization_id: z.string().optional() });
const options = { '/role': 'listRoles', '/userId': 'listUsers', '/groupId': 'listGroups' } as const;
const sample = {
  input: { role: 'policy_manager', userId: 'ca57e11a-0001-4000-8000-000000000003', userEmail: 'jane.doe@example.com' },
  output: { role: 'policy_manager', organization_id: organisationId },
};

/** Responsibilities in the organisation, such as managing its policies. */
export const openlaneRoles = {
  listRoles: operation({
    title: 'List roles',
    docs: apiDocs,
    summary: 'The responsibilities that may be given to people and groups.',
    input: z.strictObject({}),
    output: z.object({ items: z.array(role) }),
    choice: { value: 'id', label: 'name' },
    effect: 'read',
    request: () => ({ method: 'GET', base: 'api', path: path`/v1/account/organization-roles` }),
    response: ({ body }) => ({ items: (body as { roles?: unknown[] }).roles ?? [] }),
    sample: {
      input: {},
      output: { items: [{ id: 'policy_manager', name: 'Policy Manager', description: 'Manages policies' }] },
    },
  }),

  assignRole: operation({
    title: 'Give a role',
    docs: apiDocs,
    summary: 'Gives a person or the members of a group a role in the organisation. Who has it already keeps it.',
    input: holder,
    output: answered,
    options,
    check: oneHolder,
    effect: 'write',
    idempotency: 'natural',
    changes: (input) => [changeOf('grant', input)],
    request: (input) => sending('POST', input),
    sample,
  }),

  removeRole: operation({
    title: 'Take a role away',
    docs: apiDocs,
    summary: 'Takes a role from a person or a group. What others give them stays.',
    input: holder,
    output: answered,
    options,
    check: oneHolder,
    effect: 'destructive',
    idempotency: 'natural',
    changes: (input) => [changeOf('revoke', input)],
    withoutBefore: 'Openlane tells nobody but the caller which roles they have.',
    request: (input) => sending('DELETE', input),
    sample,
  }),
};

/** One person or one group, so that plan, budgets and protection see whom a call is about. */
function oneHolder({ userId, groupId }: Holder): InputProblem[] {
  if ((userId === undefined) !== (groupId === undefined)) return [];
  const message = userId === undefined ? 'Give a user or a group.' : 'Give either a user or a group.';
  return [{ pointer: userId === undefined ? '/userId' : '/groupId', message }];
}

function changeOf(action: 'grant' | 'revoke', { role: id, userId, userEmail, groupId = '' }: Holder): Change {
  const subject = userId
    ? { type: 'user', id: userId, ...(userEmail ? { email: userEmail } : {}) }
    : { type: 'group', id: groupId };
  return { action, subject, object: { type: 'role', id } };
}

function sending(method: 'POST' | 'DELETE', { role: wanted, userId, groupId }: Holder): HttpRequest {
  const to: JsonObject = userId ? { user_ids: [userId] } : { group_ids: groupId ? [groupId] : [] };
  return { method, base: 'api', path: path`/v1/account/organization-roles`, body: { role: wanted, ...to } };
}
