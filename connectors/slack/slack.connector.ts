import { apiToken, defineConnector, path } from '@castellan/sdk';
import { accepted, refusalCode } from './slack-answer.js';
import { slackApprovals } from './slack-approvals.js';
import { channelWrites } from './slack-channel-writes.js';
import { channelReads } from './slack-channels.js';
import { fileOperations } from './slack-files.js';
import { groupOperations } from './slack-groups.js';
import { memberOperations } from './slack-members.js';
import { messageOperations } from './slack-message-operations.js';
import { slackTriggers } from './slack-triggers.js';
import { slackAddress, webhookFields } from './slack-webhook.js';

/** https://docs.slack.dev/apis/web-api. Every answer is HTTP 200; whether it is one, `ok` says. */
export const slack = defineConnector({
  id: 'slack',
  title: 'Slack',
  docs: 'https://docs.slack.dev/apis/web-api',
  judgedBy: 'sdk',
  auth: [
    apiToken({
      kind: 'botToken',
      title: 'Bot token of a Slack app',
      tokenTitle: 'Bot token',
      fields: webhookFields,
    }),
  ],
  sampleConnection: { kind: 'botToken', fields: { token: 'xoxb-0000-sample', signingSecret: 'sample-signing-secret' } },
  baseUrl: 'https://slack.com/api',
  // Files are put where Slack says, which is its second host.
  hosts: () => ['slack.com', 'files.slack.com'],
  errorMessage: refusalCode,
  // No rate for all calls: the limits are those of each method and channel, and Slack names the time with its 429.
  async test({ http }) {
    const { user, team } = accepted(await http.send({ method: 'GET', path: path`/auth.test` }));
    return { account: `${String(user)} in ${String(team)}` };
  },
  operations: {
    ...messageOperations,
    ...fileOperations,
    ...memberOperations,
    ...channelReads,
    ...channelWrites,
    ...groupOperations,
  },
  triggers: slackTriggers,
  address: slackAddress,
  approvals: slackApprovals,
});
