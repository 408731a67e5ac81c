import { camelKeys, operation, path } from '@castellan/sdk';
import { z } from 'zod';
import {
  asHeld,
  asJson,
  durationMinutes,
  inGroup,
  onResource,
  sampleGranted,
  sampleInGroup,
  sampleOnResource,
} from './opal-grants.js';
import { accessChange, heldInGroup, heldOnResource } from './opal-held.js';
import { docs, granted } from './opal-shapes.js';

/** Only what is held can be changed, so the former duration is what takes the change back. */
function undoChange<T extends { durationMinutes: number }>(
  operationId: string,
  input: T,
  before: Parameters<typeof asHeld>[0],
) {
  const { granted, minutesLeft } = asHeld(before);
  if (!granted || minutesLeft === input.durationMinutes) return null;
  return { operation: operationId, input: { ...input, durationMinutes: minutesLeft } };
}

const heldBefore = { granted: true, expirationDate: null, minutesLeft: 0 };
const sampleIn = { ...sampleInGroup, groupId: 'ca57e11a-0003-4000-8000-000000000001' };

export const opalDurations = {
  changeResourceDuration: operation({
    title: 'Change how long a resource is held',
    docs: `${docs}/resources/update-resource-user`,
    summary: 'Gives direct access that a person has a new end, counted from now.',
    input: z.strictObject({ ...onResource, durationMinutes }),
    output: granted,
    options: { '/userId': 'listUsers', '/resourceId': 'listResources', '/accessLevel': 'listAccessLevels' },
    effect: 'write',
    idempotency: 'natural',
    changes: (input) =>
      accessChange('update', { type: 'opal_resource', id: input.resourceId, name: input.resourceName }, input),
    before: async (input, host) => asJson(await heldOnResource(host, input.resourceId, input)),
    passing: ['minutesLeft'],
    request: ({ resourceId, userId, accessLevel, durationMinutes }) => ({
      method: 'PUT',
      path: path`/resources/${resourceId}/users/${userId}`,
      body: { duration_minutes: durationMinutes, access_level_remote_id: accessLevel },
    }),
    response: ({ body }) => camelKeys(body),
    undo: (input, _, before) => undoChange('changeResourceDuration', input, before),
    sample: { input: { ...sampleOnResource, durationMinutes: 60 }, output: sampleGranted, before: heldBefore },
  }),

  changeGroupDuration: operation({
    title: 'Change how long somebody is in a group',
    docs: `${docs}/groups/update-group-user`,
    summary: 'Gives a membership a new end, counted from now.',
    input: z.strictObject({ ...inGroup, durationMinutes }),
    output: granted,
    options: { '/userId': 'listUsers', '/groupId': 'listGroups', '/accessLevel': 'listGroupAccessLevels' },
    effect: 'write',
    idempotency: 'natural',
    changes: (input) => accessChange('update', { type: 'opal_group', id: input.groupId, name: input.groupName }, input),
    before: async (input, host) => asJson(await heldInGroup(host, input.groupId, input)),
    passing: ['minutesLeft'],
    request: ({ groupId, userId, accessLevel, durationMinutes }) => ({
      method: 'PUT',
      path: path`/groups/${groupId}/users/${userId}`,
      body: { duration_minutes: durationMinutes, access_level_remote_id: accessLevel },
    }),
    response: ({ body }) => camelKeys(body),
    undo: (input, _, before) => undoChange('changeGroupDuration', input, before),
    sample: {
      input: { ...sampleIn, durationMinutes: 60 },
      output: { ...sampleGranted, accessLevel: null },
      before: heldBefore,
    },
  }),
};
