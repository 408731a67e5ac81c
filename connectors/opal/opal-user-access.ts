import { camelKeys, type Host, type JsonValue, operation, parseAnswer, path, readPages } from '@castellan/sdk';
import { z } from 'zod';
import { pageSize, resultPages } from './opal-reads.js';
import { docs, groupAccess, groupResource, resourceAccess, userId } from './opal-shapes.js';

const throughGroup = z.object({ groupId: z.string(), groupName: z.string() });

const resourceRow = z.object({
  resourceId: z.string(),
  resourceName: z.string(),
  /** The level's remote id, as grant and revoke take it. */
  accessLevel: z.string(),
  accessLevelName: z.string(),
  /** The person's own grant, which revoking takes away. */
  hasDirectAccess: z.boolean(),
  /** Groups of the person that give the same access. Empty and not direct: it comes by a way that Opal does not name. */
  throughGroups: z.array(throughGroup),
  expirationDate: z.string().nullable(),
  /** How far Opal is in carrying it out: SUCCESS, PENDING… or ERR_…. */
  propagation: z.string(),
});

const groupRow = z.object({
  groupId: z.string(),
  groupName: z.string(),
  accessLevel: z.string(),
  expirationDate: z.string().nullable(),
  propagation: z.string(),
});

/** Everything that a person can reach, and why: two lists, and what each of the person's groups gives. */
export const userAccess = operation({
  title: 'See all access of a user',
  docs: `${docs}/resources/get-resourcesusers`,
  summary: 'Direct grants, groups, and inherited access with the groups that it comes from.',
  input: z.strictObject({ userId }),
  output: z.object({
    userId: z.string(),
    resources: z.array(resourceRow),
    groups: z.array(groupRow),
    counts: z.object({ direct: z.int(), inherited: z.int(), groups: z.int(), pending: z.int(), failed: z.int() }),
  }),
  options: { '/userId': 'listUsers' },
  effect: 'read',
  run: async (input, host) => {
    const [reached, memberships] = await Promise.all([
      readReached(host, input.userId),
      readMemberships(host, input.userId),
    ]);
    const given = await Promise.all(memberships.map(({ groupId }) => readGiven(host, groupId)));
    const resources = reached.map((access) => ({
      resourceId: access.resourceId,
      resourceName: access.resourceName ?? access.resourceId,
      accessLevel: access.accessLevel.accessLevelRemoteId,
      accessLevelName: access.accessLevel.accessLevelName,
      hasDirectAccess: access.hasDirectAccess,
      throughGroups: memberships
        .filter((_, index) => given[index]!.some((resource) => givesSame(resource, access)))
        .map(({ groupId, groupName }) => ({ groupId, groupName })),
      expirationDate: access.expirationDate ?? null,
      propagation: access.propagationStatus?.status ?? 'UNKNOWN',
    }));
    const groups = memberships.map((membership) => ({
      groupId: membership.groupId,
      groupName: membership.groupName,
      accessLevel: membership.accessLevel?.accessLevelRemoteId ?? '',
      expirationDate: membership.expirationDate ?? null,
      propagation: membership.propagationStatus?.status ?? 'UNKNOWN',
    }));
    const states = [...resources, ...groups].map(({ propagation }) => propagation);
    return {
      userId: input.userId,
      resources,
      groups,
      counts: {
        direct: resources.filter(({ hasDirectAccess }) => hasDirectAccess).length,
        inherited: resources.filter((row) => !row.hasDirectAccess || row.throughGroups.length > 0).length,
        groups: groups.length,
        pending: states.filter((state) => state.startsWith('PENDING')).length,
        failed: states.filter((state) => state.startsWith('ERR_')).length,
      },
    };
  },
  sample: {
    input: { userId: 'ca57e11a-0001-4000-8000-000000000003' },
    output: {
      userId: 'ca57e11a-0001-4000-8000-000000000003',
      resources: [
        {
          resourceId: 'ca57e11a-0002-4000-8000-000000000001',
          resourceName: 'AWS Production',
          accessLevel: 'AdministratorAccess',
          accessLevelName: 'Administrator',
          hasDirectAccess: true,
          throughGroups: [],
          expirationDate: null,
          propagation: 'SUCCESS',
        },
        {
          resourceId: 'ca57e11a-0002-4000-8000-000000000003',
          resourceName: 'payments-api',
          accessLevel: 'push',
          accessLevelName: 'Write',
          hasDirectAccess: false,
          throughGroups: [{ groupId: 'ca57e11a-0003-4000-8000-000000000001', groupName: 'Engineering' }],
          expirationDate: null,
          propagation: 'SUCCESS',
        },
      ],
      groups: [
        {
          groupId: 'ca57e11a-0003-4000-8000-000000000001',
          groupName: 'Engineering',
          accessLevel: '',
          expirationDate: null,
          propagation: 'SUCCESS',
        },
      ],
      counts: { direct: 1, inherited: 1, groups: 1, pending: 0, failed: 0 },
    },
  },
});

async function readReached(host: Host, id: string): Promise<z.output<typeof resourceAccess>[]> {
  const request = { method: 'GET' as const, path: path`/resources/users/${id}`, query: { limit: pageSize } };
  return parseAll(resourceAccess, await readPages(host.http, request, resultPages));
}

async function readMemberships(host: Host, id: string): Promise<z.output<typeof groupAccess>[]> {
  const request = { method: 'GET' as const, path: path`/groups/users/${id}`, query: { page_size: pageSize } };
  return parseAll(groupAccess, await readPages(host.http, request, resultPages));
}

/** What a group gives its members; this list has no pages. */
async function readGiven(host: Host, id: string): Promise<z.output<typeof groupResource>[]> {
  const { body } = await host.http.send({ method: 'GET', path: path`/groups/${id}/resources` });
  return parseAll(groupResource, (body as { group_resources?: JsonValue[] } | null)?.group_resources ?? []);
}

function givesSame(given: z.output<typeof groupResource>, access: z.output<typeof resourceAccess>): boolean {
  return (
    given.resourceId === access.resourceId &&
    given.accessLevel.accessLevelRemoteId === access.accessLevel.accessLevelRemoteId
  );
}

/** Rows in the shape that Opal's description gives them; another shape is refused, since access must not be overlooked. */
function parseAll<T extends z.ZodType>(shape: T, rows: JsonValue[]): z.output<T>[] {
  return parseAnswer(z.array(shape), rows.map(camelKeys), docs);
}
