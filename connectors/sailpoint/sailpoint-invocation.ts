import {
  type AnswerMode,
  asObject,
  type ConnectionFields,
  type InboundRequest,
  type JsonObject,
  type JsonValue,
} from '@castellan/sdk';

/** What SailPoint says of a call of a subscription, beside the event itself. */
export interface Invocation {
  /** Null where an event that nobody answers names none. */
  id: string | null;
  /** The vendor’s id of the trigger. */
  triggerId: string;
  /** How the subscription is answered. */
  responseMode: AnswerMode | null;
  /** Proves a later answer. */
  secret: string | null;
  /** Where a later answer goes. It stands in a body that nobody signed: see `mayCallBack`. */
  callbackUrl: string | null;
}

const callback = /\/trigger-invocations\/([^/?#]+)\/complete$/;

/** The invocation that a delivery is, or null where it names no trigger. */
export function invocationOf(body: InboundRequest['body']): Invocation | null {
  const { triggerId, invocationId, callbackURL, responseMode, secret } = asObject(asObject(body)._metadata);
  const callbackUrl = textOf(callbackURL);
  const id = textOf(invocationId) ?? callback.exec(callbackUrl ?? '')?.[1] ?? null;
  if (typeof triggerId !== 'string') return null;
  return { id, triggerId, callbackUrl, responseMode: modeOf(textOf(responseMode)), secret: textOf(secret) };
}

/** What flows and the log may see: the secret of an invocation is nobody’s business. */
export function withoutSecret(body: JsonValue): JsonValue {
  const { _metadata, ...event } = asObject(body);
  if (_metadata === undefined) return body;
  const { secret: _, callbackURL: __, ...metadata } = asObject(_metadata);
  return { ...event, _metadata: metadata };
}

/** The event alone. One person asked for is a list of one: SailPoint sends either. */
export function inputOf(body: JsonValue): JsonObject {
  const { _metadata, ...input } = asObject(body);
  const { requestedFor } = input;
  return requestedFor === undefined || Array.isArray(requestedFor) ? input : { ...input, requestedFor: [requestedFor] };
}

/** A tenant by SailPoint’s own names: `{tenant}.api.identitynow.com`. */
const cloud = /^([^.]+)\.api\.(?:identitynow\.com|cloud\.sailpoint\.com)$/;

/**
 * Whether a later answer may be wanted there: at the connection’s tenant, over https. A connection whose address is a name
 * of the tenant’s own cannot be told from SailPoint’s name of it.
 */
export function mayCallBack(callbackUrl: string, fields: ConnectionFields): boolean {
  if (!URL.canParse(callbackUrl)) return false;
  const { protocol, port, hostname, origin } = new URL(callbackUrl);
  if (protocol !== 'https:') return false;
  const tenant = originOf(fields);
  if (origin === tenant) return true;
  const named = cloud.exec(hostname)?.[1];
  const own = cloud.exec(new URL(tenant).hostname)?.[1];
  return port === '' && named !== undefined && (own === undefined || own === named);
}

/** Where a connection’s tenant is. */
export function originOf({ apiUrl }: ConnectionFields): string {
  return new URL(String(apiUrl)).origin;
}

function modeOf(text: string | null): AnswerMode | null {
  const mode = text?.toLowerCase();
  return mode === 'sync' || mode === 'async' || mode === 'dynamic' ? mode : null;
}

function textOf(value: JsonValue | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
