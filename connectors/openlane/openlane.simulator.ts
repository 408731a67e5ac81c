import {
  defineSimulator,
  type SimulatedAnswer,
  type SimulatedCall,
  SimulatedRefusal,
  type SimulatedRequest,
  type SimulatorView,
} from '@castellan/sdk/simulator';
import { type ScimState, scimRefusal, scimRules, scimSeed, scimView } from '../scim/scim-world.js';
import description from './fixtures/openlane.openapi.json' with { type: 'json' };
import scimDescription from './fixtures/openlane-scim.openapi.json' with { type: 'json' };
import { organisationId } from './openlane-shapes.js';

interface Holding {
  role: string;
  holder: string;
}

interface OpenlaneState extends ScimState {
  providers: { id: string; displayName: string; family: string; category: string; operations: string[] }[];
  integrations: { id: string; provider: string }[];
  roles: { id: string; name: string; description: string }[];
  holdings: Holding[];
  runs: { id: string; integration: string; operation: string }[];
}

const reply = (error: string) => ({ success: false, error });
const isSignedIn = ({ headers }: SimulatedCall) => /^Bearer \S+$/.test(headers.authorization ?? '');
const { getUser, getGroup, patchGroup, ...scimAlike } = scimRules;

export const openlaneSimulator = defineSimulator<OpenlaneState>({
  connector: 'openlane',
  title: 'Openlane',
  apis: [
    {
      description: scimDescription,
      error: scimRefusal,
      authorize: (call) => (isSignedIn(call) ? null : { status: 401, body: scimRefusal(401, 'unauthorized') }),
      rules: {
        ...scimAlike,
        getUserById: getUser,
        getGroupById: getGroup,
        // Openlane answers a change with the group.
        patchGroup: (state, request) => {
          patchGroup(state, request);
          return getGroup(state, request);
        },
      },
    },
    {
      description,
      error: (_, message) => reply(message),
      authorize: (call) => (isSignedIn(call) ? null : { status: 401, body: reply('unauthorized') }),
      rules: {
        AccountRolesOrganization: () => ({
          body: { success: true, organization_id: organisationId, roles: ['can_view', 'can_edit'] },
        }),
        ListIntegrationProviders: ({ providers }) => ({
          body: {
            success: true,
            providers: providers.map(({ operations, ...spec }) => ({
              spec: { ...spec, active: true, visible: true },
              operations: operations.map((name) => ({ name })),
            })),
          },
        }),
        RunIntegrationOperation: runOperation,
        OrganizationRoles: ({ roles }) => ({ body: { success: true, roles } }),
        AssignOrganizationRoles(state, request) {
          const asked = askedFor(state, request);
          state.holdings = [...without(state.holdings, asked), ...asked];
          return changed(request);
        },
        DeleteOrganizationRoles(state, request) {
          state.holdings = without(state.holdings, askedFor(state, request));
          return changed(request);
        },
      },
    },
  ],
  seed: () => ({
    ...scimSeed(),
    providers: [
      {
        ...{ id: 'def_01K0GWKSP000000000000000001', displayName: 'Google Workspace', family: 'google' },
        ...{ category: 'directory', operations: ['HealthCheck', 'DirectorySync'] },
      },
      {
        ...{ id: 'def_01K0SLACK000000000000000001', displayName: 'Slack', family: 'slack' },
        ...{ category: 'messaging', operations: ['HealthCheck', 'MessageSend'] },
      },
    ],
    integrations: [{ id: '01J4HMNDSZCCQBTY93BF9CBF5E', provider: 'def_01K0GWKSP000000000000000001' }],
    roles: [
      { id: 'policy_manager', name: 'Policy Manager', description: 'Manages all policies and procedures' },
      { id: 'audit_manager', name: 'Audit Manager', description: 'Manages audits and their evidence' },
    ],
    holdings: [],
    runs: [],
  }),
  view,
});

/** A health check is done at once; all else is queued, once for each call. */
function runOperation(state: OpenlaneState, { params, body }: SimulatedRequest): SimulatedAnswer {
  const { operation } = ((body ?? {}) as { body?: { operation?: string } }).body ?? {};
  if (!operation) throw new SimulatedRefusal(400, 'integration id is required');
  const installed = state.integrations.find(({ id }) => id === params.integrationID);
  if (!installed) throw new SimulatedRefusal(400, 'integration not found');
  const { id: provider, operations } = state.providers.find(({ id }) => id === installed.provider)!;
  if (!operations.includes(operation)) throw new SimulatedRefusal(400, 'dispatch input is invalid');
  const shared = { success: true, provider, operation };
  if (operation === 'HealthCheck') {
    return {
      body: { ...shared, status: 'ok', summary: 'Integration operation completed', details: { userCount: 12 } },
    };
  }
  const number = String(state.runs.length + 1).padStart(4, '0');
  const id = `01J4HMNDSZCCQBTY93BF9R${number}`;
  state.runs.push({ id, integration: installed.id, operation });
  const details = { run_id: id, event_id: `01J4HMNDSZCCQBTY93BF9E${number}`, status: 'PENDING' };
  return { body: { ...shared, status: 'queued', summary: 'Integration operation queued', details } };
}

/** The relations that a request names. */
function askedFor({ roles }: OpenlaneState, { body }: SimulatedRequest): Holding[] {
  const {
    role = '',
    user_ids: users = [],
    group_ids: groups = [],
  } = (body ?? {}) as {
    role?: string;
    user_ids?: string[];
    group_ids?: string[];
  };
  if (!roles.some(({ id }) => id === role)) throw new SimulatedRefusal(400, 'invalid input');
  return [...users.map((id) => `user:${id}`), ...groups.map((id) => `group:${id}#member`)].map((holder) => ({
    role,
    holder,
  }));
}

const without = (all: Holding[], some: Holding[]): Holding[] =>
  all.filter((one) => !some.some(({ role, holder }) => role === one.role && holder === one.holder));

const changed = ({ body }: SimulatedRequest): SimulatedAnswer => ({
  body: { success: true, organization_id: organisationId, role: (body as { role: string }).role },
});

function view(state: OpenlaneState): SimulatorView {
  return {
    tables: [
      ...scimView(state).tables,
      {
        title: 'Roles',
        columns: [
          { key: 'role', title: 'Role' },
          { key: 'holder', title: 'Held by' },
        ],
        rows: state.holdings.map((held) => ({ ...held })),
      },
      {
        title: 'Runs of integrations',
        columns: [
          { key: 'operation', title: 'Operation' },
          { key: 'integration', title: 'Integration' },
          { key: 'id', title: 'Run' },
        ],
        rows: state.runs.map((run) => ({ ...run })),
      },
    ],
  };
}
