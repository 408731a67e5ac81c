import type {
  EventInvocation,
  EventSubscription,
  EventSubscriptions,
  JsonObject,
  SubscriptionWish,
} from '@castellan/sdk';
import { triggerDocs } from './sailpoint-references.js';
import type { Subscription } from './sailpoint-subscription-shapes.js';
import { sailpointTriggers, triggerOf } from './sailpoint-triggers.js';

/** So many of the latest deliveries are shown. */
const shownInvocations = 50;

/** How events are subscribed to from here, by the operations of the connector. */
export const sailpointSubscribing: EventSubscriptions = {
  docs: `${triggerDocs}/subscribing-to-trigger`,
  oneAnswer: true,
  credentials: {
    bearer: { secret: 'webhookToken' },
    basic: { secret: 'webhookPassword', username: 'webhookUsername' },
  },
  list: () => ({ operation: 'listSubscriptions', input: {} }),
  read: (output) => itemsOf<Subscription>(output).map(readOne),
  create: (wish) => ({
    operation: 'createSubscription',
    input: { triggerId: idOf(wish.trigger), ...settingsOf(wish) },
  }),
  idOf: (output) => (output as unknown as Subscription).id,
  update: (id, wish) => ({
    operation: 'updateSubscription',
    input: { subscriptionId: id, filter: null, ...settingsOf(wish) },
  }),
  remove: (id) => ({ operation: 'deleteSubscription', input: { subscriptionId: id } }),
  tryFilter: (filter, payload) => ({
    operation: 'validateSubscriptionFilter',
    input: { filter, input: payload },
  }),
  readTrial(output) {
    const { isValid, isValidJSONPath } = output as { isValid: boolean; isValidJSONPath: boolean };
    return { problem: isValidJSONPath ? null : 'SailPoint does not take it as JSONPath.', passes: isValid };
  },
  test: ({ id, trigger }, payload) => ({
    operation: 'testInvocation',
    input: { triggerId: idOf(trigger), input: payload, subscriptionIds: [id] },
  }),
  readTest: (output) => (output as unknown as { invocations: { id: string }[] }).invocations.map(({ id }) => id),
  invocations: ({ id }) => ({
    operation: 'listInvocations',
    input: { subscriptionId: id, limit: shownInvocations },
  }),
  readInvocations: (output) => itemsOf<Told>(output).map(readTold),
};

interface Told {
  id: string;
  created: string;
  completed?: string | null;
  completeInvocationInput?: { output?: JsonObject | null; localizedError?: { message: string } | null } | null;
}

function readTold({ id, created, completed, completeInvocationInput }: Told): EventInvocation {
  return {
    id,
    startedAt: created,
    completedAt: completed ?? null,
    error: completeInvocationInput?.localizedError?.message ?? null,
    output: completeInvocationInput?.output ?? null,
  };
}

function readOne({
  id,
  name,
  triggerId,
  httpConfig,
  filter,
  responseDeadline,
  enabled,
}: Subscription): EventSubscription {
  const trigger = triggerOf(triggerId);
  const isAnswered = trigger !== null && sailpointTriggers[trigger]?.answers !== undefined;
  return {
    ...{ id, name, trigger, enabled },
    url: httpConfig?.url ?? null,
    mode: isAnswered && httpConfig ? modes[httpConfig.httpDispatchMode] : null,
    credential: credentials[httpConfig?.httpAuthenticationType ?? 'NO_AUTH'],
    filter: filter || null,
    deadlineSeconds: isAnswered && responseDeadline ? secondsOf(responseDeadline) : null,
  };
}

const modes = { SYNC: 'sync', ASYNC: 'async', DYNAMIC: 'dynamic' } as const;
const credentials = { BEARER_TOKEN: 'bearer', BASIC_AUTH: 'basic', NO_AUTH: null } as const;

function settingsOf({ name, url, mode, credential, filter, deadlineSeconds, enabled }: SubscriptionWish): JsonObject {
  return {
    ...{ name, enabled, type: 'HTTP' },
    httpConfig: {
      url,
      // An event that only tells has no mode; SailPoint wants one all the same.
      httpDispatchMode: (mode ?? 'sync').toUpperCase(),
      httpAuthenticationType: credential === 'bearer' ? 'BEARER_TOKEN' : 'BASIC_AUTH',
    },
    responseDeadline: `PT${deadlineSeconds}S`,
    ...(filter ? { filter } : {}),
  };
}

function idOf(trigger: string): string {
  return sailpointTriggers[trigger]?.vendorId ?? trigger;
}

/** Seconds of a duration as ISO 8601 writes it, up to days. */
export function secondsOf(duration: string): number | null {
  const parts = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(duration);
  if (!parts) return null;
  const [days, hours, minutes, seconds] = parts.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
  ];
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
}

function itemsOf<T>(output: unknown): T[] {
  return (output as { items: T[] }).items;
}
