import {
  type Auth,
  apiToken,
  basicAuth,
  customAuth,
  jwtBearer,
  noAuth,
  oauth2AuthorizationCode,
  oauth2ClientCredentials,
  oauth2RefreshToken,
  privateKey,
  secret,
} from '@castellan/sdk';
import { z } from 'zod';

/** Where the credentials of a connection may go. Nowhere else does a request of that connection go. */
const hosts = z
  .array(z.string().min(1).max(300))
  .min(1)
  .max(50)
  .meta({ title: 'Hosts' })
  .describe('The hosts that the credentials are for, such as api.example.com or http://10.0.0.5:8080.');

const headerName = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;

const text = (title: string, help: string) => z.string().min(1).meta({ title }).describe(help);
const tokenUrl = z.url().meta({ title: 'Token URL' }).describe('Where tokens are got. The secret goes there only.');
const scopes = z
  .array(z.string().regex(/^\S+$/, 'A scope holds no space.'))
  .optional()
  .meta({ title: 'Scopes' })
  .describe('What the token is asked for, as the API’s documentation names it.');
const clientAuth = z
  .enum(['basic', 'body'])
  .default('basic')
  .meta({ title: 'Client sends its secret' })
  .describe('basic: in the Authorization header. body: among the form’s fields.');
const audience = text('Audience', 'Only where the API asks for one.').optional();

const signInFields = { tokenUrl, scopes, audience, clientAuth, hosts };
type SignInFields = { tokenUrl: string; scopes?: string[]; audience?: string; clientAuth: 'basic' | 'body' };

/** What the OAuth kinds share: everything is the person's to say. */
const oauth = {
  tokenUrl: (fields: SignInFields) => fields.tokenUrl,
  scopes: (fields: SignInFields) => fields.scopes ?? [],
  clientAuth: (fields: SignInFields) => fields.clientAuth,
  tokenParams: ({ audience }: SignInFields): Record<string, string> => (audience ? { audience } : {}),
};

/** Every way to sign in to an HTTP API. */
export const httpAuth: [Auth, ...Auth[]] = [
  noAuth(),
  apiToken({ kind: 'bearer', title: 'Bearer token', tokenTitle: 'Token', fields: { hosts } }),
  basicAuth({ fields: { hosts } }),
  customAuth({
    kind: 'header',
    title: 'Secret in a header',
    fields: {
      name: z.string().regex(headerName).meta({ title: 'Header' }),
      value: secret('Value'),
      hosts,
    },
    credentials: ({ name, value }) => ({ headers: { [name]: value } }),
  }),
  customAuth({
    kind: 'query',
    title: 'Secret in the query',
    fields: { name: text('Parameter', 'Such as api_key.'), value: secret('Value'), hosts },
    credentials: ({ name, value }) => ({ query: { [name]: value } }),
  }),
  oauth2ClientCredentials({ ...oauth, fields: signInFields }),
  oauth2AuthorizationCode({
    ...oauth,
    clientSecret: 'optional',
    fields: {
      authorizeUrl: z.url().meta({ title: 'Consent URL' }).describe('The page on which a person agrees.'),
      ...signInFields,
    },
    authorizeUrl: (fields) => fields.authorizeUrl,
    authorizeParams: oauth.tokenParams,
  }),
  oauth2RefreshToken({ ...oauth, fields: signInFields }),
  jwtBearer({
    fields: {
      issuer: text('Issuer', 'Whose key it is: the claim iss.'),
      subject: text('Subject', 'Whom it acts for: the claim sub.').optional(),
      audience: text('Audience', 'The claim aud; the token URL if left out.').optional(),
      keyId: text('Key ID', 'The header kid, where the API knows several keys.').optional(),
      algorithm: z
        .enum(['RS256', 'RS384', 'RS512', 'PS256', 'ES256', 'ES384', 'EdDSA'])
        .default('RS256')
        .meta({ title: 'Algorithm' }),
      privateKey: privateKey('Private key'),
      ...{ tokenUrl, scopes, hosts },
    },
    tokenUrl: (fields) => fields.tokenUrl,
    scopes: (fields) => fields.scopes ?? [],
    algorithm: (fields) => fields.algorithm,
    key: (fields) => ({ pem: fields.privateKey, id: fields.keyId }),
    claims: ({ issuer, subject, audience, tokenUrl }) => ({ iss: issuer, sub: subject, aud: audience ?? tokenUrl }),
  }),
];
