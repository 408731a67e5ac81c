import { basicAuth, type ConnectionFields, defineConnector, oauth2ClientCredentials } from '@castellan/sdk';
import { z } from 'zod';
import { servicenowAttachments } from './servicenow-attachments.js';
import { accountOf, servicenowChoices } from './servicenow-choices.js';
import { servicenowCmdb } from './servicenow-cmdb.js';
import { servicenowIncidents } from './servicenow-incidents.js';
import { servicenowPolls } from './servicenow-polls.js';
import { servicenowRecords } from './servicenow-records.js';
import { errorWords, tableDocs } from './servicenow-shapes.js';

const fields = {
  instance: z.url({ protocol: /^https$/ }).meta({
    title: 'Instance',
    examples: ['https://your-company.service-now.com'],
  }),
};

const instanceOf = ({ instance }: ConnectionFields) => new URL(String(instance)).origin;

/** ServiceNow's Table and Attachment API, with the CMDB's tables. */
export const servicenow = defineConnector({
  id: 'servicenow',
  title: 'ServiceNow',
  docs: tableDocs,
  auth: [
    basicAuth({ fields }),
    oauth2ClientCredentials({
      title: 'OAuth 2.0 client',
      fields,
      tokenUrl: (given) => `${instanceOf(given)}/oauth_token.do`,
      clientAuth: 'body',
    }),
  ],
  sampleConnection: {
    kind: 'basic',
    fields: {
      instance: 'https://simulated-company.service-now.com',
      username: 'ada.okafor',
      password: 'servicenow-sample-password',
    },
  },
  baseUrl: instanceOf,
  errorMessage: errorWords,
  async test(host, given) {
    const name = await accountOf(host);
    const { host: place } = new URL(instanceOf(given));
    return { account: name === null ? place : `${name} at ${place}` };
  },
  judgedBy: 'description',
  operations: {
    ...servicenowIncidents,
    ...servicenowRecords,
    ...servicenowAttachments,
    ...servicenowCmdb,
    ...servicenowChoices,
  },
  triggers: servicenowPolls,
});
