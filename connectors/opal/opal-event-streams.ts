import { type Host, type JsonObject, operation, path } from '@castellan/sdk';
import { z } from 'zod';
import { docs } from './opal-shapes.js';

const eventStreamId = z.string().min(1).meta({ title: 'Event stream' });

/** Without the credentials, which hold secrets. */
const stream = z.object({
  eventStreamId: z.string(),
  name: z.string(),
  enabled: z.boolean(),
  webhookUrl: z.string().nullable(),
  authType: z.enum(['NONE', 'API_KEY', 'HMAC']).nullable(),
});

function streamOf(row: JsonObject): z.output<typeof stream> {
  const { event_stream_id, connection } = row as unknown as {
    event_stream_id: string;
    connection: {
      name: string;
      enabled: boolean;
      webhook_url?: string;
      credentials?: { auth_type: 'NONE' | 'API_KEY' | 'HMAC' };
    };
  };
  return {
    eventStreamId: event_stream_id,
    name: connection.name,
    enabled: connection.enabled,
    webhookUrl: connection.webhook_url ?? null,
    authType: connection.credentials?.auth_type ?? null,
  };
}

async function readStreams({ http }: Host): Promise<JsonObject[]> {
  return ((await http.send({ method: 'GET', path: path`/event-streams` })).body as { event_streams: JsonObject[] })
    .event_streams;
}

const sampleStream = {
  eventStreamId: 'ca57e11a-000c-4000-8000-000000000001',
  name: 'Castellan',
  enabled: true,
  webhookUrl: 'https://castellan.example.com/hooks/opal',
  authType: 'HMAC' as const,
};

/**
 * A stream is made in Opal and not here: its secret is in the answer of the call that makes it, and an answer is shown
 * in runs. What can be done without the secret is here.
 */
export const opalEventStreams = {
  listEventStreams: operation({
    title: 'List event streams',
    docs: `${docs}/event-streams/get-event-streams`,
    summary: 'Where Opal delivers its audit log to, and whether it does.',
    input: z.strictObject({}),
    output: z.object({ items: z.array(stream) }),
    choice: { value: 'eventStreamId', label: 'name' },
    effect: 'read',
    run: async (_, host) => ({ items: (await readStreams(host)).map(streamOf) }),
    sample: { input: {}, output: { items: [sampleStream] } },
  }),

  switchEventStream: operation({
    title: 'Switch an event stream on or off',
    docs: `${docs}/event-streams/update-event-stream`,
    summary: 'Stops or starts the delivery of the audit log.',
    input: z.strictObject({ eventStreamId, enabled: z.boolean().meta({ title: 'Delivers' }) }),
    output: stream,
    options: { '/eventStreamId': 'listEventStreams' },
    effect: 'write',
    idempotency: 'natural',
    changes: (input) => [{ action: 'update', object: { type: 'opal_event_stream', id: input.eventStreamId } }],
    before: async (input, host) => {
      const found = (await readStreams(host)).find((row) => row.event_stream_id === input.eventStreamId);
      return { enabled: found ? streamOf(found).enabled : null };
    },
    request: ({ eventStreamId, enabled }) => ({
      method: 'PUT',
      path: path`/event-streams/${eventStreamId}`,
      body: { enabled },
    }),
    response: ({ body }) => streamOf(body as JsonObject),
    undo: ({ eventStreamId, enabled }, _, before) => {
      const was = (before as { enabled: boolean | null }).enabled;
      return was === null || was === enabled
        ? null
        : { operation: 'switchEventStream', input: { eventStreamId, enabled: was } };
    },
    sample: {
      input: { eventStreamId: sampleStream.eventStreamId, enabled: false },
      output: { ...sampleStream, enabled: false },
      before: { enabled: true },
    },
  }),
};
