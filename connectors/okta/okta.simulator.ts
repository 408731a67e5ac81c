import {
  carriesToken,
  defineSimulator,
  type SimulatedAnswer,
  SimulatedRefusal,
  type SimulatedRequest,
  type SimulatorView,
  tokenEndpoint,
} from '@castellan/sdk/simulator';
import description from './fixtures/okta.openapi.json' with { type: 'json' };
import { type HeldGroup, type HeldUser, idOf, type OktaState, seedOkta } from './okta.seed.js';

type Rule = (state: OktaState, request: SimulatedRequest) => SimulatedAnswer;

const codes: Record<number, string> = {
  400: 'E0000001',
  401: 'E0000011',
  403: 'E0000006',
  404: 'E0000007',
  501: 'E0000060',
};

/** Okta’s shape of a refusal. */
const refusalBody = (status: number, errorSummary: string): object => {
  const errorCode = codes[status] ?? 'E0000009';
  return { errorCode, errorSummary, errorLink: errorCode, errorId: 'oae-simulated', errorCauses: [] };
};

function notFound(kind: string, key: string): never {
  throw new SimulatedRefusal(404, `Not found: Resource not found: ${key} (${kind})`);
}

/** Where an action leads, and from which states. Okta refuses it from any other. */
const moves: Record<string, { from: (status: string) => boolean; to: string }> = {
  suspendUser: { from: (status) => status === 'ACTIVE', to: 'SUSPENDED' },
  unsuspendUser: { from: (status) => status === 'SUSPENDED', to: 'ACTIVE' },
  deactivateUser: { from: (status) => status !== 'DEPROVISIONED', to: 'DEPROVISIONED' },
  activateUser: { from: (status) => ['STAGED', 'DEPROVISIONED'].includes(status), to: 'PROVISIONED' },
};

export const oktaSimulator = defineSimulator<OktaState>({
  connector: 'okta',
  title: 'Okta',
  apis: [
    {
      description,
      error: refusalBody,
      authorize: (request, { tokens }) =>
        /^SSWS \S+$/.test(request.headers.authorization ?? '') || carriesToken(tokens, request)
          ? null
          : { status: 401, body: refusalBody(401, 'Invalid token provided') },
      rules: {
        listUsers: (state, request) => {
          const { search, filter } = request.query;
          const wanted = search ?? filter;
          const found = state.users.filter((user) =>
            wanted === undefined ? user.status !== 'DEPROVISIONED' : fits(user, wanted),
          );
          return listed(found, request, '/api/v1/users');
        },
        getUser: (state, { params }) => ({ body: userOr404(state, params.id!) }),
        listUserGroups: (state, { params }) => {
          const { id } = userOr404(state, params.id!);
          return { body: state.members.filter(({ user }) => user === id).map(({ group }) => groupOr404(state, group)) };
        },
        ...Object.fromEntries(Object.keys(moves).map((action) => [action, move])),
        reactivateUser: (state, { params, query }) => {
          const user = userOr404(state, params.id!);
          if (!['PROVISIONED', 'RECOVERY'].includes(user.status)) {
            throw new SimulatedRefusal(403, 'This operation is not allowed in the user’s current status.');
          }
          if (query.sendEmail === 'true') {
            state.mails.push({ to: user.profile.email, about: 'activation' });
            return { body: {} };
          }
          const activationToken = 'simulated-activation';
          return { body: { activationToken, activationUrl: `https://example.okta.com/welcome/${activationToken}` } };
        },
        revokeUserSessions: (state, { params, now }) => {
          const { id } = userById(state, params.userId!);
          state.sessionsEnded[id] = now.toISOString();
          return { status: 204 };
        },
        listGroups: (state, request) => {
          const { search, q } = request.query;
          const found = state.groups.filter(
            (group) => (search === undefined || fits(group, search)) && (q === undefined || isCalled(group, q)),
          );
          return listed(found, request, '/api/v1/groups');
        },
        addGroup,
        deleteGroup: (state, { params }) => {
          const { id, type } = groupOr404(state, params.groupId!);
          if (type === 'BUILT_IN') throw notAllowed();
          state.groups = state.groups.filter((group) => group.id !== id);
          state.members = state.members.filter(({ group }) => group !== id);
          return { status: 204 };
        },
        getGroup: (state, { params }) => ({ body: groupOr404(state, params.groupId!) }),
        listGroupUsers: (state, request) => {
          const { id } = groupOr404(state, request.params.groupId!);
          const inIt = state.members.filter(({ group }) => group === id).map(({ user }) => userById(state, user));
          return listed(inIt, request, `/api/v1/groups/${id}/users`);
        },
        assignUserToGroup: (state, request) => {
          const membership = changeable(state, request);
          const { group, user } = membership;
          if (!state.members.some((one) => one.group === group && one.user === user)) state.members.push(membership);
          return { status: 204 };
        },
        unassignUserFromGroup: (state, request) => {
          const { group, user } = changeable(state, request);
          state.members = state.members.filter((one) => one.group !== group || one.user !== user);
          return { status: 204 };
        },
      },
    },
    tokenEndpoint<OktaState>({
      path: '/oauth2/v1/token',
      tokens: ({ tokens }) => tokens,
      grants: ['client_credentials'],
      check: (_, form) => (form.client_assertion ? null : 'The client does not sign who it is.'),
    }),
  ],
  seed: seedOkta,
  logs: ['mails'],
  view,
});

/** By id or login. */
function userOr404(state: OktaState, key: string): HeldUser {
  const wanted = key.toLowerCase();
  // The token of a simulated connection is that of the first administrator.
  if (wanted === 'me') return state.users[0]!;
  return (
    state.users.find(({ id, profile }) => id === key || profile.login.toLowerCase() === wanted) ?? notFound('User', key)
  );
}

/** Calls beneath a user or a group take an id only. */
const userById = (state: OktaState, key: string): HeldUser =>
  state.users.find(({ id }) => id === key) ?? notFound('User', key);

const groupOr404 = (state: OktaState, key: string): HeldGroup =>
  state.groups.find(({ id }) => id === key) ?? notFound('UserGroup', key);

function move(...[state, { operationId, params, now, query }]: Parameters<Rule>): SimulatedAnswer {
  const user = userOr404(state, params.id!);
  const { from, to } = moves[operationId]!;
  if (!from(user.status)) throw new SimulatedRefusal(400, `Api validation failed: ${operationId}`);
  Object.assign(user, { status: to, statusChanged: now.toISOString() });
  if (operationId !== 'activateUser') return { status: 200 };
  if (query.sendEmail !== 'false') state.mails.push({ to: user.profile.email, about: 'activation' });
  return { body: {} };
}

const isCalled = ({ profile }: HeldGroup, start: string) => profile.name.toLowerCase().startsWith(start.toLowerCase());

const notAllowed = () => new SimulatedRefusal(403, 'You do not have permission to perform the requested action');

/** Names are unique among Okta’s own groups. */
function addGroup(...[state, { body, now }]: Parameters<Rule>): SimulatedAnswer {
  const { name = '', description = '' } = (body as { profile?: Partial<HeldGroup['profile']> }).profile ?? {};
  const refused = (cause: string) => ({
    status: 400,
    body: { ...refusalBody(400, 'Api validation failed: name'), errorCauses: [{ errorSummary: `name: ${cause}` }] },
  });
  if (name === '') return refused('The field cannot be left blank');
  if (state.groups.some(({ type, profile }) => type === 'OKTA_GROUP' && profile.name === name)) {
    return refused('An object with this field already exists in the current organization');
  }
  const at = now.toISOString();
  const times = { created: at, lastUpdated: at, lastMembershipUpdated: at };
  const group = { id: newGroupId(state), type: 'OKTA_GROUP', profile: { name, description }, ...times };
  state.groups.push(group);
  return { body: group };
}

function newGroupId({ groups }: OktaState): string {
  for (let n = groups.length + 1; ; n++) {
    const id = idOf('g', `new${n}`);
    if (!groups.some((group) => group.id === id)) return id;
  }
}

function changeable(state: OktaState, { params }: SimulatedRequest): { group: string; user: string } {
  const group = groupOr404(state, params.groupId!);
  const user = userById(state, params.userId!);
  if (group.type === 'BUILT_IN') throw notAllowed();
  if (group.type === 'APP_GROUP') throw new SimulatedRefusal(501, 'Unsupported operation.');
  return { group: group.id, user: user.id };
}

/** Knows of Okta’s search language clauses of `eq` and `sw`, joined by `or`. */
function fits(record: object, expression: string): boolean {
  return expression.split(' or ').some((clause) => {
    const [, place = '', operator, wanted = ''] = /^([\w.]+) (eq|sw) "([^"]*)"$/.exec(clause.trim()) ?? [];
    if (!operator) throw new SimulatedRefusal(400, `Invalid search criteria: ${clause}`);
    const value = place
      .split('.')
      .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], record);
    const held = String(value ?? '').toLowerCase();
    return operator === 'eq' ? held === wanted.toLowerCase() : held.startsWith(wanted.toLowerCase());
  });
}

/** A page, and in the header Link where the next one is. */
function listed(all: object[], { query, headers }: SimulatedRequest, place: string): SimulatedAnswer {
  const size = Number(query.limit ?? 200);
  const start = Number(query.after ?? 0);
  const end = start + size;
  const at = (after: number) => {
    const url = new URL(place, headers['x-castellan-origin'] ?? 'https://example.okta.com');
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    url.searchParams.set('after', String(after));
    return url.href;
  };
  const next = end < all.length ? `, <${at(end)}>; rel="next"` : '';
  return { body: all.slice(start, end), headers: { link: `<${at(start)}>; rel="self"${next}` } };
}

function view({ users, groups, members, mails }: OktaState): SimulatorView {
  const columns = (...names: [key: string, title: string][]) => names.map(([key, title]) => ({ key, title }));
  const loginOf = (id: string) => users.find((user) => user.id === id)?.profile.login ?? id;
  const nameOf = (id: string) => groups.find((group) => group.id === id)?.profile.name ?? id;
  return {
    tables: [
      {
        title: 'Users',
        columns: columns(['login', 'User'], ['status', 'State'], ['title', 'Job'], ['department', 'Department']),
        rows: users.map(({ status, profile }) => ({
          ...{ login: profile.login, status, title: profile.title ?? '', department: profile.department ?? '' },
        })),
      },
      {
        title: 'Memberships',
        columns: columns(['group', 'Group'], ['user', 'User']),
        rows: members.map(({ group, user }) => ({ group: nameOf(group), user: loginOf(user) })),
      },
      {
        title: 'E-mails',
        columns: columns(['to', 'To'], ['about', 'About']),
        rows: mails.toReversed(),
      },
    ],
  };
}
