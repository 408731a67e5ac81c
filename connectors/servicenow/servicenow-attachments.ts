import { asObject, type Host, type JsonObject, type JsonValue, operation, path } from '@castellan/sdk';
import { z } from 'zod';
import {
  attachmentDocs,
  limit,
  linkPaging,
  pageSize,
  queryValue,
  recordsOf,
  resultOf,
  sysId,
  table,
} from './servicenow-shapes.js';

const attachment = z.object({
  sysId: z.string(),
  fileName: z.string(),
  contentType: z.string(),
  sizeBytes: z.number(),
  downloadLink: z.string().nullish().describe('Where it is read, with the credentials of an account that may.'),
});
type Attachment = z.output<typeof attachment>;

/** Sizes come as texts. The shape is checked with the output. */
function attachmentOf(given: JsonValue): JsonObject {
  const { sys_id, file_name, content_type, size_bytes, download_link = null } = asObject(given);
  return {
    sysId: sys_id ?? null,
    fileName: file_name ?? null,
    contentType: content_type ?? '',
    sizeBytes: Number(size_bytes),
    downloadLink: download_link,
  };
}

interface File {
  table: string;
  sysId: string;
  filename: string;
  content: string;
  encoding: 'text' | 'base64';
}

/** An attachment of the record with this name and this size: ServiceNow keeps no key of ours with a file. */
async function findAttachment(file: File, { http }: Host): Promise<Attachment | null> {
  const response = await http.send({
    method: 'GET',
    path: path`/api/now/attachment`,
    query: { sysparm_query: `${ofRecord(file)}^file_name=${queryValue(file.filename)}`, sysparm_limit: pageSize },
  });
  const size = Buffer.byteLength(file.content, file.encoding === 'base64' ? 'base64' : 'utf8');
  const found = recordsOf(response).find(
    (each) => each.file_name === file.filename && Number(each.size_bytes) === size,
  );
  return found ? (attachmentOf(found) as unknown as Attachment) : null;
}

const ofRecord = (place: { table: string; sysId: string }) => `table_name=${place.table}^table_sys_id=${place.sysId}`;

const sampleId = '9d385017c611228701d22104cc95c371';
const sample = {
  sysId: '6ea10fe64f411200adf9f8e18110c739',
  fileName: 'evidence.csv',
  contentType: 'text/csv',
  sizeBytes: 28,
  downloadLink: 'https://simulated-company.service-now.com/api/now/attachment/6ea10fe64f411200adf9f8e18110c739/file',
};

export const servicenowAttachments = {
  attachFile: operation({
    title: 'Attach a file',
    docs: attachmentDocs,
    summary: 'Puts a file on a record of any table.',
    judgedBy: 'docs',
    input: z.strictObject({
      table,
      sysId,
      filename: z.string().min(1).max(100).meta({ title: 'File name' }),
      content: z.string().min(1).meta({ title: 'Content', multiline: true }),
      encoding: z
        .enum(['text', 'base64'])
        .default('text')
        .meta({ title: 'Content is' })
        .describe('base64 for anything that is no text.'),
      contentType: z.string().default('text/plain').meta({ title: 'Content type' }),
    }),
    output: attachment,
    options: { '/table': 'listTables' },
    effect: 'write',
    // Whether an attempt whose answer was lost happened is told by the file's name and size.
    idempotency: 'lookup',
    changes: ({ table, sysId, filename }) => [
      { action: 'update', object: { type: `servicenow_${table}`, id: sysId, title: filename } },
    ],
    request: ({ table, sysId, filename, content, encoding, contentType }) => ({
      method: 'POST',
      path: path`/api/now/attachment/upload`,
      multipart: {
        fields: { table_name: table, table_sys_id: sysId },
        files: [{ name: 'uploadFile', filename, contentType, content, encoding }],
      },
    }),
    response: (response) => attachmentOf(resultOf(response)),
    lookup: findAttachment,
    undo: (_, output) => ({ operation: 'deleteAttachment', input: { attachmentId: output.sysId } }),
    sample: {
      input: {
        table: 'incident',
        sysId: sampleId,
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
    docs: attachmentDocs,
    summary: 'The files on a record.',
    judgedBy: 'docs',
    input: z.strictObject({ table, sysId, limit }),
    output: z.object({ items: z.array(attachment) }),
    options: { '/table': 'listTables' },
    choice: { value: 'sysId', label: 'fileName' },
    effect: 'read',
    request: (input) => ({
      method: 'GET',
      path: path`/api/now/attachment`,
      query: { sysparm_query: ofRecord(input), sysparm_limit: Math.min(input.limit, pageSize) },
    }),
    paginate: linkPaging,
    each: attachmentOf,
    sample: { input: { table: 'incident', sysId: sampleId, limit: 500 }, output: { items: [sample] } },
  }),

  deleteAttachment: operation({
    title: 'Delete an attachment',
    docs: attachmentDocs,
    summary: 'Takes a file away for good.',
    judgedBy: 'docs',
    input: z.strictObject({ attachmentId: sysId.meta({ title: 'Attachment' }) }),
    output: z.object({ deleted: z.literal(true), alreadyGone: z.boolean() }),
    effect: 'destructive',
    idempotency: 'natural',
    changes: (input) => [{ action: 'delete', object: { type: 'servicenow_attachment', id: input.attachmentId } }],
    before: async (input, { http }) => {
      const place = path`/api/now/attachment/${input.attachmentId}`;
      const response = await http.send({ method: 'GET', path: place, accept: [404] });
      return response.status === 404 ? null : attachmentOf(resultOf(response));
    },
    request: (input) => ({
      method: 'DELETE',
      path: path`/api/now/attachment/${input.attachmentId}`,
      accept: [404],
    }),
    response: ({ status }) => ({ deleted: true, alreadyGone: status === 404 }),
    sample: {
      input: { attachmentId: 'a0000000000000000000000000000001' },
      output: { deleted: true, alreadyGone: false },
    },
  }),
};
