import { asObject, type JsonObject, type JsonValue, operation, path } from '@castellan/sdk';
import { z } from 'zod';
import {
  instant,
  requestKey as issueKey,
  requestStatus,
  requestTypeId,
  serviceDeskId,
  serviceDocs,
  servicePageSize,
  servicePaging,
} from './jira-service-shapes.js';
import { fieldValues, limit, person } from './jira-shapes.js';

const requestDocs = `${serviceDocs}/api-group-request/#api-rest-servicedeskapi-request`;

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
      query: { limit: servicePageSize },
    }),
    paginate: servicePaging,
    sample: { input: { issueKey: 'ITH-1' }, output: { items: [{ id: '901', name: 'Cancel request' }] } },
  }),
};
