import {
  customAuth,
  defineConnector,
  type JsonObject,
  noAuth,
  path,
  RetryableError,
  receivesOnly,
  secret,
} from '@castellan/sdk';
import { z } from 'zod';
import { hecCode, hecDocs, refusals, taken } from './splunk-answer.js';
import { healthOf, splunkCollector } from './splunk-collector.js';
import { splunkEvents } from './splunk-events.js';
import { splunkAddress, splunkTriggers } from './splunk-webhook.js';

const webhookToken = secret('Webhook secret').describe('A long random text, sent as a part of the webhook’s address.');

/** HEC’s code for a request that it would take if it held an event. */
const noData = 5;

export const splunk = defineConnector({
  id: 'splunk',
  title: 'Splunk',
  docs: hecDocs,
  judgedBy: 'docs',
  auth: [
    noAuth({ kind: 'webhook', title: 'Alerts only', fields: { webhookToken } }),
    customAuth({
      kind: 'hec',
      title: 'Alerts and HTTP Event Collector',
      fields: {
        hecUrl: z
          .url()
          .meta({ title: 'Collector’s address' })
          .describe('Such as https://http-inputs-acme.splunkcloud.com or https://splunk.example.com:8088.'),
        hecToken: secret('HEC token'),
        channel: z
          .uuid()
          .meta({ title: 'Channel' })
          .describe('Any UUID. Needed only if the token has indexer acknowledgement.')
          .optional(),
        webhookToken: webhookToken.optional(),
      },
      credentials: ({ hecToken, channel }) => ({
        headers: {
          authorization: `Splunk ${hecToken}`,
          ...(channel ? { 'x-splunk-request-channel': channel } : {}),
        },
      }),
    }),
  ],
  sampleConnection: {
    kind: 'hec',
    fields: {
      hecUrl: 'https://splunk.example.com:8088',
      hecToken: 'b0221d8a-7a1b-4c52-9f0e-5d0d1b6c4f11',
      channel: '8f14e45f-ceea-467f-ab1c-0f4e3d9b7a10',
      webhookToken: 'splunk-sample-webhook-secret',
    },
  },
  baseUrl: (fields) => String(fields.hecUrl ?? 'https://alerts-only.invalid'),
  schemes: ['splunk'],
  /**
   * The collector's health needs no token. An empty request does: it writes nothing, and is refused with “No data” only
   * once the token was found good.
   */
  async test({ http }, fields) {
    if (!fields.hecToken) return receivesOnly;
    const { response: seen, code } = await healthOf(http);
    if (seen.status === 503) {
      const words = code === undefined ? '' : `: ${String((seen.body as JsonObject).text)}`;
      throw new RetryableError(`Splunk’s collector takes no events now (503)${words}.`, { status: 503 });
    }
    const response = await http.send({
      method: 'POST',
      path: path`/services/collector/event`,
      text: { content: '', contentType: 'application/json' },
      accept: refusals,
    });
    if (hecCode(response) !== noData) taken(response, 'read');
    return { account: new URL(String(fields.hecUrl)).host };
  },
  operations: { ...splunkEvents, ...splunkCollector },
  triggers: splunkTriggers,
  address: splunkAddress,
});
