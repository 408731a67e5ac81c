import { operation, path } from '@castellan/sdk';
import { z } from 'zod';
import { requestTypeId, serviceDeskId, serviceDocs, servicePageSize, servicePaging } from './jira-service-shapes.js';
import { limit, listOf } from './jira-shapes.js';

const docs = `${serviceDocs}/api-group-servicedesk/#api-rest-servicedeskapi-servicedesk`;

/** What customers can be offered, for the choices of a request. */
export const jiraServiceDesks = {
  listServiceDesks: operation({
    title: 'List service desks',
    docs: `${docs}-get`,
    summary: 'Jira Service Management: the service projects that the account sees.',
    input: z.strictObject({ limit }),
    output: z.object({
      items: z.array(z.object({ id: z.string(), projectKey: z.string(), projectName: z.string() })),
    }),
    choice: { value: 'id', label: 'projectName' },
    effect: 'read',
    request: () => ({ method: 'GET', path: path`/rest/servicedeskapi/servicedesk`, query: { limit: servicePageSize } }),
    paginate: servicePaging,
    sample: { input: {}, output: { items: [{ id: '1', projectKey: 'ITH', projectName: 'IT Help' }] } },
  }),

  listRequestTypes: operation({
    title: 'List request types',
    docs: `${docs}-servicedeskid-requesttype-get`,
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
      query: { limit: servicePageSize },
    }),
    paginate: servicePaging,
    sample: { input: { serviceDeskId: '1' }, output: { items: [{ id: '11', name: 'Request access' }] } },
  }),

  listRequestFields: operation({
    title: 'List fields of a request type',
    docs: `${docs}-servicedeskid-requesttype-requesttypeid-field-get`,
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
};
