import {
  type ConnectionAddress,
  type DeliveredEvent,
  type InboundRequest,
  type SignatureScheme,
  secret,
  signatureSchemes,
} from '@castellan/sdk';
import { readDelivery, type SlackDelivery } from './slack-deliveries.js';
import { triggerOf } from './slack-triggers.js';

/** Fields of a connection that receiving from Slack needs. */
export const webhookFields = {
  signingSecret: secret('Signing secret')
    .describe('From the app’s Basic Information. Needed only to receive from Slack.')
    .optional(),
};

/** Slack has one request URL for each of events, interactivity and commands of an app; all may be this address. */
export const slackAddress: ConnectionAddress = {
  docs: 'https://docs.slack.dev/apis/events-api',
  setup: [
    'Copy the **Signing secret** from the Slack app’s **Basic Information** into this connection first.',
    'Then enter this address in the app under **Event Subscriptions → Request URL**, and choose the bot events',
    '(message.channels, app_mention, member_joined_channel, team_join, reaction_added).',
    'For buttons, approvals among them, enter it under **Interactivity & Shortcuts** too, and for commands under',
    '**Slash Commands**.',
  ].join(' '),
  signature: signatureSchemes.slack as SignatureScheme,
  // Slack repeats an event that was not answered within 3 s (X-Slack-Retry-Num) under the same event_id.
  deliveryId: (delivery) => readDelivery(delivery)?.id ?? null,
  events: (delivery) => {
    const read = readDelivery(delivery);
    return read ? eventsOf(read) : [];
  },
  challenge: ({ body }) => {
    const { type, challenge } = (body ?? {}) as { type?: unknown; challenge?: unknown };
    return type === 'url_verification' && typeof challenge === 'string' ? { status: 200, body: { challenge } } : null;
  },
  // The body of an answer to a command or a dialog is shown or obeyed, so it is empty.
  acknowledgement: (delivery: InboundRequest) => (readDelivery(delivery)?.kind === 'event' ? null : ''),
};

function eventsOf(delivery: SlackDelivery): DeliveredEvent[] {
  const trigger = triggerOf(delivery);
  return trigger ? [{ trigger, payload: delivery.payload, key: '' }] : [];
}
