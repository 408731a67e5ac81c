import { readdirSync, readFileSync } from 'node:fs';

/** Ids of the processes below this one, as Linux tells them; none on other systems. */
export function processesBelow(): number[] {
  const parents = new Map<number, number>();
  for (const pid of pidsOf()) parents.set(pid, parentOf(pid));
  const isBelow = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent !== undefined && (parent === process.pid || isBelow(parent));
  };
  return [...parents.keys()].filter(isBelow);
}

/** What `/proc/<pid>/stat` says after the name, from the state on; empty for a process that has ended in the meantime. */
export function statOf(pid: number): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
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

const parentOf = (pid: number): number => Number(statOf(pid)[1] ?? 0);
