import { definedOnly, operation, path } from '@castellan/sdk';
import { z } from 'zod';
import { instantAt, reference, searchFields, searchPages, searchQuery, timeProblems } from './datadog-shapes.js';

const listed = z.object({
  id: z.string(),
  timestamp: z.string().nullable(),
  message: z.string().nullable(),
  status: z.string().nullable(),
  service: z.string().nullable(),
  host: z.string().nullable(),
  tags: z.array(z.string()),
  attributes: z.record(z.string(), z.json()),
});

function logOf(item: unknown): z.output<typeof listed> {
  const { id, attributes = {} } = item as { id: string; attributes?: Partial<z.output<typeof listed>> };
  const { timestamp = null, message = null, status = null, service = null, host = null } = attributes;
  return {
    id,
    timestamp,
    message,
    status,
    service,
    host,
    tags: attributes.tags ?? [],
    attributes: attributes.attributes ?? {},
  };
}

const log = z.strictObject({
  message: z.string().min(1).meta({ title: 'Message' }),
  source: z.string().min(1).optional().meta({ title: 'Source' }).describe('Such as castellan: chooses the pipeline.'),
  service: z.string().min(1).optional().meta({ title: 'Service' }),
  host: z.string().min(1).optional().meta({ title: 'Host' }),
  status: z.string().min(1).optional().meta({ title: 'Status' }).describe('Such as info, warn or error.'),
  tags: z.array(z.string()).optional().meta({ title: 'Tags' }).describe('Such as env:prod.'),
  attributes: z.record(z.string(), z.unknown()).optional().meta({ title: 'Attributes' }),
});

/** A log as the intake knows it; attributes stand beside its own fields, which they cannot take the place of. */
function wireLog({ message, source, service, host, status, tags, attributes }: z.output<typeof log>) {
  const own = { message, ddsource: source, service, hostname: host, status, ddtags: tags?.join(',') };
  return definedOnly({ ...(attributes as Record<string, never>), ...own });
}

/** https://docs.datadoghq.com/api/latest/logs/#send-logs */
const mostBytes = 5_000_000;
const mostOfOne = 1_000_000;

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

export const datadogLogs = {
  sendLogs: operation({
    title: 'Send logs',
    docs: `${reference}/logs/#send-logs`,
    summary: 'Writes up to 1,000 logs in one request.',
    input: z.strictObject({ logs: z.array(log).min(1).max(1_000).meta({ title: 'Logs' }) }),
    output: z.object({ sent: z.int() }),
    effect: 'write',
    // A log has no key, and is found only some time after it was taken: a repeat would be a second log.
    idempotency: 'none',
    check({ logs }) {
      const large = logs.findIndex((one) => bytesOf(wireLog(one)) > mostOfOne);
      const all = bytesOf(logs.map(wireLog));
      return [
        ...(large < 0 ? [] : [{ pointer: `/logs/${large}`, message: 'A log has at most 1 MB. Cut it.' }]),
        ...(all > mostBytes
          ? [{ pointer: '/logs', message: 'One request takes 5 MB. Send fewer at once, in a loop.' }]
          : []),
      ];
    },
    changes: ({ logs }) => [
      { action: 'create', object: { type: 'datadog_log', id: 'new', title: `${logs.length} logs` } },
    ],
    request: ({ logs }) => ({
      method: 'POST',
      base: 'logs',
      path: path`/api/v2/logs`,
      body: logs.map(wireLog),
    }),
    response: (_, { logs }) => ({ sent: logs.length }),
    sample: {
      input: {
        logs: [
          {
            message: 'Access of jane.doe@example.com suspended',
            source: 'castellan',
            service: 'access-governance',
            tags: ['team:security'],
            attributes: { person: 'jane.doe@example.com' },
          },
        ],
      },
      output: { sent: 1 },
    },
  }),

  searchLogs: operation({
    title: 'Search logs',
    docs: `${reference}/logs/#search-logs-get`,
    summary: 'Logs that a query finds. Needs the application key.',
    input: z.strictObject({
      ...searchFields,
      indexes: z.array(z.string()).optional().meta({ title: 'Indexes' }).describe('Default: all.'),
    }),
    output: z.object({ items: z.array(listed) }),
    effect: 'read',
    check: timeProblems,
    request: ({ indexes, ...input }, { now }) => ({
      method: 'GET',
      path: path`/api/v2/logs/events`,
      query: { ...searchQuery(input, instantAt(now())), 'filter[indexes]': indexes?.join(',') },
    }),
    paginate: searchPages,
    each: logOf,
    sample: {
      input: {
        query: 'service:okta',
        from: '2026-01-12T00:00:00Z',
        to: '2099-12-31T00:00:00Z',
        order: 'newest',
        limit: 1_000,
      },
      output: {
        items: [
          {
            id: 'AQAAAYvF0000000001',
            timestamp: '2026-01-12T08:20:00.000Z',
            message: 'Sign-in of jane.doe@example.com from 203.0.113.24',
            status: 'info',
            service: 'okta',
            host: null,
            tags: ['env:prod'],
            attributes: { usr: { email: 'jane.doe@example.com' } },
          },
        ],
      },
    },
  }),
};
