import { type ConnectionFields, customAuth, defineConnector, parseAnswer, path, secret } from '@castellan/sdk';
import { z } from 'zod';
import { jiraApprovals } from './jira-approvals.js';
import { jiraAttachments } from './jira-attachments.js';
import { jiraChoices, myself } from './jira-choices.js';
import { jiraComments } from './jira-comments.js';
import { jiraIssues } from './jira-issues.js';
import { jiraLinks } from './jira-links.js';
import { jiraParticipants } from './jira-participants.js';
import { jiraPolls } from './jira-polls.js';
import { jiraRequests } from './jira-requests.js';
import { jiraSearch } from './jira-search.js';
import { jiraServiceDesks } from './jira-service-desks.js';
import { docs, errorWords } from './jira-shapes.js';
import { jiraTransitions } from './jira-transitions.js';
import { jiraWatchers } from './jira-watchers.js';
import { jiraAddress, jiraTriggers, webhookFields } from './jira-webhook.js';

const siteOf = ({ site }: ConnectionFields) => new URL(String(site)).origin;

/** Jira Cloud and, on the same site and with the same account, Jira Service Management. */
export const jira = defineConnector({
  id: 'jira',
  title: 'Jira',
  docs,
  auth: [
    customAuth({
      kind: 'apiToken',
      title: 'E-mail and API token',
      fields: {
        site: z.url({ protocol: /^https$/ }).meta({ title: 'Site', examples: ['https://your-company.atlassian.net'] }),
        email: z.email().meta({ title: 'E-mail' }).describe('Of the account in whose name everything is done.'),
        token: secret('API token').describe('From id.atlassian.com → Security → API tokens.'),
        ...webhookFields,
      },
      credentials: ({ email, token }) => ({
        headers: { authorization: `Basic ${Buffer.from(`${email}:${token}`, 'utf8').toString('base64')}` },
      }),
    }),
  ],
  sampleConnection: {
    kind: 'apiToken',
    fields: {
      site: 'https://simulated-company.atlassian.net',
      email: 'ada.okafor@example.com',
      token: 'jira-sample-token',
      webhookSecret: 'jira-sample-webhook-secret',
    },
  },
  baseUrl: siteOf,
  errorMessage: errorWords,
  async test({ http }, fields) {
    const { body } = await http.send({ method: 'GET', path: path`/rest/api/3/myself` });
    const { displayName } = parseAnswer(myself, body, `${docs}/api-group-myself/`);
    return { account: `${displayName} at ${new URL(siteOf(fields)).host}` };
  },
  judgedBy: 'sdk',
  operations: {
    ...jiraIssues,
    ...jiraSearch,
    ...jiraTransitions,
    ...jiraComments,
    ...jiraAttachments,
    ...jiraWatchers,
    ...jiraLinks,
    ...jiraRequests,
    ...jiraParticipants,
    ...jiraServiceDesks,
    ...jiraApprovals,
    ...jiraChoices,
  },
  triggers: { ...jiraTriggers, ...jiraPolls },
  address: jiraAddress,
});
