import {
  type ConnectionAddress,
  type InboundRequest,
  isObject,
  jsonOnly,
  signatureSchemes,
  trigger,
} from '@castellan/sdk';
import { z } from 'zod';

const docs = 'https://docs.datadoghq.com/integrations/webhooks/';

/**
 * What Datadog is told to send: it has no payload of its own, but fills these variables. `$EMAIL` and `$USER` are left
 * out on purpose: they are whoever made the monitor's event, never the person whom an alert is about.
 */
export const monitorPayload = {
  id: '$ID',
  cycle_key: '$ALERT_CYCLE_KEY',
  transition: '$ALERT_TRANSITION',
  priority: '$ALERT_PRIORITY',
  title: '$ALERT_TITLE',
  status: '$ALERT_STATUS',
  scope: '$ALERT_SCOPE',
  tags: '$TAGS',
  message: '$TEXT_ONLY_MSG',
  monitor_id: '$ALERT_ID',
  monitor_type: '$ALERT_TYPE',
  event_priority: '$PRIORITY',
  link: '$LINK',
  host: '$HOSTNAME',
  date: '$DATE',
};

const said = (words: string) => z.string().optional().describe(words);

export const datadogTriggers = {
  monitorAlert: trigger({
    title: 'Monitor alert',
    docs,
    summary: 'A monitor notifies @webhook-<name> with the payload of the set-up text.',
    payload: z.looseObject({
      id: said('Id of the event.'),
      cycle_key: said('The same from the alert’s first trigger until it resolves.'),
      transition: said('Triggered, Re-Triggered, Warn, Re-Warn, No Data, Re-No Data, Recovered, Renotify.'),
      priority: said('Of the monitor, P1 to P5; empty if it has none.'),
      title: said('Such as “[Triggered on {usr.email:jane.doe@example.com}] Impossible travel”.'),
      status: said('What was measured.'),
      scope: said('The tags of the group that triggered, parted by commas.'),
      tags: said('All tags of the event, parted by commas.'),
      message: said('The monitor’s message without Markdown.'),
      monitor_id: said('Id of the monitor.'),
      link: said('The event in Datadog.'),
      date: said('Milliseconds since 1970.'),
    }),
    sample: {
      id: '7718523943842631234',
      cycle_key: '6018301944310021155',
      transition: 'Triggered',
      priority: 'P1',
      title: '[P1] [Triggered on {@usr.email:jane.doe@example.com}] Impossible travel',
      status: 'More than 0 log events matched in the last 5m against the monitored query',
      scope: '@usr.email:jane.doe@example.com',
      tags: 'env:prod,monitor,service:okta,team:security',
      message: 'Two sign-ins from places that nobody can travel between in that time. @webhook-castellan',
      monitor_id: '118023945',
      monitor_type: 'error',
      event_priority: 'normal',
      link: 'https://app.datadoghq.com/event/event?id=7718523943842631234',
      host: '',
      date: '1791322242000',
    },
  }),
};

const setup = `In Datadog, open **Integrations → Webhooks** and add a webhook:

1. **URL**: this connection's address.
2. **Payload**:

\`\`\`json
${JSON.stringify(monitorPayload, null, 2)}
\`\`\`

3. Leave **Encode as form** off, and enter under **Custom Headers** the webhook secret of this connection:

\`\`\`json
{ "X-Castellan-Token": "<the webhook secret>" }
\`\`\`

4. Name the webhook in the message of each monitor that should send: \`@webhook-<name>\`.

Datadog repeats a delivery that was answered with 5xx up to five times; the event's id keeps it one.`;

/** Datadog's own id of the event, which a repeated delivery carries again; null if the payload leaves it out. */
function eventId({ body }: InboundRequest): string | null {
  const id = isObject(body) ? body.id : undefined;
  return typeof id === 'string' && id !== '' && !id.startsWith('$') ? id : null;
}

export const datadogAddress: ConnectionAddress = {
  docs,
  setup,
  signature: signatureSchemes.datadog!,
  malformed: jsonOnly('In Datadog’s webhook leave “Encode as form” off, and see that its payload is JSON.'),
  deliveryId: eventId,
  events: (delivery) => [{ trigger: 'monitorAlert', payload: delivery.body, key: eventId(delivery) ?? 'alert' }],
};
