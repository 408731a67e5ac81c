import {
  type ConnectionFields,
  customAuth,
  defineConnector,
  oauth2AuthorizationCode,
  path,
  secret,
} from '@castellan/sdk';
import { z } from 'zod';
import { changeTriggers } from './bamboohr-changes.js';
import { bamboohrAddress, webhookFields } from './bamboohr-deliveries.js';
import { directoryOperations } from './bamboohr-directory.js';
import { employeeOperations } from './bamboohr-employees.js';
import { listOperations } from './bamboohr-lists.js';
import { recordTriggers } from './bamboohr-records.js';
import { errorWords } from './bamboohr-shapes.js';
import { bamboohrSync } from './bamboohr-sync.js';
import { tableOperations } from './bamboohr-tables.js';
import { webhookOperations } from './bamboohr-webhooks.js';

const companyUrl = ({ companyDomain }: ConnectionFields) => `https://${String(companyDomain)}.bamboohr.com`;

const companyDomain = z
  .string()
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/, 'Only the part before .bamboohr.com.')
  .meta({ title: 'Company domain' })
  .describe('What stands before .bamboohr.com in the address of your BambooHR.');

/** What the operations and events need; an application is given no others than it was registered with. */
const scopes = [
  ...['employee', 'employee.write', 'employee:job', 'employee:job.write', 'employee:name', 'employee:contact'],
  ...['employee:management', 'employee_directory', 'field', 'webhooks', 'webhooks.write', 'public.user'],
  'offline_access',
];

/** https://documentation.bamboohr.com: what a key can see and do is what its user can. */
export const bamboohr = defineConnector({
  id: 'bamboohr',
  title: 'BambooHR',
  docs: 'https://documentation.bamboohr.com/docs/getting-started',
  judgedBy: 'description',
  auth: [
    customAuth({
      kind: 'apiKey',
      title: 'API key',
      fields: {
        companyDomain,
        apiKey: secret('API key').describe('From the menu of your name → API Keys.'),
        ...webhookFields,
      },
      // The key is the user's name; the password is not looked at.
      credentials: ({ apiKey }) => ({
        headers: { authorization: `Basic ${Buffer.from(`${apiKey}:x`, 'utf8').toString('base64')}` },
      }),
    }),
    oauth2AuthorizationCode({
      title: 'OAuth application',
      fields: {
        companyDomain,
        scopes: z
          .string()
          .default(scopes.join(' '))
          .meta({ title: 'Scopes' })
          .describe('Parted by spaces: those that the application was registered with in BambooHR’s developer portal.'),
        ...webhookFields,
      },
      authorizeUrl: (fields) => `${companyUrl(fields)}/authorize.php`,
      authorizeParams: { request: 'authorize' },
      tokenUrl: (fields) => `${companyUrl(fields)}/token.php?request=token`,
      clientAuth: 'body',
      scopes: (fields) => fields.scopes.split(' ').filter(Boolean),
    }),
  ],
  sampleConnection: {
    kind: 'apiKey',
    fields: { companyDomain: 'example', apiKey: 'bamboohr-sample-api-key', webhookKey: 'bamboohr-sample-webhook-key' },
  },
  baseUrl: companyUrl,
  headers: { accept: 'application/json' },
  errorMessage: errorWords,
  async test({ http }, fields) {
    await http.send({ method: 'GET', path: path`/api/v1/employees`, query: { 'page[limit]': 1 } });
    return { account: new URL(companyUrl(fields)).host };
  },
  operations: {
    ...employeeOperations,
    ...directoryOperations,
    ...tableOperations,
    ...listOperations,
    ...webhookOperations,
  },
  triggers: { ...recordTriggers, ...changeTriggers },
  address: bamboohrAddress,
  directory: bamboohrSync,
});
