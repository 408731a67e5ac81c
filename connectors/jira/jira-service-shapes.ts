import { asObject, type HttpClient, type JsonValue, type Paging, type Path } from '@castellan/sdk';
import { z } from 'zod';
import { issueKey, listOf } from './jira-shapes.js';

/** The vendor's pages on the calls of Service Management. */
export const serviceDocs = 'https://developer.atlassian.com/cloud/jira/service-desk/rest';

export const requestKey = issueKey.meta({ title: 'Request' });
export const serviceDeskId = z.string().regex(/^\d+$/).meta({ title: 'Service desk' }).describe('Its id.');
export const requestTypeId = z.string().regex(/^\d+$/).meta({ title: 'Request type' }).describe('Its id.');

/** An instant as Service Management tells it. */
export const instant = z.looseObject({ iso8601: z.string(), epochMillis: z.number().nullish() });

export const requestStatus = z.object({
  status: z.string(),
  statusCategory: z.string().nullish().describe('NEW, INDETERMINATE, DONE or UNDEFINED.'),
  statusDate: instant.nullish(),
});

/** The most that Service Management puts on a page. */
export const servicePageSize = 50;

/** Pages of Jira Service Management: `{ start, isLastPage, values: […] }`. */
export const servicePaging: Paging = {
  items: (response) => listOf(response, 'values'),
  next(response, request, seen) {
    const { isLastPage } = asObject(response.body);
    if (isLastPage !== false || listOf(response, 'values').length === 0) return null;
    return { ...request, query: { ...request.query, start: seen } };
  },
};

/** All that Service Management has at a path, over all pages. */
export async function readAll(http: HttpClient, path: Path): Promise<JsonValue[]> {
  const found: JsonValue[] = [];
  for (let start = 0; ; start += servicePageSize) {
    const response = await http.send({ method: 'GET', path, query: { start, limit: servicePageSize } });
    found.push(...listOf(response, 'values'));
    if (asObject(response.body).isLastPage !== false) return found;
  }
}
