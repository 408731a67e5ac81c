import { camelKeys, type HttpResponse, type JsonValue, operation, path } from '@castellan/sdk';
import { z } from 'zod';
import { accessChange, type Held, heldInGroup, heldOnResource } from './opal-held.js';
import * as shapes from './opal-shapes.js';

const { docs, granted } = shapes;

/** Opal's longest duration, about a year. */
const longestMinutes = 525_960;

export const durationMinutes = z
  .int()
  .min(0)
  .max(longestMinutes)
  .meta({ title: 'Minutes' })
  .describe('How long the access lasts; 0 is without end.');

/** Whom and at which level. The e-mail is not sent to Opal. */
const subject = {
  userId: shapes.userId,
  userEmail: z
    .email()
    .optional()
    .meta({ title: 'User’s e-mail' })
    .describe('Names the person in plan and evidence, and is what protected people are held back by.'),
  accessLevel: shapes.accessLevelField,
};

const nameOf = (what: string) =>
  z
    .string()
    .optional()
    .meta({ title: `${what}’s name` })
    .describe('Shown in plan and evidence; not sent to Opal.');

export const onResource = { resourceId: shapes.resourceId, resourceName: nameOf('Resource'), ...subject };
export const inGroup = { groupId: shapes.groupId, groupName: nameOf('Group'), ...subject };

export const revoked = z.object({
  revoked: z.literal(true),
  /** There was no such direct access any more. */
  alreadyGone: z.boolean(),
});

/** Without access there is nothing to remove: 404 is success. */
export const afterRevoke = ({ status }: HttpResponse) => ({ revoked: true, alreadyGone: status === 404 });

export const asHeld = (before: JsonValue) => (before ?? { granted: false, minutesLeft: 0 }) as unknown as Held;
export const asJson = (before: Held) => ({ ...before }) as JsonValue;

/** A grant is taken back by a revoke, or, where it only changed the duration, by giving the former one. */
function undoGrant<T extends object>(
  kind: 'Resource' | 'Group',
  input: T & { durationMinutes: number },
  before: JsonValue,
) {
  const { durationMinutes, ...place } = input;
  const { granted, minutesLeft } = asHeld(before);
  if (!granted) return { operation: `revoke${kind}`, input: place as JsonValue };
  if (minutesLeft === durationMinutes) return null;
  return { operation: `grant${kind}`, input: { ...place, durationMinutes: minutesLeft } as JsonValue };
}

/** A revoke is taken back by granting what was left, if there was any access. */
function undoRevoke<T extends object>(kind: 'Resource' | 'Group', input: T, before: JsonValue) {
  const { granted, minutesLeft } = asHeld(before);
  return granted
    ? {
        operation: `grant${kind}`,
        input: { ...input, durationMinutes: Math.min(minutesLeft, longestMinutes) } as JsonValue,
      }
    : null;
}

const sampleSubject = { userId: 'ca57e11a-0001-4000-8000-000000000003', userEmail: 'jane.doe@example.com' };
export const sampleOnResource = {
  ...sampleSubject,
  resourceId: 'ca57e11a-0002-4000-8000-000000000001',
  resourceName: 'AWS Production',
  accessLevel: 'AdministratorAccess',
};
export const sampleInGroup = {
  ...sampleSubject,
  groupId: 'ca57e11a-0003-4000-8000-000000000001',
  groupName: 'Engineering',
  accessLevel: '',
};
export const sampleGranted = {
  userId: sampleSubject.userId,
  email: sampleSubject.userEmail,
  accessLevel: { accessLevelName: 'Administrator', accessLevelRemoteId: 'AdministratorAccess' },
  expirationDate: '2027-01-01T08:00:00.000Z',
};
const nothingBefore = { granted: false, expirationDate: null, minutesLeft: 0 };
const heldBefore = { granted: true, expirationDate: null, minutesLeft: 0 };

export const opalGrants = {
  grantResource: operation({
    title: 'Grant a resource',
    docs: `${docs}/resources/post-resources-users`,
    summary: 'Gives a person direct access to a resource at one level. Opal carries it out after it has answered.',
    input: z.strictObject({ ...onResource, durationMinutes }),
    output: granted,
    options: { '/userId': 'listUsers', '/resourceId': 'listResources', '/accessLevel': 'listAccessLevels' },
    effect: 'write',
    idempotency: 'natural',
    changes: (input) =>
      accessChange('grant', { type: 'opal_resource', id: input.resourceId, name: input.resourceName }, input),
    before: async (input, host) => asJson(await heldOnResource(host, input.resourceId, input)),
    passing: ['minutesLeft'],
    request: ({ resourceId, userId, accessLevel, durationMinutes }) => ({
      method: 'POST',
      path: path`/resources/${resourceId}/users/${userId}`,
      body: { duration_minutes: durationMinutes, access_level_remote_id: accessLevel },
    }),
    response: ({ body }) => camelKeys(body),
    undo: (input, _, before) => undoGrant('Resource', input, before),
    sample: { input: { ...sampleOnResource, durationMinutes: 480 }, output: sampleGranted, before: nothingBefore },
  }),

  revokeResource: operation({
    title: 'Revoke a resource',
    docs: `${docs}/resources/delete-resources-users`,
    summary: 'Takes away a person’s direct access to a resource at one level. What they have through groups stays.',
    input: z.strictObject(onResource),
    output: revoked,
    options: { '/userId': 'listUsers', '/resourceId': 'listResources', '/accessLevel': 'listAccessLevels' },
    effect: 'destructive',
    idempotency: 'natural',
    changes: (input) =>
      accessChange('revoke', { type: 'opal_resource', id: input.resourceId, name: input.resourceName }, input),
    before: async (input, host) => asJson(await heldOnResource(host, input.resourceId, input)),
    passing: ['minutesLeft'],
    request: ({ resourceId, userId, accessLevel }) => ({
      method: 'DELETE',
      path: path`/resources/${resourceId}/users/${userId}`,
      query: { access_level_remote_id: accessLevel },
      accept: [404],
    }),
    response: afterRevoke,
    undo: (input, _, before) => undoRevoke('Resource', input, before),
    sample: { input: sampleOnResource, output: { revoked: true, alreadyGone: false }, before: heldBefore },
  }),

  grantGroup: operation({
    title: 'Add to a group',
    docs: `${docs}/groups/post-groups-users`,
    summary: 'Makes a person a member of a group. Opal carries it out after it has answered.',
    input: z.strictObject({ ...inGroup, durationMinutes }),
    output: granted,
    options: { '/userId': 'listUsers', '/groupId': 'listGroups', '/accessLevel': 'listGroupAccessLevels' },
    effect: 'write',
    idempotency: 'natural',
    changes: (input) => accessChange('grant', { type: 'opal_group', id: input.groupId, name: input.groupName }, input),
    before: async (input, host) => asJson(await heldInGroup(host, input.groupId, input)),
    passing: ['minutesLeft'],
    request: ({ groupId, userId, accessLevel, durationMinutes }) => ({
      method: 'POST',
      path: path`/groups/${groupId}/users/${userId}`,
      body: { duration_minutes: durationMinutes, access_level_remote_id: accessLevel },
    }),
    response: ({ body }) => camelKeys(body),
    undo: (input, _, before) => undoGrant('Group', input, before),
    sample: {
      input: { ...sampleInGroup, durationMinutes: 480 },
      output: { ...sampleGranted, accessLevel: null },
      before: nothingBefore,
    },
  }),

  revokeGroup: operation({
    title: 'Remove from a group',
    docs: `${docs}/groups/delete-groups-users`,
    summary: 'Ends a person’s membership of a group, and with it what the group gives.',
    input: z.strictObject(inGroup),
    output: revoked,
    options: { '/userId': 'listUsers', '/groupId': 'listGroups', '/accessLevel': 'listGroupAccessLevels' },
    effect: 'destructive',
    idempotency: 'natural',
    changes: (input) => accessChange('revoke', { type: 'opal_group', id: input.groupId, name: input.groupName }, input),
    before: async (input, host) => asJson(await heldInGroup(host, input.groupId, input)),
    passing: ['minutesLeft'],
    request: ({ groupId, userId, accessLevel }) => ({
      method: 'DELETE',
      path: path`/groups/${groupId}/users/${userId}`,
      query: { access_level_remote_id: accessLevel },
      accept: [404],
    }),
    response: afterRevoke,
    undo: (input, _, before) => undoRevoke('Group', input, before),
    sample: { input: sampleInGroup, output: { revoked: true, alreadyGone: false }, before: heldBefore },
  }),
};
