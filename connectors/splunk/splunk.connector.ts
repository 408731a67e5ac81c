import {
  customAuth,
  defineConnector,
  type JsonObject,
  type JsonValue,
  noAuth,
  operation,
  path,
  secret,
} from '@castellan/sdk';
import { z } from 'zod';
import { hecCode, refusals, taken } from './splunk-answer.js';
import { splunkAddress, splunkTriggers } from './splunk-webhook.js';

const docs =
  'https://help.splunk.com/en/splunk-enterprise/get-data-in/collect-http-event-data/http-event-collector-rest-api-endpoints';

const webhookToken = secret('Webhook secret').describe('A long random text, sent as a part of the webhook’s address.');

/** HEC’s code for a request that it would take if it held an event. */
const noData = 5;

export const splunk = defineConnector({
  id: 'splunk',
  title: 'Splunk',
  docs,
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
  /** An empty request writes nothing, and is refused with “No data” only once the token was found good. */
  async test({ http }, fields) {
    if (!fields.hecToken) return { account: 'a receiver of alerts' };
    const response = await http.send({
      method: 'POST',
      path: path`/services/collector/event`,
      text: { content: '', contentType: 'application/json' },
      accept: refusals,
    });
    if (hecCode(response) !== noData) taken(response);
    return { account: new URL(String(fields.hecUrl)).host };
  },
  operations: {
    sendEvent: operation({
      title: 'Send an event',
      docs,
      summary: 'Writes one event to an index by the HTTP Event Collector.',
      input: z.strictObject({
        event: z.unknown().meta({ title: 'Event' }).describe('A text or an object.'),
        sourcetype: z.string().min(1).optional().meta({ title: 'Source type' }).describe('Such as castellan:run.'),
        source: z.string().min(1).optional().meta({ title: 'Source' }),
        host: z.string().min(1).optional().meta({ title: 'Host' }),
        index: z.string().min(1).optional().meta({ title: 'Index' }).describe('Default: the token’s own.'),
        time: z
          .number()
          .min(0)
          .optional()
          .meta({ title: 'Time' })
          .describe('Seconds since 1970, with fractions. Default: when Splunk takes it.'),
        fields: z
          .record(z.string(), z.union([z.string(), z.number(), z.array(z.string())]))
          .optional()
          .meta({ title: 'Indexed fields' }),
      }),
      output: z.object({
        code: z.int(),
        text: z.string(),
        ackId: z
          .int()
          .nullish()
          .describe('Where the token acknowledges: whether it is indexed, “Look up acknowledgement” tells.'),
      }),
      effect: 'write',
      // HEC has no key, and nothing can be read back with its token: a repeat would be a second event.
      idempotency: 'none',
      check: ({ event }) =>
        event === undefined || event === null || event === ''
          ? [{ pointer: '/event', message: 'Give a text or an object.' }]
          : [],
      changes: ({ index, sourcetype }) => [
        {
          action: 'create',
          object: { type: 'splunk_event', id: index ?? 'default', ...(sourcetype ? { title: sourcetype } : {}) },
        },
      ],
      request: (input) => ({
        method: 'POST',
        path: path`/services/collector/event`,
        body: definedOnly(input as Record<string, JsonValue | undefined>),
        accept: refusals,
      }),
      response: taken,
      sample: {
        input: {
          event: { action: 'access_revoked', user: 'jane.doe@example.com' },
          sourcetype: 'castellan:run',
          index: 'security',
        },
        output: { code: 0, text: 'Success', ackId: 0 },
      },
    }),

    getAcknowledgement: operation({
      title: 'Look up acknowledgement',
      docs,
      summary: 'Whether an event is indexed. Needs a token with indexer acknowledgement.',
      input: z.strictObject({ ackId: z.int().min(0).meta({ title: 'Acknowledgement id' }) }),
      output: z.object({ indexed: z.boolean() }),
      effect: 'read',
      request: ({ ackId }) => ({
        method: 'POST',
        path: path`/services/collector/ack`,
        body: { acks: [ackId] },
        accept: refusals,
      }),
      response: (response, { ackId }) => {
        const { acks } = ackAnswer.safeParse(response.body).data ?? {};
        return acks ? { indexed: acks[String(ackId)] === true } : taken(response);
      },
      sample: { input: { ackId: 0 }, output: { indexed: true } },
    }),
  },
  triggers: splunkTriggers,
  address: splunkAddress,
});

const ackAnswer = z.object({ acks: z.record(z.string(), z.boolean()) });

function definedOnly(fields: Record<string, JsonValue | undefined>): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).filter((field): field is [string, JsonValue] => field[1] !== undefined),
  );
}
