import {
  type Auth,
  apiToken,
  type ConnectionFields,
  keyPairJwt,
  oauth2AuthorizationCode,
  oauth2ClientCredentials,
  privateKey,
  secret,
} from '@castellan/sdk';
import { z } from 'zod';

const tokenType = 'x-snowflake-authorization-token-type';

const account = z
  .string()
  .regex(/^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9-]+)*$/)
  .meta({ title: 'Account' })
  .describe(
    'The account identifier, such as acme-warehouse or xy12345.eu-central-1: the address without “.snowflakecomputing.com”.',
  );

const place = (title: string, words: string) => z.string().min(1).optional().meta({ title }).describe(words);

/** Where statements run unless a step says otherwise. Snowflake minds upper and lower case here. */
const session = {
  role: place('Role', 'Such as CASTELLAN_WRITER. Default: the user’s own default.'),
  warehouse: place('Warehouse', 'Which computes. Default: the user’s own.'),
  database: place('Database', 'Default: the user’s own.'),
  schema: place('Schema', 'Default: the user’s own.'),
};

/** Snowflake writes an account with hyphens in its address where the name has underscores. */
export function accountUrl({ account }: ConnectionFields): string {
  return `https://${String(account).toLowerCase().replaceAll('_', '-')}.snowflakecomputing.com`;
}

/** The account as a key pair's token names it: in capitals, and without the region of an account locator. */
export function accountName(account: string): string {
  return account.replace(/\..*$/, '').toUpperCase();
}

/** What every statement carries along of the connection, unless the step names another. */
function inSession(auth: Auth): Auth {
  return {
    ...auth,
    credentials(fields, origin, token) {
      const given = Object.keys(session).filter((name) => typeof fields[name] === 'string');
      const bodyDefaults = Object.fromEntries(given.map((name) => [name, String(fields[name])]));
      return { ...auth.credentials(fields, origin, token), bodyDefaults };
    },
  };
}

const oauthHeaders = (token: string) => ({ authorization: `Bearer ${token}`, [tokenType]: 'OAUTH' });

/** https://docs.snowflake.com/en/developer-guide/sql-api/authenticating */
export const snowflakeAuth: [Auth, ...Auth[]] = [
  inSession(
    keyPairJwt({
      fields: {
        account,
        user: z.string().min(1).meta({ title: 'User' }).describe('Whose RSA_PUBLIC_KEY is that of the private key.'),
        privateKey: privateKey('Private key'),
        passphrase: secret('Passphrase').describe('Only where the private key is encrypted.').optional(),
        ...session,
      },
      key: ({ privateKey, passphrase }) => ({ pem: privateKey, ...(passphrase ? { passphrase } : {}) }),
      claims: ({ account, user }, { fingerprint }) => {
        const subject = `${accountName(account)}.${user.toUpperCase()}`;
        return { iss: `${subject}.${fingerprint}`, sub: subject };
      },
      headers: (token) => ({ authorization: `Bearer ${token}`, [tokenType]: 'KEYPAIR_JWT' }),
    }),
  ),
  inSession(
    apiToken({
      kind: 'accessToken',
      title: 'Programmatic access token',
      tokenTitle: 'Access token',
      tokenHelp: 'From the user’s page. Snowflake wants a network policy for such a user.',
      header: ({ token }) => ({ authorization: `Bearer ${token}`, [tokenType]: 'PROGRAMMATIC_ACCESS_TOKEN' }),
      fields: { account, ...session },
    }),
  ),
  inSession(
    oauth2AuthorizationCode({
      title: 'OAuth of Snowflake with consent',
      tokenUrl: (fields) => `${accountUrl(fields)}/oauth/token-request`,
      authorizeUrl: (fields) => `${accountUrl(fields)}/oauth/authorize`,
      scopes: ({ role }) => ['refresh_token', ...(role ? [`session:role:${role}`] : [])],
      fields: { account, ...session },
      headers: oauthHeaders,
    }),
  ),
  inSession(
    oauth2ClientCredentials({
      kind: 'externalOAuth',
      title: 'External OAuth (Okta, Entra)',
      tokenUrl: ({ tokenUrl }) => tokenUrl,
      scopes: ({ scope }) => (scope ? [scope] : []),
      fields: {
        account,
        tokenUrl: z
          .url()
          .meta({ title: 'Token address' })
          .describe('Of the authorization server that a security integration trusts.'),
        scope: place('Scope', 'Such as session:role:CASTELLAN_WRITER.'),
        ...session,
      },
      headers: oauthHeaders,
    }),
  ),
];
