import type { Config } from '../../config.js';
import type { Sql } from '../database/sql.js';
import { type EncryptionKey, findKey, KeyError, keyFile, makeKey } from './key.js';

/**
 * The installation's own key. The first start writes its id into the database; from then on only that key will do,
 * since with another one every stored secret would be lost and new ones be sealed beside them.
 */
export async function openKey(config: Config, sql: Sql): Promise<EncryptionKey> {
  const wanted = await storedId(sql);
  const found = findKey(config);
  if (wanted === null) return claim(sql, found ?? makeKey(config));
  if (found === null) {
    throw new KeyError(
      `The encryption key ${wanted} of this database is missing: ENCRYPTION_KEY is not set and ${keyFile(config)} does not exist. Put the key that you backed up there.`,
    );
  }
  return hold(found, wanted);
}

async function claim(sql: Sql, key: EncryptionKey): Promise<EncryptionKey> {
  await sql.query(
    `insert into installation (key, value) values ('encryption_key', jsonb_build_object('id', $1::text)) on conflict do nothing`,
    [key.id],
  );
  return hold(key, (await storedId(sql)) ?? key.id);
}

function hold(key: EncryptionKey, wanted: string): EncryptionKey {
  if (key.id === wanted) return key;
  throw new KeyError(
    `Wrong encryption key: this database was sealed with key ${wanted}, but ${key.foundIn} holds key ${key.id}. Put the right key there, or start on the database that belongs to it.`,
  );
}

async function storedId(sql: Sql): Promise<string | null> {
  const [row] = await sql.query<{ id: string }>(
    `select value->>'id' as id from installation where key = 'encryption_key'`,
  );
  return row?.id ?? null;
}
