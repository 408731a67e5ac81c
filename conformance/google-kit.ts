import type { ConnectionFields } from '@castellan/sdk';
import { auth } from '@googleapis/admin';
import type { Sent, Wire } from './wire.js';

/** A service account of the SDK that acts for somebody, and sends by the wire. */
export function serviceAccount(wire: Wire, fields: ConnectionFields, scopes: string[]) {
  return new auth.JWT({
    email: String(fields.clientEmail),
    key: String(fields.privateKey),
    ...(fields.subject ? { subject: String(fields.subject) } : {}),
    scopes,
    transporterOptions: { fetchImplementation: wire.fetch as typeof fetch },
  });
}

/** A request without what is new each time: when an assertion was signed, and passwords that are made up. */
export function timeless({ host, method, path, query, body }: Sent): object {
  const { assertion, password, ...rest } = (body ?? {}) as { assertion?: string; password?: string };
  if (assertion) return { host, method, path, query, body: { ...rest, claims: claimsOf(assertion) } };
  return { host, method, path, query, body: password ? { ...rest, password: 'made up' } : body };
}

function claimsOf(assertion: string): object {
  const { iat, exp, jti: _, ...claims } = JSON.parse(Buffer.from(assertion.split('.')[1]!, 'base64url').toString());
  return { ...claims, seconds: exp - iat };
}
