import { createHash } from 'node:crypto';
import {
  type ConnectionAddress,
  type InboundRequest,
  isObject,
  jsonOnly,
  signatureSchemes,
  trigger,
} from '@castellan/sdk';
import { z } from 'zod';

const docs = 'https://help.splunk.com/en/splunk-enterprise/alert-and-respond/alerting-manual/10.0';

export const splunkTriggers = {
  alert: trigger({
    title: 'Alert',
    docs: `${docs}/configure-alert-actions/use-a-webhook-alert-action`,
    summary: 'A search alerts with the action “Webhook”.',
    payload: z.looseObject({
      sid: z.string().describe('Id of the search that ran; the same for each of its results.'),
      search_name: z.string().nullish().describe('Name of the alert.'),
      app: z.string().nullish(),
      owner: z.string().nullish().describe('Who owns the search, not whom its result is about.'),
      results_link: z.string().nullish(),
      result: z
        .record(z.string(), z.json())
        .nullish()
        .describe('One row: the first, or with the trigger “For each result” each by itself.'),
    }),
    sample: {
      result: {
        _time: '1791322242',
        user_email: 'jane.doe@example.com',
        severity: 'critical',
        src_ip: '203.0.113.24',
        sourcetype: 'OktaIM2:log',
        count: '2',
      },
      sid: 'scheduler__admin__search__RMD5b0c1f1a8f0d4d6a2_at_1791322260_412',
      results_link: 'https://splunk.example.com/app/search/@go?sid=scheduler__admin__search__RMD5_at_1791322260_412',
      search_name: 'Impossible travel',
      owner: 'admin',
      app: 'search',
    },
  }),
};

const setup = `1. Splunk calls only addresses on its allow list (from version 9.0). In Splunk Cloud, add this connection's address under
   **Settings → Server settings → Webhook allow list**; elsewhere, write in \`alert_actions.conf\`:

\`\`\`ini
[webhook]
allowlist.castellan = ^https:\\/\\/<this host>\\/hooks\\/
\`\`\`

2. Open the alert, set **Trigger** to **For each result**, so that each row arrives by itself, and add the action **Webhook**
   with this address. Splunk's own webhook can neither sign nor send headers, so the webhook secret is a part of it:

\`\`\`text
<this connection's address>?token=<the webhook secret>
\`\`\`

Whoever may edit the alert can read that secret. Let it be used for nothing else, and use https.
Splunk sends each alert once: a delivery that fails is not repeated.`;

/** Splunk gives a delivery no id. Its rows share the id of their search, so the content tells them apart. */
function deliveryId({ body, rawBody }: InboundRequest): string | null {
  const sid = isObject(body) ? body.sid : undefined;
  return typeof sid === 'string' ? `${sid}/${createHash('sha256').update(rawBody).digest('hex').slice(0, 32)}` : null;
}

export const splunkAddress: ConnectionAddress = {
  docs: `${docs}/configure-webhook-allow-list`,
  setup,
  signature: signatureSchemes.splunk!,
  malformed: jsonOnly('Have the alert send by Splunk’s own action “Webhook”.'),
  deliveryId,
  events: (delivery) => {
    const key = deliveryId(delivery);
    return key === null ? [] : [{ trigger: 'alert', payload: delivery.body, key }];
  },
};
