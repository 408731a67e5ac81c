import { describe, expect, test } from 'vitest';
import type { PublishedVersion } from '../flows/versions.service.js';
import type { RehearsedStep } from '../rehearsal/rehearsal.js';
import { ItemMatch } from './item-match.js';

/** A version with a loop `each`, and in it a loop `inner`, with or without keys. */
const version = (key?: object): PublishedVersion =>
  ({
    program: {
      steps: {
        each: { id: 'each', kind: 'loop', level: [], ...(key ? { key } : {}) },
        inner: { id: 'inner', kind: 'loop', level: ['each'] },
        call: { id: 'call', kind: 'action', level: ['each'] },
      },
    },
  }) as unknown as PublishedVersion;

const call = (iteration: string, item: string[]) =>
  ({ step: 'call', iteration, call: { item: JSON.stringify(item) } }) as RehearsedStep;

function matchOf(first: unknown[], other: unknown[], { keys = false, calls = [] as RehearsedStep[] } = {}) {
  const of = version(keys ? { jsonata: 'item.id' } : undefined);
  const match = new ItemMatch({ steps: calls, items: new Map([['each@', first]]) }, { first: of, other: of });
  const items = new Map([['each@', other]]);
  return { match, of: (iteration: string) => match.iterationOf({ level: ['each'], iteration, items }) };
}

describe('the iteration that went over the same item', () => {
  test('is found by the item, wherever it stands now', () => {
    const { of } = matchOf(['a', 'b', 'c'], ['c', 'a']);
    expect([of('0'), of('1')]).toEqual(['2', '0']);
  });

  test('is another one for each of several equal items', () => {
    const { of } = matchOf(['a', 'b', 'a'], ['a', 'a', 'a']);
    // The third has no counterpart of its own, but stands in a list of the same length.
    expect([of('0'), of('1'), of('2')]).toEqual(['0', '2', '2']);
  });

  test('is that of the same place when items only look different, and none in a list of another length', () => {
    expect(matchOf([{ id: 1 }], [{ id: 1, more: true }]).of('0')).toBe('0');
    expect(matchOf([{ id: 1 }], [{ id: 2 }, { id: 3 }]).of('0')).toBeNull();
  });

  test('is found by the key where both loops have one, however the items look', () => {
    const calls = [call('0', ['x']), call('1', ['y'])];
    const { match, of } = matchOf([{ id: 'x' }, { id: 'y' }], [{ id: 'y', more: 1 }, { id: 'z' }], {
      keys: true,
      calls,
    });
    match.note(['each'], '0', JSON.stringify(['y']));
    match.note(['each'], '1', JSON.stringify(['z']));
    expect([of('0'), of('1')]).toEqual(['1', null]);
  });

  test('of an inner loop is looked for within that of the outer one', () => {
    const first = new Map<string, unknown[]>([
      ['each@', ['a', 'b']],
      ['inner@0', [1, 2]],
      ['inner@1', [3]],
    ]);
    const items = new Map<string, unknown[]>([
      ['each@', ['b', 'a']],
      ['inner@0', [3]],
      ['inner@1', [2, 1]],
    ]);
    const match = new ItemMatch({ steps: [], items: first }, { first: version(), other: version() });
    const of = (iteration: string) => match.iterationOf({ level: ['each', 'inner'], iteration, items });
    expect([of('0.0'), of('1.0'), of('1.1')]).toEqual(['1.0', '0.1', '0.0']);
  });

  test('at the top is the top', () => {
    expect(matchOf([], []).match.iterationOf({ level: [], iteration: '', items: new Map() })).toBe('');
  });
});
