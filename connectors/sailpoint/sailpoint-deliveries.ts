import {
  type ConnectionAddress,
  type ConnectionFields,
  type InboundRequest,
  type JsonObject,
  type JsonValue,
  secret,
  signatureSchemes,
} from '@castellan/sdk';
import { z } from 'zod';
import { triggerDocs } from './sailpoint-references.js';
import { triggerOf } from './sailpoint-triggers.js';

/** Fields of a connection with which SailPoint shows who it is: it signs nothing. */
export const webhookFields = {
  webhookToken: secret('Bearer token of the subscriptions')
    .describe('Any long random text. Subscriptions that are made here carry it.')
    .optional(),
  webhookUsername: z
    .string()
    .min(1)
    .optional()
    .meta({ title: 'User name of the subscriptions' })
    .describe('In place of the bearer token.'),
  webhookPassword: secret('Password of the subscriptions').optional(),
};

/** What SailPoint says of a call of a subscription, beside the event itself. */
export interface Invocation {
  id: string;
  /** The vendor’s id of the trigger. */
  triggerId: string;
  /** An answer is waited for. */
  answered: boolean;
  /** How the subscription is answered, where it is. */
  responseMode: 'SYNC' | 'ASYNC' | 'DYNAMIC' | null;
  /** Proves a later answer. */
  secret: string | null;
  /** Where a later answer goes. It stands in a body that nobody signed: see `mayCallBack`. */
  callbackUrl: string | null;
}

const callback = /\/trigger-invocations\/([^/?#]+)\/complete$/;

/** The invocation that a delivery is, or null where it names no trigger. */
export function invocationOf(body: InboundRequest['body']): Invocation | null {
  const { triggerId, invocationId, callbackURL, triggerType, responseMode, secret } = asObject(
    asObject(body)._metadata,
  );
  const callbackUrl = textOr(callbackURL, null);
  const id = textOr(invocationId, callback.exec(callbackUrl ?? '')?.[1] ?? null);
  if (typeof triggerId !== 'string' || id === null) return null;
  const mode = textOr(responseMode, '')?.toUpperCase();
  return {
    id,
    triggerId,
    answered: triggerType === 'requestResponse',
    responseMode: mode === 'SYNC' || mode === 'ASYNC' || mode === 'DYNAMIC' ? mode : null,
    secret: textOr(secret, null),
    callbackUrl,
  };
}

/** Whether a later answer may be sent there: to SailPoint’s clouds or the connection’s own tenant, over https. */
export function mayCallBack(callbackUrl: string, { apiUrl }: ConnectionFields): boolean {
  if (!URL.canParse(callbackUrl)) return false;
  const { protocol, hostname, origin } = new URL(callbackUrl);
  if (protocol !== 'https:') return false;
  return origin === originOf({ apiUrl }) || /\.api\.(?:identitynow\.com|cloud\.sailpoint\.com)$/.test(hostname);
}

/** Where a connection’s tenant is. */
export function originOf({ apiUrl }: ConnectionFields): string {
  return new URL(String(apiUrl)).origin;
}

/** All subscriptions of a connection deliver to one address; SailPoint says in each delivery which trigger it is. */
export const sailpointAddress: ConnectionAddress = {
  docs: `${triggerDocs}/subscribing-to-trigger`,
  setup: [
    'Enter a bearer token (or a user name and a password) in this connection.',
    'Then subscribe: by the operation “Create a trigger subscription”, or in SailPoint under **Admin → Event Triggers → Subscriptions**',
    'with type HTTP, this address and the same credential.',
    'A trigger that waits for an answer takes one subscription in the whole tenant.',
  ].join(' '),
  signature: signatureSchemes.sailpoint!,
  deliveryId: ({ body }) => invocationOf(body)?.id ?? null,
  events({ body }) {
    const invocation = invocationOf(body);
    const trigger = invocation && triggerOf(invocation.triggerId);
    return trigger ? [{ trigger, payload: inputOf(body), key: '0' }] : [];
  },
};

/** The event alone: the secret of its invocation is nobody’s business. One person asked for is a list of one. */
function inputOf(body: JsonValue): JsonObject {
  const { _metadata, ...input } = asObject(body);
  const { requestedFor } = input;
  return requestedFor === undefined || Array.isArray(requestedFor) ? input : { ...input, requestedFor: [requestedFor] };
}

function textOr<T>(value: JsonValue | undefined, other: T): string | T {
  return typeof value === 'string' && value !== '' ? value : other;
}

function asObject(value: JsonValue | undefined): JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};
}
