import type { TableColumn, TableDefinition } from '@castellan/api';
import type { InputProblem } from '../platform/input-problems.js';

/** What can be changed of a table that is there. */
export type TableChangeWish = Omit<TableDefinition, 'key'>;

/** What is wrong with the columns of a table and its key. */
export function columnProblems({ columns, key }: { columns: TableColumn[]; key: string[] }): InputProblem[] {
  const problems: InputProblem[] = [];
  for (const [index, { name, title, type, choices }] of columns.entries()) {
    const earlier = columns.slice(0, index);
    const at = `/columns/${index}`;
    if (earlier.some((column) => column.name === name)) {
      problems.push({ pointer: `${at}/name`, message: `There is a column ${name} already.` });
    }
    if (earlier.some((column) => column.title.toLowerCase() === title.toLowerCase())) {
      problems.push({ pointer: `${at}/title`, message: `There is a column “${title}” already.` });
    }
    if (choices && type !== 'text') problems.push({ pointer: `${at}/choices`, message: 'Only texts have choices.' });
  }
  for (const [index, name] of key.entries()) {
    const column = columns.find((one) => one.name === name);
    const pointer = `/key/${index}`;
    if (!column) problems.push({ pointer, message: `Rows are told by the column ${name}: it stays.` });
    else if (column.type === 'list')
      problems.push({ pointer, message: `“${column.title}” is a list: rows are not told by it.` });
    if (key.indexOf(name) !== index) problems.push({ pointer, message: `${name} stands in the key twice.` });
  }
  return problems;
}
