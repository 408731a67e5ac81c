import {
  FatalError,
  type Host,
  type HttpClient,
  type JsonObject,
  type JsonValue,
  operation,
  parseAnswer,
  path,
  readPages,
} from '@castellan/sdk';
import { z } from 'zod';
import {
  docs,
  type Group,
  group,
  groupField,
  limit,
  linkedPages,
  onUser,
  personOf,
  readUser,
  sampleGroup,
  sampleJane,
  shownGroup,
  user,
} from './okta-shapes.js';

const page = `${docs}/Group/#tag/Group/operation`;

const inGroup = z.strictObject({ group: groupField, ...onUser });
type InGroup = z.output<typeof inGroup>;

const newGroup = z.strictObject({
  name: z.string().min(1).max(255).meta({ title: 'Name' }),
  description: z.string().max(1_024).default('').meta({ title: 'Description' }),
});
type NewGroup = z.output<typeof newGroup>;

const options = { '/group': 'listGroups' } as const;
const groupPath = (id: string) => path`/api/v1/groups/${id}`;
const memberPath = (id: string, userId: string) => path`/api/v1/groups/${id}/users/${userId}`;

const membership = z.object({ groupId: z.string(), userId: z.string() });
const jane = { group: sampleGroup.id, user: 'jane.doe@example.com' };
const priya = { group: '00gsecurity0000000d7', user: 'priya.raman@example.com' };

export const oktaGroups = {
  listGroups: operation({
    title: 'List groups',
    docs: `${page}/listGroups`,
    summary: 'All groups of the organisation, or those that a search finds.',
    input: z.strictObject({
      search: z
        .string()
        .min(1)
        .optional()
        .meta({ title: 'Search', examples: ['type eq "OKTA_GROUP"', 'profile.name sw "Eng"'] })
        .describe('In Okta’s own words; may be some seconds behind.'),
      limit,
    }),
    output: z.object({ items: z.array(group) }),
    choice: { value: 'id', label: 'name' },
    effect: 'read',
    request: ({ search }) => ({ method: 'GET', path: path`/api/v1/groups`, query: { search, limit: 200 } }),
    paginate: linkedPages,
    each: shownGroup,
    sample: { input: { search: 'profile.name sw "Eng"' }, output: { items: [sampleGroup] } },
  }),

  getGroup: operation({
    title: 'Get a group',
    docs: `${page}/getGroup`,
    summary: 'One group with its name and kind.',
    input: z.strictObject({ group: groupField }),
    output: group,
    options,
    effect: 'read',
    request: ({ group: id }) => ({ method: 'GET', path: groupPath(id) }),
    response: ({ body }) => shownGroup(body),
    sample: { input: { group: sampleGroup.id }, output: sampleGroup },
  }),

  createGroup: operation({
    title: 'Create a group',
    docs: `${page}/addGroup`,
    summary: 'Makes a group without members. One of Okta’s own with the same name and description is taken as it is.',
    input: newGroup,
    output: group,
    effect: 'write',
    idempotency: 'natural',
    changes: ({ name }) => [{ action: 'create', object: { type: 'group', id: name, title: name } }],
    before: async ({ name }, { http }) => ((await groupNamed(http, name))?.id ?? null) as JsonValue,
    run: createGroup,
    undo: (_, { id }, before) => (before === null ? { operation: 'deleteGroup', input: { group: id } } : null),
    sample: {
      input: { name: 'Launch crew', description: 'Who is on call for the launch' },
      output: { ...sampleGroup, name: 'Launch crew', description: 'Who is on call for the launch' },
      before: null,
    },
  }),

  deleteGroup: operation({
    title: 'Delete a group',
    docs: `${page}/deleteGroup`,
    summary: 'Takes the group away with its memberships and all access that they give. Okta keeps nothing of it.',
    input: z.strictObject({ group: groupField }),
    output: z.object({ deleted: z.literal(true), alreadyGone: z.boolean() }),
    options,
    effect: 'destructive',
    idempotency: 'natural',
    changes: ({ group: id }) => [{ action: 'delete', object: { type: 'group', id } }],
    before: async ({ group: id }, { http }) => {
      const { status, body } = await http.send({ method: 'GET', path: groupPath(id), accept: [404] });
      return status === 404 ? null : (parseAnswer(group, shownGroup(body), `${page}/getGroup`) as JsonValue);
    },
    request: ({ group: id }) => ({ method: 'DELETE', path: groupPath(id), accept: [404] }),
    response: ({ status }) => ({ deleted: true, alreadyGone: status === 404 }),
    sample: { input: { group: sampleGroup.id }, output: { deleted: true, alreadyGone: false } },
  }),

  listMembers: operation({
    title: 'List the members of a group',
    docs: `${page}/listGroupUsers`,
    summary: 'Every user in a group. Okta has no groups within groups.',
    input: z.strictObject({ group: groupField, limit }),
    output: z.object({ items: z.array(user) }),
    options,
    effect: 'read',
    request: ({ group: id }) => ({ method: 'GET', path: path`/api/v1/groups/${id}/users`, query: { limit: 200 } }),
    paginate: linkedPages,
    sample: { input: { group: sampleGroup.id }, output: { items: [sampleJane] } },
  }),

  addMember: operation({
    title: 'Add to a group',
    docs: `${page}/assignUserToGroup`,
    summary: 'Gives the user what the group gives. Groups that are built in or come from an app cannot be changed.',
    input: inGroup,
    output: membership,
    options,
    effect: 'write',
    idempotency: 'natural',
    changes: (input) => [{ action: 'grant', subject: personOf(input), object: { type: 'group', id: input.group } }],
    before: isMember,
    run: async (input, { http }) => {
      const { id } = await readUser(http, input.user);
      await http.send({ method: 'PUT', path: memberPath(input.group, id) });
      return { groupId: input.group, userId: id };
    },
    undo: (input, _, before) => (wasMember(before) ? null : { operation: 'removeMember', input }),
    sample: {
      input: priya,
      output: { groupId: priya.group, userId: '00upriya0000000000d7' },
      before: { member: false },
    },
  }),

  removeMember: operation({
    title: 'Remove from a group',
    docs: `${page}/unassignUserFromGroup`,
    summary: 'Takes the user out of the group, and so away what only the group gives.',
    input: inGroup,
    output: membership,
    options,
    effect: 'destructive',
    idempotency: 'natural',
    changes: (input) => [{ action: 'revoke', subject: personOf(input), object: { type: 'group', id: input.group } }],
    before: isMember,
    run: async (input, { http }) => {
      const { id } = await readUser(http, input.user);
      const { status } = await http.send({ method: 'DELETE', path: memberPath(input.group, id), accept: [404] });
      // Without the group there is none that somebody could have left.
      if (status === 404) await readGroup(input.group, http);
      return { groupId: input.group, userId: id };
    },
    undo: (input, _, before) => (wasMember(before) ? { operation: 'addMember', input } : null),
    sample: { input: jane, output: { groupId: jane.group, userId: sampleJane.id }, before: { member: true } },
  }),
};

const wasMember = (before: JsonValue) => (before as { member: boolean }).member;

async function readGroup(id: string, http: Host['http']) {
  const { body } = await http.send({ method: 'GET', path: groupPath(id) });
  return parseAnswer(group, shownGroup(body), `${page}/getGroup`);
}

/** Okta refuses a second group of a name, and says so only in words: a repeat finds the group as the first attempt made it. */
async function createGroup({ name, description }: NewGroup, { http }: Host): Promise<Group> {
  try {
    const body = { profile: { name, description } };
    const answer = await http.send({ method: 'POST', path: path`/api/v1/groups`, body });
    return parseAnswer(group, shownGroup(answer.body), `${page}/addGroup`);
  } catch (error) {
    if (!(error instanceof FatalError) || !/already exists/i.test(error.vendorMessage ?? '')) throw error;
    const found = await groupNamed(http, name);
    if (found && (found.description ?? '') === description) return found;
    throw error;
  }
}

/** Of Okta’s own groups. The list is of those whose name begins so. */
async function groupNamed(http: HttpClient, name: string): Promise<Group | null> {
  const { body } = await http.send({ method: 'GET', path: path`/api/v1/groups`, query: { q: name, limit: 200 } });
  const found = z.array(z.unknown()).parse(body).map(shownGroup);
  const named = found.map((one) => parseAnswer(group, one, `${page}/listGroups`));
  return named.find((one) => one.type === 'OKTA_GROUP' && one.name === name) ?? null;
}

/** A user is in fewer groups than a group has users. */
async function isMember({ group: id, user: key }: InGroup, { http }: Host): Promise<JsonValue> {
  const groups = await readPages(http, { method: 'GET', path: path`/api/v1/users/${key}/groups` }, linkedPages);
  return { member: groups.some((each) => (each as JsonObject).id === id) };
}
