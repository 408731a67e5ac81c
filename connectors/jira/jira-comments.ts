import { asObject, type JsonObject, type JsonValue, operation, path } from '@castellan/sdk';
import { z } from 'zod';
import { effectPropertyOf, findComment } from './jira-effects.js';
import { docs, issueKey, limit, person, startAtPaging } from './jira-shapes.js';
import { documentOf, textOf } from './jira-text.js';

const comment = z.object({
  id: z.string(),
  text: z.string(),
  created: z.string().nullish(),
  author: person.nullish(),
  public: z.boolean().nullish().describe('Of a service request: whether the customer sees it.'),
});

function commentOf(given: JsonValue): JsonObject {
  const { id = null, body = null, created = null, author = null, jsdPublic = null } = asObject(given);
  return { id, text: textOf(body), created, author, public: jsdPublic };
}

const text = z
  .string()
  .min(1)
  .meta({ title: 'Comment', multiline: true })
  .describe('Text with # headings, - lists, ``` code, **bold**; addresses become links.');

const notified = (id: string) => [{ action: 'create' as const, object: { type: 'jira_comment', id } }];

type Comment = z.output<typeof comment>;

const sampleComment = {
  id: '10000',
  text: 'Access revoked.',
  created: '2026-03-01T12:00:00.000+0000',
  author: { accountId: '5b10a2844c20165700ede201', displayName: 'Ada Okafor' },
  public: true,
};

const commentDocs = `${docs}/api-group-issue-comments/#api-rest-api-3-issue-issueidorkey-comment`;

export const jiraComments = {
  addComment: operation({
    title: 'Comment on an issue',
    docs: `${commentDocs}-post`,
    summary: 'Writes a comment. On a service request the customer sees it too.',
    input: z.strictObject({ issueKey, text }),
    output: comment,
    effect: 'write',
    idempotency: 'lookup',
    changes: (input) => notified(input.issueKey),
    request: (input, { idempotencyKey }) => ({
      method: 'POST',
      path: path`/rest/api/3/issue/${input.issueKey}/comment`,
      body: { body: documentOf(input.text), properties: [effectPropertyOf(idempotencyKey)] },
    }),
    response: ({ body }) => commentOf(body),
    lookup: async (input, host) => found(await findComment(host, input.issueKey)),
    undo: ({ issueKey }, { id }) => ({ operation: 'deleteComment', input: { issueKey, commentId: id } }),
    sample: { input: { issueKey: 'OPS-1', text: 'Access revoked.' }, output: sampleComment },
  }),

  commentOnRequest: operation({
    title: 'Comment on a service request',
    docs: `${commentDocs}-post`,
    summary: 'Jira Service Management: writes a reply that the customer sees, or a note for the team only.',
    input: z.strictObject({
      issueKey: issueKey.meta({ title: 'Request' }),
      text,
      public: z.boolean().default(true).meta({ title: 'The customer sees it' }),
    }),
    output: comment,
    effect: 'write',
    idempotency: 'lookup',
    changes: (input) => notified(input.issueKey),
    // By the platform's API, since a comment of the Service Management API takes no property to be told again by.
    request: (input, { idempotencyKey }) => ({
      method: 'POST',
      path: path`/rest/api/3/issue/${input.issueKey}/comment`,
      body: {
        body: documentOf(input.text),
        properties: [
          effectPropertyOf(idempotencyKey),
          { key: 'sd.public.comment', value: { internal: !input.public } },
        ],
      },
    }),
    response: ({ body }) => commentOf(body),
    lookup: async (input, host) => found(await findComment(host, input.issueKey)),
    undo: ({ issueKey }, { id }) => ({ operation: 'deleteComment', input: { issueKey, commentId: id } }),
    sample: {
      input: { issueKey: 'ITH-1', text: 'Your access is being prepared.', public: true },
      output: { ...sampleComment, text: 'Your access is being prepared.' },
    },
  }),

  deleteComment: operation({
    title: 'Delete a comment',
    docs: `${docs}/api-group-issue-comments/#api-rest-api-3-issue-issueidorkey-comment-id-delete`,
    summary: 'Takes a comment away for good.',
    input: z.strictObject({ issueKey, commentId: z.string().min(1).meta({ title: 'Comment' }) }),
    output: z.object({ deleted: z.literal(true), alreadyGone: z.boolean() }),
    options: { '/commentId': 'listComments' },
    effect: 'destructive',
    idempotency: 'natural',
    changes: (input) => [{ action: 'delete', object: { type: 'jira_comment', id: input.commentId } }],
    before: async ({ issueKey, commentId }, { http }) => {
      const place = path`/rest/api/3/issue/${issueKey}/comment/${commentId}`;
      const response = await http.send({ method: 'GET', path: place, accept: [404] });
      return response.status === 404 ? null : commentOf(response.body);
    },
    request: (input) => ({
      method: 'DELETE',
      path: path`/rest/api/3/issue/${input.issueKey}/comment/${input.commentId}`,
      accept: [404],
    }),
    response: ({ status }) => ({ deleted: true, alreadyGone: status === 404 }),
    sample: {
      input: { issueKey: 'OPS-1', commentId: '9001' },
      output: { deleted: true, alreadyGone: false },
    },
  }),

  listComments: operation({
    title: 'List comments',
    docs: `${commentDocs}-get`,
    summary: 'What was written on an issue or service request, oldest first.',
    input: z.strictObject({ issueKey, limit }),
    output: z.object({ items: z.array(comment) }),
    choice: { value: 'id', label: 'text' },
    effect: 'read',
    request: (input) => ({
      method: 'GET',
      path: path`/rest/api/3/issue/${input.issueKey}/comment`,
      query: { orderBy: 'created', maxResults: 100 },
    }),
    paginate: startAtPaging('comments'),
    each: commentOf,
    sample: { input: { issueKey: 'OPS-1' }, output: { items: [sampleComment] } },
  }),
};

/** Checked with the operation's output. */
const found = (given: JsonValue): Comment | null => (given === null ? null : (commentOf(given) as unknown as Comment));
