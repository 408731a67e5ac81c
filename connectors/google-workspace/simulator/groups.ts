import { type SimulatedAnswer, SimulatedRefusal, type SimulatedRequest } from '@castellan/sdk/simulator';
import type { GoogleState, HeldGroup, HeldMember } from '../google-workspace.seed.js';
import { note } from './activities.js';
import { groupBy, groupOr404, isTaken, notFound, page, partial, shownGroup, shownMember, userBy } from './answers.js';

type Rule = (state: GoogleState, request: SimulatedRequest) => SimulatedAnswer;

const list: Rule = (state, request) => {
  const { customer, domain, userKey, query: search } = request.query;
  if ([customer ?? domain, userKey].filter(Boolean).length !== 1) throw new SimulatedRefusal(400, 'Bad Request');
  const member = userKey ? (userBy(state, userKey)?.id ?? notFound('userKey')) : null;
  const fitting = state.groups.filter(
    (group) =>
      fits(group, search) &&
      (!member || state.members.some(({ group: id, id: who }) => id === group.id && who === member)),
  );
  return page(
    'groups',
    fitting.map((group) => shownGroup(state, group)),
    request,
    200,
  );
};

/** Knows `name:eng*` and `email:eng*`. */
function fits({ name, email }: HeldGroup, search = ''): boolean {
  const [, field, start = ''] = /^(name|email)[:=]'?([^*']*)\*?'?$/.exec(search) ?? [];
  return !field || (field === 'name' ? name : email).toLowerCase().startsWith(start.toLowerCase());
}

const insert: Rule = (state, request) => {
  const { email, name = '', description = '' } = request.body as unknown as Partial<HeldGroup>;
  if (!email) throw new SimulatedRefusal(400, 'Missing required field: email');
  if (isTaken(state, email)) throw new SimulatedRefusal(409, 'Entity already exists.');
  const id = `03oy7u2921${String(state.groups.length + 1).padStart(6, '0')}`;
  const made: HeldGroup = { id, email, name, description, adminCreated: true, aliases: [] };
  state.groups.push(made);
  note(state, request, 'CREATE_GROUP', email);
  return { body: partial(shownGroup(state, made), request.query.fields) };
};

const update: Rule = (state, request) => {
  const group = groupOr404(state, request.params.groupKey!);
  const { email, name, description } = request.body as unknown as Partial<HeldGroup>;
  if (email && email !== group.email) {
    if (!group.aliases.includes(email) && isTaken(state, email))
      throw new SimulatedRefusal(409, 'Entity already exists.');
    group.aliases = [group.email, ...group.aliases].filter((alias) => alias !== email);
    group.email = email;
  }
  if (name !== undefined) group.name = name;
  if (description !== undefined) group.description = description;
  return { body: partial(shownGroup(state, group), request.query.fields) };
};

const remove: Rule = (state, request) => {
  const group = groupOr404(state, request.params.groupKey!);
  state.groups = state.groups.filter(({ id }) => id !== group.id);
  state.members = state.members.filter(({ group: of, id }) => of !== group.id && id !== group.id);
  note(state, request, 'DELETE_GROUP', group.email);
  return { status: 204 };
};

const members: Rule = (state, request) => {
  const { roles, includeDerivedMembership } = request.query;
  const { id } = groupOr404(state, request.params.groupKey!);
  const all = includeDerivedMembership === 'true' ? derived(state, id) : directly(state, id);
  const fitting = all.filter(({ role }) => !roles || roles.split(',').includes(role));
  return page(
    'members',
    fitting.map((held) => shownMember(state, held)),
    request,
    200,
  );
};

const directly = (state: GoogleState, groupId: string) => state.members.filter(({ group }) => group === groupId);

/** Each once, however many ways lead there. */
function derived(state: GoogleState, groupId: string): HeldMember[] {
  const all = directly(state, groupId).flatMap((held) =>
    held.type === 'GROUP' ? [held, ...derived(state, held.id)] : [held],
  );
  return all.filter(({ id }, index) => all.findIndex((other) => other.id === id) === index);
}

function memberOr404(state: GoogleState, { groupKey, memberKey }: Record<string, string>): HeldMember {
  const group = groupOr404(state, groupKey!);
  const id = userBy(state, memberKey!)?.id ?? groupBy(state, memberKey!)?.id;
  const wanted = memberKey!.toLowerCase();
  const found = directly(state, group.id).find((held) => held.id === id || held.email.toLowerCase() === wanted);
  return found ?? notFound('memberKey');
}

const addMember: Rule = (state, request) => {
  const group = groupOr404(state, request.params.groupKey!);
  const { email, id, role = 'MEMBER' } = request.body as { email?: string; id?: string; role?: string };
  const key = email ?? id;
  if (!key) throw new SimulatedRefusal(400, 'Missing required field: memberKey');
  const user = userBy(state, key);
  const nested = groupBy(state, key);
  const who = user
    ? { id: user.id, email: user.primaryEmail, type: 'USER' }
    : nested
      ? { id: nested.id, email: nested.email, type: 'GROUP' }
      : key.includes('@') && !key.endsWith('@example.com')
        ? { id: `2000${Buffer.from(key).toString('hex').slice(0, 12)}`, email: key, type: 'EXTERNAL' }
        : notFound('memberKey');
  if (directly(state, group.id).some((held) => held.id === who.id)) {
    throw new SimulatedRefusal(409, 'Member already exists.');
  }
  const made: HeldMember = { group: group.id, ...who, role };
  state.members.push(made);
  note(state, request, 'ADD_GROUP_MEMBER', who.email);
  return { body: partial(shownMember(state, made), request.query.fields) };
};

export const groupRules: Record<string, Rule> = {
  'directory.groups.list': list,
  'directory.groups.get': (state, { params, query }) => ({
    body: partial(shownGroup(state, groupOr404(state, params.groupKey!)), query.fields),
  }),
  'directory.groups.insert': insert,
  'directory.groups.update': update,
  'directory.groups.delete': remove,
  'directory.members.list': members,
  'directory.members.get': (state, { params, query }) => ({
    body: partial(shownMember(state, memberOr404(state, params)), query.fields),
  }),
  'directory.members.insert': addMember,
  'directory.members.patch': (state, { params, body, query }) => {
    const held = memberOr404(state, params);
    held.role = (body as { role?: string }).role ?? held.role;
    return { body: partial(shownMember(state, held), query.fields) };
  },
  'directory.members.delete': (state, request) => {
    const held = memberOr404(state, request.params);
    state.members = state.members.filter((one) => one !== held);
    note(state, request, 'REMOVE_GROUP_MEMBER', held.email);
    return { status: 204 };
  },
};
