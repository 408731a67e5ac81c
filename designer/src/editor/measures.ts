import { type Place, portsAt } from './outline.js';

/** Pixels. A box is as in the drawings: 232 by 64, taller only when its ports need it. */
export const boxWidth = 232;
export const boxHeight = 64;
/** Between two ports of one box. */
const portGap = 22;
/** The top of a loop, where its title stands. */
export const loopHeader = 56;
/** Between a loop's border and the boxes inside. */
export const loopPadding = 28;
export const smallestLoop = { width: 340, height: 176 };
/** What positions are rounded to. */
export const grid = 8;

export interface Size {
  width: number;
  height: number;
}

export interface Point {
  x: number;
  y: number;
}

/** The size of a box that is no loop. */
export function boxSize(place: Place): Size {
  const ports = portsAt(place).length;
  return { width: boxWidth, height: Math.max(boxHeight, 20 + ports * portGap) };
}

/** The size of a loop around boxes at these places, which are measured from its own corner. */
export function loopSize(inside: (Point & Size)[]): Size {
  return inside.reduce<Size>(
    (size, box) => ({
      width: Math.max(size.width, box.x + box.width + loopPadding * 2),
      height: Math.max(size.height, box.y + box.height + loopPadding),
    }),
    smallestLoop,
  );
}

/** The middle of each port, from the top of its box; a loop's ports stand in its header. */
export function portTops(count: number, height: number): number[] {
  const gap = count > 1 ? Math.min(portGap, (height - 16) / count) : 0;
  const first = height / 2 - (gap * (count - 1)) / 2;
  return Array.from({ length: count }, (_, index) => first + index * gap);
}

export function toGrid(point: Point): Point {
  return { x: Math.round(point.x / grid) * grid, y: Math.round(point.y / grid) * grid };
}
