import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';

const resultsFile = fileURLToPath(new URL('results.json', import.meta.url));

/** One measured case. */
export interface Row {
  case: string;
  /** Null when it does not count: a request, a run or a step was missing. */
  value: number | null;
  unit: 'ms' | 'runs/s';
  /** The same load on raw Temporal, one workflow a run, in the same unit and the same run of the benchmark. */
  reference: number;
  /** `value` divided by `reference`: for runs/s more is better, for ms less. */
  ratio: number | null;
  /** What design asks for: at least so many runs/s, at most so many ms. */
  target: number;
  met: boolean;
  /** Why a row does not count. */
  problem?: string;
}

/** A row of what was measured; with a problem it does not count. */
export function makeRow(
  measured: { case: string; value: number; unit: Row['unit']; reference: number; target: number },
  problem?: string,
): Row {
  const { case: name, value, unit, target } = measured;
  const reference = rounded(measured.reference);
  if (problem !== undefined)
    return { case: name, value: null, unit, reference, ratio: null, target, met: false, problem };
  const met = unit === 'ms' ? value <= target : value >= target;
  return {
    case: name,
    value: rounded(value),
    unit,
    reference,
    ratio: rounded(value / measured.reference),
    target,
    met,
  };
}

/** What the figures were measured on, so that those of another machine are not compared with them. */
export function printMachine(): void {
  const [minute = 0] = loadavg();
  console.log(`  ${availableParallelism()} cores (${cpus()[0]?.model ?? 'unknown'}), Node ${process.version}`);
  if (minute > availableParallelism() / 2) {
    console.log(
      `  The machine was busy before the start (load ${minute.toFixed(1)}): trust the ratios, not the values.`,
    );
  }
}

const columns = ['case', 'value', 'target', 'met', 'raw Temporal', 'ratio'] as const;

export function printRows(rows: Row[]): void {
  const lines = rows.map((row) => [
    row.case,
    row.value === null ? 'failed' : `${row.value} ${row.unit}`,
    `${row.unit === 'ms' ? '≤' : '≥'} ${row.target} ${row.unit}`,
    row.met ? 'yes' : 'no',
    `${row.reference} ${row.unit}`,
    row.ratio === null ? '' : String(row.ratio),
  ]);
  const widths = columns.map((title, at) => Math.max(title.length, ...lines.map((line) => line[at]?.length ?? 0)));
  console.log('');
  for (const line of [columns, ...lines]) {
    console.log(`  ${line.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd());
  }
  for (const { case: name, problem } of rows) if (problem) console.log(`  ${name}: ${problem}`);
}

export function writeRows(rows: Row[]): void {
  writeFileSync(resultsFile, `${JSON.stringify(rows, null, 2)}\n`);
  console.log(`\n  Written to bench/results.json`);
}

const rounded = (value: number): number => Number(value.toPrecision(3));
