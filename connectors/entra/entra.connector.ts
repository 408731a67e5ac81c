import { type ConnectionFields, defineConnector, oauth2ClientCredentials, path } from '@castellan/sdk';
import { z } from 'zod';
import { entraGroups } from './entra-groups.js';
import { entraSignIns } from './entra-sign-ins.js';
import { entraSync } from './entra-sync.js';
import { entraUsers } from './entra-users.js';

/** Microsoft’s clouds, which know nothing of each other: https://learn.microsoft.com/en-us/graph/deployments. */
const clouds = {
  global: { login: 'login.microsoftonline.com', graph: 'graph.microsoft.com' },
  usGovernment: { login: 'login.microsoftonline.us', graph: 'graph.microsoft.us' },
  usDefense: { login: 'login.microsoftonline.us', graph: 'dod-graph.microsoft.us' },
  china: { login: 'login.partner.microsoftonline.cn', graph: 'microsoftgraph.chinacloudapi.cn' },
};
type Cloud = keyof typeof clouds;

const cloudOf = ({ cloud }: ConnectionFields) => clouds[(cloud ?? 'global') as Cloud];

/** Application permissions for reading, and those beside them for each kind of change. */
const toRead = ['User.Read.All', 'GroupMember.Read.All'];
const toChange = ['User.EnableDisableAccount.All', 'User.RevokeSessions.All', 'GroupMember.ReadWrite.All'];

/** https://learn.microsoft.com/en-us/graph. Users and groups of one tenant. */
export const entra = defineConnector({
  id: 'entra',
  title: 'Microsoft Entra ID',
  docs: 'https://learn.microsoft.com/en-us/graph/api/resources/identity-network-access-overview',
  judgedBy: 'description',
  auth: [
    oauth2ClientCredentials({
      title: 'App registration with a client secret',
      fields: {
        tenant: z
          .string()
          .regex(/^[A-Za-z0-9][A-Za-z0-9.-]*$/, 'The tenant’s id, or one of its domains.')
          .meta({ title: 'Tenant', examples: ['example.onmicrosoft.com'] })
          .describe(
            `Directory (tenant) ID of the app registration. The app needs these application permissions with an administrator’s consent: ${toRead.join(', ')}; to change anything, ${toChange.join(', ')} as well; to make and delete groups, Group.ReadWrite.All. To change administrators’ accounts it also needs a directory role.`,
          ),
        cloud: z
          .enum(['global', 'usGovernment', 'usDefense', 'china'])
          .default('global')
          .meta({ title: 'Cloud' })
          .describe('Microsoft’s cloud in which the tenant is.'),
      },
      tokenUrl: (fields) => `https://${cloudOf(fields).login}/${fields.tenant}/oauth2/v2.0/token`,
      scopes: (fields) => [`https://${cloudOf(fields).graph}/.default`],
      clientAuth: 'body',
    }),
  ],
  sampleConnection: {
    kind: 'oauth2ClientCredentials',
    fields: {
      ...{ tenant: 'example.onmicrosoft.com', clientId: 'ca57e11a-0050-4000-8000-000000000001' },
      clientSecret: 'sample-client-secret',
    },
  },
  baseUrl: (fields) => `https://${cloudOf(fields).graph}/v1.0`,
  async test({ http }, { clientId, tenant }) {
    await http.send({ method: 'GET', path: path`/users`, query: { $select: 'id', $top: 1 } });
    return { account: `app ${String(clientId)} in ${String(tenant)}` };
  },
  operations: { ...entraUsers, ...entraSignIns, ...entraGroups },
  directory: entraSync,
});
