import {
  asObject,
  FatalError,
  type Host,
  type JsonObject,
  type JsonValue,
  operation,
  parseAnswer,
  path,
} from '@castellan/sdk';
import { z } from 'zod';
import {
  before,
  createRequest,
  findCreated,
  journalProblems,
  readRecord,
  recordOf,
  setBack,
  updateRequest,
} from './servicenow-records.js';
import {
  fieldValues,
  plain,
  queryValue,
  record,
  recordsOf,
  sysId,
  table,
  tableDocs,
  valuesOf,
} from './servicenow-shapes.js';

const incidentId = sysId.meta({ title: 'Incident' });
const level = z.enum(['1', '2', '3']).describe('1 is high, 3 is low.');

const incidentFields = {
  description: z.string().optional().meta({ title: 'Description', multiline: true }),
  impact: level.optional().meta({ title: 'Impact' }),
  urgency: level.optional().meta({ title: 'Urgency' }),
  category: z.string().optional().meta({ title: 'Category' }).describe('Its value, such as software.'),
  assignmentGroup: sysId.optional().meta({ title: 'Assignment group' }),
  assignedTo: sysId.optional().meta({ title: 'Assigned to' }),
  configurationItem: sysId.optional().meta({ title: 'Configuration item' }),
  values: fieldValues.optional().meta({ title: 'Other fields' }),
};

const options = {
  '/assignmentGroup': 'listGroups',
  '/assignedTo': 'listUsers',
  '/configurationItem': 'listConfigurationItems',
} as const;

const columns: Record<string, string> = {
  shortDescription: 'short_description',
  description: 'description',
  callerId: 'caller_id',
  impact: 'impact',
  urgency: 'urgency',
  category: 'category',
  state: 'state',
  assignmentGroup: 'assignment_group',
  assignedTo: 'assigned_to',
  configurationItem: 'cmdb_ci',
};

const resolvedWith = ({ closeCode, closeNotes }: { closeCode: string; closeNotes: string }): JsonObject => ({
  ...{ state: '6', close_code: closeCode, close_notes: closeNotes },
});

function wasResolvedSo(input: { closeCode: string; closeNotes: string }, state: JsonValue): boolean {
  const was = asObject(asObject(state).fields ?? null);
  return Object.entries(resolvedWith(input)).every(([field, value]) => was[field] === value);
}

/** The incident's fields as the table has them. */
function incidentValues({ values, ...named }: { values?: z.output<typeof fieldValues> | undefined }): JsonObject {
  const given = Object.entries(named as Record<string, string | undefined>).filter(([name]) => name in columns);
  const set = given.flatMap(([name, value]) => (value === undefined ? [] : [[columns[name]!, value]]));
  return { ...Object.fromEntries(set), ...valuesOf(values) };
}

const place = (id: string) => ({ table: 'incident', sysId: id });

const updated = (id: string, title?: string) => [
  { action: 'update' as const, object: { type: 'servicenow_incident', id, ...(title ? { title } : {}) } },
];

/** The journal of a record as people read it: entries with their author and time, newest first. */
async function journalHas(host: Host, input: { table: string; sysId: string; kind: string; text: string }) {
  const held = await readRecord(host, input, ['sys_id', input.kind], { display: true });
  const journal = String(held?.[input.kind] ?? '').replaceAll('\r\n', '\n');
  return journal.split('\n\n').some((entry) => entry.slice(entry.indexOf('\n') + 1).trim() === input.text.trim());
}

const sampleId = '9d385017c611228701d22104cc95c371';
const sample = {
  sys_id: sampleId,
  number: 'INC0000060',
  short_description: 'Unable to sign in to the data warehouse',
  state: '1',
  urgency: '3',
};

export const servicenowIncidents = {
  createIncident: operation({
    title: 'Create an incident',
    docs: tableDocs,
    summary: 'Opens an incident.',
    input: z.strictObject({
      shortDescription: z.string().min(1).max(160).meta({ title: 'Short description' }),
      callerId: sysId.optional().meta({ title: 'Caller' }).describe('The sys_id of the person who reports it.'),
      ...incidentFields,
    }),
    output: record,
    options: { ...options, '/callerId': 'listUsers' },
    effect: 'write',
    idempotency: 'lookup',
    check: ({ values }) => journalProblems(values, '/values'),
    changes: (input) => [
      { action: 'create', object: { type: 'servicenow_incident', id: 'new', title: input.shortDescription } },
    ],
    request: (input, { idempotencyKey }) => createRequest('incident', incidentValues(input), idempotencyKey),
    response: recordOf,
    lookup: (input, host) => findCreated(host, 'incident', incidentValues(input)),
    undo: (_, { sys_id }) => ({ operation: 'deleteRecord', input: { table: 'incident', sysId: sys_id } }),
    sample: {
      input: { shortDescription: 'Access of jane.doe@example.com was suspended', impact: '2', urgency: '1' },
      output: { ...sample, short_description: 'Access of jane.doe@example.com was suspended' },
    },
  }),

  updateIncident: operation({
    title: 'Change an incident',
    docs: tableDocs,
    summary: 'Sets fields of an incident; those that are left out stay as they are.',
    input: z.strictObject({
      sysId: incidentId,
      shortDescription: z.string().min(1).max(160).optional().meta({ title: 'Short description' }),
      state: z
        .string()
        .optional()
        .meta({ title: 'State' })
        .describe('1 new, 2 in progress, 3 on hold, 6 resolved, 7 closed, unless the instance has others.'),
      ...incidentFields,
    }),
    output: record,
    options,
    effect: 'write',
    idempotency: 'natural',
    check: (input) => [
      ...journalProblems(input.values, '/values'),
      ...(Object.keys(incidentValues(input)).length === 0
        ? [{ pointer: '', message: 'Give at least one field to set.' }]
        : []),
    ],
    changes: (input) => updated(input.sysId),
    before: (input, host) => before(host, place(input.sysId), incidentValues(input)),
    request: (input) => updateRequest(place(input.sysId), incidentValues(input)),
    response: recordOf,
    undo: (input, _, state) => setBack(place(input.sysId), state),
    sample: {
      input: { sysId: sampleId, state: '2', urgency: '1' },
      output: { ...sample, state: '2', urgency: '1' },
      before: { fields: { state: '1', urgency: '3' } },
    },
  }),

  resolveIncident: operation({
    title: 'Resolve an incident',
    docs: tableDocs,
    summary: 'Sets an incident to resolved, with how it was solved.',
    input: z.strictObject({
      sysId: incidentId,
      closeCode: z
        .string()
        .min(1)
        .meta({ title: 'Resolution code', examples: ['Solution provided'] })
        .describe('As the instance has it.'),
      closeNotes: z.string().min(1).meta({ title: 'Resolution notes', multiline: true }),
    }),
    output: record,
    effect: 'write',
    idempotency: 'natural',
    changes: (input) => updated(input.sysId, 'Resolved'),
    before: (input, host) => before(host, place(input.sysId), resolvedWith(input)),
    request: (input) => updateRequest(place(input.sysId), resolvedWith(input)),
    response: recordOf,
    undo: (input, _, state) => (wasResolvedSo(input, state) ? null : setBack(place(input.sysId), state)),
    sample: {
      input: { sysId: sampleId, closeCode: 'Solution provided', closeNotes: 'Access was granted again.' },
      output: { ...sample, state: '6' },
      before: { fields: { state: '1', close_code: '', close_notes: '' } },
    },
  }),

  addNote: operation({
    title: 'Add a note',
    docs: tableDocs,
    summary: 'Writes a work note for the team, or a comment that the caller sees, on a record of any task table.',
    input: z.strictObject({
      table: table.default('incident'),
      sysId,
      kind: z
        .enum(['work_notes', 'comments'])
        .default('work_notes')
        .meta({ title: 'Kind' })
        .describe('work_notes are for the team, comments are seen by the caller.'),
      text: z.string().min(1).meta({ title: 'Note', multiline: true }),
    }),
    output: z.object({ sysId: z.string(), added: z.literal(true) }),
    options: { '/table': 'listTables' },
    effect: 'write',
    // A note has no field for a key: one whose answer was lost is looked for by its words.
    idempotency: 'lookup',
    changes: ({ table, sysId }) => [{ action: 'update', object: { type: `servicenow_${table}`, id: sysId } }],
    request: ({ table, sysId, kind, text }) => updateRequest({ table, sysId }, { [kind]: text }),
    response: (response) => ({ sysId: asObject(recordOf(response)).sys_id ?? null, added: true }),
    lookup: async (input, host) =>
      (await journalHas(host, input)) ? { sysId: input.sysId, added: true as const } : null,
    sample: {
      input: { table: 'incident', sysId: sampleId, kind: 'work_notes', text: 'Access was revoked in Opal.' },
      output: { sysId: sampleId, added: true },
    },
  }),

  findByNumber: operation({
    title: 'Find a task by its number',
    docs: tableDocs,
    summary: 'The incident, change, request or other task with a number, such as INC0010001.',
    input: z.strictObject({
      number: z.string().min(1).meta({ title: 'Number' }),
      table: table.default('task').describe('The table to look in; task holds all tasks.'),
    }),
    output: record,
    options: { '/table': 'listTables' },
    effect: 'read',
    async run(input, { http }) {
      const response = await http.send({
        method: 'GET',
        path: path`/api/now/table/${input.table}`,
        query: { ...plain(), sysparm_query: `number=${queryValue(input.number)}`, sysparm_limit: 2 },
      });
      const found = recordsOf(response).filter(({ number }) => number === input.number);
      if (found.length === 1) return parseAnswer(record, found[0], tableDocs);
      throw new FatalError(`ServiceNow has ${found.length === 0 ? 'no' : 'more than one'} task ${input.number}.`, {
        status: 404,
      });
    },
    sample: { input: { number: 'INC0000060', table: 'task' }, output: sample },
  }),
};
