import { z } from 'zod';
import type { Auth, AuthOptions, ConnectionFields, FieldsOf } from '../auth.js';
import { secret } from '../fields.js';
import { bearer, fromFields, type OfFields, withoutEmpty } from './of-fields.js';
import { notConnected, type Token, type TokenHost, type TokenSource } from './token.js';
import { type ClientIdentity, requestToken } from './token-endpoint.js';

const clientFields = {
  clientId: z.string().min(1).meta({ title: 'Client ID' }),
  clientSecret: secret('Client secret'),
};

/** What all OAuth 2.0 kinds have in common. `F` are the connector's own fields beside those of the kind. */
export interface OAuth2Options<F extends z.ZodRawShape> extends AuthOptions<F> {
  /** Fixed, or made of fields: `({ tenant }) => …`. */
  tokenUrl: OfFields<F, string>;
  scopes?: OfFields<F, string[]>;
  /** More that the token endpoint is sent, such as `audience` or `resource`. */
  tokenParams?: OfFields<F, Record<string, string>>;
  /** How the client shows who it is. Default: basic. */
  clientAuth?: OfFields<F, ClientIdentity['by']>;
  /** What goes along with calls. Default: `Authorization: Bearer …`. */
  headers?: (token: string, fields: FieldsOf<F>) => Record<string, string>;
}

/** A client that signs in as itself: RFC 6749 §4.4. Fields: clientId, clientSecret. */
export function oauth2ClientCredentials<F extends z.ZodRawShape>(options: OAuth2Options<F>): Auth {
  const { tokenUrl, scopes, tokenParams } = options;
  return {
    kind: options.kind ?? 'oauth2ClientCredentials',
    title: options.title ?? 'OAuth 2.0 client credentials',
    fields: z.strictObject({ ...clientFields, ...options.fields }),
    credentials: bearer(options.headers),
    token: {
      url: (fields) => fromFields(tokenUrl, fields),
      obtain: (fields, _, host) =>
        requestToken(host, {
          url: fromFields(tokenUrl, fields),
          client: clientOf(options, fields),
          form: {
            ...withoutEmpty(fromFields(tokenParams, fields)),
            grant_type: 'client_credentials',
            scope: scopeOf(scopes, fields),
          },
        }),
    },
  };
}

/** A refresh token that a person made at the vendor and pasted: RFC 6749 §6. Fields: clientId, clientSecret, refreshToken. */
export function oauth2RefreshToken<F extends z.ZodRawShape>(options: OAuth2Options<F>): Auth {
  return {
    kind: options.kind ?? 'oauth2RefreshToken',
    title: options.title ?? 'OAuth 2.0 refresh token',
    fields: z.strictObject({ ...clientFields, refreshToken: secret('Refresh token'), ...options.fields }),
    credentials: bearer(options.headers),
    token: {
      url: (fields) => fromFields(options.tokenUrl, fields),
      obtain: (fields, held, host) =>
        refresh(options, fields, host, {
          ...(held ?? { accessToken: '', obtainedAt: 0, expiresAt: null }),
          refreshToken: held?.refreshToken ?? String(fields.refreshToken),
        }),
    },
  };
}

export interface AuthorizationCodeOptions<F extends z.ZodRawShape> extends OAuth2Options<F> {
  /** The vendor's page on which a person agrees. */
  authorizeUrl: OfFields<F, string>;
  /** More that this page is sent, such as `access_type=offline`. */
  authorizeParams?: OfFields<F, Record<string, string>>;
  /** What stands between the scopes. Default: a space. */
  scopeSeparator?: string;
  /** A public client has no secret; a client may be either where this says `optional`. Default: required. */
  clientSecret?: 'required' | 'optional';
}

/** A person agrees at the vendor's page: RFC 6749 §4.1 with PKCE, and refresh tokens, rotating or not. Fields: clientId, clientSecret. */
export function oauth2AuthorizationCode<F extends z.ZodRawShape>(options: AuthorizationCodeOptions<F>): Auth {
  const { clientId, clientSecret } = clientFields;
  const shape = {
    clientId,
    clientSecret: options.clientSecret === 'optional' ? clientSecret.optional() : clientSecret,
  };
  return {
    kind: options.kind ?? 'oauth2AuthorizationCode',
    title: options.title ?? 'OAuth 2.0 with consent',
    fields: z.strictObject({ ...shape, ...options.fields }),
    credentials: bearer(options.headers),
    token: consentedToken(options),
  };
}

function consentedToken<F extends z.ZodRawShape>(options: AuthorizationCodeOptions<F>): TokenSource {
  const { tokenUrl, authorizeUrl, authorizeParams, scopes, scopeSeparator = ' ' } = options;
  return {
    url: (fields) => fromFields(tokenUrl, fields),
    async obtain(fields, held, host) {
      if (!held?.refreshToken) throw notConnected();
      return refresh(options, fields, host, held);
    },
    consent: {
      address(fields, { redirectUri, state, challenge }) {
        const url = new URL(fromFields(authorizeUrl, fields));
        const query = {
          ...withoutEmpty(fromFields(authorizeParams, fields)),
          response_type: 'code',
          client_id: String(fields.clientId),
          redirect_uri: redirectUri,
          scope: scopeOf(scopes, fields, scopeSeparator),
          ...{ state, code_challenge: challenge, code_challenge_method: 'S256' },
        };
        for (const [name, value] of Object.entries(query)) if (value) url.searchParams.set(name, value);
        return url.href;
      },
      redeem: (fields, { code, redirectUri, verifier }, host) =>
        requestToken(host, {
          url: fromFields(tokenUrl, fields),
          client: clientOf(options, fields),
          form: {
            ...withoutEmpty(fromFields(options.tokenParams, fields)),
            ...{ grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier },
          },
        }),
    },
  };
}

function refresh<F extends z.ZodRawShape>(
  options: OAuth2Options<F>,
  fields: ConnectionFields,
  host: TokenHost,
  held: Token,
): Promise<Token> {
  return requestToken(host, {
    url: fromFields(options.tokenUrl, fields),
    client: clientOf(options, fields),
    form: {
      ...withoutEmpty(fromFields(options.tokenParams, fields)),
      ...{ grant_type: 'refresh_token', refresh_token: held.refreshToken },
    },
    held,
  });
}

/** A public client shows its id only, and that in the body. */
function clientOf<F extends z.ZodRawShape>(options: OAuth2Options<F>, fields: ConnectionFields): ClientIdentity {
  const id = String(fields.clientId);
  if (typeof fields.clientSecret !== 'string') return { id, by: 'body' };
  return { id, secret: fields.clientSecret, by: fromFields(options.clientAuth, fields) ?? 'basic' };
}

function scopeOf<F extends z.ZodRawShape>(
  scopes: OfFields<F, string[]> | undefined,
  fields: ConnectionFields,
  separator = ' ',
): string | undefined {
  return fromFields(scopes, fields)?.join(separator) || undefined;
}
