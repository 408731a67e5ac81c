import { existsSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { findProcess, type ProcessIdentity, programName, startInstant } from '../supervisor/process-identity.js';

/** What a running postmaster writes into its data folder (Postgres: `postmaster.pid`, lines 1 to 4). */
export interface PostmasterFile {
  pid: number;
  dataFolder: string;
  /** Seconds since 1970 at which it started. */
  startedAt: number;
  port: number;
}

/** Reads `postmaster.pid`; undefined when there is none or it is cut short, as by a full disk. */
export function readPostmasterFile(dataFolder: string): PostmasterFile | undefined {
  const path = join(dataFolder, 'postmaster.pid');
  if (!existsSync(path)) return undefined;
  const [pid, folder, startedAt, port] = readFileSync(path, 'utf8').split('\n');
  const file = { pid: Number(pid), dataFolder: folder ?? '', startedAt: Number(startedAt), port: Number(port) };
  return file.pid > 0 && file.port > 0 ? file : undefined;
}

/** The live postmaster of this data folder, if there is one. */
export function findPostmaster(dataFolder: string): { file: PostmasterFile; identity: ProcessIdentity } | undefined {
  const file = readPostmasterFile(dataFolder);
  const identity = file === undefined ? undefined : findProcess(file.pid);
  if (file === undefined || identity === undefined) return undefined;
  return programName(file.pid) === 'postgres' && isItsFolder(file, dataFolder) ? { file, identity } : undefined;
}

/**
 * A postmaster works inside its data folder, which Linux shows; elsewhere the start instant in the file must be the
 * process's own. Wall clocks may be set, so the instant is not asked for where the folder can be seen.
 */
function isItsFolder(file: PostmasterFile, dataFolder: string): boolean {
  const here = realpathSync(dataFolder);
  if (process.platform === 'linux') return readlinkSync(`/proc/${file.pid}/cwd`) === here;
  const startedAt = startInstant(file.pid);
  return startedAt !== undefined && Math.abs(startedAt - file.startedAt) < 10 && realpathSync(file.dataFolder) === here;
}
