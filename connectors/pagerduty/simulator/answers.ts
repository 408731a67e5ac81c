import { type SimulatedAnswer, SimulatedRefusal, type SimulatedRequest } from '@castellan/sdk/simulator';
import type { Incident, Named, PagerDutyState } from '../pagerduty.seed.js';

const site = 'https://simulated-company.pagerduty.com';

export const refusal = (status: number, message: string, code = 2001, errors: string[] = []): SimulatedAnswer => ({
  status,
  body: { error: { message, code, errors } },
});

/** The user in the From header, who must exist. */
export function actor({ users }: PagerDutyState, headers: Record<string, string>): string {
  const found = users.find(({ email }) => email.toLowerCase() === headers.from?.toLowerCase());
  if (!found) throw new SimulatedRefusal(400, 'Requester User Not Found');
  return found.id;
}

export function the({ incidents }: PagerDutyState, { id }: Record<string, string>): Incident {
  const found = incidents.find((item) => item.id === id);
  if (!found) throw new SimulatedRefusal(404, 'Not Found');
  return found;
}

export function pageOf(name: string, rows: object[], { query }: SimulatedRequest): SimulatedAnswer {
  const [offset, limit] = [Number(query.offset ?? 0), Math.min(Number(query.limit ?? 25), 100)];
  const page = rows.slice(offset, offset + limit);
  return { body: { [name]: page as never, offset, limit, more: offset + limit < rows.length, total: null } };
}

export function named(rows: Named[], type: string, { query }: SimulatedRequest) {
  const wanted = (query.query ?? '').toLowerCase();
  return rows
    .filter(({ name }) => name.toLowerCase().includes(wanted))
    .map(({ id, name }) => ({ id, type, name, summary: name }));
}

export function reference(rows: Named[], type: string, wanted: string) {
  return { id: wanted, type, summary: rows.find(({ id }) => id === wanted)?.name ?? null };
}

export function answered({ services, escalationPolicies, users, priorities }: PagerDutyState, incident: Incident) {
  return {
    id: incident.id,
    type: 'incident',
    summary: `[#${incident.number}] ${incident.title}`,
    html_url: `${site}/incidents/${incident.id}`,
    incident_number: incident.number,
    title: incident.title,
    created_at: incident.createdAt,
    status: incident.status,
    urgency: incident.urgency,
    incident_key: incident.key,
    ...(incident.priorityId ? { priority: reference(priorities, 'priority', incident.priorityId) } : {}),
    service: reference(services, 'service_reference', incident.serviceId),
    escalation_policy: reference(escalationPolicies, 'escalation_policy_reference', incident.escalationPolicyId),
    assignments: incident.assigneeIds.map((id) => ({
      at: incident.createdAt,
      assignee: reference(users, 'user_reference', id),
    })),
  };
}
