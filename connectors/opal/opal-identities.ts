import { type Change, camelKeys, type Host, type JsonObject, operation, path } from '@castellan/sdk';
import { z } from 'zod';
import { afterRevoke, asHeld, durationMinutes, revoked } from './opal-grants.js';
import { heldOf } from './opal-held.js';
import { pageSize, resultPages } from './opal-reads.js';
import { accessLevel, accessLevelField, docs, limitField, resource, resourceId } from './opal-shapes.js';

const identityId = z
  .string()
  .min(1)
  .meta({ title: 'Identity' })
  .describe('A non-human identity is a resource of Opal.');

const identityAccess = z.object({
  principalId: z.string(),
  principalType: z.enum(['GROUP', 'RESOURCE', 'USER']),
  entityId: z.string(),
  entityType: z.enum(['GROUP', 'RESOURCE', 'USER']),
  accessLevel: accessLevel.optional(),
  expirationDate: z.string().nullish(),
  hasDirectAccess: z.boolean(),
  numAccessPaths: z.int(),
});

const place = { resourceId, identityId, accessLevel: accessLevelField };
type Place = { resourceId: string; identityId: string; accessLevel: string };

async function heldByIdentity({ resourceId, identityId, accessLevel }: Place, host: Host) {
  const request = { method: 'GET' as const, path: path`/resources/${resourceId}/non-human-identities`, accept: [404] };
  const { results = [] } = (await host.http.send(request)).body as { results?: JsonObject[] };
  const rows = results.filter((row) => row.principal_id === identityId && row.has_direct_access === true);
  return { ...heldOf(rows, accessLevel, host.now()) };
}

const changesOf = (action: Change['action'], { resourceId, identityId, accessLevel }: Place): Change[] => [
  {
    action,
    subject: { type: 'opal_identity', id: identityId },
    object: { type: 'opal_resource', id: resourceId, ...(accessLevel ? { title: accessLevel } : {}) },
  },
];

const robot = {
  resourceId: 'ca57e11a-000b-4000-8000-000000000001',
  name: 'deploy-bot',
  resourceType: 'AWS_IAM_ROLE',
};
const samplePlace = {
  resourceId: 'ca57e11a-0002-4000-8000-000000000001',
  identityId: robot.resourceId,
  accessLevel: 'ReadOnlyAccess',
};

/** Service accounts, roles and keys that are no people. */
export const opalIdentities = {
  listIdentities: operation({
    title: 'List non-human identities',
    docs: `${docs}/non-human-identities/get-nhis`,
    summary: 'Service accounts, roles and keys; Opal answers them as resources.',
    input: z.strictObject({ limit: limitField }),
    output: z.object({ items: z.array(resource) }),
    choice: { value: 'resourceId', label: 'name' },
    effect: 'read',
    request: () => ({ method: 'GET', path: path`/non-human-identities`, query: { page_size: pageSize } }),
    paginate: resultPages,
    each: camelKeys,
    sample: { input: {}, output: { items: [robot] } },
  }),

  listResourceIdentities: operation({
    title: 'List a resource’s non-human identities',
    docs: `${docs}/resources/get-resource-nhis`,
    summary: 'The non-human identities that can reach a resource, directly or not.',
    input: z.strictObject({ resourceId }),
    output: z.object({ items: z.array(identityAccess) }),
    options: { '/resourceId': 'listResources' },
    effect: 'read',
    request: (input) => ({ method: 'GET', path: path`/resources/${input.resourceId}/non-human-identities` }),
    response: ({ body }) => ({ items: camelKeys((body as { results?: [] }).results ?? []) }),
    sample: {
      input: { resourceId: samplePlace.resourceId },
      output: {
        items: [
          {
            principalId: robot.resourceId,
            principalType: 'RESOURCE',
            entityId: samplePlace.resourceId,
            entityType: 'RESOURCE',
            accessLevel: { accessLevelName: 'Administrator', accessLevelRemoteId: 'AdministratorAccess' },
            expirationDate: null,
            hasDirectAccess: true,
            numAccessPaths: 1,
          },
        ],
      },
    },
  }),

  grantIdentity: operation({
    title: 'Grant a resource to an identity',
    docs: `${docs}/resources/add-resource-nhi`,
    summary: 'Gives a non-human identity direct access to a resource at one level.',
    input: z.strictObject({ ...place, durationMinutes }),
    output: z.object({
      resourceId: z.string(),
      nonHumanIdentityId: z.string(),
      accessLevel: accessLevel.optional(),
      expirationDate: z.string().nullish(),
    }),
    options: { '/resourceId': 'listResources', '/identityId': 'listIdentities' },
    effect: 'write',
    idempotency: 'natural',
    changes: (input) => changesOf('grant', input),
    before: heldByIdentity,
    passing: ['minutesLeft'],
    request: ({ resourceId, identityId, accessLevel, durationMinutes }) => ({
      method: 'POST',
      path: path`/resources/${resourceId}/non-human-identities/${identityId}`,
      body: { duration_minutes: durationMinutes, access_level_remote_id: accessLevel },
    }),
    response: ({ body }) => camelKeys(body),
    undo: ({ durationMinutes, ...input }, _, before) => {
      const { granted, minutesLeft } = asHeld(before);
      if (!granted) return { operation: 'revokeIdentity', input };
      return minutesLeft === durationMinutes
        ? null
        : { operation: 'grantIdentity', input: { ...input, durationMinutes: minutesLeft } };
    },
    sample: {
      input: { ...samplePlace, durationMinutes: 60 },
      output: {
        resourceId: samplePlace.resourceId,
        nonHumanIdentityId: robot.resourceId,
        accessLevel: { accessLevelName: 'Read only', accessLevelRemoteId: 'ReadOnlyAccess' },
        expirationDate: '2027-01-01T08:00:00.000Z',
      },
      before: { granted: false, expirationDate: null, minutesLeft: 0 },
    },
  }),

  revokeIdentity: operation({
    title: 'Revoke a resource from an identity',
    docs: `${docs}/resources/delete-resource-nhi`,
    summary: 'Takes away a non-human identity’s direct access to a resource at one level.',
    input: z.strictObject(place),
    output: revoked,
    options: { '/resourceId': 'listResources', '/identityId': 'listIdentities' },
    effect: 'destructive',
    idempotency: 'natural',
    changes: (input) => changesOf('revoke', input),
    before: heldByIdentity,
    passing: ['minutesLeft'],
    request: ({ resourceId, identityId, accessLevel }) => ({
      method: 'DELETE',
      path: path`/resources/${resourceId}/non-human-identities/${identityId}`,
      query: { access_level_remote_id: accessLevel },
      accept: [404],
    }),
    response: afterRevoke,
    undo: (input, _, before) => {
      const { granted, minutesLeft } = asHeld(before);
      return granted ? { operation: 'grantIdentity', input: { ...input, durationMinutes: minutesLeft } } : null;
    },
    sample: {
      input: { ...samplePlace, accessLevel: 'AdministratorAccess' },
      output: { revoked: true, alreadyGone: false },
      before: { granted: true, expirationDate: null, minutesLeft: 0 },
    },
  }),
};
