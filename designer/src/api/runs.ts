import { type RunRow, routes, type runModes } from '@castellan/api';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useChange } from './change.js';
import { call, type Given } from './client.js';
import { read, readPages } from './query.js';
import { useWorkspace } from './workspace.js';

export interface RunFilter {
  flowId?: string;
  /** One status, or several with commas. */
  status?: string;
  from?: string;
  to?: string;
  q?: string;
  /** Whom or what they are about, or their order key. */
  about?: string;
  mode?: (typeof runModes)[number];
  limit?: number;
}

export function useRuns(filter: RunFilter) {
  const ws = useWorkspace().id;
  return useInfiniteQuery(readPages('runs', routes.runs.list, { params: { ws }, query: filter }));
}

/** The last runs of a flow, live ones and tests of its draft, newest first. */
export function useFlowRuns(flowId: string): RunRow[] {
  const { data: live } = useRuns({ flowId, limit: 20 });
  const { data: tests } = useRuns({ flowId, limit: 20, mode: 'test' });
  // Ids grow with time.
  return useMemo(
    () => [...(live ?? []), ...(tests ?? [])].sort((one, other) => (one.id < other.id ? 1 : -1)),
    [live, tests],
  );
}

export function useRun(id: string | null) {
  const ws = useWorkspace().id;
  return useQuery({ ...read('runs', routes.runs.get, { params: { ws, id: id ?? '' } }), enabled: id !== null });
}

/** The steps of a run with their values; of one step when it is named. */
export function useRunSteps(id: string, stepId?: string) {
  const ws = useWorkspace().id;
  return useInfiniteQuery(readPages('runs', routes.runs.steps, { params: { ws, id }, query: { stepId, limit: 200 } }));
}

/** A run's history, oldest first. */
export function useRunHistory(id: string) {
  const ws = useWorkspace().id;
  return useQuery(read('runs', routes.runs.events, { params: { ws, id } }));
}

/** What a person may ask of a run under way. */
export type RunCommand = 'terminate' | 'pause' | 'resume';

export function useRunCommand(id: string) {
  return useChange({
    send: (ws, command: RunCommand) => call(routes.runs[command], { params: { ws, id } }),
    stale: ['runs', 'approvals'],
  });
}

/** Steps that wait for their next attempt are tried at once: one of them, or all. */
export function useRetryNow(id: string) {
  return useChange({
    send: (ws, place: { step?: string; iteration?: string }) =>
      call(routes.runs.retryNow, { params: { ws, id }, body: place }),
    stale: ['runs'],
  });
}

/** Cancels a run, with or without taking back what it did. */
export function useCancelRun(id: string) {
  return useChange({
    send: (ws, body: Given<typeof routes.runs.cancel>['body']) =>
      call(routes.runs.cancel, { params: { ws, id }, body }),
    stale: ['runs', 'approvals'],
  });
}

/** What a person found out about a write whose answer never came. */
export function useResolveOutcome(id: string) {
  return useChange({
    send: (ws, { step, ...body }: { step: string } & Given<typeof routes.runs.resolveOutcome>['body']) =>
      call(routes.runs.resolveOutcome, { params: { ws, id, step }, body }),
    stale: ['runs'],
  });
}
