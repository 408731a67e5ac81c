import type { Point, Size } from './measures.js';

type Placed = Point & Size;

/** Boxes of a line of columns, by id, and which of them follow each other. */
export interface Line {
  boxes: ReadonlyMap<string, Placed>;
  wires: readonly { from: string; to: string }[];
}

export interface Folding {
  /** What all should fit into. */
  room: Size;
  /** A line that fits at this scale or a larger one stays a line. */
  readable: number;
  /** Between two bands. */
  gap: number;
}

type Column = Placed & { ids: string[] };

/**
 * A long line of columns, cut into bands that stand under each other as the lines of a text do, so that all of it is
 * seen at the largest scale. Among cuts that are about as good, the one that parts the fewest wires.
 */
export function inBands({ boxes, wires }: Line, { room, readable, gap }: Folding): Map<string, Point> {
  const columns = columnsOf(boxes);
  const scaleOf = (bands: Column[][]) => {
    const sizes = bands.map(around);
    const height = sizes.reduce((sum, size) => sum + size.height + gap, -gap);
    return Math.min(room.width / Math.max(...sizes.map(({ width }) => width)), room.height / height);
  };
  const partedBy = (bands: Column[][]) => {
    const bandOf = new Map(bands.flatMap((band, index) => band.flatMap(({ ids }) => ids.map((id) => [id, index]))));
    return wires.filter(({ from, to }) => bandOf.get(from) !== bandOf.get(to)).length;
  };
  if (columns.length === 0 || scaleOf([columns]) >= readable) return stacked([columns], boxes, gap);
  const choices = columns.map((_, last) => cutAt(columns, around(columns.slice(0, last + 1)).width));
  const atBest = Math.max(...choices.map(scaleOf));
  const [chosen = [columns]] = choices
    .filter((bands) => scaleOf(bands) >= atBest * aboutAsGood)
    .toSorted((a, b) => partedBy(a) - partedBy(b) || scaleOf(b) - scaleOf(a));
  return stacked(chosen, boxes, gap);
}

const aboutAsGood = 0.85;

/** From left to right: the boxes of a column have their middles on one line. */
function columnsOf(boxes: Line['boxes']): Column[] {
  const columns = new Map<number, string[]>();
  for (const [id, { x, width }] of boxes) {
    const middle = Math.round(x + width / 2);
    columns.set(middle, [...(columns.get(middle) ?? []), id]);
  }
  return [...columns]
    .toSorted(([a], [b]) => a - b)
    .map(([, ids]) => ({ ids, ...around(ids.map((id) => boxes.get(id)!)) }));
}

/** Bands as wide as that, but for a column that is wider. */
function cutAt(columns: Column[], width: number): Column[][] {
  const bands: Column[][] = [];
  for (const column of columns) {
    const band = bands.at(-1);
    if (band !== undefined && around([...band, column]).width <= width) band.push(column);
    else bands.push([column]);
  }
  return bands;
}

/** One band under the other, each from the left; boxes begin at the left of their column. */
function stacked(bands: Column[][], boxes: Line['boxes'], gap: number): Map<string, Point> {
  const places = new Map<string, Point>();
  let top = 0;
  for (const band of bands) {
    const whole = around(band);
    for (const { ids, x } of band)
      for (const id of ids) places.set(id, { x: x - whole.x, y: boxes.get(id)!.y - whole.y + top });
    top += whole.height + gap;
  }
  return places;
}

function around(boxes: readonly Placed[]): Placed {
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  const width = Math.max(...boxes.map((box) => box.x + box.width)) - x;
  const height = Math.max(...boxes.map((box) => box.y + box.height)) - y;
  return { x, y, width, height };
}
