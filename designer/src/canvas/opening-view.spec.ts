import { describe, expect, it } from 'vitest';
import { openingView } from './opening-view.js';

const room = { width: 1000, height: 600 };
const box = (x: number, y = 0) => ({ x, y, width: 200, height: 60 });

describe('how a flow is shown when it is opened', () => {
  it('is a whole, in the middle and no larger than it is', () => {
    expect(openingView([box(0), box(400)], room)).toEqual({ x: 200, y: 270, zoom: 1 });
  });

  it('begins at the left where the whole could not be read', () => {
    const { x, zoom } = openingView([box(100), box(9_000)], room);
    expect(zoom).toBeGreaterThanOrEqual(0.5);
    expect(100 * zoom + x).toBe(48);
  });

  it('has the box that needs a look in the middle', () => {
    const { x, y, zoom } = openingView([box(0), box(5_000, 300), box(9_000)], room, box(5_000, 300));
    expect(5_100 * zoom + x).toBeCloseTo(500);
    expect(330 * zoom + y).toBeCloseTo(300);
  });

  it('is nothing special for an empty flow', () => {
    expect(openingView([], room).zoom).toBe(1);
  });
});
