import type { JsonObject } from '@castellan/sdk';
import {
  type SimulatedAnswer,
  type SimulatedApi,
  SimulatedRefusal,
  type SimulatedRequest,
  type SimulatorView,
} from '@castellan/sdk/simulator';
import { seedId, simulatedPeople } from '../simulated-company.js';

type HeldUser = JsonObject & { id: string; userName: string; active: boolean };
interface HeldGroup {
  id: string;
  displayName: string;
  externalId?: string;
  members: { value: string; display: string }[];
}

/** What a system that speaks SCIM holds. */
export interface ScimState {
  users: HeldUser[];
  groups: HeldGroup[];
}

const schema = (name: string) => [`urn:ietf:params:scim:schemas:core:2.0:${name}`];

/** An error as RFC 7644 §3.12 has it. */
export const scimRefusal = (status: number, detail: string) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
  ...{ status: String(status), detail, ...(status === 409 ? { scimType: 'uniqueness' } : {}) },
});

/** What each operation does, by its name in our description. */
export const scimRules = {
  listUsers: ({ users }, request) => listed(users.map(shownUser), request),
  getUser: (state, { params }) => ({ body: shownUser(userOf(state, params.id!)) }),
  createUser,
  patchUser(state, { params, body }) {
    const user = userOf(state, params.id!);
    for (const each of (body as unknown as { Operations: Change[] }).Operations) change(user, each);
    return { body: shownUser(user) };
  },
  deleteUser(state, { params }) {
    const { id } = userOf(state, params.id!);
    state.users = state.users.filter((one) => one.id !== id);
    for (const group of state.groups) group.members = group.members.filter(({ value }) => value !== id);
    return { status: 204 };
  },
  listGroups: ({ groups }, request) =>
    listed(
      groups.map((held) => withoutExcluded(shownGroup(held), request)),
      request,
    ),
  getGroup: (state, { params }) => ({ body: shownGroup(groupOf(state, params.id!)) }),
  createGroup(state, { body }) {
    const { displayName, externalId } = body as { displayName: string; externalId?: string };
    const id = seedId(2, 100 + state.groups.length);
    const made = { id, displayName, ...(externalId ? { externalId } : {}), members: [] };
    state.groups.push(made);
    return { status: 201, body: shownGroup(made) };
  },
  patchGroup,
  deleteGroup(state, { params }) {
    const { id } = groupOf(state, params.id!);
    state.groups = state.groups.filter((one) => one.id !== id);
    return { status: 204 };
  },
} satisfies SimulatedApi<ScimState>['rules'];

/** The simulated company's people, and their teams as groups. */
export function scimSeed(): ScimState {
  const people = simulatedPeople.map(({ email, firstName, lastName, title }, index) =>
    userFrom({ id: seedId(1, index + 1), email, firstName, lastName, title, active: true }),
  );
  const oscar = { email: 'oscar.lind@example.com', firstName: 'Oscar', lastName: 'Lind', title: 'Account Manager' };
  const teams = [...new Set(simulatedPeople.map(({ team }) => team))];
  return {
    users: [...people, userFrom({ id: seedId(1, 12), ...oscar, active: false })],
    groups: teams.map((team, index) => ({
      ...{ id: seedId(2, index + 1), displayName: team },
      members: simulatedPeople.flatMap((person, at) =>
        person.team === team ? [{ value: seedId(1, at + 1), display: person.email }] : [],
      ),
    })),
  };
}

function userFrom(person: {
  id: string;
  email: string;
  firstName: string;
  lastName: string;
  title: string;
  active: boolean;
}) {
  const { id, email, firstName, lastName, title, active } = person;
  return {
    ...{ id, userName: email, displayName: `${firstName} ${lastName}`, title, active },
    name: { givenName: firstName, familyName: lastName },
    emails: [{ value: email, type: 'work', primary: true }],
  } satisfies HeldUser;
}

const shownUser = (held: HeldUser) => ({ schemas: schema('User'), ...held });
/** RFC 7644 §3.9. */
function withoutExcluded(record: object, { query }: SimulatedRequest): object {
  const excluded = (query.excludedAttributes ?? '').split(',');
  return Object.fromEntries(Object.entries(record).filter(([name]) => !excluded.includes(name)));
}
const shownGroup = (held: HeldGroup) => ({ schemas: schema('Group'), ...held });

function notFound(id: string): never {
  throw new SimulatedRefusal(404, `Resource ${id} not found`);
}
const userOf = ({ users }: ScimState, id: string) => users.find((one) => one.id === id) ?? notFound(id);
const groupOf = ({ groups }: ScimState, id: string) => groups.find((one) => one.id === id) ?? notFound(id);

/** Knows `attribute eq "value"`, of which user names are told without regard to case. */
function listed(all: object[], { query }: SimulatedRequest): SimulatedAnswer {
  const [, name = '', text = '""'] = /^(\w+) eq (.+)$/.exec(query.filter ?? '') ?? [];
  if (query.filter && !name) throw new SimulatedRefusal(400, 'The filter is not understood.');
  const wanted = String(JSON.parse(text)).toLowerCase();
  const fitting = all.filter((one) => !name || String((one as JsonObject)[name]).toLowerCase() === wanted);
  const start = Number(query.startIndex ?? 1);
  const Resources = fitting.slice(start - 1, start - 1 + Number(query.count ?? 20));
  return {
    body: {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      ...{ totalResults: fitting.length, startIndex: start, itemsPerPage: Resources.length, Resources },
    },
  };
}

function createUser(state: ScimState, { body }: SimulatedRequest): SimulatedAnswer {
  const { schemas: _, ...given } = body as JsonObject & { userName: string; active?: boolean };
  const taken = state.users.some(({ userName }) => userName.toLowerCase() === given.userName.toLowerCase());
  if (taken) throw new SimulatedRefusal(409, `${given.userName} is taken.`);
  const made: HeldUser = { active: true, ...given, id: seedId(1, 100 + state.users.length) };
  state.users.push(made);
  return { status: 201, body: shownUser(made) };
}

interface Change {
  op: string;
  path?: string;
  value?: JsonObject[string];
}

/** Simple attributes by their names, and whole objects without a path. */
function change(user: HeldUser, { op, path, value = null }: Change): void {
  const kind = op.toLowerCase();
  if (path === undefined) Object.assign(user, value);
  else if (!/^\w+$/.test(path)) throw new SimulatedRefusal(400, `The path ${path} is not understood.`);
  else if (kind === 'remove') delete user[path];
  else user[path] = value;
}

function patchGroup(state: ScimState, { params, body }: SimulatedRequest): SimulatedAnswer {
  const group = groupOf(state, params.id!);
  for (const { op, path, value } of (body as unknown as { Operations: Change[] }).Operations) {
    const [, removed] = /^members\[value eq "([^"]+)"\]$/.exec(path ?? '') ?? [];
    if (op === 'remove' && removed) group.members = group.members.filter((one) => one.value !== removed);
    else if (op === 'add' && path === 'members') {
      for (const { value: id } of value as { value: string }[]) {
        const { userName } = userOf(state, id);
        if (!group.members.some((one) => one.value === id)) group.members.push({ value: id, display: userName });
      }
    } else throw new SimulatedRefusal(400, `The path ${path} is not understood.`);
  }
  return { status: 204 };
}

/** Users and memberships as tables. */
export function scimView({ users, groups }: ScimState): SimulatorView {
  const columns = (...names: [key: string, title: string][]) => names.map(([key, title]) => ({ key, title }));
  return {
    tables: [
      {
        title: 'Users',
        columns: columns(['userName', 'User'], ['displayName', 'Name'], ['state', 'State']),
        rows: users.map(({ userName, displayName = '', active }) => ({
          ...{ userName, displayName, state: active ? 'active' : 'inactive' },
        })),
      },
      {
        title: 'Memberships',
        columns: columns(['group', 'Group'], ['member', 'Member']),
        rows: groups.flatMap(({ displayName, members }) =>
          members.map(({ display }) => ({ group: displayName, member: display })),
        ),
      },
    ],
  };
}
