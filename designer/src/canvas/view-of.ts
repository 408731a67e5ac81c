import type { ReactFlowInstance } from '@xyflow/react';
import type { CanvasView } from '../editor/canvas-view.js';
import type { Point } from '../editor/measures.js';
import type { PlacedBox } from '../editor/walk.js';
import { openingView } from './opening-view.js';
import type { BoxNode, WireEdge } from './to-react-flow.js';

export type Flow = ReactFlowInstance<BoxNode, WireEdge>;
type Frame = { current: HTMLElement | null };

export const fitOptions = { padding: 0.15, maxZoom: 1 };

/** The view of the canvas, for commands. */
export function viewOf(flow: Flow, frame: Frame): CanvasView {
  return {
    fit: () => void flow.fitView(fitOptions),
    actualSize: () => void flow.zoomTo(1),
    zoomIn: () => void flow.zoomIn(),
    zoomOut: () => void flow.zoomOut(),
    centre: () => flow.screenToFlowPosition(centreOf(frame.current!)),
    centreOnScreen: () => centreOf(frame.current!),
    boxes: () => boxesOf(flow),
    focus: (id) => frame.current?.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`)?.focus(),
  };
}

/** Shows the flow as it is to be seen first. */
export function showOpening(flow: Flow, frame: Frame, lookAt: string | undefined) {
  if (frame.current === null) return;
  const boxes = boxesOf(flow);
  const { width, height } = frame.current.getBoundingClientRect();
  const wanted = boxes.find(({ id }) => id === lookAt);
  void flow.setViewport(openingView(boxes, { width, height }, wanted));
}

function boxesOf(flow: Flow): PlacedBox[] {
  return flow.getNodes().map((node) => {
    const { positionAbsolute } = flow.getInternalNode(node.id)!.internals;
    return { id: node.id, ...positionAbsolute, width: node.width ?? 0, height: node.height ?? 0 };
  });
}

function centreOf(element: HTMLElement): Point {
  const { left, top, width, height } = element.getBoundingClientRect();
  return { x: left + width / 2, y: top + height / 2 };
}
