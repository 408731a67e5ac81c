import {
  carriesToken,
  claimsOf,
  defineSimulator,
  type SimulatedAnswer,
  SimulatedRefusal,
  type SimulatedRequest,
  type SimulatedTokens,
  type SimulatorView,
  seedTokens,
  tokenEndpoint,
} from '@castellan/sdk/simulator';
import { simulatedPeople } from '../simulated-company.js';
import description from './fixtures/gmail.openapi.json' with { type: 'json' };

interface Mail {
  id: string;
  threadId: string;
  labelIds: string[];
  /** ISO 8601. */
  at: string;
  headers: { name: string; value: string }[];
  body: string;
}

interface GmailState {
  tokens: SimulatedTokens;
  account: string;
  mails: Mail[];
}

const account = simulatedPeople.find(({ key }) => key === 'sam')!.email;

export const gmailSimulator = defineSimulator<GmailState>({
  connector: 'gmail',
  title: 'Gmail',
  apis: [
    {
      description,
      error: (code, message) => ({ error: { code, message, status: code === 404 ? 'NOT_FOUND' : 'INVALID_ARGUMENT' } }),
      authorize: (request, { tokens }) =>
        carriesToken(tokens, request)
          ? null
          : { status: 401, body: { error: { code: 401, message: 'Invalid Credentials', status: 'UNAUTHENTICATED' } } },
      rules: {
        'gmail.users.getProfile': (state) => ({
          body: { emailAddress: state.account, messagesTotal: state.mails.length, threadsTotal: state.mails.length },
        }),
        'gmail.users.messages.send': send,
        'gmail.users.messages.list': list,
        'gmail.users.messages.get': ({ mails }, { params, query }) => {
          const mail = mails.find(({ id }) => id === params.id);
          if (!mail) throw new SimulatedRefusal(404, 'Requested entity was not found.');
          const wanted = query.metadataHeaders?.toLowerCase();
          const headers = mail.headers.filter(({ name }) => !wanted || name.toLowerCase() === wanted);
          const { id, threadId, labelIds, at, body } = mail;
          const internalDate = String(Date.parse(at));
          return { body: { id, threadId, labelIds, internalDate, snippet: body.slice(0, 100), payload: { headers } } };
        },
      },
    },
    tokenEndpoint<GmailState>({
      path: '/token',
      tokens: ({ tokens }) => tokens,
      grants: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:jwt-bearer'],
      check: (_, { assertion }) =>
        assertion && !claimsOf(assertion).sub ? 'Whom does the service account act for?' : null,
    }),
  ],
  seed: () => ({
    tokens: seedTokens(),
    account,
    mails: [1, 2].map((number) => ({
      id: `18c2f1a0b3d4000${number}`,
      threadId: `18c2f1a0b3d4000${number}`,
      labelIds: ['SENT'],
      at: '2026-01-05T09:00:00.000Z',
      headers: [
        { name: 'To', value: account },
        { name: 'Subject', value: 'Hello' },
      ],
      body: 'Castellan can send e-mail now.',
    })),
  }),
  view,
});

function send(state: GmailState, { body, now }: SimulatedRequest): SimulatedAnswer {
  const text = Buffer.from((body as { raw: string }).raw, 'base64url').toString('utf8');
  const end = text.indexOf('\r\n\r\n');
  const headers = readHeaders(text.slice(0, end));
  if (!headers.some(({ name }) => /^(?:to|cc|bcc)$/i.test(name))) {
    throw new SimulatedRefusal(400, 'Recipient address required');
  }
  const id = `18c2f1a0b3d5${String(state.mails.length + 1).padStart(4, '0')}`;
  const own = [
    { name: 'From', value: state.account },
    { name: 'Message-Id', value: `<${id}@mail.gmail.com>` },
    { name: 'Date', value: now.toUTCString() },
  ];
  const mail: Mail = {
    ...{ id, threadId: id, labelIds: ['SENT'], at: now.toISOString() },
    headers: [...headers, ...own],
    body: text.slice(end + 4),
  };
  state.mails.unshift(mail);
  return { body: { id, threadId: id, labelIds: mail.labelIds } };
}

/** Knows of Gmail’s search what the connector asks: `in:sent`, `to:` and an age, which all of its mails are within. */
function list({ mails }: GmailState, { query }: SimulatedRequest): SimulatedAnswer {
  const to = /(?:^| )to:(\S+)/.exec(query.q ?? '')?.[1]?.toLowerCase();
  const fitting = mails.filter((mail) => !to || headerOf(mail, 'To').toLowerCase().includes(to));
  const start = Number(query.pageToken ?? 0);
  const end = start + Number(query.maxResults ?? 100);
  const messages = fitting.slice(start, end).map(({ id, threadId }) => ({ id, threadId }));
  return {
    body: {
      messages,
      resultSizeEstimate: fitting.length,
      ...(end < fitting.length ? { nextPageToken: String(end) } : {}),
    },
  };
}

/** Headers with their folded lines joined: RFC 5322 §2.2.3. */
function readHeaders(head: string): Mail['headers'] {
  return head
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n')
    .map((line) => ({ name: line.slice(0, line.indexOf(':')), value: line.slice(line.indexOf(':') + 1).trim() }));
}

function headerOf({ headers }: Mail, name: string): string {
  return headers.find((header) => header.name.toLowerCase() === name.toLowerCase())?.value ?? '';
}

function view({ mails, account: from }: GmailState): SimulatorView {
  return {
    tables: [],
    channels: [
      {
        name: 'Sent',
        messages: mails.toReversed().map((mail) => ({
          at: mail.at,
          from,
          text: `To ${headerOf(mail, 'To')}: ${headerOf(mail, 'Subject')}\n\n${mail.body}`,
        })),
      },
    ],
  };
}
