import { randomBytes, randomUUID } from 'node:crypto';
import type { JsonObject, JsonValue } from '@castellan/sdk';
import {
  type DeliveryOutcome,
  type SimulatedAnswer,
  type SimulatedDelivery,
  SimulatedRefusal,
  type SimulatedRequest,
} from '@castellan/sdk/simulator';
import { secondsOf } from '../sailpoint-subscribing.js';
import { pageOf, the } from './lists.js';
import type { SailpointInvocation, SailpointState, SailpointSubscription } from './state.js';
import { passes, theTrigger } from './subscriptions.js';

/** How long an answer that is given at once may take. */
const answerSeconds = 10;

/** As many as SailPoint tells of. */
const mostKept = 2_000;

const tenant = 'https://simulated-company.api.identitynow.com';

/** What an event of the tenant itself leads to once it is answered, or nobody has answered it. */
export type Follow = (state: SailpointState, invocation: SailpointInvocation, now: Date) => SimulatedDelivery[];

/** Tells an event to those who subscribe to it; the deliveries are to be sent. */
export function tell(
  state: SailpointState,
  triggerId: string,
  input: JsonObject,
  now: Date,
  follow: Follow,
): { invocations: SailpointInvocation[]; sends: SimulatedDelivery[] } {
  const subscribed = state.subscriptions.filter(
    (each) => each.triggerId === triggerId && each.enabled && passes(each.filter, input),
  );
  return invoke(state, subscribed, { type: 'REAL_TIME', input, contentJson: {} }, now, follow);
}

export const invocationRules = (follow: Follow) => ({
  startTestTriggerInvocation(state: SailpointState, { body, now }: SimulatedRequest): SimulatedAnswer {
    const { triggerId, input, contentJson, subscriptionIds } = body as {
      triggerId: string;
      input?: JsonObject;
      contentJson: JsonObject;
      subscriptionIds?: string[];
    };
    const sample = theTrigger(triggerId).sample as JsonObject;
    const subscribed = state.subscriptions.filter(
      (each) => each.triggerId === triggerId && (subscriptionIds?.includes(each.id) ?? true),
    );
    if (subscribed.length === 0) return { status: 204 };
    const event = { type: 'TEST' as const, input: input ?? sample, contentJson };
    const { invocations, sends } = invoke(state, subscribed, event, now, follow);
    return {
      body: invocations.map(({ id, secret }) => ({ id, triggerId, secret, contentJson })),
      sends,
    };
  },

  listTriggerInvocationStatus(state: SailpointState, request: SimulatedRequest): SimulatedAnswer {
    giveUp(state, request.now);
    return pageOf(state.invocations, request, {
      fields: {
        triggerId: ({ triggerId }) => triggerId,
        subscriptionId: ({ subscriptionId }) => subscriptionId,
        subscriptionName: ({ subscriptionName }) => subscriptionName,
        created: ({ created }) => created,
        completed: ({ completed }) => completed,
      },
      show: statusOf,
    });
  },

  completeTriggerInvocation(state: SailpointState, { params, body, now }: SimulatedRequest): SimulatedAnswer {
    giveUp(state, now);
    const invocation = the(state.invocations, params.id);
    const { secret, output, error } = body as { secret: string; output: JsonValue; error?: string };
    if (secret !== invocation.secret) throw new SimulatedRefusal(400, 'The secret is not that of the invocation.');
    if (invocation.completed !== null) throw new SimulatedRefusal(400, 'The invocation is completed.');
    const result = error ? { error } : judged(invocation, output);
    return { status: 204, sends: complete(state, invocation, result, now, follow) };
  },
});

function invoke(
  state: SailpointState,
  subscriptions: SailpointSubscription[],
  event: Pick<SailpointInvocation, 'type' | 'input' | 'contentJson'>,
  now: Date,
  follow: Follow,
) {
  const invocations = subscriptions.map((subscription) => ({
    ...event,
    id: randomUUID(),
    triggerId: subscription.triggerId,
    subscriptionId: subscription.id,
    subscriptionName: subscription.name,
    secret: randomBytes(24).toString('hex'),
    created: now.toISOString(),
    deadline: new Date(now.getTime() + (secondsOf(subscription.responseDeadline) ?? 3_600) * 1000).toISOString(),
    completed: null,
    output: null,
    error: null,
  }));
  state.invocations = [...state.invocations, ...invocations].slice(-mostKept);
  const sends = invocations.flatMap((invocation, index) => {
    const { httpConfig } = subscriptions[index]!;
    if (httpConfig) return [deliveryOf(invocation, httpConfig, follow)];
    // EventBridge has no simulator: the event is handed over, and that is all that SailPoint knows of it.
    return complete(state, invocation, { output: null }, now, follow);
  });
  return { invocations, sends };
}

function deliveryOf(
  { id, triggerId, input, secret }: SailpointInvocation,
  config: NonNullable<SailpointSubscription['httpConfig']>,
  follow: Follow,
): SimulatedDelivery {
  const answered = theTrigger(triggerId).answers !== undefined;
  return {
    url: config.url,
    headers: credentialOf(config),
    timeoutSeconds: answerSeconds,
    body: {
      ...input,
      _metadata: {
        ...{ triggerId, secret },
        invocationId: id,
        triggerType: answered ? 'requestResponse' : 'fireAndForget',
        responseMode: config.httpDispatchMode.toLowerCase(),
        callbackURL: `${tenant}/beta/trigger-invocations/${id}/complete`,
      },
    },
    settled(given, outcome, now) {
      const state = given as unknown as SailpointState;
      const invocation = state.invocations.find((each) => each.id === id);
      if (!invocation || invocation.completed !== null) return [];
      const result = resultOf(invocation, config.httpDispatchMode, outcome);
      return result ? complete(state, invocation, result, now, follow) : [];
    },
  };
}

type Result = { output: JsonValue } | { error: string };

/** What an answer to a delivery means; null: the true answer is still to come. */
function resultOf(
  invocation: SailpointInvocation,
  mode: 'SYNC' | 'ASYNC' | 'DYNAMIC',
  outcome: DeliveryOutcome,
): Result | null {
  if ('problem' in outcome) return { error: outcome.problem };
  if (outcome.status < 200 || outcome.status > 299) return { error: `The subscriber answered ${outcome.status}.` };
  if (!theTrigger(invocation.triggerId).answers) return { output: null };
  const later = mode === 'ASYNC' || (mode === 'DYNAMIC' && outcome.status === 202);
  return later ? null : judged(invocation, outcome.body);
}

/** An answer must be as the trigger wants it; none at all for a further approver is `{}`. */
function judged({ triggerId }: SailpointInvocation, output: JsonValue): Result {
  const { answers } = theTrigger(triggerId);
  const isNobody = triggerId === 'idn:access-request-dynamic-approver' && JSON.stringify(output) === '{}';
  if (isNobody || answers?.safeParse(output).success) return { output };
  return { error: 'The answer does not fit the schema of the trigger.' };
}

function complete(
  state: SailpointState,
  invocation: SailpointInvocation,
  result: Result,
  now: Date,
  follow: Follow,
): SimulatedDelivery[] {
  invocation.completed = now.toISOString();
  if ('error' in result) invocation.error = result.error;
  else invocation.output = result.output;
  return invocation.type === 'REAL_TIME' ? follow(state, invocation, now) : [];
}

/** What nobody has answered in time has failed. */
function giveUp(state: SailpointState, now: Date): void {
  for (const invocation of state.invocations) {
    if (invocation.completed !== null || new Date(invocation.deadline) > now) continue;
    invocation.completed = invocation.deadline;
    invocation.error = 'Nobody answered before the deadline.';
  }
}

function statusOf(invocation: SailpointInvocation): object {
  const { id, triggerId, subscriptionId, subscriptionName, type, created, completed, input, contentJson } = invocation;
  const { output, error } = invocation;
  const localizedError = error === null ? null : { locale: 'en-US', message: error };
  const ended = completed !== null && (output !== null || error !== null);
  return {
    ...{ id, triggerId, subscriptionId, subscriptionName, type, created },
    ...(completed === null ? {} : { completed }),
    startInvocationInput: { triggerId, input, contentJson },
    ...(ended ? { completeInvocationInput: { output, localizedError } } : {}),
  };
}

function credentialOf({
  httpAuthenticationType,
  basicAuthConfig,
  bearerTokenAuthConfig,
}: NonNullable<SailpointSubscription['httpConfig']>): Record<string, string> {
  if (httpAuthenticationType === 'BEARER_TOKEN')
    return { authorization: `Bearer ${bearerTokenAuthConfig?.bearerToken ?? ''}` };
  if (httpAuthenticationType !== 'BASIC_AUTH') return {};
  const pair = `${basicAuthConfig?.userName ?? ''}:${basicAuthConfig?.password ?? ''}`;
  return { authorization: `Basic ${Buffer.from(pair, 'utf8').toString('base64')}` };
}
