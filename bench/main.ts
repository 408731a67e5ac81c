/**
 * `npm run bench`: Castellan beside raw Temporal on one machine, in one run, with the product's own Postgres, Temporal
 * and settings. `npm run bench -- answers loops` measures only these. A row counts only when every request was answered
 * as it should be and every run is in the history with all its steps; the command then ends with 0, whether targets are
 * met or not.
 */
import { measureAlerts } from './alerts.js';
import { measureAnswers } from './answers.js';
import { measureDirectory } from './directory.js';
import { measureHistory } from './history.js';
import { measureHttpCalls } from './http-calls.js';
import { measureLoops } from './loops.js';
import { makeRow, printMachine, printRows, type Row, writeRows } from './report.js';
import { watchResident } from './resident.js';
import { type Surroundings, startSurroundings } from './surroundings.js';
import { measureTransfer } from './transfer.js';

const sections: Record<string, (on: Surroundings) => Promise<Row[]>> = {
  answers: measureAnswers,
  alerts: measureAlerts,
  calls: measureHttpCalls,
  loops: measureLoops,
};
/** What is measured on a server and a database of its own, or is no run, and is no part of the load whose memory is watched. */
const sectionsApart: typeof sections = {
  history: measureHistory,
  directory: measureDirectory,
  transfer: measureTransfer,
};

// The first argument is the command that runs this.
const wanted = process.argv.slice(3);
const known = Object.keys({ ...sections, ...sectionsApart });
const unknown = wanted.find((name) => !known.includes(name));
if (unknown !== undefined) throw new Error(`There is no ${unknown}: choose of ${known.join(', ')}.`);

const toStop: (() => unknown)[] = [];
const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort(new Error('Interrupted: nothing is written.')));
try {
  printMachine();
  const surroundings = await startSurroundings(toStop, interrupted.signal);
  const memory = watchResident();
  const rows: Row[] = [];
  const measureAll = async (all: typeof sections): Promise<void> => {
    for (const [name, measure] of Object.entries(all)) {
      if (wanted.length === 0 || wanted.includes(name)) rows.push(...(await measure(surroundings)));
    }
  };
  await measureAll(sections);
  const most = memory.stop();
  const title = 'all processes together, at most under this load';
  rows.push(makeRow({ case: title, value: most, unit: 'MB', reference: null, target: 900 }));
  await measureAll(sectionsApart);
  printRows(rows);
  writeRows(rows);
  if (rows.some((row) => row.problem !== undefined)) process.exitCode = 1;
} finally {
  // The latest first; what cannot be stopped does not keep the others running.
  for (const stop of toStop.reverse()) {
    try {
      await stop();
    } catch (error) {
      console.error(`  ${(error as Error).message}`);
    }
  }
}
