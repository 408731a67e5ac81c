import type { DirectoryEnvelope, DirectoryPush, JsonObject } from '@castellan/sdk';
import { z } from 'zod';

/** Members of groups that Okta itself keeps, as teams have them. */
export const oktaPush: DirectoryPush = {
  settings: z.strictObject({}),
  refuses: ({ payload: { type } }) =>
    type === 'OKTA_GROUP' ? null : 'Okta fills this group by itself, or from an app: its members cannot be changed.',
  add: { operation: 'addMember', fields: ['group', 'user'], input: place },
  remove: { operation: 'removeMember', fields: ['group', 'user'], input: place },
};

/** The user by the name to sign in with, which is an address in most organisations: protected people are told by it. */
function place({ resource: group }: DirectoryEnvelope, { payload }: DirectoryEnvelope): JsonObject | null {
  const { login } = (payload.profile ?? {}) as JsonObject;
  return typeof login === 'string' ? { group, user: login } : null;
}
