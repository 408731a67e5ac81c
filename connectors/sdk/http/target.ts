import { randomBytes } from 'node:crypto';
import type { z } from 'zod';
import type { ConnectionFields, Credentials } from '../auth.js';
import type { Connector } from '../define.js';
import { FatalError } from '../errors.js';
import { secretNames } from '../fields.js';
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
  /** Origins that credentials may be sent to. */
  origins: Set<string>;
  /** What is sent along to one of `origins`. */
  credentials(origin: string): Credentials;
  headers: Record<string, string>;
  /** Masked in whatever the vendor says. */
  secrets: string[];
  errorMessage(response: HttpResponse): string | undefined;
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
  return {
    connectorId: connector.id,
    title: connector.title,
    baseUrl: base,
    origins: new Set(hosts.map(originOf)),
    credentials: (origin) => auth.credentials(fields, origin),
    headers: connector.headers ?? {},
    secrets: secretsOf(auth.fields, fields),
    errorMessage: (response) => connector.errorMessage?.(response) ?? usualErrorMessage(response),
  };
}

/** A target for calls that belong to no connection: nothing is sent along. */
export const anyTarget: Target = {
  connectorId: 'none',
  title: 'The server',
  origins: new Set(),
  credentials: () => ({}),
  headers: {},
  secrets: [],
  errorMessage: usualErrorMessage,
};

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
  const secrets = secretNames(auth.find((candidate) => candidate.kind === kind)!.fields);
  const made = secrets.filter((name) => name in fields).map((name) => [name, randomBytes(24).toString('hex')]);
  return { kind, fields: { ...fields, ...Object.fromEntries(made) } };
}

/** `https://host` is meant where no scheme is given. */
function originOf(place: string): string {
  return new URL(/^https?:\/\//.test(place) ? place : `https://${place}`).origin;
}
