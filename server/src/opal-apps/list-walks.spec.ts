import { describe, expect, it } from 'vitest';
import { ListWalks } from './list-walks.js';

describe('a list that is read page by page', () => {
  let now = 0;
  const walks = new ListWalks<string>(() => now);

  it('is the same for the pages that follow, until it is read to its end', () => {
    walks.keep('users', 'as it was');
    expect(walks.of('users')).toBe('as it was');
    walks.end('users');
    expect(walks.of('users')).toBeNull();
  });

  it('is read anew when a minute has gone by, however often it was asked for', () => {
    const list = 'as it was';
    walks.keep('users', list);
    now += 40_000;
    walks.keep('users', list);
    now += 30_000;
    expect(walks.of('users')).toBeNull();
  });

  it('makes room for newer ones', () => {
    for (let n = 0; n < 12; n++) walks.keep(`list ${n}`, 'a list');
    expect([walks.of('list 1'), walks.of('list 2')]).toEqual([null, 'a list']);
  });
});
