import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { ProcessorTime } from './processor-time.js';

const resultsFile = fileURLToPath(new URL('results.json', import.meta.url));

/** What a figure is measured in. */
export type Unit = 'ms' | 's' | 'kB' | 'MB' | '%' | 'runs/s' | 'calls/s';

/** One measured case. */
export interface Row {
  case: string;
  /** Null when it does not count: a request, a run or a step was missing. */
  value: number | null;
  unit: Unit;
  /**
   * In the same unit and the same run of the benchmark, where there is one: the same load on raw Temporal, one workflow
   * a run; for lists and searches a select of one run by its primary key;
   * for what is compressed the same uncompressed.
   */
  reference: number | null;
  /** `value` divided by `reference`: of rates more is better, of all else less. */
  ratio: number | null;
  /** What design asks for: of rates at least so much, of all else at most. */
  target: number;
  met: boolean;
  /** Where the time goes: milliseconds of processor time a run, by who works. */
  processorMs?: ProcessorTime;
  /** Why a row does not count. */
  problem?: string;
}

export interface Measurement {
  case: string;
  value: number;
  unit: Unit;
  reference: number | null;
  target: number;
  processorMs?: ProcessorTime;
}

const isRate = (unit: Unit): boolean => unit.endsWith('/s');

/** A row of what was measured; with a problem it does not count. */
export function makeRow(
  { case: name, value, unit, reference, target, processorMs }: Measurement,
  problem?: string,
): Row {
  const shown = {
    ...{ case: name, unit, reference: reference === null ? null : rounded(reference), target },
    ...(processorMs && { processorMs }),
  };
  if (problem !== undefined) return { ...shown, value: null, ratio: null, met: false, problem };
  const met = isRate(unit) ? value >= target : value <= target;
  return { ...shown, value: rounded(value), ratio: reference === null ? null : rounded(value / reference), met };
}

/** The first of what went wrong, and how much more there is; undefined when all is well. */
export function problemOf(sentences: string[]): string | undefined {
  const [first, ...more] = sentences;
  return first === undefined ? undefined : `${first}${more.length > 0 ? `, and ${more.length} more` : ''}`;
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

const columns = ['case', 'value', 'target', 'met', 'reference', 'ratio'] as const;

export function printRows(rows: Row[]): void {
  printTable(columns, rows.map(cellsOf));
  for (const { case: name, problem } of rows) if (problem) console.log(`  ${name}: ${problem}`);
  printProcessorTime(rows);
}

/** Where the time of a run goes. Two cores have 2,000 ms a second to give. */
function printProcessorTime(rows: Row[]): void {
  const measured = rows.filter((row) => row.processorMs !== undefined);
  const [first] = measured;
  if (!first?.processorMs) return;
  const parts = Object.keys(first.processorMs) as (keyof ProcessorTime)[];
  printTable(
    ['processor time of a run, ms', ...parts, 'sum'],
    measured.map(({ case: name, processorMs }) => {
      const spent = parts.map((part) => processorMs?.[part] ?? 0);
      return [name, ...[...spent, spent.reduce((sum, ms) => sum + ms, 0)].map((ms) => ms.toFixed(2))];
    }),
  );
}

function cellsOf(row: Row): string[] {
  return [
    row.case,
    row.value === null ? 'failed' : `${row.value} ${row.unit}`,
    `${isRate(row.unit) ? '≥' : '≤'} ${row.target} ${row.unit}`,
    row.met ? 'yes' : 'no',
    row.reference === null ? '' : `${row.reference} ${row.unit}`,
    row.ratio === null ? '' : String(row.ratio),
  ];
}

function printTable(titles: readonly string[], lines: string[][]): void {
  const widths = titles.map((title, at) => Math.max(title.length, ...lines.map((line) => line[at]?.length ?? 0)));
  console.log('');
  for (const line of [titles, ...lines]) {
    console.log(`  ${line.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd());
  }
}

export function writeRows(rows: Row[]): void {
  writeFileSync(resultsFile, `${JSON.stringify(rows, null, 2)}\n`);
  console.log(`\n  Written to bench/results.json`);
}

const rounded = (value: number): number => Number(value.toPrecision(3));
