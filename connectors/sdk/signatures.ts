import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { ConnectionFields } from './auth.js';
import { secret } from './fields.js';
import type { InboundRequest } from './types.js';

export type Verification = { ok: true } | { ok: false; reason: string };

export interface VerifyRequest extends Pick<InboundRequest, 'headers' | 'query' | 'rawBody'> {
  fields: ConnectionFields;
  now: Date;
}

/** How a sender proves that a delivery is its own. Secrets and settings are fields of the connection. */
export interface SignatureScheme {
  id: string;
  title: string;
  /** What the sender must be given or must be told, in a sentence or two. */
  help: string;
  fields: z.ZodObject;
  /** Headers and query parameters that carry a secret, lower case: never shown, logged or handed to a flow. */
  carries: { headers?: string[]; query?: string[] };
  /** Pure. The reason names what is wrong with the delivery, never the secret. */
  verify(request: VerifyRequest): Verification;
}

/** How far a signed timestamp may be from our clock. */
export const timestampToleranceSeconds = 300;

const accepted: Verification = { ok: true };

export function refused(reason: string): Verification {
  return { ok: false, reason };
}

/** Compares in a time that does not depend on the contents. */
export function equalSecret(given: string, expected: string): boolean {
  const digest = (value: string) => createHash('sha256').update(value, 'utf8').digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** Why a Unix timestamp in seconds is not acceptable now, or null. */
export function staleTimestamp(timestamp: string | undefined, now: Date): string | null {
  if (timestamp === undefined || !/^\d{1,12}$/.test(timestamp))
    return 'The timestamp is missing or not in Unix seconds.';
  const age = Math.abs(now.getTime() / 1000 - Number(timestamp));
  if (age <= timestampToleranceSeconds) return null;
  return `The timestamp is more than ${timestampToleranceSeconds} s away from this server's clock.`;
}

/** Any of the candidates equals any of the expected values. */
export function matchesAny(candidates: string[], expected: string[]): Verification {
  const hits = candidates.flatMap((candidate) => expected.map((value) => equalSecret(candidate, value)));
  return hits.includes(true) ? accepted : refused('The signature does not match.');
}

function matchesToken(given: string | undefined, expected: unknown, where: string): Verification {
  if (given === undefined || given === '') return refused(`${where} is missing.`);
  return equalSecret(given, String(expected)) ? accepted : refused(`${where} does not match.`);
}

/** https://www.standardwebhooks.com: HMAC-SHA256 in base64 over `id.timestamp.body`, several signatures parted by spaces. */
const standard: SignatureScheme = {
  id: 'standard',
  title: 'Standard Webhooks',
  help: 'Give the sender the secret. It signs each delivery in the headers webhook-id, webhook-timestamp and webhook-signature.',
  fields: z.object({ signingSecret: secret('Signing secret').describe('Begins with whsec_.') }),
  carries: {},
  verify({ headers, rawBody, fields, now }) {
    const stale = staleTimestamp(headers['webhook-timestamp'], now);
    if (stale !== null) return refused(stale);
    const id = headers['webhook-id'];
    if (!id) return refused('The header webhook-id is missing.');
    const key = Buffer.from(String(fields.signingSecret).replace(/^whsec_/, ''), 'base64');
    const signed = createHmac('sha256', key)
      .update(`${id}.${headers['webhook-timestamp']}.`)
      .update(rawBody)
      .digest('base64');
    const given = (headers['webhook-signature'] ?? '')
      .split(' ')
      .flatMap((part) => (part.startsWith('v1,') ? [part.slice(3)] : []));
    return matchesAny(given, [signed]);
  },
};

const hmac: SignatureScheme = {
  id: 'hmac',
  title: 'HMAC of the body',
  help: 'The sender signs the body with the secret and sends the signature in a header.',
  fields: z.object({
    signingSecret: secret('Signing secret'),
    signatureHeader: z.string().min(1).default('x-signature').meta({ title: 'Header' }),
    signatureAlgorithm: z.enum(['sha256', 'sha512', 'sha1']).default('sha256').meta({ title: 'Algorithm' }),
    signatureEncoding: z.enum(['hex', 'base64']).default('hex').meta({ title: 'Encoding' }),
    signaturePrefix: z.string().default('').meta({ title: 'Prefix' }).describe('Such as sha256=.'),
  }),
  carries: {},
  verify({ headers, rawBody, fields }) {
    const settings = hmac.fields.parse(fields) as Record<string, string>;
    const given = headers[String(settings.signatureHeader).toLowerCase()];
    if (!given) return refused(`The header ${settings.signatureHeader} is missing.`);
    const digest = createHmac(String(settings.signatureAlgorithm), String(settings.signingSecret)).update(rawBody);
    return matchesAny(
      [given],
      [settings.signaturePrefix + digest.digest(settings.signatureEncoding as 'hex' | 'base64')],
    );
  },
};

const bearer: SignatureScheme = {
  id: 'bearer',
  title: 'Bearer token',
  help: 'The sender sends the header Authorization: Bearer <token>.',
  fields: z.object({ webhookToken: secret('Token') }),
  carries: { headers: ['authorization'] },
  verify({ headers, fields }) {
    const given = /^bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
    return matchesToken(given, fields.webhookToken, 'The bearer token');
  },
};

const basic: SignatureScheme = {
  id: 'basic',
  title: 'User name and password',
  help: 'The sender signs in with HTTP basic authentication.',
  fields: z.object({
    webhookUsername: z.string().min(1).meta({ title: 'User name' }),
    webhookPassword: secret('Password'),
  }),
  carries: { headers: ['authorization'] },
  verify({ headers, fields }) {
    const given = /^basic +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
    const expected = `${String(fields.webhookUsername)}:${String(fields.webhookPassword)}`;
    return matchesToken(given && Buffer.from(given, 'base64').toString('utf8'), expected, 'The basic authorization');
  },
};

/** Headers in which senders put a plain secret. A fixed list, so that none of them is ever shown or handed to a flow. */
const tokenHeaders = ['x-webhook-token', 'x-webhook-secret', 'x-auth-token', 'x-api-key', 'x-gitlab-token'] as const;

const header: SignatureScheme = {
  id: 'header',
  title: 'Secret in a header',
  help: 'The sender sends the secret in a header that the connection names.',
  fields: z.object({
    webhookToken: secret('Secret'),
    webhookHeader: z.enum(tokenHeaders).default('x-webhook-token').meta({ title: 'Header' }),
  }),
  carries: { headers: [...tokenHeaders] },
  verify({ headers, fields }) {
    const name = String(fields.webhookHeader ?? 'x-webhook-token');
    return matchesToken(headers[name], fields.webhookToken, `The header ${name}`);
  },
};

/** Datadog does not sign webhooks; its webhook integration sends custom headers. */
const datadog: SignatureScheme = {
  id: 'datadog',
  title: 'Datadog webhook',
  help: 'In Datadog, Integrations → Webhooks, enter under “Custom Headers”: {"X-Castellan-Token": "<the webhook secret>"}.',
  fields: z.object({ webhookToken: secret('Webhook secret') }),
  carries: { headers: ['x-castellan-token'] },
  verify({ headers, fields }) {
    return matchesToken(headers['x-castellan-token'], fields.webhookToken, 'The header X-Castellan-Token');
  },
};

/** Splunk's webhook alert action sends no headers of its own, so the secret is in the address; HEC senders use `Authorization: Splunk`. */
const splunk: SignatureScheme = {
  id: 'splunk',
  title: 'Splunk alert',
  help: 'In Splunk, add the webhook alert action with the address followed by ?token=<the webhook secret>.',
  fields: z.object({ webhookToken: secret('Webhook secret') }),
  carries: { headers: ['authorization'], query: ['token'] },
  verify({ headers, query, fields }) {
    const given = /^splunk +(\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? query.token;
    return matchesToken(given, fields.webhookToken, 'The token');
  },
};

/** Without its secret a connection verifies nothing: a missing one must not be compared as the text “undefined”. */
function withItsFields(scheme: SignatureScheme): SignatureScheme {
  return {
    ...scheme,
    verify(request) {
      if (scheme.fields.safeParse(request.fields).success) return scheme.verify(request);
      return refused('The connection has no webhook secret for this signature. Enter it on the Connections page.');
    },
  };
}

/** The schemes that a plain webhook trigger may name. */
export const signatureSchemes: Readonly<Record<string, SignatureScheme>> = Object.fromEntries(
  [standard, hmac, bearer, basic, header, datadog, splunk].map((scheme) => [scheme.id, withItsFields(scheme)]),
);
