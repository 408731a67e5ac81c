import { chmodSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { findPostgresUser, requireEntry } from './services/postgres-user.js';
import { StartError } from './supervisor/start-error.js';

/** Where an installation keeps its files. */
export interface DataDir {
  root: string;
  /** Encryption key, made by the server at its first start unless ENCRYPTION_KEY is set. */
  key: string;
  /** Ports and passwords that were chosen once. */
  state: string;
  lock: string;
  postgres: string;
  temporal: string;
  binaries: string;
  log(service: string): string;
}

/** `~/.castellan`; `/var/lib/castellan` for root, whose home the Postgres user may not enter. */
export function defaultDataDir(name = 'castellan'): string {
  return process.getuid?.() === 0 ? `/var/lib/${name}` : join(homedir(), `.${name}`);
}

/** The paths inside a data folder; nothing is made. */
export function describeDataDir(folder: string): DataDir {
  const root = resolve(folder);
  return {
    root,
    key: join(root, 'key'),
    state: join(root, 'state.json'),
    lock: join(root, 'castellan.lock'),
    postgres: join(root, 'pg'),
    temporal: join(root, 'temporal'),
    binaries: join(root, 'bin'),
    log: (service) => join(root, 'logs', `${service}.log`),
  };
}

/**
 * Makes the folder where it is missing. Others may enter it only where the built-in Postgres must, which under root
 * runs as another user; what is secret in it is readable by its owner alone.
 */
export function openDataDir(folder: string, { withPostgres }: { withPostgres: boolean }): DataDir {
  const dataDir = describeDataDir(folder);
  const postgresUser = withPostgres ? findPostgresUser() : undefined;
  try {
    const isNew = mkdirSync(dataDir.root, { recursive: true }) !== undefined;
    if (isNew) chmodSync(dataDir.root, postgresUser ? 0o755 : 0o700);
    mkdirSync(join(dataDir.root, 'logs'), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new StartError(
      `The data folder ${dataDir.root} cannot be written (${(error as NodeJS.ErrnoException).code}). ` +
        'Choose another with --data-dir or DATA_DIR, or give this user the right to it.',
    );
  }
  requireEntry(dataDir.root, postgresUser);
  return dataDir;
}
