import { useReactFlow, useStore } from '@xyflow/react';
import { type FocusEvent, useCallback, useEffect, useRef } from 'react';

/** Pixels between a box that is brought into view and the canvas's edge. */
const margin = 32;

/**
 * Moves the canvas, as little as needed, when the chosen box lies outside of it, when a panel has made it narrower, or
 * when the keyboard reaches a box. A box under the pointer stays where it is.
 */
export function useKeepVisible(id: string | undefined) {
  const frame = useRef<HTMLElement>(null);
  const pressed = useRef(false);
  const flow = useReactFlow();
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  // A box that was added just now is drawn a moment after it is chosen.
  const isDrawn = useStore((state) => id !== undefined && state.nodeLookup.has(id));

  const show = useCallback(
    (wanted: string) => {
      const node = flow.getInternalNode(wanted);
      if (node === undefined || width === 0 || height === 0) return;
      const { x, y, zoom } = flow.getViewport();
      const { positionAbsolute } = node.internals;
      const left = positionAbsolute.x * zoom + x;
      const top = positionAbsolute.y * zoom + y;
      const moveX = shift(left, left + (node.measured.width ?? 0) * zoom, width);
      const moveY = shift(top, top + (node.measured.height ?? 0) * zoom, height);
      if (moveX === 0 && moveY === 0) return;
      const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
      // The usual way there goes out and in again; one that is cut short would leave the canvas further away.
      const way = { duration: calm ? 0 : 160, interpolate: 'linear' } as const;
      void flow.setViewport({ x: x + moveX, y: y + moveY, zoom }, way);
    },
    [flow, width, height],
  );

  useEffect(() => {
    if (id !== undefined && isDrawn) show(id);
  }, [id, isDrawn, show]);

  return {
    frame,
    handlers: {
      onPointerDownCapture: () => {
        pressed.current = true;
      },
      onPointerUpCapture: () => {
        pressed.current = false;
      },
      onFocus: ({ target }: FocusEvent) => {
        const box = target.matches('.react-flow__node') ? target.getAttribute('data-id') : null;
        if (box !== null && !pressed.current) show(box);
      },
    },
  };
}

/** How far something between `start` and `end` must move to lie within 0 and `room`. */
function shift(start: number, end: number, room: number): number {
  if (start < margin) return margin - start;
  return end > room - margin ? Math.max(room - margin - end, margin - start) : 0;
}
