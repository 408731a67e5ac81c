import {
  camelKeys,
  type HttpResponse,
  type JsonObject,
  type JsonValue,
  offsetPaging,
  operation,
  path,
} from '@castellan/sdk';
import { z } from 'zod';
import { fieldOf, limit, pageSize, reference } from './pagerduty-incidents.js';
import { webhookEvents } from './pagerduty-webhook.js';

const subscription = z.object({
  id: z.string(),
  active: z.boolean(),
  url: z.string(),
  events: z.array(z.string()),
  filter: z.object({ type: z.string(), id: z.string().nullish() }),
  description: z.string().nullish(),
});

/** A subscription without the method of delivery around its address. The shape is checked with the output. */
function subscriptionOf(given: JsonValue): JsonObject {
  const { deliveryMethod, ...rest } = camelKeys(given) as { deliveryMethod?: JsonObject };
  return { ...rest, url: deliveryMethod?.url ?? null };
}

const found = (response: HttpResponse): JsonObject => subscriptionOf(fieldOf(response, 'webhook_subscription'));

const sample = {
  id: 'PW00001',
  active: true,
  url: 'https://castellan.example.com/hooks/c/example',
  events: ['incident.triggered', 'incident.resolved'],
  filter: { type: 'account_reference' },
  description: 'Castellan',
};

const list = `${reference}/d23ec9dbd5ed2-list-webhook-subscriptions`;

/** Subscriptions to events: each may have another address. */
export const subscriptionOperations = {
  createWebhookSubscription: operation({
    title: 'Subscribe to events',
    docs: `${reference}/b3A6MjkyNDc4NA-create-a-webhook-subscription`,
    summary:
      'Has PagerDuty deliver events to an address. Its answer holds the signing secret, which PagerDuty tells only this once: run it by hand and enter the secret in the connection.',
    input: z.strictObject({
      url: z
        .url({ protocol: /^https$/ })
        .meta({ title: 'Address', text: 'url' })
        .describe('Of the connection.'),
      events: z.array(z.enum(webhookEvents)).min(1).meta({ title: 'Events' }),
      scope: z
        .enum(['account_reference', 'service_reference', 'team_reference'])
        .default('account_reference')
        .meta({ title: 'Of' }),
      scopeId: z.string().min(1).optional().meta({ title: 'Service or team' }),
      description: z.string().max(1024).default('Castellan').meta({ title: 'Description' }),
    }),
    output: subscription.extend({ secret: z.string().nullish().describe('Signs the deliveries.') }),
    effect: 'write',
    // The secret of a subscription whose answer was lost is lost as well.
    idempotency: 'none',
    check: ({ scope, scopeId }) =>
      (scope === 'account_reference') === (scopeId === undefined)
        ? []
        : [{ pointer: '/scopeId', message: 'Needed for a service or a team, and for these only.' }],
    changes: ({ url }) => [{ action: 'create', object: { type: 'pagerduty_subscription', id: 'new', title: url } }],
    request: ({ url, events, scope, scopeId, description }) => ({
      method: 'POST',
      path: path`/webhook_subscriptions`,
      body: {
        webhook_subscription: {
          type: 'webhook_subscription',
          delivery_method: { type: 'http_delivery_method', url },
          filter: { type: scope, ...(scopeId ? { id: scopeId } : {}) },
          ...{ events, description },
        },
      },
    }),
    response: (response) => {
      const { delivery_method: method } = fieldOf(response, 'webhook_subscription') as { delivery_method?: JsonObject };
      return { ...found(response), secret: method?.secret ?? null };
    },
    undo: (_, { id }) => ({ operation: 'deleteWebhookSubscription', input: { subscriptionId: id } }),
    sample: {
      input: {
        url: 'https://castellan.example.com/hooks/c/example',
        events: ['incident.triggered', 'incident.resolved'],
        scope: 'account_reference',
        description: 'Castellan',
      },
      output: { ...sample, secret: '0123456789abcdef' },
    },
  }),

  listWebhookSubscriptions: operation({
    title: 'List subscriptions to events',
    docs: list,
    summary: 'Where PagerDuty delivers events, and which. The signing secrets are not among it.',
    input: z.strictObject({ limit }),
    output: z.object({ items: z.array(subscription) }),
    choice: { value: 'id', label: 'description' },
    effect: 'read',
    request: () => ({ method: 'GET', path: path`/webhook_subscriptions`, query: { limit: pageSize } }),
    paginate: offsetPaging({ items: 'webhook_subscriptions', more: 'more', param: 'offset' }),
    each: subscriptionOf,
    sample: { input: {}, output: { items: [sample] } },
  }),

  deleteWebhookSubscription: operation({
    title: 'End a subscription to events',
    docs: `${reference}/7ee5e0d1f5c2a-delete-a-webhook-subscription`,
    summary: 'Has PagerDuty deliver no more events to an address.',
    input: z.strictObject({ subscriptionId: z.string().min(1).meta({ title: 'Subscription' }) }),
    output: z.object({ deleted: z.literal(true), alreadyGone: z.boolean() }),
    options: { '/subscriptionId': 'listWebhookSubscriptions' },
    effect: 'destructive',
    idempotency: 'natural',
    changes: (input) => [{ action: 'delete', object: { type: 'pagerduty_subscription', id: input.subscriptionId } }],
    before: async (input, { http }) => {
      const place = path`/webhook_subscriptions/${input.subscriptionId}`;
      const response = await http.send({ method: 'GET', path: place, accept: [404] });
      return response.status === 404 ? null : found(response);
    },
    request: (input) => ({
      method: 'DELETE',
      path: path`/webhook_subscriptions/${input.subscriptionId}`,
      accept: [404],
    }),
    response: ({ status }) => ({ deleted: true, alreadyGone: status === 404 }),
    sample: { input: { subscriptionId: 'PW00001' }, output: { deleted: true, alreadyGone: false } },
  }),
};
