import type { SimulatorView } from '@castellan/sdk/simulator';
import type { Named, PagerDutyState } from '../pagerduty.seed.js';

/** Incidents with their notes, and alerts, as people read them. */
export function viewPagerDuty({ incidents, services, users, notes, alerts }: PagerDutyState): SimulatorView {
  const nameOf = (rows: Named[], wanted: string) => rows.find(({ id }) => id === wanted)?.name ?? wanted;
  return {
    tables: [
      {
        title: 'Incidents',
        columns: columns('number', 'title', 'status', 'urgency', 'service', 'assigned', 'details', 'notes'),
        rows: incidents.map((incident) => ({
          number: incident.number,
          title: incident.title,
          status: incident.status,
          urgency: incident.urgency,
          service: nameOf(services, incident.serviceId),
          assigned: incident.assigneeIds.map((id) => nameOf(users, id)).join(', '),
          details: incident.details,
          notes: notes
            .filter(({ incidentId }) => incidentId === incident.id)
            .map(({ content }) => content)
            .join('\n'),
        })),
      },
      {
        title: 'Alerts',
        columns: columns('key', 'status', 'severity', 'summary', 'source'),
        rows: alerts.map((alert) => ({ ...alert })),
      },
    ],
  };
}

function columns(...keys: string[]) {
  return keys.map((key) => ({ key, title: `${key[0]!.toUpperCase()}${key.slice(1)}` }));
}
