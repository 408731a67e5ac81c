import { customAuth, defineConnector, FatalError, secret } from '@castellan/sdk';
import { z } from 'zod';
import { eventsOrigin, sendEvent } from './pagerduty-events.js';
import { incidentChanges } from './pagerduty-incident-changes.js';
import { incidentOperations } from './pagerduty-incident-operations.js';
import { errorWords } from './pagerduty-incidents.js';
import { onCallOperations, userByEmail } from './pagerduty-on-call.js';
import { subscriptionOperations } from './pagerduty-subscriptions.js';
import { pagerdutyAddress, pagerdutyTriggers, webhookFields } from './pagerduty-webhook.js';

const api = 'https://api.pagerduty.com';

/** The REST API takes the token and who acts; the Events API knows neither, but wants the integration’s key in its body. */
export const pagerduty = defineConnector({
  id: 'pagerduty',
  title: 'PagerDuty',
  docs: 'https://developer.pagerduty.com/docs',
  judgedBy: 'description',
  auth: [
    customAuth({
      kind: 'apiKey',
      title: 'API key',
      fields: {
        token: secret('API key').describe('From Integrations → API Access Keys, or a user’s own.'),
        from: z
          .email()
          .meta({ title: 'Acts as' })
          .describe('The e-mail address of the PagerDuty user in whose name incidents and notes are made.'),
        routingKey: secret('Integration key')
          .describe('Of an Events API v2 integration. Needed only to send events.')
          .optional(),
        ...webhookFields,
      },
      credentials: ({ token, from, routingKey }, origin) => {
        if (origin === api) return { headers: { authorization: `Token token=${token}`, from } };
        return routingKey ? { body: { routing_key: routingKey } } : {};
      },
    }),
  ],
  sampleConnection: {
    kind: 'apiKey',
    fields: {
      token: 'u+abcdefghijklmnop12',
      from: 'sam.whitaker@example.com',
      routingKey: 'e93facc04764012d7bfb002500d5d1a6',
      webhookSecret: 'pagerduty-sample-signing-secret',
    },
  },
  baseUrl: api,
  hosts: () => [api, eventsOrigin],
  headers: { accept: 'application/vnd.pagerduty+json;version=2' },
  // 960 calls a minute for each key: https://developer.pagerduty.com/docs/rest-api-rate-limits
  perSecond: 15,
  errorMessage: errorWords,
  async test({ http }, { from }) {
    const user = await userByEmail({ http }, String(from));
    if (user) return { account: `${user.name} (${user.email})` };
    throw new FatalError(`PagerDuty has no user ${String(from)}. Enter the address of one under “Acts as”.`, {
      code: 'E_AUTH',
    });
  },
  operations: {
    ...incidentOperations,
    ...incidentChanges,
    sendEvent,
    ...onCallOperations,
    ...subscriptionOperations,
  },
  triggers: pagerdutyTriggers,
  address: pagerdutyAddress,
});
