import { randomBytes } from 'node:crypto';
import { type Host, type JsonObject, type JsonValue, operation, parseAnswer, path } from '@castellan/sdk';
import { z } from 'zod';
import { profile, profileBody, profileOf, touchesLists } from './google-profile.js';
import {
  account,
  docs,
  fieldsOf,
  limit,
  ofWhom,
  onUser,
  pagesOf,
  personOf,
  scopeOfList,
  type User,
  user,
} from './google-shapes.js';
import { changeRequest, findUser, readUser, userRequest } from './google-user-requests.js';

/** An id of ours among the user's own, by which a new user is known again when Google's answer was lost. */
const mark = (key: string) => ({ type: 'custom', customType: 'castellan', value: key });

const newUser = z.strictObject({
  primaryEmail: z.email().meta({ title: 'E-mail address' }),
  ...profile,
  givenName: profile.givenName.unwrap().meta({ title: 'First name' }),
  familyName: profile.familyName.unwrap().meta({ title: 'Last name' }),
});
type NewUser = z.output<typeof newUser>;

const changedUser = z.strictObject({
  ...onUser,
  primaryEmail: z.email().optional().meta({ title: 'New e-mail address' }).describe('The former one becomes an alias.'),
  ...profile,
  changePasswordAtNextLogin: z.boolean().optional().meta({ title: 'Must change the password' }),
  etag: z
    .string()
    .min(1)
    .optional()
    .meta({ title: 'ETag' })
    .describe('Of the user as read before: refused with 412 if somebody has changed the user since.'),
});
type ChangedUser = z.output<typeof changedUser>;

export const sampleJane: User = {
  id: '100000000000000000003',
  primaryEmail: 'jane.doe@example.com',
  name: { givenName: 'Jane', familyName: 'Doe', fullName: 'Jane Doe' },
  suspended: false,
  archived: false,
  isAdmin: false,
  isDelegatedAdmin: false,
  orgUnitPath: '/Engineering',
  aliases: [],
  creationTime: '2022-03-01T09:00:00.000Z',
  lastLoginTime: '2026-01-20T07:58:12.000Z',
  isEnrolledIn2Sv: true,
  externalIds: [{ value: '103', type: 'organization' }],
  organizations: [{ title: 'Senior Software Engineer', department: 'Engineering', primary: true }],
  relations: [{ value: 'marco.reyes@example.com', type: 'manager' }],
  etag: '"google/3-1"',
};
export const sampleUser = sampleJane as unknown as JsonObject;

export const googleUsers = {
  listUsers: operation({
    title: 'List users',
    docs: `${docs}/users/list`,
    summary: 'All accounts of the customer or of one domain, those that are suspended included.',
    input: z.strictObject({
      ...ofWhom,
      query: z
        .string()
        .min(1)
        .optional()
        .meta({ title: 'Search', examples: ['orgUnitPath=/Engineering', 'isSuspended=true'] }),
      deleted: z.boolean().default(false).meta({ title: 'Deleted in the last 20 days instead' }),
      limit,
    }),
    output: z.object({ items: z.array(user) }),
    effect: 'read',
    request: ({ query, deleted, ...whose }) => ({
      method: 'GET',
      path: path`/admin/directory/v1/users`,
      query: {
        ...scopeOfList(whose),
        ...{ query, showDeleted: deleted ? 'true' : undefined, orderBy: 'email', maxResults: 500 },
        ...{ projection: 'full', fields: `nextPageToken,users(${fieldsOf(user)})` },
      },
    }),
    paginate: pagesOf('users'),
    sample: { input: { query: 'orgUnitPath=/Engineering' }, output: { items: [sampleUser] } },
  }),

  getUser: operation({
    title: 'Get a user',
    docs: `${docs}/users/get`,
    summary: 'One account with its names, unit, job, manager and state.',
    input: z.strictObject({ user: onUser.user }),
    output: user,
    effect: 'read',
    request: ({ user: key }) => userRequest(key),
    sample: { input: { user: 'jane.doe@example.com' }, output: sampleUser },
  }),

  createUser: operation({
    title: 'Create a user',
    docs: `${docs}/users/insert`,
    summary:
      'Makes an account with a password that nobody knows: its owner comes in by single sign-on or by a recovery address.',
    input: newUser,
    output: user,
    options: { '/orgUnitPath': 'listOrgUnits' },
    effect: 'write',
    // A second insert is refused with 409; the mark tells our account from one that was there before.
    idempotency: 'lookup',
    changes: ({ primaryEmail }) => [{ action: 'create', subject: personOf({ user: primaryEmail }), object: account }],
    before: async ({ primaryEmail }, { http }) => asState(await findUser(http, primaryEmail)),
    run: createUser,
    lookup: async ({ primaryEmail }, { http, idempotencyKey }) => {
      const found = await findUser(http, primaryEmail);
      const isOurs = found?.externalIds.some(({ value, customType }) => {
        return customType === 'castellan' && value === idempotencyKey;
      });
      return isOurs ? found : null;
    },
    undo: ({ primaryEmail }, { id }) => ({ operation: 'deleteUser', input: { user: id, userEmail: primaryEmail } }),
    sample: {
      input: {
        ...{ primaryEmail: 'ravi.menon@example.com', givenName: 'Ravi', familyName: 'Menon' },
        ...{ orgUnitPath: '/Engineering', title: 'Software Engineer', manager: 'marco.reyes@example.com' },
      },
      output: {
        ...sampleUser,
        ...{ id: '100000000000000000012', primaryEmail: 'ravi.menon@example.com' },
        name: { givenName: 'Ravi', familyName: 'Menon', fullName: 'Ravi Menon' },
      },
      before: null,
    },
  }),

  updateUser: operation({
    title: 'Change a user',
    docs: `${docs}/users/update`,
    summary: 'Names, unit, job, manager, address or ways to recover; what is left out stays as it is.',
    input: changedUser,
    output: user,
    options: { '/orgUnitPath': 'listOrgUnits' },
    check: ({ user: _, userEmail: __, etag: ___, ...changes }) =>
      Object.keys(changes).length === 0 ? [{ pointer: '', message: 'Say what is to be changed.' }] : [],
    effect: 'write',
    idempotency: 'natural',
    changes: (input) => [{ action: 'update', subject: personOf(input), object: account }],
    before: async ({ user: key }, { http }) => asState(await readUser(http, key)),
    run: updateUser,
    undo: ({ user: _, userEmail, etag: __, ...changes }, ___, before) => {
      const was = before as unknown as { id: string } & Record<string, JsonValue>;
      const names = Object.keys(changes);
      const former = Object.fromEntries(names.map((name) => [name, was[name] ?? '']));
      return { operation: 'updateUser', input: { user: was.id, ...(userEmail ? { userEmail } : {}), ...former } };
    },
    sample: {
      input: { user: 'jane.doe@example.com', title: 'Staff Software Engineer', orgUnitPath: '/Data' },
      output: { ...sampleUser, orgUnitPath: '/Data' },
      before: asState(sampleJane),
    },
  }),

  deleteUser: operation({
    title: 'Delete a user',
    docs: `${docs}/users/delete`,
    summary: 'Takes the account away with its mail and files. An administrator can bring it back for 20 days.',
    input: z.strictObject(onUser),
    output: z.object({ deleted: z.literal(true), alreadyGone: z.boolean() }),
    effect: 'destructive',
    idempotency: 'natural',
    changes: (input) => [{ action: 'delete', subject: personOf(input), object: account }],
    before: async ({ user: key }, { http }) => asState(await findUser(http, key)),
    request: ({ user: key }) => ({ method: 'DELETE', path: path`/admin/directory/v1/users/${key}`, accept: [404] }),
    response: ({ status }) => ({ deleted: true, alreadyGone: status === 404 }),
    sample: { input: { user: 'oscar.lind@example.com' }, output: { deleted: true, alreadyGone: false } },
  }),
};

async function createUser({ primaryEmail, ...fields }: NewUser, { http, idempotencyKey }: Host): Promise<User> {
  const body = profileBody(fields);
  const externalIds = [...((body.externalIds ?? []) as JsonObject[]), mark(idempotencyKey)];
  // Google wants a password; this one is thrown away.
  const password = randomBytes(32).toString('base64url');
  const whole = { ...body, primaryEmail, externalIds, password, changePasswordAtNextLogin: true };
  const answer = await http.send(changeRequest('POST', null, whole));
  return parseAnswer(user, answer.body, `${docs}/users/insert`);
}

async function updateUser({ user: key, userEmail: _, etag, ...changes }: ChangedUser, { http }: Host): Promise<User> {
  const { primaryEmail, changePasswordAtNextLogin, ...fields } = changes;
  const held = touchesLists(fields) ? await readUser(http, key) : undefined;
  const body: JsonObject = {
    ...profileBody(fields, held),
    ...(primaryEmail ? { primaryEmail } : {}),
    ...(changePasswordAtNextLogin === undefined ? {} : { changePasswordAtNextLogin }),
  };
  const answer = await http.send({ ...changeRequest('PUT', key, body), headers: { 'if-match': etag } });
  return parseAnswer(user, answer.body, `${docs}/users/update`);
}

/** What a change may change, as `updateUser` takes it. */
function asState(found: User | null): JsonValue {
  if (!found) return null;
  const { id, primaryEmail, changePasswordAtNextLogin = false } = found;
  return { id, primaryEmail, changePasswordAtNextLogin, ...profileOf(found) };
}
