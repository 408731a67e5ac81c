import { type Host, type JsonObject, type JsonPointer, operation, parseAnswer, path } from '@castellan/sdk';
import { z } from 'zod';
import { sailpointId } from './sailpoint-company.js';
import { allOf, condition, limit, listOf, listRequest, offsetPages } from './sailpoint-lists.js';
import { docs, triggerDocs } from './sailpoint-references.js';
import {
  type authentication,
  type Subscription,
  subscription,
  subscriptionFields,
  subscriptionId,
  triggerId,
} from './sailpoint-subscription-shapes.js';

const kind = z.object({
  id: z.string(),
  name: z.string(),
  type: z.enum(['REQUEST_RESPONSE', 'FIRE_AND_FORGET']).describe('REQUEST_RESPONSE: SailPoint waits for an answer.'),
  description: z.string().nullish(),
  inputSchema: z.string().describe('JSON Schema of the event, as a text.'),
  outputSchema: z.string().nullish().describe('JSON Schema of the answer, as a text.'),
});

/** Where the connection’s own credential goes, so that no step holds it. */
function credentialFor(type: z.output<typeof authentication>): Record<JsonPointer, string> {
  if (type === 'BEARER_TOKEN') return { '/httpConfig/bearerTokenAuthConfig/bearerToken': 'webhookToken' };
  if (type === 'NO_AUTH') return {};
  return {
    '/httpConfig/basicAuthConfig/userName': 'webhookUsername',
    '/httpConfig/basicAuthConfig/password': 'webhookPassword',
  };
}

const fillOf = (httpConfig: Subscription['httpConfig'] | undefined) =>
  httpConfig ? { fill: credentialFor(httpConfig.httpAuthenticationType ?? 'NO_AUTH') } : {};

const configOfItsType = ({ type, httpConfig, eventBridgeConfig }: Partial<Subscription>) => {
  if (type === 'HTTP' && !httpConfig) return [{ pointer: '/httpConfig', message: 'Say where to deliver.' }];
  if (type === 'EVENTBRIDGE' && !eventBridgeConfig)
    return [{ pointer: '/eventBridgeConfig', message: 'Say which AWS account and region.' }];
  return [];
};

async function readSubscriptions({ http }: Host, filters: string | undefined): Promise<Subscription[]> {
  const { body } = await http.send(listRequest(path`/trigger-subscriptions`, { filters }));
  return parseAnswer(z.array(subscription), body, `${docs}/list-subscriptions`);
}

const one = async (host: Host, id: string) =>
  (await readSubscriptions(host, allOf(condition('id', 'eq', id))))[0] ?? null;

/** What a change may say: all but the trigger. */
function changeable({ id: _, triggerId: __, triggerName: ___, ...rest }: Subscription) {
  return rest;
}

const httpConfig = {
  url: 'http://127.0.0.1:4600/hooks/sailpoint-sample',
  httpDispatchMode: 'SYNC' as const,
  httpAuthenticationType: 'BEARER_TOKEN' as const,
};

const sampleSubscription = {
  id: sailpointId('subscription', 1),
  name: 'Castellan: leavers',
  description: 'Starts a flow.',
  triggerId: 'idn:identity-attributes-changed',
  triggerName: 'Identity attributes changed',
  type: 'HTTP' as const,
  enabled: true,
  filter: '$.changes[?(@.attribute == "cloudLifecycleState")]',
  responseDeadline: 'PT1H',
  httpConfig,
};

const subscriptionObject = (id: string, title?: string) => ({ type: 'sailpoint_trigger_subscription', id, title });

export const subscriptionOperations = {
  listTriggers: operation({
    title: 'List event triggers',
    docs: `${docs}/list-triggers`,
    summary: 'What this tenant can tell.',
    input: z.strictObject({ limit }),
    output: listOf(kind),
    choice: { value: 'id', label: 'name' },
    effect: 'read',
    request: () => listRequest(path`/triggers`, {}),
    paginate: offsetPages,
    sample: {
      input: {},
      output: {
        items: [
          {
            ...{ id: 'idn:identity-created', name: 'Identity created', type: 'FIRE_AND_FORGET' },
            inputSchema: '{"type":"object"}',
          },
        ],
      },
    },
  }),

  listSubscriptions: operation({
    title: 'List trigger subscriptions',
    docs: `${docs}/list-subscriptions`,
    summary: 'Who is told which events, and where.',
    input: z.strictObject({
      triggerId: triggerId.optional(),
      type: z.enum(['HTTP', 'EVENTBRIDGE', 'INLINE', 'SCRIPT', 'WORKFLOW']).optional().meta({ title: 'Type' }),
      limit,
    }),
    output: listOf(subscription),
    options: { '/triggerId': 'listTriggers' },
    choice: { value: 'id', label: 'name' },
    effect: 'read',
    request: ({ triggerId, type }) =>
      listRequest(path`/trigger-subscriptions`, {
        filters: allOf(condition('triggerId', 'eq', triggerId), condition('type', 'eq', type)),
      }),
    paginate: offsetPages,
    sample: { input: { triggerId: sampleSubscription.triggerId }, output: { items: [sampleSubscription] } },
  }),

  createSubscription: operation({
    title: 'Create a trigger subscription',
    docs: `${docs}/create-subscription`,
    summary:
      'Has SailPoint tell an event to an address. The credential of the connection goes along with each delivery.',
    input: z.strictObject({ triggerId, ...subscriptionFields }),
    output: subscription,
    options: { '/triggerId': 'listTriggers' },
    check: configOfItsType,
    effect: 'write',
    idempotency: 'lookup',
    changes: ({ name }) => [{ action: 'create', object: subscriptionObject(name, name) }],
    request: ({ ...body }) => ({
      method: 'POST',
      path: path`/trigger-subscriptions`,
      body,
      ...fillOf(body.httpConfig),
    }),
    // A second one of the same trigger, name and place would tell everything twice, so nobody wants it.
    lookup: async ({ triggerId, name, httpConfig, eventBridgeConfig }, host) => {
      const all = await readSubscriptions(host, allOf(condition('triggerId', 'eq', triggerId)));
      const found = all.find(
        (each) =>
          each.name === name &&
          each.httpConfig?.url === httpConfig?.url &&
          each.eventBridgeConfig?.awsAccount === eventBridgeConfig?.awsAccount,
      );
      return found ?? null;
    },
    undo: (_, { id }) => ({ operation: 'deleteSubscription', input: { subscriptionId: id } }),
    sample: {
      input: {
        triggerId: 'idn:identity-created',
        name: 'Castellan: joiners',
        description: 'Starts a flow.',
        type: 'HTTP',
        httpConfig,
        enabled: true,
      },
      output: {
        ...{ id: sailpointId('subscription', 9), name: 'Castellan: joiners', description: 'Starts a flow.' },
        ...{ triggerId: 'idn:identity-created', triggerName: 'Identity created', type: 'HTTP', enabled: true },
        ...{ responseDeadline: 'PT1H', httpConfig },
      },
    },
  }),

  updateSubscription: operation({
    title: 'Change a trigger subscription',
    docs: `${docs}/put-subscription`,
    summary: 'Changes what is given, and leaves the rest. The trigger itself cannot be changed.',
    input: z.strictObject({
      subscriptionId,
      ...z.object(subscriptionFields).partial().shape,
      filter: subscriptionFields.filter.nullable().describe('JSONPath; null: every event is told.'),
    }),
    output: subscription,
    options: { '/subscriptionId': 'listSubscriptions' },
    effect: 'write',
    idempotency: 'natural',
    changes: ({ subscriptionId, name }) => [{ action: 'update', object: subscriptionObject(subscriptionId, name) }],
    before: ({ subscriptionId }, host) => one(host, subscriptionId),
    run: async ({ subscriptionId, ...given }, host) => {
      const found = await one(host, subscriptionId);
      const { filter, ...rest } = { ...(found && changeable(found)), ...given };
      const body = { ...rest, ...(filter ? { filter } : {}) };
      const at = path`/trigger-subscriptions/${subscriptionId}`;
      const answer = await host.http.send({ method: 'PUT', path: at, body, ...fillOf(body.httpConfig) });
      return answer.body as Subscription;
    },
    undo: ({ subscriptionId }, _, before) => {
      if (before === null) return null;
      const was = changeable(before as unknown as Subscription);
      return { operation: 'updateSubscription', input: { subscriptionId, filter: null, ...was } };
    },
    sample: {
      input: { subscriptionId: sampleSubscription.id, enabled: false },
      output: { ...sampleSubscription, enabled: false },
      before: sampleSubscription,
    },
  }),

  deleteSubscription: operation({
    title: 'Delete a trigger subscription',
    docs: `${docs}/delete-subscription`,
    summary: 'SailPoint tells that address nothing more.',
    input: z.strictObject({ subscriptionId }),
    output: z.object({ deleted: z.literal(true), alreadyGone: z.boolean() }),
    options: { '/subscriptionId': 'listSubscriptions' },
    effect: 'destructive',
    idempotency: 'natural',
    changes: ({ subscriptionId }) => [{ action: 'delete', object: subscriptionObject(subscriptionId) }],
    before: ({ subscriptionId }, host) => one(host, subscriptionId),
    request: ({ subscriptionId }) => ({
      method: 'DELETE',
      path: path`/trigger-subscriptions/${subscriptionId}`,
      accept: [404],
    }),
    response: ({ status }) => ({ deleted: true, alreadyGone: status === 404 }),
    sample: {
      input: { subscriptionId: sampleSubscription.id },
      output: { deleted: true, alreadyGone: false },
      before: sampleSubscription,
    },
  }),

  validateSubscriptionFilter: operation({
    title: 'Try a filter of a subscription',
    docs: `${triggerDocs}/filtering-events`,
    summary: 'Whether an event would pass a filter.',
    input: z.strictObject({
      filter: z
        .string()
        .min(1)
        .meta({ title: 'Filter' })
        .describe('JSONPath, such as $.changes[?(@.attribute == "x")].'),
      input: z.record(z.string(), z.unknown()).meta({ title: 'Event' }).describe('Such as the sample of the trigger.'),
    }),
    output: z.object({
      isValid: z.boolean().describe('The event passes.'),
      isValidJSONPath: z.boolean(),
      isPathExist: z.boolean().describe('The filter finds something in the event.'),
    }),
    effect: 'read',
    request: ({ filter, input }) => ({
      method: 'POST',
      path: path`/trigger-subscriptions/validate-filter`,
      body: { filter, input: input as JsonObject },
    }),
    sample: {
      input: {
        filter: sampleSubscription.filter,
        input: { changes: [{ attribute: 'cloudLifecycleState', oldValue: 'active', newValue: 'terminated' }] },
      },
      output: { isValid: true, isValidJSONPath: true, isPathExist: true },
    },
  }),
};
