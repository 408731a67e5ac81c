import type { DirectoryEnvelope, DirectoryPush, JsonObject } from '@castellan/sdk';
import { z } from 'zod';

/** Members of groups that Okta itself keeps, as teams have them. */
export const oktaPush: DirectoryPush = {
  settings: z.strictObject({}),
  refuses: ({ payload: { type } }) =>
    type === 'OKTA_GROUP' ? null : 'Okta fills this group by itself, or from an app: its members cannot be changed.',
  add: { operation: 'addMember', fields: ['group', 'user', 'userEmail'], input: place },
  remove: { operation: 'removeMember', fields: ['group', 'user', 'userEmail'], input: place },
};

/** The user by id, whatever the name to sign in with holds; protected people are told by the address. */
function place(
  { resource: group }: DirectoryEnvelope,
  { resource: user, payload }: DirectoryEnvelope,
): JsonObject | null {
  const { email } = (payload.profile ?? {}) as JsonObject;
  return typeof email === 'string' ? { group, user, userEmail: email } : null;
}
