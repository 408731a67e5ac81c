import { routes, type Shadow, type shadowVerdicts } from '@castellan/api';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useChange } from './change.js';
import { call, type Given } from './client.js';
import { asOf, read, readPages } from './query.js';
import { useWorkspace } from './workspace.js';

/** How often a trial that is under way is looked at, in milliseconds. */
const lookMs = 700;

export type ShadowVerdict = (typeof shadowVerdicts)[number];

/** Trials of a flow, newest first. */
export function useShadows(flowId: string) {
  const ws = useWorkspace().id;
  return useInfiniteQuery(readPages('shadows', routes.shadows.list, { params: { ws, id: flowId } }));
}

/** One trial; it is read again until it has ended. */
export function useShadow(id: string | null) {
  const ws = useWorkspace().id;
  return useQuery({
    ...read('shadows', routes.shadows.get, { params: { ws, id: id ?? '' } }),
    enabled: id !== null,
    refetchInterval: ({ state }) => ((state.data as Shadow | undefined)?.status === 'running' ? lookMs : false),
  });
}

/** What a trial found of each run; `done` runs have been looked at by now. */
export function useShadowRuns(id: string, { verdict, done }: { verdict?: ShadowVerdict; done: number }) {
  const ws = useWorkspace().id;
  const query = readPages('shadows', routes.shadows.runs, { params: { ws, id }, query: { verdict } });
  // Rows come while it is under way; those that were read stay in sight meanwhile.
  return useInfiniteQuery(asOf(query, done));
}

/** One run beside what would have been. */
export function useShadowRun(id: string, runId: string | null) {
  const ws = useWorkspace().id;
  return useQuery({
    ...read('shadows', routes.shadows.run, { params: { ws, id, run: runId ?? '' } }),
    enabled: runId !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useStartShadow(flowId: string) {
  return useChange({
    send: (ws, body: Given<typeof routes.shadows.start>['body']) =>
      call(routes.shadows.start, { params: { ws, id: flowId }, body }),
    stale: ['shadows'],
    shown: true,
  });
}

export function useRemoveShadow() {
  return useChange({
    send: (ws, id: string) => call(routes.shadows.remove, { params: { ws, id } }),
    stale: ['shadows'],
  });
}
