import { FatalError, type Host, type JsonValue, operation, parseAnswer, path } from '@castellan/sdk';
import { z } from 'zod';
import {
  deleted,
  deletion,
  docs,
  filter,
  findOne,
  type Group,
  group,
  groupPath,
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
  wasDeleted,
  writing,
} from './scim-shapes.js';

const newGroup = z.strictObject({
  displayName: z.string().min(1).meta({ title: 'Name' }),
  externalId: z.string().min(1).optional().meta({ title: 'External id' }),
});
const inGroup = z.strictObject({ groupId: idField('Group'), ...onUser });
type InGroup = z.output<typeof inGroup>;

const options = { '/groupId': 'listGroups' } as const;
const sampleGroup = { id: 'ca57e11a-0002-4000-8000-000000000002', displayName: 'Engineering', members: [] };
const jane = { userId: 'ca57e11a-0001-4000-8000-000000000003', userEmail: 'jane.doe@example.com' };
const done = z.object({ groupId: z.string(), userId: z.string() });

async function isMember({ groupId, userId }: InGroup, { http }: Host): Promise<JsonValue> {
  const { members } = await readOne(http, groupPath(groupId), group);
  return { member: members.some(({ value }) => value === userId) };
}
const groupNamed = (http: Host['http'], name: string): Promise<Group | null> =>
  findOne(http, path`/Groups`, `displayName eq ${quoted(name)}`, group);

export const scimGroups = {
  listGroups: operation({
    title: 'List groups',
    docs: `${docs}#section-3.4.2`,
    summary: 'All groups, or those that fit a filter. Some systems leave out the members here.',
    input: z.strictObject({ filter, limit }),
    output: z.object({ items: z.array(group) }),
    choice: { value: 'id', label: 'displayName' },
    effect: 'read',
    request: ({ filter: by }) => ({
      ...{ method: 'GET', path: path`/Groups`, query: { filter: by, startIndex: 1, count: pageSize } },
    }),
    paginate: indexedPages,
    sample: { input: {}, output: { items: [sampleGroup] } },
  }),

  getGroup: operation({
    title: 'Get a group',
    docs: `${docs}#section-3.4.1`,
    summary: 'One group with its members.',
    input: z.strictObject({ groupId: idField('Group') }),
    output: group,
    options,
    effect: 'read',
    request: ({ groupId }) => ({ method: 'GET', path: groupPath(groupId) }),
    sample: { input: { groupId: sampleGroup.id }, output: sampleGroup },
  }),

  createGroup: operation({
    title: 'Create a group',
    docs: `${docs}#section-3.3`,
    summary: 'Makes a group without members. Where there is one of that name already, it is taken as it is.',
    input: newGroup,
    output: group,
    effect: 'write',
    idempotency: 'natural',
    changes: ({ displayName }) => [
      { action: 'create', object: { type: 'group', id: displayName, title: displayName } },
    ],
    before: async ({ displayName }, { http }) => ((await groupNamed(http, displayName))?.id ?? null) as JsonValue,
    run: async ({ displayName, externalId }, { http }) => {
      // Not every system refuses a second group of the same name.
      const found = await groupNamed(http, displayName);
      if (found && (externalId === undefined || found.externalId === externalId)) return found;
      if (found) {
        throw new FatalError(`There is a group “${displayName}” with another external id.`, { code: 'E_INPUT' });
      }
      const body = { schemas: [schemaOf.group], displayName, ...(externalId ? { externalId } : {}) };
      const answer = await http.send(writing('POST', path`/Groups`, body));
      return parseAnswer(group, answer.body, `${docs}#section-3.3`);
    },
    undo: (_, { id }, before) => (before === null ? { operation: 'deleteGroup', input: { groupId: id } } : null),
    sample: { input: { displayName: 'On-call' }, output: { ...sampleGroup, displayName: 'On-call' }, before: null },
  }),

  deleteGroup: operation({
    title: 'Delete a group',
    docs: `${docs}#section-3.6`,
    summary: 'Takes the group away with all access that it gives.',
    input: z.strictObject({ groupId: idField('Group') }),
    output: deleted,
    options,
    effect: 'destructive',
    idempotency: 'natural',
    changes: ({ groupId }) => [{ action: 'delete', object: { type: 'group', id: groupId } }],
    before: ({ groupId }, host) => heldAt(groupPath(groupId), host),
    request: ({ groupId }) => deletion(groupPath(groupId)),
    response: wasDeleted,
    sample: { input: { groupId: sampleGroup.id }, output: { deleted: true, alreadyGone: false } },
  }),

  addGroupMember: operation({
    title: 'Add to a group',
    docs: `${docs}#section-3.5.2.1`,
    summary: 'Makes a user a member. Who is one already stays one.',
    input: inGroup,
    output: done,
    options,
    effect: 'write',
    idempotency: 'natural',
    changes: (input) => [{ action: 'grant', subject: personOf(input), object: { type: 'group', id: input.groupId } }],
    before: isMember,
    request: ({ groupId, userId }) =>
      patch(groupPath(groupId), { op: 'add', path: 'members', value: [{ value: userId }] }),
    response: (_, { groupId, userId }) => ({ groupId, userId }),
    undo: (input, _, before) =>
      (before as { member: boolean }).member ? null : { operation: 'removeGroupMember', input },
    sample: {
      input: { groupId: 'ca57e11a-0002-4000-8000-000000000001', ...jane },
      output: { groupId: 'ca57e11a-0002-4000-8000-000000000001', userId: jane.userId },
      before: { member: false },
    },
  }),

  removeGroupMember: operation({
    title: 'Remove from a group',
    docs: `${docs}#section-3.5.2.2`,
    summary: 'Ends the membership. Who is no member stays none.',
    input: inGroup,
    output: done,
    options,
    effect: 'destructive',
    idempotency: 'natural',
    changes: (input) => [{ action: 'revoke', subject: personOf(input), object: { type: 'group', id: input.groupId } }],
    before: isMember,
    request: ({ groupId, userId }) =>
      patch(groupPath(groupId), { op: 'remove', path: `members[value eq ${quoted(userId)}]` }),
    response: (_, { groupId, userId }) => ({ groupId, userId }),
    undo: (input, _, before) =>
      (before as { member: boolean }).member ? { operation: 'addGroupMember', input } : null,
    sample: {
      input: { groupId: sampleGroup.id, ...jane },
      output: { groupId: sampleGroup.id, userId: jane.userId },
      before: { member: true },
    },
  }),
};
