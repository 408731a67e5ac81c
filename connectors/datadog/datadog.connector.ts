import {
  type ConnectionFields,
  customAuth,
  defineConnector,
  FatalError,
  type HttpResponse,
  noAuth,
  path,
  receivesOnly,
  secret,
} from '@castellan/sdk';
import { z } from 'zod';
import { datadogEvents } from './datadog-events.js';
import { datadogLogs } from './datadog-logs.js';
import { datadogMonitors } from './datadog-monitors.js';
import { reference } from './datadog-shapes.js';
import { datadogSignals } from './datadog-signals.js';
import { datadogAddress, datadogTriggers } from './datadog-webhook.js';

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

const siteOf = ({ site }: ConnectionFields) => String(site ?? 'datadoghq.com');
const apiUrl = (fields: ConnectionFields) => `https://api.${siteOf(fields)}`;
/** Logs are taken in elsewhere, and by the API key alone. */
const logsUrl = (fields: ConnectionFields) => `https://http-intake.logs.${siteOf(fields)}`;

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
        applicationKey: secret('Application key')
          .describe(
            'Needed for all but posting events and sending logs. It may do what its owner and its scopes allow.',
          )
          .optional(),
        webhookToken: webhookToken.optional(),
      },
      credentials: ({ apiKey, applicationKey, site }, origin) => ({
        headers: {
          'dd-api-key': apiKey,
          ...(applicationKey && origin === apiUrl({ site }) ? { 'dd-application-key': applicationKey } : {}),
        },
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
  baseUrl: apiUrl,
  bases: { logs: logsUrl },
  hosts: (fields) => [apiUrl(fields), logsUrl(fields)],
  schemes: ['datadog'],
  // Datadog refuses a wrong key with 403: { "errors": ["Forbidden"] }.
  errorMessage: ({ body }: HttpResponse) => errorShape.safeParse(body).data?.errors.join(': '),
  async test({ http }, fields) {
    if (!fields.apiKey) return receivesOnly;
    const { status, body } = await http.send({ method: 'GET', path: path`/api/v1/validate`, accept: [403] });
    if (status === 200 && z.object({ valid: z.literal(true) }).safeParse(body).success) {
      return { account: siteOf(fields) };
    }
    throw new FatalError('Datadog does not know this API key on this site. Check both on the Connections page.', {
      code: 'E_AUTH',
      status,
    });
  },
  operations: { ...datadogEvents, ...datadogMonitors, ...datadogSignals, ...datadogLogs },
  triggers: datadogTriggers,
  address: datadogAddress,
});

const errorShape = z.object({ errors: z.array(z.string()) });
