import { randomUUID } from 'node:crypto';
import {
  type Auth,
  customAuth,
  defineConnector,
  type HttpRequest,
  type InputProblem,
  type JsonObject,
  operation,
  secret,
} from '@castellan/sdk';
import { z } from 'zod';
import { cardFields, cardOf } from './teams-card.js';

const docs = 'https://support.microsoft.com/office/create-incoming-webhooks-with-workflows-for-microsoft-teams';
const cardDocs = 'https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using';

/** What Teams takes in one message. */
const mostBytes = 28 * 1024;

const sampleUrl = (signature: string) =>
  `https://prod-00.westeurope.logic.azure.com/workflows/0123456789abcdef/triggers/manual/paths/invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=${signature}`;

const byAddress: Auth = {
  ...customAuth({
    kind: 'workflow',
    title: 'Address of a workflow',
    fields: {
      url: secret('Address')
        .regex(/^https:\/\//, 'An address begins with https://.')
        .describe(
          'In Teams: the channel’s Workflows, “Send webhook alerts to a channel”; the address is shown at the end. Whoever has it can post there.',
        ),
    },
    credentials: () => ({}),
  }),
  madeUp: () => ({ url: sampleUrl(randomUUID()) }),
};

const taken = z.object({ taken: z.literal(true) }).describe('By the workflow, which then posts it.');
const sampleMessage = {
  title: 'Access contained',
  text: 'All sessions of jane.doe@example.com were ended.',
  tone: 'good',
  facts: [{ name: 'Run', value: '01994f2e' }],
  buttons: [{ title: 'Open the run', url: 'https://castellan.example.com/w/1/runs/01994f2e' }],
};

/** The channel is the workflow's, so the connection is what is told of. */
const notify = () => [
  { action: 'notify' as const, object: { type: 'channel', id: 'teams', title: 'Channel of the workflow' } },
];

const post = (card: JsonObject): HttpRequest => ({
  method: 'POST',
  body: {
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: card }],
  },
});

const checkSize = (card: JsonObject): InputProblem[] => {
  const bytes = Buffer.byteLength(JSON.stringify(post(card).body));
  if (bytes <= mostBytes) return [];
  return [{ pointer: '', message: `The message has ${bytes} bytes, and Teams takes ${mostBytes}. Shorten it.` }];
};

/** Messages to one channel of Microsoft Teams by the address of a workflow, which posts cards. */
export const teams = defineConnector({
  id: 'teams',
  title: 'Microsoft Teams',
  docs,
  judgedBy: 'docs',
  auth: [byAddress],
  sampleConnection: { kind: 'workflow', fields: { url: sampleUrl('sample-signature') } },
  baseUrl: ({ url }) => String(url),
  // Of one workflow; beyond it Teams drops messages without a word.
  perSecond: 4,
  test: async () => ({
    untested: 'A workflow of Teams can only be tried by a message in its channel. Run a step that posts one.',
  }),
  operations: {
    postMessage: operation({
      title: 'Post a message',
      docs,
      summary: 'A message in the channel of the workflow, with a title, facts and buttons.',
      input: z.strictObject(cardFields),
      output: taken,
      check: (input) => checkSize(cardOf(input)),
      effect: 'write',
      // A workflow knows no key and cannot be asked what it has posted.
      idempotency: 'none',
      changes: notify,
      request: (input) => post(cardOf(input)),
      response: () => ({ taken: true }),
      sample: { input: sampleMessage, output: { taken: true } },
    }),

    postCard: operation({
      title: 'Post a card',
      docs: cardDocs,
      summary: 'An Adaptive Card of your own in the channel of the workflow.',
      input: z.strictObject({
        card: z
          .record(z.string(), z.unknown())
          .meta({ title: 'Card' })
          .describe('JSON as the Adaptive Cards designer makes it, of type AdaptiveCard.'),
      }),
      output: taken,
      check: ({ card }) =>
        card.type === 'AdaptiveCard'
          ? checkSize(card as JsonObject)
          : [{ pointer: '/card/type', message: 'Teams takes cards whose type is AdaptiveCard.' }],
      effect: 'write',
      idempotency: 'none',
      changes: notify,
      request: ({ card }) => post(card as JsonObject),
      response: () => ({ taken: true }),
      sample: {
        input: {
          card: { type: 'AdaptiveCard', version: '1.5', body: [{ type: 'TextBlock', text: '**Access contained**' }] },
        },
        output: { taken: true },
      },
    }),
  },
});
