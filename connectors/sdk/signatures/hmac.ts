import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { secret } from '../fields.js';
import { listed, matchesAny, staleInstant, staleTimestamp } from './compare.js';
import { refused, type SignatureScheme } from './scheme.js';

/** https://www.standardwebhooks.com: HMAC-SHA256 in base64 over `id.timestamp.body`, several signatures parted by spaces. */
export const standard: SignatureScheme = {
  id: 'standard',
  title: 'Standard Webhooks',
  help: 'Give the sender the secret. It signs each delivery in the headers webhook-id, webhook-timestamp and webhook-signature.',
  fields: z.object({ signingSecret: secret('Signing secret').describe('Begins with whsec_.') }),
  carries: {},
  freshness: 'signedTime',
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
  // It is signed as well.
  deliveryId: ({ headers }) => headers['webhook-id'] ?? null,
};

const bodyPlace = '{body}';
const timePlace = '{timestamp}';

const hmacFields = z.object({
  signingSecret: secret('Signing secret'),
  signatureHeader: z.string().min(1).default('x-signature').meta({ title: 'Header' }),
  signatureAlgorithm: z.enum(['sha256', 'sha512', 'sha384', 'sha1']).default('sha256').meta({ title: 'Algorithm' }),
  signatureEncoding: z.enum(['hex', 'base64', 'base64url']).default('hex').meta({ title: 'Encoding' }),
  signaturePrefix: z.string().default('').meta({ title: 'Prefix' }).describe('Such as sha256=.'),
  timestampHeader: z
    .string()
    .default('')
    .meta({ title: 'Header of the timestamp' })
    .describe(
      'Where the sender says when it signed, if it does. Deliveries that are older than 5 minutes are refused.',
    ),
  signedText: z
    .string()
    .regex(/^$|\{body\}/, 'The signed text holds {body}.')
    .default('')
    .meta({ title: 'What is signed' })
    .describe(
      'With {body} and {timestamp} in their places. Default: {body}, or {timestamp}.{body} if there is a timestamp.',
    ),
  equalDeliveries: z
    .enum(['one', 'each'])
    .default('one')
    .meta({ title: 'Equal deliveries without a timestamp' })
    .describe(
      'one: the same body within 7 days is a repetition. each: it is a delivery of its own; a replay is not told.',
    ),
});

/** Whatever a sender does with a hash and a shared secret. */
export const hmac: SignatureScheme = {
  id: 'hmac',
  title: 'HMAC, built from settings',
  help: 'The sender signs each delivery with the secret and sends the signature in a header.',
  fields: hmacFields,
  carries: {},
  freshness: 'signedContent',
  verify({ headers, rawBody, fields, now }) {
    const settings = hmacFields.parse(fields);
    const given = headers[settings.signatureHeader.toLowerCase()];
    if (!given) return refused(`The header ${settings.signatureHeader} is missing.`);
    const isTimed = settings.timestampHeader !== '';
    const timestamp = isTimed ? headers[settings.timestampHeader.toLowerCase()] : '';
    const text = settings.signedText || (isTimed ? `${timePlace}.${bodyPlace}` : bodyPlace);
    if (isTimed && !text.includes(timePlace)) {
      return refused(
        'What is signed leaves the timestamp out, so it proves nothing. Put {timestamp} into the connection.',
      );
    }
    const stale = isTimed ? staleInstant(timestamp, now) : null;
    if (stale !== null) return refused(stale);
    const hash = createHmac(settings.signatureAlgorithm, settings.signingSecret);
    for (const part of signedParts(text, timestamp ?? '', rawBody)) hash.update(part);
    const verdict = matchesAny(listed(given), [settings.signaturePrefix + hash.digest(settings.signatureEncoding)]);
    return verdict.ok && !isTimed && settings.equalDeliveries === 'each' ? { ok: true } : verdict;
  },
};

/** The template with the bytes in their places. */
function signedParts(template: string, timestamp: string, rawBody: Uint8Array): (string | Uint8Array)[] {
  return template
    .split(/(\{body\}|\{timestamp\})/)
    .map((part) => (part === bodyPlace ? rawBody : part === timePlace ? timestamp : part));
}
