import { type Auth, type Connector, secretNames } from '@castellan/sdk';
import { ApiError } from '../platform/errors.js';
import { invalidInput, problemsIn } from '../platform/input-problems.js';

/** A connection's fields, told apart: settings are shown, secrets are sealed. */
export interface SplitFields {
  settings: Record<string, unknown>;
  secrets: Record<string, unknown>;
}

/** The auth with this kind, or the connector's first. */
export function authOf(connector: Connector, kind: string | undefined): Auth {
  const auth = kind === undefined ? connector.auth[0] : connector.auth.find((one) => one.kind === kind);
  if (auth) return auth;
  if (connector.auth.length === 0) {
    throw new ApiError('invalid_input', `/connector: ${connector.title} is used without a connection.`);
  }
  const kinds = connector.auth.map((one) => one.kind).join(', ');
  throw new ApiError('invalid_input', `/auth: ${connector.title} has no sign-in “${kind}”; it has ${kinds}.`);
}

/** Checks fields against what the auth asks for; refuses them with every problem at once. */
export function checkFields(auth: Auth, fields: Record<string, unknown>): SplitFields {
  const parsed = auth.fields.safeParse(fields);
  if (!parsed.success) throw invalidInput(problemsIn(parsed.error, '/fields'));
  const secret = new Set(secretNames(auth.fields));
  const entries = Object.entries(parsed.data);
  return {
    settings: Object.fromEntries(entries.filter(([name]) => !secret.has(name))),
    secrets: Object.fromEntries(entries.filter(([name]) => secret.has(name))),
  };
}

/** Where a connection with these fields sends its secrets: with calls, and for a token. */
export function hostsOf(connector: Connector, auth: Auth, fields: Record<string, unknown>): string[] {
  const token = auth.token?.url?.(fields);
  return [...callHosts(connector, fields), ...(token === undefined ? [] : [token])].toSorted();
}

/** The same as people are shown it, from what is no secret: origins. A place that is a secret itself is left out. */
export function shownHosts(
  connector: Connector,
  auth: Auth | undefined,
  settings: Record<string, unknown>,
): { hosts: string[]; tokenHost: string | null } {
  const hosts = known(() => callHosts(connector, settings)) ?? [];
  const token = known(() => auth?.token?.url?.(settings));
  return {
    hosts: [...new Set(hosts.flatMap((place) => originOf(place) ?? []))].toSorted(),
    tokenHost: token === undefined ? null : originOf(token),
  };
}

/** What cannot be told without the secrets is not told. */
function known<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

const encryption = { tls: 'TLS', starttls: 'STARTTLS', none: 'not encrypted' };

function callHosts(connector: Connector, fields: Record<string, unknown>): string[] {
  const mail = connector.mailServer?.(fields);
  // Less encryption is another place: what was entered for the one does not go to the other.
  if (mail) return [`smtp://${mail.host}:${mail.port} (${encryption[mail.security]})`];
  const database = connector.databaseServer?.(fields);
  if (database) {
    const { host, port, security } = database;
    return [`postgres://${host}:${port}/${database.database} (${security === 'none' ? 'not encrypted' : 'TLS'})`];
  }
  const base = typeof connector.baseUrl === 'function' ? connector.baseUrl(fields) : connector.baseUrl;
  return connector.hosts?.(fields) ?? (base ? [base] : []);
}

function originOf(place: string): string | null {
  if (/^(?:smtp|postgres):\/\//.test(place)) return place;
  const url = /^https?:\/\//.test(place) ? place : `https://${place}`;
  return URL.canParse(url) && place !== 'undefined' ? new URL(url).origin : null;
}
