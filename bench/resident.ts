import { readdirSync, readFileSync } from 'node:fs';

/**
 * Memory that the processes below this one hold: Postgres, Temporal, the server and its expression hosts; not this one,
 * which puts on the load. Shared pages are counted once where Linux tells (Pss). NaN on other systems.
 */
export function residentMegabytes(): number {
  const parents = new Map<number, number>();
  for (const pid of pidsOf()) parents.set(pid, parentOf(pid));
  const isBelow = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent !== undefined && (parent === process.pid || isBelow(parent));
  };
  let kilobytes = 0;
  for (const pid of parents.keys()) if (isBelow(pid)) kilobytes += proportionalOf(pid);
  return kilobytes === 0 ? Number.NaN : kilobytes / 1_024;
}

/** The most that `residentMegabytes` says until it is stopped. */
export function watchResident(eachMs = 1_000): { stop(): number } {
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, residentMegabytes());
  }, eachMs).unref();
  return {
    stop: () => {
      clearInterval(timer);
      return most;
    },
  };
}

function pidsOf(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** A process that has ended in the meantime is nobody's. */
function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}

function proportionalOf(pid: number): number {
  try {
    return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
