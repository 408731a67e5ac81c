import { type ConnectionAddress, type JsonObject, type JsonValue, trigger } from '@castellan/sdk';
import { z } from 'zod';
import { eventbridgeSignIn, tokenAnswer } from './eventbridge-sign-in.js';

const docs = 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html';

/** What EventBridge wraps around every event. */
const envelope = z.looseObject({
  version: z.string().describe('Of the envelope; 0 at present.'),
  id: z.string().describe('The same however often the event is delivered.'),
  'detail-type': z.string().describe('With the source it says what the detail holds.'),
  source: z.string().describe('The service or application, such as aws.iam or com.example.hr.'),
  account: z.string(),
  time: z.string().describe('When it happened, ISO 8601.'),
  region: z.string(),
  resources: z.array(z.string()).describe('ARNs of what it is about.'),
  detail: z.record(z.string(), z.unknown()).describe('What the source says of it.'),
});

export const eventbridgeTriggers = {
  event: trigger({
    title: 'Event',
    docs,
    summary:
      'An event that a rule of an event bus sends to an API destination. Choose the kind by a filter: trigger.body.source == "aws.iam".',
    payload: envelope,
    sample: {
      version: '0',
      id: '6a7e8feb-b491-4cf7-a9f1-bf3703467718',
      'detail-type': 'AWS API Call via CloudTrail',
      source: 'aws.iam',
      account: '123456789012',
      time: '2026-03-01T12:00:00Z',
      region: 'us-east-1',
      resources: [],
      detail: {
        eventSource: 'iam.amazonaws.com',
        eventName: 'CreateUser',
        userIdentity: { type: 'IAMUser', userName: 'sam.whitaker' },
        requestParameters: { userName: 'jane.doe' },
      },
    },
  }),
};

/** One event a delivery, by its own id: EventBridge delivers at least once. */
export const eventbridgeAddress: ConnectionAddress = {
  docs: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html',
  setup: [
    'In EventBridge, open **Integration → Connections** and make a connection of kind API key, Basic or OAuth client credentials with the values of this one; for OAuth the authorization endpoint is this address, with method POST and the body field `grant_type` with the value `client_credentials`.',
    'Then make an **API destination** with this address, method POST and that connection, and a **rule** with it as target that sends the matched event as it is, without an input transformer. Let the rule retry: EventBridge renews a token only then.',
  ].join(' '),
  signature: eventbridgeSignIn,
  challenge: (delivery, known) => tokenAnswer(delivery, known),
  malformed: ({ body }) =>
    envelopeOf(body)
      ? null
      : 'This is no event with EventBridge’s envelope: have the rule’s target send the matched event, without an input transformer.',
  deliveryId: ({ body }) => {
    const id = envelopeOf(body)?.id;
    return typeof id === 'string' ? id : null;
  },
  events: ({ body }) => {
    const payload = envelopeOf(body);
    return payload ? [{ trigger: 'event', payload, key: '0' }] : [];
  },
};

const envelopeOf = (body: JsonValue): JsonObject | null =>
  envelope.safeParse(body).success ? (body as JsonObject) : null;
