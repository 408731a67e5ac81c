import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process as it can be told apart from a later one that was given the same pid. */
export interface ProcessIdentity {
  pid: number;
  /** Boot and start tick on Linux, the start instant as `ps` prints it elsewhere. Compared, never parsed. */
  started: string;
}

/** The identity of a live process, or undefined when no process has that pid (a zombie has ended too). */
export function findProcess(pid: number): ProcessIdentity | undefined {
  const started = process.platform === 'linux' ? startedOnLinux(pid) : startedByPs(pid);
  return started === undefined ? undefined : { pid, started };
}

/** Whether this very process, not only its pid, is still there. */
export function isAlive(identity: ProcessIdentity): boolean {
  return findProcess(identity.pid)?.started === identity.started;
}

/** The name of a live process's program, cut to 15 characters by Linux; undefined when it cannot be told. */
export function programName(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
    return execFileSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' })
      .trim()
      .split('/')
      .at(-1);
  } catch {
    return undefined;
  }
}

/** Seconds since 1970 at which a process started, by `ps`: for systems without /proc. */
export function startInstant(pid: number): number | undefined {
  const started = startedByPs(pid);
  const milliseconds = started === undefined ? Number.NaN : Date.parse(started);
  return Number.isNaN(milliseconds) ? undefined : milliseconds / 1_000;
}

function startedOnLinux(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The program's name, in brackets, may hold spaces and brackets: count from the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, startTick] = [fields[0], fields[19]];
    if (state === 'Z' || state === 'X' || startTick === undefined) return undefined;
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${startTick}`;
  } catch {
    return undefined;
  }
}

function startedByPs(pid: number): string | undefined {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}
