import { describe, expect, it } from 'vitest';
import { readRetryAfter } from './retry-after.js';

const now = new Date('2026-03-01T12:00:00Z');
const told = (value: string, name = 'retry-after') => readRetryAfter({ [name]: value }, now);

describe('Retry-After', () => {
  it('is read in seconds', () => {
    expect(told('7')).toBe(7);
    expect(told('1.2')).toBe(2);
  });

  it('is read as a date', () => {
    expect(told('Sun, 01 Mar 2026 12:01:30 GMT')).toBe(90);
    expect(told('Sunday, 01-Mar-26 12:01:30 GMT')).toBe(90);
  });

  it.each(['0', '-1', 'abc', '', '1e3', '0x10', 'Sun, 01 Mar 2026 11:00:00 GMT', 'soon, 12:00', 'NaN', 'Infinity'])(
    'leaves “%s” to our own backoff',
    (value) => {
      expect(told(value)).toBeUndefined();
    },
  );

  it.each(['86400', '99999999999999999999', 'Fri, 01 Mar 2030 12:00:00 GMT'])(
    'is at most 15 minutes, whatever “%s” says',
    (value) => {
      expect(told(value)).toBe(900);
    },
  );

  it('is taken from the reset of the rate limit where the header is missing', () => {
    expect(told('12', 'ratelimit-reset')).toBe(12);
    expect(told(String(now.getTime() / 1000 + 30), 'x-ratelimit-reset')).toBe(30);
    expect(told(String(now.getTime() / 1000 + 30), 'x-rate-limit-reset')).toBe(30);
    expect(readRetryAfter({}, now)).toBeUndefined();
  });
});
