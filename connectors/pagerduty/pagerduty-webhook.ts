import { createHmac } from 'node:crypto';
import {
  asObject,
  type ConnectionAddress,
  type JsonObject,
  type JsonValue,
  jsonOnly,
  matchesAny,
  refused,
  type SignatureScheme,
  secret,
  type Trigger,
  trigger,
} from '@castellan/sdk';
import { z } from 'zod';
import { triggeredId, triggeredSweep } from './pagerduty-sweep.js';

const docs = 'https://developer.pagerduty.com/docs/webhooks-overview';

/** Fields of a connection that its webhook needs. Two secrets for two subscriptions, or while one replaces the other. */
export const webhookFields = {
  webhookSecret: secret('Webhook signing secret').describe('Shown once when the webhook is made.').optional(),
  webhookSecretNext: secret('Another webhook signing secret')
    .describe('Of a second webhook, or while the secret is being replaced.')
    .optional(),
};

/**
 * Hexadecimal HMAC-SHA256 of the body in `X-PagerDuty-Signature: v1=…,v1=…`, one for each secret that is valid at
 * PagerDuty. No time is signed: a delivery that is played again is told by its event's id.
 * https://developer.pagerduty.com/docs/verifying-webhook-signatures
 */
export const pagerdutySignature: SignatureScheme = {
  id: 'pagerduty',
  title: 'PagerDuty signature',
  help: 'PagerDuty shows the signing secret once, when the webhook is made.',
  fields: z.object(webhookFields),
  carries: {},
  freshness: 'signedContent',
  verify({ headers, rawBody, fields }) {
    const secrets = [fields.webhookSecret, fields.webhookSecretNext].filter((value) => typeof value === 'string');
    if (secrets.length === 0)
      return refused('The connection has no webhook signing secret. Enter PagerDuty’s on the Connections page.');
    const signature = headers['x-pagerduty-signature'];
    if (!signature) return refused('The header X-PagerDuty-Signature is missing.');
    const given = signature.split(',').map((part) => part.trim());
    return matchesAny(
      given,
      secrets.map((key) => `v1=${createHmac('sha256', key).update(rawBody).digest('hex')}`),
    );
  },
};

/** PagerDuty's events of incidents, and the triggers that they are. */
const incidentEvents = {
  'incident.triggered': ['incidentTriggered', 'Incident triggered', 'A new incident was opened.'],
  'incident.acknowledged': ['incidentAcknowledged', 'Incident acknowledged', 'Somebody works on an incident.'],
  'incident.unacknowledged': ['incidentUnacknowledged', 'Incident no longer acknowledged', 'Its time has run out.'],
  'incident.resolved': ['incidentResolved', 'Incident resolved', 'An incident has ended.'],
  'incident.reopened': ['incidentReopened', 'Incident reopened', 'It was resolved, and is open again.'],
  'incident.reassigned': ['incidentReassigned', 'Incident reassigned', 'An incident went to other people.'],
  'incident.escalated': ['incidentEscalated', 'Incident escalated', 'Nobody answered, and the next level was paged.'],
  'incident.delegated': ['incidentDelegated', 'Incident delegated', 'It went to another escalation policy.'],
  'incident.priority_updated': ['incidentPriorityChanged', 'Priority changed', 'An incident has another priority.'],
  'incident.annotated': ['incidentNoteAdded', 'Note on an incident', 'Somebody wrote a note.'],
} as const;

export const webhookEvents = Object.keys(incidentEvents) as [keyof typeof incidentEvents];

const referred = z.looseObject({ id: z.string(), summary: z.string().nullish() });

const event = z.looseObject({
  id: z.string().describe('PagerDuty’s id of the event; made of the incident’s id where no delivery told it.'),
  event_type: z.string(),
  resource_type: z.string(),
  occurred_at: z.string(),
  agent: referred.nullish().describe('Who did it.'),
  data: z.looseObject({ id: z.string() }).describe('The incident; of a note: the note with its incident.'),
});

const sampleIncident = {
  id: 'PGR0VU2',
  type: 'incident',
  html_url: 'https://example.pagerduty.com/incidents/PGR0VU2',
  number: 2,
  status: 'triggered',
  incident_key: 'd3640fbd41094207a1c11e58e46b1662',
  created_at: '2026-03-01T12:00:00Z',
  title: 'Impossible travel: jane.doe@example.com',
  service: { id: 'PSECOPS', type: 'service_reference', summary: 'Security Operations' },
  assignees: [{ id: 'PU00007', type: 'user_reference', summary: 'Sam Whitaker' }],
  urgency: 'high',
};

const sampleNote = {
  id: 'PWL7QXS',
  type: 'incident_note',
  content: 'Contained.',
  incident: { id: 'PGR0VU2', type: 'incident_reference', summary: 'Impossible travel' },
};

const sampleOf = (type: keyof typeof incidentEvents) => ({
  id: '5ac64822-4adc-4fda-ade0-410becf0de4f',
  event_type: type,
  resource_type: 'incident',
  occurred_at: '2026-03-01T12:00:00.000Z',
  agent: { id: 'PU00007', type: 'user_reference', summary: 'Sam Whitaker' },
  data: type === 'incident.annotated' ? sampleNote : sampleIncident,
});

export const pagerdutyTriggers: Record<string, Trigger> = Object.fromEntries(
  webhookEvents.map((type) => {
    const [id, title, summary] = incidentEvents[type];
    const sweep = type === 'incident.triggered' ? { sweep: triggeredSweep } : {};
    return [id, trigger({ title, docs, summary, payload: event, sample: sampleOf(type), ...sweep })];
  }),
);

/** One event a delivery; its id is the same when it comes again, and for each webhook that it goes to. */
export const pagerdutyAddress: ConnectionAddress = {
  docs,
  setup: [
    'In PagerDuty, open **Integrations → Generic Webhooks (v3)** and make a webhook with this address and the events of incidents that are to be told.',
    'Copy the signing secret, which PagerDuty shows only then, into this connection.',
  ].join(' '),
  signature: pagerdutySignature,
  malformed: jsonOnly('In PagerDuty make a generic webhook (v3), which sends one.'),
  deliveryId: ({ body }) => {
    const { id } = eventOf(body);
    return typeof id === 'string' && id !== '' ? id : null;
  },
  events: ({ body }) => {
    const found = eventOf(body);
    const type = String(found.event_type);
    if (!isIncidentEvent(type)) return [];
    const { id } = asObject(found.data);
    const named = type === 'incident.triggered' && typeof id === 'string' ? { id: triggeredId(id) } : {};
    return [{ trigger: incidentEvents[type][0], payload: found, key: '0', ...named }];
  },
};

const isIncidentEvent = (type: string): type is keyof typeof incidentEvents => Object.hasOwn(incidentEvents, type);

function eventOf(body: JsonValue): JsonObject {
  return asObject(asObject(body).event);
}
