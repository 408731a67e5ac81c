import type { Sealer } from '../platform/crypto/index.js';

/** Where a connection's secrets are bound to. */
export function sealedFor(connectionId: string): string {
  return `connection:${connectionId}`;
}

/** The secret fields of a connection, or none. */
export async function openSecrets(
  sealer: Sealer,
  connection: { id: string; sealed: string | null },
): Promise<Record<string, unknown>> {
  if (connection.sealed === null) return {};
  return JSON.parse(await sealer.open(connection.sealed, sealedFor(connection.id)));
}

/** Every text inside the secrets, for the masks over what is stored and shown. */
export function secretTexts(secrets: unknown): string[] {
  if (typeof secrets === 'string') return [secrets];
  if (typeof secrets !== 'object' || secrets === null) return [];
  return Object.values(secrets).flatMap(secretTexts);
}
