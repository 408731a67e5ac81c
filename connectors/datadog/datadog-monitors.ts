import { camelKeys, type Host, operation, type Paging, parseAnswer, path, readPages } from '@castellan/sdk';
import { z } from 'zod';
import { reference } from './datadog-shapes.js';

const monitor = z.object({
  id: z.int(),
  name: z.string().nullish(),
  type: z.string(),
  query: z.string(),
  message: z.string().nullish(),
  tags: z.array(z.string()).nullish(),
  priority: z.int().nullish().describe('1 is the highest, 5 the lowest.'),
  overallState: z.string().nullish(),
});

const downtime = z.object({
  id: z.string(),
  attributes: z.object({
    monitor_identifier: z.looseObject({ monitor_id: z.int().optional() }).optional(),
    scope: z.string().nullish(),
    message: z.string().nullish(),
    status: z.string().nullish(),
    schedule: z.looseObject({ start: z.string().nullish(), end: z.string().nullish() }).nullish(),
  }),
});

const shownDowntime = z.object({
  id: z.string(),
  monitorId: z.int().nullable().describe('None where it is for monitors with some tags.'),
  scope: z.string().nullable(),
  message: z.string().nullable(),
  status: z.string().nullable(),
  end: z.string().nullable(),
});

const pageSize = 100;

/** Monitors come as a bare list, page by page; the last one is empty. */
const monitorPages: Paging = {
  items: ({ body }) => (Array.isArray(body) ? body : []),
  next: ({ body }, request) =>
    Array.isArray(body) && body.length > 0
      ? { ...request, query: { ...request.query, page: Number(request.query?.page) + 1 } }
      : null,
};

/** Downtimes are counted on by an offset; the last page is empty. */
const downtimePages: Paging = {
  size: 'page[limit]',
  items: ({ body }) => (body as { data?: [] }).data ?? [],
  next: ({ body }, request, seen) =>
    ((body as { data?: [] }).data ?? []).length > 0
      ? { ...request, query: { ...request.query, 'page[offset]': seen } }
      : null,
};

const downtimesRequest = (currentOnly: boolean) => ({
  method: 'GET' as const,
  path: path`/api/v2/downtime`,
  query: { current_only: currentOnly, 'page[offset]': 0, 'page[limit]': pageSize },
});

async function downtimesOf({ http }: Pick<Host, 'http'>, monitorId: number, currentOnly: boolean) {
  const all = await readPages(http, downtimesRequest(currentOnly), downtimePages);
  return parseAnswer(z.array(downtime), all, `${reference}/downtimes/`).filter(
    ({ attributes }) => attributes.monitor_identifier?.monitor_id === monitorId,
  );
}

function shown(given: unknown): z.output<typeof shownDowntime> {
  const { id, attributes } = parseAnswer(downtime, given, `${reference}/downtimes/`);
  const { monitor_identifier, scope = null, message = null, status = null, schedule } = attributes;
  const monitorId = monitor_identifier?.monitor_id ?? null;
  return { id, monitorId, scope, message, status, end: schedule?.end ?? null };
}

/** What tells the downtime of one effect from any other: a downtime has no key, but a message. */
const mark = (key: string) => `Set by Castellan (${key.slice(0, 16)}).`;

const monitorId = z.int().min(1).meta({ title: 'Monitor' });
const downtimeId = z.string().min(1).meta({ title: 'Downtime' });

const sampleMonitor = {
  id: 118023945,
  name: 'Impossible travel',
  type: 'log alert',
  query: 'logs("@evt.name:impossible_travel").index("*").rollup("count").by("@usr.email").last("5m") > 0',
  message: 'Two sign-ins from places that nobody can travel between in that time. @webhook-castellan',
  tags: ['team:security'],
  priority: 1,
  overallState: 'Alert',
};

const sampleDowntime = {
  id: 'ca57e11a-0001-4000-8000-000000000001',
  monitorId: 118023946,
  scope: '*',
  message: 'Load test of the sign-in page.',
  status: 'active',
  end: null,
};

const options = { '/monitorId': 'listMonitors' } as const;
const changesOf = (monitorId: number) => [
  { action: 'update' as const, object: { type: 'datadog_monitor', id: String(monitorId) } },
];

export const datadogMonitors = {
  getMonitor: operation({
    title: 'Get a monitor',
    docs: `${reference}/monitors/#get-a-monitors-details`,
    summary: 'Query, message and state of a monitor. Needs the application key.',
    input: z.strictObject({ monitorId }),
    output: monitor,
    options,
    effect: 'read',
    request: (input) => ({ method: 'GET', path: path`/api/v1/monitor/${input.monitorId}` }),
    response: ({ body }) => camelKeys(body),
    sample: { input: { monitorId: sampleMonitor.id }, output: sampleMonitor },
  }),

  listMonitors: operation({
    title: 'List monitors',
    docs: `${reference}/monitors/#get-all-monitors`,
    summary: 'All monitors, or those with a name. Needs the application key.',
    input: z.strictObject({
      name: z.string().optional().meta({ title: 'Name contains' }),
      limit: z.int().min(1).optional().meta({ title: 'At most' }),
    }),
    output: z.object({ items: z.array(monitor) }),
    choice: { value: 'id', label: 'name' },
    effect: 'read',
    request: ({ name }) => ({
      method: 'GET',
      path: path`/api/v1/monitor`,
      query: { name, page: 0, page_size: pageSize },
    }),
    paginate: monitorPages,
    each: camelKeys,
    sample: { input: {}, output: { items: [sampleMonitor] } },
  }),

  muteMonitor: operation({
    title: 'Mute a monitor',
    docs: `${reference}/downtimes/#schedule-a-downtime`,
    summary: 'Keeps a monitor from notifying, by a downtime. Needs the application key.',
    input: z.strictObject({
      monitorId,
      until: z.iso
        .datetime({ offset: true })
        .optional()
        .meta({ title: 'Until' })
        .describe('Default: until it is unmuted.'),
      scope: z
        .string()
        .min(1)
        .default('*')
        .meta({ title: 'Scope' })
        .describe('For which of its groups, such as env:staging.'),
      message: z.string().max(1_000).optional().meta({ title: 'Message', multiline: true }),
    }),
    output: z.object({ downtimeId: z.string() }),
    options,
    effect: 'write',
    idempotency: 'lookup',
    changes: (input) => changesOf(input.monitorId),
    request: ({ monitorId, until, scope, message }, { idempotencyKey }) => ({
      method: 'POST',
      path: path`/api/v2/downtime`,
      body: {
        data: {
          type: 'downtime',
          attributes: {
            monitor_identifier: { monitor_id: monitorId },
            scope,
            message: [message, mark(idempotencyKey)].filter(Boolean).join('\n\n'),
            ...(until ? { schedule: { end: until } } : {}),
          },
        },
      },
    }),
    response: ({ body }) => ({ downtimeId: (body as { data?: { id?: string } }).data?.id }),
    async lookup({ monitorId }, host) {
      const all = await downtimesOf(host, monitorId, false);
      const found = all.find(({ attributes }) => attributes.message?.includes(mark(host.idempotencyKey)));
      return found ? { downtimeId: found.id } : null;
    },
    undo: (_, { downtimeId }) => ({ operation: 'endDowntime', input: { downtimeId } }),
    sample: {
      input: { monitorId: sampleMonitor.id, until: '2030-01-12T10:00:00Z', scope: '*', message: 'Planned work.' },
      output: { downtimeId: 'ca57e11a-0001-4000-8000-000000000002' },
    },
  }),

  unmuteMonitor: operation({
    title: 'Unmute a monitor',
    docs: `${reference}/downtimes/#cancel-a-downtime`,
    summary: 'Ends the downtimes of one monitor, whoever set them. Needs the application key.',
    input: z.strictObject({ monitorId }),
    output: z.object({ ended: z.array(z.string()) }),
    options,
    effect: 'write',
    idempotency: 'natural',
    changes: (input) => changesOf(input.monitorId),
    before: async (input, host) => ({ downtimes: (await downtimesOf(host, input.monitorId, true)).map(shown) }),
    async run(input, host) {
      const found = await downtimesOf(host, input.monitorId, true);
      for (const { id } of found) {
        await host.http.send({ method: 'DELETE', path: path`/api/v2/downtime/${id}`, accept: [404] });
      }
      return { ended: found.map(({ id }) => id) };
    },
    sample: { input: { monitorId: sampleDowntime.monitorId }, output: { ended: [sampleDowntime.id] } },
  }),

  listDowntimes: operation({
    title: 'List downtimes',
    docs: `${reference}/downtimes/#get-all-downtimes`,
    summary: 'What is muted now or will be. Needs the application key.',
    input: z.strictObject({ limit: z.int().min(1).optional().meta({ title: 'At most' }) }),
    output: z.object({ items: z.array(shownDowntime) }),
    choice: { value: 'id', label: 'message' },
    effect: 'read',
    request: () => downtimesRequest(true),
    paginate: downtimePages,
    each: shown,
    sample: { input: {}, output: { items: [sampleDowntime] } },
  }),

  endDowntime: operation({
    title: 'End a downtime',
    docs: `${reference}/downtimes/#cancel-a-downtime`,
    summary: 'Lets what was muted by it notify again. Needs the application key.',
    input: z.strictObject({ downtimeId }),
    output: z.object({ downtimeId: z.string(), alreadyGone: z.boolean() }),
    options: { '/downtimeId': 'listDowntimes' },
    effect: 'write',
    idempotency: 'natural',
    changes: (input) => [{ action: 'update', object: { type: 'datadog_downtime', id: input.downtimeId } }],
    request: (input) => ({ method: 'DELETE', path: path`/api/v2/downtime/${input.downtimeId}`, accept: [404] }),
    response: ({ status }, input) => ({ downtimeId: input.downtimeId, alreadyGone: status === 404 }),
    sample: {
      input: { downtimeId: sampleDowntime.id },
      output: { downtimeId: sampleDowntime.id, alreadyGone: false },
    },
  }),
};
