import { type DirectoryEnvelope, type DirectoryPush, type JsonObject, parseAnswer } from '@castellan/sdk';
import { z } from 'zod';
import { docs, group } from './entra-shapes.js';

/** Members of groups that are kept in Entra, as teams have them, and a security group for each new team. */
export const entraPush: DirectoryPush = {
  settings: z.strictObject({}),
  refuses,
  add: { operation: 'addMember', fields: ['group', 'user', 'userEmail'], input: place },
  remove: { operation: 'removeMember', fields: ['group', 'user', 'userEmail'], input: place },
  create: {
    operation: 'createGroup',
    fields: ['displayName', 'description'],
    missing: () => null,
    input: ({ name, description }) => ({ displayName: name, description }),
    made: (answer) => {
      const found = parseAnswer(group, answer, `${docs}/group-post-groups`);
      return { resource: found.id, payload: found as JsonObject };
    },
  },
};

/** Microsoft Graph changes the members of security groups and of Microsoft 365 groups, and of no other. */
function refuses({ payload }: DirectoryEnvelope): string | null {
  const found = parseAnswer(group, payload, `${docs}/group-list`);
  if (found.groupTypes.includes('DynamicMembership')) return 'A rule in Entra says who is in it.';
  if (found.onPremisesSyncEnabled) return 'It is kept in a directory on premises, and changed there.';
  if (found.mailEnabled && !found.groupTypes.includes('Unified')) return 'It is kept in Exchange, and changed there.';
  return null;
}

/** The user by object id; protected people are told by the address. */
function place(
  { resource: key }: DirectoryEnvelope,
  { resource: user, payload }: DirectoryEnvelope,
): JsonObject | null {
  const email = payload.mail ?? payload.userPrincipalName;
  return typeof email === 'string' ? { group: key, user, userEmail: email } : null;
}
