import type { PlacedBox } from './walk.js';

/** The view of the canvas, as commands steer it. */
export interface CanvasView {
  fit: () => void;
  actualSize: () => void;
  zoomIn: () => void;
  zoomOut: () => void;
  /** The canvas place in the middle of what is seen. */
  centre: () => { x: number; y: number };
  /** Where that is on the screen. */
  centreOnScreen: () => { x: number; y: number };
  /** Every box where it stands on the whole canvas. */
  boxes: () => PlacedBox[];
  /** Gives a box the keyboard. */
  focus: (id: string) => void;
}
