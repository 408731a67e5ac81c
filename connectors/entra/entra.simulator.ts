import {
  carriesToken,
  defineSimulator,
  type SimulatedAnswer,
  type SimulatedCall,
  SimulatedRefusal,
  type SimulatedRequest,
  type SimulatorView,
  tokenEndpoint,
} from '@castellan/sdk/simulator';
import { type EntraState, type HeldGroup, type HeldUser, seedEntra } from './entra.seed.js';
import description from './fixtures/msgraph.openapi.json' with { type: 'json' };

const codes: Record<number, string> = {
  400: 'Request_BadRequest',
  401: 'InvalidAuthenticationToken',
  403: 'Authorization_RequestDenied',
  404: 'Request_ResourceNotFound',
};

/** Microsoft Graph’s shape of a refusal. */
const refusalBody = (status: number, message: string): object => ({
  error: { code: codes[status] ?? 'UnknownError', message, innerError: { 'request-id': 'simulated' } },
});

function notFound(key: string): never {
  throw new SimulatedRefusal(
    404,
    `Resource '${key}' does not exist or one of its queried reference-property objects are not present.`,
  );
}

export const entraSimulator = defineSimulator<EntraState>({
  connector: 'entra',
  title: 'Microsoft Entra ID',
  apis: [
    {
      description,
      root: '/v1.0',
      read: withoutSkipToken,
      error: refusalBody,
      authorize: (request, { tokens }) =>
        carriesToken(tokens, request)
          ? null
          : { status: 401, body: refusalBody(401, 'Access token has expired or is not yet valid.') },
      rules: {
        user_ListUser: (state, request) => listed(state.users, request, '/users'),
        user_GetUser: (state, request) => ({ body: shown(userOr404(state, request), 'users/$entity', request) }),
        user_UpdateUser: (state, request) => {
          const user = userOr404(state, request);
          const { accountEnabled, ...other } = (request.body ?? {}) as { accountEnabled?: boolean };
          if (accountEnabled === undefined || Object.keys(other).length > 0) {
            throw new SimulatedRefusal(400, 'The simulator changes accountEnabled only.');
          }
          user.accountEnabled = accountEnabled;
          return { status: 204 };
        },
        user_revokeSignInSession: (state, request) => {
          userOr404(state, request).signInSessionsValidFromDateTime = request.now.toISOString();
          return { body: { value: true } };
        },
        user_ListMemberGraphOPre: (state, request) => {
          const user = userOr404(state, request);
          const held = state.members.filter(({ object }) => object === user.id);
          const groups = held.map(({ group }) => typed(groupById(state, group), 'group'));
          return listed(groups, request, `/users/${user.id}/memberOf`);
        },
        group_ListGroup: (state, request) => listed(state.groups, request, '/groups'),
        group_CreateGroup: createGroup,
        group_DeleteGroup: (state, request) => {
          const { id } = groupOr404(state, request);
          state.groups = state.groups.filter((group) => group.id !== id);
          state.members = state.members.filter(({ group, object }) => group !== id && object !== id);
          return { status: 204 };
        },
        group_GetGroup: (state, request) => ({ body: shown(groupOr404(state, request), 'groups/$entity', request) }),
        group_ListMember: (state, request) => {
          const { id } = groupOr404(state, request);
          const objects = state.members.filter(({ group }) => group === id).map(({ object }) => object);
          return listed(
            objects.map((object) => objectById(state, object)),
            request,
            `/groups/${id}/members`,
          );
        },
        group_CreateMemberGraphBPreRef: (state, request) => {
          const { id } = changeable(groupOr404(state, request));
          const reference = String((request.body as Record<string, unknown>)['@odata.id']);
          const object = /^https:\/\/[^/]+\/v1\.0\/directoryObjects\/([^/]+)$/.exec(reference)?.[1];
          if (!object) throw new SimulatedRefusal(400, 'Invalid URL format specified in payload.');
          objectById(state, object);
          if (state.members.some((one) => one.group === id && one.object === object)) {
            throw new SimulatedRefusal(
              400,
              "One or more added object references already exist for the following modified properties: 'members'.",
            );
          }
          state.members.push({ group: id, object });
          return { status: 204 };
        },
        group_DeleteMemberGraphBPreRef: (state, request) => {
          const { id } = changeable(groupOr404(state, request));
          const object = request.params['directoryObject-id']!;
          const kept = state.members.filter((one) => one.group !== id || one.object !== object);
          if (kept.length === state.members.length) notFound(object);
          state.members = kept;
          return { status: 204 };
        },
      },
    },
    tokenEndpoint<EntraState>({
      path: '/example.onmicrosoft.com/oauth2/v2.0/token',
      tokens: ({ tokens }) => tokens,
      grants: ['client_credentials'],
      check: (_, { scope }) =>
        scope?.endsWith('/.default') ? null : 'AADSTS1002012: The scope must end in /.default.',
    }),
  ],
  seed: seedEntra,
  view,
});

const skipToken = 'x-simulated-skiptoken';

/** `$skiptoken` stands in the addresses of next pages, and in no description. */
function withoutSkipToken(call: SimulatedCall): SimulatedCall {
  const { $skiptoken, ...query } = call.query;
  return $skiptoken === undefined ? call : { ...call, query, headers: { ...call.headers, [skipToken]: $skiptoken } };
}

function userOr404(state: EntraState, { params }: SimulatedRequest): HeldUser {
  const key = params['user-id']!;
  const wanted = key.toLowerCase();
  return (
    state.users.find(({ id, userPrincipalName }) => id === key || userPrincipalName.toLowerCase() === wanted) ??
    notFound(key)
  );
}

const groupById = (state: EntraState, key: string): HeldGroup =>
  state.groups.find(({ id }) => id === key) ?? notFound(key);

const groupOr404 = (state: EntraState, { params }: SimulatedRequest): HeldGroup =>
  groupById(state, params['group-id']!);

/** Makes security groups only. */
function createGroup(state: EntraState, request: SimulatedRequest): SimulatedAnswer {
  const given = request.body as Partial<HeldGroup>;
  for (const name of ['displayName', 'mailEnabled', 'mailNickname', 'securityEnabled'] as const) {
    if (given[name] === undefined) throw new SimulatedRefusal(400, `A value is required for property '${name}'.`);
  }
  if (given.mailEnabled || !given.securityEnabled) {
    throw new SimulatedRefusal(400, 'The simulator makes security groups only.');
  }
  const { displayName = '', description = null, mailNickname = '' } = given;
  const group: HeldGroup = {
    ...{ id: newGroupId(state), displayName, description, mail: null, mailEnabled: false, mailNickname },
    ...{ securityEnabled: true, groupTypes: [], isAssignableToRole: null, onPremisesSyncEnabled: null },
  };
  state.groups.push(group);
  return { status: 201, body: shown(group, 'groups/$entity', request) };
}

function newGroupId({ groups }: EntraState): string {
  for (let n = groups.length + 1; ; n++) {
    const id = `ca57e11a-0053-4000-8000-${String(n).padStart(12, '0')}`;
    if (!groups.some((group) => group.id === id)) return id;
  }
}

function changeable(group: HeldGroup): HeldGroup {
  if (group.groupTypes.includes('DynamicMembership')) {
    throw new SimulatedRefusal(400, 'Insufficient privileges: the membership of a dynamic group follows its rule.');
  }
  return group;
}

const typed = (record: object, kind: string) => ({ '@odata.type': `#microsoft.graph.${kind}`, ...record });

/** A user or a group. */
function objectById(state: EntraState, key: string): object {
  const user = state.users.find(({ id }) => id === key);
  return user ? typed(user, 'user') : typed(groupById(state, key), 'group');
}

/** Where the caller reaches this API. */
const rootOf = ({ headers }: SimulatedRequest) =>
  `${headers['x-castellan-origin'] ?? 'https://graph.microsoft.com'}/v1.0`;

function shown(record: object, what: string, request: SimulatedRequest): object {
  return { '@odata.context': `${rootOf(request)}/$metadata#${what}`, ...selected(record, request.query.$select) };
}

/** Only the properties that are asked for, with the type where there is one. */
function selected(record: object, select: string | undefined): object {
  if (!select) return record;
  const asked = new Set(['@odata.type', ...select.split(',')]);
  return Object.fromEntries(Object.entries(record).filter(([name]) => asked.has(name)));
}

/** A page, and the address of the next one. */
function listed(all: object[], request: SimulatedRequest, place: string): SimulatedAnswer {
  const { $filter, $search, $select, $top } = request.query;
  if ($search && request.headers.consistencylevel !== 'eventual') {
    throw new SimulatedRefusal(
      400,
      "Request with $search query parameter only works with header 'ConsistencyLevel: eventual'.",
    );
  }
  const found = all.filter((record) => fits(record, $filter) && matches(record, $search));
  const start = Number(request.headers[skipToken] ?? 0);
  const end = start + Number($top ?? 100);
  const next = new URL(rootOf(request) + place);
  for (const [name, value] of Object.entries(request.query)) next.searchParams.set(name, value);
  next.searchParams.set('$skiptoken', String(end));
  return {
    body: {
      '@odata.context': `${rootOf(request)}/$metadata#${place.slice(1)}`,
      ...(end < found.length ? { '@odata.nextLink': next.href } : {}),
      value: found.slice(start, end).map((record) => selected(record, $select)),
    },
  };
}

/** Knows of OData one comparison by `eq`, and `startswith`. */
function fits(record: object, filter: string | undefined): boolean {
  if (!filter) return true;
  const textOf = (name = '') => String((record as Record<string, unknown>)[name] ?? '').toLowerCase();
  const [, compared, wanted] = /^(\w+) eq '?([^']*)'?$/.exec(filter) ?? [];
  if (compared) return textOf(compared) === wanted?.toLowerCase();
  const [, begun, start] = /^startswith\((\w+),\s*'([^']*)'\)$/i.exec(filter) ?? [];
  if (begun) return textOf(begun).startsWith(start!.toLowerCase());
  throw new SimulatedRefusal(400, `Invalid filter clause: ${filter}`);
}

/** Knows one `"property:word"`. */
function matches(record: object, search: string | undefined): boolean {
  if (!search) return true;
  const [, name, word] = /^"(\w+):([^"]*)"$/.exec(search) ?? [];
  if (!name) throw new SimulatedRefusal(400, `Syntax error in $search: ${search}`);
  const held = String((record as Record<string, unknown>)[name] ?? '').toLowerCase();
  return held.includes(word!.toLowerCase());
}

function view(state: EntraState): SimulatorView {
  const columns = (...names: [key: string, title: string][]) => names.map(([key, title]) => ({ key, title }));
  const nameOf = (id: string) => [...state.users, ...state.groups].find((one) => one.id === id)?.displayName ?? id;
  return {
    tables: [
      {
        title: 'Users',
        columns: columns(['user', 'User'], ['state', 'State'], ['title', 'Job'], ['department', 'Department']),
        rows: state.users.map((user) => ({
          ...{ user: user.userPrincipalName, state: user.accountEnabled ? 'may sign in' : 'blocked' },
          ...{ title: user.jobTitle ?? '', department: user.department ?? '' },
        })),
      },
      {
        title: 'Memberships',
        columns: columns(['group', 'Group'], ['member', 'Member']),
        rows: state.members.map(({ group, object }) => ({ group: nameOf(group), member: nameOf(object) })),
      },
    ],
  };
}
