import type { Cell, ColumnType, TableColumn } from '@castellan/api';

/** A value as people read it; nothing where there is none. */
export function cellText(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return '';
  if (Array.isArray(cell)) return cell.join(', ');
  return typeof cell === 'boolean' ? (cell ? 'Yes' : 'No') : String(cell);
}

export const typeWords: Record<ColumnType, string> = {
  text: 'Text',
  number: 'Number',
  boolean: 'Yes or no',
  date: 'Day',
  instant: 'Instant',
  list: 'List of texts',
};

/** A row's key in words: “Engineering · Berlin”. */
export function rowTitle(columns: TableColumn[], key: string[], values: Record<string, Cell>): string {
  const named = key.filter((name) => columns.some((column) => column.name === name));
  return named.map((name) => cellText(values[name])).join(' · ');
}

/** A name for a column out of its title, other than those that there are. */
export function columnName(title: string, taken: string[]): string {
  const plain = title
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '')
    .slice(0, 40);
  const name = plain === '' ? 'column' : plain;
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? name : `${name}_${number}`;
    if (!taken.includes(candidate)) return candidate;
  }
}

/** Columns that are not kept yet get names out of their titles, in the columns and in the key. */
export function namedByTitle(
  { columns, key }: { columns: TableColumn[]; key: string[] },
  kept: string[],
): { columns: TableColumn[]; key: string[] } {
  const names = new Map(kept.map((name) => [name, name]));
  for (const { name, title } of columns) {
    if (!names.has(name)) names.set(name, columnName(title, [...names.values()]));
  }
  const nameOf = (name: string) => names.get(name) ?? name;
  return { columns: columns.map((column) => ({ ...column, name: nameOf(column.name) })), key: key.map(nameOf) };
}
