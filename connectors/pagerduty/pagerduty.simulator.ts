import {
  defineSimulator,
  type SimulatedAnswer,
  SimulatedRefusal,
  type SimulatedRequest,
} from '@castellan/sdk/simulator';
import events from './fixtures/pagerduty-events.openapi.json' with { type: 'json' };
import rest from './fixtures/pagerduty-rest.openapi.json' with { type: 'json' };
import { type Incident, idOf, type PagerDutyState, seedPagerDuty } from './pagerduty.seed.js';
import { actor, answered, named, pageOf, refusal, the } from './simulator/answers.js';
import { changeRules } from './simulator/changes.js';
import { onCallRules } from './simulator/on-call.js';
import { subscriptionRules } from './simulator/subscriptions.js';
import { viewPagerDuty } from './simulator/view.js';

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
          const {
            incident_key: key,
            'service_ids[]': service,
            'statuses[]': status,
            'urgencies[]': urgency,
            since,
            until,
          } = request.query;
          const found = state.incidents.filter(
            (item) =>
              (!key || item.key === key) &&
              (!service || item.serviceId === service) &&
              (!status || item.status === status) &&
              (!urgency || item.urgency === urgency) &&
              (!since || Date.parse(item.createdAt) >= Date.parse(since)) &&
              (!until || Date.parse(item.createdAt) < Date.parse(until)),
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
        ...changeRules,
        ...onCallRules,
        ...subscriptionRules,
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
  view: viewPagerDuty,
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
    priorityId: null,
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

function noteOf({ id, userId, content, createdAt }: PagerDutyState['notes'][number]) {
  return { id, user: { id: userId, type: 'user_reference' }, content, created_at: createdAt };
}
