import { asObject, type HttpRequest, type JsonValue, operation, path } from '@castellan/sdk';
import { z } from 'zod';
import { docs, issue, issueOf, listOf } from './jira-shapes.js';

/** The first page of a search, with some properties of each issue. */
export function searchRequest(query: { jql: string; fields: string[]; properties?: string[] }): HttpRequest {
  const body = { ...query, maxResults: 100 };
  return { method: 'POST', path: path`/rest/api/3/search/jql`, safe: true, body };
}

/** The request of the page that an answer names, or null at the end. */
export function nextSearchPage(answer: JsonValue, request: HttpRequest): HttpRequest | null {
  const { nextPageToken, isLast } = asObject(answer);
  if (isLast === true || typeof nextPageToken !== 'string') return null;
  return { ...request, body: { ...asObject(request.body ?? null), nextPageToken } };
}

export const jiraSearch = {
  searchIssues: operation({
    title: 'Search issues',
    docs: `${docs}/api-group-issue-search/#api-rest-api-3-search-jql-post`,
    summary: 'Issues that a JQL query finds. Jira’s search shows a change some seconds after it was made.',
    input: z.strictObject({
      jql: z
        .string()
        .min(1)
        .meta({ title: 'JQL', multiline: true })
        .describe('It must be bounded, such as by a project.'),
      fields: z
        .array(z.string().min(1))
        .optional()
        .meta({ title: 'Fields' })
        .describe('Ids of the fields to read. Default: all that lists of issues show.'),
      limit: z.int().min(1).default(100).meta({ title: 'At most' }),
    }),
    output: z.object({ items: z.array(issue) }),
    options: { '/fields/*': 'listFields' },
    choice: { value: 'key', label: 'key' },
    effect: 'read',
    request: (input) => searchRequest({ jql: input.jql, fields: input.fields ?? ['*navigable'] }),
    paginate: {
      items: (response) => listOf(response, 'issues'),
      next: ({ body }, request) => nextSearchPage(body, request),
    },
    each: issueOf,
    sample: {
      input: { jql: 'project = OPS AND statusCategory != Done ORDER BY created', limit: 100 },
      output: {
        items: [
          {
            id: '10001',
            key: 'OPS-1',
            url: 'https://simulated-company.atlassian.net/browse/OPS-1',
            description: '',
            fields: { summary: 'Review standing access' },
          },
        ],
      },
    },
  }),
};
