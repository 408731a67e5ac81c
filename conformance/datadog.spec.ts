import { client, v1 } from '@datadog/datadog-api-client';
import { judge } from './judge.js';

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
    };
  },
  headers: ['dd-api-key', 'dd-application-key', 'content-type'],
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
  },
});
