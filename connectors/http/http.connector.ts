import {
  type Change,
  checkPaging,
  defineConnector,
  downloaded,
  downloadOf,
  type HttpRequest,
  type HttpResponse,
  type JsonValue,
  operation,
  pagesOf,
  pagingFields,
  readPages,
} from '@castellan/sdk';
import { z } from 'zod';
import { httpAuth } from './http-auth.js';
import { fileFields, rowsOfFile } from './http-files.js';

const rfc = 'https://www.rfc-editor.org/rfc/rfc9110';

const url = z.url().meta({ title: 'URL', text: 'url' });
const query = z.record(z.string(), z.string()).optional().meta({ title: 'Query' });
const headers = z
  .record(z.string(), z.string().meta({ text: 'header' }))
  .optional()
  .meta({ title: 'Headers' });
const acceptStatuses = z
  .array(z.int().min(300).max(599))
  .optional()
  .meta({ title: 'Also take as an answer' })
  .describe('Statuses beside 2xx that do not fail the step, such as 404.');

const answer = z.object({
  status: z.int(),
  headers: z.record(z.string(), z.string()),
  body: z.unknown(),
});

const sending = {
  method: z.enum(['POST', 'PUT', 'PATCH', 'DELETE']).meta({ title: 'Method' }),
  url,
  query,
  headers,
  json: z.unknown().optional().meta({ title: 'JSON body' }),
  form: z.record(z.string(), z.string()).optional().meta({ title: 'Form fields' }),
  text: z.string().optional().meta({ title: 'Text body', multiline: true }),
  contentType: z
    .string()
    .optional()
    .meta({ title: 'Content type', text: 'header' })
    .describe('Of a text body; text/plain if left out.'),
  acceptStatuses,
};

const sendInput = z.strictObject(sending);
type Sending = z.output<typeof sendInput>;

const actions: Record<Sending['method'], Change['action']> = {
  POST: 'create',
  PUT: 'update',
  PATCH: 'update',
  DELETE: 'delete',
};

function requestOf({ json, text, contentType, form, acceptStatuses: accept, ...rest }: Sending): HttpRequest {
  const request: HttpRequest = { ...rest, accept };
  if (json !== undefined) return { ...request, body: json as JsonValue };
  if (text !== undefined)
    return { ...request, text: { content: text, contentType: contentType ?? 'text/plain; charset=utf-8' } };
  return { ...request, form };
}

/** The object is the address without its query, which often holds what is not to be shown. */
function changeOf({ method, url }: Sending): Change[] {
  const { origin, pathname } = new URL(url);
  return [
    {
      action: actions[method],
      object: { type: 'url', id: origin + pathname, title: `${method} ${origin}${pathname}` },
    },
  ];
}

function oneBody(input: Sending) {
  const given = (['json', 'form', 'text'] as const).filter((name) => input[name] !== undefined);
  return given
    .slice(1)
    .map((name) => ({ pointer: `/${name}`, message: `A request has one body; ${given[0]} is given already.` }));
}

/** Cookies are the sender's own affair: a flow has no use for them, and they are secrets. */
function answerOf({ status, headers, body }: HttpResponse) {
  const { 'set-cookie': _, ...shown } = headers;
  return { status, headers: shown, body };
}

const sampleAnswer = { status: 201, headers: { 'content-type': 'application/json' }, body: { id: 17 } };
const sampleSend = { method: 'POST', url: 'https://api.example.com/tickets', json: { title: 'Access review is due' } };

/** Any HTTP API. Reads and writes are operations of their own, since what a call does cannot be told from its URL. */
export const http = defineConnector({
  id: 'http',
  title: 'HTTP',
  docs: rfc,
  judgedBy: 'docs',
  auth: httpAuth,
  sampleConnection: { kind: 'bearer', fields: { token: 'http-sample-token', hosts: ['api.example.com'] } },
  hosts: (fields) => (fields.hosts as string[] | undefined) ?? [],
  test: async () => ({ untested: 'Each step names the address that it calls, so there is none to try. Run a step.' }),
  operations: {
    get: operation({
      title: 'Read from a URL',
      docs: `${rfc}#name-get`,
      summary: 'A GET or HEAD request, which changes nothing.',
      input: z.strictObject({
        method: z.enum(['GET', 'HEAD']).default('GET').meta({ title: 'Method' }),
        ...{ url, query, headers, acceptStatuses },
      }),
      output: answer,
      effect: 'read',
      request: ({ acceptStatuses: accept, ...rest }) => ({ ...rest, accept }),
      response: answerOf,
      sample: {
        input: { url: 'https://api.example.com/tickets/17' },
        output: { ...sampleAnswer, status: 200 },
      },
    }),

    list: operation({
      title: 'Read a list to its end',
      docs: `${rfc}#name-get`,
      summary: 'GET requests for page after page, until the last one or as many items as are wanted.',
      input: z.strictObject({ ...{ url, query, headers }, ...pagingFields }),
      output: z.object({ items: z.array(z.unknown()) }),
      check: checkPaging,
      effect: 'read',
      run: async ({ url, query, headers, ...input }, { http }) => {
        const { first, paging } = pagesOf({ method: 'GET', url, query, headers }, input);
        return { items: await readPages(http, first, paging, input.limit) };
      },
      sample: {
        input: {
          ...{ url: 'https://api.example.com/tickets', query: { limit: '2' } },
          ...{ paging: 'cursor', items: '/tickets', next: '/next' },
        },
        output: { items: [{ id: 17 }, { id: 18 }, { id: 19 }] },
      },
    }),

    readFile: operation({
      title: 'Read the rows of a file',
      docs: 'https://www.rfc-editor.org/rfc/rfc4180',
      summary: 'A CSV or JSON file of at most 10 MiB, as a list of rows.',
      input: z.strictObject({ ...{ url, query, headers }, ...fileFields }),
      output: z.object({
        items: z
          .array(z.unknown())
          .describe('Rows of CSV are objects by the names of the columns, and their cells texts.'),
        more: z.boolean().describe('The file has more rows than were asked for.'),
      }),
      effect: 'read',
      request: ({ url, query, headers }) => ({
        ...{ method: 'GET', url, query },
        headers: { accept: 'text/csv, application/json, application/x-ndjson, */*;q=0.5', ...headers },
      }),
      response: (response, { url, ...options }) => rowsOfFile(response, url, options),
      sample: {
        input: { url: 'https://files.example.com/contractors.csv' },
        output: { items: [{ email: 'mia.keller@example.com', ends_on: '2026-01-31' }], more: false },
      },
    }),

    download: operation({
      title: 'Download a file',
      docs: `${rfc}#name-get`,
      summary: 'A file of any kind and at most 750 KiB, to be attached to an e-mail, a ticket or a message.',
      input: z.strictObject({ url, query, headers }),
      output: downloaded,
      effect: 'read',
      request: (input) => ({ ...{ method: 'GET', answer: 'base64' }, ...input }),
      response: (response, input) => downloadOf(response, input.url),
      sample: {
        input: { url: 'https://files.example.com/dormant-accounts.zip' },
        output: {
          ...{ content: 'UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==', filename: 'dormant-accounts.zip' },
          ...{ contentType: 'application/zip', bytes: 22 },
        },
      },
    }),

    request: operation({
      title: 'Send to a URL',
      docs: `${rfc}#name-method-definitions`,
      summary: 'A request that may change something. After a lost answer a person decides whether it is sent again.',
      input: sendInput,
      output: answer,
      check: oneBody,
      effect: 'write',
      idempotency: 'none',
      changes: changeOf,
      request: requestOf,
      response: answerOf,
      sample: { input: sampleSend, output: sampleAnswer },
    }),

    requestWithKey: operation({
      title: 'Send to a URL with an idempotency key',
      docs: 'https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/',
      summary: 'For an API that knows such a key: after a lost answer it is sent again with the same key.',
      input: z.strictObject({
        ...sending,
        keyHeader: z.string().min(1).default('Idempotency-Key').meta({ title: 'Header of the key' }),
      }),
      output: answer,
      check: oneBody,
      effect: 'write',
      idempotency: 'key',
      changes: changeOf,
      request: ({ keyHeader, ...input }, { idempotencyKey }) => {
        const request = requestOf(input);
        return { ...request, headers: { ...request.headers, [keyHeader]: idempotencyKey } };
      },
      response: answerOf,
      sample: { input: sampleSend, output: sampleAnswer },
    }),
  },
});
