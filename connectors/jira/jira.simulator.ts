import { defineSimulator, type SimulatedApi, type SimulatorView } from '@castellan/sdk/simulator';
import platform from './fixtures/jira.openapi.json' with { type: 'json' };
import further from './fixtures/jira-further.openapi.json' with { type: 'json' };
import serviceDesk from './fixtures/jira-service-desk.openapi.json' with { type: 'json' };
import { type JiraState, priorities, seedJira, statuses } from './jira.seed.js';
import { textOf } from './jira-text.js';
import { issueRules } from './simulator/issues.js';
import { serviceDeskRules } from './simulator/service-desk.js';
import { siteRules } from './simulator/site.js';

type Api = SimulatedApi<JiraState>;

const authorize: Api['authorize'] = ({ headers }) =>
  /^(?:Basic|Bearer) \S+/.test(headers.authorization ?? '')
    ? null
    : { status: 401, body: 'Client must be authenticated to access this resource.' };

const rules = { ...issueRules, ...siteRules };

/** The rules of the operations that a description has. */
const rulesOf = (description: { paths: object }): Api['rules'] => {
  const operations = Object.values(description.paths).flatMap((methods) => Object.values(methods as object));
  const ids = operations.map(({ operationId }: { operationId: string }) => operationId);
  return Object.fromEntries(Object.entries(rules).filter(([id]) => ids.includes(id)));
};

/** Words about single fields stand under their names. */
const jiraError: Api['error'] = (_, message) =>
  message.startsWith('{')
    ? { errorMessages: [], errors: JSON.parse(message) as object }
    : { errorMessages: [message], errors: {} };

export const jiraSimulator = defineSimulator<JiraState>({
  connector: 'jira',
  title: 'Jira',
  apis: [
    { description: platform as never, error: jiraError, authorize, rules: rulesOf(platform) },
    { description: further as never, error: jiraError, authorize, rules: rulesOf(further) },
    {
      description: serviceDesk as never,
      error: (_, errorMessage) => ({ errorMessage, i18nErrorMessage: {} }),
      authorize,
      rules: serviceDeskRules,
    },
  ],
  seed: seedJira,
  view,
});

function view(state: JiraState): SimulatorView {
  const nameOf = (wanted: string | null) =>
    state.users.find(({ accountId }) => accountId === wanted)?.displayName ?? '';
  return {
    tables: [
      {
        title: 'Issues',
        columns: columns('key', 'summary', 'status', 'priority', 'assignee', 'reporter', 'labels', 'comments', 'files'),
        rows: state.issues.map((issue) => ({
          key: issue.key,
          summary: String(issue.fields.summary),
          status: statuses.find(({ id }) => id === issue.statusId)!.name,
          priority: priorities.find(({ id }) => id === (issue.fields.priority as { id: string }).id)?.name ?? '',
          assignee: nameOf(issue.assigneeId),
          reporter: nameOf(issue.reporterId),
          labels: (issue.fields.labels as string[]).join(', '),
          comments: state.comments
            .filter(({ issueKey }) => issueKey === issue.key)
            .map(({ body }) => textOf(body))
            .join('\n'),
          files: issue.attachments.map(({ filename }) => filename).join(', '),
        })),
      },
      {
        title: 'Approvals of service requests',
        columns: columns('request', 'approval', 'approvers', 'decided'),
        rows: state.approvals.map(({ issueKey, name, approvers, completed }) => ({
          request: issueKey,
          approval: name,
          approvers: approvers.map(({ accountId, decision }) => `${nameOf(accountId)}: ${decision}`).join(', '),
          decided: completed ?? '',
        })),
      },
    ],
  };
}

function columns(...keys: string[]) {
  return keys.map((key) => ({ key, title: `${key[0]!.toUpperCase()}${key.slice(1)}` }));
}
