import { describe, expect, test } from 'vitest';
import { idCursor, instantFilter, numberCursor, toPage } from './paging.js';

const options = { item: (n: number) => `#${n}`, place: (n: number) => n };

describe('a page', () => {
  test('names the place of the next one if one row more was read', () => {
    expect(toPage([9, 8, 7], 2, options)).toEqual({ items: ['#9', '#8'], next: '8' });
  });

  test('is the last one if no more was read', () => {
    expect(toPage([9, 8], 2, options)).toEqual({ items: ['#9', '#8'], next: null });
    expect(toPage([], 2, options)).toEqual({ items: [], next: null });
  });
});

describe('a cursor', () => {
  test('that nobody gave is the start', () => {
    expect([idCursor(undefined), numberCursor(undefined)]).toEqual([null, null]);
  });

  test.each(["'; drop table flows --", '(select pg_sleep(5))', '-1', 'x'])('cannot be %s', (text) => {
    expect(() => idCursor(text)).toThrow(/cursor/);
    expect(() => numberCursor(text)).toThrow(/cursor/);
  });
});

test('an instant that is none is refused by name', () => {
  expect(() => instantFilter('yesterday', 'from')).toThrow('/query/from');
  expect(instantFilter('2026-01-02T03:04:05Z', 'from')).toEqual(new Date('2026-01-02T03:04:05Z'));
});
