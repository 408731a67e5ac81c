import type { JsonObject, JsonValue } from '@castellan/sdk';
import {
  type SimulatedApi,
  type SimulatedFile,
  SimulatedRefusal,
  type SimulatedRequest,
} from '@castellan/sdk/simulator';
import {
  type Issue,
  issueTypes,
  type JiraState,
  type Named,
  priorities,
  statuses,
  systemField,
  transitions,
} from '../jira.seed.js';
import {
  actor,
  attachmentAnswer,
  commentAnswer,
  issueAnswer,
  issueAt,
  jiraTime,
  pageOf,
  site,
  statusOf,
} from './answers.js';
import { searchByJql } from './jql.js';

type Rules = SimulatedApi<JiraState>['rules'];

const listed = (text: string | undefined, otherwise: string[]): string[] => text?.split(',') ?? otherwise;

/** A refusal of fields, in Jira's shape. */
class FieldRefusal extends SimulatedRefusal {
  constructor(field: string, words: string) {
    super(400, JSON.stringify({ [field]: words }));
  }
}

export const issueRules: Rules = {
  createIssue: (state, request) => {
    const { fields, properties = [] } = request.body as unknown as {
      fields: JsonObject;
      properties?: Issue['properties'][];
    };
    const project = state.projects.find(
      ({ id, key }) => id === of(fields.project).id || key === of(fields.project).key,
    );
    if (!project) throw new FieldRefusal('project', 'Specify a valid project ID or key');
    const type = byIdOrName(issueTypes, fields.issuetype);
    if (!type) throw new FieldRefusal('issuetype', 'Specify an issue type');
    if (!fields.summary) throw new FieldRefusal('summary', 'You must specify a summary of the issue.');
    const issue = newIssue(
      state,
      { projectKey: project.key, typeId: type.id, reporterId: actor(state, request.headers) },
      request.now,
    );
    state.issues.push(issue);
    setFields(state, issue, fields);
    for (const property of properties) issue.properties[String(property.key)] = property.value ?? null;
    return { status: 201, body: { id: issue.id, key: issue.key, self: `${site}/rest/api/3/issue/${issue.id}` } };
  },
  getIssue: (state, { params, query }) => ({
    body: issueAnswer(state, issueAt(state, params), listed(query.fields, ['*all']), listed(query.properties, [])),
  }),
  editIssue: (state, { params, body, now }) => {
    const issue = issueAt(state, params);
    setFields(state, issue, of((body as JsonObject).fields ?? null));
    issue.updated = jiraTime(now);
    return { status: 204 };
  },
  deleteIssue: (state, { params }) => {
    const { key } = issueAt(state, params);
    state.issues = state.issues.filter((issue) => issue.key !== key);
    state.requests = state.requests.filter(({ issueKey }) => issueKey !== key);
    return { status: 204 };
  },
  assignIssue: (state, { params, body, now }) => {
    const issue = issueAt(state, params);
    setFields(state, issue, { assignee: body });
    issue.updated = jiraTime(now);
    return { status: 204 };
  },
  searchAndReconsileIssuesUsingJqlPost: (state, { body }) => {
    const asked = body as {
      jql: string;
      fields?: string[];
      properties?: string[];
      maxResults?: number;
      nextPageToken?: string;
    };
    const found = searchByJql(state, asked.jql);
    const start = asked.nextPageToken ? Number(Buffer.from(asked.nextPageToken, 'base64url').toString()) : 0;
    if (Number.isNaN(start)) throw new SimulatedRefusal(400, 'The provided next page token is invalid or expired.');
    const end = start + (asked.maxResults ?? 50);
    const issues = found
      .slice(start, end)
      .map((issue) => issueAnswer(state, issue, asked.fields ?? ['id'], asked.properties));
    const isLast = end >= found.length;
    const token = isLast ? {} : { nextPageToken: Buffer.from(String(end)).toString('base64url') };
    return { body: { issues: issues as never, isLast, ...token } };
  },
  getTransitions: (state, { params }) => ({
    body: { transitions: transitionsOf(state, issueAt(state, params)) as never },
  }),
  doTransition: (state, request) => {
    const issue = issueAt(state, request.params);
    const {
      transition,
      fields = {},
      update,
    } = request.body as unknown as {
      transition: { id: string };
      fields?: JsonObject;
      update?: { comment?: { add: { body: JsonValue } }[] };
    };
    const found = transitionsOf(state, issue).find(({ id }) => id === transition.id);
    if (!found) throw new SimulatedRefusal(400, `Transition id '${transition.id}' is not valid for this issue.`);
    moveTo(state, issue, String(of(found.to).id), request.now);
    setFields(state, issue, fields);
    for (const { add } of update?.comment ?? []) writeComment(state, issue, request, { body: add.body });
    return { status: 204 };
  },
  getComments: (state, request) => {
    const { key } = issueAt(state, request.params);
    const written = state.comments.filter(({ issueKey }) => issueKey === key);
    const ordered = request.query.orderBy === '-created' ? written.toReversed() : written;
    const withProperties = request.query.expand === 'properties';
    return pageOf(
      'comments',
      ordered.map((each) => commentAnswer(state, each, withProperties)),
      request,
    );
  },
  addComment: (state, request) => {
    const written = writeComment(state, issueAt(state, request.params), request, request.body as JsonObject);
    return { status: 201, body: commentAnswer(state, written, false) };
  },
  getComment: (state, { params }) => {
    const found = state.comments.find(({ id }) => id === params.id);
    if (!found) throw new SimulatedRefusal(404, 'Can not find a comment for the id.');
    return { body: commentAnswer(state, found, false) };
  },
  deleteComment: (state, { params }) => {
    if (!state.comments.some(({ id }) => id === params.id))
      throw new SimulatedRefusal(404, 'Can not find a comment for the id.');
    state.comments = state.comments.filter(({ id }) => id !== params.id);
    return { status: 204 };
  },
  addAttachment: (state, request) => {
    if (request.headers['x-atlassian-token'] !== 'no-check') throw new SimulatedRefusal(403, 'XSRF check failed');
    const issue = issueAt(state, request.params);
    const { file } = request.body as unknown as { file: SimulatedFile };
    const attachment = {
      ...{ id: String(nextId(state)), filename: file.filename, mimeType: file.contentType, size: file.size },
      ...{ authorId: actor(state, request.headers), created: jiraTime(request.now) },
    };
    issue.attachments.push(attachment);
    return { body: [attachmentAnswer(state, attachment)] };
  },
  getAttachment: (state, { params }) => {
    const found = state.issues.flatMap(({ attachments }) => attachments).find(({ id }) => id === params.id);
    if (!found) throw new SimulatedRefusal(404, 'The attachment does not exist.');
    return { body: { ...attachmentAnswer(state, found), id: Number(found.id) } };
  },
  removeAttachment: (state, { params }) => {
    const holder = state.issues.find(({ attachments }) => attachments.some(({ id }) => id === params.id));
    if (!holder) throw new SimulatedRefusal(404, 'The attachment does not exist.');
    holder.attachments = holder.attachments.filter(({ id }) => id !== params.id);
    return { status: 204 };
  },
};

const of = (value: JsonValue | undefined): JsonObject => (value ?? {}) as JsonObject;

function byIdOrName<T extends Named>(rows: T[], given: JsonValue | undefined): T | undefined {
  const { id, name } = of(given);
  return rows.find((row) => row.id === id || row.name.toLowerCase() === String(name).toLowerCase());
}

/** Ids are the site's, not the project's. */
function nextId(state: JiraState): number {
  const taken = state.issues.flatMap(({ id, attachments }) => [id, ...attachments.map((each) => each.id)]);
  return Math.max(10_102, ...[...taken, ...state.comments.map(({ id }) => id)].map(Number)) + 1;
}

export function newIssue(
  state: JiraState,
  place: Pick<Issue, 'projectKey' | 'typeId' | 'reporterId'>,
  now: Date,
): Issue {
  const numbers = state.issues
    .filter(({ projectKey }) => projectKey === place.projectKey)
    .map(({ key }) => Number(key.split('-')[1]));
  const created = jiraTime(now);
  return {
    ...place,
    id: String(nextId(state)),
    key: `${place.projectKey}-${Math.max(0, ...numbers) + 1}`,
    statusId: '10000',
    assigneeId: null,
    created,
    updated: created,
    fields: {
      summary: '',
      description: null,
      priority: { id: '3', name: 'Medium' },
      labels: [],
      duedate: null,
      [systemField]: null,
    },
    properties: {},
    watcherIds: [place.reporterId],
    attachments: [],
  };
}

function setFields(state: JiraState, issue: Issue, fields: JsonObject): void {
  for (const [name, value] of Object.entries(fields)) {
    if (name === 'project' || name === 'issuetype') continue;
    if (name === 'assignee') issue.assigneeId = assignee(state, value);
    else if (name === 'priority') issue.fields.priority = priority(value);
    else if (name === 'description' && value !== null && of(value).type !== 'doc') {
      throw new FieldRefusal('description', 'Operation value must be an Atlassian Document');
    } else issue.fields[name] = value;
  }
}

function assignee(state: JiraState, value: JsonValue): string | null {
  const { accountId = null } = of(value);
  if (accountId === null) return null;
  if (!state.users.some((user) => user.accountId === accountId)) {
    throw new FieldRefusal('assignee', `User '${String(accountId)}' does not exist.`);
  }
  return String(accountId);
}

function priority(value: JsonValue): JsonObject {
  const found = byIdOrName(priorities, value);
  if (!found) throw new FieldRefusal('priority', 'The priority selected is invalid.');
  return { ...found };
}

function transitionsOf(state: JiraState, issue: Issue): JsonObject[] {
  const service = state.projects.find(({ key }) => key === issue.projectKey)!.projectTypeKey === 'service_desk';
  return transitions
    .filter((each) => each.service === service && !each.customer && each.to !== issue.statusId)
    .map(({ id, name, to }) => ({ id, name, to: statusOf(to) }));
}

/** Also writes the history of a service request. */
export function moveTo(state: JiraState, issue: Issue, statusId: string, now: Date): void {
  if (!statuses.some(({ id }) => id === statusId)) throw new SimulatedRefusal(400, 'No such status.');
  issue.statusId = statusId;
  issue.updated = jiraTime(now);
  state.requests.find(({ issueKey }) => issueKey === issue.key)?.history.push({ statusId, at: issue.updated });
}

function writeComment(state: JiraState, issue: Issue, { headers, now }: SimulatedRequest, given: JsonObject) {
  if (of(given.body).type !== 'doc') throw new FieldRefusal('comment', 'Comment body is not valid!');
  const comment = {
    id: String(nextId(state)),
    issueKey: issue.key,
    authorId: actor(state, headers),
    body: given.body ?? null,
    created: jiraTime(now),
    properties: (given.properties ?? []) as { key: string; value: JsonValue }[],
  };
  state.comments.push(comment);
  issue.updated = comment.created;
  return comment;
}
