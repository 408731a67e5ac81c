import type { JsonObject, JsonValue } from '@castellan/sdk';
import {
  defineSimulator,
  type SimulatedAnswer,
  type SimulatedApi,
  type SimulatedFile,
  SimulatedRefusal,
  type SimulatedRequest,
} from '@castellan/sdk/simulator';
import attachmentApi from './fixtures/servicenow-attachment.openapi.json' with { type: 'json' };
import tableApi from './fixtures/servicenow-table.openapi.json' with { type: 'json' };
import {
  fieldsOf,
  hashId,
  labelOf,
  nameOf,
  type Row,
  rowsOf,
  type ServiceNowState,
  seedServiceNow,
} from './servicenow.seed.js';
import { queryRows } from './simulator/query.js';
import { viewServiceNow } from './simulator/view.js';

type Api = SimulatedApi<ServiceNowState>;

const site = 'https://simulated-company.service-now.com';
const notFound = "No Record found: Record doesn't exist or ACL restricts the record retrieval";

const shape: Pick<Api, 'authorize' | 'error'> = {
  authorize: ({ headers }) =>
    /^(?:Basic|Bearer) \S+/.test(headers.authorization ?? '')
      ? null
      : { status: 401, body: failure('User Not Authenticated: Required to provide Auth information') },
  error: (_, message) => failure(message),
};

function failure(words: string) {
  const [message = '', detail = null] = words.split(': ');
  return { error: { message, detail }, status: 'failure' };
}

/** The vendor's description names no operations, which the rules are known by, and leaves out where a page begins. */
function completed(description: { paths: object }, names: Record<string, string>): object {
  const offset = { name: 'sysparm_offset', in: 'query', schema: { type: 'integer' } };
  const complete = (place: string, operation: { parameters: object[] }) => {
    const operationId = names[place];
    const parameters = operationId === 'listRecords' ? [...operation.parameters, offset] : operation.parameters;
    return { ...operation, operationId, parameters };
  };
  const paths = Object.entries(description.paths).map(([path, methods]) => {
    const found = Object.entries(methods as Record<string, { parameters: object[] }>);
    return [path, Object.fromEntries(found.map(([method, each]) => [method, complete(`${method} ${path}`, each)]))];
  });
  return { ...description, paths: Object.fromEntries(paths) };
}

export const servicenowSimulator = defineSimulator<ServiceNowState>({
  connector: 'servicenow',
  title: 'ServiceNow',
  apis: [
    {
      ...shape,
      description: completed(tableApi, {
        'get /api/now/table/{tableName}': 'listRecords',
        'post /api/now/table/{tableName}': 'createRecord',
        'get /api/now/table/{tableName}/{sys_id}': 'getRecord',
        'patch /api/now/table/{tableName}/{sys_id}': 'updateRecord',
        'delete /api/now/table/{tableName}/{sys_id}': 'deleteRecord',
      }),
      rules: { listRecords, createRecord, getRecord, updateRecord, deleteRecord },
    },
    {
      ...shape,
      description: attachmentApi,
      rules: {
        listAttachments: (state, request) => {
          const found = queryRows(state.attachments, request.query.sysparm_query ?? '', asking(state, request));
          return pageOf(found.map(attachmentAnswer), request);
        },
        uploadAttachment,
        getAttachment: (state, { params }) => ({ body: { result: attachmentAnswer(attachmentAt(state, params)) } }),
        deleteAttachment: (state, { params }) => {
          const { sys_id } = attachmentAt(state, params);
          state.attachments = state.attachments.filter((each) => each.sys_id !== sys_id);
          return { status: 204 };
        },
      },
    },
  ],
  seed: seedServiceNow,
  view: viewServiceNow,
});

function asking({ sys_user }: ServiceNowState, { headers, now }: SimulatedRequest) {
  const [name] = Buffer.from(headers.authorization?.replace(/^Basic /, '') ?? '', 'base64')
    .toString('utf8')
    .split(':');
  const user = sys_user.find(({ user_name }) => user_name === name) ?? sys_user[0]!;
  return { userId: String(user.sys_id), userName: String(user.user_name), now };
}

function tableAt(state: ServiceNowState, { tableName = '' }: Record<string, string>): Row[] {
  const rows = rowsOf(state, tableName);
  if (!rows) throw new SimulatedRefusal(400, `Invalid table ${tableName}`);
  return rows;
}

function rowAt(state: ServiceNowState, params: Record<string, string>): Row {
  const found = tableAt(state, params).find(({ sys_id }) => sys_id === params.sys_id);
  if (!found) throw new SimulatedRefusal(404, notFound);
  return found;
}

function listRecords(state: ServiceNowState, request: SimulatedRequest): SimulatedAnswer {
  const rows = tableAt(state, request.params);
  const found = queryRows(rows, request.query.sysparm_query ?? '', asking(state, request));
  return pageOf(
    found.map((row) => shown(state, row, request)),
    request,
  );
}

function getRecord(state: ServiceNowState, request: SimulatedRequest): SimulatedAnswer {
  return { body: { result: shown(state, rowAt(state, request.params), request) } };
}

function createRecord(state: ServiceNowState, request: SimulatedRequest): SimulatedAnswer {
  const { tableName = '' } = request.params;
  const rows = state[holderOf(tableName)] as Row[];
  const { userName, now } = asking(state, request);
  const number = numberOf(tableName, rows.length);
  const row: Row = {
    ...Object.fromEntries([...fieldsOf(tableName)].map((field) => [field, ''])),
    sys_id: hashId(`${tableName} ${rows.length} ${now.getTime()}`),
    sys_class_name: tableName,
    ...(number ? { number, state: '1' } : {}),
    sys_created_on: timeOf(now),
    sys_updated_on: timeOf(now),
    sys_updated_by: userName,
    sys_mod_count: '0',
  };
  set(state, row, tableName, request);
  rows.push(row);
  return { status: 201, body: { result: shown(state, row, request) } };
}

function updateRecord(state: ServiceNowState, request: SimulatedRequest): SimulatedAnswer {
  const row = rowAt(state, request.params);
  const before = JSON.stringify(row);
  set(state, row, request.params.tableName ?? '', request);
  if (JSON.stringify(row) !== before) {
    row.sys_mod_count = String(Number(row.sys_mod_count ?? 0) + 1);
    row.sys_updated_on = timeOf(request.now);
    row.sys_updated_by = asking(state, request).userName;
  }
  return { body: { result: shown(state, row, request) } };
}

function deleteRecord(state: ServiceNowState, { params }: SimulatedRequest): SimulatedAnswer {
  const row = rowAt(state, params);
  const holder = holderOf(String(row.sys_class_name || params.tableName));
  Object.assign(state, { [holder]: (state[holder] as Row[]).filter((each) => each !== row) });
  return { status: 204 };
}

/** The collection that holds the records of a table. */
function holderOf(tableName: string): keyof ServiceNowState {
  const holder = tableName.startsWith('cmdb_ci') ? 'cmdb_ci' : tableName;
  if (!Object.hasOwn(seedServiceNow(), holder)) throw new SimulatedRefusal(400, `Invalid table ${tableName}`);
  return holder as keyof ServiceNowState;
}

const prefixes: Record<string, string> = { incident: 'INC', change_request: 'CHG', sc_req_item: 'RITM' };

const numberOf = (tableName: string, count: number): string | null =>
  prefixes[tableName] ? `${prefixes[tableName]}${String(10_001 + count).padStart(7, '0')}` : null;

const journals = ['work_notes', 'comments'];

/** Values of fields that the table does not have are not stored; notes become lines of the journal. */
function set(state: ServiceNowState, row: Row, tableName: string, request: SimulatedRequest): void {
  const fields = fieldsOf(tableName);
  const isTask = fields.has('work_notes');
  for (const [field, value] of Object.entries(request.body as JsonObject)) {
    if (isTask && journals.includes(field)) {
      const { userId: by } = asking(state, request);
      const entry = { recordId: String(row.sys_id), kind: field, text: String(value), by, at: timeOf(request.now) };
      if (value !== '') state.journal.push(entry);
    } else if (fields.has(field)) row[field] = String(value ?? '');
  }
}

/** With the fields that were asked for, and names in place of ids where display values are. */
function shown(state: ServiceNowState, row: Row, { query }: SimulatedRequest): JsonObject {
  const display = query.sysparm_display_value === 'true';
  const related: Row = {
    ...dotted('parent', state.cmdb_ci, row),
    ...dotted('child', state.cmdb_ci, row),
    ...dotted('type', state.cmdb_rel_type, row),
  };
  const all: Row = { ...row, ...(query.sysparm_fields?.includes('.') ? related : {}) };
  if (display) {
    for (const kind of journals.filter((name) => name in row && 'work_notes' in row))
      all[kind] = journalOf(state, row, kind);
    for (const [field, value] of Object.entries(all)) if (field !== 'sys_id') all[field] = nameOf(state, value);
  }
  const wanted = query.sysparm_fields?.split(',') ?? Object.keys(all);
  return Object.fromEntries(wanted.filter((field) => field in all).map((field) => [field, all[field] as JsonValue]));
}

function dotted(field: string, rows: Row[], row: Row): Row {
  const found = rows.find(({ sys_id }) => sys_id === row[field]);
  return found ? { [`${field}.name`]: String(found.name) } : {};
}

/** Newest first: `<time> - <who> (Work notes)`, then the text, then an empty line. */
function journalOf(state: ServiceNowState, row: Row, kind: string): string {
  return state.journal
    .filter(({ recordId, kind: other }) => recordId === row.sys_id && other === kind)
    .toReversed()
    .map(({ at, by, text }) => `${at} - ${nameOf(state, by)} (${labelOf(kind)})\n${text}\n\n`)
    .join('');
}

function pageOf(rows: object[], { query }: SimulatedRequest): SimulatedAnswer {
  const [offset, limit] = [Number(query.sysparm_offset ?? 0), Number(query.sysparm_limit ?? 10_000)];
  const next = `<${site}/api/now?sysparm_limit=${limit}&sysparm_offset=${offset + limit}>;rel="next"`;
  return {
    body: { result: rows.slice(offset, offset + limit) as never },
    headers: { 'x-total-count': String(rows.length), ...(offset + limit < rows.length ? { link: next } : {}) },
  };
}

function uploadAttachment(state: ServiceNowState, { body }: SimulatedRequest): SimulatedAnswer {
  const form = body as unknown as { table_name: string; table_sys_id: string; uploadFile: SimulatedFile };
  rowAt(state, { tableName: form.table_name, sys_id: form.table_sys_id });
  const attachment = {
    sys_id: hashId(`attachment ${state.attachments.length} ${form.uploadFile.content}`),
    table_name: form.table_name,
    table_sys_id: form.table_sys_id,
    file_name: form.uploadFile.filename,
    content_type: form.uploadFile.contentType,
    size_bytes: String(form.uploadFile.size),
    content: form.uploadFile.content,
  };
  state.attachments.push(attachment);
  return { status: 201, body: { result: attachmentAnswer(attachment) } };
}

function attachmentAt(state: ServiceNowState, { sys_id }: Record<string, string>) {
  const found = state.attachments.find((each) => each.sys_id === sys_id);
  if (!found) throw new SimulatedRefusal(404, notFound);
  return found;
}

function attachmentAnswer({ content: _, ...attachment }: Row): Row {
  return { ...attachment, download_link: `${site}/api/now/attachment/${attachment.sys_id}/file` };
}

const timeOf = (now: Date): string => now.toISOString().slice(0, 19).replace('T', ' ');
