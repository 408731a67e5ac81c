import { camelKeys, offsetPaging, operation, parseAnswer, path } from '@castellan/sdk';
import { z } from 'zod';
import { fieldOf, incident, incidentId, limit, openIncident, pageSize, reference } from './pagerduty-incidents.js';

const notesDocs = `${reference}/a1ac30885eb7a-list-notes-for-an-incident`;

const note = z.object({ id: z.string(), content: z.string(), createdAt: z.string().nullish() });

/** Incidents as they are opened and read, and what is written on them. */
export const incidentOperations = {
  createIncident: operation({
    title: 'Open an incident',
    docs: `${reference}/a7d81b0e9200f-create-an-incident`,
    summary: 'Opens an incident on a service and pages who is on call.',
    input: z.strictObject({
      title: z.string().min(1).max(255).meta({ title: 'Title' }),
      serviceId: z.string().min(1).meta({ title: 'Service' }),
      details: z.string().optional().meta({ title: 'Details', multiline: true }),
      urgency: z.enum(['high', 'low']).optional().meta({ title: 'Urgency' }),
      escalationPolicyId: z
        .string()
        .optional()
        .meta({ title: 'Escalation policy' })
        .describe('Default: the service’s own.'),
      assigneeIds: z.array(z.string()).optional().meta({ title: 'Assign to' }),
      incidentKey: z
        .string()
        .min(1)
        .max(255)
        .optional()
        .meta({ title: 'Incident key' })
        .describe(
          'If an open incident of the service has this key, it is answered and none is opened. Default: one for each call.',
        ),
    }),
    output: incident.extend({ created: z.boolean().describe('False if an open incident had the key.') }),
    options: {
      '/serviceId': 'listServices',
      '/escalationPolicyId': 'listEscalationPolicies',
      '/assigneeIds/*': 'listUsers',
    },
    effect: 'write',
    // PagerDuty lets go of a key when its incident is resolved; a call is repeated within minutes, before that.
    idempotency: 'key',
    check: ({ escalationPolicyId, assigneeIds }) =>
      escalationPolicyId && assigneeIds?.length
        ? [{ pointer: '/assigneeIds', message: 'Give an escalation policy or people, not both.' }]
        : [],
    changes: ({ title, serviceId }) => [
      { action: 'create', object: { type: 'pagerduty_incident', id: serviceId, title } },
    ],
    run: (input, host) => openIncident(host, input),
    sample: {
      input: { title: 'Access suspended: jane.doe@example.com', serviceId: 'PSECOPS', urgency: 'high' },
      output: {
        id: 'PI00001',
        incidentNumber: 1234,
        title: 'Access suspended: jane.doe@example.com',
        status: 'triggered',
        urgency: 'high',
        incidentKey: 'baf7cf21b1da41b4b0221008339ff357',
        htmlUrl: 'https://example.pagerduty.com/incidents/PI00001',
        createdAt: '2026-10-06T21:30:42Z',
        service: { id: 'PSECOPS', summary: 'Security Operations' },
        assignments: [{ assignee: { id: 'PU00007', summary: 'Sam Whitaker' } }],
        created: true,
      },
    },
  }),

  addNote: operation({
    title: 'Add a note to an incident',
    docs: `${reference}/b3A6Mjc0ODE1MA-create-a-note-on-an-incident`,
    summary: 'Writes a note on an incident’s timeline.',
    input: z.strictObject({ incidentId, content: z.string().min(1).meta({ title: 'Note', multiline: true }) }),
    output: note,
    effect: 'write',
    // Notes have no key. After a lost answer the incident’s notes are read: the same words on it are ours.
    idempotency: 'lookup',
    changes: (input) => [{ action: 'update', object: { type: 'pagerduty_incident', id: input.incidentId } }],
    request: (input) => ({
      method: 'POST',
      path: path`/incidents/${input.incidentId}/notes`,
      body: { note: { content: input.content } },
    }),
    response: (response) => camelKeys(fieldOf(response, 'note')),
    async lookup(input, { http }) {
      const response = await http.send({ method: 'GET', path: path`/incidents/${input.incidentId}/notes` });
      const notes = parseAnswer(z.array(note), camelKeys(fieldOf(response, 'notes')), notesDocs);
      return notes.find(({ content }) => content.trim() === input.content.trim()) ?? null;
    },
    sample: {
      input: { incidentId: 'PI00001', content: 'Contained.' },
      output: { id: 'PWL7QXS', content: 'Contained.', createdAt: '2026-10-06T21:32:10Z' },
    },
  }),

  getIncident: operation({
    title: 'Get an incident',
    docs: `${reference}/005299ed43553-get-an-incident`,
    summary: 'State, urgency and assignees of an incident.',
    input: z.strictObject({ incidentId }),
    output: incident,
    effect: 'read',
    request: (input) => ({ method: 'GET', path: path`/incidents/${input.incidentId}` }),
    response: (response) => camelKeys(fieldOf(response, 'incident')),
    sample: {
      input: { incidentId: 'PI00001' },
      output: {
        id: 'PI00001',
        incidentNumber: 1234,
        title: 'Access suspended: jane.doe@example.com',
        status: 'acknowledged',
        urgency: 'high',
        htmlUrl: 'https://example.pagerduty.com/incidents/PI00001',
        createdAt: '2026-10-06T21:30:42Z',
        service: { id: 'PSECOPS', summary: 'Security Operations' },
      },
    },
  }),

  listIncidents: operation({
    title: 'List incidents',
    docs: `${reference}/9d0b4b12e36f9-list-incidents`,
    summary: 'Incidents by their status, service, urgency and time. Without times: those of the last month.',
    input: z.strictObject({
      status: z.enum(['triggered', 'acknowledged', 'resolved']).optional().meta({ title: 'Status' }),
      serviceId: z.string().min(1).optional().meta({ title: 'Service' }),
      urgency: z.enum(['high', 'low']).optional().meta({ title: 'Urgency' }),
      incidentKey: z.string().min(1).optional().meta({ title: 'Incident key' }),
      since: z.iso.datetime({ offset: true }).optional().meta({ title: 'Since' }),
      until: z.iso.datetime({ offset: true }).optional().meta({ title: 'Until' }),
      limit,
    }),
    output: z.object({ items: z.array(incident) }),
    options: { '/serviceId': 'listServices' },
    choice: { value: 'id', label: 'title' },
    effect: 'read',
    request: (input) => ({
      method: 'GET',
      path: path`/incidents`,
      query: {
        'statuses[]': input.status,
        'service_ids[]': input.serviceId,
        'urgencies[]': input.urgency,
        incident_key: input.incidentKey,
        since: input.since,
        until: input.until,
        limit: pageSize,
      },
    }),
    paginate: offsetPaging({ items: 'incidents', more: 'more', param: 'offset' }),
    each: camelKeys,
    sample: {
      input: {},
      output: {
        items: [
          {
            id: 'PI00001',
            incidentNumber: 1,
            title: 'Quarterly paging drill',
            status: 'acknowledged',
            htmlUrl: 'https://example.pagerduty.com/incidents/PI00001',
            createdAt: '2026-10-05T08:00:00Z',
          },
        ],
      },
    },
  }),

  listNotes: operation({
    title: 'List notes of an incident',
    docs: notesDocs,
    summary: 'What was written on an incident’s timeline.',
    input: z.strictObject({ incidentId }),
    output: z.object({ items: z.array(note) }),
    options: { '/incidentId': 'listIncidents' },
    effect: 'read',
    request: (input) => ({ method: 'GET', path: path`/incidents/${input.incidentId}/notes` }),
    response: (response) => ({ items: camelKeys(fieldOf(response, 'notes')) }),
    sample: {
      input: { incidentId: 'PI00001' },
      output: { items: [{ id: 'PWL7QXS', content: 'Contained.', createdAt: '2026-10-06T21:32:10Z' }] },
    },
  }),
};
