import { describe, expect, test } from 'vitest';
import { mismatchOf } from './subset.js';

describe('a value that is held against a part of it', () => {
  test('fits where it has at least what is named', () => {
    expect(mismatchOf({ a: { b: 1 } }, { a: { b: 1, c: 2 }, d: 3 })).toBeNull();
    expect(mismatchOf([{ a: 1 }, 2], [{ a: 1, b: 2 }, 2])).toBeNull();
    expect(mismatchOf(null, null)).toBeNull();
  });

  test('does not fit at the first place that differs, which is named', () => {
    expect(mismatchOf({ a: { 'b/c': [1, 2] } }, { a: { 'b/c': [1, 3] } })).toEqual({
      pointer: '/a/b~1c/1',
      expected: 2,
      actual: 3,
    });
    expect(mismatchOf({ a: 1 }, {})).toEqual({ pointer: '/a', expected: 1, actual: undefined });
  });

  test('does not fit as a list of another length, or as another type', () => {
    expect(mismatchOf([1], [1, 2])).toMatchObject({ pointer: '' });
    expect(mismatchOf({ a: '1' }, { a: 1 })).toMatchObject({ pointer: '/a' });
    expect(mismatchOf({ a: {} }, { a: [] })).toMatchObject({ pointer: '/a' });
    expect(mismatchOf({ toString: 1 }, {})).toMatchObject({ pointer: '/toString', actual: undefined });
  });
});
