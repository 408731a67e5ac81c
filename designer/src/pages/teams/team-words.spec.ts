import { expect, test } from 'vitest';
import { addressesIn, differenceWords, toWriteWords, writtenWords } from './team-words.js';

test('addresses are taken with whatever stands between them, each once', () => {
  expect(addressesIn(' Jane@example.com,ada@example.com;\njane@example.com ')).toEqual([
    'jane@example.com',
    'ada@example.com',
  ]);
  expect(addressesIn('  ')).toEqual([]);
});

test('a difference says what a push would write, and what it leaves', () => {
  expect(differenceWords({ adds: 2, removes: 1, withoutAccount: 3, kept: 1 })).toBe(
    '2 to add, 1 to remove, 3 without an account, 1 owner or manager who stay',
  );
  expect(differenceWords({ adds: 0, removes: 0, withoutAccount: 0, kept: 0 })).toBe('As the team');
});

test('a push says what it is to write, and what it wrote', () => {
  expect(toWriteWords({ creates: 1, adds: 2, removes: 3 })).toBe('1 group to make, 2 to add, 3 to remove');
  expect(writtenWords({ creates: 1, adds: 2, removes: 0 })).toBe('1 group made, 2 added');
  expect(writtenWords({ creates: 0, adds: 0, removes: 0 })).toBe('Nothing');
});
