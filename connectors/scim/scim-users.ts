import { FatalError, type Host, type JsonObject, type JsonValue, operation, parseAnswer, path } from '@castellan/sdk';
import { z } from 'zod';
import {
  deleted,
  deletion,
  docs,
  filter,
  findOne,
  heldAt,
  idField,
  indexedPages,
  limit,
  onUser,
  pageSize,
  patch,
  personOf,
  quoted,
  readOne,
  schemaOf,
  type User,
  user,
  userPath,
  wasDeleted,
  writing,
} from './scim-shapes.js';

const account = { type: 'account', id: 'scim', title: 'Account' };

const newUser = z.strictObject({
  userName: z.string().min(1).meta({ title: 'User name' }).describe('Often the e-mail address.'),
  email: z.email().optional().meta({ title: 'E-mail address' }),
  givenName: z.string().min(1).optional().meta({ title: 'First name' }),
  familyName: z.string().min(1).optional().meta({ title: 'Last name' }),
  displayName: z.string().min(1).optional().meta({ title: 'Shown name' }),
  externalId: z
    .string()
    .min(1)
    .optional()
    .meta({ title: 'External id' })
    .describe('The person’s id where you come from.'),
  active: z.boolean().default(true).meta({ title: 'May sign in' }),
  more: z
    .record(z.string(), z.unknown())
    .optional()
    .meta({ title: 'More attributes' })
    .describe('As SCIM names them, extensions too.'),
});
type NewUser = z.output<typeof newUser>;

const patchOperation = z.strictObject({
  op: z.enum(['add', 'replace', 'remove']).meta({ title: 'Do' }),
  path: z
    .string()
    .min(1)
    .optional()
    .meta({ title: 'Attribute', examples: ['title', 'emails[type eq "work"].value'] }),
  value: z.unknown().optional().meta({ title: 'Value' }),
});

export const sampleJane = {
  ...{ id: 'ca57e11a-0001-4000-8000-000000000003', userName: 'jane.doe@example.com', displayName: 'Jane Doe' },
  ...{ name: { givenName: 'Jane', familyName: 'Doe' }, active: true },
  emails: [{ value: 'jane.doe@example.com', type: 'work', primary: true }],
};
const jane = { userId: sampleJane.id, userEmail: 'jane.doe@example.com' };

const setActive = (userId: string, active: boolean) =>
  patch(userPath(userId), { op: 'replace', path: 'active', value: active });
const wasActive = async ({ userId }: { userId: string }, { http }: Host): Promise<JsonValue> => ({
  active: (await readOne(http, userPath(userId), user)).active,
});
/** A system may answer a change with nothing; then the record is read. */
const changed = async (userId: string, { http }: Host, request: ReturnType<typeof patch>): Promise<User> => {
  const { body } = await http.send(request);
  return body === null ? readOne(http, userPath(userId), user) : parseAnswer(user, body, `${docs}#section-3.5.2`);
};

export const scimUsers = {
  listUsers: operation({
    title: 'List users',
    docs: `${docs}#section-3.4.2`,
    summary: 'All users, or those that fit a filter.',
    input: z.strictObject({ filter, limit }),
    output: z.object({ items: z.array(user) }),
    choice: { value: 'id', label: 'userName' },
    effect: 'read',
    request: ({ filter: by }) => ({
      ...{ method: 'GET', path: path`/Users`, query: { filter: by, startIndex: 1, count: pageSize } },
    }),
    paginate: indexedPages,
    sample: { input: {}, output: { items: [sampleJane] } },
  }),

  findUser: operation({
    title: 'Find a user',
    docs: `${docs}#section-3.4.2.2`,
    summary: 'The user with a user name; none is no error.',
    input: z.strictObject({ userName: newUser.shape.userName }),
    output: z.object({ found: user.nullable() }),
    effect: 'read',
    run: async ({ userName }, { http }) => ({ found: await userNamed(http, userName) }),
    sample: { input: { userName: 'jane.doe@example.com' }, output: { found: sampleJane } },
  }),

  getUser: operation({
    title: 'Get a user',
    docs: `${docs}#section-3.4.1`,
    summary: 'One user with all that the system says of it.',
    input: z.strictObject({ userId: idField('User') }),
    output: user,
    effect: 'read',
    request: ({ userId }) => ({ method: 'GET', path: userPath(userId) }),
    sample: { input: { userId: jane.userId }, output: sampleJane },
  }),

  createUser: operation({
    title: 'Create a user',
    docs: `${docs}#section-3.3`,
    summary: 'Makes an account. One that is there already with the same names and external id is taken as it is.',
    input: newUser,
    output: user,
    effect: 'write',
    idempotency: 'natural',
    changes: ({ userName, email = userName.includes('@') ? userName : undefined }) => [
      { action: 'create', subject: { type: 'user', id: userName, ...(email ? { email } : {}) }, object: account },
    ],
    before: async ({ userName }, { http }) => ((await userNamed(http, userName))?.id ?? null) as JsonValue,
    run: createUser,
    undo: (_, { id, userName }, before) =>
      before === null
        ? { operation: 'deleteUser', input: { userId: id, ...(userName.includes('@') ? { userEmail: userName } : {}) } }
        : null,
    sample: {
      input: {
        ...{ userName: 'ravi.menon@example.com', email: 'ravi.menon@example.com' },
        ...{ givenName: 'Ravi', familyName: 'Menon', externalId: '140' },
      },
      output: { ...sampleJane, userName: 'ravi.menon@example.com', externalId: '140' },
      before: null,
    },
  }),

  patchUser: operation({
    title: 'Change a user',
    docs: `${docs}#section-3.5.2`,
    summary: 'Adds, replaces or removes attributes; the others stay as they are.',
    input: z.strictObject({
      ...onUser,
      operations: z.array(patchOperation).min(1).max(50).meta({ title: 'Changes' }),
    }),
    output: user,
    effect: 'write',
    idempotency: 'natural',
    changes: (input) => [{ action: 'update', subject: personOf(input), object: account }],
    before: async ({ userId }, { http }) => (await readOne(http, userPath(userId), user)) as JsonObject,
    run: ({ userId, operations }, host) =>
      changed(userId, host, patch(userPath(userId), ...(operations as JsonObject[]))),
    sample: {
      input: { ...jane, operations: [{ op: 'replace', path: 'title', value: 'Architect' }] },
      output: { ...sampleJane, title: 'Architect' },
    },
  }),

  deactivateUser: operation({
    title: 'Deactivate a user',
    docs: `${docs}#section-3.5.2`,
    summary: 'The account can no longer be used, and nothing of it is lost.',
    input: z.strictObject(onUser),
    output: user,
    effect: 'destructive',
    idempotency: 'natural',
    changes: (input) => [{ action: 'revoke', subject: personOf(input), object: account }],
    before: wasActive,
    run: ({ userId }, host) => changed(userId, host, setActive(userId, false)),
    undo: (input, _, before) => ((before as { active: boolean }).active ? { operation: 'activateUser', input } : null),
    sample: { input: jane, output: { ...sampleJane, active: false }, before: { active: true } },
  }),

  activateUser: operation({
    title: 'Activate a user',
    docs: `${docs}#section-3.5.2`,
    summary: 'The account may be used again.',
    input: z.strictObject(onUser),
    output: user,
    effect: 'write',
    idempotency: 'natural',
    changes: (input) => [{ action: 'grant', subject: personOf(input), object: account }],
    before: wasActive,
    run: ({ userId }, host) => changed(userId, host, setActive(userId, true)),
    undo: (input, _, before) =>
      (before as { active: boolean }).active ? null : { operation: 'deactivateUser', input },
    sample: {
      input: { userId: 'ca57e11a-0001-4000-8000-00000000000c' },
      output: sampleJane,
      before: { active: false },
    },
  }),

  deleteUser: operation({
    title: 'Delete a user',
    docs: `${docs}#section-3.6`,
    summary: 'Takes the account away. What becomes of what it owns is the system’s to say.',
    input: z.strictObject(onUser),
    output: deleted,
    effect: 'destructive',
    idempotency: 'natural',
    changes: (input) => [{ action: 'delete', subject: personOf(input), object: account }],
    before: ({ userId }, host) => heldAt(userPath(userId), host),
    request: ({ userId }) => deletion(userPath(userId)),
    response: wasDeleted,
    sample: { input: jane, output: { deleted: true, alreadyGone: false } },
  }),
};

const userNamed = (http: Host['http'], userName: string): Promise<User | null> =>
  findOne(http, path`/Users`, `userName eq ${quoted(userName)}`, user);

/** A system answers 409 for a user name that is taken: a repeat finds the user as the first attempt made it. */
async function createUser(input: NewUser, { http }: Host): Promise<User> {
  const { userName, email, givenName, familyName, displayName, externalId, active, more } = input;
  const body = {
    ...(more as JsonObject | undefined),
    ...{ schemas: [schemaOf.user], userName, active },
    ...(displayName ? { displayName } : {}),
    ...(externalId ? { externalId } : {}),
    ...(givenName || familyName
      ? { name: { ...(givenName ? { givenName } : {}), ...(familyName ? { familyName } : {}) } }
      : {}),
    ...(email ? { emails: [{ value: email, type: 'work', primary: true }] } : {}),
  };
  const answer = await http.send({ ...writing('POST', path`/Users`, body), accept: [409] });
  if (answer.status !== 409) return parseAnswer(user, answer.body, `${docs}#section-3.3`);
  const found = await userNamed(http, userName);
  const isSame = (theirs: string | undefined, ours: string | undefined) => ours === undefined || theirs === ours;
  const fits = isSame(found?.externalId, externalId) && isSame(found?.name?.givenName, givenName);
  if (found && fits && isSame(found.name?.familyName, familyName)) return found;
  throw new FatalError(`The system refused (409): ${userName} is taken, and not by such a user.`, { status: 409 });
}
