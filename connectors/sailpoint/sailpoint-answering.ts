import {
  type Answering,
  type AwaitedAnswer,
  type ConnectionFields,
  FatalError,
  type InboundRequest,
  isObject,
  type JsonObject,
} from '@castellan/sdk';
import { invocationOf, mayCallBack } from './sailpoint-invocation.js';
import { sailpointTriggers, triggerOf } from './sailpoint-triggers.js';

/** SailPoint waits 10 seconds for a response: what is left is for the way there and back. */
const withinSeconds = 8;

/** How SailPoint waits for the answers of those triggers that have one. */
export const sailpointAnswering: Answering = {
  withinSeconds,
  laterSeconds: 3_600,
  awaited: ({ body }) => awaited(body),
  bring: ({ id, later }, output) => {
    if (!isObject(output)) {
      throw new FatalError('SailPoint takes an object as an answer.', { code: 'E_INPUT' });
    }
    return { operation: 'completeInvocation', input: { invocationId: id, secret: later.secret, output } };
  },
  lookup: ({ trigger }) => {
    const triggerId = sailpointTriggers[trigger]?.vendorId;
    return { operation: 'listInvocations', input: { ...(triggerId ? { triggerId } : {}), limit: 1_000 } };
  },
  wasTaken({ id }, found) {
    const { items } = found as unknown as { items: { id: string; completeInvocationInput?: JsonObject | null }[] };
    return items.some((each) => each.id === id && (each.completeInvocationInput?.output ?? null) !== null);
  },
};

function awaited(body: InboundRequest['body']): AwaitedAnswer | null {
  const invocation = invocationOf(body);
  const trigger = invocation && triggerOf(invocation.triggerId);
  if (!trigger || !sailpointTriggers[trigger]?.answers) return null;
  const { id, responseMode, secret, callbackUrl } = invocation;
  if (id === null) return null;
  const later = secret !== null && callbackUrl !== null ? { url: callbackUrl, secret } : null;
  return { id, trigger, mode: responseMode ?? 'sync', later };
}

/** Why a delivery cannot be taken although its sender is known, or null. */
export function malformedDelivery({ body }: InboundRequest, fields: ConnectionFields): string | null {
  const invocation = invocationOf(body);
  if (!invocation) return 'It names no invocation of an event trigger: _metadata is missing or not SailPoint’s.';
  const { callbackUrl, responseMode } = invocation;
  if (callbackUrl !== null && !mayCallBack(callbackUrl, fields)) {
    return 'Its callback leads neither to SailPoint nor to the tenant of this connection.';
  }
  const isAnswered = sailpointTriggers[triggerOf(invocation.triggerId) ?? '']?.answers !== undefined;
  if (isAnswered && invocation.id === null) return 'It waits for an answer and does not say to which invocation.';
  const isLater = responseMode === 'async' || responseMode === 'dynamic';
  return isAnswered && isLater && (callbackUrl === null || invocation.secret === null)
    ? 'It waits for a later answer and does not say where, or by what secret.'
    : null;
}
