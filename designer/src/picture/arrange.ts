import type { Draft } from '@castellan/flow';
import { Graph, layout } from '@dagrejs/dagre';

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
}

const margin = 8;

/** Where the boxes of a flow's top level stand. Drawn positions are left aside: they are made for a canvas, not for a picture. */
export function arrange(flow: Draft, { direction, box, gap }: Style): Picture {
  const boxes = boxesOf(flow);
  const ids = new Set(boxes.map(({ id }) => id));
  const graph = new Graph();
  graph.setGraph({
    rankdir: direction === 'down' ? 'TB' : 'LR',
    nodesep: gap.across,
    ranksep: gap.along,
  });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of boxes) graph.setNode(id, { ...box });
  for (const { from, to } of drawnWires(flow)) {
    // A wire of a draft may end nowhere; two wires between the same boxes are one line.
    if (ids.has(from) && ids.has(to)) graph.setEdge(from, to);
  }
  layout(graph);
  for (const one of boxes) {
    const { x, y } = graph.node(one.id);
    one.x = x - box.width / 2;
    one.y = y - box.height / 2;
  }
  const wires = graph.edges().map((edge) => ({ key: `${edge.v} ${edge.w}`, points: graph.edge(edge).points ?? [] }));
  return { boxes, wires, frame: frameOf(boxes, wires, box) };
}

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
