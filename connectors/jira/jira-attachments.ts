import { asObject, type Host, type JsonObject, type JsonValue, operation, path } from '@castellan/sdk';
import { z } from 'zod';
import { readFields } from './jira-issues.js';
import { docs, issueKey } from './jira-shapes.js';

const attachment = z.object({
  id: z.string(),
  filename: z.string(),
  size: z.number().describe('In bytes.'),
  mimeType: z.string().nullish(),
  created: z.string().nullish(),
  content: z
    .string()
    .nullish()
    .describe('Where it is read, with the credentials of an account that may see the issue.'),
});
type Attachment = z.output<typeof attachment>;

interface File {
  issueKey: string;
  filename: string;
  content: string;
  encoding: 'text' | 'base64';
}

function attachmentOf(given: JsonValue): JsonObject {
  const { id = null, filename = null, size = null, mimeType = null, created = null, content = null } = asObject(given);
  return { id, filename, size, mimeType, created, content };
}

/** An attachment of our account with this name and this size: Jira keeps no key of ours with a file. */
async function findAttachment({ issueKey, filename, content, encoding }: File, host: Host): Promise<Attachment | null> {
  const size = Buffer.byteLength(content, encoding === 'base64' ? 'base64' : 'utf8');
  const { body } = await host.http.send({ method: 'GET', path: path`/rest/api/3/myself` });
  const { accountId } = asObject(body);
  const { attachment: given = [] } = await readFields(host, issueKey, ['attachment']);
  const found = (Array.isArray(given) ? given : []).map(asObject).find((each) => {
    return each.filename === filename && each.size === size && asObject(each.author ?? null).accountId === accountId;
  });
  // Checked with the operation's output.
  return found ? (attachmentOf(found) as unknown as Attachment) : null;
}

const sample = {
  id: '10000',
  filename: 'evidence.csv',
  size: 28,
  mimeType: 'text/csv',
  created: '2026-03-01T12:00:00.000+0000',
  content: 'https://simulated-company.atlassian.net/rest/api/3/attachment/content/10000',
};

export const jiraAttachments = {
  attachFile: operation({
    title: 'Attach a file',
    docs: `${docs}/api-group-issue-attachments/#api-rest-api-3-issue-issueidorkey-attachments-post`,
    summary: 'Puts a file on an issue or service request.',
    input: z.strictObject({
      issueKey,
      filename: z.string().min(1).max(255).meta({ title: 'File name' }),
      content: z.string().meta({ title: 'Content', multiline: true }),
      encoding: z
        .enum(['text', 'base64'])
        .default('text')
        .meta({ title: 'Content is' })
        .describe('base64 for anything that is no text.'),
      contentType: z.string().default('text/plain').meta({ title: 'Content type' }),
    }),
    output: attachment,
    effect: 'write',
    // Whether an attempt whose answer was lost happened is told by the file's name and size.
    idempotency: 'lookup',
    changes: (input) => [
      { action: 'update', object: { type: 'jira_issue', id: input.issueKey, title: input.filename } },
    ],
    request: ({ issueKey, filename, content, encoding, contentType }) => ({
      method: 'POST',
      path: path`/rest/api/3/issue/${issueKey}/attachments`,
      headers: { 'x-atlassian-token': 'no-check' },
      multipart: { files: [{ name: 'file', filename, contentType, content, encoding }] },
    }),
    response: ({ body }) => attachmentOf(Array.isArray(body) ? (body[0] ?? null) : null),
    lookup: findAttachment,
    undo: (_, { id }) => ({ operation: 'deleteAttachment', input: { attachmentId: id } }),
    sample: {
      input: {
        issueKey: 'OPS-1',
        filename: 'evidence.csv',
        content: 'person,access\njane.doe,none\n',
        encoding: 'text',
        contentType: 'text/csv',
      },
      output: sample,
    },
  }),

  listAttachments: operation({
    title: 'List attachments',
    docs: `${docs}/api-group-issues/#api-rest-api-3-issue-issueidorkey-get`,
    summary: 'The files on an issue or service request.',
    input: z.strictObject({ issueKey }),
    output: z.object({ items: z.array(attachment) }),
    choice: { value: 'id', label: 'filename' },
    effect: 'read',
    async run(input, host) {
      const { attachment: given = [] } = await readFields(host, input.issueKey, ['attachment']);
      // Checked with the output.
      return { items: (Array.isArray(given) ? given : []).map(attachmentOf) as unknown as Attachment[] };
    },
    sample: { input: { issueKey: 'OPS-1' }, output: { items: [sample] } },
  }),

  deleteAttachment: operation({
    title: 'Delete an attachment',
    docs: `${docs}/api-group-issue-attachments/#api-rest-api-3-attachment-id-delete`,
    summary: 'Takes a file away for good.',
    input: z.strictObject({ attachmentId: z.string().min(1).meta({ title: 'Attachment' }).describe('Its id.') }),
    output: z.object({ deleted: z.literal(true), alreadyGone: z.boolean() }),
    effect: 'destructive',
    idempotency: 'natural',
    changes: (input) => [{ action: 'delete', object: { type: 'jira_attachment', id: input.attachmentId } }],
    before: async (input, { http }) => {
      const place = path`/rest/api/3/attachment/${input.attachmentId}`;
      const response = await http.send({ method: 'GET', path: place, accept: [404] });
      return response.status === 404 ? null : { ...attachmentOf(response.body), id: input.attachmentId };
    },
    request: (input) => ({
      method: 'DELETE',
      path: path`/rest/api/3/attachment/${input.attachmentId}`,
      accept: [404],
    }),
    response: ({ status }) => ({ deleted: true, alreadyGone: status === 404 }),
    sample: { input: { attachmentId: '9100' }, output: { deleted: true, alreadyGone: false } },
  }),
};
