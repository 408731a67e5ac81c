import {
  FatalError,
  type Host,
  type HttpClient,
  type JsonObject,
  type JsonValue,
  operation,
  parseAnswer,
  path,
} from '@castellan/sdk';
import { z } from 'zod';
import {
  docs,
  fieldsOf,
  type Group,
  group,
  groupField,
  limit,
  ofWhom,
  onUser,
  pagesOf,
  readOne,
  scopeOfList,
} from './google-shapes.js';

const newGroup = z.strictObject({
  email: z.email().meta({ title: 'E-mail address' }),
  name: z.string().min(1).max(75).meta({ title: 'Name' }),
  description: z.string().max(4_096).default('').meta({ title: 'Description', multiline: true }),
});
type NewGroup = z.output<typeof newGroup>;

const changedGroup = z.strictObject({
  group: groupField,
  email: newGroup.shape.email.optional().meta({ title: 'New e-mail address' }),
  name: newGroup.shape.name.optional(),
  description: newGroup.shape.description.unwrap().optional(),
});

const groupObject = (id: string, title?: string) => ({ type: 'group', id, ...(title ? { title } : {}) });
const options = { '/group': 'listGroups' } as const;

const engineering: Group = {
  ...{ id: '03oy7u2920000001', email: 'engineering@example.com', name: 'Engineering' },
  ...{ description: 'Everybody who builds the product', directMembersCount: '3', aliases: [] },
};
export const sampleGroup = engineering as unknown as JsonObject;
const sampleNew = { email: 'on-call@example.com', name: 'On-call', description: 'Who is on call' };

const request = { query: { fields: fieldsOf(group) } };
const groupPath = (key: string) => path`/admin/directory/v1/groups/${key}`;
const findGroup = (http: HttpClient, key: string): Promise<Group | null> =>
  readOne(http, { method: 'GET', path: groupPath(key), ...request }, group, `${docs}/groups/get`);

/** The group; rejects with Google's words where there is none. */
export async function readGroup(http: HttpClient, key: string): Promise<Group> {
  const { body } = await http.send({ method: 'GET', path: groupPath(key), ...request });
  return parseAnswer(group, body, `${docs}/groups/get`);
}

export const googleGroups = {
  listGroups: operation({
    title: 'List groups',
    docs: `${docs}/groups/list`,
    summary: 'All groups of the customer or of one domain, or those that one user is in directly.',
    input: z.strictObject({
      ...ofWhom,
      user: onUser.user.optional().meta({ title: 'Of this user' }),
      query: z
        .string()
        .min(1)
        .optional()
        .meta({ title: 'Search', examples: ['name:eng*'] }),
      limit,
    }),
    output: z.object({ items: z.array(group) }),
    choice: { value: 'email', label: 'name' },
    effect: 'read',
    request: ({ user, query, ...whose }) => ({
      method: 'GET',
      path: path`/admin/directory/v1/groups`,
      query: {
        // Google takes a user without a customer only.
        ...(user ? { userKey: user } : scopeOfList(whose)),
        ...{ query, maxResults: 200, fields: `nextPageToken,groups(${fieldsOf(group)})` },
      },
    }),
    paginate: pagesOf('groups'),
    sample: { input: { user: 'jane.doe@example.com' }, output: { items: [sampleGroup] } },
  }),

  getGroup: operation({
    title: 'Get a group',
    docs: `${docs}/groups/get`,
    summary: 'One group with the number of its direct members.',
    input: z.strictObject({ group: groupField }),
    output: group,
    options,
    effect: 'read',
    request: ({ group: key }) => ({ method: 'GET', path: groupPath(key), ...request }),
    sample: { input: { group: 'engineering@example.com' }, output: sampleGroup },
  }),

  createGroup: operation({
    title: 'Create a group',
    docs: `${docs}/groups/insert`,
    summary:
      'Makes a group without members. One that is there already with the same name and description is taken as it is.',
    input: newGroup,
    output: group,
    effect: 'write',
    idempotency: 'natural',
    changes: ({ email, name }) => [{ action: 'create', object: groupObject(email, name) }],
    before: async ({ email }, { http }) => stateOf(await findGroup(http, email)),
    run: createGroup,
    undo: ({ email }, _, before) => (before === null ? { operation: 'deleteGroup', input: { group: email } } : null),
    sample: { input: sampleNew, output: { ...sampleGroup, ...sampleNew }, before: null },
  }),

  updateGroup: operation({
    title: 'Change a group',
    docs: `${docs}/groups/update`,
    summary: 'Address, name or description; what is left out stays as it is.',
    input: changedGroup,
    output: group,
    options,
    check: ({ group: _, ...changes }) =>
      Object.keys(changes).length === 0 ? [{ pointer: '', message: 'Say what is to be changed.' }] : [],
    effect: 'write',
    idempotency: 'natural',
    changes: ({ group: key }) => [{ action: 'update', object: groupObject(key) }],
    before: async ({ group: key }, { http }) => stateOf(await readGroup(http, key)),
    request: ({ group: key, ...body }) => ({ method: 'PUT', path: groupPath(key), ...request, body: { ...body } }),
    undo: ({ group: _, ...changes }, __, before) => {
      const was = before as JsonObject;
      const former = Object.fromEntries(Object.keys(changes).map((name) => [name, was[name] ?? '']));
      return { operation: 'updateGroup', input: { group: String(was.id), ...former } };
    },
    sample: {
      input: { group: 'engineering@example.com', description: 'Builds the product' },
      output: { ...sampleGroup, description: 'Builds the product' },
      before: stateOf(engineering),
    },
  }),

  deleteGroup: operation({
    title: 'Delete a group',
    docs: `${docs}/groups/delete`,
    summary: 'Takes the group away with its memberships and all access that they give. Google keeps nothing of it.',
    input: z.strictObject({ group: groupField }),
    output: z.object({ deleted: z.literal(true), alreadyGone: z.boolean() }),
    options,
    effect: 'destructive',
    idempotency: 'natural',
    changes: ({ group: key }) => [{ action: 'delete', object: groupObject(key) }],
    before: async ({ group: key }, { http }) => stateOf(await findGroup(http, key)),
    request: ({ group: key }) => ({ method: 'DELETE', path: groupPath(key), accept: [404] }),
    response: ({ status }) => ({ deleted: true, alreadyGone: status === 404 }),
    sample: { input: { group: 'engineering@example.com' }, output: { deleted: true, alreadyGone: false } },
  }),
};

/** Google answers 409 for an address that is taken: a repeat finds the group as the first attempt made it. */
async function createGroup(input: NewGroup, { http }: Host): Promise<Group> {
  const place = path`/admin/directory/v1/groups`;
  const { status, body } = await http.send({
    method: 'POST',
    path: place,
    ...request,
    body: { ...input },
    accept: [409],
  });
  if (status !== 409) return parseAnswer(group, body, `${docs}/groups/insert`);
  const found = await findGroup(http, input.email);
  if (found?.name === input.name && found.description === input.description) return found;
  throw new FatalError(`Google Workspace refused (409): ${input.email} is taken, and not by such a group.`, { status });
}

function stateOf(found: Group | null): JsonValue {
  if (!found) return null;
  const { id, email, name, description, directMembersCount = '0' } = found;
  return { id, email, name, description, members: Number(directMembersCount) };
}
