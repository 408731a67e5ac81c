import { camelKeys, FatalError, operation, parseAnswer, path, RetryableError, readPages } from '@castellan/sdk';
import { z } from 'zod';
import { pageSize, resultPages } from './opal-reads.js';
import { accessLevelField, docs, groupAccess, groupId, resourceAccess, resourceId, userId } from './opal-shapes.js';

const wanted = z
  .enum(['granted', 'revoked'])
  .default('granted')
  .meta({ title: 'What is awaited' })
  .describe('That the access has arrived in the end system, or that it is gone.');

const arrived = z.object({
  /** `byHand`: Opal has given the work to a person or a ticket, and nothing tells when it is done. */
  state: z.enum(['carriedOut', 'byHand']),
  /** Opal's own word; none where the access is gone, or where it came from the end system. */
  status: z.string().nullable(),
  expirationDate: z.string().nullable(),
});

/** What the list says of the one access that is waited for. */
interface Listed {
  status: string | undefined;
  expirationDate: string | null;
}

const handedOver = ['PENDING_MANUAL_PROPAGATION', 'PENDING_TICKET_CREATION'];

/**
 * Settled, failed for good, or to be looked at again. One look is one attempt of the step: between two looks the run
 * sleeps and holds nothing, so that waiting for an hour costs no more than waiting for a second.
 */
function settle(awaited: 'granted' | 'revoked', listed: Listed | undefined): z.output<typeof arrived> {
  const { status = null, expirationDate = null } = listed ?? {};
  if (awaited === 'revoked' && !listed) return { state: 'carriedOut', status, expirationDate };
  if (status?.startsWith('ERR_')) {
    throw new FatalError(`Opal could not carry the change out: ${status}.`, { vendorMessage: status });
  }
  if (status !== null && handedOver.includes(status)) return { state: 'byHand', status, expirationDate };
  // Without a status the access came from the end system itself.
  if (awaited === 'granted' && listed && (status === null || status === 'SUCCESS')) {
    return { state: 'carriedOut', status, expirationDate };
  }
  const now = listed ? `says ${status ?? 'that it is there'}` : 'does not list it yet';
  throw new RetryableError(`Opal has not carried the change out: it ${now}.`, { code: 'E_TIMEOUT' });
}

/** Some ten minutes in looks ever further apart, and then one a minute for an hour. A step may say otherwise. */
const looks = { attempts: 75, firstSeconds: 2, factor: 1.5, maxSeconds: 60 };

const sampleOutput = { state: 'carriedOut' as const, status: 'SUCCESS', expirationDate: null };

export const opalPropagation = {
  awaitResourceAccess: operation({
    title: 'Wait until a resource’s access is carried out',
    docs: `${docs}/resources/get-user-resources`,
    summary: 'Goes on when a grant or revoke has arrived in the end system; fails when Opal could not carry it out.',
    input: z.strictObject({ resourceId, userId, accessLevel: accessLevelField, wanted }),
    output: arrived,
    options: { '/userId': 'listUsers', '/resourceId': 'listResources', '/accessLevel': 'listAccessLevels' },
    effect: 'read',
    retry: looks,
    run: async (input, { http }) => {
      const request = {
        method: 'GET' as const,
        path: path`/resources/users/${input.userId}`,
        query: { limit: pageSize },
      };
      const rows = parseAnswer(z.array(resourceAccess), camelKeys(await readPages(http, request, resultPages)), docs);
      const row = rows.find(
        (one) =>
          one.resourceId === input.resourceId &&
          one.accessLevel.accessLevelRemoteId === input.accessLevel &&
          one.hasDirectAccess,
      );
      return settle(
        input.wanted,
        row && { status: row.propagationStatus?.status, expirationDate: row.expirationDate ?? null },
      );
    },
    sample: {
      input: {
        resourceId: 'ca57e11a-0002-4000-8000-000000000001',
        userId: 'ca57e11a-0001-4000-8000-000000000003',
        accessLevel: 'AdministratorAccess',
      },
      output: sampleOutput,
    },
  }),

  awaitGroupAccess: operation({
    title: 'Wait until a group’s access is carried out',
    docs: `${docs}/groups/get-user-groups`,
    summary:
      'Goes on when a membership has arrived in the end system or is gone; fails when Opal could not carry it out.',
    input: z.strictObject({ groupId, userId, accessLevel: accessLevelField, wanted }),
    output: arrived,
    options: { '/userId': 'listUsers', '/groupId': 'listGroups', '/accessLevel': 'listGroupAccessLevels' },
    effect: 'read',
    retry: looks,
    run: async (input, { http }) => {
      const request = {
        method: 'GET' as const,
        path: path`/groups/users/${input.userId}`,
        query: { page_size: pageSize },
      };
      const rows = parseAnswer(z.array(groupAccess), camelKeys(await readPages(http, request, resultPages)), docs);
      const row = rows.find(
        (one) => one.groupId === input.groupId && (one.accessLevel?.accessLevelRemoteId ?? '') === input.accessLevel,
      );
      return settle(
        input.wanted,
        row && { status: row.propagationStatus?.status, expirationDate: row.expirationDate ?? null },
      );
    },
    sample: {
      input: { groupId: 'ca57e11a-0003-4000-8000-000000000001', userId: 'ca57e11a-0001-4000-8000-000000000003' },
      output: sampleOutput,
    },
  }),
};
