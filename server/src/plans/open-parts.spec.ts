import { describe, expect, test } from 'vitest';
import { differencesOf, hashOfKnown, otherThan } from './open-parts.js';

describe('another value of the same kind', () => {
  test('differs wherever something could come of it', () => {
    expect(otherThan({ key: 'OPS-1', count: 1, open: true, none: null, list: ['a'] })).toEqual({
      key: 'other-OPS-1',
      count: 2,
      open: false,
      none: null,
      list: ['other-a'],
    });
  });

  test('an instant stays an instant, and a number in a text a number', () => {
    expect(otherThan('2026-03-01T08:00:00Z')).toBe('2026-03-02T08:00:00.000Z');
    expect(otherThan('1099')).toBe('2100');
  });
});

describe('differences', () => {
  test('are told as deep as they can be', () => {
    const one = { to: 'x', text: { 'a/b': 1, c: 2 }, list: [1, 2] };
    const other = { to: 'x', text: { 'a/b': 2, c: 2 }, list: [1, 3] };
    expect(differencesOf(one, other)).toEqual(['/list/1', '/text/a~1b']);
  });

  test('lists of another length, or a text in the place of an object, differ as a whole', () => {
    expect(differencesOf({ list: [1], it: {} }, { list: [1, 2], it: 'x' })).toEqual(['/it', '/list']);
    expect(differencesOf('a', 'b')).toEqual(['']);
  });
});

describe('the hash of what is known', () => {
  const planned = { issue: 'sample-1', text: 'Granted', who: 'jane' };
  const open = ['/issue'];

  test('is the same whatever stands at the open places', () => {
    expect(hashOfKnown({ ...planned, issue: 'OPS-77' }, open)).toBe(hashOfKnown(planned, open));
  });

  test('is another one where anything else differs', () => {
    expect(hashOfKnown({ ...planned, who: 'john' }, open)).not.toBe(hashOfKnown(planned, open));
    expect(hashOfKnown({ ...planned, more: 1 }, open)).not.toBe(hashOfKnown(planned, open));
    expect(hashOfKnown({ issue: 'sample-1', text: 'Granted' }, open)).not.toBe(hashOfKnown(planned, open));
  });

  test('leaves nothing open where all of it is known', () => {
    expect(hashOfKnown({ ...planned, issue: 'OPS-77' }, [])).not.toBe(hashOfKnown(planned, []));
  });

  test('a field that only the real answer brings is left open, too', () => {
    const without = { text: 'Granted', who: 'jane' };
    expect(hashOfKnown(without, open)).toBe(hashOfKnown(planned, open));
  });
});
