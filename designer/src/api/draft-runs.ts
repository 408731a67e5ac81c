import { type DraftRunRequest, type Pin, routes } from '@castellan/api';
import { useQuery } from '@tanstack/react-query';
import { useChange } from './change.js';
import { call, type Given } from './client.js';
import { read } from './query.js';
import { useWorkspace } from './workspace.js';

/** Starts a run of the saved draft, or of one step of it. */
export function useTestDraft(flowId: string) {
  return useChange({
    send: (ws, body: DraftRunRequest) => call(routes.draftRuns.start, { params: { ws, id: flowId }, body }),
    stale: ['runs'],
    shown: true,
  });
}

const none: Pin[] = [];

/** Outputs that are pinned to steps of the draft. */
export function usePins(flowId: string): Pin[] {
  const ws = useWorkspace().id;
  return useQuery(read('flows', routes.draftRuns.pins, { params: { ws, id: flowId } })).data?.items ?? none;
}

export function usePinOutput(flowId: string) {
  return useChange({
    send: (ws, { step, ...body }: { step: string } & Given<typeof routes.draftRuns.pin>['body']) =>
      call(routes.draftRuns.pin, { params: { ws, id: flowId, step }, body }),
    stale: ['flows'],
    shown: true,
  });
}

export function useUnpinOutput(flowId: string) {
  return useChange({
    send: (ws, step: string) => call(routes.draftRuns.unpin, { params: { ws, id: flowId, step } }),
    stale: ['flows'],
    shown: true,
  });
}
