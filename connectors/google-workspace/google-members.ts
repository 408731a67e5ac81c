import { FatalError, type Host, type HttpClient, type JsonValue, operation, parseAnswer, path } from '@castellan/sdk';
import { z } from 'zod';
import { readGroup } from './google-groups.js';
import {
  docs,
  fieldsOf,
  groupField,
  limit,
  type Member,
  member,
  onUser,
  pagesOf,
  personOf,
  readOne,
  role,
} from './google-shapes.js';

const inGroup = z.strictObject({
  group: groupField,
  ...onUser,
  user: onUser.user.describe('E-mail address or id of the user, or of a group within the group.'),
});
const withRole = inGroup.extend({ role: role.default('MEMBER').meta({ title: 'Role' }) });
type InGroup = z.output<typeof inGroup>;
type WithRole = z.output<typeof withRole>;

const options = { '/group': 'listGroups' } as const;
const fields = fieldsOf(member);
const memberPath = (key: string, user: string) => path`/admin/directory/v1/groups/${key}/members/${user}`;

const sampleMember = {
  ...{ id: '100000000000000000003', email: 'jane.doe@example.com', role: 'MEMBER', type: 'USER', status: 'ACTIVE' },
};
const priya = { group: 'security@example.com', user: 'priya.raman@example.com' };
const jane = { group: 'engineering@example.com', user: 'jane.doe@example.com' };

/** Direct memberships; nested groups are members themselves. */
export const googleMembers = {
  listMembers: operation({
    title: 'List the members of a group',
    docs: `${docs}/members/list`,
    summary: 'Users and groups that are in a group, with their roles.',
    input: z.strictObject({
      group: groupField,
      role: role.optional().meta({ title: 'Only with the role' }),
      indirect: z.boolean().default(false).meta({ title: 'Members of nested groups, too' }),
      limit,
    }),
    output: z.object({ items: z.array(member) }),
    options,
    effect: 'read',
    request: ({ group: key, role: roles, indirect }) => ({
      method: 'GET',
      path: path`/admin/directory/v1/groups/${key}/members`,
      query: {
        ...{ roles, includeDerivedMembership: indirect || undefined },
        ...{ maxResults: 200, fields: `nextPageToken,members(${fields})` },
      },
    }),
    paginate: pagesOf('members'),
    sample: { input: { group: 'engineering@example.com' }, output: { items: [sampleMember] } },
  }),

  addMember: operation({
    title: 'Add to a group',
    docs: `${docs}/members/insert`,
    summary: 'Makes a person or a group a member. Who is one already in that role stays one.',
    input: withRole,
    output: member,
    options,
    effect: 'write',
    idempotency: 'natural',
    changes: (input) => [{ action: 'grant', subject: personOf(input), object: { type: 'group', id: input.group } }],
    before: membership,
    run: addMember,
    undo: ({ role: _, ...place }, __, before) => (before === null ? { operation: 'removeMember', input: place } : null),
    sample: {
      input: { ...priya, role: 'MEMBER' },
      output: { ...sampleMember, id: '100000000000000000004', email: 'priya.raman@example.com' },
      before: null,
    },
  }),

  changeMemberRole: operation({
    title: 'Change a member’s role',
    docs: `${docs}/members/patch`,
    summary: 'Makes a member an owner, a manager or a plain member.',
    input: withRole.extend({ role: role.meta({ title: 'Role' }) }),
    output: member,
    options,
    effect: 'write',
    idempotency: 'natural',
    changes: (input) => [{ action: 'update', subject: personOf(input), object: { type: 'group', id: input.group } }],
    before: membership,
    request: ({ group: key, user, role: wanted }) => ({
      ...{ method: 'PATCH', path: memberPath(key, user), query: { fields }, body: { role: wanted } },
    }),
    undo: ({ role: wanted, ...place }, _, before) => {
      const was = (before as { role?: string } | null)?.role;
      return was === undefined || was === wanted
        ? null
        : { operation: 'changeMemberRole', input: { ...place, role: was } };
    },
    sample: {
      input: { ...jane, role: 'MANAGER' },
      output: { ...sampleMember, role: 'MANAGER' },
      before: { role: 'MEMBER' },
    },
  }),

  removeMember: operation({
    title: 'Remove from a group',
    docs: `${docs}/members/delete`,
    summary: 'Ends the direct membership. Who is in the group by way of another group stays in it.',
    input: inGroup,
    output: z.object({ removed: z.literal(true), alreadyGone: z.boolean() }),
    options,
    effect: 'destructive',
    idempotency: 'natural',
    changes: (input) => [{ action: 'revoke', subject: personOf(input), object: { type: 'group', id: input.group } }],
    before: membership,
    run: async ({ group: key, user }, { http }) => {
      const { status } = await http.send({ method: 'DELETE', path: memberPath(key, user), accept: [404] });
      // Without the group there is none that somebody could have left.
      if (status === 404) await readGroup(http, key);
      return { removed: true as const, alreadyGone: status === 404 };
    },
    undo: (input, _, before) => {
      const was = (before as { role?: string } | null)?.role;
      return was === undefined ? null : { operation: 'addMember', input: { ...input, role: was } };
    },
    sample: { input: jane, output: { removed: true, alreadyGone: false }, before: { role: 'MEMBER' } },
  }),
};

const findMember = (http: HttpClient, key: string, user: string): Promise<Member | null> => {
  const request = { method: 'GET', path: memberPath(key, user), query: { fields } } as const;
  return readOne(http, request, member, `${docs}/members/get`);
};

async function membership({ group: key, user }: InGroup, { http }: Host): Promise<JsonValue> {
  const found = await findMember(http, key, user);
  return found && { role: found.role };
}

/** Google answers 409 for somebody who is a member, in whatever role. */
async function addMember({ group: key, user, role: wanted }: WithRole, { http }: Host): Promise<Member> {
  const body = { ...(user.includes('@') ? { email: user } : { id: user }), role: wanted };
  const place = path`/admin/directory/v1/groups/${key}/members`;
  const answer = await http.send({ method: 'POST', path: place, query: { fields }, body, accept: [409] });
  if (answer.status !== 409) return parseAnswer(member, answer.body, `${docs}/members/insert`);
  const found = await findMember(http, key, user);
  if (found?.role === wanted) return found;
  throw new FatalError(
    `Google Workspace refused (409): ${user} is in ${key} as ${found?.role ?? 'somebody else'}. Use “Change a member’s role”.`,
    { status: 409 },
  );
}
