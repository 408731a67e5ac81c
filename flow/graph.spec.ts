import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findCycles, indexWires, reachableFrom, stepsAfter, topologicalOrder, upstreamOf, wiresInto } from './graph.js';

const wires = (...pairs: string[]) =>
  pairs.map((pair) => {
    const [from = '', to = ''] = pair.split('>');
    return { from, port: 'out', to };
  });

const ids = Array.from({ length: 12 }, (_, position) => `s${position}`);
const anyWires = fc.array(
  fc.record({ from: fc.constantFrom(...ids), port: fc.constant('out'), to: fc.constantFrom(...ids) }),
  { maxLength: 40 },
);
/** Wires that lead only from earlier to later ids, so that they make no cycle. */
const acyclicWires = anyWires.map((all) => all.filter((wire) => ids.indexOf(wire.from) < ids.indexOf(wire.to)));

describe('the topological order', () => {
  test('puts every step after those that lead to it and keeps the given order among equals', () => {
    expect(topologicalOrder(['d', 'b', 'c', 'a'], wires('a>b', 'a>c', 'b>d', 'c>d'))).toEqual(['a', 'b', 'c', 'd']);
    expect(topologicalOrder(['z', 'y', 'x'], [])).toEqual(['z', 'y', 'x']);
  });

  test('ignores wires from outside the level', () => {
    expect(topologicalOrder(['b', 'a'], wires('trigger>a', 'a>b'))).toEqual(['a', 'b']);
  });

  test('names the path of a cycle', () => {
    expect(() => topologicalOrder(['a', 'b', 'c'], wires('a>b', 'b>c', 'c>b'))).toThrow(/b → c → b|c → b → c/);
  });

  test('respects every wire and holds every step once', () => {
    fc.assert(
      fc.property(acyclicWires, fc.shuffledSubarray(ids, { minLength: 1 }), (all, some) => {
        const order = topologicalOrder(some, all);
        expect([...order].sort()).toEqual([...some].sort());
        for (const { from, to } of all) {
          if (some.includes(from) && some.includes(to)) expect(order.indexOf(from)).toBeLessThan(order.indexOf(to));
        }
      }),
    );
  });
});

describe('cycles', () => {
  test('are told as paths, one for each group of steps that reach each other', () => {
    const cycles = findCycles(['a', 'b', 'c', 'd', 'e'], wires('a>b', 'b>a', 'b>c', 'c>d', 'd>d', 'd>e'));
    expect(cycles).toHaveLength(2);
    expect(cycles.map((cycle) => [...new Set(cycle)].sort().join())).toEqual(['a,b', 'd']);
  });

  test('a step wired to itself is one', () => {
    expect(findCycles(['a'], wires('a>a'))).toEqual([['a', 'a']]);
  });

  test('are found exactly when no topological order exists, and each is a way along wires', () => {
    fc.assert(
      fc.property(anyWires, (all) => {
        const cycles = findCycles(ids, all);
        if (cycles.length === 0) expect(topologicalOrder(ids, all)).toHaveLength(ids.length);
        else expect(() => topologicalOrder(ids, all)).toThrow();
        for (const cycle of cycles) {
          expect(cycle[0]).toBe(cycle.at(-1));
          cycle.slice(1).forEach((to, position) => {
            expect(all.some((wire) => wire.from === cycle[position] && wire.to === to)).toBe(true);
          });
        }
      }),
    );
  });

  test('a chain of ten thousand steps that ends in a cycle is no trouble', () => {
    const many = Array.from({ length: 10_000 }, (_, position) => `s${position}`);
    const chain = many.slice(1).map((to, position) => ({ from: `s${position}`, port: 'out', to }));
    expect(findCycles(many, [...chain, { from: 's9999', port: 'out', to: 's9998' }])).toHaveLength(1);
    expect(topologicalOrder(many, chain)).toEqual(many);
  });
});

describe('reachability', () => {
  test('goes along the wires, the starts included', () => {
    expect([...reachableFrom(['a'], wires('a>b', 'b>c', 'd>c'))].sort()).toEqual(['a', 'b', 'c']);
  });

  test('upstream of a step is all that leads to it, without the step', () => {
    expect([...upstreamOf('c', wires('a>b', 'b>c', 'd>c', 'c>e'))].sort()).toEqual(['a', 'b', 'd']);
  });

  test('one step is upstream of another exactly when it reaches it', () => {
    fc.assert(
      fc.property(acyclicWires, fc.constantFrom(...ids), fc.constantFrom(...ids), (all, from, to) => {
        fc.pre(from !== to);
        expect(upstreamOf(to, all).has(from)).toBe(reachableFrom([from], all).has(to));
      }),
    );
  });
});

describe('the wires of a step', () => {
  const index = indexWires([
    { from: 'check', port: 'yes', to: 'act' },
    { from: 'check', port: 'yes', to: 'tell' },
    { from: 'check', port: 'else', to: 'tell' },
  ]);

  test('a port leads to its steps, each once', () => {
    expect(stepsAfter(index, 'check', 'yes')).toEqual(['act', 'tell']);
    expect(stepsAfter(index, 'check')).toEqual(['act', 'tell']);
    expect(stepsAfter(index, 'act')).toEqual([]);
  });

  test('all wires that lead to a step are known', () => {
    expect(wiresInto(index, 'tell').map((wire) => wire.port)).toEqual(['yes', 'else']);
    expect(wiresInto(index, 'check')).toEqual([]);
  });
});
