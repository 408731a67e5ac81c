import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decideJoin, portsOf } from './control.js';

describe('ports', () => {
  test('of a branch are the names of its cases and else', () => {
    expect(portsOf({ kind: 'branch', cases: [{ name: 'high' }, { name: 'low' }] })).toEqual(['high', 'low', 'else']);
  });

  test('of a branch that is not finished are those that have a name', () => {
    expect(portsOf({ kind: 'branch', cases: [{}, null, { name: 'high' }] })).toEqual(['high', 'else']);
    expect(portsOf({ kind: 'branch' })).toEqual(['else']);
  });

  test('of an unknown kind are not known', () => {
    expect(portsOf({ kind: 'constructor' })).toBeUndefined();
    expect(portsOf({})).toBeUndefined();
  });

  test('a stop has none', () => {
    expect(portsOf({ kind: 'stop' })).toEqual([]);
  });
});

describe('a join', () => {
  test('of all wires runs when every wire is decided and one is live', () => {
    expect(decideJoin('all', { total: 2, live: 1, dead: 0 })).toBe('undecided');
    expect(decideJoin('all', { total: 2, live: 1, dead: 1 })).toBe('run');
    expect(decideJoin('all', { total: 2, live: 0, dead: 2 })).toBe('skip');
  });

  test('of any wire runs at the first live one', () => {
    expect(decideJoin('any', { total: 3, live: 1, dead: 0 })).toBe('run');
    expect(decideJoin('any', { total: 3, live: 0, dead: 2 })).toBe('undecided');
    expect(decideJoin('any', { total: 3, live: 0, dead: 3 })).toBe('skip');
  });

  test('of n wires runs at the nth and is skipped as soon as that can no longer be', () => {
    expect(decideJoin({ n: 2 }, { total: 3, live: 1, dead: 1 })).toBe('undecided');
    expect(decideJoin({ n: 2 }, { total: 3, live: 2, dead: 0 })).toBe('run');
    expect(decideJoin({ n: 2 }, { total: 3, live: 0, dead: 2 })).toBe('skip');
  });

  test('is always decided once every wire is, and never changes its decision', () => {
    const join = fc.oneof(
      fc.constant('all' as const),
      fc.constant('any' as const),
      fc.record({ n: fc.integer({ min: 1, max: 5 }) }),
    );
    fc.assert(
      fc.property(join, fc.array(fc.boolean(), { minLength: 1, maxLength: 6 }), (rule, decisions) => {
        const seen = decisions.map((_, count) => {
          const decided = decisions.slice(0, count + 1);
          const live = decided.filter(Boolean).length;
          return decideJoin(rule, { total: decisions.length, live, dead: decided.length - live });
        });
        expect(seen.at(-1)).not.toBe('undecided');
        expect(new Set(seen.filter((state) => state !== 'undecided')).size).toBe(1);
      }),
    );
  });
});
