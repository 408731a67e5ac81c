import type { Draft } from '@castellan/flow';
import { describe, expect, it } from 'vitest';
import { walkFrom } from './walk.js';

const draft: Draft = {
  triggers: { start: { kind: 'manual' } },
  steps: { a: { kind: 'shape' }, b: { kind: 'shape' }, c: { kind: 'shape' }, far: { kind: 'shape' } },
  wires: [
    { from: 'start', port: 'out', to: 'a' },
    { from: 'a', port: 'out', to: 'b' },
    { from: 'a', port: 'out', to: 'c' },
  ],
};
const box = (id: string, x: number, y: number) => ({ id, x, y, width: 100, height: 50 });
const boxes = [box('start', 0, 0), box('a', 200, 0), box('b', 400, -40), box('c', 400, 100), box('far', 900, 0)];
const walk = (from: string | undefined, direction: Parameters<typeof walkFrom>[3]) =>
  walkFrom(draft, boxes, from, direction);

describe('walking with the arrow keys', () => {
  it('follows the wires to the right and back', () => {
    expect(walk('start', 'right')).toBe('a');
    expect(walk('a', 'right')).toBe('b');
    expect(walk('b', 'left')).toBe('a');
  });

  it('goes to the nearest box up and down', () => {
    expect(walk('b', 'down')).toBe('c');
    expect(walk('c', 'up')).toBe('b');
  });

  it('jumps where no wire leads', () => {
    expect(walk('c', 'right')).toBe('far');
    expect(walk('far', 'right')).toBeUndefined();
  });

  it('begins at the leftmost box', () => {
    expect(walk(undefined, 'right')).toBe('start');
  });
});
