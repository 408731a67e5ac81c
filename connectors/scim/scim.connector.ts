import { apiToken, basicAuth, defineConnector, oauth2ClientCredentials, parseAnswer, path } from '@castellan/sdk';
import { z } from 'zod';
import { scimGroups } from './scim-groups.js';
import { docs } from './scim-shapes.js';
import { scimSync } from './scim-sync.js';
import { scimUsers } from './scim-users.js';

const baseUrl = z
  .url()
  .regex(/^https?:\/\//)
  .meta({ title: 'Base URL', examples: ['https://id.example.com/scim/v2'] })
  .describe('What stands before /Users and /Groups.');
const tokenUrl = z.url().meta({ title: 'Token URL' }).describe('Where tokens are got. The secret goes there only.');

/** https://www.rfc-editor.org/rfc/rfc7644. Users and groups of any system that speaks SCIM 2.0. */
export const scim = defineConnector({
  id: 'scim',
  title: 'SCIM 2.0',
  docs,
  judgedBy: 'docs',
  auth: [
    apiToken({ title: 'Bearer token', tokenTitle: 'Token', fields: { baseUrl } }),
    basicAuth({ fields: { baseUrl } }),
    oauth2ClientCredentials({ fields: { baseUrl, tokenUrl }, tokenUrl: (fields) => fields.tokenUrl }),
  ],
  sampleConnection: {
    kind: 'apiToken',
    fields: { token: 'scim-sample-token', baseUrl: 'https://id.example.com/scim/v2' },
  },
  baseUrl: (fields) => String(fields.baseUrl),
  headers: { accept: 'application/scim+json, application/json;q=0.9' },
  async test({ http }, fields) {
    const { body } = await http.send({ method: 'GET', path: path`/Users`, query: { startIndex: 1, count: 1 } });
    const { totalResults } = parseAnswer(z.object({ totalResults: z.int() }), body, `${docs}#section-3.4.2`);
    return { account: `${new URL(String(fields.baseUrl)).host} (${totalResults} users)` };
  },
  operations: { ...scimUsers, ...scimGroups },
  directory: scimSync,
});
