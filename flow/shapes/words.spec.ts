import { expect, test } from 'vitest';
import { shapeInWords } from './words.js';

test.each([
  [undefined, 'nothing'],
  [null, 'nothing'],
  ['a', 'text of 1 character'],
  ['Anna', 'text of 4 characters'],
  [3, 'number'],
  [true, 'yes or no'],
  [{}, 'object without members'],
  [{ id: 1, name: 'x' }, 'object with id, name'],
  [{ a: 1, b: 1, c: 1, d: 1, e: 1, f: 1, g: 1 }, 'object with a, b, c, d, e and 2 more'],
  [[], 'empty list'],
  [['a', 'b'], 'list of 2 texts'],
  [[true], 'list of 1 × yes or no'],
  [[1, 'a'], 'list of 2 of several types'],
  [[{ id: 1 }, { id: 2, mail: 'x' }], 'list of 2 objects with id, mail'],
  [[[1], [2]], 'list of 2 lists'],
])('%j is a %s', (value, words) => {
  expect(shapeInWords(value)).toBe(words);
});
