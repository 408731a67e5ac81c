import { client, v1, v2 } from '@datadog/datadog-api-client';
import { judge, testKey } from './judge.js';
import type { Sent } from './wire.js';

const monitorId = 118023945;
const downtimeId = 'ca57e11a-0001-4000-8000-000000000001';
const signalId = 'AAAAAYvF0000000001';
const [from, to] = ['2026-01-12T00:00:00Z', '2099-12-31T00:00:00Z'];
const span = { filterFrom: new Date(from), filterTo: new Date(to), sort: '-timestamp' as const, pageLimit: 1000 };

/** Instants are compared, not how they are written; of a downtime the SDK writes an end with milliseconds. */
function withInstants({ host, method, path, query, body }: Sent): object {
  const instant = (_: string, value: unknown) =>
    typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? new Date(value).toISOString() : value;
  return JSON.parse(JSON.stringify({ host, method, path, query, body }, instant)) as object;
}

// The SDK shows the application key only to methods that ask for it; Datadog does not mind it with others.
judge({
  connector: 'datadog',
  sdk: '@datadog/datadog-api-client',
  client: (wire, { apiKey, applicationKey }) => {
    const configuration = client.createConfiguration({
      authMethods: { apiKeyAuth: String(apiKey), appKeyAuth: String(applicationKey) },
    });
    (configuration.httpApi as client.IsomorphicFetchHttpLibrary).fetch = wire.fetch;
    return {
      authentication: new v1.AuthenticationApi(configuration),
      events: new v1.EventsApi(configuration),
      monitors: new v1.MonitorsApi(configuration),
      downtimes: new v2.DowntimesApi(configuration),
      stream: new v2.EventsApi(configuration),
      logs: new v2.LogsApi(configuration),
      security: new v2.SecurityMonitoringApi(configuration),
    };
  },
  headers: ['dd-api-key', 'dd-application-key', 'content-type'],
  plain: withInstants,
  test: { sdk: ({ authentication }) => authentication.validate(), headers: ['dd-api-key'] },
  cases: {
    postEvent: {
      headers: ['dd-api-key', 'content-type'],
      input: { title: 'Access suspended', text: 'jane.doe@example.com', alertType: 'warning', tags: ['team:security'] },
      sdk: async ({ events }) => {
        const { event } = await events.createEvent({
          body: {
            title: 'Access suspended',
            text: 'jane.doe@example.com',
            alertType: 'warning',
            tags: ['team:security'],
          },
        });
        if (!event?.idStr) throw new Error('The SDK found no event in the answer.');
      },
    },
    getMonitor: {
      input: { monitorId: 118023945 },
      sdk: ({ monitors }) => monitors.getMonitor({ monitorId: 118023945 }),
    },
    listMonitors: {
      input: { name: 'travel' },
      // The SDK's own paging ends at a page that is not full, ours at an empty one: one call more, and none is missed.
      sdk: async ({ monitors }) => {
        const first = await monitors.listMonitors({ name: 'travel', page: 0, pageSize: 100 });
        const second = await monitors.listMonitors({ name: 'travel', page: 1, pageSize: 100 });
        if (first.length === 0 || second.length > 0) throw new Error('The SDK was not given pages.');
      },
    },
    listEvents: {
      input: { query: 'env:prod', from, to, order: 'newest', limit: 1000 },
      sdk: async ({ stream }) => {
        const time = { filterFrom: from, filterTo: to, sort: '-timestamp' as const, pageLimit: 1000 };
        expectSome((await stream.listEvents({ filterQuery: 'env:prod', ...time })).data);
      },
    },
    muteMonitor: {
      input: { monitorId, until: '2030-01-12T10:00:00Z', scope: '*', message: 'Planned work.' },
      sdk: async ({ downtimes }) => {
        const { data } = await downtimes.createDowntime({
          body: {
            data: {
              type: 'downtime',
              attributes: {
                monitorIdentifier: { monitorId },
                scope: '*',
                message: `Planned work.\n\nSet by Castellan (${testKey.slice(0, 16)}).`,
                schedule: { end: new Date('2030-01-12T10:00:00Z') },
              },
            },
          },
        });
        if (!data?.id) throw new Error('The SDK found no downtime in the answer.');
      },
    },
    unmuteMonitor: {
      input: { monitorId: 118023946 },
      sdk: async ({ downtimes }) => {
        await listAll(downtimes);
        await downtimes.cancelDowntime({ downtimeId });
      },
    },
    listDowntimes: { input: {}, sdk: ({ downtimes }) => listAll(downtimes) },
    endDowntime: { input: { downtimeId }, sdk: ({ downtimes }) => downtimes.cancelDowntime({ downtimeId }) },
    searchSignals: {
      input: { query: 'team:security', from, to, order: 'newest', limit: 1000 },
      sdk: async ({ security }) =>
        expectSome((await security.listSecurityMonitoringSignals({ filterQuery: 'team:security', ...span })).data),
    },
    getSignal: {
      input: { signalId },
      sdk: ({ security }) => security.getSecurityMonitoringSignal({ signalId }),
    },
    setSignalState: {
      input: { signalId, state: 'archived', archiveReason: 'remediated', archiveComment: 'Suspended.' },
      sdk: async ({ security }) => {
        const attributes = { state: 'archived', archiveReason: 'remediated', archiveComment: 'Suspended.' } as const;
        const { data } = await security.editSecurityMonitoringSignalState({ signalId, body: { data: { attributes } } });
        if (data.attributes?.state !== 'archived') throw new Error('The SDK was not told of the new state.');
      },
    },
    searchLogs: {
      input: { query: 'service:okta', from, to, order: 'newest', limit: 1000 },
      sdk: async ({ logs }) => expectSome((await logs.listLogsGet({ filterQuery: 'service:okta', ...span })).data),
    },
    sendLogs: {
      headers: ['dd-api-key', 'dd-application-key', 'content-type'],
      input: { logs: [{ message: 'Suspended', source: 'castellan', service: 'access', tags: ['team:security'] }] },
      sdk: ({ logs }) =>
        logs.submitLog({
          body: [{ message: 'Suspended', ddsource: 'castellan', service: 'access', ddtags: 'team:security' }],
        }),
    },
  },
});

/** The SDK's own paging ends at a page that is not full, ours at an empty one. */
async function listAll(downtimes: v2.DowntimesApi): Promise<void> {
  const first = await downtimes.listDowntimes({ currentOnly: true, pageOffset: 0, pageLimit: 100 });
  expectSome(first.data);
  await downtimes.listDowntimes({ currentOnly: true, pageOffset: first.data!.length, pageLimit: 100 });
}

function expectSome(data: unknown[] | undefined): void {
  if (!data || data.length === 0) throw new Error('The SDK was given nothing.');
}
