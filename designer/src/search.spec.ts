import { describe, expect, it } from 'vitest';
import { parseSearch, RunsSearch, stringifySearch } from './search.js';

describe('the address of a page', () => {
  it('keeps text as text, so that a code keeps its zeros', () => {
    expect(parseSearch('?code=0123e4')).toEqual({ code: '0123e4' });
  });

  it('holds no empty filters', () => {
    expect(stringifySearch({ q: '', status: undefined, flow: 'a b' })).toBe('?flow=a+b');
    expect(stringifySearch({})).toBe('');
  });

  it('survives a round trip with special characters', () => {
    const filters = { q: 'a=b&c=ö "x"', status: 'failed,stalled' };
    expect(parseSearch(stringifySearch(filters))).toEqual(filters);
  });

  it('leaves out a value that a page does not know, and keeps the others', () => {
    expect(RunsSearch.parse({ time: 'yesterday', status: 'failed', mode: 'live' })).toEqual({
      status: 'failed',
      mode: 'live',
    });
  });
});
