import { asObject, type Host, type JsonObject, type JsonValue, operation, path } from '@castellan/sdk';
import { z } from 'zod';
import { fieldValues, issueKey as issue, limit, listOf, person, serviceDocs, servicePaging } from './jira-shapes.js';

const requestDocs = `${serviceDocs}/api-group-request/#api-rest-servicedeskapi-request`;
const deskDocs = `${serviceDocs}/api-group-servicedesk/#api-rest-servicedeskapi-servicedesk`;

const issueKey = issue.meta({ title: 'Request' });
const serviceDeskId = z.string().regex(/^\d+$/).meta({ title: 'Service desk' }).describe('Its id.');
const requestTypeId = z.string().regex(/^\d+$/).meta({ title: 'Request type' }).describe('Its id.');
const accountIds = z.array(z.string().min(1)).min(1).meta({ title: 'People' }).describe('Their account ids.');

/** The most that Jira Service Management puts on a page. */
const pageSize = 50;

/** An instant as Service Management tells it. */
export const instant = z.looseObject({ iso8601: z.string(), epochMillis: z.number().nullish() });

export const requestStatus = z.object({
  status: z.string(),
  statusCategory: z.string().nullish().describe('NEW, INDETERMINATE, DONE or UNDEFINED.'),
  statusDate: instant.nullish(),
});

const request = z.object({
  issueId: z.string(),
  issueKey: z.string(),
  summary: z.string().nullish(),
  serviceDeskId: z.string(),
  requestTypeId: z.string(),
  currentStatus: requestStatus.nullish(),
  reporter: person.nullish(),
  createdDate: instant.nullish(),
  fields: z.record(z.string(), z.unknown()).describe('What the form holds, by the ids of its fields.'),
  url: z.string().nullish().describe('The request in the portal.'),
});

function requestOf(body: JsonValue): JsonObject {
  const { requestFieldValues, _links: links = null, ...rest } = asObject(body);
  const values = Array.isArray(requestFieldValues) ? requestFieldValues.map(asObject) : [];
  const fields = Object.fromEntries(values.map(({ fieldId, value = null }) => [String(fieldId), value]));
  return { ...rest, fields, url: asObject(links).web ?? null };
}

async function participantsOf({ http }: Pick<Host, 'http'>, key: string): Promise<string[]> {
  const found: string[] = [];
  for (let start = 0; ; start += pageSize) {
    const response = await http.send({
      method: 'GET',
      path: path`/rest/servicedeskapi/request/${key}/participant`,
      query: { start, limit: pageSize },
    });
    found.push(...listOf(response, 'values').map((each) => String(asObject(each).accountId)));
    if (asObject(response.body).isLastPage !== false) return found;
  }
}

const heldBefore = (before: JsonValue): string[] => {
  const { accountIds: held } = asObject(before);
  return Array.isArray(held) ? held.map(String) : [];
};

interface Participants {
  issueKey: string;
  accountIds: string[];
}

const participation = ({ issueKey: id, accountIds: people }: Participants) =>
  people.map((accountId) => ({
    action: 'update' as const,
    subject: { type: 'jira_user', id: accountId },
    object: { type: 'jira_request', id },
  }));

const participantsBefore = async (input: Participants, host: Pick<Host, 'http'>) => ({
  accountIds: (await participantsOf(host, input.issueKey)).toSorted(),
});

const sampleInstant = { iso8601: '2026-03-01T12:00:00+0000', epochMillis: 1_772_366_400_000 };
const sampleRequest = {
  issueId: '10101',
  issueKey: 'ITH-1',
  summary: 'Access to AWS Production',
  serviceDeskId: '1',
  requestTypeId: '11',
  currentStatus: { status: 'Waiting for approval', statusCategory: 'INDETERMINATE', statusDate: sampleInstant },
  reporter: { accountId: '5b10a2844c20165700ede203', displayName: 'Jane Doe' },
  createdDate: sampleInstant,
  fields: { summary: 'Access to AWS Production' },
  url: 'https://simulated-company.atlassian.net/servicedesk/customer/portal/1/ITH-1',
};

export const jiraRequests = {
  createRequest: operation({
    title: 'Create a service request',
    docs: `${requestDocs}-post`,
    summary: 'Jira Service Management: raises a request, also in the name of a customer.',
    input: z.strictObject({
      serviceDeskId,
      requestTypeId,
      summary: z.string().max(255).optional().meta({ title: 'Summary' }),
      description: z.string().optional().meta({ title: 'Description', multiline: true }),
      onBehalfOf: z
        .string()
        .min(1)
        .optional()
        .meta({ title: 'In the name of' })
        .describe('The customer’s account id. Default: the connection’s account.'),
      participants: z
        .array(z.string().min(1))
        .optional()
        .meta({ title: 'Participants' })
        .describe('Account ids of others who follow it.'),
      fields: fieldValues,
    }),
    output: request,
    options: {
      '/serviceDeskId': 'listServiceDesks',
      '/requestTypeId': 'listRequestTypes',
      '/onBehalfOf': 'listUsers',
      '/participants/*': 'listUsers',
      '/fields/*/field': 'listRequestFields',
    },
    effect: 'write',
    // A request takes neither a key nor a property when it is raised, so one whose answer was lost is left to a person.
    idempotency: 'none',
    changes: (input) => [
      {
        action: 'create',
        object: { type: 'jira_request', id: input.requestTypeId, ...(input.summary ? { title: input.summary } : {}) },
      },
    ],
    request: ({ serviceDeskId, requestTypeId, summary, description, onBehalfOf, participants, fields }) => ({
      method: 'POST',
      path: path`/rest/servicedeskapi/request`,
      body: {
        serviceDeskId,
        requestTypeId,
        requestFieldValues: {
          ...(summary === undefined ? {} : { summary }),
          ...(description === undefined ? {} : { description }),
          ...Object.fromEntries((fields ?? []).map(({ field, value }) => [field, (value ?? null) as JsonValue])),
        },
        ...(onBehalfOf ? { raiseOnBehalfOf: onBehalfOf } : {}),
        ...(participants?.length ? { requestParticipants: participants } : {}),
      },
    }),
    response: ({ body }) => requestOf(body),
    undo: (_, output) => ({ operation: 'deleteIssue', input: { issueKey: output.issueKey } }),
    sample: {
      input: {
        serviceDeskId: '1',
        requestTypeId: '11',
        summary: 'Access to AWS Production',
        description: 'For the migration.',
        onBehalfOf: '5b10a2844c20165700ede203',
      },
      output: sampleRequest,
    },
  }),

  getRequest: operation({
    title: 'Get a service request',
    docs: `${requestDocs}-issueidorkey-get`,
    summary: 'Jira Service Management: a request with its status and what its form holds.',
    input: z.strictObject({ issueKey }),
    output: request,
    effect: 'read',
    request: (input) => ({ method: 'GET', path: path`/rest/servicedeskapi/request/${input.issueKey}` }),
    response: ({ body }) => requestOf(body),
    sample: { input: { issueKey: 'ITH-1' }, output: sampleRequest },
  }),

  doRequestTransition: operation({
    title: 'Move a service request',
    docs: `${requestDocs}-issueidorkey-transition-post`,
    summary: 'Jira Service Management: does a transition that customers have, such as to cancel.',
    input: z.strictObject({
      issueKey,
      transitionId: z.string().min(1).meta({ title: 'Transition' }).describe('Its id.'),
      comment: z.string().min(1).optional().meta({ title: 'Comment', multiline: true }),
    }),
    output: z.object({ done: z.literal(true) }),
    options: { '/transitionId': 'listRequestTransitions' },
    effect: 'write',
    // Jira does not say where a customer's transition leads, so nobody can tell whether a lost one was done.
    idempotency: 'none',
    changes: (input) => [{ action: 'update', object: { type: 'jira_request', id: input.issueKey } }],
    request: (input) => ({
      method: 'POST',
      path: path`/rest/servicedeskapi/request/${input.issueKey}/transition`,
      body: { id: input.transitionId, ...(input.comment ? { additionalComment: { body: input.comment } } : {}) },
    }),
    response: () => ({ done: true }),
    sample: { input: { issueKey: 'ITH-1', transitionId: '901' }, output: { done: true } },
  }),

  listRequestTransitions: operation({
    title: 'List transitions of a service request',
    docs: `${requestDocs}-issueidorkey-transition-get`,
    summary: 'Jira Service Management: what the customer can do with a request now.',
    input: z.strictObject({ issueKey, limit }),
    output: z.object({ items: z.array(z.object({ id: z.string(), name: z.string() })) }),
    choice: { value: 'id', label: 'name' },
    effect: 'read',
    request: (input) => ({
      method: 'GET',
      path: path`/rest/servicedeskapi/request/${input.issueKey}/transition`,
      query: { limit: pageSize },
    }),
    paginate: servicePaging,
    sample: { input: { issueKey: 'ITH-1' }, output: { items: [{ id: '901', name: 'Cancel request' }] } },
  }),

  addParticipants: operation({
    title: 'Add participants to a service request',
    docs: `${requestDocs}-issueidorkey-participant-post`,
    summary: 'Jira Service Management: lets more people follow a request.',
    input: z.strictObject({ issueKey, accountIds }),
    output: z.object({ added: z.literal(true) }),
    options: { '/accountIds/*': 'listUsers' },
    effect: 'write',
    idempotency: 'natural',
    changes: participation,
    before: participantsBefore,
    request: (input) => ({
      method: 'POST',
      path: path`/rest/servicedeskapi/request/${input.issueKey}/participant`,
      body: { accountIds: input.accountIds },
    }),
    response: () => ({ added: true }),
    undo: ({ issueKey, accountIds }, _, before) => {
      const added = accountIds.filter((each) => !heldBefore(before).includes(each));
      return added.length > 0 ? { operation: 'removeParticipants', input: { issueKey, accountIds: added } } : null;
    },
    sample: {
      input: { issueKey: 'ITH-1', accountIds: ['5b10a2844c20165700ede206'] },
      output: { added: true },
      before: { accountIds: [] },
    },
  }),

  removeParticipants: operation({
    title: 'Remove participants of a service request',
    docs: `${requestDocs}-issueidorkey-participant-delete`,
    summary: 'Jira Service Management: ends that people follow a request.',
    input: z.strictObject({ issueKey, accountIds }),
    output: z.object({ removed: z.literal(true) }),
    options: { '/accountIds/*': 'listUsers' },
    effect: 'write',
    idempotency: 'natural',
    changes: participation,
    before: participantsBefore,
    request: (input) => ({
      method: 'DELETE',
      path: path`/rest/servicedeskapi/request/${input.issueKey}/participant`,
      body: { accountIds: input.accountIds },
    }),
    response: () => ({ removed: true }),
    undo: ({ issueKey, accountIds }, _, before) => {
      const removed = accountIds.filter((each) => heldBefore(before).includes(each));
      return removed.length > 0 ? { operation: 'addParticipants', input: { issueKey, accountIds: removed } } : null;
    },
    sample: {
      input: { issueKey: 'ITH-1', accountIds: ['5b10a2844c20165700ede202'] },
      output: { removed: true },
      before: { accountIds: ['5b10a2844c20165700ede202'] },
    },
  }),

  listServiceDesks: operation({
    title: 'List service desks',
    docs: `${deskDocs}-get`,
    summary: 'Jira Service Management: the service projects that the account sees.',
    input: z.strictObject({ limit }),
    output: z.object({
      items: z.array(z.object({ id: z.string(), projectKey: z.string(), projectName: z.string() })),
    }),
    choice: { value: 'id', label: 'projectName' },
    effect: 'read',
    request: () => ({ method: 'GET', path: path`/rest/servicedeskapi/servicedesk`, query: { limit: pageSize } }),
    paginate: servicePaging,
    sample: { input: {}, output: { items: [{ id: '1', projectKey: 'ITH', projectName: 'IT Help' }] } },
  }),

  listRequestTypes: operation({
    title: 'List request types',
    docs: `${deskDocs}-servicedeskid-requesttype-get`,
    summary: 'Jira Service Management: what a service desk can be asked for.',
    input: z.strictObject({ serviceDeskId, limit }),
    output: z.object({
      items: z.array(z.object({ id: z.string(), name: z.string(), description: z.string().nullish() })),
    }),
    options: { '/serviceDeskId': 'listServiceDesks' },
    choice: { value: 'id', label: 'name' },
    effect: 'read',
    request: (input) => ({
      method: 'GET',
      path: path`/rest/servicedeskapi/servicedesk/${input.serviceDeskId}/requesttype`,
      query: { limit: pageSize },
    }),
    paginate: servicePaging,
    sample: { input: { serviceDeskId: '1' }, output: { items: [{ id: '11', name: 'Request access' }] } },
  }),

  listRequestFields: operation({
    title: 'List fields of a request type',
    docs: `${deskDocs}-servicedeskid-requesttype-requesttypeid-field-get`,
    summary: 'Jira Service Management: what the form of a request type asks for, and what its fields may be.',
    input: z.strictObject({ serviceDeskId, requestTypeId }),
    output: z.object({
      items: z.array(
        z.object({
          fieldId: z.string(),
          name: z.string(),
          required: z.boolean(),
          validValues: z.array(z.looseObject({ value: z.string(), label: z.string().nullish() })).nullish(),
        }),
      ),
    }),
    options: { '/serviceDeskId': 'listServiceDesks', '/requestTypeId': 'listRequestTypes' },
    choice: { value: 'fieldId', label: 'name' },
    effect: 'read',
    request: (input) => ({
      method: 'GET',
      path: path`/rest/servicedeskapi/servicedesk/${input.serviceDeskId}/requesttype/${input.requestTypeId}/field`,
    }),
    response: (response) => ({ items: listOf(response, 'requestTypeFields') }),
    sample: {
      input: { serviceDeskId: '1', requestTypeId: '11' },
      output: { items: [{ fieldId: 'summary', name: 'What do you need?', required: true, validValues: [] }] },
    },
  }),

  listParticipants: operation({
    title: 'List participants of a service request',
    docs: `${requestDocs}-issueidorkey-participant-get`,
    summary: 'Jira Service Management: who follows a request.',
    input: z.strictObject({ issueKey, limit }),
    output: z.object({ items: z.array(person) }),
    effect: 'read',
    request: (input) => ({
      method: 'GET',
      path: path`/rest/servicedeskapi/request/${input.issueKey}/participant`,
      query: { limit: pageSize },
    }),
    paginate: servicePaging,
    sample: {
      input: { issueKey: 'ITH-1' },
      output: { items: [{ accountId: '5b10a2844c20165700ede202', displayName: 'Marco Reyes' }] },
    },
  }),
};
