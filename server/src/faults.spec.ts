import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const docs = fileURLToPath(new URL('../../docs', import.meta.url));
const rows = readFileSync(`${docs}/faults.md`, 'utf8')
  .split('\n')
  .filter((line) => /^\| F\d/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()));

/** The tests that a row names: their titles, linked to their files. */
const testsOf = (cell = ''): { title: string; file: string }[] =>
  [...cell.matchAll(/\[([^\]]+)\]\(([^)]+)\)/g)].map(([, title = '', file = '']) => ({
    title,
    file: `${docs}/${file}`,
  }));

test('every fault has its row', () => {
  const wanted = Array.from({ length: 40 }, (_, index) => `F${String(index + 1).padStart(2, '0')}`);
  expect(rows.map(([, id]) => id)).toEqual(wanted);
});

describe.each(rows)('%s%s', (...[, , what, holds, tests]) => {
  test('says what happens and what holds, and names its tests or that it is not built', () => {
    expect(what?.length).toBeGreaterThan(5);
    expect(holds?.length).toBeGreaterThan(5);
    if (testsOf(tests).length === 0) expect(tests).toMatch(/^Not built: /);
  });

  test('names tests that there are', () => {
    for (const { title, file } of testsOf(tests)) {
      expect(existsSync(file), file).toBe(true);
      // A title that does not fit its line stands on one of its own.
      const source = readFileSync(file, 'utf8').replaceAll(/\(\s+'/g, "('");
      expect(source.includes(`('${title}'`), `${file} has no test “${title}”`).toBe(true);
    }
  });
});
