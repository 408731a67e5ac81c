import { type SimulatedAnswer, SimulatedRefusal, type SimulatedRequest } from '@castellan/sdk/simulator';
import { customerId, domain, type GoogleState, type HeldUser } from '../google-workspace.seed.js';
import { note } from './activities.js';
import { isTaken, notFound, page, partial, shownUser, userOr404 } from './answers.js';

type Rule = (state: GoogleState, request: SimulatedRequest) => SimulatedAnswer;

const list: Rule = (state, request) => {
  const { customer, domain: ofDomain, query: search, showDeleted } = request.query;
  if (!customer && !ofDomain) throw new SimulatedRefusal(400, 'Bad Request');
  if (customer && !['my_customer', customerId].includes(customer))
    throw new SimulatedRefusal(404, 'Resource Not Found: customer');
  if (ofDomain && ofDomain !== domain) throw new SimulatedRefusal(404, 'Domain not found.');
  const all = showDeleted === 'true' ? state.deleted : state.users;
  const fitting = all.filter((user) => fits(user, search));
  const sorted = fitting.toSorted((a, b) => a.primaryEmail.localeCompare(b.primaryEmail));
  return page('users', sorted.map(shownUser), request, 100);
};

/** Knows of Google’s search the clauses for unit, state and address; the rest is looked for in names and addresses. */
function fits(user: HeldUser, search = ''): boolean {
  return search
    .split(' ')
    .filter(Boolean)
    .every((clause) => {
      const [field, value = ''] = clause.replaceAll("'", '').split(/[=:]/);
      if (field === 'orgUnitPath') return user.orgUnitPath === value;
      if (field === 'isSuspended') return String(user.suspended) === value;
      if (field === 'email') return user.primaryEmail.startsWith(value.replace(/\*$/, ''));
      return `${user.name.fullName} ${user.primaryEmail}`.toLowerCase().includes(clause.toLowerCase());
    });
}

const insert: Rule = (state, request) => {
  const body = request.body as unknown as Partial<HeldUser> & { password?: string };
  const { primaryEmail, password } = body;
  if (!primaryEmail || !body.name?.givenName || !body.name.familyName) throw new SimulatedRefusal(400, 'Invalid Input');
  if (!password || password.length < 8) throw new SimulatedRefusal(400, 'Invalid Password');
  if (!primaryEmail.endsWith(`@${domain}`)) throw new SimulatedRefusal(404, 'Domain not found.');
  if (isTaken(state, primaryEmail)) throw new SimulatedRefusal(409, 'Entity already exists.');
  const made: HeldUser = {
    id: `1000000000000000000${state.users.length + state.deleted.length + 1}`,
    primaryEmail,
    name: { givenName: '', familyName: '', fullName: '' },
    ...{ suspended: false, archived: false, isAdmin: false, isDelegatedAdmin: false, orgUnitPath: '/', aliases: [] },
    ...{ creationTime: request.now.toISOString(), lastLoginTime: '1970-01-01T00:00:00.000Z' },
    ...{ isEnrolledIn2Sv: false, isEnforcedIn2Sv: false, changePasswordAtNextLogin: false },
    ...{ externalIds: [], organizations: [], relations: [] },
  };
  change(state, made, body);
  state.users.push(made);
  note(state, request, 'CREATE_USER', made.primaryEmail);
  return { body: partial(shownUser(made), request.query.fields) };
};

/** PUT and PATCH alike take what they are given and leave the rest. */
const update: Rule = (state, request) => {
  const user = userOr404(state, request.params.userKey!);
  const wanted = request.headers['if-match'];
  if (wanted && wanted !== shownUser(user).etag) throw new SimulatedRefusal(412, 'Precondition Failed');
  const body = request.body as unknown as Partial<HeldUser>;
  if (body.suspended !== undefined && body.suspended !== user.suspended) {
    note(state, request, body.suspended ? 'SUSPEND_USER' : 'UNSUSPEND_USER', user.primaryEmail);
  }
  change(state, user, body);
  return { body: partial(shownUser(user), request.query.fields) };
};

const changeable = [
  ...['archived', 'changePasswordAtNextLogin', 'recoveryEmail', 'recoveryPhone'],
  ...['externalIds', 'organizations', 'relations'],
] as const;

function change(state: GoogleState, user: HeldUser, body: Partial<HeldUser>): void {
  const { primaryEmail, name, orgUnitPath, suspended } = body;
  if (orgUnitPath !== undefined && !state.orgUnits.some((unit) => unit.orgUnitPath === orgUnitPath)) {
    throw new SimulatedRefusal(400, 'Invalid Input: INVALID_OU_ID');
  }
  if (primaryEmail && primaryEmail !== user.primaryEmail) {
    if (!user.aliases.includes(primaryEmail) && isTaken(state, primaryEmail)) {
      throw new SimulatedRefusal(409, 'Entity already exists.');
    }
    user.aliases = [user.primaryEmail, ...user.aliases].filter((alias) => alias !== primaryEmail);
    user.primaryEmail = primaryEmail;
  }
  if (name) {
    const { givenName, familyName } = { ...user.name, ...name };
    user.name = { givenName, familyName, fullName: `${givenName} ${familyName}` };
  }
  if (orgUnitPath !== undefined) user.orgUnitPath = orgUnitPath;
  for (const field of changeable) if (field in body) Object.assign(user, { [field]: body[field as keyof HeldUser] });
  if (suspended === undefined) return;
  user.suspended = suspended;
  if (suspended) user.suspensionReason = 'ADMIN';
  else delete user.suspensionReason;
}

const addAlias: Rule = (state, request) => {
  const user = userOr404(state, request.params.userKey!);
  const { alias } = request.body as { alias: string };
  if (isTaken(state, alias)) throw new SimulatedRefusal(409, 'Entity already exists.');
  user.aliases.push(alias);
  note(state, request, 'ADD_EMAIL_ALIAS', user.primaryEmail);
  return { body: { kind: 'admin#directory#alias', id: user.id, primaryEmail: user.primaryEmail, alias } };
};

const removeAlias: Rule = (state, { params }) => {
  const user = userOr404(state, params.userKey!);
  const alias = decodeURIComponent(params.alias!).toLowerCase();
  if (!user.aliases.some((one) => one.toLowerCase() === alias)) notFound('alias');
  user.aliases = user.aliases.filter((one) => one.toLowerCase() !== alias);
  return { status: 204 };
};

const remove: Rule = (state, request) => {
  const user = userOr404(state, request.params.userKey!);
  state.users = state.users.filter(({ id }) => id !== user.id);
  state.members = state.members.filter(({ id }) => id !== user.id);
  state.deleted.push({ ...user, deletionTime: request.now.toISOString() });
  note(state, request, 'DELETE_USER', user.primaryEmail);
  return { status: 204 };
};

const signOut: Rule = (state, { params, now }) => {
  state.signOuts[userOr404(state, params.userKey!).id] = now.toISOString();
  return { status: 204 };
};

export const userRules: Record<string, Rule> = {
  'directory.users.list': list,
  'directory.users.get': (state, { params, query }) => ({
    body: partial(shownUser(userOr404(state, params.userKey!)), query.fields),
  }),
  'directory.users.insert': insert,
  'directory.users.update': update,
  'directory.users.patch': update,
  'directory.users.delete': remove,
  'directory.users.signOut': signOut,
  'directory.users.aliases.insert': addAlias,
  'directory.users.aliases.delete': removeAlias,
  'directory.orgunits.list': ({ orgUnits }) => ({
    body: { kind: 'admin#directory#orgUnits', organizationUnits: orgUnits },
  }),
  'directory.tokens.list': (state, { params }) => {
    const { id } = userOr404(state, params.userKey!);
    const items = state.appTokens.filter(({ user }) => user === id).map(({ user: _, ...token }) => token);
    return { body: { kind: 'admin#directory#tokenList', ...(items.length > 0 ? { items } : {}) } };
  },
  'directory.tokens.delete': (state, { params }) => {
    const { id } = userOr404(state, params.userKey!);
    const kept = state.appTokens.filter(({ user, clientId }) => user !== id || clientId !== params.clientId);
    if (kept.length === state.appTokens.length) notFound('clientId');
    state.appTokens = kept;
    return { status: 204 };
  },
  'directory.asps.list': (state, { params }) => {
    const { id } = userOr404(state, params.userKey!);
    const items = state.appPasswords.filter(({ user }) => user === id).map(({ user: _, ...password }) => password);
    return { body: { kind: 'admin#directory#aspList', ...(items.length > 0 ? { items } : {}) } };
  },
  'directory.asps.delete': (state, { params }) => {
    const { id } = userOr404(state, params.userKey!);
    const kept = state.appPasswords.filter(
      ({ user, codeId }) => user !== id || String(codeId) !== String(params.codeId),
    );
    if (kept.length === state.appPasswords.length) notFound('codeId');
    state.appPasswords = kept;
    return { status: 204 };
  },
};
