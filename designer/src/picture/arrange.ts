import type { Draft } from '@castellan/flow';
import { Graph, layout } from '@dagrejs/dagre';
import { inBands } from '../editor/bands.js';
import { detourOf, pointsOf } from '../editor/wire-routes.js';

export interface PictureBox {
  id: string;
  title: string;
  kind: string;
  /** A trigger, not a step. */
  trigger: boolean;
  /** The slot that it reaches another system by. */
  slot?: string;
  /** The connector behind the slot. */
  system?: string;
  /** The left upper corner. */
  x: number;
  y: number;
}

export interface PictureWire {
  key: string;
  /** Where it bends, from its start to its end. */
  points: { x: number; y: number }[];
}

export interface Picture {
  boxes: PictureBox[];
  wires: PictureWire[];
  frame: { x: number; y: number; width: number; height: number };
}

/** Which way a picture reads, and the size of its boxes. */
export interface Style {
  direction: 'right' | 'down';
  box: { width: number; height: number };
  /** Between boxes that follow each other, and between boxes side by side. */
  gap: { along: number; across: number };
  /** Only what touches a system or decides, and no wire that is a short cut. */
  brief?: boolean;
  /** Where it is to be seen as a whole: a long line is cut into bands. */
  room?: { width: number; height: number };
}

const margin = 8;

/** Where the boxes of a flow's top level stand. Drawn positions are left aside: they are made for a canvas, not for a picture. */
export function arrange(flow: Draft, style: Style): Picture {
  const { direction, box, gap, brief, room } = style;
  const all = boxesOf(flow);
  const boxes = brief ? all.filter(({ kind }) => !silentKinds.has(kind)) : all;
  const ids = new Set(boxes.map(({ id }) => id));
  const graph = new Graph();
  graph.setGraph({
    rankdir: direction === 'down' ? 'TB' : 'LR',
    nodesep: gap.across,
    ranksep: gap.along,
  });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of boxes) graph.setNode(id, { ...box });
  const known = all.map(({ id }) => id);
  const joinedWires = joined(drawnWires(flow), known, ids);
  for (const { from, to } of brief ? withoutShortCuts(joinedWires) : joinedWires) graph.setEdge(from, to);
  layout(graph);
  for (const one of boxes) {
    const { x, y } = graph.node(one.id);
    one.x = x - box.width / 2;
    one.y = y - box.height / 2;
  }
  if (room !== undefined) fold(boxes, graph, { ...style, room });
  const wires = graph.edges().map((edge) => ({ key: `${edge.v} ${edge.w}`, points: graph.edge(edge).points ?? [] }));
  return { boxes, wires, frame: frameOf(boxes, wires, box) };
}

/** Kinds that touch nothing outside and decide nothing. */
const silentKinds = new Set(['shape', 'filter', 'stop']);

/** Wires between boxes that are shown: what leads through others leads on. A wire of a draft may end nowhere. */
function joined(wires: { from: string; to: string }[], known: string[], shown: ReadonlySet<string>) {
  let left = wires.filter(({ from, to }) => known.includes(from) && known.includes(to));
  for (const id of known.filter((one) => !shown.has(one))) {
    const before = left.filter(({ from, to }) => to === id && from !== id);
    const after = left.filter(({ from, to }) => from === id && to !== id);
    const through = before.flatMap(({ from }) => after.map(({ to }) => ({ from, to })));
    left = [
      ...left.filter(({ from, to }) => from !== id && to !== id),
      ...through.filter(({ from, to }) => from !== to),
    ];
  }
  return left;
}

/** Without those that lead where a longer way leads, too. */
function withoutShortCuts(wires: { from: string; to: string }[]) {
  const after = new Map<string, string[]>();
  for (const { from, to } of wires) after.set(from, [...(after.get(from) ?? []), to]);
  const reached = new Map<string, ReadonlySet<string>>();
  const reach = (id: string): ReadonlySet<string> => {
    const known = reached.get(id);
    if (known !== undefined) return known;
    // A circle of wires, which a draft may have, ends here.
    reached.set(id, new Set());
    const found = new Set((after.get(id) ?? []).flatMap((next) => [next, ...reach(next)]));
    reached.set(id, found);
    return found;
  };
  return wires.filter(({ from, to }) => !after.get(from)?.some((next) => next !== to && reach(next).has(to)));
}

/** Moves boxes into bands if that shows them larger; wires then go around what stands between. */
function fold(boxes: PictureBox[], graph: Graph, { box, gap, room }: Style & Required<Pick<Style, 'room'>>): void {
  const placed = new Map(boxes.map(({ id, x, y }) => [id, { x, y, ...box }]));
  const ends = graph.edges().map(({ v, w }) => ({ from: v, to: w }));
  const bands = inBands({ boxes: placed, wires: ends }, { room, readable: 1, gap: gap.across * 2 });
  if (boxes.every(({ id, x, y }) => bands.get(id)!.x === x - left(boxes) && bands.get(id)!.y === y - top(boxes)))
    return;
  for (const one of boxes) Object.assign(one, bands.get(one.id));
  const obstacles = boxes.map(({ x, y }) => ({ x, y, ...box }));
  const at = new Map(boxes.map((one) => [one.id, one]));
  const clearance = { leave: gap.along / 2, enter: gap.along / 2, box: gap.across / 2, lane: 0 };
  for (const edge of graph.edges()) {
    const from = { x: at.get(edge.v)!.x + box.width, y: at.get(edge.v)!.y + box.height / 2 };
    const to = { x: at.get(edge.w)!.x, y: at.get(edge.w)!.y + box.height / 2 };
    const detour = detourOf({ from, to, lane: 0 }, obstacles, clearance);
    const middle = (from.x + to.x) / 2;
    const straight = [from, { x: middle, y: from.y }, { x: middle, y: to.y }, to];
    graph.setEdge(edge.v, edge.w, { points: detour === null ? straight : pointsOf(detour, from, to) });
  }
}

const left = (boxes: PictureBox[]) => Math.min(...boxes.map(({ x }) => x));
const top = (boxes: PictureBox[]) => Math.min(...boxes.map(({ y }) => y));

/** A picture shows how things usually go: a wire for errors is left out where its step is reached otherwise too. */
function drawnWires(flow: Draft): { from: string; to: string }[] {
  const wires = (flow.wires ?? []).map(({ from = '', port, to = '' }) => ({ from, port, to }));
  const usual = wires.filter(({ port }) => port !== 'error');
  const reached = new Set(usual.map(({ to }) => to));
  return [...usual, ...wires.filter(({ port, to }) => port === 'error' && !reached.has(to))];
}

/** Around boxes and wires: a wire may swing out beside the boxes, and beyond what the layout itself reports. */
function frameOf(boxes: PictureBox[], wires: PictureWire[], box: Style['box']): Picture['frame'] {
  const points = wires.flatMap(({ points }) => points);
  const xs = [...boxes.flatMap(({ x }) => [x, x + box.width]), ...points.map(({ x }) => x)];
  const ys = [...boxes.flatMap(({ y }) => [y, y + box.height]), ...points.map(({ y }) => y)];
  if (xs.length === 0) return { x: 0, y: 0, ...box };
  const [left, top] = [Math.min(...xs) - margin, Math.min(...ys) - margin];
  return { x: left, y: top, width: Math.max(...xs) + margin - left, height: Math.max(...ys) + margin - top };
}

function boxesOf(flow: Draft): PictureBox[] {
  const triggers = Object.entries(flow.triggers ?? {}).map(([id, trigger]) => ({
    ...boxOf(flow, id, { ...trigger, connection: trigger.connection ?? signatureSlot(trigger) }),
    trigger: true,
  }));
  const steps = Object.entries(flow.steps ?? {}).map(([id, step]) => ({ ...boxOf(flow, id, step), trigger: false }));
  return [...triggers, ...steps];
}

interface Drawn {
  kind?: string | undefined;
  title?: string | undefined;
  [field: string]: unknown;
}

function boxOf(flow: Draft, id: string, { kind = '', title, connection }: Drawn): Omit<PictureBox, 'trigger'> {
  const slot = typeof connection === 'string' ? connection : undefined;
  const system = slot === undefined ? undefined : flow.connections?.[slot]?.connector;
  return { id, title: title || id, kind, slot, system, x: 0, y: 0 };
}

function signatureSlot(trigger: Drawn): unknown {
  return (trigger.signature as { connection?: unknown } | undefined)?.connection;
}
