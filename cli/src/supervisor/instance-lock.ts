import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { findProcess, isAlive, type ProcessIdentity } from './process-identity.js';
import { StartError } from './start-error.js';

/** Who holds a data folder, and where to reach it. */
export interface Holder extends ProcessIdentity {
  url: string;
}

/** One supervisor a data folder: two would start the same services twice on the same files. */
export class InstanceLock {
  private constructor(private readonly path: string) {}

  /** Takes the folder, or says who has it. A lock that a killed supervisor left is taken over. */
  static take(path: string, url: string): InstanceLock {
    const self = findProcess(process.pid);
    if (self === undefined) throw new Error('The start time of this process cannot be read from the system.');
    mkdirSync(dirname(path), { recursive: true });
    const mine = `${path}.${process.pid}`;
    writeFileSync(mine, JSON.stringify({ ...self, url } satisfies Holder), { mode: 0o600 });
    try {
      // A link is made whole or not at all, and never over another.
      while (!tryLink(mine, path)) removeAbandoned(path);
    } finally {
      rmSync(mine, { force: true });
    }
    return new InstanceLock(path);
  }

  /** Who holds the folder now, if that process lives. */
  static findHolder(path: string): Holder | undefined {
    try {
      const holder = JSON.parse(readFileSync(path, 'utf8')) as Holder;
      return isAlive(holder) ? holder : undefined;
    } catch {
      return undefined;
    }
  }

  release(): void {
    rmSync(this.path, { force: true });
  }
}

function tryLink(mine: string, path: string): boolean {
  try {
    linkSync(mine, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function removeAbandoned(path: string): void {
  refuseIfHeld(path);
  const aside = `${path}.abandoned.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  // Another start may have taken the folder between our look and the rename: then it gets its lock back.
  if (InstanceLock.findHolder(aside) !== undefined) renameSync(aside, path);
  else rmSync(aside);
  refuseIfHeld(path);
}

function refuseIfHeld(path: string): void {
  const holder = InstanceLock.findHolder(path);
  if (holder === undefined) return;
  throw new StartError(
    `Castellan already runs on this data folder (pid ${holder.pid}) at ${holder.url}. ` +
      'Open that address, stop it with "npx castellan stop", or start another one with --data-dir and --port.',
  );
}
