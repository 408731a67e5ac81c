import { type Host, type JsonValue, operation, parseAnswer, path } from '@castellan/sdk';
import { z } from 'zod';
import { docs, limit, membershipPath, numberedPages, onUser, personOf, sampleUser, user } from './github-shapes.js';

const page = `${docs}/orgs/members`;
const organisation = { type: 'organisation', id: 'github', title: 'GitHub organisation' };

const membership = z.object({
  role: z.string().describe('admin, member or billing_manager.'),
  state: z.string().describe('active, or pending while an invitation is open.'),
  user: user.nullable(),
});
const role = z.enum(['member', 'admin']);
const sampleMembership = { role: 'member', state: 'active', user: sampleUser };

type OnUser = { username: string };

/** Who belongs to the organisation of the connection. */
export const githubMembers = {
  listMembers: operation({
    title: 'List members',
    docs: `${page}#list-organization-members`,
    summary: 'Everybody in the organisation; people with an open invitation are not among them.',
    input: z.strictObject({
      role: z.enum(['all', 'admin', 'member']).default('all').meta({ title: 'Role' }),
      without2fa: z
        .boolean()
        .default(false)
        .meta({ title: 'Only without a second factor' })
        .describe('For owners only.'),
      limit,
    }),
    output: z.object({ items: z.array(user) }),
    effect: 'read',
    request: ({ role: wanted, without2fa }) => ({
      method: 'GET',
      path: path`/members`,
      query: { role: wanted, filter: without2fa ? '2fa_disabled' : undefined, per_page: 100 },
    }),
    paginate: numberedPages,
    sample: { input: {}, output: { items: [sampleUser] } },
  }),

  getMembership: operation({
    title: 'Get a membership',
    docs: `${page}#get-organization-membership-for-a-user`,
    summary: 'Whether a person is in the organisation or invited, and as what.',
    input: z.strictObject({ username: onUser.username }),
    output: membership,
    effect: 'read',
    request: ({ username }) => ({ method: 'GET', path: membershipPath(username) }),
    sample: { input: { username: 'jdoe' }, output: sampleMembership },
  }),

  setMembership: operation({
    title: 'Invite a person or change the role',
    docs: `${page}#set-organization-membership-for-a-user`,
    summary: 'Invites who is not a member, and gives a member the role. An open invitation stays the same one.',
    input: z.strictObject({ ...onUser, role: role.default('member').meta({ title: 'Role' }) }),
    output: membership,
    effect: 'write',
    idempotency: 'natural',
    changes: (input) => [{ action: 'grant', subject: personOf(input), object: organisation }],
    before: held,
    request: ({ username, role: wanted }) => ({
      ...{ method: 'PUT', path: membershipPath(username), body: { role: wanted } },
    }),
    undo: ({ role: wanted, ...person }, _, before) => {
      const was = before as { role: string } | null;
      if (was === null) return { operation: 'removeMembership', input: person };
      return was.role === wanted ? null : { operation: 'setMembership', input: { ...person, role: was.role } };
    },
    sample: {
      input: { username: 'rmenon', role: 'member' },
      output: { ...sampleMembership, state: 'pending', user: { ...sampleUser, login: 'rmenon' } },
      before: null,
    },
  }),

  removeMembership: operation({
    title: 'Remove from the organisation',
    docs: `${page}#remove-organization-membership-for-a-user`,
    summary: 'Ends the membership with all access to private repositories and all teams, or takes the invitation back.',
    input: z.strictObject(onUser),
    output: z.object({ removed: z.literal(true), alreadyGone: z.boolean() }),
    effect: 'destructive',
    idempotency: 'natural',
    changes: (input) => [{ action: 'revoke', subject: personOf(input), object: organisation }],
    before: held,
    run: async ({ username }, { http }) => {
      const { status } = await http.send({ method: 'DELETE', path: membershipPath(username), accept: [404] });
      // Without the organisation there is none that somebody could have left.
      if (status === 404) await http.send({ method: 'GET' });
      return { removed: true as const, alreadyGone: status === 404 };
    },
    undo: (person, _, before) => {
      const was = before as { role: string } | null;
      // Nobody but a person at GitHub makes billing managers; who was one is invited as a member.
      return (
        was && { operation: 'setMembership', input: { ...person, role: was.role === 'admin' ? 'admin' : 'member' } }
      );
    },
    sample: {
      input: { username: 'jdoe', userEmail: 'jane.doe@example.com' },
      output: { removed: true, alreadyGone: false },
      before: { role: 'member' },
    },
  }),
};

async function held({ username }: OnUser, { http }: Host): Promise<JsonValue> {
  const { status, body } = await http.send({ method: 'GET', path: membershipPath(username), accept: [404] });
  if (status === 404) return null;
  return { role: parseAnswer(membership, body, `${page}#get-organization-membership-for-a-user`).role };
}
