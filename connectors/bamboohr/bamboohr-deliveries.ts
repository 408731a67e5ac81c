import { createHash, createHmac } from 'node:crypto';
import {
  asObject,
  type ConnectionAddress,
  type DeliveredEvent,
  type InboundRequest,
  type JsonObject,
  type JsonValue,
  jsonOnly,
  matchesAny,
  refused,
  type SignatureScheme,
  secret,
  staleTimestamp,
} from '@castellan/sdk';
import { z } from 'zod';

const docs = 'https://documentation.bamboohr.com/docs/webhooks';

/** Fields of a connection that its webhooks need. Each webhook has a key of its own. */
export const webhookFields = {
  webhookKey: secret('Webhook private key').describe('BambooHR shows it once, when the webhook is made.').optional(),
  webhookKeyNext: secret('Another webhook private key')
    .describe('Of a second webhook, or while one replaces the other.')
    .optional(),
};

/**
 * Lower-case hex HMAC-SHA256 of the body followed by the timestamp, with nothing between them, as BambooHR's page on
 * webhooks computes it. The time window is ours.
 */
export const bamboohrSignature: SignatureScheme = {
  id: 'bamboohr',
  title: 'BambooHR signature',
  help: 'BambooHR shows the private key once, when the webhook is made.',
  fields: z.object(webhookFields),
  carries: {},
  verify({ headers, rawBody, fields, now }) {
    const keys = [fields.webhookKey, fields.webhookKeyNext].filter((value) => typeof value === 'string');
    if (keys.length === 0)
      return refused('The connection has no webhook private key. Enter BambooHR’s on the Connections page.');
    const signature = headers['x-bamboohr-signature'];
    if (!signature) return refused('The header X-BambooHR-Signature is missing.');
    const timestamp = headers['x-bamboohr-timestamp'] ?? '';
    const stale = staleTimestamp(inSeconds(timestamp), now);
    if (stale !== null) return refused(stale);
    const expected = keys.map((key) => createHmac('sha256', key).update(rawBody).update(timestamp).digest('hex'));
    return matchesAny([signature.trim()], expected);
  },
};

/** BambooHR's page does not say how the time is written: Unix seconds were seen, and an instant is read as well. */
function inSeconds(timestamp: string): string {
  const instant = /^\d{4}-/.test(timestamp) ? Date.parse(timestamp) : Number.NaN;
  return Number.isNaN(instant) ? timestamp : String(Math.floor(instant / 1000));
}

/** What is told of a record, whether it was delivered or read. Its data are to be asked for. */
export const recordEvent = z.object({
  employeeId: z.string(),
  at: z.string().nullable().describe('When it happened, as BambooHR says.'),
  changedFields: z.array(z.string()),
  fields: z.record(z.string(), z.unknown()).describe('Values, if the webhook posts fields; else empty.'),
});

const triggerOfAction = {
  created: 'employeeCreated',
  updated: 'employeeUpdated',
  deleted: 'employeeDeleted',
} as const;

/** A record is added and deleted once: both ways of hearing of it name the event alike. */
export const lifeEventId = (action: 'created' | 'deleted', employeeId: string): string =>
  `employee.${action} ${employeeId}`;

/** One address takes both forms of BambooHR's webhooks: one event, or several employees with their fields. */
export const bamboohrAddress: ConnectionAddress = {
  docs,
  setup: [
    'Make a webhook for this address in BambooHR, under **Settings → Webhooks** or by the operation “Create a webhook”,',
    'event-based and in JSON, for the events that your flows listen to.',
    'Copy the private key, which BambooHR shows once, into this connection.',
  ].join(' '),
  signature: bamboohrSignature,
  malformed: jsonOnly('In the webhook’s settings choose JSON as its format.'),
  // A repeated delivery has the same body; its events carry their time.
  deliveryId: ({ rawBody }) => createHash('sha256').update(rawBody).digest('hex'),
  events: ({ body }) => eventsOf(body),
};

function eventsOf(body: InboundRequest['body']): DeliveredEvent[] {
  const { type, timestamp, data, employees } = asObject(body);
  if (Array.isArray(employees)) {
    return employees.map(asObject).flatMap((employee, index) => eventOf(String(index), employee));
  }
  const { employeeId, changedFields } = asObject(data);
  const action = /^employee\.(created|updated|deleted)$/.exec(String(type))?.[1] ?? null;
  return eventOf('0', { id: employeeId, action, timestamp, changedFields, fields: {} });
}

function eventOf(key: string, { id, action, timestamp, changedFields, fields }: Record<string, JsonValue | undefined>) {
  const done = String(action).toLowerCase() as keyof typeof triggerOfAction;
  const trigger = Object.hasOwn(triggerOfAction, done) ? triggerOfAction[done] : undefined;
  if (!trigger || (typeof id !== 'string' && typeof id !== 'number')) return [];
  const employeeId = String(id);
  const payload = {
    employeeId,
    at: typeof timestamp === 'string' ? timestamp : null,
    changedFields: Array.isArray(changedFields) ? changedFields.map(String) : [],
    fields: valuesOf(asObject(fields)),
  };
  return [{ trigger, payload, key, ...(done === 'updated' ? {} : { id: lifeEventId(done, employeeId) }) }];
}

/** `{ "jobTitle": { "value": "…" } }` as `{ "jobTitle": "…" }`. */
function valuesOf(fields: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      const { value } = asObject(field);
      return [name, value === undefined ? field : value];
    }),
  );
}
