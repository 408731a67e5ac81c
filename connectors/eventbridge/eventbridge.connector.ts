import {
  type Auth,
  type ConnectionFields,
  customAuth,
  defineConnector,
  type JsonObject,
  type JsonValue,
  operation,
  type Paging,
  receivesOnly,
  secret,
} from '@castellan/sdk';
import { z } from 'zod';
import { action, docs, type EntryAnswer, errorWords, meaningOf, refusalOf } from './eventbridge-answers.js';
import { eventbridgeAddress, eventbridgeTriggers } from './eventbridge-deliveries.js';
import { destinations } from './eventbridge-sign-in.js';
import { signatureHeaders } from './sigv4.js';

/** A bus that has no other name. */
const usualBus = 'default';

/** The most that one request may carry, over all its events: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html */
const mostBytes = 1_048_576;
const mostEvents = 10;

/** The instant alone counts 14 bytes. */
const bytesOf = ({ source, detailType, detail, resources = [] }: z.output<typeof event>): number =>
  [source, detailType, JSON.stringify(detail), ...resources].reduce((sum, text) => sum + Buffer.byteLength(text), 14);

const signing = customAuth({
  kind: 'accessKey',
  title: 'Access key',
  fields: {
    region: z
      .string()
      .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'A region such as eu-central-1.')
      .meta({ title: 'Region', examples: ['eu-central-1'] }),
    accessKeyId: z.string().min(1).meta({ title: 'Access key ID' }),
    secretAccessKey: secret('Secret access key').describe(
      'Of a user or role that may events:PutEvents and events:ListEventBuses, and no more.',
    ),
    sessionToken: secret('Session token').describe('Of credentials that end by themselves.').optional(),
  },
  credentials: () => ({}),
});

const auth: Auth = {
  ...signing,
  sign: async (fields, request) => signatureHeaders(request, signingKeyOf(fields), new Date()),
};

function signingKeyOf({ region, accessKeyId, secretAccessKey, sessionToken }: ConnectionFields) {
  return {
    ...{ accessKeyId: String(accessKeyId), secretAccessKey: String(secretAccessKey), region: String(region) },
    ...(sessionToken ? { sessionToken: String(sessionToken) } : {}),
    service: 'events',
  };
}

const event = z.strictObject({
  source: z
    .string()
    .min(1)
    .max(256)
    .regex(/^(?!aws\.)/, 'Sources that begin with “aws.” are AWS’s own.')
    .meta({ title: 'Source' })
    .describe('Who tells it, such as castellan.access.'),
  detailType: z
    .string()
    .min(1)
    .max(128)
    .meta({ title: 'Detail type' })
    .describe('What happened, such as Access revoked.'),
  detail: z.record(z.string(), z.unknown()).meta({ title: 'Detail' }).describe('What rules match on, and targets get.'),
  resources: z.array(z.string().min(1)).optional().meta({ title: 'Resources' }).describe('ARNs of what it is about.'),
  time: z.iso.datetime().optional().meta({ title: 'Time' }).describe('When it happened. Left out: when it arrives.'),
});

const bus = z
  .string()
  .min(1)
  .optional()
  .meta({ title: 'Event bus' })
  .describe('Its name or ARN. Left out: the default bus of the account.');

function entryOf({ source, detailType, detail, resources, time }: z.output<typeof event>, name: string | undefined) {
  return {
    ...{ Source: source, DetailType: detailType, Detail: JSON.stringify(detail) },
    ...(resources ? { Resources: resources } : {}),
    // AWS counts seconds.
    ...(time ? { Time: Date.parse(time) / 1_000 } : {}),
    ...(name ? { EventBusName: name } : {}),
  };
}

const tooLarge = (bytes: number, pointer: string) =>
  bytes < mostBytes
    ? []
    : [{ pointer, message: `${bytes} bytes; EventBridge takes less than ${mostBytes} in a request.` }];

const told = (eventBus: string | undefined) => [
  { action: 'notify' as const, object: { type: 'event_bus', id: eventBus ?? usualBus } },
];

const sampleEvent = {
  source: 'castellan.access',
  detailType: 'Access revoked',
  detail: { person: 'jane.doe@example.com', resource: 'production' },
};

const busPages: Paging = {
  size: 'Limit',
  items: ({ body }) => (body as { EventBuses?: JsonValue[] }).EventBuses ?? [],
  next({ body }, request) {
    const { NextToken } = body as { NextToken?: string };
    return NextToken ? { ...request, body: { ...(request.body as JsonObject), NextToken } } : null;
  },
};

/** AWS's bus of events: flows tell it what they did, and start on what an API destination of it delivers. */
export const eventbridge = defineConnector({
  id: 'eventbridge',
  title: 'Amazon EventBridge',
  docs,
  judgedBy: 'sdk',
  auth: [auth, ...destinations],
  sampleConnection: {
    kind: 'accessKey',
    fields: { region: 'eu-central-1', accessKeyId: 'AKIASAMPLESAMPLE', secretAccessKey: 'sample-secret-access-key' },
  },
  baseUrl: ({ region = 'us-east-1' }) =>
    `https://events.${String(region)}.amazonaws.com${String(region).startsWith('cn-') ? '.cn' : ''}`,
  meaning: meaningOf,
  errorMessage: errorWords,
  async test({ http }, { region }) {
    if (region === undefined) return receivesOnly;
    const { body } = await http.send(action('ListEventBuses', { Limit: 1 }));
    const [first] = (body as { EventBuses?: { Arn?: string }[] }).EventBuses ?? [];
    return { account: `${first?.Arn?.split(':')[4] ?? 'an account'} in ${String(region)}` };
  },
  triggers: eventbridgeTriggers,
  address: eventbridgeAddress,
  operations: {
    putEvent: operation({
      title: 'Put an event',
      docs: `${docs}/API_PutEvents.html`,
      summary: 'Tells an event bus what happened. Rules there pass it on.',
      input: z.strictObject({ ...event.shape, eventBus: bus }),
      output: z.object({ eventId: z.string() }),
      options: { '/eventBus': 'listEventBuses' },
      check: ({ eventBus: _, ...given }) => tooLarge(bytesOf(given), '/detail'),
      effect: 'write',
      // The bus does not know our keys: sent again, it is another event.
      idempotency: 'none',
      changes: ({ eventBus }) => told(eventBus),
      request: ({ eventBus, ...given }) => action('PutEvents', { Entries: [entryOf(given, eventBus)] }),
      response({ body }) {
        const [entry = {}] = (body as { Entries?: EntryAnswer[] }).Entries ?? [];
        if (!entry.EventId) throw refusalOf(entry);
        return { eventId: entry.EventId };
      },
      sample: { input: sampleEvent, output: { eventId: '11710aed-b79e-4468-a20b-bb3c0c3b4860' } },
    }),

    putEvents: operation({
      title: 'Put several events',
      docs: `${docs}/API_PutEvents.html`,
      summary:
        'Tells an event bus up to ten events in one call. EventBridge takes each by itself: look at failedCount.',
      input: z.strictObject({
        events: z.array(event).min(1).max(mostEvents).meta({ title: 'Events' }),
        eventBus: bus,
      }),
      output: z.object({
        failedCount: z.int().describe('Events that were not taken. The call fails where it is all of them.'),
        events: z
          .array(
            z.object({
              eventId: z.string().nullable(),
              errorCode: z.string().nullable(),
              errorMessage: z.string().nullable(),
            }),
          )
          .describe('In the order of the events.'),
      }),
      options: { '/eventBus': 'listEventBuses' },
      check: ({ events }) =>
        tooLarge(
          events.reduce((sum, each) => sum + bytesOf(each), 0),
          '/events',
        ),
      effect: 'write',
      idempotency: 'none',
      changes: ({ eventBus }) => told(eventBus),
      request: ({ events, eventBus }) =>
        action('PutEvents', { Entries: events.map((each) => entryOf(each, eventBus)) }),
      response({ body }, { events }) {
        const { Entries = [], FailedEntryCount = 0 } = body as { Entries?: EntryAnswer[]; FailedEntryCount?: number };
        if (FailedEntryCount === events.length) throw refusalOf(Entries[0] ?? {});
        return {
          failedCount: FailedEntryCount,
          events: Entries.map(({ EventId = null, ErrorCode = null, ErrorMessage = null }) => ({
            ...{ eventId: EventId, errorCode: ErrorCode, errorMessage: ErrorMessage },
          })),
        };
      },
      sample: {
        input: { events: [sampleEvent], eventBus: 'security' },
        output: {
          failedCount: 0,
          events: [{ eventId: '11710aed-b79e-4468-a20b-bb3c0c3b4860', errorCode: null, errorMessage: null }],
        },
      },
    }),

    listEventBuses: operation({
      title: 'List event buses',
      docs: `${docs}/API_ListEventBuses.html`,
      summary: 'The buses of the account in this region: the default one, own ones, and those of partners.',
      input: z.strictObject({
        namePrefix: z.string().min(1).optional().meta({ title: 'Name' }).describe('The beginning of it.'),
        limit: z.int().min(1).max(100_000).optional().meta({ title: 'At most' }),
      }),
      output: z.object({
        items: z.array(z.object({ name: z.string(), arn: z.string(), description: z.string().nullish() })),
      }),
      choice: { value: 'name', label: 'name' },
      effect: 'read',
      request: ({ namePrefix }) =>
        action('ListEventBuses', { ...(namePrefix ? { NamePrefix: namePrefix } : {}), Limit: 100 }),
      paginate: busPages,
      each(bus) {
        const { Name, Arn, Description } = bus as { Name: string; Arn: string; Description?: string };
        return { name: Name, arn: Arn, ...(Description ? { description: Description } : {}) };
      },
      sample: {
        input: { namePrefix: 'sec' },
        output: {
          items: [{ name: 'security', arn: 'arn:aws:events:eu-central-1:123456789012:event-bus/security' }],
        },
      },
    }),
  },
});
