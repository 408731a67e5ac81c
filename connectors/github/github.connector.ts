import { apiToken, defineConnector, type HttpResponse, parseAnswer, path } from '@castellan/sdk';
import { z } from 'zod';
import { githubMembers } from './github-members.js';
import { docs, user } from './github-shapes.js';
import { githubSync } from './github-sync.js';
import { githubTeams } from './github-teams.js';
import { githubAddress, githubTriggers, webhookFields } from './github-webhook.js';

const apiUrlOf = ({ apiUrl }: Record<string, unknown>) =>
  String(apiUrl ?? 'https://api.github.com').replace(/\/+$/, '');

/** https://docs.github.com/en/rest. Members and teams of one organisation. */
export const github = defineConnector({
  id: 'github',
  title: 'GitHub',
  docs,
  judgedBy: 'sdk',
  auth: [
    apiToken({
      title: 'Personal access token',
      tokenTitle: 'Token',
      tokenHelp:
        'Of an owner: fine-grained with Members read and write for the organisation, or classic with admin:org.',
      fields: {
        organization: z
          .string()
          .regex(/^[A-Za-z0-9][A-Za-z0-9-]*$/, 'The name in the organisation’s address.')
          .meta({ title: 'Organisation' }),
        apiUrl: z
          .url()
          .default('https://api.github.com')
          .meta({ title: 'API' })
          .describe('Of GitHub Enterprise Server: https://<its host>/api/v3.'),
        ...webhookFields,
      },
    }),
  ],
  sampleConnection: {
    kind: 'apiToken',
    fields: { token: 'github_pat_sample', organization: 'example', webhookSecret: 'sample-webhook-secret' },
  },
  baseUrl: (fields) => `${apiUrlOf(fields)}/orgs/${String(fields.organization)}`,
  bases: { api: apiUrlOf },
  headers: { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' },
  meaning,
  async test({ http }, { organization }) {
    const { body } = await http.send({ method: 'GET', base: 'api', path: path`/user` });
    const { login } = parseAnswer(user.pick({ login: true }), body, `${docs}/users/users#get-the-authenticated-user`);
    await http.send({ method: 'GET' });
    return { account: `${login} in ${String(organization)}` };
  },
  operations: { ...githubMembers, ...githubTeams },
  directory: githubSync,
  triggers: githubTriggers,
  address: githubAddress,
  schemes: ['github'],
});

/** GitHub tells by 403, too, that it wants fewer calls: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api */
function meaning({ status, headers, body }: HttpResponse): number {
  if (status !== 403) return status;
  const { message } = (body ?? {}) as { message?: string };
  const limited = headers['x-ratelimit-remaining'] === '0' || headers['retry-after'] !== undefined;
  return limited || /rate limit/i.test(message ?? '') ? 429 : status;
}
