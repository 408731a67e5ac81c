import { randomUUID } from 'node:crypto';
import type { JsonObject, JsonValue } from '@castellan/sdk';
import { type SimulatedAnswer, SimulatedRefusal, type SimulatedRequest } from '@castellan/sdk/simulator';
import { query as jsonPath } from 'jsonpath-rfc9535';
import { z } from 'zod';
import { sailpointTriggers, triggerOf } from '../sailpoint-triggers.js';
import { pageOf, the } from './lists.js';
import type { SailpointState, SailpointSubscription } from './state.js';

/** An answered trigger has one subscription in a tenant, any other this many. */
const mostOfOneTrigger = 50;

/** What this tenant can tell, as SailPoint lists it. */
const offered = Object.values(sailpointTriggers).map((trigger) => ({
  id: trigger.vendorId!,
  name: trigger.title,
  type: trigger.answers ? 'REQUEST_RESPONSE' : 'FIRE_AND_FORGET',
  description: trigger.summary,
  inputSchema: JSON.stringify(z.toJSONSchema(trigger.payload)),
  exampleInput: trigger.sample,
  outputSchema: trigger.answers ? JSON.stringify(z.toJSONSchema(trigger.answers)) : null,
  ...(trigger.answers ? { exampleOutput: trigger.answerSample } : {}),
}));

/** The trigger of a vendor's id, or a refusal. */
export function theTrigger(vendorId: string) {
  const key = triggerOf(vendorId);
  if (key === null) throw new SimulatedRefusal(400, `There is no trigger ${vendorId}.`);
  return sailpointTriggers[key]!;
}

/** Whether an event passes a filter; a filter that cannot be read is refused. */
export function passes(filter: string | undefined, input: JsonValue): boolean {
  if (filter === undefined) return true;
  const found = foundBy(filter, input);
  if (found === null) throw new SimulatedRefusal(400, `The filter is no valid JSONPath: ${filter}`);
  return found;
}

/** Null for what is no JSONPath. Operators that only Jayway's has, such as `=~`, are not known here. */
function foundBy(filter: string, input: JsonValue): boolean | null {
  try {
    return jsonPath(input, filter).length > 0;
  } catch {
    return null;
  }
}

export const subscriptionRules = {
  listTriggers: (_: SailpointState, request: SimulatedRequest) =>
    pageOf(offered, request, { fields: { id: ({ id }) => id, name: ({ name }) => name } }),

  listSubscriptions: ({ subscriptions }: SailpointState, request: SimulatedRequest) =>
    pageOf(subscriptions, request, {
      fields: {
        id: ({ id }) => id,
        triggerId: ({ triggerId }) => triggerId,
        type: ({ type }) => type,
        triggerName: ({ triggerName }) => triggerName,
      },
      show: shown,
    }),

  createSubscription(state: SailpointState, { body }: SimulatedRequest): SimulatedAnswer {
    const given = body as unknown as Omit<SailpointSubscription, 'id' | 'triggerName'>;
    const trigger = theTrigger(given.triggerId);
    const others = state.subscriptions.filter(({ triggerId }) => triggerId === given.triggerId).length;
    if (others >= (trigger.answers ? 1 : mostOfOneTrigger)) {
      throw new SimulatedRefusal(400, `The trigger ${given.triggerId} has as many subscriptions as it takes.`);
    }
    const subscription = checked({
      ...given,
      id: randomUUID(),
      triggerName: trigger.title,
      responseDeadline: given.responseDeadline ?? 'PT1H',
      enabled: given.enabled ?? true,
    });
    state.subscriptions.push(subscription);
    return { status: 201, body: shown(subscription) };
  },

  updateSubscription(state: SailpointState, { params, body }: SimulatedRequest): SimulatedAnswer {
    const { id, triggerId, triggerName } = the(state.subscriptions, params.id);
    const given = body as unknown as SailpointSubscription;
    if (given.triggerId && given.triggerId !== triggerId) {
      throw new SimulatedRefusal(400, 'The trigger of a subscription cannot be changed.');
    }
    const subscription = checked({
      ...given,
      ...{ id, triggerId, triggerName },
      responseDeadline: given.responseDeadline ?? 'PT1H',
      enabled: given.enabled ?? true,
    });
    state.subscriptions = state.subscriptions.map((each) => (each.id === id ? subscription : each));
    return { body: shown(subscription) };
  },

  deleteSubscription(state: SailpointState, { params }: SimulatedRequest): SimulatedAnswer {
    const { id } = the(state.subscriptions, params.id);
    state.subscriptions = state.subscriptions.filter((each) => each.id !== id);
    return { status: 204 };
  },

  testSubscriptionFilter(_: SailpointState, { body }: SimulatedRequest): SimulatedAnswer {
    const { filter, input } = body as { filter: string; input: JsonObject };
    const found = foundBy(filter, input);
    return { body: { isValid: found === true, isValidJSONPath: found !== null, isPathExist: found === true } };
  },
};

function checked(subscription: SailpointSubscription): SailpointSubscription {
  if (subscription.type === 'HTTP' && !subscription.httpConfig)
    throw new SimulatedRefusal(400, 'A subscription of type HTTP needs httpConfig.');
  if (subscription.type === 'EVENTBRIDGE' && !subscription.eventBridgeConfig)
    throw new SimulatedRefusal(400, 'A subscription of type EVENTBRIDGE needs eventBridgeConfig.');
  passes(subscription.filter, {});
  return subscription;
}

/** Without the credential, which is never shown. */
function shown({ httpConfig, ...rest }: SailpointSubscription): object {
  if (!httpConfig) return rest;
  const { basicAuthConfig, bearerTokenAuthConfig, ...config } = httpConfig;
  return {
    ...rest,
    httpConfig: {
      ...config,
      basicAuthConfig: basicAuthConfig ? { ...basicAuthConfig, password: null } : null,
      bearerTokenAuthConfig: bearerTokenAuthConfig ? { bearerToken: null } : null,
    },
  };
}
