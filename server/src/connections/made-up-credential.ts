import { randomBytes } from 'node:crypto';
import type { Sealer } from '../platform/crypto/index.js';
import type { Sql } from '../platform/database/index.js';
import { noSuchConnection } from './open-connection.js';
import { openSecrets, sealedFor } from './secrets.js';

/** Names of the fields that hold what deliveries to a connection prove themselves by. */
export interface CredentialFields {
  secret: string;
  username?: string;
}

const secretBytes = 32;

/**
 * Makes up what a system is to send along with its deliveries, where the connection has nothing yet. What it has stays:
 * other subscriptions may use it. @returns the names of the fields that were filled
 */
export async function makeUpCredential(
  tx: Sql,
  sealer: Sealer,
  connectionId: string,
  { secret, username }: CredentialFields,
): Promise<string[]> {
  const [row] = await tx.query<{ sealed: string | null; settings: Record<string, unknown> }>(
    'select sealed, settings from connections where id = $1 and removed_at is null for update',
    [connectionId],
  );
  if (!row) throw noSuchConnection();
  const secrets = await openSecrets(sealer, { id: connectionId, sealed: row.sealed });
  const { settings } = row;
  const filled: string[] = [];
  if (!secrets[secret]) {
    secrets[secret] = randomBytes(secretBytes).toString('base64url');
    filled.push(secret);
  }
  if (username !== undefined && !settings[username]) {
    settings[username] = 'castellan';
    filled.push(username);
  }
  if (filled.length === 0) return [];
  const sealed = await sealer.seal(JSON.stringify(secrets), sealedFor(connectionId));
  await tx.query(
    'update connections set sealed = $2, secret_names = $3, settings = $4, updated_at = now() where id = $1',
    [connectionId, sealed, Object.keys(secrets), JSON.stringify(settings)],
  );
  return filled;
}
