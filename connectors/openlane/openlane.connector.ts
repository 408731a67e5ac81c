import { apiToken, defineConnector, type HttpResponse, parseAnswer, path } from '@castellan/sdk';
import { z } from 'zod';
import { scimGroups } from '../scim/scim-groups.js';
import { scimUsers } from '../scim/scim-users.js';
import { openlaneIntegrations } from './openlane-integrations.js';
import { openlaneRoles } from './openlane-roles.js';
import { apiDocs, docs } from './openlane-shapes.js';

const apiUrlOf = ({ apiUrl }: Record<string, unknown>) =>
  String(apiUrl ?? 'https://api.theopenlane.io').replace(/\/+$/, '');

/** https://docs.theopenlane.io. Users and groups by its SCIM, integrations and roles by its REST API. */
export const openlane = defineConnector({
  id: 'openlane',
  title: 'Openlane',
  docs,
  judgedBy: 'description',
  auth: [
    apiToken({
      title: 'API token',
      tokenTitle: 'Token',
      tokenHelp: 'A personal access token or an API token of the organisation, with the scopes that the steps need.',
      fields: {
        apiUrl: z
          .url()
          .regex(/^https?:\/\//)
          .default('https://api.theopenlane.io')
          .meta({ title: 'API' })
          .describe('Another address only where you run Openlane yourself.'),
      },
    }),
  ],
  sampleConnection: { kind: 'apiToken', fields: { token: 'tola_sample_token' } },
  baseUrl: (fields) => `${apiUrlOf(fields)}/scim/v2`,
  bases: { api: apiUrlOf },
  headers: { accept: 'application/json, application/scim+json' },
  errorMessage,
  async test({ http }) {
    const { body } = await http.send({ method: 'GET', base: 'api', path: path`/v1/account/roles/organization` });
    const { organization_id, roles } = parseAnswer(account, body, apiDocs);
    return { account: `organisation ${organization_id}${roles.length > 0 ? ` (${roles.join(', ')})` : ''}` };
  },
  operations: { ...scimUsers, ...scimGroups, ...openlaneIntegrations, ...openlaneRoles },
});

const account = z.object({ organization_id: z.string(), roles: z.array(z.string()).default([]) });

/** The REST API says `error`, and often a code of its own; what SCIM says is found in the usual places. */
function errorMessage({ body }: HttpResponse): string | undefined {
  const { error, error_code: code } = (body ?? {}) as { error?: unknown; error_code?: unknown };
  const isCoded = typeof error === 'string' && error !== '' && typeof code === 'string' && code !== '';
  return isCoded ? `${error} (${code})` : undefined;
}
