import { routes } from '@castellan/api';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useChange } from './change.js';
import { call, type Given } from './client.js';
import { asOf, read, readPages } from './query.js';
import { useWorkspace } from './workspace.js';

/** Whether and how far a run can be undone; `seq` tells how far the run is. */
export function useUndoOfRun(runId: string, seq: number) {
  const ws = useWorkspace().id;
  const query = read('plans', routes.undos.ofRun, { params: { ws, id: runId } });
  return useQuery(asOf(query, seq));
}

/** What a plan that undoes a run does about each of its writes; `version` names the state of the plan. */
export function useUndoWrites(planId: string, version: string) {
  const ws = useWorkspace().id;
  const query = readPages('plans', routes.undos.writes, { params: { ws, id: planId }, query: { limit: 200 } });
  return useInfiniteQuery(asOf(query, version));
}

/** Plans how a run is undone; answers the plan's id. */
export function useMakeUndo(runId: string) {
  return useChange({
    send: (ws, body: Given<typeof routes.undos.make>['body']) =>
      call(routes.undos.make, { params: { ws, id: runId }, body }),
    stale: ['plans', 'runs'],
    shown: true,
  });
}
