import { camelKeys, type JsonValue, parseAnswer, path, trigger } from '@castellan/sdk';
import { z } from 'zod';
import { byWindows } from './opal-windows.js';

const docs = 'https://docs.opal.dev/api-reference/events/get-events';

const subEvent = z.looseObject({ subEventType: z.string() });

/** Opal's Event; a part of an event says more in fields of its own. */
export const event = z.looseObject({
  eventId: z.string(),
  eventType: z.string().describe('Such as USERS_CREATED or USER_MFA_RESET; Opal publishes no whole list.'),
  createdAt: z.string(),
  actorUserId: z.string(),
  actorName: z.string(),
  actorEmail: z.string().optional(),
  actorIpAddress: z.string().optional(),
  apiTokenName: z.string().optional(),
  apiTokenPreview: z.string().optional(),
  subEvents: z.array(subEvent).optional(),
});

const eventPage = z.object({
  next: z.string().nullish(),
  results: z.array(z.looseObject({ event_id: z.string(), created_at: z.iso.datetime({ offset: true }) })),
});

/** How the audit log is read. */
export const logged = byWindows({
  path: path`/events`,
  page(body) {
    const { next, results } = parseAnswer(eventPage, body, docs);
    const events = results.map((each) => ({
      ...{ id: each.event_id, occurredAt: each.created_at },
      payload: camelKeys(each as JsonValue),
    }));
    return { next, events };
  },
});

export const opalEvents = {
  eventLogged: trigger({
    title: 'Event in the audit log',
    docs,
    summary: 'Anything that Opal logs: access given and taken, requests, changes of people and settings.',
    payload: event,
    poll: { everySeconds: 60, ...logged },
    sample: {
      eventId: '29827fb8-f2dd-4e80-9576-28e31e9934ac',
      eventType: 'USERS_ADDED_TO_RESOURCE',
      createdAt: '2026-01-23T04:56:07Z',
      actorUserId: 'ca57e11a-0001-4000-8000-000000000001',
      actorName: 'Ada Okafor',
      actorEmail: 'ada.okafor@example.com',
      subEvents: [
        {
          subEventType: 'USER_ADDED_TO_RESOURCE',
          userId: 'ca57e11a-0001-4000-8000-000000000003',
          resourceId: 'ca57e11a-0002-4000-8000-000000000001',
        },
      ],
    },
  }),
};
