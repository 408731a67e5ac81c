import { randomUUID } from 'node:crypto';
import type { JsonObject } from '@castellan/sdk';
import { defineSimulator, type SimulatedApi, SimulatedRefusal, type SimulatorView } from '@castellan/sdk/simulator';
import { seedDatadog } from './datadog.seed.js';
import downtimes from './fixtures/datadog-downtime.openapi.json' with { type: 'json' };
import v1 from './fixtures/datadog-v1.openapi.json' with { type: 'json' };
import v2 from './fixtures/datadog-v2.openapi.json' with { type: 'json' };
import { search } from './simulator/search.js';
import type { DatadogLog, DatadogState, Downtime } from './simulator/state.js';

const error = (_: number, message: string) => ({ errors: [message] });
const forbidden = { status: 403, body: error(403, 'Forbidden') };

/** What a call is made of that only writes: the API key alone signs it in. */
const byApiKey = /^\/api\/(?:v1\/validate|v1\/events|v2\/logs)$/;

const authorize: SimulatedApi<DatadogState>['authorize'] = ({ headers, path }) =>
  headers['dd-api-key'] && (headers['dd-application-key'] || byApiKey.test(path)) ? null : forbidden;

export const datadogSimulator = defineSimulator<DatadogState>({
  connector: 'datadog',
  title: 'Datadog',
  apis: [
    {
      ...{ description: v1, error, authorize },
      rules: {
        Validate: () => ({ body: { valid: true } }),
        CreateEvent: (state, { body, now }) => {
          const given = body as { title: string; text: string } & Partial<
            Record<'alert_type' | 'aggregation_key' | 'host', string>
          > & { tags?: string[] };
          const id = `77185239438426${String(state.events.length + 1).padStart(5, '0')}`;
          state.events.push({
            id,
            timestamp: now.toISOString(),
            message: given.text,
            tags: given.tags ?? [],
            attributes: {},
            title: given.title,
            alertType: given.alert_type ?? 'info',
            aggregationKey: given.aggregation_key ?? null,
            host: given.host ?? null,
          });
          const answered = { ...given, id_str: id, url: `https://app.datadoghq.com/event/event?id=${id}` };
          return { status: 202, body: { status: 'ok', event: answered } };
        },
        ListMonitors: (state, { query }) => {
          const found = state.monitors.filter(({ name }) =>
            name.toLowerCase().includes((query.name ?? '').toLowerCase()),
          );
          if (query.page === undefined) return { body: found as never };
          const size = Number(query.page_size ?? 100);
          return { body: found.slice(Number(query.page) * size, (Number(query.page) + 1) * size) as never };
        },
        GetMonitor: (state, { params }) => {
          const found = state.monitors.find(({ id }) => id === Number(params.monitor_id));
          if (!found) throw new SimulatedRefusal(404, 'Monitor not found');
          return { body: found as never };
        },
      },
    },
    {
      ...{ description: v2, error, authorize },
      rules: {
        ListEvents: (state, request) =>
          search(state.events, request, (event) => ({
            id: event.id,
            type: 'event',
            attributes: {
              timestamp: event.timestamp,
              message: event.message,
              tags: event.tags,
              attributes: {
                title: event.title,
                status: event.alertType,
                ...(event.aggregationKey ? { aggregation_key: event.aggregationKey } : {}),
                ...(event.host ? { hostname: event.host } : {}),
              },
            },
          })),
        ListLogsGet: (state, request) =>
          search(state.logs, request, ({ id, timestamp, message, tags, attributes, service, host, status }) => ({
            id,
            type: 'log',
            attributes: {
              ...{ timestamp, message, tags, attributes, status },
              ...(service ? { service } : {}),
              ...(host ? { host } : {}),
            },
          })),
        SubmitLog: (state, { body, now }) => {
          for (const one of body as unknown as JsonObject[]) state.logs.push(taken(one, state.logs.length, now));
          return { status: 202, body: {} };
        },
        ListSecurityMonitoringSignals: (state, request) => search(state.signals, request, signal),
        GetSecurityMonitoringSignal: (state, { params }) => ({ body: { data: signal(theSignal(state, params)) } }),
        EditSecurityMonitoringSignalState: (state, { params, body }) => {
          const held = theSignal(state, params);
          const { attributes } = (body as { data: { attributes: JsonObject } }).data;
          held.attributes = { ...held.attributes, workflow: { triage: attributes } };
          const triage = { ...attributes, assignee: { uuid: '' }, incident_ids: [] };
          return { body: { data: { id: held.id, type: 'signal_metadata', attributes: triage } } };
        },
      },
    },
    {
      ...{ description: downtimes, error, authorize },
      rules: {
        ListDowntimes: (state, { query }) => {
          const current = query.current_only === 'true' || (query.current_only as unknown) === true;
          const found = state.downtimes.filter(({ status }) => !current || status === 'active');
          const start = Number(query['page[offset]'] ?? 0);
          return { body: { data: found.slice(start, start + Number(query['page[limit]'] ?? 30)).map(shownDowntime) } };
        },
        CreateDowntime: (state, { body, now }) => {
          const { attributes } = (body as { data: { attributes: JsonObject } }).data;
          const { monitor_id: monitorId } = attributes.monitor_identifier as { monitor_id: number };
          if (!state.monitors.some(({ id }) => id === monitorId)) throw new SimulatedRefusal(400, 'Unknown monitor');
          const { end = null } = (attributes.schedule ?? {}) as { end?: string | null };
          const downtime: Downtime = {
            id: randomUUID(),
            monitorId,
            scope: String(attributes.scope),
            message: (attributes.message as string | undefined) ?? null,
            status: 'active',
            created: now.toISOString(),
            end,
          };
          state.downtimes.push(downtime);
          return { body: { data: shownDowntime(downtime) } };
        },
        CancelDowntime: (state, { params }) => {
          const found = state.downtimes.find(({ id }) => id === params.downtime_id);
          if (!found) throw new SimulatedRefusal(404, 'Downtime not found');
          found.status = 'canceled';
          return { status: 204 };
        },
      },
    },
  ],
  seed: seedDatadog,
  view,
});

/** A log of the intake; what it does not know are attributes. */
function taken(given: JsonObject, count: number, now: Date): DatadogLog {
  const { message, ddsource, service, hostname, status, ddtags, ...attributes } = given;
  const tags = String(ddtags ?? '')
    .split(',')
    .filter(Boolean);
  return {
    id: `AQAAAYvF1${String(count).padStart(9, '0')}`,
    timestamp: now.toISOString(),
    message: String(message),
    tags: ddsource ? [...tags, `source:${String(ddsource)}`] : tags,
    attributes,
    service: service ? String(service) : null,
    host: hostname ? String(hostname) : null,
    status: String(status ?? 'info'),
  };
}

function theSignal(state: DatadogState, params: Record<string, string>) {
  const found = state.signals.find(({ id }) => id === params.signal_id);
  if (!found) throw new SimulatedRefusal(404, 'Signal not found');
  return found;
}

function signal({ id, timestamp, message, tags, attributes }: DatadogState['signals'][number]): object {
  return { id, type: 'signal', attributes: { timestamp, message, tags, custom: attributes } };
}

function shownDowntime({ id, monitorId, scope, message, status, created, end }: Downtime): object {
  return {
    id,
    type: 'downtime',
    attributes: {
      monitor_identifier: { monitor_id: monitorId },
      ...{ scope, message, status, created },
      canceled: null,
      schedule: { start: created, end },
    },
  };
}

const titled = (...titles: string[]) =>
  titles.map((title) => ({
    key: title.toLowerCase().replace(/ (\w)/g, (_, letter: string) => letter.toUpperCase()),
    title,
  }));

function view(state: DatadogState): SimulatorView {
  const monitorName = (wanted: number) => state.monitors.find(({ id }) => id === wanted)?.name ?? String(wanted);
  return {
    tables: [
      {
        title: 'Monitors',
        columns: titled('Name', 'Priority', 'State'),
        rows: state.monitors.map(({ name, priority, overall_state }) => ({
          name,
          priority: priority && `P${priority}`,
          state: overall_state,
        })),
      },
      {
        title: 'Downtimes',
        columns: titled('Monitor', 'Scope', 'Message', 'End', 'Status'),
        rows: state.downtimes.map(({ monitorId, scope, message, end, status }) => ({
          monitor: monitorName(monitorId),
          ...{ scope, message, end, status },
        })),
      },
      {
        title: 'Security signals',
        columns: titled('At', 'Message', 'State', 'Tags'),
        rows: state.signals.map(({ timestamp, message, attributes, tags }) => ({
          at: timestamp,
          message,
          state: (attributes.workflow as { triage: { state: string } }).triage.state,
          tags: tags.join(', '),
        })),
      },
      {
        title: 'Events',
        columns: titled('At', 'Title', 'Text', 'Tags'),
        rows: state.events.map(({ timestamp, title, message, tags }) => ({
          at: timestamp,
          title,
          text: message,
          tags: tags.join(', '),
        })),
      },
      {
        title: 'Logs',
        columns: titled('At', 'Service', 'Status', 'Message'),
        rows: state.logs.map(({ timestamp, service, status, message }) => ({
          at: timestamp,
          service,
          status,
          message,
        })),
      },
    ],
  };
}
