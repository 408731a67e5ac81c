import { camelKeys, cursorPaging, type Host, type JsonObject, operation, path, readPages } from '@castellan/sdk';
import { z } from 'zod';
import { pageSize } from './opal-reads.js';
import { accessLevelField, docs, limitField } from './opal-shapes.js';

const bundleId = z.string().min(1).meta({ title: 'Bundle' });

const bundle = z.object({
  bundleId: z.string().optional(),
  name: z.string().optional(),
  description: z.string().optional(),
  createdAt: z.string().optional(),
  updatedAt: z.string().optional(),
  adminOwnerId: z.string().optional(),
  totalNumItems: z.int().optional(),
  totalNumResources: z.int().optional(),
  totalNumGroups: z.int().optional(),
});

const level = { accessLevelName: z.string().optional(), accessLevelRemoteId: z.string().optional() };
const bundleResource = z.object({ bundleId: z.string().optional(), resourceId: z.string().optional(), ...level });
const bundleGroup = z.object({ bundleId: z.string().optional(), groupId: z.string().optional(), ...level });

/** These lists are named by what they hold. */
const pagesOf = (items: string) => cursorPaging({ items, next: 'next', param: 'cursor' });

const place = z.strictObject({
  bundleId,
  kind: z.enum(['resource', 'group']).meta({ title: 'What' }),
  id: z.string().min(1).meta({ title: 'Its id' }),
  accessLevel: accessLevelField,
});
type Place = z.output<typeof place>;

async function isInBundle({ bundleId, kind, id, accessLevel }: Place, host: Host) {
  const request = {
    method: 'GET' as const,
    path: path`/bundles/${bundleId}/${`${kind}s`}`,
    query: { page_size: pageSize },
  };
  const rows = (await readPages(host.http, request, pagesOf(`bundle_${kind}s`))) as JsonObject[];
  const found = rows.some((row) => row[`${kind}_id`] === id && (row.access_level_remote_id ?? '') === accessLevel);
  return { inBundle: found };
}

const wasThere = (before: unknown) => (before as { inBundle: boolean }).inBundle;

const sampleBundle = {
  bundleId: 'ca57e11a-0008-4000-8000-000000000001',
  name: 'New engineer',
  description: 'What every engineer needs from the first day',
  totalNumItems: 3,
  totalNumResources: 2,
  totalNumGroups: 1,
};
const inBundle = { bundleId: sampleBundle.bundleId, kind: 'resource', accessLevel: 'pull' };

/** Bundles are what people ask for together. */
export const opalBundles = {
  listBundles: operation({
    title: 'List bundles',
    docs: `${docs}/bundles/get-bundles`,
    summary: 'The bundles of resources and groups, all or those whose name contains a text.',
    input: z.strictObject({ contains: z.string().optional().meta({ title: 'Name contains' }), limit: limitField }),
    output: z.object({ items: z.array(bundle) }),
    choice: { value: 'bundleId', label: 'name' },
    effect: 'read',
    request: ({ contains }) => ({ method: 'GET', path: path`/bundles`, query: { contains, page_size: pageSize } }),
    paginate: pagesOf('bundles'),
    each: camelKeys,
    sample: { input: {}, output: { items: [sampleBundle] } },
  }),

  getBundle: operation({
    title: 'Get a bundle',
    docs: `${docs}/bundles/get-bundle`,
    summary: 'One bundle with the number of its items.',
    input: z.strictObject({ bundleId }),
    output: bundle,
    options: { '/bundleId': 'listBundles' },
    effect: 'read',
    request: (input) => ({ method: 'GET', path: path`/bundles/${input.bundleId}` }),
    response: ({ body }) => camelKeys(body),
    sample: { input: { bundleId: sampleBundle.bundleId }, output: sampleBundle },
  }),

  listBundleResources: operation({
    title: 'List a bundle’s resources',
    docs: `${docs}/bundles/get-bundle-resources`,
    summary: 'The resources of a bundle, each with its access level.',
    input: z.strictObject({ bundleId, limit: limitField }),
    output: z.object({ items: z.array(bundleResource) }),
    options: { '/bundleId': 'listBundles' },
    effect: 'read',
    request: (input) => ({
      method: 'GET',
      path: path`/bundles/${input.bundleId}/resources`,
      query: { page_size: pageSize },
    }),
    paginate: pagesOf('bundle_resources'),
    each: camelKeys,
    sample: {
      input: { bundleId: sampleBundle.bundleId },
      output: {
        items: [
          {
            bundleId: sampleBundle.bundleId,
            resourceId: 'ca57e11a-0002-4000-8000-000000000002',
            accessLevelName: 'Read only',
            accessLevelRemoteId: 'ReadOnlyAccess',
          },
        ],
      },
    },
  }),

  listBundleGroups: operation({
    title: 'List a bundle’s groups',
    docs: `${docs}/bundles/get-bundle-groups`,
    summary: 'The groups of a bundle.',
    input: z.strictObject({ bundleId, limit: limitField }),
    output: z.object({ items: z.array(bundleGroup) }),
    options: { '/bundleId': 'listBundles' },
    effect: 'read',
    request: (input) => ({
      method: 'GET',
      path: path`/bundles/${input.bundleId}/groups`,
      query: { page_size: pageSize },
    }),
    paginate: pagesOf('bundle_groups'),
    each: camelKeys,
    sample: {
      input: { bundleId: sampleBundle.bundleId },
      output: {
        items: [
          { bundleId: sampleBundle.bundleId, groupId: 'ca57e11a-0003-4000-8000-000000000001', accessLevelRemoteId: '' },
        ],
      },
    },
  }),

  addToBundle: operation({
    title: 'Add to a bundle',
    docs: `${docs}/bundles/add-bundle-resource`,
    summary: 'Puts a resource, at one access level, or a group into a bundle.',
    input: place,
    output: z.object({ bundleId: z.string() }),
    options: { '/bundleId': 'listBundles' },
    effect: 'write',
    idempotency: 'natural',
    changes: (input) => [
      {
        action: 'update',
        subject: { type: `opal_${input.kind}`, id: input.id },
        object: { type: 'opal_bundle', id: input.bundleId },
      },
    ],
    before: isInBundle,
    request: ({ bundleId, kind, id, accessLevel }) => ({
      method: 'POST',
      path: path`/bundles/${bundleId}/${`${kind}s`}`,
      body: { [`${kind}_id`]: id, access_level_remote_id: accessLevel },
    }),
    response: (_, input) => ({ bundleId: input.bundleId }),
    undo: (input, _, before) => (wasThere(before) ? null : { operation: 'removeFromBundle', input }),
    sample: {
      input: { ...inBundle, id: 'ca57e11a-0002-4000-8000-000000000004' },
      output: { bundleId: sampleBundle.bundleId },
      before: { inBundle: false },
    },
  }),

  removeFromBundle: operation({
    title: 'Remove from a bundle',
    docs: `${docs}/bundles/remove-bundle-resource`,
    summary: 'Takes a resource, at one access level, or a group out of a bundle.',
    input: place,
    output: z.object({ bundleId: z.string(), alreadyGone: z.boolean() }),
    options: { '/bundleId': 'listBundles' },
    effect: 'destructive',
    idempotency: 'natural',
    changes: (input) => [
      {
        action: 'delete',
        subject: { type: `opal_${input.kind}`, id: input.id },
        object: { type: 'opal_bundle', id: input.bundleId },
      },
    ],
    before: isInBundle,
    request: ({ bundleId, kind, id, accessLevel }) => ({
      method: 'DELETE',
      path: path`/bundles/${bundleId}/${`${kind}s`}/${id}`,
      query: { access_level_remote_id: accessLevel },
      accept: [404],
    }),
    response: ({ status }, input) => ({ bundleId: input.bundleId, alreadyGone: status === 404 }),
    undo: (input, _, before) => (wasThere(before) ? { operation: 'addToBundle', input } : null),
    sample: {
      input: { ...inBundle, id: 'ca57e11a-0002-4000-8000-000000000003' },
      output: { bundleId: sampleBundle.bundleId, alreadyGone: false },
      before: { inBundle: true },
    },
  }),
};
