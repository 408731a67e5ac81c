import { describe, expect, it } from 'vitest';
import { isFiltered, runFilter, startOf } from './run-filter.js';

const now = Date.parse('2026-03-02T12:00:42.500Z');

describe('the filters of the list of runs', () => {
  it('begin a span at a full minute, so that the question stays the same for a while', () => {
    expect(startOf('1h', now)).toBe('2026-03-02T11:00:00.000Z');
    expect(startOf('7d', now)).toBe('2026-02-23T12:00:00.000Z');
    expect(startOf('all', now)).toBeUndefined();
  });

  it('become the query of the server', () => {
    expect(runFilter({ flow: 'f', status: 'failed', time: '24h', q: 'jane', about: 'j.doe' }, now)).toEqual({
      flowId: 'f',
      status: 'failed',
      q: 'jane',
      about: 'j.doe',
      mode: undefined,
      from: '2026-03-01T12:00:00.000Z',
    });
  });

  it('leave the span alone where two times are given, which mean the same whenever the address is opened', () => {
    const view = { time: '24h' as const, from: '2026-03-01T08:00:00.000Z', to: '2026-03-01T09:00:00.000Z' };
    expect(runFilter(view, now)).toMatchObject({ from: view.from, to: view.to });
    expect(isFiltered({ to: view.to })).toBe(true);
  });

  it('are none when only their usual values are set', () => {
    expect(isFiltered({})).toBe(false);
    expect(isFiltered({ time: 'all', mode: 'live' })).toBe(false);
    expect(isFiltered({ mode: 'test' })).toBe(true);
    expect(isFiltered({ about: 'j.doe' })).toBe(true);
  });
});
