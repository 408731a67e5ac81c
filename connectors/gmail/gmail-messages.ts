import {
  type Host,
  type HttpRequest,
  operation,
  type Paging,
  parseAnswer,
  path,
  readPages,
  UnknownOutcomeError,
} from '@castellan/sdk';
import { z } from 'zod';
import { type MailInput, mailChanges, mailInput, mailRules, markHeader, mimeOf } from '../mail-message.js';

export const docs = 'https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages';

const sent = z.object({ id: z.string(), threadId: z.string() });
const header = z.object({ name: z.string(), value: z.string() });
const message = z.object({
  id: z.string(),
  threadId: z.string(),
  labelIds: z.array(z.string()).default([]),
  snippet: z.string().default(''),
  internalDate: z.string().describe('Milliseconds since 1970.').optional(),
  headers: z.array(header),
});

const sampleMail = {
  to: ['marco.reyes@example.com'],
  subject: 'Three access reviews are overdue',
  text: 'Please look at them: https://app.opal.dev/reviews',
};
const sampleSent = { id: '18c2f1a0b3d4e5f6', threadId: '18c2f1a0b3d4e5f6' };

const pageSize = 100;
/** How far back, and among how many messages, one is looked for. */
const lookBack = '7d';
const mostLookedAt = 200;

const messagePages: Paging = {
  items: ({ body }) => (body as { messages?: { id: string; threadId: string }[] } | null)?.messages ?? [],
  next: ({ body }, request) => {
    const { nextPageToken } = (body ?? {}) as { nextPageToken?: string };
    return nextPageToken ? { ...request, query: { ...request.query, pageToken: nextPageToken } } : null;
  },
};

export const gmailMessages = {
  sendMessage: operation({
    title: 'Send an e-mail',
    docs: `${docs}/send`,
    summary: 'Sends in the name of the account that is connected, or that the service account acts for.',
    input: mailInput,
    output: sent,
    check: mailRules,
    effect: 'write',
    // Gmail knows no key, so an e-mail whose answer was lost is looked for by a header of ours among those sent.
    idempotency: 'lookup',
    changes: mailChanges,
    run: send,
    lookup: findSent,
    sample: { input: sampleMail, output: sampleSent },
  }),

  listMessages: operation({
    title: 'Search e-mails',
    docs: `${docs}/list`,
    summary: 'The ids of the messages that fit a search as Gmail’s own search box takes it.',
    input: z.strictObject({
      query: z
        .string()
        .min(1)
        .meta({ title: 'Search', examples: ['from:workday.com is:unread newer_than:1d'] }),
      limit: z.int().min(1).optional().meta({ title: 'At most' }),
    }),
    output: z.object({ items: z.array(sent) }),
    effect: 'read',
    request: ({ query }) => listRequest(query),
    paginate: { ...messagePages, size: 'maxResults' },
    sample: { input: { query: 'in:sent' }, output: { items: [sampleSent] } },
  }),

  getMessage: operation({
    title: 'Read an e-mail',
    docs: `${docs}/get`,
    summary: 'A message’s headers, labels and its beginning.',
    input: z.strictObject({ id: z.string().min(1).meta({ title: 'Message' }) }),
    output: message,
    effect: 'read',
    request: ({ id }) => getRequest(id),
    response: ({ body }) => withHeaders(body),
    sample: {
      input: { id: '18c2f1a0b3d40001' },
      output: {
        id: '18c2f1a0b3d40001',
        threadId: '18c2f1a0b3d40001',
        labelIds: ['SENT'],
        snippet: 'Castellan can send e-mail now.',
        headers: [{ name: 'Subject', value: 'Hello' }],
      },
    },
  }),
};

export async function send(input: MailInput, { http, idempotencyKey }: Host): Promise<z.output<typeof sent>> {
  const raw = (await mimeOf(input, idempotencyKey)).toString('base64url');
  const { body } = await http.send({ method: 'POST', path: path`/gmail/v1/users/me/messages/send`, body: { raw } });
  // Checked with the operation's output.
  return body as z.output<typeof sent>;
}

/** Needs the scope gmail.readonly. Rejects with UnknownOutcomeError where there were too many e-mails since to say. */
export async function findSent(
  input: Pick<MailInput, 'to'>,
  { http, idempotencyKey }: Host,
): Promise<z.output<typeof sent> | null> {
  const query = `in:sent newer_than:${lookBack} to:${input.to[0]}`;
  const listed = await readPages(http, listRequest(query), messagePages, mostLookedAt + 1);
  const candidates = parseAnswer(z.array(sent), listed, `${docs}/list`);
  for (const candidate of candidates.slice(0, mostLookedAt)) {
    const { body } = await http.send(getRequest(candidate.id, [markHeader]));
    const { headers } = parseAnswer(message, withHeaders(body), `${docs}/get`);
    const isOurs = headers.some(
      ({ name, value }) => name.toLowerCase() === markHeader.toLowerCase() && value === idempotencyKey,
    );
    if (isOurs) return candidate;
  }
  if (candidates.length <= mostLookedAt) return null;
  throw new UnknownOutcomeError(
    `Gmail: the last ${mostLookedAt} e-mails to ${input.to[0]} do not hold this one, and there are more. Look there and decide.`,
  );
}

function listRequest(query: string): HttpRequest {
  return { method: 'GET', path: path`/gmail/v1/users/me/messages`, query: { q: query, maxResults: pageSize } };
}

function getRequest(id: string, metadataHeaders?: string[]): HttpRequest {
  return {
    method: 'GET',
    path: path`/gmail/v1/users/me/messages/${id}`,
    query: { format: 'metadata', ...(metadataHeaders ? { metadataHeaders } : {}) },
  };
}

function withHeaders(body: unknown): unknown {
  const { payload, ...rest } = (body ?? {}) as { payload?: { headers?: unknown } };
  return { ...rest, headers: payload?.headers ?? [] };
}
