import { type OwnAddress, type RunningSimulators, type Simulator, serveSimulators } from '@castellan/sdk/simulator';
import { bamboohrSimulator } from './bamboohr/bamboohr.simulator.js';
import { datadogSimulator } from './datadog/datadog.simulator.js';
import { entraSimulator } from './entra/entra.simulator.js';
import { eventbridgeSimulator } from './eventbridge/eventbridge.simulator.js';
import { githubSimulator } from './github/github.simulator.js';
import { gmailSimulator } from './gmail/gmail.simulator.js';
import { googleSheetsSimulator } from './google-sheets/google-sheets.simulator.js';
import { googleWorkspaceSimulator } from './google-workspace/google-workspace.simulator.js';
import { jiraSimulator } from './jira/jira.simulator.js';
import { oktaSimulator } from './okta/okta.simulator.js';
import { opalSimulator } from './opal/opal.simulator.js';
import { openlaneSimulator } from './openlane/openlane.simulator.js';
import { outgoingWebhookSimulator } from './outgoing-webhook/outgoing-webhook.simulator.js';
import { pagerdutySimulator } from './pagerduty/pagerduty.simulator.js';
import { sailpointSimulator } from './sailpoint/sailpoint.simulator.js';
import { scimSimulator } from './scim/scim.simulator.js';
import { servicenowSimulator } from './servicenow/servicenow.simulator.js';
import { slackSimulator } from './slack/slack.simulator.js';
import { smtpSimulator } from './smtp/smtp.simulator.js';
import { snowflakeSimulator } from './snowflake/snowflake.simulator.js';
import { splunkSimulator } from './splunk/splunk.simulator.js';
import { teamsSimulator } from './teams/teams.simulator.js';
import { workdaySimulator } from './workday/workday.simulator.js';

/** Every simulator that there is, one for each vendor. */
export const simulators: Simulator[] = [
  opalSimulator,
  slackSimulator,
  pagerdutySimulator,
  jiraSimulator,
  servicenowSimulator,
  datadogSimulator,
  splunkSimulator,
  snowflakeSimulator,
  bamboohrSimulator,
  workdaySimulator,
  gmailSimulator,
  smtpSimulator,
  googleWorkspaceSimulator,
  sailpointSimulator,
  googleSheetsSimulator,
  githubSimulator,
  openlaneSimulator,
  scimSimulator,
  oktaSimulator,
  entraSimulator,
  teamsSimulator,
  outgoingWebhookSimulator,
  eventbridgeSimulator,
];

export interface StartOptions {
  /** The socket file or pipe to listen on. */
  socketPath?: string;
  /** Also a port of 127.0.0.1 for each simulator; their addresses are the answer's `urls`. */
  loopback?: boolean;
  /** Where simulators deliver to what has the installation's public address. */
  own?: OwnAddress;
}

/** Starts all simulators in this process. */
export function startSimulators(options: StartOptions): Promise<RunningSimulators> {
  return serveSimulators({ simulators, ...options });
}
