import type { Sql } from '../database/sql.js';
import { EncryptionKeys } from './encryption-keys.js';
import { openWith, sealWith } from './jwe.js';
import type { EncryptionKey } from './key.js';

/** What the database holds of the installation's keys: ids, and keys sealed with one another. */
export interface KeyRing {
  /** The key that seals. */
  id: string;
  /** The keys before it, newest first, sealed with it: histories in Temporal and links of the audit are of them. */
  former: SealedKey[];
  /** As long as values are sealed afresh: the key that seals, sealed with the one before it, for processes that run with that. */
  change: (SealedKey & { from: string }) | null;
}

interface SealedKey {
  id: string;
  sealed: string;
}

const placeOf = (id: string): string => `encryption key ${id}`;

/** Null before the first start. */
export async function readRing(sql: Sql): Promise<KeyRing | null> {
  const [row] = await sql.query<{ ring: Partial<KeyRing> & { id: string } }>(
    `select value as ring from installation where key = 'encryption_key'`,
  );
  return row ? { former: [], change: null, ...row.ring } : null;
}

/** The keys of a ring, opened with the one that seals. */
export async function openRing(ring: KeyRing, current: EncryptionKey): Promise<EncryptionKeys> {
  return new EncryptionKeys(current, await formerKeys(ring, current));
}

/** From now on `next` seals. Another process that changed the key in the same moment wins; then nothing is written. */
export async function changeKey(sql: Sql, ring: KeyRing, previous: EncryptionKey, next: EncryptionKey): Promise<void> {
  const former = [previous, ...(await formerKeys(ring, previous))];
  const changed: KeyRing = {
    id: next.id,
    former: await Promise.all(former.map((key) => sealKey(key, next))),
    change: { from: previous.id, ...(await sealKey(next, previous)) },
  };
  await sql.query(`update installation set value = $1::jsonb where key = 'encryption_key' and value ->> 'id' = $2`, [
    JSON.stringify(changed),
    previous.id,
  ]);
}

/** The key that another process has begun to seal with, for one that knows the key before it; null when there is none. */
export async function nextKey({ change }: KeyRing, current: EncryptionKey): Promise<EncryptionKey | null> {
  if (change === null || change.from !== current.id) return null;
  return unsealKey(change, current);
}

/**
 * Everything is sealed with the key that seals: nobody finds it any more by the one before it. Answers false where
 * another process has said so, or the key was changed once more.
 */
export async function endChange(sql: Sql, id: string): Promise<boolean> {
  const rows = await sql.query(
    `update installation set value = value - 'change'
      where key = 'encryption_key' and value ->> 'id' = $1 and value ? 'change' returning key`,
    [id],
  );
  return rows.length > 0;
}

const formerKeys = ({ former }: KeyRing, by: EncryptionKey): Promise<EncryptionKey[]> =>
  Promise.all(former.map((key) => unsealKey(key, by)));

async function sealKey({ id, bytes }: EncryptionKey, by: EncryptionKey): Promise<SealedKey> {
  return { id, sealed: await sealWith(by, Buffer.from(bytes).toString('base64'), placeOf(id)) };
}

async function unsealKey({ id, sealed }: SealedKey, by: EncryptionKey): Promise<EncryptionKey> {
  return { id, bytes: Buffer.from(await openWith(by, sealed, placeOf(id)), 'base64'), foundIn: 'the database' };
}
