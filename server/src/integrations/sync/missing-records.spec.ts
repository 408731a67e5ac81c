import { expect, test } from 'vitest';
import { looksWrong } from './missing-records.js';

test.each([
  [80, 100, true],
  [20, 100, true],
  [19, 100, false],
  [11, 12, true],
  [10, 10, false],
  [0, 0, false],
])('%i of %i that are missing look wrong: %s', (gone, of, wrong) => {
  expect(looksWrong({ gone, of })).toBe(wrong);
});
