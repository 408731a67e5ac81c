import { z } from 'zod';

/** https://docs.opal.dev/api-reference: objects as Opal answers them, with keys in camelCase; unknown keys are dropped. */

export const docs = 'https://docs.opal.dev/api-reference';

export const userId = z
  .string()
  .min(1)
  .meta({ title: 'User id' })
  .describe('Opal’s id of the person, from “Find a user”.');
export const resourceId = z.string().min(1).meta({ title: 'Resource' });
export const groupId = z.string().min(1).meta({ title: 'Group' });

/** Opal’s default access level is the empty text. */
export const accessLevelField = z
  .string()
  .default('')
  .meta({ title: 'Access level' })
  .describe(
    'The remote id of the access level; empty for the default one. Each level is granted and revoked by itself.',
  );

export const limitField = z
  .int()
  .min(1)
  .max(10_000)
  .optional()
  .meta({ title: 'At most' })
  .describe('How many to read; left out: all.');

export const user = z.object({
  userId: z.string(),
  email: z.string(),
  fullName: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  position: z.string(),
  /** From the HR system or identity provider. */
  hrIdpStatus: z.enum(['ACTIVE', 'SUSPENDED', 'DEPROVISIONED', 'DELETED', 'NOT_FOUND']).optional(),
});

export const accessLevel = z.object({ accessLevelName: z.string(), accessLevelRemoteId: z.string() });

/** SUCCESS, PENDING… or ERR_…: Opal carries a change out after it has answered. */
const propagationStatus = z.object({ status: z.string() });

export const resource = z.object({
  resourceId: z.string(),
  name: z.string().optional(),
  description: z.string().optional(),
  resourceType: z.string().optional(),
  appId: z.string().optional(),
  adminOwnerId: z.string().optional(),
  parentResourceId: z.string().optional(),
  remoteResourceId: z.string().optional(),
  remoteResourceName: z.string().optional(),
  /** Minutes. */
  maxDuration: z.int().optional(),
  recommendedDuration: z.int().optional(),
  isRequestable: z.boolean().optional(),
  riskSensitivity: z.string().optional(),
});

export const group = z.object({
  groupId: z.string(),
  name: z.string().optional(),
  description: z.string().optional(),
  groupType: z.string().optional(),
  appId: z.string().optional(),
  adminOwnerId: z.string().optional(),
  remoteId: z.string().optional(),
  remoteName: z.string().optional(),
  maxDuration: z.int().optional(),
  recommendedDuration: z.int().optional(),
  isRequestable: z.boolean().optional(),
  riskSensitivity: z.string().optional(),
});

/** Somebody’s access to a resource, whether of their own or through a group. */
export const resourceAccess = z.object({
  resourceId: z.string(),
  resourceName: z.string().optional(),
  userId: z.string(),
  email: z.string(),
  fullName: z.string(),
  accessLevel,
  expirationDate: z.string().nullish(),
  hasDirectAccess: z.boolean(),
  numAccessPaths: z.int(),
  propagationStatus: propagationStatus.optional(),
});

export const groupAccess = z.object({
  groupId: z.string(),
  groupName: z.string(),
  userId: z.string(),
  email: z.string(),
  fullName: z.string(),
  accessLevel: accessLevel.nullish(),
  expirationDate: z.string().nullish(),
  propagationStatus: propagationStatus.optional(),
});

/** What a group gives its members. */
export const groupResource = z.object({ groupId: z.string(), resourceId: z.string(), accessLevel });

/** What the answer to a grant holds; whether it has arrived in the end system, `userAccess` tells. */
export const granted = z.object({
  userId: z.string(),
  email: z.string(),
  accessLevel: accessLevel.nullish(),
  expirationDate: z.string().nullish(),
});
