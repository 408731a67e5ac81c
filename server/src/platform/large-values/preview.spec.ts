import { expect, test } from 'vitest';
import { previewOf } from './preview.js';

test('a preview of a small value is the value', () => {
  const value = { a: [1, 'two', null, true], b: { c: {} } };
  expect(previewOf(value)).toEqual(value);
});

test('a long text and a long list say how much more there is', () => {
  expect(previewOf('x'.repeat(1_000))).toBe(`${'x'.repeat(300)}… 700 more characters`);
  expect(previewOf(Array.from({ length: 100 }, (_, at) => at))).toEqual([
    ...Array.from({ length: 20 }, (_, at) => at),
    '… 80 more items',
  ]);
});

test('an object with many fields names the first of them', () => {
  const shown = previewOf(Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`k${at}`, at])));
  expect(shown).toMatchObject({ k0: 0, k49: 49, '…': '10 more fields' });
});

test.each([
  ['many long texts', Array.from({ length: 10_000 }, () => 'x'.repeat(1_000))],
  ['rows of many fields', Array.from({ length: 1_000 }, (_, at) => ({ at, text: 'x'.repeat(500), more: { at } }))],
  ['long names', { ['k'.repeat(100_000)]: { ['k'.repeat(100_000)]: 1 } }],
  ['deep nesting', Array.from({ length: 60 }).reduce<unknown>((inner) => [inner, inner], 'x'.repeat(100))],
  ['lists of lists', Array.from({ length: 100 }, () => Array.from({ length: 100 }, () => Array.from({ length: 100 })))],
])('a preview of %s stays small', (_, value) => {
  expect(JSON.stringify(previewOf(value)).length).toBeLessThan(20_000);
});
