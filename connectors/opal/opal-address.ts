import { createHash } from 'node:crypto';
import { asObject, type ConnectionAddress, type DeliveredEvent, type JsonObject } from '@castellan/sdk';
import { streamedEvents } from './opal-event-stream.js';
import { opalSignature } from './opal-webhook.js';

/** Opal has one webhook for an organisation; a delivery may hold several events, and each is one of its trigger. */
export const opalAddress: ConnectionAddress = {
  docs: 'https://docs.opal.dev/docs/webhooks',
  setup: [
    'In Opal, open **Configuration → Organization Settings → Webhooks** and enter this address.',
    'Copy the signing secret that Opal shows into this connection.',
    'Switch **Webhook for access changes** on in each push-only custom app that is to report.',
    'For the whole audit log add an event stream under **Settings → Event Streaming** to the same address, with HMAC,',
    'and copy its secret into this connection before you save the stream: Opal tries the address first.',
  ].join(' '),
  signature: opalSignature,
  deliveryId: ({ body }) => {
    const { organization_id, event_ts, events } = asObject(body);
    if (event_ts !== undefined && events !== undefined) return hashOf([organization_id, event_ts, events]);
    const ids = streamedEvents(body).map(({ key }) => key);
    return ids.length > 0 ? hashOf(ids) : null;
  },
  events: ({ body }) => ('event_ts' in asObject(body) ? webhookEvents(asObject(body)) : streamedEvents(body)),
};

/** Webhooks, unlike event streams, say the time of the whole delivery. */
function webhookEvents({ events, ...rest }: JsonObject): DeliveredEvent[] {
  return (Array.isArray(events) ? events : []).map((event, index) => ({
    trigger: 'accessChanged',
    payload: { ...rest, ...asObject(event) },
    key: String(index),
  }));
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
