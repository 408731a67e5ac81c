import type { JsonObject, JsonValue } from '@castellan/sdk';
import { type SimulatedAnswer, SimulatedRefusal, type SimulatedRequest } from '@castellan/sdk/simulator';
import { type Comment, type Issue, issueTypes, type JiraState, linkTypes, statuses } from '../jira.seed.js';

export const site = 'https://simulated-company.atlassian.net';
const rest = `${site}/rest/api/3`;

const missing = 'Issue does not exist or you do not have permission to see it.';

export function issueAt(state: JiraState, { issueIdOrKey }: Record<string, string>): Issue {
  const found = state.issues.find(({ id, key }) => key === issueIdOrKey || id === issueIdOrKey);
  if (!found) throw new SimulatedRefusal(404, missing);
  return found;
}

/** The account whose token it is, by the address of the basic authorization. */
export function actor(state: JiraState, headers: Record<string, string>): string {
  const pair = Buffer.from(headers.authorization?.replace(/^Basic /, '') ?? '', 'base64').toString('utf8');
  const email = pair.split(':')[0];
  return state.users.find(({ emailAddress }) => emailAddress === email)?.accountId ?? state.users[0]!.accountId;
}

export function userOf(state: JiraState, accountId: string | null): JsonObject | null {
  const found = state.users.find((user) => user.accountId === accountId);
  return found
    ? { ...found, self: `${rest}/user?accountId=${found.accountId}`, active: true, accountType: 'atlassian' }
    : null;
}

export function statusOf(wanted: string): JsonObject {
  const { id, name, category } = statuses.find((status) => status.id === wanted)!;
  return { id, name, self: `${rest}/status/${id}`, statusCategory: { id: 2, key: category, name: category } };
}

export function issueAnswer(state: JiraState, issue: Issue, fields: string[], properties: string[] = []): JsonObject {
  const project = state.projects.find(({ key }) => key === issue.projectKey)!;
  const { id, name } = issueTypes.find((type) => type.id === issue.typeId)!;
  const all: JsonObject = {
    ...issue.fields,
    status: statusOf(issue.statusId),
    issuetype: { id, name },
    project: { id: project.id, key: project.key, name: project.name },
    reporter: userOf(state, issue.reporterId),
    assignee: userOf(state, issue.assigneeId),
    created: issue.created,
    updated: issue.updated,
    attachment: issue.attachments.map((each) => attachmentAnswer(state, each)),
    issuelinks: linksOf(state, issue),
  };
  const wanted = fields.some((field) => field.startsWith('*')) ? Object.keys(all) : fields;
  const shown = wanted.filter((field) => field in all).map((field) => [field, all[field] as JsonValue]);
  const held = properties.filter((key) => key in issue.properties).map((key) => [key, issue.properties[key]]);
  return {
    id: issue.id,
    key: issue.key,
    self: `${rest}/issue/${issue.id}`,
    fields: Object.fromEntries(shown) as JsonObject,
    ...(properties.length > 0 ? { properties: Object.fromEntries(held) as JsonObject } : {}),
  };
}

function linksOf(state: JiraState, issue: Issue): JsonObject[] {
  return state.links
    .filter(({ from, to }) => from === issue.key || to === issue.key)
    .map(({ id, type, from, to }) => ({
      id,
      type: linkTypes.find(({ name }) => name === type)!,
      ...(from === issue.key ? { outwardIssue: { key: to } } : { inwardIssue: { key: from } }),
    }));
}

export function attachmentAnswer(state: JiraState, { authorId, ...attachment }: Issue['attachments'][number]) {
  const self = `${rest}/attachment/${attachment.id}`;
  return {
    ...attachment,
    self,
    content: `${rest}/attachment/content/${attachment.id}`,
    author: authorOf(state, authorId),
  };
}

const authorOf = (state: JiraState, accountId: string): JsonObject => userOf(state, accountId) ?? { accountId };

export function commentAnswer(state: JiraState, comment: Comment, withProperties: boolean): JsonObject {
  const { id, issueKey, authorId, body, created, properties } = comment;
  const marker = properties.find(({ key }) => key === 'sd.public.comment')?.value as { internal?: boolean } | undefined;
  return {
    ...{ id, body, created, updated: created },
    self: `${rest}/issue/${issueKey}/comment/${id}`,
    author: authorOf(state, authorId),
    jsdPublic: marker?.internal !== true,
    ...(withProperties ? { properties } : {}),
  };
}

/** Jira's times have their zone without a colon. */
export const jiraTime = (now: Date): string => now.toISOString().replace('Z', '+0000');

/** One of Jira's pages of a list. */
export function pageOf(name: string, rows: object[], { query }: SimulatedRequest): SimulatedAnswer {
  const [startAt, maxResults] = [Number(query.startAt ?? 0), Math.min(Number(query.maxResults ?? 50), 100)];
  const isLast = startAt + maxResults >= rows.length;
  const page = rows.slice(startAt, startAt + maxResults);
  const ends = name === 'values' ? { isLast } : {};
  return { body: { startAt, maxResults, total: rows.length, ...ends, [name]: page as never } };
}

/** One of Service Management's pages of a list. */
export function servicePageOf(rows: object[], { query }: SimulatedRequest): SimulatedAnswer {
  const [start, limit] = [Number(query.start ?? 0), Math.min(Number(query.limit ?? 50), 50)];
  const values = rows.slice(start, start + limit);
  return {
    body: { start, limit, size: values.length, isLastPage: start + limit >= rows.length, values: values as never },
  };
}
