import { type Host, type JsonValue, operation, parseAnswer, path } from '@castellan/sdk';
import { z } from 'zod';
import { docs, limit, numberedPages, onUser, personOf, sampleUser, team, user } from './github-shapes.js';

const teamsPage = `${docs}/teams/teams`;
const page = `${docs}/teams/members`;

const membership = z.object({ role: z.string(), state: z.string() });
const role = z.enum(['member', 'maintainer']);
const teamField = z.string().min(1).meta({ title: 'Team' }).describe('Its slug, as in its address.');
const inTeam = z.strictObject({ team: teamField, ...onUser });
type InTeam = z.output<typeof inTeam>;

const options = { '/team': 'listTeams' } as const;
const teamPath = (slug: string) => path`/teams/${slug}`;
const memberPath = (slug: string, username: string) => path`/teams/${slug}/memberships/${username}`;
const jane = { team: 'engineering', username: 'jdoe' };

export const githubTeams = {
  listTeams: operation({
    title: 'List teams',
    docs: `${teamsPage}#list-teams`,
    summary: 'All teams of the organisation that the token sees.',
    input: z.strictObject({ limit }),
    output: z.object({ items: z.array(team) }),
    choice: { value: 'slug', label: 'name' },
    effect: 'read',
    request: () => ({ method: 'GET', path: path`/teams`, query: { per_page: 100 } }),
    paginate: numberedPages,
    sample: {
      input: {},
      output: {
        items: [
          {
            ...{ id: 501, name: 'Engineering', slug: 'engineering', description: null, privacy: 'closed' },
            html_url: 'https://github.com/orgs/example/teams/engineering',
          },
        ],
      },
    },
  }),

  listTeamMembers: operation({
    title: 'List the members of a team',
    docs: `${page}#list-team-members`,
    summary: 'Everybody in a team and in the teams below it.',
    input: z.strictObject({
      team: teamField,
      role: z.enum(['all', 'member', 'maintainer']).default('all').meta({ title: 'Role' }),
      limit,
    }),
    output: z.object({ items: z.array(user) }),
    options,
    effect: 'read',
    request: ({ team: slug, role: wanted }) => ({
      ...{ method: 'GET', path: path`/teams/${slug}/members`, query: { role: wanted, per_page: 100 } },
    }),
    paginate: numberedPages,
    sample: { input: { team: 'engineering' }, output: { items: [sampleUser] } },
  }),

  addTeamMember: operation({
    title: 'Add to a team',
    docs: `${page}#add-or-update-team-membership-for-a-user`,
    summary: 'Makes a person a member of a team, in the role. Who is not in the organisation is invited to it.',
    input: inTeam.extend({ role: role.default('member').meta({ title: 'Role' }) }),
    output: membership,
    options,
    effect: 'write',
    idempotency: 'natural',
    changes: (input) => [{ action: 'grant', subject: personOf(input), object: { type: 'team', id: input.team } }],
    before: held,
    request: ({ team: slug, username, role: wanted }) => ({
      ...{ method: 'PUT', path: memberPath(slug, username), body: { role: wanted } },
    }),
    undo: ({ role: wanted, ...place }, _, before) => {
      const was = before as { role: string } | null;
      if (was === null) return { operation: 'removeTeamMember', input: place };
      return was.role === wanted ? null : { operation: 'addTeamMember', input: { ...place, role: was.role } };
    },
    sample: {
      input: { team: 'security', username: 'jdoe', role: 'member' },
      output: { role: 'member', state: 'active' },
      before: null,
    },
  }),

  removeTeamMember: operation({
    title: 'Remove from a team',
    docs: `${page}#remove-team-membership-for-a-user`,
    summary: 'Ends the membership of a team with the access that it gives; the person stays in the organisation.',
    input: inTeam,
    output: z.object({ removed: z.literal(true), alreadyGone: z.boolean() }),
    options,
    effect: 'destructive',
    idempotency: 'natural',
    changes: (input) => [{ action: 'revoke', subject: personOf(input), object: { type: 'team', id: input.team } }],
    before: held,
    run: async ({ team: slug, username }, { http }) => {
      const { status } = await http.send({ method: 'DELETE', path: memberPath(slug, username), accept: [404] });
      // Without the team there is none that somebody could have left.
      if (status === 404) await http.send({ method: 'GET', path: teamPath(slug) });
      return { removed: true as const, alreadyGone: status === 404 };
    },
    undo: (place, _, before) => {
      const was = before as { role: string } | null;
      return was && { operation: 'addTeamMember', input: { ...place, role: was.role } };
    },
    sample: { input: jane, output: { removed: true, alreadyGone: false }, before: { role: 'member' } },
  }),
};

async function held({ team: slug, username }: InTeam, { http }: Host): Promise<JsonValue> {
  const { status, body } = await http.send({ method: 'GET', path: memberPath(slug, username), accept: [404] });
  if (status === 404) return null;
  return { role: parseAnswer(membership, body, `${page}#get-team-membership-for-a-user`).role };
}
