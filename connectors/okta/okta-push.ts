import { type DirectoryEnvelope, type DirectoryPush, type JsonObject, parseAnswer } from '@castellan/sdk';
import { z } from 'zod';
import { docs, group } from './okta-shapes.js';

/** Members of groups that Okta itself keeps, as teams have them, and such a group for each new team. */
export const oktaPush: DirectoryPush = {
  settings: z.strictObject({}),
  refuses: ({ payload: { type } }) =>
    type === 'OKTA_GROUP' ? null : 'Okta fills this group by itself, or from an app: its members cannot be changed.',
  add: { operation: 'addMember', fields: ['group', 'user', 'userEmail'], input: place },
  remove: { operation: 'removeMember', fields: ['group', 'user', 'userEmail'], input: place },
  create: {
    operation: 'createGroup',
    fields: ['name', 'description'],
    missing: () => null,
    input: ({ name, description }) => ({ name, description }),
    made: (answer) => {
      const { name, description, ...found } = parseAnswer(group, answer, `${docs}/Group/#tag/Group/operation/addGroup`);
      // As a list of groups has it, with the names in the profile.
      return { resource: found.id, payload: { ...found, profile: { name, description } } as JsonObject };
    },
  },
};

/** The user by id, whatever the name to sign in with holds; protected people are told by the address. */
function place(
  { resource: group }: DirectoryEnvelope,
  { resource: user, payload }: DirectoryEnvelope,
): JsonObject | null {
  const { email } = (payload.profile ?? {}) as JsonObject;
  return typeof email === 'string' ? { group, user, userEmail: email } : null;
}
