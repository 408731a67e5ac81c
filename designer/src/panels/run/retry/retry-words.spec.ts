import { describe, expect, it } from 'vitest';
import { changedWords, countWords, fateWords, iterationOf, placeWords } from './retry-words.js';

const none = { kept: 0, again: 0, ask: 0, unknown: 0, new: 0 };

describe('the words of a retry', () => {
  it('count the writes, those that need a person first', () => {
    expect(countWords(none)).toBeNull();
    expect(countWords({ ...none, kept: 2, again: 1, unknown: 1 })).toBe(
      '1 write that only you can judge, 1 write sent again, 2 writes done and kept.',
    );
  });

  it('say what becomes of a write', () => {
    expect(fateWords({ state: 'kept', why: null })).toContain('Not sent again');
    expect(fateWords({ state: 'again', why: 'connection' })).toContain('another connection');
  });

  it('say why a step is not taken over', () => {
    expect(changedWords({ stepId: 'a', title: 'Tell', why: 'gone' })).toBe(
      '“Tell” is not in this version, so what it did is left out.',
    );
  });

  it('name the place', () => {
    const title = (id: string) => id.toUpperCase();
    expect(placeWords({ at: 'start' }, title)).toBe('from the start');
    expect(placeWords({ at: 'step', step: 'a', iteration: '0.2', items: 'all' }, title)).toBe('from “A”, item 1.3');
    expect(placeWords({ at: 'step', step: 'a', iteration: '', items: 'failed' }, title)).toBe(
      'the failed items of “A”',
    );
  });

  it('take items as people count them', () => {
    expect([iterationOf('3'), iterationOf(' 1.3 '), iterationOf('0'), iterationOf('x'), iterationOf('')]).toEqual([
      '2',
      '0.2',
      null,
      null,
      null,
    ]);
  });
});
