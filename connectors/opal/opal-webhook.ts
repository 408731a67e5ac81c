import { createHmac } from 'node:crypto';
import { matchesAny, refused, type SignatureScheme, secret, staleTimestamp, trigger } from '@castellan/sdk';
import { z } from 'zod';

/** Fields of a connection that its webhook and its event stream need. Two secrets while one replaces the other. */
export const webhookFields = {
  webhookSecret: secret('Webhook signing secret').optional(),
  webhookSecretNext: secret('Next webhook signing secret').describe('While the secret is being replaced.').optional(),
  streamSecret: secret('Event stream secret').describe('Only if an event stream of Opal delivers here.').optional(),
  streamSecretNext: secret('Next event stream secret').describe('While the secret is being replaced.').optional(),
};

/**
 * Opal signs webhooks, event streams and calls of custom connectors alike: lower-case hex HMAC-SHA256 of
 * `v0:<timestamp>:<body>`, where an empty body counts as `{}`. With two secrets two signatures come, parted by a comma.
 * https://docs.opal.dev/docs/webhooks, github.com/opalsecurity/opal-datadog-connector. The time window is ours.
 */
export const opalSignature: SignatureScheme = {
  id: 'opal',
  title: 'Opal signature',
  help: 'Opal shows the signing secret under Organization Settings → Webhooks.',
  fields: z.object(webhookFields),
  carries: {},
  verify({ headers, rawBody, fields, now }) {
    const names = ['webhookSecret', 'webhookSecretNext', 'streamSecret', 'streamSecretNext'];
    const secrets = names.map((name) => fields[name]).filter((value) => typeof value === 'string');
    if (secrets.length === 0)
      return refused('The connection has no webhook signing secret. Enter Opal’s on the Connections page.');
    const signature = headers['x-opal-signature'];
    if (!signature) return refused('The header X-Opal-Signature is missing.');
    const timestamp = headers['x-opal-request-timestamp'];
    const stale = staleTimestamp(timestamp, now);
    if (stale !== null) return refused(stale);
    const body = trimmed(rawBody);
    const expected = secrets.map((key) =>
      createHmac('sha256', key)
        .update(`v0:${timestamp}:`)
        .update(body.length === 0 ? '{}' : body)
        .digest('hex'),
    );
    return matchesAny(
      signature.split(',').map((part) => part.trim()),
      expected,
    );
  },
};

/** The bytes without white space around them, as Opal signs them. */
function trimmed(bytes: Uint8Array): Uint8Array {
  const isSpace = (byte: number | undefined) => byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
  let start = 0;
  let end = bytes.length;
  while (start < end && isSpace(bytes[start])) start += 1;
  while (end > start && isSpace(bytes[end - 1])) end -= 1;
  return bytes.subarray(start, end);
}

const accessEvent = z.looseObject({
  organization_id: z.string().optional(),
  /** Unix seconds. */
  event_ts: z.number().optional(),
  event_type: z.string().describe('Such as USER_ADDED_TO_RESOURCE, USER_REMOVED_FROM_GROUP, RESOURCE_ADDED_TO_GROUP.'),
  user_id: z.string().optional().describe('The person’s e-mail address.'),
  resource_type: z.string().optional(),
  resource_id: z.string().optional().describe('The id in the end system, not Opal’s.'),
  access_level: z.string().optional(),
  group_type: z.string().optional(),
  group_id: z.string().optional().describe('The id in the end system, not Opal’s.'),
});

export const opalTriggers = {
  accessChanged: trigger({
    title: 'Access changed',
    docs: 'https://docs.opal.dev/docs/webhooks',
    summary: 'Somebody was given or lost access to a resource or group of a push-only custom app.',
    payload: accessEvent,
    sample: {
      organization_id: '7870617d-e72a-47f5-a84c-693817ab4567',
      event_ts: 1_767_225_600,
      event_type: 'USER_ADDED_TO_RESOURCE',
      resource_type: 'CUSTOM',
      user_id: 'jane.doe@example.com',
      resource_id: '0eb35db24007c8148',
      access_level: 'admin',
    },
  }),
};
