import { createContext, useContext } from 'react';
import type { StepWish } from '../editor/add-item.js';

/** What boxes and wires themselves may ask for; null where the flow is only looked at. */
export interface CanvasActions {
  wish: (wish: StepWish) => void;
}

/** Chooses which iteration of a loop is shown; null where no run is. */
export type ChooseIteration = (loop: string, index: number) => void;

const ChooseIterationContext = createContext<ChooseIteration | null>(null);
export const ChooseIterationProvider = ChooseIterationContext.Provider;

export function useChooseIteration(): ChooseIteration | null {
  return useContext(ChooseIterationContext);
}

const CanvasActionsContext = createContext<CanvasActions | null>(null);
export const CanvasActionsProvider = CanvasActionsContext.Provider;

export function useCanvasActions(): CanvasActions | null {
  return useContext(CanvasActionsContext);
}
