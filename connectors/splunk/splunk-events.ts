import { type Change, type InputProblem, type JsonObject, type JsonValue, operation, path } from '@castellan/sdk';
import { z } from 'zod';
import { hecDocs, refusals, taken } from './splunk-answer.js';

/** Where an event belongs. */
const place = {
  sourcetype: z.string().min(1).optional().meta({ title: 'Source type' }).describe('Such as castellan:run.'),
  source: z.string().min(1).optional().meta({ title: 'Source' }),
  host: z.string().min(1).optional().meta({ title: 'Host' }),
  index: z.string().min(1).optional().meta({ title: 'Index' }).describe('Default: the token’s own.'),
};

const time = z
  .number()
  .min(0)
  .optional()
  .meta({ title: 'Time' })
  .describe('Seconds since 1970, with fractions. Default: when Splunk takes it.');

const event = {
  event: z.unknown().meta({ title: 'Event' }).describe('A text or an object.'),
  ...place,
  time,
  fields: z
    .record(z.string(), z.union([z.string(), z.number(), z.array(z.string())]))
    .optional()
    .meta({ title: 'Indexed fields' }),
};

const answer = z.object({
  code: z.int(),
  text: z.string(),
  ackId: z
    .int()
    .nullish()
    .describe('Where the token acknowledges: “Wait for acknowledgement” goes on when it is indexed.'),
});

/** What Splunk Cloud takes in one request. */
const mostBytes = 1_000_000;

/** Raw text needs a channel even where nothing is acknowledged; the connection’s own stands before it. */
const rawChannel = 'ca57e11a-0000-4000-8000-5b1a17000001';

const blank = (given: unknown, pointer: string): InputProblem[] =>
  given === undefined || given === null || given === '' ? [{ pointer, message: 'Give a text or an object.' }] : [];

const creates = (index: string | undefined, title: string | undefined): Change[] => [
  { action: 'create', object: { type: 'splunk_event', id: index ?? 'default', ...(title ? { title } : {}) } },
];

function definedOnly(fields: object): JsonObject {
  return JSON.parse(JSON.stringify(fields)) as JsonObject;
}

/** HEC takes events one after the other in one body. */
function concatenated({ events, ...common }: { events: object[]; sourcetype?: string }): string {
  return events.map((one) => JSON.stringify({ ...definedOnly(common), ...definedOnly(one) })).join('\n');
}

const sampleEvent = { action: 'access_revoked', user: 'jane.doe@example.com' };
const sampleOutput = { code: 0, text: 'Success', ackId: 0 };

export const splunkEvents = {
  sendEvent: operation({
    title: 'Send an event',
    docs: hecDocs,
    summary: 'Writes one event to an index by the HTTP Event Collector.',
    judgedBy: 'sdk',
    input: z.strictObject(event),
    output: answer,
    effect: 'write',
    // HEC has no key, and nothing can be read back with its token: a repeat would be a second event.
    idempotency: 'none',
    check: ({ event: given }) => blank(given, '/event'),
    changes: ({ index, sourcetype }) => creates(index, sourcetype),
    request: (input) => ({
      method: 'POST',
      path: path`/services/collector/event`,
      body: definedOnly(input) as JsonValue,
      accept: refusals,
    }),
    response: (response) => taken(response),
    sample: { input: { event: sampleEvent, sourcetype: 'castellan:run', index: 'security' }, output: sampleOutput },
  }),

  sendEvents: operation({
    title: 'Send events',
    docs: hecDocs,
    summary: 'Writes several events in one request, up to 1 MB.',
    judgedBy: 'sdk',
    input: z.strictObject({
      events: z.array(z.strictObject(event)).min(1).max(10_000).meta({ title: 'Events' }),
      ...place,
    }),
    output: answer,
    effect: 'write',
    idempotency: 'none',
    check(input) {
      const bytes = Buffer.byteLength(concatenated(input));
      const message = `The events have ${bytes} bytes; one request takes ${mostBytes}. Send fewer at once, in a loop.`;
      return [
        ...input.events.flatMap((one, index) => blank(one.event, `/events/${index}/event`)),
        ...(bytes > mostBytes ? [{ pointer: '/events', message }] : []),
      ];
    },
    changes: ({ index, events }) => creates(index, `${events.length} events`),
    request: (input) => ({
      method: 'POST',
      path: path`/services/collector/event`,
      text: { content: concatenated(input), contentType: 'application/json' },
      accept: refusals,
    }),
    response: (response) => taken(response),
    sample: {
      input: {
        events: [{ event: sampleEvent }, { event: { ...sampleEvent, user: 'tom.fischer@example.com' } }],
        sourcetype: 'castellan:run',
        index: 'security',
      },
      output: sampleOutput,
    },
  }),

  sendRaw: operation({
    title: 'Send raw text',
    docs: hecDocs,
    summary: 'Writes text that Splunk breaks into events by its source type, such as lines of a log.',
    input: z.strictObject({
      text: z.string().min(1).max(mostBytes).meta({ title: 'Text', multiline: true }),
      ...place,
      time,
    }),
    output: answer,
    effect: 'write',
    idempotency: 'none',
    changes: ({ index, sourcetype }) => creates(index, sourcetype),
    request: ({ text, ...query }) => ({
      method: 'POST',
      path: path`/services/collector/raw`,
      query,
      headers: { 'x-splunk-request-channel': rawChannel },
      text: { content: text, contentType: 'text/plain' },
      accept: refusals,
    }),
    response: (response) => taken(response),
    sample: {
      input: { text: '2026-01-12T08:30:00Z jane.doe@example.com access_revoked', sourcetype: 'castellan:log' },
      output: sampleOutput,
    },
  }),
};
