import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { z } from 'zod';
import type { ConnectionFields, Credentials, SignableRequest } from '../auth.js';
import type { Connector, DatabaseServer, MailServer } from '../define.js';
import { FatalError } from '../errors.js';
import { pemNames, secretNames } from '../fields.js';
import type { TokenSource } from '../tokens/token.js';
import type { HttpResponse } from '../types.js';
import { usualErrorMessage } from './status.js';

/** A connection as stored, unsealed. */
export interface ConnectionValues {
  id: string;
  /** The auth's kind. */
  kind: string;
  fields: ConnectionFields;
  /** Its calls go to the simulators, and see the state of this workspace. */
  simulator?: { workspace: string };
}

/** What a client knows of whom it calls. */
export interface Target {
  connectorId: string;
  title: string;
  baseUrl?: string;
  /** The place that a request names; rejects one that is none, or for which the connection lacks a field. */
  baseOf?(name: string): string;
  /** Origins that credentials may be sent to. */
  origins: Set<string>;
  /** Whether there is anything to protect, so that calls go to `origins` only. */
  confined(origin: string): boolean;
  /** What is sent along to one of `origins`, with the token if there is a source of one. */
  credentials(origin: string, token?: string): Credentials;
  /** Headers with a signature over what goes to one of `origins`. */
  sign?(request: SignableRequest): Promise<Record<string, string>>;
  /** Where its e-mail goes. */
  mailServer?: MailServer;
  databaseServer?: DatabaseServer;
  /** Where the token that calls carry comes from. */
  token?: { source: TokenSource; fields: ConnectionFields };
  headers: Record<string, string>;
  /** A field of the connection, for requests that name one as `fill`. */
  field?(name: string): unknown;
  /** Masked in whatever the vendor says. */
  secrets: string[];
  errorMessage(response: HttpResponse): string | undefined;
  /** The usual status for an answer outside 2xx. */
  meaning(response: HttpResponse): number;
}

/** From a connector and a connection's fields to what its calls need. Rejects fields that do not fit with E_AUTH. */
export function targetOf(connector: Connector, connection: ConnectionValues): Target {
  const auth = connector.auth.find(({ kind }) => kind === connection.kind);
  const parsed = auth?.fields.safeParse(connection.fields);
  if (!auth || !parsed?.success) {
    const wrong = parsed?.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
    throw new FatalError(
      `The connection does not fit ${connector.title}: ${wrong ?? `no sign-in “${connection.kind}”`}. Edit it on the Connections page.`,
      { code: 'E_AUTH' },
    );
  }
  const fields = parsed.data;
  const { baseUrl } = connector;
  const base = typeof baseUrl === 'function' ? baseUrl(fields) : baseUrl;
  const hosts = connector.hosts?.(fields) ?? (base ? [base] : []);
  const origins = new Set(hosts.map(originOf));
  const { token, sign } = auth;
  return {
    connectorId: connector.id,
    title: connector.title,
    baseUrl: base,
    baseOf: (name) => baseOf(connector, fields, name),
    origins,
    confined: (origin) =>
      token !== undefined ||
      sign !== undefined ||
      [origin, ...origins].some((place) => !isEmpty(auth.credentials(fields, place))),
    credentials: (origin, value) => auth.credentials(fields, origin, value),
    ...(sign ? { sign: (request) => sign.call(auth, fields, request) } : {}),
    ...(connector.mailServer ? { mailServer: connector.mailServer(fields) } : {}),
    ...(connector.databaseServer ? { databaseServer: connector.databaseServer(fields) } : {}),
    ...(token ? { token: { source: token, fields } } : {}),
    headers: connector.headers ?? {},
    field: (name) => fields[name],
    secrets: secretsOf(auth.fields, fields),
    errorMessage: (response) => connector.errorMessage?.(response) ?? usualErrorMessage(response),
    meaning: (response) => connector.meaning?.(response) ?? response.status,
  };
}

function baseOf({ bases = {}, title }: Connector, fields: ConnectionFields, name: string): string {
  const base = Object.hasOwn(bases, name) ? bases[name] : undefined;
  if (!base) throw new FatalError(`${title} has no place “${name}”.`, { code: 'E_INPUT' });
  return base(fields);
}

/** A target for calls that belong to no connection: nothing is sent along. */
export const anyTarget: Target = {
  connectorId: 'none',
  title: 'The server',
  origins: new Set(),
  confined: () => false,
  credentials: () => ({}),
  headers: {},
  secrets: [],
  errorMessage: usualErrorMessage,
  meaning: ({ status }) => status,
};

/** The same target for calls with which nothing of the connection goes along, and which therefore may go to any host. */
export function bareTarget({ sign: _, ...target }: Target): Target {
  return { ...target, origins: new Set(), confined: () => false, credentials: () => ({}) };
}

/** A target for the endpoint that hands out a connection's tokens: it alone is asked, and it gets nothing by itself. */
export function tokenTarget(target: Target, url: string | undefined): Target {
  return {
    ...anyTarget,
    connectorId: target.connectorId,
    title: `The token endpoint of ${target.title}`,
    origins: new Set(url === undefined ? [] : [originOf(url)]),
    confined: () => true,
    secrets: target.secrets,
  };
}

/** The values of a connection's secret fields. */
export function secretsOf(schema: z.ZodObject, fields: ConnectionFields): string[] {
  return secretNames(schema).flatMap((name) => {
    const value = fields[name];
    return typeof value === 'string' && value !== '' ? [value] : [];
  });
}

/**
 * What a new connection of kind simulator is stored with: the connector's sample, with secrets made up afresh, so that
 * nobody can sign a webhook for it with a secret that stands in the source.
 */
export function simulatorFields({ auth, sampleConnection }: Connector): { kind: string; fields: ConnectionFields } {
  const { kind, fields } = sampleConnection;
  const { fields: schema, madeUp } = auth.find((candidate) => candidate.kind === kind)!;
  const pems = pemNames(schema);
  const pem = madeUp || pems.length > 0 ? makePrivateKey() : '';
  const secrets = secretNames(schema).filter((name) => name in fields);
  const made = secrets.map((name) => [name, pems.includes(name) ? pem : randomBytes(24).toString('hex')]);
  return { kind, fields: { ...fields, ...Object.fromEntries(made), ...madeUp?.(pem) } };
}

function makePrivateKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
}

function isEmpty({ headers, query, body }: Credentials): boolean {
  return Object.keys({ ...headers, ...query, ...body }).length === 0;
}

/** `https://host` is meant where no scheme is given. */
function originOf(place: string): string {
  return new URL(/^https?:\/\//.test(place) ? place : `https://${place}`).origin;
}
