import type { Config } from '../../config.js';
import type { Sql } from '../database/sql.js';
import type { EncryptionKeys } from './encryption-keys.js';
import { type EncryptionKey, findKey, findPreviousKey, KeyError, keepPreviousKey, keyFile, makeKey } from './key.js';
import { changeKey, type KeyRing, openRing, readRing } from './key-ring.js';

/**
 * The installation's own keys. The first start writes the key's id into the database; from then on only that key will
 * do, since with another one every stored secret would be lost and new ones be sealed beside them. Whoever gives the
 * old key with a new one changes it.
 */
export async function openKeys(config: Config, sql: Sql): Promise<EncryptionKeys> {
  const ring = await readRing(sql);
  const found = findKey(config);
  if (ring === null) return claim(sql, found ?? makeKey(config));
  if (found === null) {
    throw new KeyError(
      `The encryption key ${ring.id} of this database is missing: ENCRYPTION_KEY is not set and ${keyFile(config)} does not exist. Put the key that you backed up there.`,
    );
  }
  const previous = found.id === ring.id ? null : findPreviousKey(config);
  if (previous?.id === ring.id) await changeKey(sql, ring, previous, found);
  const keys = await hold(found, (await readRing(sql)) ?? ring);
  keepPreviousKey(config, keys.all);
  return keys;
}

async function claim(sql: Sql, key: EncryptionKey): Promise<EncryptionKeys> {
  await sql.query(
    `insert into installation (key, value) values ('encryption_key', jsonb_build_object('id', $1::text)) on conflict do nothing`,
    [key.id],
  );
  return hold(key, (await readRing(sql)) ?? { id: key.id, former: [], change: null });
}

function hold(key: EncryptionKey, ring: KeyRing): Promise<EncryptionKeys> {
  if (key.id === ring.id) return openRing(ring, key);
  throw new KeyError(
    `Wrong encryption key: this database was sealed with key ${ring.id}, but ${key.foundIn} holds key ${key.id}. Put the right key there, or start on the database that belongs to it. To change the key, give the old one as ENCRYPTION_KEY_PREVIOUS.`,
  );
}
