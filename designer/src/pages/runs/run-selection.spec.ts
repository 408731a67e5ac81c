import { describe, expect, it } from 'vitest';
import { choose, isChosen, noRuns } from './run-selection.js';

const shown = ['a', 'b', 'c'];

describe('the runs that are chosen in the list', () => {
  it('are rows, which come and go one by one or all together', () => {
    const two = choose(noRuns, { rows: ['a', 'b'], shown, on: true });
    expect([...choose(two, { rows: ['a'], shown, on: false }).ids]).toEqual(['b']);
    expect([...choose(two, { rows: shown, shown, on: true }).ids]).toEqual(shown);
  });

  it('are the rows in sight without one, once that one of all that match is let go', () => {
    const rest = choose({ ids: new Set(), all: true }, { rows: ['b'], shown, on: false });
    expect([...rest.ids]).toEqual(['a', 'c']);
    expect(isChosen(rest, 'later')).toBe(false);
  });
});
