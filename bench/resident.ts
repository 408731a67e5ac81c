import { readFileSync } from 'node:fs';
import { processesBelow } from './processes.js';

/**
 * Memory that the processes below this one hold: Postgres, Temporal, the server and its expression hosts; not this one,
 * which puts on the load. Shared pages are counted once where Linux tells (Pss). NaN on other systems.
 */
export function residentMegabytes(): number {
  const kilobytes = processesBelow().reduce((sum, pid) => sum + proportionalOf(pid), 0);
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

/** Kilobytes of one process; one that has ended in the meantime holds nothing. */
export function proportionalOf(pid: number): number {
  try {
    return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
