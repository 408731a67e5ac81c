import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changedPart } from './changed-part.js';

describe('the changed part of two texts', () => {
  test('is the words that differ, between what both begin and end with', () => {
    expect(changedPart('Access of Jane was revoked.', 'Access of Janet was revoked.')).toEqual({
      start: 'Access of ',
      before: 'Jane',
      after: 'Janet',
      end: ' was revoked.',
    });
    expect(changedPart('Left: ann', 'Gone: ann')).toEqual({ start: '', before: 'Left', after: 'Gone', end: ': ann' });
  });

  test('is what one text has more', () => {
    expect(changedPart('Hello', 'Hello, all')).toEqual({ start: 'Hello', before: '', after: ', all', end: '' });
  });

  test('makes up both texts with what stands around it', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '.'), maxLength: 12 });
    fc.assert(
      fc.property(text, text, (before, after) => {
        const { start, before: was, after: is, end } = changedPart(before, after);
        expect([start + was + end, start + is + end]).toEqual([before, after]);
      }),
    );
  });
});
