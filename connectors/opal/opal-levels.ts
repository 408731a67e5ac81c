import { type Host, type JsonObject, operation, path } from '@castellan/sdk';
import { z } from 'zod';
import { docs, resourceId } from './opal-shapes.js';

/**
 * Opal's API has no list of a resource's access levels. So those are listed that somebody or some group has: enough to
 * choose from, while a level that nobody has yet is written by hand.
 */
async function levelsInUse(id: string, { http }: Host) {
  const [users, groups] = await Promise.all([
    http.send({ method: 'GET', path: path`/resources/${id}/users` }),
    http.send({ method: 'GET', path: path`/resources/${id}/groups` }),
  ]);
  const rows = [
    ...((users.body as { results?: JsonObject[] }).results ?? []),
    ...((groups.body as { group_resources?: JsonObject[] }).group_resources ?? []),
  ];
  const levels = new Map<string, string>();
  for (const { access_level: level } of rows) {
    const { access_level_remote_id: remoteId = '', access_level_name: name } = (level ?? {}) as Record<string, string>;
    levels.set(remoteId, name || remoteId || 'Default');
  }
  return { items: [...levels].map(([accessLevel, name]) => ({ accessLevel, name })) };
}

export const opalLevels = {
  listAccessLevels: operation({
    title: 'List a resource’s access levels',
    docs: `${docs}/resources/get-resource-users`,
    summary: 'The access levels of a resource that are in use; Opal’s API lists no others.',
    input: z.strictObject({ resourceId }),
    output: z.object({ items: z.array(z.object({ accessLevel: z.string(), name: z.string() })) }),
    options: { '/resourceId': 'listResources' },
    choice: { value: 'accessLevel', label: 'name' },
    effect: 'read',
    run: (input, host) => levelsInUse(input.resourceId, host),
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
};
