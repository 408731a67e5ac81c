import type { ConnectionFields } from '@castellan/sdk';
import { api, trigger } from '@pagerduty/pdjs';
import { judge, testKey } from './judge.js';
import type { Wire } from './wire.js';

/** The SDK as people use it: it knows hosts, headers and events; paths and bodies of the REST API are given to it. */
function clientOf({ agent }: Wire, { token, from, routingKey }: ConnectionFields) {
  const sending = { agent, headers: { From: String(from) } };
  return {
    rest: api({ token: String(token), ...sending }),
    trigger: (data: Omit<Parameters<typeof trigger>[0]['data'], 'event_action' | 'routing_key'>) =>
      trigger({ agent, data: { routing_key: String(routingKey), ...data } as never } as never),
  };
}

const taken = async (call: Promise<{ response: { ok: boolean }; data: unknown }>) => {
  const { response, data } = await call;
  if (!response.ok) throw new Error(`The SDK was answered ${JSON.stringify(data)}.`);
};

judge({
  connector: 'pagerduty',
  sdk: '@pagerduty/pdjs',
  client: clientOf,
  headers: ['authorization', 'from', 'accept', 'content-type'],
  test: { sdk: ({ rest }) => taken(rest.get('/users', { data: { query: 'sam.whitaker@example.com' } })) },
  cases: {
    createIncident: {
      input: { title: 'Access suspended', serviceId: 'PSECOPS', urgency: 'high', details: 'By an alert.' },
      sdk: ({ rest }) =>
        taken(
          rest.post('/incidents', {
            data: {
              incident: {
                type: 'incident',
                title: 'Access suspended',
                service: { id: 'PSECOPS', type: 'service_reference' },
                incident_key: `castellan-${testKey}`,
                body: { type: 'incident_body', details: 'By an alert.' },
                urgency: 'high',
              },
            },
          }),
        ),
    },
    sendEvent: {
      headers: ['content-type'],
      input: { action: 'trigger', summary: 'Impossible travel', severity: 'critical', source: 'okta', dedupKey: 'k1' },
      sdk: async (client) => {
        const { data } = await client.trigger({
          dedup_key: 'k1',
          client: 'Castellan',
          payload: { summary: 'Impossible travel', severity: 'critical', source: 'okta' },
        } as never);
        if (data.dedup_key !== 'k1') throw new Error(`The SDK was answered ${JSON.stringify(data)}.`);
      },
    },
    listServices: { input: {}, sdk: ({ rest }) => taken(rest.all('/services', { data: { limit: '100' } })) },
    listUsers: { input: {}, sdk: ({ rest }) => taken(rest.all('/users', { data: { limit: '100' } })) },
    listEscalationPolicies: {
      input: {},
      sdk: ({ rest }) => taken(rest.all('/escalation_policies', { data: { limit: '100' } })),
    },
    getIncident: { input: { incidentId: 'PI00001' }, sdk: ({ rest }) => taken(rest.get('/incidents/PI00001')) },
    addNote: {
      input: { incidentId: 'PI00001', content: 'Contained.' },
      sdk: ({ rest }) => taken(rest.post('/incidents/PI00001/notes', { data: { note: { content: 'Contained.' } } })),
    },
  },
});
