import { describe, expect, it } from 'vitest';
import { csvOf, readCsv } from './csv-file.js';
import type { Table } from './table-row.js';

const columns: Table['columns'] = [
  { name: 'person', title: 'Person', type: 'text' },
  { name: 'days', title: 'Days', type: 'number' },
  { name: 'tags', title: 'Tags', type: 'list' },
];
const table = { name: 'People', columns, key: ['person'] } as Table;

describe('a CSV file', () => {
  it('may be parted by commas, semicolons or tabs, and come in parts that end anywhere', async () => {
    for (const mark of [',', ';', '\t']) {
      const text = `\ufeffPerson${mark}days\r\n"a, b; c"${mark}3\r\n\r\nd${mark}\r\n`;
      const { rows, problems } = await readCsv(table, [text.slice(0, 14), text.slice(14)]);
      expect(problems).toEqual([]);
      expect(rows.map(({ cells }) => cells)).toEqual([{ person: 'a, b; c', days: 3 }, { person: 'd' }]);
    }
  });

  it('that was written here is read as it was', async () => {
    const cells = { person: ' "x"\ny', days: -1.5, tags: ['a;b', '', ' c'] };
    const { rows } = await readCsv(table, ['person,days,tags\r\n', csvOf(columns, cells)]);
    expect(rows).toEqual([{ key: JSON.stringify([cells.person]), cells }]);
  });

  it('tells each problem by its line, and that a quotation mark is not closed', async () => {
    const { problems } = await readCsv(table, ['person,days\n"two\nlines",1\n,2\nx,many\n']);
    expect(problems.map(({ line, column }) => [line, column])).toEqual([
      [4, null],
      [5, 'Days'],
    ]);
    expect((await readCsv(table, ['person\n"x'])).problems).toHaveLength(1);
    expect((await readCsv(table, [''])).problems).toMatchObject([{ message: 'The file is empty.' }]);
  });
});
