import {
  camelKeys,
  customAuth,
  defineConnector,
  FatalError,
  offsetPaging,
  operation,
  parseAnswer,
  path,
  secret,
} from '@castellan/sdk';
import { z } from 'zod';
import { eventsOrigin, sendEvent } from './pagerduty-events.js';
import { errorWords, fieldOf, incident, openIncident } from './pagerduty-incidents.js';

const api = 'https://api.pagerduty.com';
const reference = 'https://developer.pagerduty.com/api-reference';

const notesDocs = `${reference}/a1ac30885eb7a-list-notes-for-an-incident`;

/** The most that PagerDuty puts on a page. */
const pageSize = 100;

const limit = z.int().min(1).optional().meta({ title: 'At most' });
const query = z.string().optional().meta({ title: 'Name contains' });
const named = z.object({ items: z.array(z.object({ id: z.string(), name: z.string() })) });
const incidentId = z.string().min(1).meta({ title: 'Incident' }).describe('The incident’s id, such as PT4KHLK.');
const note = z.object({ id: z.string(), content: z.string(), createdAt: z.string().nullish() });
const person = z.object({ id: z.string(), name: z.string(), email: z.string() });

/** The REST API takes the token and who acts; the Events API knows neither, but wants the integration’s key in its body. */
export const pagerduty = defineConnector({
  id: 'pagerduty',
  title: 'PagerDuty',
  docs: 'https://developer.pagerduty.com/docs',
  judgedBy: 'description',
  auth: [
    customAuth({
      kind: 'apiKey',
      title: 'API key',
      fields: {
        token: secret('API key').describe('From Integrations → API Access Keys, or a user’s own.'),
        from: z
          .email()
          .meta({ title: 'Acts as' })
          .describe('The e-mail address of the PagerDuty user in whose name incidents and notes are made.'),
        routingKey: secret('Integration key')
          .describe('Of an Events API v2 integration. Needed only to send events.')
          .optional(),
      },
      credentials: ({ token, from, routingKey }, origin) => {
        if (origin === api) return { headers: { authorization: `Token token=${token}`, from } };
        return routingKey ? { body: { routing_key: routingKey } } : {};
      },
    }),
  ],
  sampleConnection: {
    kind: 'apiKey',
    fields: {
      token: 'u+abcdefghijklmnop12',
      from: 'sam.whitaker@example.com',
      routingKey: 'e93facc04764012d7bfb002500d5d1a6',
    },
  },
  baseUrl: api,
  hosts: () => [api, eventsOrigin],
  headers: { accept: 'application/vnd.pagerduty+json;version=2' },
  // 960 calls a minute for each key: https://developer.pagerduty.com/docs/rest-api-rate-limits
  perSecond: 15,
  errorMessage: errorWords,
  async test({ http }, { from }) {
    const response = await http.send({ method: 'GET', path: path`/users`, query: { query: String(from) } });
    const users = parseAnswer(z.array(person), fieldOf(response, 'users'), `${reference}/c96e889522dd6-list-users`);
    const user = users.find(({ email }) => email.toLowerCase() === String(from).toLowerCase());
    if (user) return { account: `${user.name} (${user.email})` };
    throw new FatalError(`PagerDuty has no user ${String(from)}. Enter the address of one under “Acts as”.`, {
      code: 'E_AUTH',
    });
  },
  operations: {
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

    sendEvent,

    listServices: operation({
      title: 'List services',
      docs: `${reference}/e960cca205c0f-list-services`,
      summary: 'Services on which incidents can be opened.',
      input: z.strictObject({ query, limit }),
      output: named,
      choice: { value: 'id', label: 'name' },
      effect: 'read',
      request: (input) => ({ method: 'GET', path: path`/services`, query: { query: input.query, limit: pageSize } }),
      paginate: offsetPaging({ items: 'services', more: 'more', param: 'offset' }),
      sample: { input: {}, output: { items: [{ id: 'PSECOPS', name: 'Security Operations' }] } },
    }),

    listEscalationPolicies: operation({
      title: 'List escalation policies',
      docs: `${reference}/51b21014a4f5a-list-escalation-policies`,
      summary: 'Who is paged in which order.',
      input: z.strictObject({ query, limit }),
      output: named,
      choice: { value: 'id', label: 'name' },
      effect: 'read',
      request: (input) => ({
        method: 'GET',
        path: path`/escalation_policies`,
        query: { query: input.query, limit: pageSize },
      }),
      paginate: offsetPaging({ items: 'escalation_policies', more: 'more', param: 'offset' }),
      sample: { input: {}, output: { items: [{ id: 'PSECONC', name: 'Security on call' }] } },
    }),

    listUsers: operation({
      title: 'List users',
      docs: `${reference}/c96e889522dd6-list-users`,
      summary: 'PagerDuty’s users, by name or e-mail.',
      input: z.strictObject({ query, limit }),
      output: z.object({ items: z.array(person) }),
      choice: { value: 'id', label: 'name' },
      effect: 'read',
      request: (input) => ({ method: 'GET', path: path`/users`, query: { query: input.query, limit: pageSize } }),
      paginate: offsetPaging({ items: 'users', more: 'more', param: 'offset' }),
      sample: {
        input: {},
        output: { items: [{ id: 'PU00007', name: 'Sam Whitaker', email: 'sam.whitaker@example.com' }] },
      },
    }),
  },
});
