import { type DraftRunRequest, type Pin, routes } from '@castellan/api';
import type { Draft } from '@castellan/flow';
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

/** What the data of the draft looks like, by schemas and by the run (the flow's last when null). */
export function useShapes(flowId: string, draft: Draft, runId: string | null) {
  const ws = useWorkspace().id;
  return useQuery({
    // A draft never changes in place, so that its number stands for all of it.
    queryKey: ['flows', ws, 'shapes', flowId, runId, numberOf(draft)],
    queryFn: () =>
      call(routes.draftRuns.shapes, {
        params: { ws, id: flowId },
        body: { draft, ...(runId === null ? {} : { runId }) },
      }),
    staleTime: 60_000,
    gcTime: 60_000,
    placeholderData: (previous) => previous,
    retry: false,
  }).data;
}

const numbers = new WeakMap<Draft, number>();
let drafts = 0;

function numberOf(draft: Draft): number {
  const known = numbers.get(draft) ?? ++drafts;
  numbers.set(draft, known);
  return known;
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
