import { createContext, type ReactNode, useContext } from 'react';
import { type LiveRun, useRunEvents } from '../api/index.js';
import { useEditor } from './editor-context.js';

const LiveRunContext = createContext<LiveRun | null>(null);

/** Follows the run that is drawn on the canvas, once for all that shows it. */
export function LiveRunProvider({ children }: { children: ReactNode }) {
  const live = useRunEvents(useEditor((state) => state.runId));
  return <LiveRunContext.Provider value={live}>{children}</LiveRunContext.Provider>;
}

export function useLiveRun(): LiveRun {
  const live = useContext(LiveRunContext);
  if (live === null) throw new Error('A part of the editor that shows the run stands outside of a LiveRunProvider.');
  return live;
}
