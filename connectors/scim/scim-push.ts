import { type DirectoryEnvelope, type DirectoryPush, type JsonObject, parseAnswer } from '@castellan/sdk';
import { z } from 'zod';
import { addressOf, docs, group, user } from './scim-shapes.js';

/** Members of groups as teams have them, and a group of its name for each new team. */
export const scimPush: DirectoryPush = {
  settings: z.strictObject({}),
  add: { operation: 'addGroupMember', fields: ['groupId', 'userId', 'userEmail'], input: place },
  remove: { operation: 'removeGroupMember', fields: ['groupId', 'userId', 'userEmail'], input: place },
  create: {
    operation: 'createGroup',
    fields: ['displayName'],
    missing: () => null,
    input: ({ name }) => ({ displayName: name }),
    made: (answer) => {
      const { id } = parseAnswer(group, answer, `${docs}#section-3.3`);
      // Lists of groups are asked for without the members.
      const { members: _, ...payload } = answer as JsonObject;
      return { resource: id, payload };
    },
  },
};

/** By ids; protected people are told by the address. */
function place(
  { resource: groupId }: DirectoryEnvelope,
  { resource: userId, payload }: DirectoryEnvelope,
): JsonObject | null {
  const userEmail = addressOf(parseAnswer(user, payload, `${docs}#section-3.4.2`));
  return z.email().safeParse(userEmail).success ? { groupId, userId, userEmail } : null;
}
