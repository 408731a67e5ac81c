import { describe, expect, it } from 'vitest';
import type { Point, Size } from './measures.js';
import { detourOf, pointsOf, roundedPath } from './wire-routes.js';

const clearance = { leave: 44, enter: 18, box: 22, lane: 8 };
const box = (x: number, y: number): Point & Size => ({ x, y, width: 232, height: 64 });
const [first, between, last] = [box(0, 0), box(320, 0), box(640, 0)];
const from = { x: 232, y: 32 };
const to = { x: 640, y: 32 };

/** Whether one of the straight pieces lies over a box. */
function covers(points: Point[], { x, y, width, height }: Point & Size): boolean {
  return points.some((end, index) => {
    const start = points[index - 1] ?? end;
    const inX = Math.min(start.x, end.x) < x + width && Math.max(start.x, end.x) > x;
    return inX && Math.min(start.y, end.y) < y + height && Math.max(start.y, end.y) > y;
  });
}

describe('the way of a wire', () => {
  it('is its own where no box stands between', () => {
    expect(detourOf({ from, to, lane: 0 }, [first, last], clearance)).toBeNull();
  });

  it('goes around a box that stands between', () => {
    const detour = detourOf({ from, to, lane: 0 }, [first, between, last], clearance)!;
    for (const one of [first, between, last]) expect(covers(pointsOf(detour, from, to), one)).toBe(false);
  });

  it('goes back to the left over no box', () => {
    const boxes = [first, between, last, box(0, 200), box(320, 200), box(640, 200)];
    const ends = { from: { x: 872, y: 32 }, to: { x: 0, y: 232 } };
    const points = pointsOf(detourOf({ ...ends, lane: 0 }, boxes, clearance)!, ends.from, ends.to);
    for (const one of boxes) expect(covers(points, one)).toBe(false);
    expect(points[1]!.x).toBeGreaterThan(872);
    expect(points.at(-2)!.x).toBeLessThan(0);
  });

  it('is beside that of a wire to another box', () => {
    const [one, other] = [0, 1].map((lane) => detourOf({ from, to, lane }, [first, between, last], clearance)!);
    expect(Math.abs(one!.corridor - other!.corridor)).toBe(clearance.lane);
    expect(one!.leave).not.toBe(other!.leave);
  });

  it('has round corners, and none where it goes straight on', () => {
    expect(
      roundedPath(
        [
          { x: 0, y: 0 },
          { x: 50, y: 0 },
          { x: 50, y: 40 },
        ],
        10,
      ),
    ).toBe('M0 0L40 0Q50 0 50 10L50 40');
    expect(
      roundedPath(
        [
          { x: 0, y: 0 },
          { x: 0, y: 0 },
          { x: 9, y: 0 },
        ],
        10,
      ),
    ).toBe('M0 0L9 0');
  });
});
