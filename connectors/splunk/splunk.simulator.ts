import { isObject, type JsonObject, type JsonValue } from '@castellan/sdk';
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

/** Promises of one channel: what is indexed is said once. */
interface Acknowledgements {
  next: number;
  untold: number[];
}

interface SplunkState {
  indexes: string[];
  events: HecEvent[];
  acks: Record<string, Acknowledgements>;
  /** What the health says: 17 for healthy, 18 to 20 for what is not. */
  health: { code: number };
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
  17: [200, 'HEC is healthy'],
  18: [503, 'HEC is unhealthy, queues are full'],
  19: [503, 'HEC is unhealthy, ack service unavailable'],
  20: [503, 'HEC is unhealthy, queues are full, ack service unavailable'],
};

const say = (code: number, more: JsonObject = {}): SimulatedAnswer => {
  const [status, text] = answers[code]!;
  return { status, body: { text, code, ...more } };
};

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The channel of the connector's sample, on which one event waits to be asked for. */
const sampleChannel = '8f14e45f-ceea-467f-ab1c-0f4e3d9b7a10';

const earlier: HecEvent = {
  at: '2026-01-12T08:30:00.000Z',
  index: 'security',
  sourcetype: 'castellan:run',
  source: 'http:castellan',
  host: 'castellan',
  event: { action: 'access_granted', user: 'jane.doe@example.com' },
  fields: {},
};

export const splunkSimulator = defineSimulator<SplunkState>({
  connector: 'splunk',
  title: 'Splunk',
  apis: [
    {
      description: description as never,
      error: (_, message) => ({ text: message, code: 6 }),
      authorize: ({ headers, path }) => {
        if (path.endsWith('/health')) return null;
        if (!headers.authorization) return say(2);
        return /^Splunk \S+$/.test(headers.authorization) ? null : say(3);
      },
      rules: {
        sendEvent: takeEvents,
        sendRaw: takeText,
        getHealth: ({ health }) => say(health.code),
        queryAcks: (state, { headers, body }) => {
          const channel = headers['x-splunk-request-channel'];
          if (!channel) return say(10);
          const held = state.acks[channel];
          const asked = (body as { acks: number[] }).acks;
          const told = Object.fromEntries(asked.map((id) => [id, held?.untold.includes(id) ?? false]));
          if (held) held.untold = held.untold.filter((id) => !asked.includes(id));
          return { body: { acks: told } };
        },
      },
    },
  ],
  seed: () => ({
    indexes: ['main', 'security', 'summary'],
    events: [structuredClone(earlier)],
    acks: { [sampleChannel]: { next: 1, untold: [0] } },
    health: { code: 17 },
  }),
  view,
});

/** Events one after the other. It stops at the first that it cannot take, and keeps those before. */
function takeEvents(state: SplunkState, { body, headers, now }: SimulatedRequest): SimulatedAnswer {
  const channel = headers['x-splunk-request-channel'];
  if (channel !== undefined && !uuid.test(channel)) return say(11);
  if (body === null) return say(5);
  const given = typeof body === 'string' ? concatenated(body) : [body];
  for (const [number, one] of given.entries()) {
    const refused = takeEvent(state, one, now);
    if (refused !== null) return say(refused, { 'invalid-event-number': number });
  }
  return acknowledged(state, channel);
}

/** Takes an event, or says by its code why not. */
function takeEvent(state: SplunkState, body: JsonValue, now: Date): number | null {
  if (!isObject(body)) return 6;
  const { event, index = 'main', sourcetype = 'httpevent', source = 'http:castellan', host = 'castellan' } = body;
  const { fields = {}, time } = body;
  if (event === undefined) return 12;
  if (event === '' || event === null) return 13;
  if (!state.indexes.includes(String(index))) return 7;
  if (!isFlat(fields)) return 15;
  const at = Number.isFinite(Number(time ?? Number.NaN)) ? new Date(Number(time) * 1000) : now;
  const place = { index: String(index), sourcetype: String(sourcetype), source: String(source), host: String(host) };
  state.events.push({ at: at.toISOString(), ...place, event, fields });
  return null;
}

/** Each line becomes an event. */
function takeText(state: SplunkState, { body, headers, query, now }: SimulatedRequest): SimulatedAnswer {
  const channel = headers['x-splunk-request-channel'] ?? query.channel;
  if (channel === undefined) return say(10);
  if (!uuid.test(channel)) return say(11);
  if (body === null) return say(5);
  const lines = (typeof body === 'string' ? body : JSON.stringify(body)).split(/\r?\n/).filter((line) => line !== '');
  for (const event of lines) {
    const refused = takeEvent(state, { ...query, event }, now);
    if (refused !== null) return say(refused);
  }
  return acknowledged(state, channel);
}

/** A token with a channel acknowledges, one without does not. */
function acknowledged(state: SplunkState, channel: string | undefined): SimulatedAnswer {
  if (channel === undefined) return say(0);
  const held = state.acks[channel] ?? { next: 0, untold: [] };
  state.acks[channel] = { next: held.next + 1, untold: [...held.untold, held.next] };
  return say(0, { ackId: held.next });
}

/** The JSON objects of a text that holds several; what is none ends the list as null. */
function concatenated(text: string): JsonValue[] {
  const found: JsonValue[] = [];
  let [depth, start] = [0, 0];
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}]/g)) {
    if (token === '{') depth += 1;
    if (token !== '}') continue;
    depth -= 1;
    if (depth > 0) continue;
    try {
      found.push(JSON.parse(text.slice(start, index + 1)) as JsonValue);
    } catch {
      return [...found, null];
    }
    start = index + 1;
  }
  return text.slice(start).trim() === '' ? found : [...found, null];
}

function isFlat(fields: JsonValue): fields is JsonObject {
  if (!isObject(fields)) return false;
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
