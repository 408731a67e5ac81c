import { expect, it } from 'vitest';
import { Poison } from './poison.js';

it('what ended a process is refused for a while, twice as long each time, up to the longest', () => {
  const poison = new Poison<string>({ firstMs: 100, longestMs: 350, remembered: 10 });
  expect(poison.refusal('x', 0)).toBeUndefined();
  poison.add('x', 'memory', 0);
  expect(poison.refusal('x', 99)).toBe('memory');
  expect(poison.refusal('x', 100)).toBeUndefined();
  expect(poison.refusal('y', 50)).toBeUndefined();
  poison.add('x', 'time', 1_000);
  expect(poison.refusal('x', 1_199)).toBe('time');
  expect(poison.refusal('x', 1_200)).toBeUndefined();
  poison.add('x', 'time', 2_000);
  poison.add('x', 'time', 3_000);
  expect(poison.refusal('x', 3_349)).toBe('time');
  expect(poison.refusal('x', 3_350)).toBeUndefined();
});

it('only so many are remembered, the oldest forgotten first', () => {
  const poison = new Poison<string>({ firstMs: 100, longestMs: 100, remembered: 2 });
  expect(poison.empty).toBe(true);
  for (const key of ['a', 'b', 'c']) poison.add(key, key, 0);
  expect(['a', 'b', 'c'].map((key) => poison.refusal(key, 1))).toEqual([undefined, 'b', 'c']);
});
