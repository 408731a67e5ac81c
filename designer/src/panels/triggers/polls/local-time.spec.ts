import { expect, it } from 'vitest';
import { instantOf, localTime } from './local-time.js';

it('is an instant where the person is, there and back, to the minute', () => {
  for (const day of ['2026-01-15', '2026-07-15']) {
    const at = `${day}T09:30`;
    expect(localTime(new Date(String(instantOf(at))))).toBe(at);
  }
});

it('is none while the field is empty', () => {
  expect(instantOf('')).toBeNull();
});
