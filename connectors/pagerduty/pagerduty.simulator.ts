import {
  defineSimulator,
  type SimulatedAnswer,
  SimulatedRefusal,
  type SimulatedRequest,
  type SimulatorView,
} from '@castellan/sdk/simulator';
import events from './fixtures/pagerduty-events.openapi.json' with { type: 'json' };
import rest from './fixtures/pagerduty-rest.openapi.json' with { type: 'json' };
import { type Incident, idOf, type Named, type PagerDutyState, seedPagerDuty } from './pagerduty.seed.js';

const site = 'https://simulated-company.pagerduty.com';

const refusal = (status: number, message: string, code = 2001, errors: string[] = []): SimulatedAnswer => ({
  status,
  body: { error: { message, code, errors } },
});

export const pagerdutySimulator = defineSimulator<PagerDutyState>({
  connector: 'pagerduty',
  title: 'PagerDuty',
  apis: [
    {
      description: rest as never,
      error: (status, message) =>
        status === 404
          ? { error: { message: 'Not Found', code: 2100 } }
          : { error: { message: 'Invalid Input Provided', code: 2001, errors: [message] } },
      authorize: ({ headers }) =>
        /^Token token=\S+|^Bearer \S+/.test(headers.authorization ?? '') ? null : refusal(401, 'Unauthorized', 2006),
      rules: {
        listIncidents: (state, request) => {
          const { incident_key: key, 'service_ids[]': service } = request.query;
          const found = state.incidents.filter(
            (item) => (!key || item.key === key) && (!service || item.serviceId === service),
          );
          return pageOf(
            'incidents',
            found.map((item) => answered(state, item)),
            request,
          );
        },
        createIncident: create,
        getIncident: (state, { params }) => ({ body: { incident: answered(state, the(state, params)) } }),
        listIncidentNotes: (state, { params }) => {
          const { id } = the(state, params);
          return { body: { notes: state.notes.filter(({ incidentId }) => incidentId === id).map(noteOf) } };
        },
        createIncidentNote: (state, { params, body, headers, now }) => {
          const { id } = the(state, params);
          const { content } = (body as { note: { content: string } }).note;
          const number = state.notes.length + 1;
          const note = {
            id: idOf('N', number),
            incidentId: id,
            userId: actor(state, headers),
            content,
            createdAt: now.toISOString(),
          };
          state.notes.push(note);
          return { body: { note: noteOf(note) } };
        },
        listServices: (state, request) => pageOf('services', named(state.services, 'service', request), request),
        listEscalationPolicies: (state, request) =>
          pageOf('escalation_policies', named(state.escalationPolicies, 'escalation_policy', request), request),
        listUsers: (state, request) => {
          const wanted = (request.query.query ?? '').toLowerCase();
          const found = state.users.filter(({ name, email }) => `${name} ${email}`.toLowerCase().includes(wanted));
          return pageOf(
            'users',
            found.map(({ id, name, email }) => ({ id, type: 'user', name, email, summary: name })),
            request,
          );
        },
      },
    },
    {
      description: events as never,
      root: '/v2',
      error: (_, message) => ({ status: 'invalid event', message: 'Event object is invalid', errors: [message] }),
      rules: { createV2Event: take },
    },
  ],
  seed: seedPagerDuty,
  view,
});

function create(state: PagerDutyState, { body, headers, now }: SimulatedRequest): SimulatedAnswer {
  const given = (body as { incident: Record<string, never> }).incident as unknown as {
    title: string;
    service: { id: string };
    urgency?: Incident['urgency'];
    body?: { details?: string };
    incident_key?: string;
    escalation_policy?: { id: string };
    assignments?: { assignee: { id: string } }[];
  };
  actor(state, headers);
  const service = state.services.find(({ id }) => id === given.service.id);
  if (!service) return refusal(400, 'Invalid Input Provided', 2001, ['Service Not Found']);
  const policyId = given.escalation_policy?.id ?? service.escalationPolicyId;
  const policy = state.escalationPolicies.find(({ id }) => id === policyId);
  if (!policy) return refusal(400, 'Invalid Input Provided', 2001, ['Escalation Policy Not Found']);
  const isOpen = (item: Incident) => item.status !== 'resolved' && item.serviceId === service.id;
  if (state.incidents.some((item) => isOpen(item) && item.key === given.incident_key)) {
    return refusal(400, 'Arguments Caused Error', 2002, [
      'Open incident with matching dedup key already exists on this service',
    ]);
  }
  const number = state.incidents.length + 1;
  const incident: Incident = {
    id: idOf('I', number),
    number,
    title: given.title,
    details: given.body?.details ?? '',
    status: 'triggered',
    urgency: given.urgency ?? 'high',
    key: given.incident_key ?? `incident-${number}`,
    serviceId: service.id,
    escalationPolicyId: policy.id,
    assigneeIds: given.assignments?.map(({ assignee }) => assignee.id) ?? policy.userIds.slice(0, 1),
    createdAt: now.toISOString(),
  };
  state.incidents.push(incident);
  return { status: 201, body: { incident: answered(state, incident) } };
}

/** Alerts by their key: a further trigger is the same alert, resolve and acknowledge of an unknown one do nothing. */
function take(state: PagerDutyState, { body }: SimulatedRequest): SimulatedAnswer {
  const {
    event_action: action,
    dedup_key: given,
    payload,
  } = body as {
    event_action: 'trigger' | 'acknowledge' | 'resolve';
    dedup_key?: string;
    payload?: { summary: string; severity: string; source: string };
  };
  if (action !== 'trigger' && !given) throw new SimulatedRefusal(400, "'dedup_key' is missing or blank");
  if (action === 'trigger' && !payload) throw new SimulatedRefusal(400, "'payload' is missing or blank");
  const key = given ?? `alert-${state.alerts.length + 1}`;
  const known = state.alerts.find((alert) => alert.key === key);
  const status = { trigger: 'triggered', acknowledge: 'acknowledged', resolve: 'resolved' }[action];
  if (known) Object.assign(known, payload, { status });
  else if (payload) state.alerts.push({ key, status, ...payload });
  return { status: 202, body: { status: 'success', message: 'Event processed', dedup_key: key } };
}

/** The user in the From header, who must exist. */
function actor({ users }: PagerDutyState, headers: Record<string, string>): string {
  const found = users.find(({ email }) => email.toLowerCase() === headers.from?.toLowerCase());
  if (!found) throw new SimulatedRefusal(400, 'Requester User Not Found');
  return found.id;
}

function the({ incidents }: PagerDutyState, { id }: Record<string, string>): Incident {
  const found = incidents.find((item) => item.id === id);
  if (!found) throw new SimulatedRefusal(404, 'Not Found');
  return found;
}

function pageOf(name: string, rows: object[], { query }: SimulatedRequest): SimulatedAnswer {
  const [offset, limit] = [Number(query.offset ?? 0), Math.min(Number(query.limit ?? 25), 100)];
  const page = rows.slice(offset, offset + limit);
  return { body: { [name]: page as never, offset, limit, more: offset + limit < rows.length, total: null } };
}

function named(rows: Named[], type: string, { query }: SimulatedRequest) {
  const wanted = (query.query ?? '').toLowerCase();
  return rows
    .filter(({ name }) => name.toLowerCase().includes(wanted))
    .map(({ id, name }) => ({ id, type, name, summary: name }));
}

function reference(rows: Named[], type: string, wanted: string) {
  return { id: wanted, type, summary: rows.find(({ id }) => id === wanted)?.name ?? null };
}

function answered({ services, escalationPolicies, users }: PagerDutyState, incident: Incident) {
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
    service: reference(services, 'service_reference', incident.serviceId),
    escalation_policy: reference(escalationPolicies, 'escalation_policy_reference', incident.escalationPolicyId),
    assignments: incident.assigneeIds.map((id) => ({
      at: incident.createdAt,
      assignee: reference(users, 'user_reference', id),
    })),
  };
}

function noteOf({ id, userId, content, createdAt }: PagerDutyState['notes'][number]) {
  return { id, user: { id: userId, type: 'user_reference' }, content, created_at: createdAt };
}

function view({ incidents, services, users, notes, alerts }: PagerDutyState): SimulatorView {
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
