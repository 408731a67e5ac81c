import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { StartError } from '../supervisor/start-error.js';

/** The system user Postgres runs as. */
export interface SystemUser {
  uid: number;
  gid: number;
}

/** `nobody` on every Linux and on macOS's unprivileged range: exists or not, it owns nothing else. */
const NOBODY: SystemUser = { uid: 65_534, gid: 65_534 };

/**
 * Postgres refuses to run as root. Under root it runs as the user `postgres` where the system has one, else as
 * nobody; no user is ever created. Undefined when we are not root: then it runs as ourselves.
 */
export function findPostgresUser(): SystemUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  return readPasswd('postgres') ?? NOBODY;
}

/** Refuses a folder that the Postgres user cannot enter, such as one below /root, before anything is written there. */
export function requireEntry(folder: string, user: SystemUser | undefined): void {
  if (user === undefined) return;
  const attempt = spawnSync('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], { ...user, stdio: 'ignore' });
  if (attempt.status === 0) return;
  throw new StartError(
    `The data folder ${folder} cannot be entered by the user that Postgres runs as (uid ${user.uid}): ` +
      'Postgres does not run as root. Choose a folder that others may enter with --data-dir or DATA_DIR, ' +
      'for example /var/lib/castellan, or set DATABASE_URL.',
  );
}

function readPasswd(name: string): SystemUser | undefined {
  const line = passwdLines().find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
}

/** /etc/passwd does not list directory users: `getent` does, where it exists. */
function passwdLines(): string[] {
  try {
    return execFileSync('getent', ['passwd', 'postgres'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).split('\n');
  } catch {
    return readFileSync('/etc/passwd', 'utf8').split('\n');
  }
}
