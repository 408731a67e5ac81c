import { randomBytes } from 'node:crypto';
import { constants, copyFileSync, existsSync, renameSync, writeFileSync } from 'node:fs';
import { readSettings } from '@castellan/server/config';
import { describeDataDir } from '../data-dir.js';
import { StartError } from '../supervisor/start-error.js';
import type { Report } from '../terminal/report.js';

/**
 * Makes a new encryption key in the data folder and keeps the old one beside it; the next start of the server takes the
 * new one over and seals everything afresh. A kill in the middle leaves the old key in its place.
 */
export function rotateKey({ env, report }: { env: NodeJS.ProcessEnv; report: Report }): number {
  const settings = readSettings(env);
  if (settings.ENCRYPTION_KEY !== undefined) {
    throw new StartError(
      'The key of this installation stands in ENCRYPTION_KEY, so it is changed there: give a new one (“openssl rand -base64 32”) as ENCRYPTION_KEY and the one of now as ENCRYPTION_KEY_PREVIOUS, and restart the server.',
    );
  }
  const { key } = describeDataDir(settings.DATA_DIR);
  const [previous, next] = [`${key}.previous`, `${key}.next`];
  if (!existsSync(key)) throw new StartError(`There is no key at ${key} yet: the first start makes one.`);
  if (existsSync(previous)) {
    throw new StartError('A new key was made already, and the server has not been started since. Restart it first.');
  }
  writeFileSync(next, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
  copyFileSync(key, previous, constants.COPYFILE_EXCL);
  renameSync(next, key);
  report.line(
    `A new encryption key is at ${key}. Restart the server: it takes the key over and seals everything afresh.`,
  );
  report.line('Back the new key up. Keep the old one for as long as you keep backups of the database from before.');
  return 0;
}
