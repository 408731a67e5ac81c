import { describe, expect, it, test } from 'vitest';
import { bytes, count, duration, elapsed, inline, offsetName, relativeTime, words, zonedTime } from './format.js';

const now = Date.parse('2026-03-02T12:00:00Z');
const at = (seconds: number) => new Date(now + seconds * 1000).toISOString();

test('a time is shown as on the wall of its zone, with how far that is from UTC', () => {
  expect(zonedTime(new Date('2026-11-23T08:00:00Z'), 'Europe/Berlin')).toBe('Mon 23 Nov 2026, 09:00');
  expect(zonedTime(new Date('2026-11-23T08:00:05Z'), 'Asia/Kolkata')).toBe('Mon 23 Nov 2026, 13:30:05');
  expect(offsetName(new Date('2026-07-01'), 'Europe/Berlin')).toBe('UTC+2');
  expect(offsetName(new Date('2026-07-01'), 'Asia/Kolkata')).toBe('UTC+5:30');
  expect(offsetName(new Date('2026-07-01'), 'UTC')).toBe('UTC');
});

describe('a relative time', () => {
  it.each([
    [0, 'just now'],
    [-30, 'just now'],
    [30, 'in under a minute'],
    [-60, '1 minute ago'],
    [-7_199, '1 hour ago'],
    [-86_400, 'yesterday'],
    [-8 * 86_400, 'last week'],
    [3 * 3_600, 'in 3 hours'],
  ])('of %i seconds is "%s"', (seconds, text) => {
    expect(relativeTime(at(seconds), now)).toBe(text);
  });

  it('of something that is no time is a dash', () => {
    expect(relativeTime('soon', now)).toBe('–');
  });
});

describe('a duration', () => {
  it.each([
    [0, '0 ms'],
    [340, '340 ms'],
    [1_440, '1.4 s'],
    [9_949, '9.9 s'],
    [9_960, '10 s'],
    [59_499, '59 s'],
    [59_600, '1 min'],
    [200_000, '3 min 20 s'],
    [7_500_000, '2 h 5 min'],
    [3_600_000, '1 h'],
    [100_800_000, '1 d 4 h'],
    [-5, '0 ms'],
  ])('of %i milliseconds is "%s"', (milliseconds, text) => {
    expect(duration(milliseconds)).toBe(text);
  });

  it('grows until its end is known, and is nothing before its start', () => {
    expect(elapsed(at(-5), null, now)).toBe(5_000);
    expect(elapsed(at(-5), at(-2), now)).toBe(3_000);
    expect(elapsed(null, null, now)).toBeNull();
  });
});

describe('other texts', () => {
  it('counts with the right form of the word and grouped digits', () => {
    expect(count(1, 'run')).toBe('1 run');
    expect(count(1_200, 'run')).toBe('1,200 runs');
    expect(count(3, 'entry', 'entries')).toBe('3 entries');
  });

  it('writes sizes', () => {
    expect([bytes(812), bytes(4_300), bytes(1_400_000), bytes(2_200_000_000)]).toEqual([
      '812 B',
      '4.2 KB',
      '1.3 MB',
      '2.0 GB',
    ]);
  });

  it('writes any value on one line', () => {
    expect([inline(null), inline(true), inline(1234), inline('a'), inline({ a: 1 })]).toEqual([
      '–',
      'yes',
      '1,234',
      'a',
      '{"a":1}',
    ]);
  });

  it('writes names of fields as words', () => {
    expect([words('protectedPeople'), words('base_url'), words('x-ray')]).toEqual([
      'Protected people',
      'Base url',
      'X ray',
    ]);
  });
});
