import {
  type Auth,
  type Credentials,
  customAuth,
  oauth2AuthorizationCode,
  oauth2ClientCredentials,
  secret,
} from '@castellan/sdk';
import { z } from 'zod';
import type { ApiServer, ServerVariable, SignIn, SignInPart } from './definition.js';

/** A way to sign in as connections know it. The fields of the server go along, since a connection says where its API is. */
export function authOfSignIn({ kind, title, parts }: SignIn, server: ApiServer): Auth {
  const fields = serverFields(server);
  const [first] = parts;
  if (first?.type === 'clientCredentials')
    return oauth2ClientCredentials({ kind, title, ...oauth, fields: { ...tokenFields(first), ...fields } });
  if (first?.type === 'authorizationCode') {
    const authorizeUrl = urlField('Consent URL', first.authorizeUrl).describe('The page on which a person agrees.');
    return oauth2AuthorizationCode({
      ...{ kind, title, ...oauth, clientSecret: 'optional' },
      fields: { authorizeUrl, ...tokenFields(first), ...fields },
      authorizeUrl: (given) => given.authorizeUrl,
    });
  }
  return customAuth({
    ...{ kind, title },
    fields: { ...Object.assign({}, ...parts.map(fieldsOf)), ...fields },
    credentials: (given) => parts.map((part) => credentialsOf(part, given)).reduce(together, {}),
  });
}

/** The API's address, made of a connection's fields. */
export function serverUrl({ url, variables }: ApiServer, fields: Record<string, unknown>): string {
  if (variables.length === 0) return String(fields.server ?? url);
  const value = ({ name, default: usual }: ServerVariable) => String(fields[fieldOf(name)] ?? usual ?? '');
  return variables.reduce((built, variable) => built.replaceAll(`{${variable.name}}`, value(variable)), url);
}

const fieldOf = (name: string) => `server_${name}`;

/** The address whole, or what the document leaves open of it. */
function serverFields({ url, variables }: ApiServer): z.ZodRawShape {
  if (variables.length === 0) {
    return { server: urlField('Server', url).describe('Where the API is. The credentials go to this host only.') };
  }
  return Object.fromEntries(variables.map((variable) => [fieldOf(variable.name), variableField(variable, url)]));
}

function variableField(variable: ServerVariable, url: string): z.ZodType {
  const { name, choices, default: usual } = variable;
  const said = variable.description?.trim().replace(/[^.!?]$/, '$&.');
  const told = [said, `Part of the server’s address ${url}`].filter(Boolean).join(' ');
  const [first, ...others] = choices ?? [];
  const host = !url
    .slice(0, url.indexOf(`{${name}}`))
    .replace(/^[^/]*\/\//, '')
    .includes('/');
  const text = z.string().regex(host ? /^[\w.:-]+$/ : /^[\w.:/~-]*$/, 'This cannot stand in an address.');
  const field = first === undefined ? text : z.enum([first, ...others]);
  const shown = field.meta({ title: name }).describe(told);
  const fits = usual !== undefined && field.safeParse(usual).success;
  return fits ? shown.default(usual as never) : shown;
}

function urlField(title: string, usual: string) {
  const field = z.url({ protocol: /^https?$/ }).meta({ title });
  return usual === '' ? field : field.default(usual);
}

interface TokenFields {
  tokenUrl: string;
  scopes?: string[];
  clientAuth: 'basic' | 'body';
}

const tokenFields = ({ tokenUrl, scopes }: { tokenUrl: string; scopes: string[] }) => ({
  tokenUrl: urlField('Token URL', tokenUrl).describe('Where tokens are got. The secret goes there only.'),
  scopes: z
    .array(z.string().regex(/^\S+$/, 'A scope holds no space.'))
    .default(scopes)
    .meta({ title: 'Scopes' })
    .describe('What the token is asked for, as the API’s documentation names it.'),
  clientAuth: z
    .enum(['basic', 'body'])
    .default('basic')
    .meta({ title: 'Client sends its secret' })
    .describe('basic: in the Authorization header. body: among the form’s fields.'),
});

const oauth = {
  tokenUrl: (fields: object) => (fields as TokenFields).tokenUrl,
  scopes: (fields: object) => (fields as TokenFields).scopes ?? [],
  clientAuth: (fields: object) => (fields as TokenFields).clientAuth,
};

function fieldsOf(part: SignInPart): z.ZodRawShape {
  if (part.type === 'basic') {
    const username = z
      .string()
      .min(1)
      .regex(/^[^:]*$/, 'A user name for basic sign-in cannot hold a colon.')
      .meta({ title: 'User name' });
    return { username, password: secret('Password') };
  }
  if (part.type === 'bearer') return { token: described(secret('Token'), part.description) };
  if (part.type !== 'secret') return {};
  const whole = part.in === 'header' ? `The whole value of the header ${part.name}.` : '';
  return { [part.field]: described(secret(part.title), [part.description, whole].filter(Boolean).join(' ')) };
}

const described = (field: z.ZodString, help: string | undefined) => (help ? field.describe(help) : field);

function credentialsOf(part: SignInPart, fields: Record<string, unknown>): Credentials {
  if (part.type === 'basic') {
    const pair = `${String(fields.username)}:${String(fields.password)}`;
    return { headers: { authorization: `Basic ${Buffer.from(pair, 'utf8').toString('base64')}` } };
  }
  if (part.type === 'bearer') return { headers: { authorization: `Bearer ${String(fields.token)}` } };
  if (part.type !== 'secret') return {};
  const value = String(fields[part.field]);
  if (part.in === 'query') return { query: { [part.name]: value } };
  return { headers: part.in === 'cookie' ? { cookie: `${part.name}=${value}` } : { [part.name]: value } };
}

const together = (first: Credentials, second: Credentials): Credentials => ({
  headers: { ...first.headers, ...second.headers },
  query: { ...first.query, ...second.query },
});
