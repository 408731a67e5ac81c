import { camelKeys, type Host, type JsonObject, operation, path } from '@castellan/sdk';
import { z } from 'zod';
import { docs, groupId, resourceId } from './opal-shapes.js';

const settings = {
  name: z.string().min(1).optional().meta({ title: 'Name' }),
  description: z.string().optional().meta({ title: 'Description' }),
  adminOwnerId: z.string().min(1).optional().meta({ title: 'Owner' }),
  requireMfaToApprove: z.boolean().optional().meta({ title: 'Approving needs a second factor' }),
};
type Settings = z.output<z.ZodObject<typeof settings>>;

const output = z.object(settings);

const fields = {
  name: 'name',
  description: 'description',
  adminOwnerId: 'admin_owner_id',
  requireMfaToApprove: 'require_mfa_to_approve',
};

/** The settings that an input names, as Opal writes them. */
function written(input: Settings): JsonObject {
  const named = Object.entries(fields).flatMap(([ours, theirs]) => {
    const value = input[ours as keyof Settings];
    return value === undefined ? [] : [[theirs, value] as const];
  });
  return Object.fromEntries(named);
}

/** The values now of those settings that are to be changed. */
async function settingsNow(input: Settings, at: ReturnType<typeof path>, host: Host): Promise<JsonObject> {
  const body = (await host.http.send({ method: 'GET', path: at })).body as JsonObject;
  const named = Object.entries(fields).filter(([ours]) => input[ours as keyof Settings] !== undefined);
  return Object.fromEntries(named.flatMap(([ours, theirs]) => (body[theirs] == null ? [] : [[ours, body[theirs]]])));
}

const somethingToChange = (input: Settings) =>
  Object.keys(written(input)).length > 0 ? [] : [{ pointer: '', message: 'Name at least one setting to change.' }];

const first = (list: unknown) => camelKeys((list as JsonObject[])[0] ?? {});

/** Opal allows half as many calls a second here. */
export const opalSettings = {
  updateResource: operation({
    title: 'Change a resource',
    docs: `${docs}/resources/update-resources`,
    summary: 'Changes the name, description or owner of a resource, or what approving it needs.',
    input: z.strictObject({ resourceId, ...settings }),
    output,
    options: { '/resourceId': 'listResources', '/adminOwnerId': 'listOwners' },
    check: somethingToChange,
    effect: 'write',
    idempotency: 'natural',
    changes: (input) => [{ action: 'update', object: { type: 'opal_resource', id: input.resourceId } }],
    before: (input, host) => settingsNow(input, path`/resources/${input.resourceId}`, host),
    request: (input) => ({
      method: 'PUT',
      path: path`/resources`,
      body: { resources: [{ resource_id: input.resourceId, ...written(input) }] },
    }),
    response: ({ body }) => first((body as { resources: [] }).resources),
    undo: ({ resourceId }, _, before) => ({
      operation: 'updateResource',
      input: { resourceId, ...(before as JsonObject) },
    }),
    sample: {
      input: {
        resourceId: 'ca57e11a-0002-4000-8000-000000000001',
        adminOwnerId: 'ca57e11a-0006-4000-8000-000000000002',
      },
      output: { name: 'AWS Production', adminOwnerId: 'ca57e11a-0006-4000-8000-000000000002' },
      before: { adminOwnerId: 'ca57e11a-0006-4000-8000-000000000001' },
    },
  }),

  updateGroup: operation({
    title: 'Change a group',
    docs: `${docs}/groups/update-groups`,
    summary: 'Changes the name, description or owner of a group, or what approving it needs.',
    input: z.strictObject({ groupId, ...settings }),
    output,
    options: { '/groupId': 'listGroups', '/adminOwnerId': 'listOwners' },
    check: somethingToChange,
    effect: 'write',
    idempotency: 'natural',
    changes: (input) => [{ action: 'update', object: { type: 'opal_group', id: input.groupId } }],
    before: (input, host) => settingsNow(input, path`/groups/${input.groupId}`, host),
    request: (input) => ({
      method: 'PUT',
      path: path`/groups`,
      body: { groups: [{ group_id: input.groupId, ...written(input) }] },
    }),
    response: ({ body }) => first((body as { groups: [] }).groups),
    undo: ({ groupId }, _, before) => ({ operation: 'updateGroup', input: { groupId, ...(before as JsonObject) } }),
    sample: {
      input: { groupId: 'ca57e11a-0003-4000-8000-000000000001', description: 'All engineers' },
      output: { name: 'Engineering', description: 'All engineers' },
      before: { description: 'Engineering of the simulated company' },
    },
  }),
};
