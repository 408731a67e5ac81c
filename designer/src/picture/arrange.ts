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
  x: number;
  y: number;
}

export interface PictureWire {
  key: string;
  from: PictureBox;
  to: PictureBox;
}

export interface Picture {
  boxes: PictureBox[];
  wires: PictureWire[];
  /** Of all boxes, with a margin. */
  frame: { x: number; y: number; width: number; height: number };
}

/** A box as on the canvas. */
export const box = { width: 232, height: 64 };
const margin = 16;

/** Where the boxes of a flow's top level stand: where they were drawn, else in columns from left to right. */
export function arrange(flow: Draft): Picture {
  const boxes = boxesOf(flow);
  const byId = new Map(boxes.map((one) => [one.id, one]));
  const wires = (flow.wires ?? []).flatMap(({ from, port, to }, index) => {
    const start = from === undefined ? undefined : byId.get(from);
    const end = to === undefined ? undefined : byId.get(to);
    return start && end ? [{ key: `${from} ${port} ${to} ${index}`, from: start, to: end }] : [];
  });
  const positions = flow.layout?.positions ?? {};
  if (boxes.every(({ id }) => positions[id] !== undefined)) {
    for (const one of boxes) Object.assign(one, { x: positions[one.id]?.x, y: positions[one.id]?.y });
  } else {
    inColumns(boxes, wires);
  }
  return { boxes, wires, frame: frameOf(boxes) };
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

function inColumns(boxes: PictureBox[], wires: PictureWire[]): void {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 28, ranksep: 64 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of boxes) graph.setNode(id, { ...box });
  for (const { from, to } of wires) graph.setEdge(from.id, to.id);
  layout(graph);
  for (const one of boxes) {
    const { x, y } = graph.node(one.id);
    one.x = x - box.width / 2;
    one.y = y - box.height / 2;
  }
}

function frameOf(boxes: PictureBox[]): Picture['frame'] {
  if (boxes.length === 0) return { x: 0, y: 0, width: box.width, height: box.height };
  const left = Math.min(...boxes.map(({ x }) => x)) - margin;
  const top = Math.min(...boxes.map(({ y }) => y)) - margin;
  const right = Math.max(...boxes.map(({ x }) => x)) + box.width + margin;
  const bottom = Math.max(...boxes.map(({ y }) => y)) + box.height + margin;
  return { x: left, y: top, width: right - left, height: bottom - top };
}
