import { createHmac } from 'node:crypto';
import {
  type Auth,
  type ConnectionFields,
  equalSecret,
  type InboundRequest,
  noAuth,
  type SignatureScheme,
  secret,
  signatureSchemes,
  type Verification,
} from '@castellan/sdk';
import { z } from 'zod';

/** How long a token lets its bearer in, in seconds. */
const tokenSeconds = 3_600;

/** The three ways in which a connection of EventBridge signs in, with the fields that each has here. */
const apiKeyFields = signatureSchemes.header!.fields.extend({
  webhookToken: secret('API key').describe('A long random text: the value of the API key in EventBridge.'),
  webhookHeader: z
    .enum(['x-api-key', 'x-auth-token', 'x-webhook-token', 'x-webhook-secret'])
    .default('x-api-key')
    .meta({ title: 'API key name' })
    .describe('The header, as it is named in EventBridge.'),
});
const basicFields = signatureSchemes.basic!.fields;
const oauthFields = z.object({
  clientId: z
    .string()
    .min(1)
    .meta({ title: 'Client ID' })
    .describe('Any name: the one that is entered in EventBridge.'),
  clientSecret: secret('Client secret').describe('A long random text. It signs the tokens, too.'),
});

/** Connections that only receive: they hold what the API destination signs in with, and call nobody. */
export const destinations: Auth[] = [
  noAuth({ kind: 'apiKey', title: 'API destination only, by API key', fields: apiKeyFields.shape }),
  noAuth({ kind: 'basic', title: 'API destination only, by user name and password', fields: basicFields.shape }),
  noAuth({ kind: 'oauth', title: 'API destination only, by OAuth client credentials', fields: oauthFields.shape }),
];

/**
 * What an API destination sends along: an API key, a user name and password, or a token that it asks for at the same
 * address (client credentials) and asks for anew when it hears 401.
 */
export const eventbridgeSignIn: SignatureScheme = {
  id: 'eventbridge',
  title: 'EventBridge API destination',
  help: 'EventBridge signs in as its connection says: by API key, basic or OAuth client credentials.',
  fields: z.object({
    ...apiKeyFields.partial().shape,
    ...basicFields.partial().shape,
    ...oauthFields.partial().shape,
  }),
  carries: {
    headers: ['authorization', ...(signatureSchemes.header!.carries.headers ?? [])],
    query: ['client_id', 'client_secret'],
  },
  verify(request) {
    const { fields, headers, now } = request;
    if (fields.clientSecret !== undefined) {
      const asked = credentialsOf(request);
      return asked ? verifyClient(asked, fields) : verifyToken(headers.authorization, fields, now);
    }
    const scheme = fields.webhookPassword === undefined ? signatureSchemes.header : signatureSchemes.basic;
    return scheme!.verify(request);
  },
};

/** The answer to a request for a token, or null for an event. Whoever asked has been verified. */
export function tokenAnswer(
  delivery: InboundRequest,
  { fields, now }: { fields: ConnectionFields; now: Date },
): { status: number; body: { access_token: string; token_type: string; expires_in: number } } | null {
  if (fields.clientSecret === undefined || !credentialsOf(delivery)) return null;
  const until = Math.floor(now.getTime() / 1_000) + tokenSeconds;
  return {
    status: 200,
    body: { access_token: tokenFor(until, fields), token_type: 'Bearer', expires_in: tokenSeconds },
  };
}

interface ClientCredentials {
  id: string | undefined;
  secret: string | undefined;
}

/** What a request for a token signs in with (RFC 6749 §2.3.1 and §4.4): a header, the body or the query; null for any other. */
function credentialsOf({
  headers,
  query,
  rawBody,
}: Pick<InboundRequest, 'headers' | 'query' | 'rawBody'>): ClientCredentials | null {
  const given: Record<string, unknown> = { ...query, ...bodyFields(rawBody, headers['content-type']) };
  if (given.grant_type !== 'client_credentials') return null;
  const pair = /^basic +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (pair !== undefined) {
    const [id, ...rest] = Buffer.from(pair, 'base64').toString('utf8').split(':');
    return { id, secret: rest.join(':') };
  }
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  return { id: text(given.client_id), secret: text(given.client_secret) };
}

function bodyFields(rawBody: Uint8Array, contentType = ''): Record<string, unknown> {
  const body = Buffer.from(rawBody).toString('utf8');
  if (contentType.startsWith('application/x-www-form-urlencoded')) return Object.fromEntries(new URLSearchParams(body));
  // An event may be large, and none is a request for a token.
  if (body.length > 10_000 || !body.startsWith('{')) return {};
  try {
    return JSON.parse(body) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function verifyClient({ id, secret: given }: ClientCredentials, fields: ConnectionFields): Verification {
  const known = equalSecret(JSON.stringify([id, given]), JSON.stringify([fields.clientId, fields.clientSecret]));
  return known ? { ok: true } : renewable('The client ID or the client secret does not match.');
}

function verifyToken(authorization: string | undefined, fields: ConnectionFields, now: Date): Verification {
  const token = /^bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) return renewable('The bearer token is missing.');
  const until = Number(/^(\d{1,12})\./.exec(token)?.[1] ?? Number.NaN);
  if (!equalSecret(token, tokenFor(until, fields))) return renewable('The bearer token is not one of ours.');
  return now.getTime() < until * 1_000 ? { ok: true } : renewable('The bearer token has ended.');
}

/** A token says until when it is good, signed by the client secret: another secret ends all of them. */
function tokenFor(until: number, { clientId, clientSecret }: ConnectionFields): string {
  const signed = createHmac('sha256', String(clientSecret)).update(`castellan eventbridge ${until} ${clientId}`);
  return `${until}.${signed.digest('base64url')}`;
}

/** EventBridge asks for another token when it hears 401. */
const renewable = (reason: string): Verification => ({ ok: false, reason, signsInAgain: true });
