import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { secret } from '../fields.js';
import type { InboundRequest, JsonValue } from '../types.js';
import { listed, matchesAny, matchesToken, staleTimestamp } from './compare.js';
import { refused, type SignatureScheme } from './scheme.js';
import { verifyBasic, verifyBearer } from './tokens.js';

/** https://docs.slack.dev/authentication/verifying-requests-from-slack: `v0=` and HMAC-SHA256 in hex over `v0:time:body`. */
export const slack: SignatureScheme = {
  id: 'slack',
  title: 'Slack',
  help: 'Slack shows the signing secret under Basic Information of the app. Its question whether the address is right is answered.',
  fields: z.object({ signingSecret: secret('Signing secret') }),
  carries: {},
  freshness: 'signedTime',
  verify({ headers, rawBody, fields, now }) {
    const given = headers['x-slack-signature'];
    if (!given) return refused('The header X-Slack-Signature is missing.');
    const timestamp = headers['x-slack-request-timestamp'];
    const stale = staleTimestamp(timestamp, now);
    if (stale !== null) return refused(stale);
    const digest = createHmac('sha256', String(fields.signingSecret)).update(`v0:${timestamp}:`).update(rawBody);
    return matchesAny([given], [`v0=${digest.digest('hex')}`]);
  },
  // An event that Slack sends again is signed anew, and has the id that it had.
  deliveryId: ({ body }) => textAt(body, 'event_id'),
  challenge: {
    signed: true,
    answer({ body }) {
      const challenge = textAt(body, 'type') === 'url_verification' ? textAt(body, 'challenge') : null;
      return challenge === null ? null : { status: 200, body: { challenge } };
    },
  },
};

/** https://developer.pagerduty.com/docs/verifying-webhook-signatures: `v1=` and hex for each secret in use, parted by commas. */
export const pagerduty: SignatureScheme = {
  id: 'pagerduty',
  title: 'PagerDuty webhook (v3)',
  help: 'PagerDuty shows the secret once, when the webhook subscription is made under Integrations → Generic Webhooks (v3).',
  fields: z.object({ webhookSecret: secret('Webhook secret') }),
  carries: {},
  freshness: 'signedContent',
  verify({ headers, rawBody, fields }) {
    const given = headers['x-pagerduty-signature'];
    if (!given) return refused('The header X-PagerDuty-Signature is missing.');
    const digest = createHmac('sha256', String(fields.webhookSecret)).update(rawBody).digest('hex');
    return matchesAny(listed(given), [`v1=${digest}`]);
  },
  deliveryId: ({ body }) => textAt(body, 'event', 'id'),
};

/** https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries: `sha256=` and hex over the body. */
export const github: SignatureScheme = {
  id: 'github',
  title: 'GitHub',
  help: 'Enter the same secret in the webhook’s settings in GitHub, with the content type application/json.',
  fields: z.object({ webhookSecret: secret('Webhook secret') }),
  carries: {},
  freshness: 'signedContent',
  verify({ headers, rawBody, fields }) {
    const given = headers['x-hub-signature-256'];
    if (!given) return refused('The header X-Hub-Signature-256 is missing.');
    const digest = createHmac('sha256', String(fields.webhookSecret)).update(rawBody).digest('hex');
    return matchesAny([given], [`sha256=${digest}`]);
  },
  deliveryId: ({ headers }) => headers['x-github-delivery'] ?? null,
};

/** https://documentation.bamboohr.com/docs/webhooks: HMAC-SHA256 in hex over the body with the timestamp behind it. */
export const bamboohr: SignatureScheme = {
  id: 'bamboohr',
  title: 'BambooHR',
  help: 'BambooHR shows the private key once, when the webhook is made, or under Private Key in the settings of a global one.',
  fields: z.object({ webhookSecret: secret('Private key') }),
  carries: {},
  freshness: 'signedTime',
  verify({ headers, rawBody, fields, now }) {
    const given = headers['x-bamboohr-signature'];
    if (!given) return refused('The header X-BambooHR-Signature is missing.');
    const timestamp = headers['x-bamboohr-timestamp'];
    const stale = staleTimestamp(timestamp, now);
    if (stale !== null) return refused(stale);
    const digest = createHmac('sha256', String(fields.webhookSecret)).update(rawBody).update(String(timestamp));
    return matchesAny([given], [digest.digest('hex')]);
  },
};

/** Datadog does not sign webhooks; its webhook integration sends custom headers. */
export const datadog: SignatureScheme = {
  id: 'datadog',
  title: 'Datadog webhook',
  help: 'In Datadog, Integrations → Webhooks, enter under “Custom Headers”: {"X-Castellan-Token": "<the webhook secret>"}.',
  fields: z.object({ webhookToken: secret('Webhook secret') }),
  carries: { headers: ['x-castellan-token'] },
  verify: ({ headers, fields }) =>
    matchesToken(headers['x-castellan-token'], fields.webhookToken, 'The header X-Castellan-Token'),
};

/** Splunk's webhook alert action sends no headers of its own, so the secret is in the address; HEC senders use `Authorization: Splunk`. */
export const splunk: SignatureScheme = {
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

const challengeHeader = 'x-okta-verification-challenge';

/** https://developer.okta.com/docs/concepts/event-hooks/: a fixed header, and one question by GET before it sends anything. */
export const okta: SignatureScheme = {
  id: 'okta',
  title: 'Okta event hook',
  help: 'In Okta, Workflow → Event Hooks, enter Authorization as the authentication field and the secret as its value. Okta’s question whether the address is right is answered.',
  fields: z.object({ webhookToken: secret('Authentication secret') }),
  carries: { headers: ['authorization'] },
  verify: ({ headers, fields }) => matchesToken(headers.authorization, fields.webhookToken, 'The header Authorization'),
  deliveryId: ({ body }) => textAt(body, 'eventId'),
  challenge: {
    // Okta asks before it is known to sign in; what it gets is its own text.
    signed: false,
    answer({ method, headers }) {
      const verification = method === 'GET' ? headers[challengeHeader] : undefined;
      return verification === undefined || verification.length > 500 ? null : { status: 200, body: { verification } };
    },
  },
};

/** https://developer.sailpoint.com/docs/extensibility/event-triggers/subscribing-to-trigger: nothing is signed. */
export const sailpoint: SignatureScheme = {
  id: 'sailpoint',
  title: 'SailPoint event trigger',
  help: 'Choose BEARER_TOKEN or BASIC_AUTH in the subscription, and enter the same here. A subscription with NO_AUTH needs a webhook without signature; let only SailPoint’s addresses in.',
  fields: z.object({
    webhookToken: secret('Bearer token').optional(),
    webhookUsername: z.string().min(1).optional().meta({ title: 'User name' }),
    webhookPassword: secret('Password').optional(),
  }),
  carries: { headers: ['authorization'] },
  verify({ headers, fields: { webhookToken, webhookUsername, webhookPassword } }) {
    const hasPassword = webhookUsername && webhookPassword;
    // A connection may have both, and each subscription shows one of them.
    const isBasic = /^basic /i.test(headers.authorization ?? '') || !webhookToken;
    if (hasPassword && isBasic) return verifyBasic(headers, webhookUsername, webhookPassword);
    if (webhookToken) return verifyBearer(headers, webhookToken);
    return refused('The connection has neither a bearer token nor a user name with its password. Enter one of them.');
  },
  deliveryId: ({ body }) => textAt(body, '_metadata', 'invocationId'),
};

/** The text at a path of own properties, or null. */
function textAt(body: InboundRequest['body'], ...path: string[]): string | null {
  let at: JsonValue | undefined = body;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || Array.isArray(at) || !Object.hasOwn(at, key)) return null;
    at = at[key];
  }
  return typeof at === 'string' && at !== '' ? at : null;
}
