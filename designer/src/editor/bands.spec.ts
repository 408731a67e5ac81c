import { describe, expect, it } from 'vitest';
import { inBands, type Line } from './bands.js';

const folding = { room: { width: 1000, height: 700 }, readable: 0.5, gap: 100 };

/** Boxes of 200 by 60, 100 apart, each leading to the next. */
function line(length: number): Line {
  const ids = Array.from({ length }, (_, index) => `s${index}`);
  return {
    boxes: new Map(ids.map((id, index) => [id, { x: index * 300, y: 40, width: 200, height: 60 }])),
    wires: ids.slice(1).map((to, index) => ({ from: ids[index]!, to })),
  };
}

describe('a long line of boxes', () => {
  it('stays a line as long as it can be read as a whole', () => {
    const tops = [...inBands(line(6), folding).values()].map(({ y }) => y);
    expect(new Set(tops).size).toBe(1);
  });

  it('is cut into bands, each from the left and in the order of the line', () => {
    const places = [...inBands(line(24), folding)].map(([, place]) => place);
    expect(new Set(places.map(({ y }) => y)).size).toBeGreaterThan(1);
    for (const [index, { x, y }] of places.entries()) {
      const before = places[index - 1];
      if (before === undefined || y > before.y) expect(x).toBe(0);
      else expect([y, x]).toEqual([before.y, before.x + 300]);
    }
  });

  it('is cut where the fewest wires are parted, among cuts that are about as good', () => {
    const flat = { ...folding, room: { width: 1000, height: 160 } };
    const { boxes, wires } = line(14);
    const firstBand = (some: Line['wires']) =>
      [...inBands({ boxes, wires: some }, flat).values()].filter((at) => at.y === 0);
    expect(firstBand(wires)).toHaveLength(7);
    expect(firstBand([...wires, { from: 's2', to: 's7' }])).toHaveLength(8);
  });

  it('has the boxes of a column at its left edge', () => {
    const boxes = new Map([
      ['wide', { x: 0, y: 0, width: 800, height: 200 }],
      ['narrow', { x: 300, y: 240, width: 200, height: 60 }],
    ]);
    expect(inBands({ boxes, wires: [] }, folding).get('narrow')).toEqual({ x: 0, y: 240 });
  });

  it('may have no box at all', () => {
    expect(inBands({ boxes: new Map(), wires: [] }, folding).size).toBe(0);
  });
});
