import type { Point, Size } from './measures.js';

type Placed = Point & Size;

/** A wire that goes around boxes: right, up or down, along a corridor, up or down, and right again. */
export interface Detour {
  /** How far right of its start it turns. */
  leave: number;
  /** How far under its start the corridor lies, negative above it. */
  corridor: number;
  /** How far left of its end it turns. */
  enter: number;
}

/** How far wires keep from boxes, and from wires with another end. */
export interface Clearance {
  /** Right of a start, where the names of ports stand, and left of an end. */
  leave: number;
  enter: number;
  box: number;
  lane: number;
}

export interface Ends {
  from: Point;
  to: Point;
  /** Wires of different lanes do not lie on each other. */
  lane: number;
}

const lanes = 4;

/** How a wire gets from one box to another without passing over others; null: as it likes, since none is in its way. */
export function detourOf({ from, to, lane }: Ends, boxes: readonly Placed[], clearance: Clearance): Detour | null {
  if (to.x > from.x && !boxes.some((box) => curveHits(from, to, box))) return null;
  const shift = (lane % lanes) * clearance.lane;
  const found = corridors(from, to, boxes, clearance)
    .map((y) => routeBy(y + shift, { from, to, shift }, boxes, clearance))
    .filter((route) => route !== null)
    .toSorted((a, b) => a.length - b.length)[0];
  return found === undefined
    ? null
    : { leave: found.leave - from.x, corridor: found.y - from.y, enter: to.x - found.enter };
}

interface Route {
  y: number;
  leave: number;
  enter: number;
  length: number;
}

/** The way by one corridor, if it is free. */
function routeBy(
  y: number,
  { from, to, shift }: { from: Point; to: Point; shift: number },
  boxes: readonly Placed[],
  clearance: Clearance,
): Route | null {
  const leave = freeColumn({ x: from.x + clearance.leave + shift, y: from.y, to: y }, boxes, clearance, 'right');
  const enter = freeColumn({ x: to.x - clearance.enter, y: to.y, to: y }, boxes, clearance, 'left');
  const ends = [
    segment({ x: from.x + 1, y: from.y }, { x: leave, y: from.y }),
    segment({ x: enter, y: to.y }, { x: to.x - 1, y: to.y }),
  ];
  const along = segment({ x: leave, y }, { x: enter, y });
  const blocked = boxes.some(
    (box) => ends.some((way) => overlaps(way, box)) || overlaps(along, grown(box, clearance.box / 2)),
  );
  if (blocked) return null;
  const length =
    Math.abs(leave - from.x) + Math.abs(y - from.y) + Math.abs(enter - leave) + Math.abs(to.y - y) + to.x - enter;
  return { y, leave, enter, length };
}

/** The nearest x to one side where a line from `y` to `to` passes over no box. */
function freeColumn(
  { x, y, to }: { x: number; y: number; to: number },
  boxes: readonly Placed[],
  clearance: Clearance,
  side: 'left' | 'right',
): number {
  let at = x;
  for (let tries = 0; tries <= boxes.length; tries += 1) {
    const way = segment({ x: at, y }, { x: at, y: to });
    const hit = boxes.find((box) => overlaps(way, grown(box, clearance.box / 2)));
    if (hit === undefined) return at;
    at = side === 'right' ? hit.x + hit.width + clearance.box : hit.x - clearance.box;
  }
  return at;
}

/** Heights between the rows of boxes at which something can pass, above, between and under them. */
function corridors(from: Point, to: Point, boxes: readonly Placed[], { box }: Clearance): number[] {
  const left = Math.min(from.x, to.x);
  const right = Math.max(from.x, to.x);
  const near = boxes.filter((one) => one.x < right && one.x + one.width > left);
  return [from.y, to.y, ...near.flatMap(({ y, height }) => [y - box, y + height + box])];
}

/** Whether the curve that is drawn otherwise passes over a box. */
function curveHits(from: Point, to: Point, box: Placed): boolean {
  const inside = grown(box, -1);
  if (!overlaps(segment(from, to), inside)) return false;
  for (let step = 1; step < samples; step += 1) {
    const t = step / samples;
    // Its handles lie half-way, at the height of its ends.
    const x = from.x + (to.x - from.x) * (1.5 * t - 1.5 * t ** 2 + t ** 3);
    const y = from.y + (to.y - from.y) * (3 * t ** 2 - 2 * t ** 3);
    if (x > inside.x && x < inside.x + inside.width && y > inside.y && y < inside.y + inside.height) return true;
  }
  return false;
}

const samples = 32;

function segment(a: Point, b: Point): Placed {
  return { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y) };
}

function grown({ x, y, width, height }: Placed, by: number): Placed {
  return { x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by };
}

function overlaps(a: Placed, b: Placed): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** The points of a detour between the ends as they are drawn. */
export function pointsOf({ leave, corridor, enter }: Detour, from: Point, to: Point): Point[] {
  const y = from.y + corridor;
  return [
    from,
    { x: from.x + leave, y: from.y },
    { x: from.x + leave, y },
    { x: to.x - enter, y },
    { x: to.x - enter, y: to.y },
    to,
  ];
}

/** A path through points with round corners. */
export function roundedPath(points: readonly Point[], radius: number): string {
  const [first, ...rest] = points.filter((point, index) => !same(point, points[index - 1]));
  if (first === undefined) return '';
  let path = `M${first.x} ${first.y}`;
  let before = first;
  for (const [index, corner] of rest.entries()) {
    const after = rest[index + 1];
    if (after === undefined) path += `L${corner.x} ${corner.y}`;
    else {
      const start = toward(corner, before, radius);
      const end = toward(corner, after, radius);
      path += `L${start.x} ${start.y}Q${corner.x} ${corner.y} ${end.x} ${end.y}`;
    }
    before = corner;
  }
  return path;
}

/** From one point a piece of the way to another, at most half of it. */
function toward(from: Point, to: Point, distance: number): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const share = Math.min(distance / length, 0.5);
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}

function same(a: Point, b: Point | undefined): boolean {
  return b !== undefined && a.x === b.x && a.y === b.y;
}
