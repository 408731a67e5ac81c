import { createContext, useContext } from 'react';
import type { Point } from './measures.js';

/** Where a new step is wanted: after a port, on a wire, or just at a place. */
export interface StepWish {
  /** On the screen, where the list of steps is to open. */
  screen: Point;
  /** On the canvas, where the box is to stand; undefined lets the editor choose. */
  canvas?: Point;
  after?: { from: string; port: string };
  /** The id of the wire that the step is put on. */
  wire?: string;
}

/** What boxes and wires themselves may ask for; null where the flow is only looked at. */
export interface CanvasActions {
  wish: (wish: StepWish) => void;
}

const CanvasActionsContext = createContext<CanvasActions | null>(null);
export const CanvasActionsProvider = CanvasActionsContext.Provider;

export function useCanvasActions(): CanvasActions | null {
  return useContext(CanvasActionsContext);
}
