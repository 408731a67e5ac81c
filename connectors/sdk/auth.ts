import { z } from 'zod';
import { secret } from './fields.js';
import type { TokenSource } from './tokens/token.js';

/** What a connection adds to each of its calls. */
export interface Credentials {
  headers?: Record<string, string>;
  query?: Record<string, string>;
  /** Fields of the JSON body, for vendors that want a key there. */
  body?: Record<string, string>;
  /** Fields of the JSON body of a request that does not name them itself, such as the database that a connection works in. */
  bodyDefaults?: Record<string, string>;
}

/** Field values of a connection, as its auth's `fields` describe them. */
export type ConnectionFields = Record<string, unknown>;

/** One way to sign in to a vendor. `kind` is unique within its connector and is stored with the connection. */
export interface Auth {
  kind: string;
  title: string;
  fields: z.ZodObject;
  /**
   * Pure: from the fields to what is sent along to an origin (`https://host`), one of those that the connection is bound
   * to. `token` is that of `token` below, and is there whenever a call is made.
   */
  credentials(fields: ConnectionFields, origin: string, token?: string): Credentials;
  /** Calls carry a token that has a life of its own. */
  token?: TokenSource;
  /** Headers that a signature over the whole request needs, for what is sent to one of the connection's own origins. */
  sign?(fields: ConnectionFields, request: SignableRequest): Promise<Record<string, string>>;
  /** Fields for a connection to the simulator that hold this private key (PEM). For kinds whose key is a part of a field. */
  madeUp?(pem: string): ConnectionFields;
}

/** A request as it goes out. */
export interface SignableRequest {
  url: URL;
  method: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  body?: string | Buffer;
}

export interface AuthOptions<F extends z.ZodRawShape> {
  kind?: string;
  title?: string;
  /** Fields beside those that the kind itself asks for, such as a domain or a webhook's signing secret. */
  fields?: F;
}

/** The connector's own fields, parsed. */
export type FieldsOf<F extends z.ZodRawShape> = z.output<z.ZodObject<F>>;

/** Nothing is sent along. */
export function noAuth<F extends z.ZodRawShape>(options: AuthOptions<F> = {}): Auth {
  return {
    kind: options.kind ?? 'none',
    title: options.title ?? 'No sign-in',
    fields: z.strictObject(options.fields ?? {}),
    credentials: () => ({}),
  };
}

/** A token in one header; as `Authorization: Bearer …` unless `header` says otherwise. */
export function apiToken<F extends z.ZodRawShape>(
  options: AuthOptions<F> & {
    tokenTitle?: string;
    /** What the token must be allowed, or where it is made. */
    tokenHelp?: string;
    header?: (fields: FieldsOf<F> & { token: string }) => Record<string, string>;
  } = {},
): Auth {
  const header = options.header ?? (({ token }) => ({ authorization: `Bearer ${token}` }));
  const token = secret(options.tokenTitle ?? 'API token');
  return {
    kind: options.kind ?? 'apiToken',
    title: options.title ?? 'API token',
    fields: z.strictObject({
      token: options.tokenHelp ? token.describe(options.tokenHelp) : token,
      ...options.fields,
    }),
    credentials: (fields) => ({ headers: header(fields as FieldsOf<F> & { token: string }) }),
  };
}

/** User name and password as RFC 7617 says, in UTF-8. */
export function basicAuth<F extends z.ZodRawShape>(options: AuthOptions<F> = {}): Auth {
  return {
    kind: options.kind ?? 'basic',
    title: options.title ?? 'User name and password',
    fields: z.strictObject({
      username: z
        .string()
        .min(1)
        .regex(/^[^:]*$/, 'A user name for basic sign-in cannot hold a colon.')
        .meta({ title: 'User name' }),
      password: secret('Password'),
      ...options.fields,
    }),
    credentials: (fields) => {
      const pair = `${String(fields.username)}:${String(fields.password)}`;
      return { headers: { authorization: `Basic ${Buffer.from(pair, 'utf8').toString('base64')}` } };
    },
  };
}

/** Whatever the vendor wants, made from declared fields: several headers, a query parameter, a token with a life of its own. */
export function customAuth<F extends z.ZodRawShape>(options: {
  kind: string;
  title: string;
  fields: F;
  credentials: (fields: FieldsOf<F>, origin: string, token?: string) => Credentials;
  token?: TokenSource;
}): Auth {
  return {
    kind: options.kind,
    title: options.title,
    fields: z.strictObject(options.fields),
    credentials: (fields, origin, token) => options.credentials(fields as FieldsOf<F>, origin, token),
    ...(options.token ? { token: options.token } : {}),
  };
}
