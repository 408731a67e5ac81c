import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../config.js';

/** The key that seals secrets, and where it was found. */
export interface EncryptionKey {
  bytes: Uint8Array;
  /** Names the key without telling it. Kept in the database and in each sealed value. */
  id: string;
  foundIn: string;
}

/** The server must not start with this key. The message is one line for the operator. */
export class KeyError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'KeyError';
  }
}

const how = 'Give 32 bytes as base64 or hex, for example from “openssl rand -base64 32”.';

/** ENCRYPTION_KEY, else DATA_DIR/key; null when there is none yet. */
export function findKey(config: Config): EncryptionKey | null {
  if (config.encryptionKey !== null) return encryptionKeyOf(config.encryptionKey, 'ENCRYPTION_KEY');
  return readKey(keyFile(config));
}

/** The key before, where somebody changes it: ENCRYPTION_KEY_PREVIOUS, else DATA_DIR/key.previous; null when there is none. */
export function findPreviousKey(config: Config): EncryptionKey | null {
  const given = config.previousEncryptionKey;
  return given === null ? readKey(previousKeyFile(config)) : encryptionKeyOf(given, 'ENCRYPTION_KEY_PREVIOUS');
}

/** The change has begun and needs the file no more. It is kept under its id, for the backups from before. */
export function keepPreviousKey(config: Config, known: EncryptionKey[]): void {
  const previous = config.previousEncryptionKey === null ? readKey(previousKeyFile(config)) : null;
  if (!previous || !known.some(({ id }) => id === previous.id)) return;
  try {
    renameSync(previousKeyFile(config), join(config.dataDir, `key.${previous.id}`));
  } catch (error) {
    // Another process that started at the same time was faster.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function readKey(file: string): EncryptionKey | null {
  try {
    return encryptionKeyOf(readFileSync(file, 'utf8').trim(), file);
  } catch (error) {
    if (error instanceof KeyError) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new KeyError(`The encryption key ${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

/** Makes DATA_DIR/key, readable by this user only. Another process that was faster wins. */
export function makeKey(config: Config): EncryptionKey {
  const file = keyFile(config);
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  try {
    writeFileSync(file, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return encryptionKeyOf(readFileSync(file, 'utf8').trim(), file);
}

export function keyFile(config: Config): string {
  return join(config.dataDir, 'key');
}

function previousKeyFile(config: Config): string {
  return join(config.dataDir, 'key.previous');
}

/** Out of its text, base64 or hex; `foundIn` names the place in what is said of it. */
export function encryptionKeyOf(text: string, foundIn: string): EncryptionKey {
  const bytes = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64');
  if (bytes.length !== 32 || !/^[\w+/=-]+$/.test(text))
    throw new KeyError(`The encryption key in ${foundIn} is no key. ${how}`);
  return {
    bytes,
    id: createHash('sha256').update('castellan key id\0').update(bytes).digest('hex').slice(0, 16),
    foundIn,
  };
}
