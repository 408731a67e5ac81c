import { defineSimulator, SimulatedRefusal, type SimulatorView } from '@castellan/sdk/simulator';
import description from './fixtures/datadog-v1.openapi.json' with { type: 'json' };

interface Monitor {
  id: number;
  name: string;
  type: string;
  query: string;
  message: string;
  tags: string[];
  priority: number | null;
  overall_state: string;
}

interface DatadogState {
  monitors: Monitor[];
  events: { id: string; title: string; text: string; tags: string[]; alert_type: string; at: string }[];
}

const monitors: Monitor[] = [
  {
    id: 118023945,
    name: 'Impossible travel',
    type: 'log alert',
    query: 'logs("@evt.name:impossible_travel").index("*").rollup("count").by("@usr.email").last("5m") > 0',
    message: 'Two sign-ins from places that nobody can travel between in that time. @webhook-castellan',
    tags: ['team:security'],
    priority: 1,
    overall_state: 'Alert',
  },
  {
    id: 118023946,
    name: 'Many failed sign-ins',
    type: 'log alert',
    query: 'logs("@evt.outcome:failure").index("*").rollup("count").by("@usr.email").last("5m") > 20',
    message: 'Somebody may be guessing a password. @webhook-castellan',
    tags: ['team:security'],
    priority: 3,
    overall_state: 'OK',
  },
];

export const datadogSimulator = defineSimulator<DatadogState>({
  connector: 'datadog',
  title: 'Datadog',
  apis: [
    {
      description: description as never,
      error: (_, message) => ({ errors: [message] }),
      authorize: ({ headers }) => (headers['dd-api-key'] ? null : { status: 403, body: { errors: ['Forbidden'] } }),
      rules: {
        Validate: () => ({ body: { valid: true } }),
        CreateEvent: (state, { body, now }) => {
          const given = body as { title: string; text: string; tags?: string[]; alert_type?: string };
          const id = `77185239438426${String(state.events.length + 1).padStart(5, '0')}`;
          const event = {
            ...given,
            id,
            tags: given.tags ?? [],
            alert_type: given.alert_type ?? 'info',
            at: now.toISOString(),
          };
          state.events.push(event);
          const answered = { ...given, id_str: id, url: `https://app.datadoghq.com/event/event?id=${id}` };
          return { status: 202, body: { status: 'ok', event: answered } };
        },
        ListMonitors: (state, { query, headers }) => {
          requireApplicationKey(headers);
          const found = state.monitors.filter(({ name }) =>
            name.toLowerCase().includes((query.name ?? '').toLowerCase()),
          );
          if (query.page === undefined) return { body: found as never };
          const size = Number(query.page_size ?? 100);
          return { body: found.slice(Number(query.page) * size, (Number(query.page) + 1) * size) as never };
        },
        GetMonitor: (state, { params, headers }) => {
          requireApplicationKey(headers);
          const found = state.monitors.find(({ id }) => id === Number(params.monitor_id));
          if (!found) throw new SimulatedRefusal(404, 'Monitor not found');
          return { body: found as never };
        },
      },
    },
  ],
  seed: () => ({ monitors: structuredClone(monitors), events: [] }),
  view,
});

function requireApplicationKey(headers: Record<string, string>): void {
  if (!headers['dd-application-key']) throw new SimulatedRefusal(403, 'Forbidden');
}

function view({ monitors: all, events }: DatadogState): SimulatorView {
  return {
    tables: [
      {
        title: 'Monitors',
        columns: [
          { key: 'name', title: 'Name' },
          { key: 'priority', title: 'Priority' },
          { key: 'state', title: 'State' },
        ],
        rows: all.map(({ name, priority, overall_state: state }) => ({
          name,
          priority: priority && `P${priority}`,
          state,
        })),
      },
      {
        title: 'Events',
        columns: [
          { key: 'at', title: 'At' },
          { key: 'title', title: 'Title' },
          { key: 'text', title: 'Text' },
          { key: 'tags', title: 'Tags' },
        ],
        rows: events.map(({ at, title, text, tags }) => ({ at, title, text, tags: tags.join(', ') })),
      },
    ],
  };
}
