import {
  FatalError,
  type Host,
  type HttpClient,
  type HttpResponse,
  type JsonObject,
  type JsonValue,
  operation,
  parseAnswer,
  path,
  readPages,
} from '@castellan/sdk';
import { z } from 'zod';
import {
  directoryObject,
  docs,
  fieldsOf,
  group,
  groupField,
  limit,
  linkedPages,
  narrowed,
  narrowing,
  onUser,
  personOf,
  sampleGroup,
  sampleJane,
} from './entra-shapes.js';

const inGroup = z.strictObject({ group: groupField, ...onUser });
type InGroup = z.output<typeof inGroup>;

const newGroup = z.strictObject({
  displayName: z.string().min(1).max(256).meta({ title: 'Name' }),
  description: z.string().max(1_024).default('').meta({ title: 'Description' }),
});

const options = { '/group': 'listGroups' } as const;
const groupRequest = (id: string) => ({
  ...{ method: 'GET' as const, path: path`/groups/${id}`, query: { $select: fieldsOf(group) } },
});

const jane = { group: sampleGroup.id, user: 'jane.doe@example.com' };
const priya = { group: 'ca57e11a-0052-4000-8000-000000000001', user: 'priya.raman@example.com' };

/** Direct memberships; nested groups are members themselves. */
export const entraGroups = {
  listGroups: operation({
    title: 'List groups',
    docs: `${docs}/group-list`,
    summary: 'Security and Microsoft 365 groups of the tenant, or those that are asked for.',
    input: z.strictObject(narrowing),
    output: z.object({ items: z.array(group) }),
    choice: { value: 'id', label: 'displayName' },
    effect: 'read',
    request: (input) => ({ method: 'GET', path: path`/groups`, ...narrowed(input, group) }),
    paginate: linkedPages,
    sample: { input: { filter: "startswith(displayName,'Eng')" }, output: { items: [sampleGroup] } },
  }),

  getGroup: operation({
    title: 'Get a group',
    docs: `${docs}/group-get`,
    summary: 'One group with its name and kind.',
    input: z.strictObject({ group: groupField }),
    output: group,
    options,
    effect: 'read',
    request: ({ group: id }) => groupRequest(id),
    sample: { input: { group: sampleGroup.id }, output: sampleGroup },
  }),

  createGroup: operation({
    title: 'Create a group',
    docs: `${docs}/group-post-groups`,
    summary:
      'Makes a security group without members. Entra has several groups of one name: one that is there is not taken.',
    input: newGroup,
    output: group,
    effect: 'write',
    idempotency: 'lookup',
    changes: ({ displayName }) => [
      { action: 'create', object: { type: 'group', id: displayName, title: displayName } },
    ],
    run: async ({ displayName, description }, { http, idempotencyKey }) => {
      const kind = { mailEnabled: false, securityEnabled: true, groupTypes: [] };
      // Entra asks for a nickname, which nobody sees of a group without mail: by it an earlier attempt is found.
      const body = { displayName, ...(description ? { description } : {}), mailNickname: idempotencyKey, ...kind };
      const answer = await http.send({ method: 'POST', path: path`/groups`, body });
      return parseAnswer(group, answer.body, `${docs}/group-post-groups`);
    },
    lookup: async (_, { http, idempotencyKey }) => {
      const query = { $filter: `mailNickname eq '${idempotencyKey}'`, $select: fieldsOf(group) };
      const { body } = await http.send({ method: 'GET', path: path`/groups`, query });
      const [made] = parseAnswer(z.object({ value: z.array(group) }), body, `${docs}/group-list`).value;
      return made ?? null;
    },
    undo: (_, { id }) => ({ operation: 'deleteGroup', input: { group: id } }),
    sample: {
      input: { displayName: 'Launch crew', description: 'Who is on call for the launch' },
      output: { ...sampleGroup, displayName: 'Launch crew', description: 'Who is on call for the launch' },
    },
  }),

  deleteGroup: operation({
    title: 'Delete a group',
    docs: `${docs}/group-delete`,
    summary:
      'Takes the group away with all access that it gives. Of Microsoft 365 groups Entra keeps 30 days what was in them, of others nothing.',
    input: z.strictObject({ group: groupField }),
    output: z.object({ deleted: z.literal(true), alreadyGone: z.boolean() }),
    options,
    effect: 'destructive',
    idempotency: 'natural',
    changes: ({ group: id }) => [{ action: 'delete', object: { type: 'group', id } }],
    before: async ({ group: id }, { http }) => {
      const { status, body } = await http.send({ ...groupRequest(id), accept: [404] });
      return status === 404 ? null : (parseAnswer(group, body, `${docs}/group-get`) as JsonValue);
    },
    request: ({ group: id }) => ({ method: 'DELETE', path: path`/groups/${id}`, accept: [404] }),
    response: ({ status }) => ({ deleted: true, alreadyGone: status === 404 }),
    sample: { input: { group: sampleGroup.id }, output: { deleted: true, alreadyGone: false } },
  }),

  listMembers: operation({
    title: 'List the members of a group',
    docs: `${docs}/group-list-members`,
    summary: 'Who and what is in a group directly: users, groups, devices and apps.',
    input: z.strictObject({ group: groupField, limit }),
    output: z.object({ items: z.array(directoryObject) }),
    options,
    effect: 'read',
    request: ({ group: id }) => ({
      ...{ method: 'GET', path: path`/groups/${id}/members` },
      query: { $select: fieldsOf(directoryObject), $top: 999 },
    }),
    paginate: linkedPages,
    sample: {
      input: { group: sampleGroup.id },
      output: {
        items: [
          {
            ...{ '@odata.type': '#microsoft.graph.user', id: sampleJane.id, displayName: 'Jane Doe' },
            ...{ mail: jane.user, userPrincipalName: jane.user, accountEnabled: true },
          },
        ],
      },
    },
  }),

  addMember: operation({
    title: 'Add to a group',
    docs: `${docs}/group-post-members`,
    summary: 'Gives the user what the group gives. Who is a member already stays one.',
    input: inGroup,
    output: z.object({ userId: z.string(), alreadyThere: z.boolean() }),
    options,
    effect: 'write',
    idempotency: 'natural',
    changes: (input) => [{ action: 'grant', subject: personOf(input), object: { type: 'group', id: input.group } }],
    before: isMember,
    run: addMember,
    undo: (input, _, before) => (wasMember(before) ? null : { operation: 'removeMember', input }),
    sample: {
      input: priya,
      output: { userId: 'ca57e11a-0051-4000-8000-000000000004', alreadyThere: false },
      before: { member: false },
    },
  }),

  removeMember: operation({
    title: 'Remove from a group',
    docs: `${docs}/group-delete-members`,
    summary: 'Ends the direct membership. Who is in the group by way of another group stays in it.',
    input: inGroup,
    output: z.object({ userId: z.string(), alreadyGone: z.boolean() }),
    options,
    effect: 'destructive',
    idempotency: 'natural',
    changes: (input) => [{ action: 'revoke', subject: personOf(input), object: { type: 'group', id: input.group } }],
    before: isMember,
    run: async ({ group: id, user }, { http }) => {
      const { userId } = await identify(http, user);
      const place = path`/groups/${id}/members/${userId}/$ref`;
      const { status } = await http.send({ method: 'DELETE', path: place, accept: [404] });
      // Without the group there is none that somebody could have left.
      if (status === 404) await http.send(groupRequest(id));
      return { userId, alreadyGone: status === 404 };
    },
    undo: (input, _, before) => (wasMember(before) ? { operation: 'addMember', input } : null),
    sample: { input: jane, output: { userId: sampleJane.id, alreadyGone: false }, before: { member: true } },
  }),
};

const wasMember = (before: JsonValue) => (before as { member: boolean }).member;

const identified = z.object({ id: z.string(), '@odata.context': z.string().optional() });

/** A user’s object id, and the address under which this cloud of Microsoft names its objects. */
async function identify(http: HttpClient, key: string): Promise<{ userId: string; root: string }> {
  const { body } = await http.send({ method: 'GET', path: path`/users/${key}`, query: { $select: 'id' } });
  const { id, '@odata.context': context } = parseAnswer(identified, body, `${docs}/user-get`);
  const [root] = (context ?? 'https://graph.microsoft.com/v1.0/$metadata').split('$metadata');
  return { userId: id, root: root! };
}

/** A user is in fewer groups than a group has users. */
async function isMember({ group: id, user: key }: InGroup, { http }: Host): Promise<JsonValue> {
  const request = { method: 'GET', path: path`/users/${key}/memberOf`, query: { $select: 'id', $top: 999 } } as const;
  const groups = await readPages(http, request, linkedPages);
  return { member: groups.some((each) => (each as JsonObject).id === id) };
}

/** Entra answers 400 for somebody who is a member, and says so only in words. */
async function addMember({ group: id, user }: InGroup, { http }: Host) {
  const { userId, root } = await identify(http, user);
  const answer = await http.send({
    ...{ method: 'POST', path: path`/groups/${id}/members/$ref`, accept: [400] },
    body: { '@odata.id': `${root}directoryObjects/${userId}` },
  });
  if (answer.status !== 400) return { userId, alreadyThere: false };
  const words = wordsOf(answer);
  if (/object references already exist/i.test(words)) return { userId, alreadyThere: true };
  throw new FatalError(`Microsoft Entra ID refused (400): ${words}`, { status: 400, vendorMessage: words });
}

function wordsOf({ body }: HttpResponse): string {
  const { error } = (body ?? {}) as { error?: { message?: string } };
  return error?.message ?? 'without saying why.';
}
