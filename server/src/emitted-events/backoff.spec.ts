import { expect, it } from 'vitest';
import { mostTries, pauseAfter } from './backoff.js';

it('waits longer each time, and gives up after a day and some hours', () => {
  const pauses = Array.from({ length: mostTries - 1 }, (_, index) => pauseAfter(index + 1, undefined, 0.5) ?? 0);
  expect(pauses.toSorted((a, b) => a - b)).toEqual(pauses);
  const hours = pauses.reduce((sum, pause) => sum + pause) / 3_600;
  expect(hours).toBeGreaterThan(20);
  expect(hours).toBeLessThan(36);
  expect(pauseAfter(mostTries, undefined)).toBeNull();
});

it('does not come before the time that the receiver asks for', () => {
  expect(pauseAfter(1, 600)).toBe(600);
  expect(pauseAfter(5, 1, 0.5)).toBeCloseTo(1_800);
});

it('spreads those that failed together', () => {
  expect(pauseAfter(2, undefined, 0)).toBeLessThan(pauseAfter(2, undefined, 1) ?? 0);
});
