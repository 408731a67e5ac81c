import {
  camelKeys,
  customAuth,
  defineConnector,
  FatalError,
  type HttpResponse,
  type JsonObject,
  type JsonValue,
  noAuth,
  operation,
  type Paging,
  path,
  secret,
} from '@castellan/sdk';
import { z } from 'zod';
import { datadogAddress, datadogTriggers } from './datadog-webhook.js';

const reference = 'https://docs.datadoghq.com/api/latest';

/** https://docs.datadoghq.com/getting_started/site/ */
const site = z
  .enum([
    'datadoghq.com',
    'us3.datadoghq.com',
    'us5.datadoghq.com',
    'datadoghq.eu',
    'ap1.datadoghq.com',
    'ap2.datadoghq.com',
    'uk1.datadoghq.com',
    'ddog-gov.com',
    'us2.ddog-gov.com',
  ])
  .default('datadoghq.com')
  .meta({ title: 'Site' })
  .describe('The host of your Datadog pages without “app.”.');

const webhookToken = secret('Webhook secret').describe(
  'A long random text. Datadog sends it as the header X-Castellan-Token.',
);

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

const pageSize = 100;

/** Monitors come as a bare list, page by page; the last one is empty. */
const monitorPages: Paging = {
  items: ({ body }) => (Array.isArray(body) ? body : []),
  next: ({ body }, request) =>
    Array.isArray(body) && body.length > 0
      ? { ...request, query: { ...request.query, page: Number(request.query?.page) + 1 } }
      : null,
};

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

export const datadog = defineConnector({
  id: 'datadog',
  title: 'Datadog',
  docs: reference,
  judgedBy: 'sdk',
  auth: [
    noAuth({ kind: 'webhook', title: 'Webhooks only', fields: { webhookToken } }),
    customAuth({
      kind: 'apiKeys',
      title: 'Webhooks and API',
      fields: {
        site,
        apiKey: secret('API key'),
        applicationKey: secret('Application key').describe('Needed to read monitors.').optional(),
        webhookToken: webhookToken.optional(),
      },
      credentials: ({ apiKey, applicationKey }) => ({
        headers: { 'dd-api-key': apiKey, ...(applicationKey ? { 'dd-application-key': applicationKey } : {}) },
      }),
    }),
  ],
  sampleConnection: {
    kind: 'apiKeys',
    fields: {
      apiKey: 'datadog-sample-api-key',
      applicationKey: 'datadog-sample-application-key',
      webhookToken: 'datadog-sample-webhook-secret',
    },
  },
  baseUrl: (fields) => `https://api.${String(fields.site ?? 'datadoghq.com')}`,
  schemes: ['datadog'],
  // Datadog refuses a wrong key with 403: { "errors": ["Forbidden"] }.
  errorMessage: ({ body }: HttpResponse) => errorShape.safeParse(body).data?.errors.join(': '),
  async test({ http }, fields) {
    if (!fields.apiKey) return { account: 'a receiver of webhooks' };
    const { status, body } = await http.send({ method: 'GET', path: path`/api/v1/validate`, accept: [403] });
    if (status === 200 && z.object({ valid: z.literal(true) }).safeParse(body).success) {
      return { account: String(fields.site ?? 'datadoghq.com') };
    }
    throw new FatalError('Datadog does not know this API key on this site. Check both on the Connections page.', {
      code: 'E_AUTH',
      status,
    });
  },
  operations: {
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

    getMonitor: operation({
      title: 'Get a monitor',
      docs: `${reference}/monitors/#get-a-monitors-details`,
      summary: 'Query, message and state of a monitor. Needs the application key.',
      input: z.strictObject({ monitorId: z.int().min(1).meta({ title: 'Monitor' }) }),
      output: monitor,
      options: { '/monitorId': 'listMonitors' },
      effect: 'read',
      request: ({ monitorId }) => ({ method: 'GET', path: path`/api/v1/monitor/${monitorId}` }),
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
  },
  triggers: datadogTriggers,
  address: datadogAddress,
});

const errorShape = z.object({ errors: z.array(z.string()) });

function definedOnly(fields: Record<string, JsonValue | undefined>): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).filter((field): field is [string, JsonValue] => field[1] !== undefined),
  );
}
