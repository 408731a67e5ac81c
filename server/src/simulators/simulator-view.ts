import type { SimulatorView } from '@castellan/api';
import type { SimulatorState } from './simulators.client.js';

/** What a simulator holds beside what it began with: which rows are new or altered, which are gone. */
export function compareWithSeed(now: SimulatorState, seed: SimulatorState): SimulatorView {
  return {
    tables: now.tables.map((table) => {
      const before = seed.tables.find(({ title }) => title === table.title)?.rows ?? [];
      const cells = (row: Record<string, unknown>) => table.columns.map(({ key }) => row[key] ?? null);
      // A row is known by its first column; two rows of one name are told apart by the rest.
      const name = (row: Record<string, unknown>) => JSON.stringify(cells(row)[0]);
      const known = new Set(before.map((row) => JSON.stringify(cells(row))));
      const present = new Set(table.rows.map((row) => JSON.stringify(cells(row))));
      const other = table.rows.flatMap((row, index) => (known.has(JSON.stringify(cells(row))) ? [] : [index]));
      const namesBefore = new Set(before.map(name));
      const isAltered = (index: number): boolean => namesBefore.has(name(table.rows[index] ?? {}));
      const changed = other.filter(isAltered);
      const altered = new Set(changed.map((index) => name(table.rows[index] ?? {})));
      return {
        title: table.title,
        columns: table.columns.map(({ title }) => title),
        rows: table.rows.map(cells),
        added: other.filter((index) => !isAltered(index)),
        changed,
        removed: before.filter((row) => !present.has(JSON.stringify(cells(row))) && !altered.has(name(row))).map(cells),
      };
    }),
    channels: (now.channels ?? []).map(({ name, messages }) => ({ title: name, messages })),
  };
}
