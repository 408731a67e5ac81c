import type { Draft } from '@castellan/flow';
import { layout as dagreLayout, graphlib } from '@dagrejs/dagre';
import { inBands } from './bands.js';
import { boxSize, loopHeader, loopPadding, loopSize, type Point, type Size, toGrid } from './measures.js';
import { isBodyStart, type Level, outlineOf, type Place } from './outline.js';

/** Where each box stands; inside a loop, measured from the loop's corner. */
export type Positions = Record<string, Point>;

export interface Arrangement {
  positions: Positions;
  /** The size of each box and loop. */
  sizes: ReadonlyMap<string, Size>;
}

/** Pixels between two boxes that follow each other: room for the names of ports. */
export const columnGap = 88;
const rowGap = 36;

const arrangements = new WeakMap<Draft, Arrangement>();

/** The draft's own positions, with a place for every box that has none, and the sizes that follow. */
export function arrange(draft: Draft): Arrangement {
  const known = arrangements.get(draft);
  if (known !== undefined) return known;
  const made = makeArrangement(draft);
  arrangements.set(draft, made);
  return made;
}

function makeArrangement(draft: Draft): Arrangement {
  const given = draft.layout?.positions ?? {};
  const sizes = new Map<string, Size>();
  const positions: Positions = {};
  for (const level of deepestFirst(draft)) {
    const ids = idsOf(draft, level);
    for (const id of ids) if (!sizes.has(id)) sizes.set(id, boxSize(outlineOf(draft).places.get(id)!));
    const placed = ids.filter((id) => given[id] !== undefined);
    if (placed.length < ids.length && placed.length < ids.length / 2)
      Object.assign(positions, flowing(level, ids, sizes));
    for (const id of placed) positions[id] = { x: given[id]!.x, y: given[id]!.y };
    for (const id of ids) positions[id] ??= besidePrevious({ id, level, ids, positions, sizes });
    measureLoop(level, ids, positions, sizes);
  }
  return { positions, sizes };
}

/** New places for all boxes, in columns from left to right along the wires. */
export function tidy(draft: Draft): Positions {
  const sizes = new Map<string, Size>();
  const positions: Positions = {};
  for (const level of deepestFirst(draft)) {
    const ids = idsOf(draft, level);
    for (const id of ids) if (!sizes.has(id)) sizes.set(id, boxSize(outlineOf(draft).places.get(id)!));
    Object.assign(positions, flowing(level, ids, sizes));
    measureLoop(level, ids, positions, sizes);
  }
  return positions;
}

/** Loops inside come before those around them, whose size depends on them. */
function deepestFirst(draft: Draft): Level[] {
  return outlineOf(draft).levels.toSorted((a, b) => b.loops.length - a.loops.length);
}

function idsOf(draft: Draft, level: Level): string[] {
  return [...(level.loop === null ? Object.keys(draft.triggers ?? {}) : []), ...Object.keys(level.steps)];
}

function measureLoop(level: Level, ids: string[], positions: Positions, sizes: Map<string, Size>): void {
  if (level.loop === null) return;
  sizes.set(level.loop, loopSize(ids.map((id) => ({ ...positions[id]!, ...sizes.get(id)! }))));
}

const laidOut = new Map<string, Positions>();
/** Levels whose columns are remembered. */
const mostLaidOut = 30;

/** One level in columns. The same boxes and wires are laid out once: large levels take a good part of a second. */
function flowing(level: Level, ids: string[], sizes: ReadonlyMap<string, Size>): Positions {
  const wires = level.wires.map(({ from, port, to }) => [from, port, to]);
  const key = JSON.stringify([level.loop, ids.map((id) => [id, sizes.get(id)]), wires]);
  const known = laidOut.get(key);
  if (known !== undefined) return known;
  const made = inColumns(level, ids, sizes);
  laidOut.set(key, made);
  for (const oldest of laidOut.keys()) if (laidOut.size > mostLaidOut) laidOut.delete(oldest);
  return made;
}

/** By dagre, cut into bands where the line would be long; a body begins under its loop's header. */
function inColumns(level: Level, ids: string[], sizes: ReadonlyMap<string, Size>): Positions {
  const graph = new graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', nodesep: rowGap, ranksep: columnGap, ranker: 'tight-tree' });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const id of ids) graph.setNode(id, { ...sizes.get(id)! });
  for (const wire of level.wires) {
    if (wire.from === undefined || wire.to === undefined || isBodyStart(level, wire)) continue;
    if (graph.hasNode(wire.from) && graph.hasNode(wire.to)) graph.setEdge(wire.from, wire.to, {}, wire.port ?? 'out');
  }
  dagreLayout(graph);
  const boxes = new Map(
    ids.map((id) => {
      const { x, y } = graph.node(id) as Point;
      const size = sizes.get(id)!;
      return [id, { x: x - size.width / 2, y: y - size.height / 2, ...size }];
    }),
  );
  const wires = graph.edges().map(({ v, w }) => ({ from: v, to: w }));
  const origin = level.loop === null ? { x: 0, y: 0 } : { x: loopPadding * 2, y: loopHeader + loopPadding };
  return Object.fromEntries(
    [...inBands({ boxes, wires }, folding)].map(([id, { x, y }]) => [id, toGrid({ x: x + origin.x, y: y + origin.y })]),
  );
}

/** The canvas beside palette and rail on a screen of 1440 by 900; words on boxes can be read down to half their size. */
const folding = { room: { width: 1080, height: 740 }, readable: 0.5, gap: 96 };

interface Newcomer {
  id: string;
  level: Level;
  /** All boxes of the level. */
  ids: string[];
  positions: Positions;
  sizes: ReadonlyMap<string, Size>;
}

/** Right of the step that leads to it, or under everything, wherever nothing stands yet. */
function besidePrevious({ id, level, ids, positions, sizes }: Newcomer): Point {
  const neighbours = ids.filter((other) => positions[other] !== undefined);
  const from = level.wires.find((wire) => wire.to === id && neighbours.includes(wire.from ?? ''))?.from;
  const start =
    from === undefined
      ? { x: level.loop === null ? 0 : loopPadding * 2, y: level.loop === null ? 0 : loopHeader + loopPadding }
      : { x: positions[from]!.x + sizes.get(from)!.width + columnGap, y: positions[from]!.y };
  return freePlace(
    start,
    sizes.get(id)!,
    neighbours.map((other) => ({ ...positions[other]!, ...sizes.get(other)! })),
  );
}

/** The first place at or under `start` where a box of this size covers no other. */
export function freePlace(start: Point, size: Size, taken: (Point & Size)[]): Point {
  const place = toGrid(start);
  for (;;) {
    const hit = taken.find((box) => overlaps({ ...place, ...size }, box));
    if (hit === undefined) return place;
    place.y = toGrid({ x: 0, y: hit.y + hit.height + rowGap }).y;
  }
}

function overlaps(a: Point & Size, b: Point & Size): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** The corner of a box on the whole canvas: the corners of the loops around it added up. */
export function absolutePosition(place: Place, positions: Positions): Point {
  return place.loops.reduce(
    (sum, loop) => ({ x: sum.x + (positions[loop]?.x ?? 0), y: sum.y + (positions[loop]?.y ?? 0) }),
    positions[place.id] ?? { x: 0, y: 0 },
  );
}
