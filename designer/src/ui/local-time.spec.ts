import { describe, expect, it } from 'vitest';
import { fromLocalTime, toLocalTime } from './local-time.js';

describe('a time in a field of the reader’s zone', () => {
  it('is the same instant there and back', () => {
    const instant = '2026-03-02T12:30:00.000Z';
    expect(fromLocalTime(toLocalTime(instant))).toBe(instant);
  });

  it('is none while the field is empty or unfinished', () => {
    expect(fromLocalTime('')).toBeUndefined();
    expect(toLocalTime('never')).toBe('');
  });
});
