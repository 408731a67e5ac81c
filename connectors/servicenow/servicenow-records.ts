import {
  asObject,
  type Host,
  type HttpRequest,
  type JsonObject,
  type JsonValue,
  operation,
  parseAnswer,
  path,
  UnknownOutcomeError,
} from '@castellan/sdk';
import { z } from 'zod';
import {
  displayValues,
  fieldName,
  fieldValues,
  limit,
  linkPaging,
  ordered,
  pageSize,
  plain,
  queryValue,
  record,
  recordsOf,
  resultOf,
  type ServiceNowRecord,
  sysId,
  table,
  tableDocs,
  valuesOf,
} from './servicenow-shapes.js';

/** Fields of which each writing adds a line: setting one again is not natural. */
const journals = new Set(['work_notes', 'comments', 'comments_and_work_notes']);

/** Reads some fields of a record; null if there is none. */
export async function readRecord(
  { http }: Pick<Host, 'http'>,
  place: { table: string; sysId: string },
  fields?: string[],
  options: { display?: boolean } = {},
): Promise<ServiceNowRecord | null> {
  const response = await http.send({
    method: 'GET',
    path: path`/api/now/table/${place.table}/${place.sysId}`,
    query: { ...plain(options.display), sysparm_fields: fields?.join(',') },
    accept: [404],
  });
  return response.status === 404 ? null : parseAnswer(record, resultOf(response), tableDocs);
}

/** Creates a record that can be told again by its correlation_id, ServiceNow's own field for a foreign key. */
export function createRequest(table: string, values: JsonObject, idempotencyKey: string): HttpRequest {
  return {
    method: 'POST',
    path: path`/api/now/table/${table}`,
    query: plain(),
    body: { correlation_id: idempotencyKey, correlation_display: 'Castellan', ...values },
  };
}

/**
 * The record that an earlier attempt of this effect created, or null. ServiceNow leaves out what a query says of fields
 * that a table does not have, and does not store them: where there is no correlation_id nobody can tell.
 */
export async function findCreated(
  { http, idempotencyKey }: Host,
  table: string,
  values: JsonObject = {},
): Promise<ServiceNowRecord | null> {
  const key = String(values.correlation_id ?? idempotencyKey);
  const read = async (query: Record<string, string>) => {
    const page = { ...plain(), ...query, sysparm_limit: 1 };
    const response = await http.send({ method: 'GET', path: path`/api/now/table/${table}`, query: page });
    return recordsOf(response)[0];
  };
  const found = await read({ sysparm_query: `correlation_id=${queryValue(key)}` });
  if (found?.correlation_id === key) return parseAnswer(record, found, tableDocs);
  const any = found ?? (await read({ sysparm_fields: 'sys_id,correlation_id' }));
  if (any === undefined || 'correlation_id' in any) return null;
  throw new UnknownOutcomeError(
    `The table ${table} has no correlation_id, so ServiceNow cannot be asked whether the record was created.`,
  );
}

export const recordOf = (response: Parameters<typeof resultOf>[0]): JsonValue => resultOf(response);

/** The fields of a record that a change would set, as they are now. */
export async function before(
  host: Pick<Host, 'http'>,
  place: { table: string; sysId: string },
  values: JsonObject,
): Promise<JsonValue> {
  const fields = Object.keys(values);
  const held = await readRecord(host, place, ['sys_id', ...fields]);
  return { fields: Object.fromEntries(fields.map((field) => [field, (held?.[field] ?? '') as JsonValue])) };
}

/** The change that sets fields back. */
export function setBack(place: { table: string; sysId: string }, state: JsonValue) {
  const fields = Object.entries(asObject(asObject(state).fields ?? null));
  if (fields.length === 0) return null;
  return {
    operation: 'updateRecord',
    input: { ...place, values: fields.map(([field, value]) => ({ field, value: String(value ?? '') })) },
  };
}

export const journalProblems = (values: { field: string }[] | undefined, pointer: string) =>
  (values ?? []).flatMap(({ field }, index) =>
    journals.has(field)
      ? [{ pointer: `${pointer}/${index}/field`, message: `Use “Add a note” for ${field}: each writing adds a line.` }]
      : [],
  );

const sampleId = '9d385017c611228701d22104cc95c371';
const sampleRecord = {
  sys_id: sampleId,
  number: 'INC0000060',
  short_description: 'Unable to sign in to the data warehouse',
  state: '1',
};

export const servicenowRecords = {
  listRecords: operation({
    title: 'List records',
    docs: tableDocs,
    summary: 'Records of any table that a query finds.',
    input: z.strictObject({
      table,
      query: z
        .string()
        .optional()
        .meta({ title: 'Query' })
        .describe('An encoded query, as a list’s “Copy query” gives it, such as active=true^priority=1.'),
      fields: z.array(fieldName).optional().meta({ title: 'Fields' }).describe('Default: all.'),
      displayValues,
      limit,
    }),
    output: z.object({ items: z.array(record) }),
    options: { '/table': 'listTables', '/fields/*': 'listFields' },
    effect: 'read',
    request: (input) => ({
      method: 'GET',
      path: path`/api/now/table/${input.table}`,
      query: {
        ...plain(input.displayValues),
        sysparm_query: ordered(input.query),
        sysparm_fields: input.fields && ['sys_id', ...input.fields].join(','),
        sysparm_limit: Math.min(input.limit, pageSize),
      },
    }),
    paginate: linkPaging,
    sample: {
      input: { table: 'incident', query: 'active=true', fields: ['number', 'short_description', 'state'], limit: 500 },
      output: { items: [sampleRecord] },
    },
  }),

  getRecord: operation({
    title: 'Get a record',
    docs: tableDocs,
    summary: 'One record of any table, by its sys_id.',
    input: z.strictObject({
      table,
      sysId,
      fields: z.array(fieldName).optional().meta({ title: 'Fields' }),
      displayValues,
    }),
    output: record,
    options: { '/table': 'listTables', '/fields/*': 'listFields' },
    effect: 'read',
    request: (input) => ({
      method: 'GET',
      path: path`/api/now/table/${input.table}/${input.sysId}`,
      query: {
        ...plain(input.displayValues),
        sysparm_fields: input.fields && ['sys_id', ...input.fields].join(','),
      },
    }),
    response: recordOf,
    sample: { input: { table: 'incident', sysId: sampleId }, output: sampleRecord },
  }),

  createRecord: operation({
    title: 'Create a record',
    docs: tableDocs,
    summary: 'Creates a record in any table, such as a change or a requested item.',
    input: z.strictObject({
      table,
      values: fieldValues.min(1).meta({ title: 'Values' }),
    }),
    output: record,
    options: { '/table': 'listTables', '/values/*/field': 'listFields' },
    effect: 'write',
    idempotency: 'lookup',
    changes: (input) => [{ action: 'create', object: { type: `servicenow_${input.table}`, id: 'new' } }],
    request: (input, { idempotencyKey }) => createRequest(input.table, valuesOf(input.values), idempotencyKey),
    response: recordOf,
    lookup: (input, host) => findCreated(host, input.table, valuesOf(input.values)),
    undo: ({ table }, { sys_id }) => ({ operation: 'deleteRecord', input: { table, sysId: sys_id } }),
    sample: {
      input: {
        table: 'change_request',
        values: [
          { field: 'short_description', value: 'Remove unused service accounts' },
          { field: 'type', value: 'standard' },
        ],
      },
      output: { sys_id: 'c83c5e5347c12200e0ef563dbb9a7190', number: 'CHG0000012' },
    },
  }),

  updateRecord: operation({
    title: 'Change a record',
    docs: tableDocs,
    summary: 'Sets fields of a record of any table; those that are left out stay as they are.',
    input: z.strictObject({ table, sysId, values: fieldValues.min(1).meta({ title: 'Values' }) }),
    output: record,
    options: { '/table': 'listTables', '/values/*/field': 'listFields' },
    effect: 'write',
    idempotency: 'natural',
    // In the CMDB comments are a field like any other.
    check: ({ table, values }) => (table.startsWith('cmdb') ? [] : journalProblems(values, '/values')),
    changes: (input) => [{ action: 'update', object: { type: `servicenow_${input.table}`, id: input.sysId } }],
    before: (input, host) => before(host, input, valuesOf(input.values)),
    request: ({ table, sysId, values }) => updateRequest({ table, sysId }, valuesOf(values)),
    response: recordOf,
    undo: ({ table, sysId }, _, state) => setBack({ table, sysId }, state),
    sample: {
      input: { table: 'incident', sysId: sampleId, values: [{ field: 'urgency', value: '1' }] },
      output: { ...sampleRecord, urgency: '1' },
      before: { fields: { urgency: '3' } },
    },
  }),

  deleteRecord: operation({
    title: 'Delete a record',
    docs: tableDocs,
    summary: 'Deletes a record of any table for good. What it held is kept in the evidence.',
    input: z.strictObject({ table, sysId }),
    output: z.object({ deleted: z.literal(true), alreadyGone: z.boolean() }),
    options: { '/table': 'listTables' },
    effect: 'destructive',
    idempotency: 'natural',
    changes: (input) => [{ action: 'delete', object: { type: `servicenow_${input.table}`, id: input.sysId } }],
    before: async ({ table, sysId }, host) => (await readRecord(host, { table, sysId })) as JsonValue,
    request: (input) => ({
      method: 'DELETE',
      path: path`/api/now/table/${input.table}/${input.sysId}`,
      accept: [404],
    }),
    response: ({ status }) => ({ deleted: true, alreadyGone: status === 404 }),
    sample: { input: { table: 'incident', sysId: sampleId }, output: { deleted: true, alreadyGone: false } },
  }),
};

/** Sets fields of a record; others stay. */
export function updateRequest(place: { table: string; sysId: string }, values: JsonObject): HttpRequest {
  return {
    method: 'PATCH',
    path: path`/api/now/table/${place.table}/${place.sysId}`,
    query: plain(),
    body: values,
  };
}
