import { type Change, camelKeys, type Host, operation, path } from '@castellan/sdk';
import { z } from 'zod';
import { pageSize, resultPages } from './opal-reads.js';
import { docs, limitField } from './opal-shapes.js';

const tag = z.object({
  tagId: z.string(),
  key: z.string().optional(),
  value: z.string().optional(),
  createdAt: z.string().optional(),
  updatedAt: z.string().optional(),
});

const kind = z.enum(['resource', 'group', 'user']).meta({ title: 'What' });
const id = z.string().min(1).meta({ title: 'Its id' });
const tagId = z.string().min(1).meta({ title: 'Tag' });

type Thing = { kind: 'resource' | 'group' | 'user'; id: string };

const tagsPath = ({ kind, id }: Thing) => path`/${`${kind}s`}/${id}/tags`;
const tagPath = ({ tagId, kind, id }: Thing & { tagId: string }) => path`/tags/${tagId}/${`${kind}s`}/${id}`;

/** A tag on a person may bring them access by a rule, and taking it off may take that away. */
const changesOf = (action: Change['action'], { kind, id, tagId }: Thing & { tagId: string }): Change[] => [
  {
    action,
    ...(kind === 'user' ? { subject: { type: 'user', id } } : { subject: { type: `opal_${kind}`, id } }),
    object: { type: 'opal_tag', id: tagId },
  },
];

async function isTagged(input: Thing & { tagId: string }, host: Host) {
  const { body } = await host.http.send({ method: 'GET', path: tagsPath(input) });
  return { tagged: (body as { tags: { tag_id: string }[] }).tags.some(({ tag_id }) => tag_id === input.tagId) };
}

const sampleTag = { tagId: 'ca57e11a-0007-4000-8000-000000000001', key: 'sensitivity', value: 'high' };
const sampleThing = { kind: 'resource' as const, id: 'ca57e11a-0002-4000-8000-000000000002' };

export const opalTags = {
  listTags: operation({
    title: 'List tags',
    docs: `${docs}/tags/get-tags`,
    summary: 'All tags, each a key with a value.',
    input: z.strictObject({ limit: limitField }),
    output: z.object({ items: z.array(tag) }),
    choice: { value: 'tagId', label: 'key' },
    effect: 'read',
    request: () => ({ method: 'GET', path: path`/tags`, query: { page_size: pageSize } }),
    paginate: resultPages,
    each: camelKeys,
    sample: { input: {}, output: { items: [sampleTag] } },
  }),

  listTagsOf: operation({
    title: 'List the tags of something',
    docs: `${docs}/tags/get-resource-tags`,
    summary: 'The tags of a resource, a group or a user.',
    input: z.strictObject({ kind, id }),
    output: z.object({ items: z.array(tag) }),
    effect: 'read',
    request: (input) => ({ method: 'GET', path: tagsPath(input) }),
    response: ({ body }) => ({ items: camelKeys((body as { tags: [] }).tags) }),
    sample: { input: { ...sampleThing, id: 'ca57e11a-0002-4000-8000-000000000001' }, output: { items: [sampleTag] } },
  }),

  addTag: operation({
    title: 'Add a tag',
    docs: `${docs}/tags/add-resource-tag`,
    summary: 'Puts a tag on a resource, a group or a user.',
    input: z.strictObject({ tagId, kind, id }),
    output: z.object({ tagId: z.string() }),
    options: { '/tagId': 'listTags' },
    effect: 'write',
    idempotency: 'natural',
    changes: (input) => changesOf('update', input),
    before: isTagged,
    request: (input) => ({ method: 'POST', path: tagPath(input) }),
    response: (_, input) => ({ tagId: input.tagId }),
    undo: (input, _, before) => ((before as { tagged: boolean }).tagged ? null : { operation: 'removeTag', input }),
    sample: {
      input: { tagId: sampleTag.tagId, ...sampleThing },
      output: { tagId: sampleTag.tagId },
      before: { tagged: false },
    },
  }),

  removeTag: operation({
    title: 'Remove a tag',
    docs: `${docs}/tags/remove-resource-tag`,
    summary: 'Takes a tag off a resource, a group or a user.',
    input: z.strictObject({ tagId, kind, id }),
    output: z.object({ tagId: z.string(), alreadyGone: z.boolean() }),
    options: { '/tagId': 'listTags' },
    effect: 'destructive',
    idempotency: 'natural',
    changes: (input) => changesOf('delete', input),
    before: isTagged,
    request: (input) => ({ method: 'DELETE', path: tagPath(input), accept: [404] }),
    response: ({ status }, input) => ({ tagId: input.tagId, alreadyGone: status === 404 }),
    undo: (input, _, before) => ((before as { tagged: boolean }).tagged ? { operation: 'addTag', input } : null),
    sample: {
      input: { tagId: sampleTag.tagId, kind: 'resource', id: 'ca57e11a-0002-4000-8000-000000000001' },
      output: { tagId: sampleTag.tagId, alreadyGone: false },
      before: { tagged: true },
    },
  }),
};
