import { camelKeys, type DeliveredEvent, type JsonObject, type JsonValue, trigger } from '@castellan/sdk';
import { z } from 'zod';
import { logged } from './opal-events.js';

/**
 * Opal does not publish what its event streams send. Known are the fields of its events as the API answers them, so
 * events are looked for in the three forms in which such a thing can come: one, a list, or a list under a name.
 */
const streamed = z.looseObject({
  eventId: z.string(),
  eventType: z.string().describe('Such as USERS_CREATED or USER_MFA_RESET; Opal publishes no whole list.'),
  createdAt: z.string().optional(),
  actorUserId: z.string().optional(),
  actorName: z.string().optional(),
  actorEmail: z.string().optional(),
});

export const opalStreamTriggers = {
  eventStreamed: trigger({
    title: 'Event delivered by an event stream',
    docs: 'https://docs.opal.dev/docs/events-streaming',
    summary: 'Anything that Opal logs, delivered as it happens by an event stream that is signed with HMAC.',
    payload: streamed,
    // The list of the same audit log names each event by the same id.
    sweep: { everySeconds: 600, graceSeconds: 900, ...logged },
    sample: {
      eventId: '29827fb8-f2dd-4e80-9576-28e31e9934ac',
      eventType: 'USERS_ADDED_TO_RESOURCE',
      createdAt: '2026-01-23T04:56:07Z',
      actorUserId: 'ca57e11a-0001-4000-8000-000000000001',
      actorName: 'Ada Okafor',
      actorEmail: 'ada.okafor@example.com',
    },
  }),
};

/** The events of a delivery, each told by Opal's own id of it, which the audit log has as well; none for the trial that Opal makes when a stream is set up. */
export function streamedEvents(body: JsonValue): DeliveredEvent[] {
  return candidates(body).flatMap((candidate) => {
    const event = camelKeys(candidate);
    const parsed = streamed.safeParse(event);
    return parsed.success
      ? [{ trigger: 'eventStreamed', payload: event, key: parsed.data.eventId, id: parsed.data.eventId }]
      : [];
  });
}

function candidates(body: JsonValue): JsonValue[] {
  if (Array.isArray(body)) return body;
  if (body === null || typeof body !== 'object') return [];
  const { events, results } = body as JsonObject;
  const list = Array.isArray(events) ? events : results;
  return Array.isArray(list) ? list : [body];
}
