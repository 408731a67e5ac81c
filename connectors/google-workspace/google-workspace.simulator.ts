import { carriesToken, claimsOf, defineSimulator, type SimulatorView, tokenEndpoint } from '@castellan/sdk/simulator';
import directory from './fixtures/google-directory.openapi.json' with { type: 'json' };
import reports from './fixtures/google-reports.openapi.json' with { type: 'json' };
import { type GoogleState, seedGoogle } from './google-workspace.seed.js';
import { listActivities } from './simulator/activities.js';
import { refusalBody } from './simulator/answers.js';
import { groupRules } from './simulator/groups.js';
import { userRules } from './simulator/users.js';

const authorize = (request: Parameters<typeof carriesToken>[1], { tokens }: GoogleState) =>
  carriesToken(tokens, request) ? null : { status: 401, body: refusalBody(401, 'Invalid Credentials') };

export const googleWorkspaceSimulator = defineSimulator<GoogleState>({
  connector: 'google-workspace',
  title: 'Google Workspace',
  apis: [
    { description: directory, error: refusalBody, authorize, rules: { ...userRules, ...groupRules } },
    {
      description: reports,
      error: refusalBody,
      authorize,
      rules: { 'reports.activities.list': listActivities },
    },
    tokenEndpoint<GoogleState>({
      path: '/token',
      tokens: ({ tokens }) => tokens,
      grants: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:jwt-bearer'],
      check: (_, { assertion }) =>
        assertion && !claimsOf(assertion).sub ? 'Whom does the service account act for?' : null,
    }),
  ],
  seed: seedGoogle,
  logs: ['activities'],
  view,
});

function view(state: GoogleState): SimulatorView {
  const columns = (...names: [key: string, title: string][]) => names.map(([key, title]) => ({ key, title }));
  const nameOf = (groupId: string) => state.groups.find(({ id }) => id === groupId)?.email ?? groupId;
  return {
    tables: [
      {
        title: 'Users',
        columns: columns(
          ['email', 'User'],
          ['unit', 'Unit'],
          ['state', 'State'],
          ['title', 'Job'],
          ['apps', 'Apps let in'],
        ),
        rows: state.users.map((user) => ({
          email: user.primaryEmail,
          unit: user.orgUnitPath,
          state: user.suspended ? 'suspended' : 'active',
          title: user.organizations[0]?.title ?? '',
          apps: state.appTokens.filter((token) => token.user === user.id).length,
        })),
      },
      {
        title: 'Memberships',
        columns: columns(['group', 'Group'], ['member', 'Member'], ['role', 'Role']),
        rows: state.members.map(({ group, email, role }) => ({ group: nameOf(group), member: email, role })),
      },
      {
        title: 'Activity',
        columns: columns(['at', 'At'], ['who', 'Who'], ['part', 'Part'], ['event', 'Event'], ['about', 'About']),
        rows: state.activities.toReversed().map(({ id, actor, events }) => ({
          ...{ at: id.time, who: actor.email, part: id.applicationName, event: events[0]!.name },
          about: events[0]!.parameters[0]?.value ?? '',
        })),
      },
    ],
  };
}
