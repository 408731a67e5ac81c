import type { Draft } from '@castellan/flow';
import { outlineOf } from './outline.js';

/** A box as it stands on the canvas. */
export interface PlacedBox {
  id: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

export type Direction = 'left' | 'right' | 'up' | 'down';

/**
 * The box that an arrow key leads to: along the wires to left and right, to the nearest box otherwise.
 * From nowhere it leads to the first box.
 */
export function walkFrom(
  draft: Draft,
  boxes: PlacedBox[],
  from: string | undefined,
  direction: Direction,
): string | undefined {
  const here = boxes.find((box) => box.id === from);
  if (here === undefined) return boxes.toSorted((a, b) => a.x - b.x || a.y - b.y)[0]?.id;
  const wired =
    direction === 'left' || direction === 'right' ? neighboursByWire(draft, here.id, direction) : new Set<string>();
  const candidates =
    wired.size > 0 ? boxes.filter((box) => wired.has(box.id)) : boxes.filter((box) => lies(box, here, direction));
  return candidates.toSorted((a, b) => distance(a, here, direction) - distance(b, here, direction))[0]?.id;
}

function neighboursByWire(draft: Draft, id: string, direction: 'left' | 'right'): Set<string> {
  const wires = outlineOf(draft).levels.flatMap((level) => level.wires);
  const found =
    direction === 'right' ? wires.filter((wire) => wire.from === id) : wires.filter((wire) => wire.to === id);
  return new Set(found.map((wire) => (direction === 'right' ? wire.to : wire.from) ?? ''));
}

function lies(box: PlacedBox, here: PlacedBox, direction: Direction): boolean {
  const [a, b] = [middle(box), middle(here)];
  switch (direction) {
    case 'left':
      return a.x < b.x;
    case 'right':
      return a.x > b.x;
    case 'up':
      return a.y < b.y;
    case 'down':
      return a.y > b.y;
  }
}

/** Far aside counts more than far ahead, so that a column is walked before its neighbour. */
function distance(box: PlacedBox, here: PlacedBox, direction: Direction): number {
  const [a, b] = [middle(box), middle(here)];
  const [ahead, aside] =
    direction === 'left' || direction === 'right' ? [a.x - b.x, a.y - b.y] : [a.y - b.y, a.x - b.x];
  return Math.abs(ahead) + 2 * Math.abs(aside);
}

function middle(box: PlacedBox) {
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}
