import { Octokit } from '@octokit/rest';
import { judge } from './judge.js';

const org = 'example';
const username = 'jdoe';
const team_slug = 'engineering';
const per_page = 100;

judge({
  connector: 'github',
  sdk: '@octokit/rest',
  client: (wire, { token }) => {
    const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
    return new Octokit({ auth: String(token), request: { fetch: wire.fetch }, log: quiet });
  },
  // The SDK writes `token` for what the documentation writes `Bearer`; GitHub takes both.
  headers: ['content-type'],
  test: {
    sdk: async ({ users, orgs }) => {
      await users.getAuthenticated();
      await orgs.get({ org });
    },
  },
  cases: {
    listMembers: { input: {}, sdk: ({ orgs }) => orgs.listMembers({ org, role: 'all', per_page }) },
    getMembership: { input: { username }, sdk: ({ orgs }) => orgs.getMembershipForUser({ org, username }) },
    setMembership: {
      input: { username, role: 'admin' },
      sdk: ({ orgs }) => orgs.setMembershipForUser({ org, username, role: 'admin' }),
    },
    removeMembership: { input: { username }, sdk: ({ orgs }) => orgs.removeMembershipForUser({ org, username }) },
    listTeams: { input: {}, sdk: ({ teams }) => teams.list({ org, per_page }) },
    listTeamMembers: {
      input: { team: team_slug, role: 'maintainer' },
      sdk: ({ teams }) => teams.listMembersInOrg({ org, team_slug, role: 'maintainer', per_page }),
    },
    addTeamMember: {
      input: { team: team_slug, username, role: 'maintainer' },
      sdk: ({ teams }) => teams.addOrUpdateMembershipForUserInOrg({ org, team_slug, username, role: 'maintainer' }),
    },
    removeTeamMember: {
      input: { team: team_slug, username },
      sdk: ({ teams }) => teams.removeMembershipForUserInOrg({ org, team_slug, username }),
    },
  },
});
