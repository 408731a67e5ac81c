import { asObject, FatalError, type HttpResponse, type JsonObject, type JsonValue, type Paging } from '@castellan/sdk';
import { z } from 'zod';

const reference = 'https://www.servicenow.com/docs/bundle/zurich-api-reference/page/integrate/inbound-rest/concept';

/** The vendor's pages on its calls. */
export const tableDocs = `${reference}/c_TableAPI.html`;
export const attachmentDocs = `${reference}/c_AttachmentAPI.html`;

/** How many records a page has. */
export const pageSize = 500;

export const tableName = z.string().regex(/^[a-z0-9_]+$/, 'The name of a table, such as incident.');
export const table = tableName.meta({ title: 'Table' }).describe('Its name, such as incident.');
export const sysId = z
  .string()
  .regex(/^[0-9a-f]{32}$/, 'A sys_id has 32 hexadecimal digits.')
  .meta({ title: 'Record' })
  .describe('Its sys_id.');
export const limit = z.int().min(1).default(500).meta({ title: 'At most' });

export const fieldName = z
  .string()
  .regex(/^[a-z0-9_.]+$/, 'The name of a field, such as short_description.')
  .meta({ title: 'Field' });

/** Fields and what they are set to; an empty text empties a field. */
export const fieldValues = z.array(
  z.strictObject({
    field: fieldName,
    value: z.union([z.string(), z.number(), z.boolean()]).meta({ title: 'Value' }),
  }),
);
export type FieldValues = z.output<typeof fieldValues>;

export const valuesOf = (values: FieldValues | undefined): JsonObject =>
  Object.fromEntries((values ?? []).map(({ field, value }) => [field, value]));

/** What a person reads in place of codes and sys_ids. */
export const displayValues = z
  .boolean()
  .optional()
  .meta({ title: 'Display values' })
  .describe('Names and labels in place of sys_ids and codes, and times in the account’s time zone.');

/** A record as ServiceNow answers it: every value is a text, references are the sys_id of what they refer to. */
export const record = z.looseObject({ sys_id: z.string() });
export type ServiceNowRecord = z.output<typeof record>;

/** References as their sys_id alone, without links. */
export const plain = (display?: boolean) => ({
  sysparm_exclude_reference_link: 'true',
  sysparm_display_value: display ? 'true' : 'false',
});

/** The result of an answer. */
export function resultOf({ body }: HttpResponse): JsonValue {
  return asObject(body).result ?? null;
}

/** The records of an answer; their shape is checked with the output. */
export function recordsOf(response: HttpResponse): JsonObject[] {
  const result = resultOf(response);
  if (Array.isArray(result)) return result.map(asObject);
  throw new FatalError('The answer has no list “result”.', { code: 'E_RESPONSE', status: response.status });
}

/**
 * Where the next page begins, by the Link header; null at the end. Pages are counted by the records that ServiceNow looks
 * at: those that the account may not see are missing from a page, which says nothing of the end.
 */
export function nextOffset({ headers }: HttpResponse): number | null {
  const next = /<([^>]*)>;\s*rel="next"/.exec(headers.link ?? '')?.[1];
  const offset = next === undefined ? NaN : Number(new URL(next).searchParams.get('sysparm_offset'));
  return Number.isInteger(offset) && offset > 0 ? offset : null;
}

/** Pages of the Table and Attachment API. */
export const linkPaging: Paging = {
  size: 'sysparm_limit',
  items: recordsOf,
  next(response, request) {
    const offset = nextOffset(response);
    return offset === null ? null : { ...request, query: { ...request.query, sysparm_offset: offset } };
  },
};

/** A value in an encoded query: a caret would begin another condition, and `javascript:` would be run. */
export function queryValue(value: string): string {
  if (/^\s*javascript:/i.test(value)) {
    throw new FatalError('A value that is looked for must not begin with “javascript:”.', { code: 'E_INPUT' });
  }
  return value.replaceAll('^', '^^');
}

/** A query whose pages hold together: without an order of its own the records come by their sys_id. */
export const ordered = (query: string | undefined): string =>
  /(?:^|\^)ORDERBY/.test(query ?? '') ? String(query) : [query, 'ORDERBYsys_id'].filter(Boolean).join('^');

/** `{ error: { message, detail } }` */
export function errorWords({ body }: HttpResponse): string | undefined {
  const { message, detail } = asObject(asObject(body).error ?? null);
  const words = [message, detail].filter((part) => typeof part === 'string' && part !== '');
  return words.join(': ') || undefined;
}
