import type { Draft } from '@castellan/flow';
import { describe, expect, it } from 'vitest';
import { arrange, freePlace, tidy } from './layout.js';

const draft: Draft = {
  triggers: { start: { kind: 'manual' } },
  steps: {
    a: { kind: 'shape' },
    b: { kind: 'shape' },
    each: {
      kind: 'loop',
      steps: { inner: { kind: 'shape' }, next: { kind: 'shape' } },
      wires: [
        { from: 'each', port: 'each', to: 'inner' },
        { from: 'inner', port: 'out', to: 'next' },
      ],
    },
  },
  wires: [
    { from: 'start', port: 'out', to: 'a' },
    { from: 'a', port: 'out', to: 'b' },
    { from: 'a', port: 'out', to: 'each' },
  ],
};

describe('layout', () => {
  it('puts what follows to the right', () => {
    const positions = tidy(draft);
    expect(positions.start!.x).toBeLessThan(positions.a!.x);
    expect(positions.a!.x).toBeLessThan(positions.b!.x);
    expect(positions.inner!.x).toBeLessThan(positions.next!.x);
  });

  it('makes a loop large enough for its body', () => {
    const { positions, sizes } = arrange(draft);
    const loop = sizes.get('each')!;
    const next = { ...positions.next!, ...sizes.get('next')! };
    expect(loop.width).toBeGreaterThan(next.x + next.width);
    expect(loop.height).toBeGreaterThan(next.y + next.height);
  });

  it('covers no box with another', () => {
    const { positions, sizes } = arrange(draft);
    const ids = ['start', 'a', 'b', 'each'];
    for (const id of ids) {
      const others = ids
        .filter((other) => other !== id)
        .map((other) => ({ ...positions[other]!, ...sizes.get(other)! }));
      expect(freePlace(positions[id]!, sizes.get(id)!, others)).toEqual(positions[id]);
    }
  });

  it('keeps the positions that the flow has and finds a free place for a newcomer', () => {
    const given = { start: { x: 0, y: 0 }, a: { x: 400, y: 0 }, each: { x: 800, y: 0 } };
    const { positions } = arrange({ ...draft, layout: { positions: given } });
    expect(positions).toMatchObject(given);
    expect(positions.b!.y).toBeGreaterThan(0);
  });

  it('puts a long line into bands, so that it can be seen as a whole', () => {
    const ids = Array.from({ length: 30 }, (_, index) => `s${index}`);
    const wires = ids.slice(1).map((to, index) => ({ from: ids[index]!, port: 'out', to }));
    const positions = Object.values(
      tidy({ steps: Object.fromEntries(ids.map((id) => [id, { kind: 'shape' }])), wires }),
    );
    expect(Math.max(...positions.map(({ x }) => x))).toBeLessThan(3000);
    expect(new Set(positions.map(({ y }) => y)).size).toBeGreaterThan(2);
  });

  it('survives a circle of wires', () => {
    const circle = { ...draft, wires: [...draft.wires!, { from: 'b', port: 'out', to: 'a' }] };
    expect(Object.keys(tidy(circle))).toHaveLength(6);
  });
});
