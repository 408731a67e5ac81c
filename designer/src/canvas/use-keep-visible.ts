import { useReactFlow, useStore } from '@xyflow/react';
import { useEffect, useRef } from 'react';

/** Pixels between a box that is brought into view and the canvas's edge. */
const margin = 32;

/** Moves the canvas, as little as needed, when the chosen box lies outside of it or a panel has made it narrower. */
export function useKeepVisible(id: string | undefined) {
  const frame = useRef<HTMLElement>(null);
  const flow = useReactFlow();
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  useEffect(() => {
    if (id === undefined || width === 0 || height === 0) return;
    const node = flow.getInternalNode(id);
    if (node === undefined) return;
    const { x, y, zoom } = flow.getViewport();
    const { positionAbsolute } = node.internals;
    const left = positionAbsolute.x * zoom + x;
    const top = positionAbsolute.y * zoom + y;
    const right = left + (node.measured.width ?? 0) * zoom;
    const bottom = top + (node.measured.height ?? 0) * zoom;
    const moveX = shift(left, right, width);
    const moveY = shift(top, bottom, height);
    if (moveX === 0 && moveY === 0) return;
    const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    void flow.setViewport({ x: x + moveX, y: y + moveY, zoom }, { duration: calm ? 0 : 160 });
  }, [flow, id, width, height]);
  return frame;
}

/** How far something between `start` and `end` must move to lie within 0 and `room`. */
function shift(start: number, end: number, room: number): number {
  if (start < margin) return margin - start;
  return end > room - margin ? Math.max(room - margin - end, margin - start) : 0;
}
