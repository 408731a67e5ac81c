import type { Connector } from '@castellan/sdk';
import { bamboohr } from './bamboohr/bamboohr.connector.js';
import { datadog } from './datadog/datadog.connector.js';
import { directory } from './directory/directory.connector.js';
import { entra } from './entra/entra.connector.js';
import { eventbridge } from './eventbridge/eventbridge.connector.js';
import { github } from './github/github.connector.js';
import { gmail } from './gmail/gmail.connector.js';
import { googleSheets } from './google-sheets/google-sheets.connector.js';
import { googleWorkspace } from './google-workspace/google-workspace.connector.js';
import { http } from './http/http.connector.js';
import { jira } from './jira/jira.connector.js';
import { okta } from './okta/okta.connector.js';
import { opal } from './opal/opal.connector.js';
import { openlane } from './openlane/openlane.connector.js';
import { outgoingWebhook } from './outgoing-webhook/outgoing-webhook.connector.js';
import { pagerduty } from './pagerduty/pagerduty.connector.js';
import { sailpoint } from './sailpoint/sailpoint.connector.js';
import { scim } from './scim/scim.connector.js';
import { servicenow } from './servicenow/servicenow.connector.js';
import { slack } from './slack/slack.connector.js';
import { smtp } from './smtp/smtp.connector.js';
import { snowflake } from './snowflake/snowflake.connector.js';
import { splunk } from './splunk/splunk.connector.js';
import { sql } from './sql/sql.connector.js';
import { table } from './table/table.connector.js';
import { teams } from './teams/teams.connector.js';
import { tools } from './tools/tools.connector.js';
import { webhook } from './webhook/webhook.connector.js';
import { workday } from './workday/workday.connector.js';

/** Every connector that there is: to add one, make its folder and name it here. */
export const connectors: Connector[] = [
  ...[http, webhook, outgoingWebhook, table, directory, tools, opal, slack, pagerduty, jira, servicenow],
  ...[datadog, splunk, snowflake, sql, bamboohr, workday, gmail, smtp, teams, googleWorkspace],
  ...[googleSheets, sailpoint, eventbridge, github, okta, entra, openlane, scim],
];

export { opalSignature } from './opal/opal-webhook.js';
