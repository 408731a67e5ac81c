import type { JsonObject, JsonValue } from '@castellan/sdk';
import {
  defineSimulator,
  type SimulatedAnswer,
  type SimulatedRequest,
  type SimulatorView,
} from '@castellan/sdk/simulator';
import description from './fixtures/splunk-hec.openapi.json' with { type: 'json' };

interface HecEvent {
  at: string;
  index: string;
  sourcetype: string;
  source: string;
  host: string;
  event: JsonValue;
  fields: JsonObject;
}

interface SplunkState {
  indexes: string[];
  events: HecEvent[];
  /** By channel, how many acknowledgements were promised: ids count from 0. */
  acks: Record<string, number>;
}

/** What HEC says under each of its codes, with the status that it says it with. */
const answers: Record<number, [status: number, text: string]> = {
  0: [200, 'Success'],
  2: [401, 'Token is required'],
  3: [401, 'Invalid authorization'],
  5: [400, 'No data'],
  6: [400, 'Invalid data format'],
  7: [400, 'Incorrect index'],
  10: [400, 'Data channel is missing'],
  11: [400, 'Invalid data channel'],
  12: [400, 'Event field is required'],
  13: [400, 'Event field cannot be blank'],
  15: [400, 'Error in handling indexed fields'],
};

const say = (code: number, more: JsonObject = {}): SimulatedAnswer => {
  const [status, text] = answers[code]!;
  return { status, body: { text, code, ...more } };
};

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const splunkSimulator = defineSimulator<SplunkState>({
  connector: 'splunk',
  title: 'Splunk',
  apis: [
    {
      description: description as never,
      error: (_, message) => ({ text: message, code: 6 }),
      authorize: ({ headers }) => {
        if (!headers.authorization) return say(2);
        return /^Splunk \S+$/.test(headers.authorization) ? null : say(3);
      },
      rules: {
        sendEvent: take,
        queryAcks: (state, { headers, body }) => {
          const channel = headers['x-splunk-request-channel'];
          if (!channel) return say(10);
          const known = state.acks[channel] ?? 0;
          const asked = (body as { acks: number[] }).acks;
          return { body: { acks: Object.fromEntries(asked.map((id) => [id, id < known])) } };
        },
      },
    },
  ],
  seed: () => ({ indexes: ['main', 'security', 'summary'], events: [], acks: {} }),
  view,
});

/** A token with a channel acknowledges, one without does not. */
function take(state: SplunkState, { body, headers, now }: SimulatedRequest): SimulatedAnswer {
  const channel = headers['x-splunk-request-channel'];
  if (channel !== undefined && !uuid.test(channel)) return say(11);
  if (body === null) return say(5);
  if (typeof body !== 'object' || Array.isArray(body)) return say(6, { 'invalid-event-number': 0 });
  const { event, index = 'main', sourcetype = 'httpevent', source = 'http:castellan', host = 'castellan' } = body;
  const { fields = {}, time } = body;
  if (event === undefined) return say(12, { 'invalid-event-number': 0 });
  if (event === '' || event === null) return say(13, { 'invalid-event-number': 0 });
  if (!state.indexes.includes(String(index))) return say(7, { 'invalid-event-number': 1 });
  if (!isFlat(fields)) return say(15, { 'invalid-event-number': 0 });
  const at = typeof time === 'number' ? new Date(time * 1000) : now;
  state.events.push({
    at: at.toISOString(),
    index: String(index),
    sourcetype: String(sourcetype),
    source: String(source),
    host: String(host),
    event,
    fields,
  });
  if (channel === undefined) return say(0);
  const ackId = state.acks[channel] ?? 0;
  state.acks[channel] = ackId + 1;
  return say(0, { ackId });
}

function isFlat(fields: JsonValue): fields is JsonObject {
  if (fields === null || typeof fields !== 'object' || Array.isArray(fields)) return false;
  return Object.values(fields).every((value) => Array.isArray(value) || typeof value !== 'object');
}

function view({ events }: SplunkState): SimulatorView {
  return {
    tables: [
      {
        title: 'Events',
        columns: [
          { key: 'at', title: 'At' },
          { key: 'index', title: 'Index' },
          { key: 'sourcetype', title: 'Source type' },
          { key: 'event', title: 'Event' },
        ],
        rows: events.map(({ at, index, sourcetype, event }) => ({
          at,
          index,
          sourcetype,
          event: typeof event === 'string' ? event : JSON.stringify(event),
        })),
      },
    ],
  };
}
