import { expect, test } from 'vitest';
import type { Sealer } from '../platform/crypto/index.js';
import type { Sql } from '../platform/database/index.js';
import { groupedReads } from './value-reads.js';

/** Rows of steps that have put out their own id, and items that are their own index; `gone` has no row. */
function fakeRows() {
  const asked: unknown[][] = [];
  const query = async (statement: { text: string }, columns: unknown[][]) => {
    const [runs = [], ids = [], iterations = [], indexes] = columns;
    asked.push(ids.map((id, at) => (indexes ? `${id}[${indexes[at]}]` : id)));
    const rows = runs.map((runId, at) => ({ runId, id: ids[at], iteration: iterations[at], index: indexes?.[at] }));
    return rows
      .filter(({ id }) => id !== 'gone')
      .map(({ id, index, ...row }) =>
        statement.text.includes('loop_items')
          ? { ...row, loop: id, index, sealed: false, item: index }
          : { ...row, step: id, error: null, exact: null, output: id },
      );
  };
  return { reads: groupedReads({ query } as unknown as Sql, {} as Sealer), asked };
}

const step = (id: string) => ({ runId: 'run', step: id, iteration: '' });
const item = (index: number, loop = 'each') => ({ runId: 'run', loop, iteration: '', index });

test('what calls ask for at the same time is one statement, and each value is read once', async () => {
  const { reads, asked } = fakeRows();
  const answers = await Promise.all([
    reads.values([step('list'), step('gone')]),
    reads.values([step('other'), step('list')]),
  ]);
  expect(answers).toEqual([
    [{ output: 'list', error: null }, null],
    [
      { output: 'other', error: null },
      { output: 'list', error: null },
    ],
  ]);
  expect(asked).toEqual([['list', 'gone', 'other']]);
});

test('so are items of loops; those that are not there are left out', async () => {
  const { reads, asked } = fakeRows();
  const answers = await Promise.all([reads.items([item(0), item(7)]), reads.items([item(7), item(1, 'gone')])]);
  expect(answers.map((found) => found.map(({ item: value }) => value))).toEqual([[0, 7], [7]]);
  expect(asked).toEqual([['each[0]', 'each[7]', 'gone[1]']]);
});
