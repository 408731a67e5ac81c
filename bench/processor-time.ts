import { readFileSync } from 'node:fs';
import { processesBelow, statOf } from './processes.js';

/** Who works: the parts of the product, the services that it starts, and this process, which puts on the load. */
const parts = ['server', 'expressions', 'postgres', 'temporal', 'load'] as const;
type Part = (typeof parts)[number];

/** Milliseconds of processor time by part. */
export type ProcessorTime = Record<Part, number>;

const nothing: Readonly<ProcessorTime> = { server: 0, expressions: 0, postgres: 0, temporal: 0, load: 0 };

/** A tick of `/proc`: 100 a second on every Linux that Node runs on (`getconf CLK_TCK`). */
const msPerTick = 10;

/**
 * What each part works while `work` goes on, in milliseconds of processor time; zeros on other systems than Linux. Unlike
 * a rate it hardly depends on what else the machine does, and its sum tells the rate that two cores can reach at most.
 */
export async function processorTimeOf<T>(work: () => Promise<T>): Promise<{ result: T; spent: ProcessorTime }> {
  const before = workedSoFar();
  const result = await work();
  const after = workedSoFar();
  const spent = Object.fromEntries(parts.map((part) => [part, Math.max(0, after[part] - before[part])]));
  return { result, spent: spent as ProcessorTime };
}

export function sumOf(times: ProcessorTime[]): ProcessorTime {
  const sum = { ...nothing };
  for (const time of times) for (const part of parts) sum[part] += time[part];
  return sum;
}

/** The same for each of so many runs. */
export function perRun(spent: ProcessorTime, runs: number): ProcessorTime {
  return Object.fromEntries(parts.map((part) => [part, Number((spent[part] / runs).toFixed(2))])) as ProcessorTime;
}

function workedSoFar(): ProcessorTime {
  const worked = { ...nothing };
  for (const pid of [process.pid, ...processesBelow()]) worked[partOf(pid)] += workedBy(pid);
  return worked;
}

/** Its own time in and out of the kernel: fields 14 and 15 of proc(5), the state being the third. */
function workedBy(pid: number): number {
  const [user = 0, system = 0] = statOf(pid).slice(11, 13).map(Number);
  return (user + system) * msPerTick;
}

function partOf(pid: number): Part {
  if (pid === process.pid) return 'load';
  const command = commandOf(pid);
  if (/postgres/.test(command)) return 'postgres';
  if (/--allow-fs-read=/.test(command)) return 'expressions';
  if (/temporal/.test(command) && !/main\.js/.test(command)) return 'temporal';
  return /main\.js/.test(command) ? 'server' : 'load';
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
