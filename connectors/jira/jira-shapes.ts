import { asObject, FatalError, type HttpResponse, type JsonObject, type JsonValue, type Paging } from '@castellan/sdk';
import { z } from 'zod';
import { textOf } from './jira-text.js';

/** The vendor's pages on its calls. */
export const docs = 'https://developer.atlassian.com/cloud/jira/platform/rest/v3';

export const issueKey = z.string().min(1).meta({ title: 'Issue' }).describe('Its key, such as OPS-12, or its id.');
export const limit = z.int().min(1).optional().meta({ title: 'At most' });

/** A field of Jira and what it is set to, as Jira takes it: a text, `{ "id": … }`, `{ "value": … }` or a list of these. */
export const fieldValues = z
  .array(
    z.strictObject({
      field: z.string().min(1).meta({ title: 'Field' }).describe('Its id, such as customfield_10010.'),
      value: z.unknown().meta({ title: 'Value' }).describe('As Jira takes it; null empties the field.'),
    }),
  )
  .optional()
  .meta({ title: 'Other fields' });

export const person = z.looseObject({
  accountId: z.string(),
  displayName: z.string().nullish(),
  emailAddress: z.string().nullish().describe('Only if its owner shows it.'),
});

const named = z.looseObject({ id: z.string().nullish(), name: z.string().nullish() });

export const issue = z.object({
  id: z.string(),
  key: z.string(),
  url: z.string().nullable().describe('The page of the issue.'),
  description: z.string().describe('The description as plain text.'),
  fields: z.looseObject({
    summary: z.string().nullish(),
    status: named.extend({ statusCategory: z.looseObject({ key: z.string() }).nullish() }).nullish(),
    issuetype: named.nullish(),
    project: named.extend({ key: z.string().nullish() }).nullish(),
    priority: named.nullish(),
    resolution: named.nullish(),
    assignee: person.nullish(),
    reporter: person.nullish(),
    labels: z.array(z.string()).nullish(),
    duedate: z.string().nullish(),
    created: z.string().nullish(),
    updated: z.string().nullish(),
  }),
});

/** An issue as it was created or found, without its fields. */
export const issueName = issue.pick({ id: true, key: true, url: true });

/** Jira's issue as an output; its shape is checked with the output. */
export function issueOf(given: JsonValue): JsonObject {
  const found = asObject(given);
  const fields = asObject(found.fields ?? null);
  return { ...nameOf(found), description: textOf(fields.description ?? null), fields };
}

/** Id, key and page of an issue. */
export function nameOf(given: JsonValue): { id: JsonValue; key: JsonValue; url: string | null } {
  const { id = null, key = null, self } = asObject(given);
  return { id, key, url: typeof self === 'string' && typeof key === 'string' ? pageOf(self, key) : null };
}

/** Behind OAuth an issue's address is the gateway's, which has no pages. */
function pageOf(self: string, key: string): string | null {
  const { origin, host } = new URL(self);
  return host === 'api.atlassian.com' ? null : `${origin}/browse/${key}`;
}

/** What a field names another thing by: its id if it is one, else its name. */
export const idOrName = (value: string): JsonObject => (/^\d+$/.test(value) ? { id: value } : { name: value });

/** The list at a name of an answer's body. */
export function listOf({ body, status }: HttpResponse, name: string): JsonValue[] {
  const list = asObject(body)[name];
  if (Array.isArray(list)) return list;
  throw new FatalError(`The answer has no list “${name}”.`, { code: 'E_RESPONSE', status });
}

/** Jira's pages: `{ startAt, total?, isLast?, <items>: […] }`. */
export function startAtPaging(items: string): Paging {
  return {
    items: (response) => listOf(response, items),
    next(response, request, seen) {
      const { isLast, total } = asObject(response.body);
      const ended = typeof isLast === 'boolean' ? isLast : typeof total !== 'number' || seen >= total;
      if (ended || listOf(response, items).length === 0) return null;
      return { ...request, query: { ...request.query, startAt: seen } };
    },
  };
}

/** Jira: `{ errorMessages: […], errors: { <field>: … } }`; Service Management: `{ errorMessage }`. */
export function errorWords({ body }: HttpResponse): string | undefined {
  const { errorMessages, errors, errorMessage } = asObject(body);
  if (typeof errorMessage === 'string' && errorMessage !== '') return errorMessage;
  const general = Array.isArray(errorMessages) ? errorMessages.map(String) : [];
  const ofFields = Object.entries(asObject(errors ?? null)).map(([field, words]) => `${field}: ${String(words)}`);
  return [...general, ...ofFields].join(' ') || undefined;
}
