import {
  asObject,
  camelKeys,
  FatalError,
  type Host,
  type HttpRequest,
  type HttpResponse,
  type JsonObject,
  type JsonValue,
  operation,
  parseAnswer,
  path,
} from '@castellan/sdk';
import { z } from 'zod';
import { errorWords, fieldOf, type Incident, incident, incidentId, reference } from './pagerduty-incidents.js';

const docs = `${reference}/8a0e1aa2ec666-update-an-incident`;

const options = { '/incidentId': 'listIncidents' } as const;

const changes = (input: { incidentId: string }) => [
  { action: 'update' as const, object: { type: 'pagerduty_incident', id: input.incidentId } },
];

const update = (id: string, fields: JsonObject): HttpRequest => ({
  method: 'PUT',
  path: path`/incidents/${id}`,
  body: { incident: { type: 'incident_reference', ...fields } },
});

const answered = (response: HttpResponse): JsonValue => camelKeys(fieldOf(response, 'incident'));

async function readIncident({ http }: Pick<Host, 'http'>, id: string): Promise<Incident> {
  const response = await http.send({ method: 'GET', path: path`/incidents/${id}` });
  return parseAnswer(incident, answered(response), docs);
}

/** Sets a status. An incident that has it already is refused by PagerDuty, and is left as it is. */
async function setStatus(id: string, fields: JsonObject, host: Host): Promise<Incident> {
  const response = await host.http.send({ ...update(id, fields), accept: [400] });
  if (response.status !== 400) return parseAnswer(incident, answered(response), docs);
  const words = errorWords(response);
  if (/already (?:acknowledged|resolved|triggered)/i.test(words)) {
    const held = await readIncident(host, id);
    if (held.status === fields.status) return held;
  }
  throw new FatalError(`PagerDuty refused (400): ${words}`, { status: 400, vendorMessage: words });
}

const statusBefore = async (input: { incidentId: string }, host: Host) => ({
  status: (await readIncident(host, input.incidentId)).status,
});

const sample = {
  id: 'PI00001',
  incidentNumber: 1,
  title: 'Quarterly paging drill',
  status: 'acknowledged',
  urgency: 'low',
  htmlUrl: 'https://example.pagerduty.com/incidents/PI00001',
  createdAt: '2026-10-05T08:00:00Z',
};

/** What is done with an open incident. */
export const incidentChanges = {
  acknowledgeIncident: operation({
    title: 'Acknowledge an incident',
    docs,
    summary: 'Says that somebody works on it, in the name of the connection’s user: nobody else is paged.',
    input: z.strictObject({ incidentId }),
    output: incident,
    options,
    effect: 'write',
    idempotency: 'natural',
    changes,
    before: statusBefore,
    run: (input, host) => setStatus(input.incidentId, { status: 'acknowledged' }, host),
    sample: { input: { incidentId: 'PI00002' }, output: { ...sample, id: 'PI00002' }, before: { status: 'triggered' } },
  }),

  resolveIncident: operation({
    title: 'Resolve an incident',
    docs,
    summary: 'Ends an incident.',
    input: z.strictObject({
      incidentId,
      resolution: z.string().min(1).optional().meta({ title: 'Resolution', multiline: true }),
    }),
    output: incident,
    options,
    effect: 'write',
    idempotency: 'natural',
    changes,
    before: statusBefore,
    run: ({ incidentId, resolution }, host) =>
      setStatus(incidentId, { status: 'resolved', ...(resolution ? { resolution } : {}) }, host),
    undo: ({ incidentId }, _, state) => {
      const { status } = asObject(state);
      if (status !== 'triggered' && status !== 'acknowledged') return null;
      return { operation: 'reopenIncident', input: { incidentId, status } };
    },
    sample: {
      input: { incidentId: 'PI00001', resolution: 'It was a drill.' },
      output: { ...sample, status: 'resolved' },
      before: { status: 'acknowledged' },
    },
  }),

  reopenIncident: operation({
    title: 'Reopen an incident',
    docs,
    summary: 'Takes back that an incident was resolved. As triggered it pages its escalation policy again.',
    input: z.strictObject({
      incidentId,
      status: z.enum(['triggered', 'acknowledged']).default('triggered').meta({ title: 'As' }),
    }),
    output: incident,
    options,
    effect: 'write',
    idempotency: 'natural',
    changes,
    before: statusBefore,
    run: ({ incidentId, status }, host) => setStatus(incidentId, { status }, host),
    undo: ({ incidentId }, _, state) =>
      asObject(state).status === 'resolved' ? { operation: 'resolveIncident', input: { incidentId } } : null,
    sample: {
      input: { incidentId: 'PI00003', status: 'triggered' },
      output: { ...sample, id: 'PI00003', status: 'triggered' },
      before: { status: 'resolved' },
    },
  }),

  reassignIncident: operation({
    title: 'Reassign an incident',
    docs,
    summary: 'Gives an incident to other people.',
    input: z.strictObject({
      incidentId,
      assigneeIds: z.array(z.string().min(1)).min(1).meta({ title: 'Assign to' }),
    }),
    output: incident,
    options: { ...options, '/assigneeIds/*': 'listUsers' },
    effect: 'write',
    idempotency: 'natural',
    changes,
    before: async (input, host) => {
      const { assignments } = await readIncident(host, input.incidentId);
      return { assigneeIds: (assignments ?? []).map(({ assignee }) => assignee.id) };
    },
    request: ({ incidentId, assigneeIds }) =>
      update(incidentId, {
        assignments: assigneeIds.map((id) => ({ assignee: { id, type: 'user_reference' } })),
      }),
    response: answered,
    undo: ({ incidentId }, _, state) => {
      const { assigneeIds = [] } = asObject(state);
      const former = Array.isArray(assigneeIds) ? assigneeIds : [];
      return former.length > 0 ? { operation: 'reassignIncident', input: { incidentId, assigneeIds: former } } : null;
    },
    sample: {
      input: { incidentId: 'PI00001', assigneeIds: ['PU00007'] },
      output: sample,
      before: { assigneeIds: ['PU00006'] },
    },
  }),

  escalateIncident: operation({
    title: 'Escalate an incident',
    docs,
    summary: 'Pages a level of an escalation policy: the next of its own, or another policy from its beginning.',
    input: z.strictObject({
      incidentId,
      escalationPolicyId: z
        .string()
        .min(1)
        .optional()
        .meta({ title: 'Escalation policy' })
        .describe('Another one than its own.'),
      level: z.int().min(1).max(20).optional().meta({ title: 'Level' }).describe('Of the policy that it has.'),
    }),
    output: incident,
    options: { ...options, '/escalationPolicyId': 'listEscalationPolicies' },
    effect: 'write',
    // PagerDuty pages a level again each time that it is asked to.
    idempotency: 'none',
    check: ({ escalationPolicyId, level }) =>
      (escalationPolicyId === undefined) === (level === undefined)
        ? [{ pointer: '/level', message: 'Give a level or another escalation policy, not both.' }]
        : [],
    changes,
    request: ({ incidentId, escalationPolicyId, level }) =>
      update(incidentId, {
        ...(level ? { escalation_level: level } : {}),
        ...(escalationPolicyId
          ? { escalation_policy: { id: escalationPolicyId, type: 'escalation_policy_reference' } }
          : {}),
      }),
    response: answered,
    sample: { input: { incidentId: 'PI00001', level: 2 }, output: sample },
  }),

  updateIncident: operation({
    title: 'Change an incident',
    docs,
    summary: 'Sets title, urgency or priority of an incident.',
    input: z.strictObject({
      incidentId,
      title: z.string().min(1).max(255).optional().meta({ title: 'Title' }),
      urgency: z.enum(['high', 'low']).optional().meta({ title: 'Urgency' }),
      priorityId: z.string().min(1).optional().meta({ title: 'Priority' }),
    }),
    output: incident,
    options: { ...options, '/priorityId': 'listPriorities' },
    effect: 'write',
    idempotency: 'natural',
    check: ({ title, urgency, priorityId }) =>
      title || urgency || priorityId ? [] : [{ pointer: '', message: 'Give at least one field to set.' }],
    changes,
    before: async ({ incidentId, title, urgency, priorityId }, host) => {
      const found = await readIncident(host, incidentId);
      return {
        ...(title ? { title: found.title } : {}),
        ...(urgency ? { urgency: found.urgency ?? null } : {}),
        ...(priorityId ? { priorityId: found.priority?.id ?? null } : {}),
      };
    },
    request: ({ incidentId, title, urgency, priorityId }) =>
      update(incidentId, {
        ...(title ? { title } : {}),
        ...(urgency ? { urgency } : {}),
        ...(priorityId ? { priority: { id: priorityId, type: 'priority_reference' } } : {}),
      }),
    response: answered,
    // A priority that was none cannot be set again: what else was changed is.
    undo: ({ incidentId }, _, state) => {
      const former = Object.entries(asObject(state)).filter(([, value]) => value !== null);
      return former.length > 0
        ? { operation: 'updateIncident', input: { incidentId, ...Object.fromEntries(former) } }
        : null;
    },
    sample: {
      input: { incidentId: 'PI00001', title: 'Paging drill of the quarter', urgency: 'high' },
      output: { ...sample, title: 'Paging drill of the quarter', urgency: 'high' },
      before: { title: 'Quarterly paging drill', urgency: 'low' },
    },
  }),

  snoozeIncident: operation({
    title: 'Snooze an incident',
    docs: `${reference}/b1ecd04a1a7ac-snooze-an-incident`,
    summary: 'Leaves an acknowledged incident alone for a while; then it is triggered again.',
    input: z.strictObject({
      incidentId,
      seconds: z.int().min(1).max(604_800).meta({ title: 'Seconds' }).describe('At most a week.'),
    }),
    output: incident,
    options,
    effect: 'write',
    idempotency: 'natural',
    changes,
    request: ({ incidentId, seconds }) => ({
      method: 'POST',
      path: path`/incidents/${incidentId}/snooze`,
      body: { duration: seconds },
    }),
    response: answered,
    sample: { input: { incidentId: 'PI00001', seconds: 3600 }, output: sample },
  }),
};
