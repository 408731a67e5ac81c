import { definedOnly, type InboundRequest, isObject, type JsonObject, type JsonValue } from '@castellan/sdk';

/** What Slack sends to an app, in its three forms. */
export interface SlackDelivery {
  kind: 'event' | 'command' | 'interaction';
  /** Slack's own id of it; null where it gives none. */
  id: string | null;
  /** Without the deprecated verification token. */
  payload: JsonObject;
}

/** Events come as JSON, commands as a form, interactions as JSON in the form's field `payload`. Null: none of these. */
export function readDelivery({ body }: Pick<InboundRequest, 'body'>): SlackDelivery | null {
  if (!isObject(body)) return null;
  if (body.type === 'event_callback' && isObject(body.event)) return event(body, body.event);
  if (typeof body.payload === 'string') return interaction(parse(body.payload));
  if (typeof body.command !== 'string') return null;
  const { token: _, ...payload } = body;
  return { kind: 'command', id: textOf(body.trigger_id), payload };
}

function event(envelope: JsonObject, inner: JsonObject): SlackDelivery {
  const { team_id, api_app_id, event_id, event_time, authorizations } = envelope;
  const [first] = Array.isArray(authorizations) ? authorizations : [];
  const appUser = isObject(first ?? null) ? ((first as JsonObject).user_id ?? null) : null;
  const about = { team_id, api_app_id, event_id, event_time, app_user_id: appUser };
  return { kind: 'event', id: textOf(event_id), payload: { ...inner, ...definedOnly(about) } };
}

function interaction(payload: JsonValue): SlackDelivery | null {
  if (!isObject(payload) || typeof payload.type !== 'string') return null;
  const { token: _, ...rest } = payload;
  return { kind: 'interaction', id: textOf(payload.trigger_id), payload: rest };
}

function parse(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return null;
  }
}

const textOf = (value: JsonValue | undefined): string | null => (typeof value === 'string' ? value : null);
