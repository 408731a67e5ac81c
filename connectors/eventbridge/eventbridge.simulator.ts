import { randomUUID } from 'node:crypto';
import {
  defineSimulator,
  type SimulatedAnswer,
  type SimulatedCall,
  SimulatedRefusal,
  type SimulatedRequest,
} from '@castellan/sdk/simulator';
import description from './fixtures/eventbridge.openapi.json' with { type: 'json' };

interface EventBus {
  Name: string;
  Arn: string;
  Description?: string;
}

interface Entry {
  Source?: string;
  DetailType?: string;
  Detail?: string;
  EventBusName?: string;
  Time?: number;
  Resources?: string[];
}

interface EventbridgeState {
  buses: EventBus[];
  events: { id: string; bus: string; source: string; detailType: string; detail: string; at: string }[];
}

const arnOf = (name: string) => `arn:aws:events:eu-central-1:123456789012:event-bus/${name}`;

/** The action that the target names, where the description has it; one that is not signed by AWS's way stays outside. */
function read(call: SimulatedCall): SimulatedCall {
  const [, action] = /^AWSEvents\.(\w+)$/.exec(call.headers['x-amz-target'] ?? '') ?? [];
  if (call.path !== '/' || !action) return call;
  return { ...call, path: `/${action}`, headers: { ...call.headers, 'content-type': 'application/json' } };
}

const signature =
  /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/[a-z0-9-]+\/events\/aws4_request, ?SignedHeaders=[a-z0-9;-]+, ?Signature=[0-9a-f]{64}$/;

const named = (__type: string, message: string) => ({ __type, message });

export const eventbridgeSimulator = defineSimulator<EventbridgeState>({
  connector: 'eventbridge',
  title: 'Amazon EventBridge',
  apis: [
    {
      description,
      read,
      error: (status, message) => named(status === 404 ? 'ResourceNotFoundException' : 'ValidationException', message),
      authorize: ({ headers }) =>
        signature.test(headers.authorization ?? '') && headers['x-amz-date']
          ? null
          : { status: 400, body: named('IncompleteSignature', 'The request is not signed by Signature Version 4.') },
      rules: {
        PutEvents(state, { body, now }: SimulatedRequest): SimulatedAnswer {
          const { Entries } = body as unknown as { Entries: Entry[] };
          const answers = Entries.map((entry) => put(state, entry, now));
          const FailedEntryCount = answers.filter((answer) => 'ErrorCode' in answer).length;
          return { body: { FailedEntryCount, Entries: answers } };
        },

        ListEventBuses({ buses }, { body }: SimulatedRequest): SimulatedAnswer {
          const { NamePrefix = '', NextToken = '0', Limit = 100 } = (body ?? {}) as Record<string, string | number>;
          const start = Number(NextToken);
          if (!Number.isInteger(start)) throw new SimulatedRefusal(400, 'The token is not valid.');
          const fitting = buses.filter(({ Name }) => Name.startsWith(String(NamePrefix)));
          const end = start + Number(Limit);
          return {
            body: {
              EventBuses: fitting.slice(start, end),
              ...(end < fitting.length ? { NextToken: String(end) } : {}),
            },
          };
        },
      },
    },
  ],
  seed: () => ({
    buses: [
      { Name: 'default', Arn: arnOf('default') },
      { Name: 'security', Arn: arnOf('security'), Description: 'What the security team listens to' },
      { Name: 'access-changes', Arn: arnOf('access-changes'), Description: 'Grants and revokes' },
    ],
    events: [],
  }),
  logs: ['events'],
  view: ({ buses, events }) => ({
    tables: [
      {
        title: 'Events',
        columns: [
          { key: 'at', title: 'At' },
          { key: 'bus', title: 'Bus' },
          { key: 'source', title: 'Source' },
          { key: 'detailType', title: 'Detail type' },
          { key: 'detail', title: 'Detail' },
        ],
        rows: events.map((event) => ({ ...event })),
      },
      {
        title: 'Event buses',
        columns: [
          { key: 'Name', title: 'Name' },
          { key: 'Description', title: 'Description' },
        ],
        rows: buses.map(({ Name, Description = '' }) => ({ Name, Description })),
      },
    ],
  }),
});

/** Each event is taken or refused by itself. */
function put(state: EventbridgeState, entry: Entry, now: Date) {
  const { Source, DetailType, Detail, EventBusName = 'default', Time } = entry;
  const refused = (ErrorCode: string, ErrorMessage: string) => ({ ErrorCode, ErrorMessage });
  if (!Source || !DetailType || Detail === undefined) {
    return refused('InvalidArgument', 'Parameters Source, DetailType and Detail are needed.');
  }
  if (Source.startsWith('aws.')) return refused('NotAuthorizedForSource', 'Not authorized for the source.');
  if (!isObject(Detail)) return refused('MalformedDetail', 'Detail is malformed.');
  const bus = state.buses.find(({ Name, Arn }) => Name === EventBusName || Arn === EventBusName);
  if (!bus) return refused('EventBusNotFound', `The event bus ${EventBusName} does not exist.`);
  const at = Time === undefined ? now : new Date(Time * 1_000);
  const id = randomUUID();
  state.events.push({
    ...{ id, bus: bus.Name, source: Source, detailType: DetailType, detail: Detail, at: at.toISOString() },
  });
  return { EventId: id };
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
