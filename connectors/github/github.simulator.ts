import {
  defineSimulator,
  type SimulatedAnswer,
  SimulatedRefusal,
  type SimulatedRequest,
  type SimulatorView,
} from '@castellan/sdk/simulator';
import { simulatedPeople } from '../simulated-company.js';
import description from './fixtures/github.openapi.json' with { type: 'json' };

interface GithubState {
  organization: { login: string; id: number; name: string };
  /** People with an account at GitHub, in the organisation or not. */
  accounts: { login: string; id: number; email: string }[];
  members: { login: string; role: string; state: string }[];
  teams: { id: number; name: string; slug: string; description: string | null }[];
  teamMembers: { team: string; login: string; role: string }[];
}

const inTeams = ['Security', 'Engineering', 'Data'];
const loginOf = ({ firstName, lastName }: { firstName: string; lastName: string }) =>
  `${firstName.charAt(0)}${lastName}`.toLowerCase();
const slugOf = (name: string) => name.toLowerCase();

export const githubSimulator = defineSimulator<GithubState>({
  connector: 'github',
  title: 'GitHub',
  apis: [
    {
      description,
      error: (status, message) => ({
        message,
        documentation_url: 'https://docs.github.com/rest',
        status: String(status),
      }),
      authorize: ({ headers }) =>
        /^(?:Bearer|token) \S+$/.test(headers.authorization ?? '')
          ? null
          : { status: 401, body: { message: 'Requires authentication' } },
      rules: {
        'users/get-authenticated': ({ accounts: [first] }) => ({ body: { login: first!.login, id: first!.id } }),
        'orgs/get': (state, request) => ({ body: organisationOf(state, request) }),
        'orgs/list-members': (state, request) => {
          organisationOf(state, request);
          const { role = 'all' } = request.query;
          const active = state.members.filter((one) => one.state === 'active' && (role === 'all' || one.role === role));
          return listed(
            active.map(({ login }) => userOf(state, login)),
            request,
          );
        },
        'orgs/get-membership-for-user': (state, request) => ({ body: membershipOf(state, request) }),
        'orgs/set-membership-for-user': setMembership,
        'orgs/remove-membership-for-user': (state, request) => {
          const { user } = membershipOf(state, request);
          state.members = state.members.filter(({ login }) => login !== user.login);
          state.teamMembers = state.teamMembers.filter(({ login }) => login !== user.login);
          return { status: 204 };
        },
        'teams/list': (state, request) => listed(state.teams.map(teamShown), request),
        'teams/get-by-name': (state, request) => ({ body: teamShown(teamOf(state, request)) }),
        'teams/list-members-in-org': (state, request) => {
          const { slug } = teamOf(state, request);
          const { role = 'all' } = request.query;
          const found = state.teamMembers.filter((one) => one.team === slug && (role === 'all' || one.role === role));
          return listed(
            found.map(({ login }) => userOf(state, login)),
            request,
          );
        },
        'teams/get-membership-for-user-in-org': (state, request) => ({ body: inTeam(state, request) }),
        'teams/add-or-update-membership-for-user-in-org': setTeamMembership,
        'teams/remove-membership-for-user-in-org': (state, request) => {
          inTeam(state, request);
          const { team_slug: slug, username } = request.params;
          state.teamMembers = state.teamMembers.filter((one) => one.team !== slug || one.login !== username);
          return { status: 204 };
        },
      },
    },
  ],
  seed() {
    const known = simulatedPeople.filter(({ key }) => key !== 'breakglass');
    const engineers = known.filter(({ team }) => inTeams.includes(team));
    const accounts = known.map((person, index) => ({ login: loginOf(person), id: 1001 + index, email: person.email }));
    return {
      organization: { login: 'example', id: 77, name: 'Example' },
      accounts: [...accounts, { login: 'rmenon', id: 1040, email: 'ravi.menon@example.com' }],
      members: engineers.map((person) => ({
        ...{ login: loginOf(person), state: 'active' },
        role: ['ada', 'marco'].includes(person.key) ? 'admin' : 'member',
      })),
      teams: inTeams.map((name, index) => ({ id: 500 + index, name, slug: slugOf(name), description: null })),
      teamMembers: engineers.map((person) => ({
        ...{ team: slugOf(person.team), login: loginOf(person) },
        role: ['ada', 'marco'].includes(person.key) ? 'maintainer' : 'member',
      })),
    };
  },
  view,
});

function notFound(): never {
  throw new SimulatedRefusal(404, 'Not Found');
}

const address = (path: string) => `https://api.github.com${path}`;

function organisationOf({ organization }: GithubState, { params }: SimulatedRequest) {
  return organization.login === params.org ? organization : notFound();
}

function userOf({ accounts }: GithubState, login: string) {
  const found = accounts.find((one) => one.login === login) ?? notFound();
  const html_url = `https://github.com/${login}`;
  return { login, id: found.id, type: 'User', site_admin: false, html_url };
}

function membershipOf(state: GithubState, request: SimulatedRequest) {
  const { login, id } = organisationOf(state, request);
  const found = state.members.find((one) => one.login === request.params.username) ?? notFound();
  return {
    ...{ url: address(`/orgs/${login}/memberships/${found.login}`), state: found.state, role: found.role },
    ...{ organization_url: address(`/orgs/${login}`), organization: { login, id }, user: userOf(state, found.login) },
  };
}

function setMembership(state: GithubState, request: SimulatedRequest): SimulatedAnswer {
  organisationOf(state, request);
  const { role = 'member' } = (request.body ?? {}) as { role?: string };
  const { login } = userOf(state, request.params.username!);
  const held = state.members.find((one) => one.login === login);
  if (held) held.role = role;
  else state.members.push({ login, role, state: 'pending' });
  return { body: membershipOf(state, request) };
}

function teamOf(state: GithubState, request: SimulatedRequest) {
  organisationOf(state, request);
  return state.teams.find(({ slug }) => slug === request.params.team_slug) ?? notFound();
}

const teamShown = (team: GithubState['teams'][number]) => ({
  ...{ ...team, privacy: 'closed', html_url: `https://github.com/orgs/example/teams/${team.slug}` },
});

function inTeam(state: GithubState, request: SimulatedRequest) {
  const { slug } = teamOf(state, request);
  const { username } = request.params;
  const found = state.teamMembers.find((one) => one.team === slug && one.login === username) ?? notFound();
  const inOrganisation = state.members.find(({ login }) => login === username)!;
  const url = address(`/teams/${slug}/memberships/${username}`);
  return { url, role: found.role, state: inOrganisation.state };
}

function setTeamMembership(state: GithubState, request: SimulatedRequest): SimulatedAnswer {
  const { slug } = teamOf(state, request);
  const { role = 'member' } = (request.body ?? {}) as { role?: string };
  const { login } = userOf(state, request.params.username!);
  if (!state.members.some((one) => one.login === login))
    state.members.push({ login, role: 'member', state: 'pending' });
  const held = state.teamMembers.find((one) => one.team === slug && one.login === login);
  if (held) held.role = role;
  else state.teamMembers.push({ team: slug, login, role });
  return { body: inTeam(state, request) };
}

/** A page, and in the header Link where the next one is. */
function listed(all: object[], { query }: SimulatedRequest): SimulatedAnswer {
  const size = Number(query.per_page ?? 30);
  const page = Number(query.page ?? 1);
  const more = page * size < all.length;
  const headers = more ? { link: `<${address(`/page?page=${page + 1}`)}>; rel="next"` } : {};
  return { headers: headers as Record<string, string>, body: all.slice((page - 1) * size, page * size) };
}

function view({ members, teamMembers }: GithubState): SimulatorView {
  return {
    tables: [
      {
        title: 'Members',
        columns: [
          { key: 'login', title: 'User' },
          { key: 'role', title: 'Role' },
          { key: 'state', title: 'State' },
        ],
        rows: members,
      },
      {
        title: 'Teams',
        columns: [
          { key: 'team', title: 'Team' },
          { key: 'login', title: 'User' },
          { key: 'role', title: 'Role' },
        ],
        rows: teamMembers,
      },
    ],
  };
}
