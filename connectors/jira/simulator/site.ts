import type { SimulatedApi } from '@castellan/sdk/simulator';
import { SimulatedRefusal } from '@castellan/sdk/simulator';
import { issueTypes, type JiraState, linkTypes, priorities, systemField, systems } from '../jira.seed.js';
import { actor, issueAt, pageOf, userOf } from './answers.js';

type Rules = SimulatedApi<JiraState>['rules'];

const fields = [
  { fieldId: 'summary', name: 'Summary', type: 'string', required: true },
  { fieldId: 'description', name: 'Description', type: 'string', required: false },
  { fieldId: 'priority', name: 'Priority', type: 'priority', required: false },
  { fieldId: 'labels', name: 'Labels', type: 'array', required: false },
  { fieldId: 'assignee', name: 'Assignee', type: 'user', required: false },
  { fieldId: 'duedate', name: 'Due date', type: 'date', required: false },
  { fieldId: systemField, name: 'System', type: 'option', required: false },
];

/** Projects, people and what issues can be made of. */
export const siteRules: Rules = {
  getCurrentUser: (state, { headers }) => ({ body: userOf(state, actor(state, headers)) ?? {} }),
  searchProjects: ({ projects }, request) => {
    const wanted = (request.query.query ?? '').toLowerCase();
    const found = projects.filter(({ key, name }) => `${key} ${name}`.toLowerCase().includes(wanted));
    return pageOf('values', found, request);
  },
  getCreateIssueMetaIssueTypes: (state, request) => {
    const service = projectOf(state, request.params).projectTypeKey === 'service_desk';
    const found = issueTypes.filter((type) => type.service === service);
    return pageOf(
      'issueTypes',
      found.map(({ id, name, subtask }) => ({ id, name, subtask })),
      request,
    );
  },
  getCreateIssueMetaIssueTypeId: (state, request) => {
    projectOf(state, request.params);
    const shown = fields.map(({ fieldId, name, type, required }) => ({
      ...{ fieldId, key: fieldId, name, required, hasDefaultValue: false, operations: ['set'], schema: { type } },
      ...(fieldId === systemField ? { allowedValues: systems.map(({ id, name: value }) => ({ id, value })) } : {}),
    }));
    return pageOf('fields', shown, request);
  },
  getFields: () => ({
    body: fields.map(({ fieldId, name, type }) => ({
      ...{ id: fieldId, key: fieldId, name, custom: fieldId === systemField, schema: { type } },
    })),
  }),
  searchPriorities: (_, request) => pageOf('values', priorities, request),
  getAllUsers: (state, { query }) => ({
    body: peopleOf(state, query, () => true),
  }),
  findUsers: (state, { query }) => {
    const wanted = (query.query ?? '').toLowerCase();
    return {
      body: peopleOf(state, query, ({ displayName, emailAddress }) =>
        [displayName.toLowerCase(), emailAddress].some((text) => text.startsWith(wanted)),
      ),
    };
  },
  getIssueWatchers: (state, { params }) => {
    const { watcherIds } = issueAt(state, params);
    const watchers = watcherIds.map((id) => userOf(state, id));
    return { body: { isWatching: false, watchCount: watchers.length, watchers: watchers as never } };
  },
  addWatcher: (state, { params, body }) => {
    const issue = issueAt(state, params);
    if (!userOf(state, String(body))) throw new SimulatedRefusal(400, `The user "${String(body)}" does not exist.`);
    issue.watcherIds = [...new Set([...issue.watcherIds, String(body)])];
    return { status: 204 };
  },
  removeWatcher: (state, { params, query }) => {
    const issue = issueAt(state, params);
    issue.watcherIds = issue.watcherIds.filter((id) => id !== query.accountId);
    return { status: 204 };
  },
  linkIssues: (state, { body }) => {
    const given = body as unknown as {
      type: { name: string };
      inwardIssue: { key: string };
      outwardIssue: { key: string };
    };
    const type = linkTypes.find(({ name }) => name.toLowerCase() === given.type.name.toLowerCase());
    if (!type) throw new SimulatedRefusal(404, `No issue link type with name '${given.type.name}' found.`);
    const [from, to] = [given.inwardIssue.key, given.outwardIssue.key];
    for (const issueIdOrKey of [from, to]) issueAt(state, { issueIdOrKey });
    const isThere = state.links.some((link) => link.type === type.name && link.from === from && link.to === to);
    const id = String(Math.max(10_500, ...state.links.map((link) => Number(link.id))) + 1);
    if (!isThere) state.links.push({ id, type: type.name, from, to });
    return { status: 201 };
  },
  deleteIssueLink: (state, { params }) => {
    if (!state.links.some(({ id }) => id === params.linkId)) {
      throw new SimulatedRefusal(404, `No issue link with id '${params.linkId}' exists.`);
    }
    state.links = state.links.filter(({ id }) => id !== params.linkId);
    return { status: 204 };
  },
  getIssueLinkTypes: () => ({ body: { issueLinkTypes: linkTypes as never } }),
};

function projectOf({ projects }: JiraState, { projectIdOrKey }: Record<string, string>) {
  const found = projects.find(({ id, key }) => id === projectIdOrKey || key === projectIdOrKey);
  if (!found) throw new SimulatedRefusal(404, `No project could be found with key '${projectIdOrKey}'.`);
  return found;
}

function peopleOf(
  state: JiraState,
  query: Record<string, string>,
  isWanted: (user: JiraState['users'][number]) => boolean,
) {
  const [startAt, maxResults] = [Number(query.startAt ?? 0), Number(query.maxResults ?? 50)];
  return state.users
    .filter(isWanted)
    .slice(startAt, startAt + maxResults)
    .map(({ accountId }) => userOf(state, accountId));
}
