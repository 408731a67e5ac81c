import {
  apiToken,
  type ConnectionFields,
  defineConnector,
  type HttpResponse,
  jwtBearer,
  parseAnswer,
  path,
  privateKey,
} from '@castellan/sdk';
import { z } from 'zod';
import { oktaGroups } from './okta-groups.js';
import { oktaLifecycle } from './okta-lifecycle.js';
import { docs, user } from './okta-shapes.js';
import { oktaSync } from './okta-sync.js';
import { oktaUsers } from './okta-users.js';
import { oktaAddress, oktaTriggers, webhookFields } from './okta-webhook.js';

const originOf = ({ domain }: ConnectionFields) => `https://${String(domain)}`;

const domain = z
  .string()
  .regex(
    /^(?!.*-admin\.okta)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+$/,
    'The organisation’s host such as example.okta.com: without https:// and without -admin.',
  )
  .meta({ title: 'Okta domain', examples: ['example.okta.com'] });

const access = z
  .enum(['change', 'read'])
  .default('change')
  .meta({ title: 'Rights' })
  .describe('Which scopes are asked for; read is enough for a directory sync.');

const scopesFor = ({ access: wanted }: ConnectionFields): string[] => {
  const toRead = ['okta.users.read', 'okta.groups.read'];
  return wanted === 'read' ? toRead : [...toRead, 'okta.users.manage', 'okta.groups.manage'];
};

/** https://developer.okta.com/docs/api. Users, their state and groups of one organisation. */
export const okta = defineConnector({
  id: 'okta',
  title: 'Okta',
  docs,
  judgedBy: 'sdk',
  auth: [
    apiToken({
      tokenHelp:
        'Under Security → API → Tokens. It may do what the administrator may who makes it, and ends when nobody uses it for 30 days.',
      fields: { domain, ...webhookFields },
      header: ({ token }) => ({ authorization: `SSWS ${token}` }),
    }),
    jwtBearer({
      kind: 'serviceApp',
      title: 'Service app with a private key (OAuth 2.0)',
      as: 'client',
      fields: {
        domain,
        clientId: z
          .string()
          .min(1)
          .meta({ title: 'Client ID' })
          .describe(
            `Of an API Services app that authenticates by public key, with “Require DPoP” off, an administrator role, and these scopes granted: ${scopesFor({}).join(', ')}. For reading only: ${scopesFor({ access: 'read' }).join(', ')}.`,
          ),
        keyId: z
          .string()
          .min(1)
          .optional()
          .meta({ title: 'Key ID' })
          .describe('The kid that Okta shows beside the public key. Needed where the app has several keys.'),
        privateKey: privateKey('Private key'),
        access,
        ...webhookFields,
      },
      key: ({ privateKey: pem, keyId }) => ({ pem, ...(keyId ? { id: keyId } : {}) }),
      tokenUrl: (fields) => `${originOf(fields)}/oauth2/v1/token`,
      claims: ({ clientId }) => ({ iss: clientId, sub: clientId }),
      scopes: ({ access: wanted }) => scopesFor({ access: wanted }),
    }),
  ],
  sampleConnection: {
    kind: 'apiToken',
    fields: { domain: 'example.okta.com', token: '00sample-token', webhookToken: 'sample-event-hook-secret' },
  },
  baseUrl: originOf,
  meaning,
  errorMessage,
  async test({ http }, fields) {
    if (fields.clientId !== undefined) {
      await http.send({ method: 'GET', path: path`/api/v1/users`, query: { limit: 1 } });
      return { account: `app ${String(fields.clientId)} in ${String(fields.domain)}` };
    }
    const { body } = await http.send({ method: 'GET', path: path`/api/v1/users/me` });
    const { profile } = parseAnswer(user, body, `${docs}/User/#tag/User/operation/getUser`);
    return { account: `${profile.login} in ${String(fields.domain)}` };
  },
  operations: { ...oktaUsers, ...oktaLifecycle, ...oktaGroups },
  directory: oktaSync,
  triggers: oktaTriggers,
  address: oktaAddress,
  schemes: ['okta'],
});

/** Okta says 501 of what it never does, such as changing a group that an app owns: asking again would not help. */
function meaning({ status }: HttpResponse): number {
  return status === 501 ? 400 : status;
}

const refusal = z.object({
  errorSummary: z.string().min(1),
  errorCauses: z.array(z.object({ errorSummary: z.string() })).default([]),
});

/** Okta’s sentence, and the causes that it names. */
function errorMessage({ body }: HttpResponse): string | undefined {
  const read = refusal.safeParse(body);
  if (!read.success) return undefined;
  return [read.data.errorSummary, ...read.data.errorCauses.map((cause) => cause.errorSummary)].join(' — ');
}
