import {
  asObject,
  type Host,
  type HttpRequest,
  type JsonObject,
  type JsonValue,
  operation,
  path,
} from '@castellan/sdk';
import { z } from 'zod';
import { effectPropertyOf, findCreatedIssue } from './jira-effects.js';
import { docs, fieldValues, idOrName, issue, issueKey, issueName, issueOf, nameOf } from './jira-shapes.js';
import { documentOf, textOf } from './jira-text.js';

const summary = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[^\r\n]*$/, 'A summary is one line.')
  .meta({ title: 'Summary' });
const described = {
  description: z
    .string()
    .optional()
    .meta({ title: 'Description', multiline: true })
    .describe('Text with # headings, - lists, ``` code, **bold**; addresses become links.'),
  priority: z.string().optional().meta({ title: 'Priority' }),
  labels: z.array(z.string().regex(/^\S+$/, 'A label has no spaces.')).optional().meta({ title: 'Labels' }),
  dueDate: z.iso.date().optional().meta({ title: 'Due date' }),
  fields: fieldValues,
};

interface IssueFields {
  summary?: string | undefined;
  description?: string | undefined;
  priority?: string | undefined;
  labels?: string[] | undefined;
  dueDate?: string | undefined;
  fields?: { field: string; value?: unknown }[] | undefined;
}

/** Fields as Jira takes them; what is left out is not touched. */
function jiraFields(input: IssueFields): JsonObject {
  return {
    ...(input.summary === undefined ? {} : { summary: input.summary }),
    ...(input.description === undefined ? {} : { description: documentOf(input.description) }),
    ...(input.priority === undefined ? {} : { priority: idOrName(input.priority) }),
    ...(input.labels === undefined ? {} : { labels: input.labels }),
    ...(input.dueDate === undefined ? {} : { duedate: input.dueDate }),
    ...Object.fromEntries((input.fields ?? []).map(({ field, value }) => [field, (value ?? null) as JsonValue])),
  };
}

const namings = ['id', 'key', 'value', 'name'];

/** A field's value as it was read, in the form in which Jira takes it back; named as what is to be set in its stead. */
function writable(value: JsonValue, sent: JsonValue = null): JsonValue {
  if (Array.isArray(value)) return value.map((item) => writable(item));
  if (value === null || typeof value !== 'object' || value.type === 'doc') return value;
  if (typeof value.accountId === 'string') return { accountId: value.accountId };
  const asSent = namings.filter((candidate) => candidate in asObject(sent));
  const name = [...asSent, ...namings].find((candidate) => typeof value[candidate] === 'string');
  if (name === undefined) return value;
  const child: JsonObject = value.child === undefined ? {} : { child: writable(value.child) };
  return { [name]: value[name] as JsonValue, ...child };
}

export async function readFields({ http }: Pick<Host, 'http'>, key: string, fields: string[]): Promise<JsonObject> {
  const query = { fields: fields.join(',') };
  const { body } = await http.send({ method: 'GET', path: path`/rest/api/3/issue/${key}`, query });
  return asObject(asObject(body).fields ?? null);
}

/** What is kept of an issue that is deleted. */
const evidence = ['summary', 'description', 'status', 'issuetype', 'assignee', 'reporter', 'labels', 'created'];

const sampleIssue = {
  id: '10001',
  key: 'OPS-1',
  url: 'https://simulated-company.atlassian.net/browse/OPS-1',
};

export const jiraIssues = {
  createIssue: operation({
    title: 'Create an issue',
    docs: `${docs}/api-group-issues/#api-rest-api-3-issue-post`,
    summary: 'Creates an issue in a project.',
    input: z.strictObject({
      project: z.string().min(1).meta({ title: 'Project' }).describe('Its key, such as OPS.'),
      issueType: z.string().min(1).meta({ title: 'Issue type' }).describe('Its id or its name.'),
      summary,
      ...described,
      assignee: z.string().optional().meta({ title: 'Assignee' }).describe('The account id.'),
      parent: z.string().optional().meta({ title: 'Parent' }).describe('The key of the issue that it belongs to.'),
    }),
    output: issueName,
    options: {
      '/project': 'listProjects',
      '/issueType': 'listIssueTypes',
      '/priority': 'listPriorities',
      '/assignee': 'listUsers',
      '/fields/*/field': 'listCreateFields',
    },
    effect: 'write',
    // Jira knows no key of ours. The issue is given one as a property, by which its search tells it again.
    idempotency: 'lookup',
    changes: (input) => [{ action: 'create', object: { type: 'jira_issue', id: input.project, title: input.summary } }],
    request: ({ project, issueType, assignee, parent, ...fields }, { idempotencyKey }) => ({
      method: 'POST',
      path: path`/rest/api/3/issue`,
      body: {
        fields: {
          project: { [/^\d+$/.test(project) ? 'id' : 'key']: project },
          issuetype: idOrName(issueType),
          ...(assignee ? { assignee: { accountId: assignee } } : {}),
          ...(parent ? { parent: { key: parent } } : {}),
          ...jiraFields(fields),
        },
        properties: [effectPropertyOf(idempotencyKey)],
      },
    }),
    response: ({ body }) => nameOf(body),
    lookup: ({ project }, host) => findCreatedIssue(host, project),
    undo: (_, { key }) => ({ operation: 'deleteIssue', input: { issueKey: key } }),
    sample: {
      input: {
        project: 'OPS',
        issueType: 'Task',
        summary: 'Access of jane.doe@example.com changed',
        description: 'Revoked:\n- AWS Production',
        labels: ['access-change'],
      },
      output: sampleIssue,
    },
  }),

  getIssue: operation({
    title: 'Get an issue',
    docs: `${docs}/api-group-issues/#api-rest-api-3-issue-issueidorkey-get`,
    summary: 'An issue with its status, people and other fields.',
    input: z.strictObject({
      issueKey,
      fields: z
        .array(z.string().min(1))
        .optional()
        .meta({ title: 'Fields' })
        .describe('Ids of the fields to read. Default: all that lists of issues show.'),
    }),
    output: issue,
    options: { '/fields/*': 'listFields' },
    effect: 'read',
    request: (input) => ({
      method: 'GET',
      path: path`/rest/api/3/issue/${input.issueKey}`,
      query: { fields: (input.fields ?? ['*navigable']).join(',') },
    }),
    response: ({ body }) => issueOf(body),
    sample: {
      input: { issueKey: 'OPS-1' },
      output: {
        ...sampleIssue,
        description: 'Quarterly review of standing access.',
        fields: {
          summary: 'Review standing access',
          status: { id: '10000', name: 'To Do', statusCategory: { key: 'new' } },
          labels: [],
        },
      },
    },
  }),

  updateIssue: operation({
    title: 'Change an issue',
    docs: `${docs}/api-group-issues/#api-rest-api-3-issue-issueidorkey-put`,
    summary: 'Sets fields of an issue; those that are left out stay as they are.',
    input: z.strictObject({ issueKey, summary: summary.optional(), ...described }),
    output: z.object({ updated: z.literal(true) }),
    options: { '/priority': 'listPriorities', '/fields/*/field': 'listFields' },
    effect: 'write',
    idempotency: 'natural',
    check: (input) =>
      Object.keys(jiraFields(input)).length === 0 ? [{ pointer: '', message: 'Give at least one field to set.' }] : [],
    changes: (input) => [{ action: 'update', object: { type: 'jira_issue', id: input.issueKey } }],
    async before(input, host) {
      const wanted = Object.entries(jiraFields(input));
      const held = await readFields(
        host,
        input.issueKey,
        wanted.map(([field]) => field),
      );
      return {
        fields: Object.fromEntries(wanted.map(([field, sent]) => [field, writable(held[field] ?? null, sent)])),
      };
    },
    request: (input) => ({
      method: 'PUT',
      path: path`/rest/api/3/issue/${input.issueKey}`,
      body: { fields: jiraFields(input) },
    }),
    response: () => ({ updated: true }),
    undo: (input, _, before) => {
      const fields = Object.entries(asObject(asObject(before).fields ?? null));
      const sent = jiraFields(input);
      if (fields.every(([field, value]) => JSON.stringify(value) === JSON.stringify(sent[field]))) return null;
      return {
        operation: 'updateIssue',
        input: { issueKey: input.issueKey, fields: fields.map(([field, value]) => ({ field, value })) },
      };
    },
    sample: {
      input: { issueKey: 'OPS-1', priority: 'High', labels: ['access-review', 'urgent'] },
      output: { updated: true },
      before: { fields: { priority: { name: 'Medium' }, labels: [] } },
    },
  }),

  assignIssue: operation({
    title: 'Assign an issue',
    docs: `${docs}/api-group-issues/#api-rest-api-3-issue-issueidorkey-assignee-put`,
    summary: 'Gives an issue to a person, or to nobody.',
    input: z.strictObject({
      issueKey,
      accountId: z
        .string()
        .min(1)
        .nullable()
        .meta({ title: 'Assignee' })
        .describe('The account id; null leaves the issue to nobody.'),
    }),
    output: z.object({ updated: z.literal(true) }),
    options: { '/accountId': 'listUsers' },
    effect: 'write',
    idempotency: 'natural',
    changes: (input) => [{ action: 'update', object: { type: 'jira_issue', id: input.issueKey } }],
    async before(input, host) {
      const { assignee = null } = await readFields(host, input.issueKey, ['assignee']);
      return { accountId: asObject(assignee).accountId ?? null };
    },
    // Jira's description of the call that assigns has no null: nobody is set like any other field.
    request: ({ issueKey, accountId }): HttpRequest =>
      accountId === null
        ? { method: 'PUT', path: path`/rest/api/3/issue/${issueKey}`, body: { fields: { assignee: null } } }
        : { method: 'PUT', path: path`/rest/api/3/issue/${issueKey}/assignee`, body: { accountId } },
    response: () => ({ updated: true }),
    undo: (input, _, before) => {
      const { accountId = null } = asObject(before);
      return accountId === input.accountId
        ? null
        : { operation: 'assignIssue', input: { issueKey: input.issueKey, accountId } };
    },
    sample: {
      input: { issueKey: 'OPS-1', accountId: '5b10a2844c20165700ede207' },
      output: { updated: true },
      before: { accountId: null },
    },
  }),

  deleteIssue: operation({
    title: 'Delete an issue',
    docs: `${docs}/api-group-issues/#api-rest-api-3-issue-issueidorkey-delete`,
    summary: 'Deletes an issue for good. One with subtasks is refused unless they go with it.',
    input: z.strictObject({
      issueKey,
      withSubtasks: z.boolean().optional().meta({ title: 'With its subtasks' }),
    }),
    output: z.object({ deleted: z.literal(true), alreadyGone: z.boolean() }),
    effect: 'destructive',
    idempotency: 'natural',
    changes: (input) => [{ action: 'delete', object: { type: 'jira_issue', id: input.issueKey } }],
    before: async (input, host) => {
      const { description = null, ...fields } = await readFields(host, input.issueKey, evidence);
      return { ...fields, description: textOf(description) };
    },
    request: (input) => ({
      method: 'DELETE',
      path: path`/rest/api/3/issue/${input.issueKey}`,
      query: { deleteSubtasks: input.withSubtasks ? 'true' : undefined },
      accept: [404],
    }),
    response: ({ status }) => ({ deleted: true, alreadyGone: status === 404 }),
    sample: { input: { issueKey: 'OPS-1' }, output: { deleted: true, alreadyGone: false } },
  }),
};
