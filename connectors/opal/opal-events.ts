import {
  camelKeys,
  FatalError,
  type Host,
  type JsonValue,
  type PollPage,
  parseAnswer,
  path,
  trigger,
} from '@castellan/sdk';
import { z } from 'zod';

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

/**
 * A window of time that is read page by page. Opal does not say in which order it lists events, so a window is closed
 * at its later end before it is read.
 */
interface Place {
  /** Nothing older is ever told. */
  start: string;
  from: string;
  /** Of a window that is being read. */
  to?: string;
  page?: string | undefined;
  /** When Opal was last found to have forgotten a page of this window, and the window was begun again. */
  forgotten?: string | undefined;
}

const pageSize = 200;
/** An event may be listed some time after it happened; what is read twice is told by its id. */
const lateMs = 120_000;
/** A window is not begun again sooner: what refuses its pages each time is told as a failure. */
const beginAgainMs = 600_000;

export async function readEvents(host: Host, cursor: JsonValue): Promise<PollPage> {
  const place = cursor as unknown as Place;
  const { start, from, page, forgotten } = place;
  const now = host.now();
  const to = place.to ?? now.toISOString();
  if (to <= from) return { events: [], cursor };
  const query = { start_date_filter: from, end_date_filter: to, page_size: pageSize, cursor: page };
  const answer = await host.http.send({ method: 'GET', path: path`/events`, query }).catch((error: unknown) => {
    const wasBegunAgain = forgotten !== undefined && now.getTime() - Date.parse(forgotten) < beginAgainMs;
    if (page === undefined || wasBegunAgain || !isRefused(error)) throw error;
    return null;
  });
  if (answer === null)
    return { events: [], cursor: cursorAt({ start, from, forgotten: now.toISOString() }), more: true };
  const { next, results } = parseAnswer(eventPage, answer.body, docs);
  const events = results.map((each) => ({
    ...{ id: each.event_id, occurredAt: each.created_at },
    payload: camelKeys(each as JsonValue),
  }));
  if (next) return { events, cursor: cursorAt({ start, from, to, page: next, forgotten }), more: true };
  const overlapping = Math.max(Date.parse(start), Date.parse(to) - lateMs);
  return { events, cursor: cursorAt({ start, from: new Date(overlapping).toISOString() }) };
}

/** As Opal answers for a page that it no longer knows. */
const isRefused = (error: unknown): boolean => error instanceof FatalError && error.status === 400;

const cursorAt = (place: Place): JsonValue => JSON.parse(JSON.stringify(place)) as JsonValue;

export const beginEvents = (from: Date): JsonValue => cursorAt({ start: from.toISOString(), from: from.toISOString() });

export const opalEvents = {
  eventLogged: trigger({
    title: 'Event in the audit log',
    docs,
    summary: 'Anything that Opal logs: access given and taken, requests, changes of people and settings.',
    payload: event,
    poll: {
      everySeconds: 60,
      begin: beginEvents,
      read: readEvents,
    },
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
