import { type Host, type JsonObject, operation, path, readPages } from '@castellan/sdk';
import { z } from 'zod';
import { pageSize, resultPages } from './opal-reads.js';
import { docs, groupId, resourceId } from './opal-shapes.js';

/**
 * Opal's API has no list of the access levels of a resource or a group. So those are listed that somebody or some group
 * has: enough to choose from, while a level that nobody has yet is written by hand.
 */
async function levelsOfResource(id: string, { http }: Host) {
  const [users, groups] = await Promise.all([
    http.send({ method: 'GET', path: path`/resources/${id}/users` }),
    http.send({ method: 'GET', path: path`/resources/${id}/groups` }),
  ]);
  return levelsIn([
    ...((users.body as { results?: JsonObject[] }).results ?? []),
    ...((groups.body as { group_resources?: JsonObject[] }).group_resources ?? []),
  ]);
}

/** Its members tell. Groups may be members too, but Opal lists only which groups a group is in. */
async function levelsOfGroup(id: string, { http }: Host) {
  const members = { method: 'GET' as const, path: path`/groups/${id}/users`, query: { page_size: pageSize } };
  return levelsIn((await readPages(http, members, resultPages)) as JsonObject[]);
}

/** Each level once. Who has the only level there is has none named. */
function levelsIn(rows: JsonObject[]) {
  const levels = new Map<string, string>();
  for (const { access_level: level } of rows) {
    const { access_level_remote_id: remoteId = '', access_level_name: name } = (level ?? {}) as Record<string, string>;
    levels.set(remoteId, name || remoteId || 'Default');
  }
  return { items: [...levels].map(([accessLevel, name]) => ({ accessLevel, name })) };
}

const levels = z.object({ items: z.array(z.object({ accessLevel: z.string(), name: z.string() })) });

export const opalLevels = {
  listAccessLevels: operation({
    title: 'List a resource’s access levels',
    docs: `${docs}/resources/get-resource-users`,
    summary: 'The access levels of a resource that are in use; Opal’s API lists no others.',
    input: z.strictObject({ resourceId }),
    output: levels,
    options: { '/resourceId': 'listResources' },
    choice: { value: 'accessLevel', label: 'name' },
    effect: 'read',
    run: (input, host) => levelsOfResource(input.resourceId, host),
    sample: {
      input: { resourceId: 'ca57e11a-0002-4000-8000-000000000001' },
      output: {
        items: [
          { accessLevel: 'AdministratorAccess', name: 'Administrator' },
          { accessLevel: 'ReadOnlyAccess', name: 'Read only' },
        ],
      },
    },
  }),

  listGroupAccessLevels: operation({
    title: 'List a group’s access levels',
    docs: `${docs}/groups/get-groups-users`,
    summary: 'The access levels of a group that its members have; Opal’s API lists no others.',
    input: z.strictObject({ groupId }),
    output: levels,
    options: { '/groupId': 'listGroups' },
    choice: { value: 'accessLevel', label: 'name' },
    effect: 'read',
    run: (input, host) => levelsOfGroup(input.groupId, host),
    sample: {
      input: { groupId: 'ca57e11a-0003-4000-8000-000000000001' },
      output: { items: [{ accessLevel: '', name: 'Default' }] },
    },
  }),
};
