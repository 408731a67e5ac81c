import { definedOnly, operation, path } from '@castellan/sdk';
import { z } from 'zod';
import { reference, searchFields, searchPages, searchQuery, timeProblems } from './datadog-shapes.js';

const listed = z.object({
  id: z.string(),
  timestamp: z.string().nullable(),
  title: z.string().nullable(),
  message: z.string().nullable(),
  status: z.string().nullable(),
  aggregationKey: z.string().nullable(),
  host: z.string().nullable(),
  tags: z.array(z.string()),
});

/** An event as the list has it: what it says of itself is nested twice. */
function eventOf(item: unknown): z.output<typeof listed> {
  const { id, attributes } = item as { id: string; attributes?: Record<string, unknown> };
  const inner = (attributes?.attributes ?? {}) as Record<string, string | undefined>;
  return {
    id,
    timestamp: (attributes?.timestamp as string | undefined) ?? null,
    title: inner.title ?? null,
    message: (attributes?.message as string | undefined) ?? null,
    status: inner.status ?? null,
    aggregationKey: inner.aggregation_key ?? null,
    host: inner.hostname ?? null,
    tags: (attributes?.tags as string[] | undefined) ?? [],
  };
}

export const datadogEvents = {
  postEvent: operation({
    title: 'Post an event',
    docs: `${reference}/events/`,
    summary: 'Writes an event to Datadog’s event stream.',
    input: z.strictObject({
      title: z.string().min(1).meta({ title: 'Title' }),
      text: z.string().max(4000).meta({ title: 'Text', multiline: true }),
      alertType: z.enum(['error', 'warning', 'info', 'success']).optional().meta({ title: 'Kind' }),
      priority: z.enum(['normal', 'low']).optional().meta({ title: 'Priority' }),
      tags: z.array(z.string()).optional().meta({ title: 'Tags' }).describe('Such as env:prod.'),
      aggregationKey: z
        .string()
        .max(100)
        .optional()
        .meta({ title: 'Aggregation key' })
        .describe('Events with one key are shown together.'),
      host: z.string().optional().meta({ title: 'Host' }),
    }),
    output: z.object({ id: z.string(), url: z.string().nullish() }),
    effect: 'write',
    // Events have no key and are found only some time after they were taken: a repeat would be a second event.
    idempotency: 'none',
    changes: ({ title }) => [{ action: 'create', object: { type: 'datadog_event', id: 'new', title } }],
    request: ({ alertType, aggregationKey, ...input }) => ({
      method: 'POST',
      path: path`/api/v1/events`,
      body: definedOnly({ ...input, alert_type: alertType, aggregation_key: aggregationKey }),
    }),
    response: ({ body }) => {
      const event = z.object({ event: z.record(z.string(), z.unknown()) }).safeParse(body).data?.event;
      return { id: event?.id_str ?? (event?.id === undefined ? undefined : String(event.id)), url: event?.url };
    },
    sample: {
      input: {
        title: 'Access suspended',
        text: 'jane.doe@example.com',
        alertType: 'warning',
        tags: ['team:security'],
      },
      output: { id: '7718523943842631235', url: 'https://app.datadoghq.com/event/event?id=7718523943842631235' },
    },
  }),

  listEvents: operation({
    title: 'Search events',
    docs: `${reference}/events/#get-a-list-of-events`,
    summary: 'Events of the event stream that a query finds. Needs the application key.',
    input: z.strictObject(searchFields),
    output: z.object({ items: z.array(listed) }),
    effect: 'read',
    check: timeProblems,
    request: (input) => ({ method: 'GET', path: path`/api/v2/events`, query: searchQuery(input) }),
    paginate: searchPages,
    each: eventOf,
    sample: {
      input: { query: 'env:prod', from: 'now-1d', to: 'now', order: 'newest', limit: 1_000 },
      output: {
        items: [
          {
            id: 'AwAAAYvF0000000001',
            timestamp: '2026-01-12T08:30:00.000Z',
            title: 'Access suspended',
            message: 'jane.doe@example.com',
            status: 'warning',
            aggregationKey: 'case-1',
            host: null,
            tags: ['team:security'],
          },
        ],
      },
    },
  }),
};
