import { describe, expect, it } from 'vitest';
import { emptyHistory, remember, stepBack, stepForward } from './history.js';

describe('history', () => {
  it('gives back the values in turn, and forward again', () => {
    const history = remember(remember(emptyHistory<string>(), 'first', 'a', null), 'second', 'b', null);
    const back = stepBack(history, 'c')!;
    expect(back.value).toBe('b');
    expect(stepBack(back.history, back.value)!.value).toBe('a');
    const again = stepForward(back.history, back.value)!;
    expect(again.value).toBe('c');
    expect(stepForward(again.history, again.value)).toBeUndefined();
  });

  it('makes one entry of one gesture', () => {
    let history = remember(emptyHistory<string>(), 'type', '', 'field');
    history = remember(history, 'type', 'a', 'field');
    history = remember(history, 'type', 'b', 'other field');
    expect(history.past.map((entry) => entry.value)).toEqual(['', 'b']);
  });

  it('begins a new entry after undo, though the gesture is the same', () => {
    const typed = remember(emptyHistory<string>(), 'type', '', 'field');
    const back = stepBack(typed, 'a')!;
    const further = remember(back.history, 'type', '', 'field');
    expect(further.past).toHaveLength(1);
    expect(further.future).toEqual([]);
  });

  it('forgets what lies too far back', () => {
    let history = emptyHistory<number>();
    for (let n = 0; n < 500; n++) history = remember(history, 'count', n, null);
    expect(history.past.length).toBeLessThanOrEqual(200);
    expect(history.past.at(-1)?.value).toBe(499);
  });
});
