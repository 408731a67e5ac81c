import { camelKeys, type HttpRequest, operation, path } from '@castellan/sdk';
import { z } from 'zod';
import { event } from './opal-events.js';
import { resultPages } from './opal-reads.js';
import { docs, limitField } from './opal-shapes.js';

const text = (title: string) => z.string().min(1).optional().meta({ title });

const filters = {
  from: z.iso.datetime().optional().meta({ title: 'From' }),
  to: z.iso.datetime().optional().meta({ title: 'Until' }),
  eventType: text('Type').describe('Such as USERS_CREATED.'),
  actorId: text('Done by').describe('The id of a user.'),
  objectId: text('About').describe('The id of a user, resource or group.'),
  apiToken: text('By the API token').describe('Its name or its preview.'),
};
type Filters = z.output<z.ZodObject<typeof filters>>;

const eventsOf = (
  { from, to, eventType, actorId, objectId, apiToken }: Filters,
  page: HttpRequest['query'],
): HttpRequest => ({
  method: 'GET',
  path: path`/events`,
  query: {
    start_date_filter: from,
    end_date_filter: to,
    event_type_filter: eventType,
    actor_filter: actorId,
    object_filter: objectId,
    api_token_filter: apiToken,
    ...page,
  },
});

const sampleEvent = {
  eventId: 'ca57e11a-0009-4000-8000-000000000003',
  eventType: 'USERS_CREATED',
  createdAt: '2026-01-05T09:00:00.000Z',
  actorUserId: 'ca57e11a-0001-4000-8000-000000000001',
  actorName: 'Ada Okafor',
  actorEmail: 'ada.okafor@example.com',
};
const january = { from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' };

export const opalEventExport = {
  listEvents: operation({
    title: 'List events',
    docs: `${docs}/events/get-events`,
    summary: 'The events of the audit log that the filters let through, all pages of them.',
    input: z.strictObject({ ...filters, limit: limitField }),
    output: z.object({ items: z.array(event) }),
    effect: 'read',
    request: (input) => eventsOf(input, { page_size: 200 }),
    paginate: resultPages,
    each: camelKeys,
    sample: { input: january, output: { items: [sampleEvent] } },
  }),

  exportEvents: operation({
    title: 'Export a page of events',
    docs: `${docs}/events/get-events`,
    summary: 'One page of the audit log and the cursor of the next, for logs that are too long to hold at once.',
    input: z.strictObject({
      ...filters,
      cursor: text('Cursor').describe(
        'The next cursor of the page before, with the same filters; left out: the first page.',
      ),
      pageSize: z.int().min(1).max(1_000).default(200).meta({ title: 'Events a page' }),
    }),
    output: z.object({ items: z.array(event), nextCursor: z.string().nullable() }),
    effect: 'read',
    request: ({ cursor, pageSize, ...input }) => eventsOf(input, { cursor, page_size: pageSize }),
    response: ({ body }) => {
      const { results, next } = body as { results: []; next?: string | null };
      return { items: camelKeys(results), nextCursor: next || null };
    },
    sample: { input: { ...january, pageSize: 5 }, output: { items: [sampleEvent], nextCursor: 'NQ' } },
  }),

  getEvent: operation({
    title: 'Get an event',
    docs: `${docs}/events/get-event`,
    summary: 'One event of the audit log by its id.',
    input: z.strictObject({ eventId: z.string().min(1).meta({ title: 'Event' }) }),
    output: event,
    effect: 'read',
    request: (input) => ({ method: 'GET', path: path`/events/${input.eventId}` }),
    response: ({ body }) => camelKeys(body),
    sample: { input: { eventId: sampleEvent.eventId }, output: sampleEvent },
  }),
};
