import { expect, test } from 'vitest';
import { inOneLine, inSigns } from './action-words.js';

test('the changes of a plan in one line, in the order of their weight', () => {
  expect(inOneLine({ notify: 1, revoke: 4, grant: 1 })).toBe('1 grant, 4 revokes, 1 message');
  expect(inOneLine({})).toBe('');
});

test('on a step they are signs: given, taken, and the rest', () => {
  expect(inSigns({ grant: 1, create: 2, revoke: 4, notify: 1 })).toBe('+3 −4 •1');
  expect(inSigns({ revoke: 0 })).toBe('');
});
