import { routes } from '@castellan/api';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useChange } from './change.js';
import { call } from './client.js';
import { read } from './query.js';
import { useWorkspace } from './workspace.js';

/** What a run takes in the database. */
export function useRunSize(id: string) {
  const ws = useWorkspace().id;
  return useQuery(read('runs', routes.history.size, { params: { ws, id } }));
}

/** Removes the data of a run and of its chain of retries. */
export function useClearRun(id: string) {
  return useChange({
    send: (ws) => call(routes.history.clear, { params: { ws, id } }),
    stale: ['runs', 'deliveries', 'flows'],
    shown: true,
  });
}

/** What is kept of a flow, and what would be removed if it kept runs for so many days. */
export function useFlowHistory(id: string, days: number | undefined) {
  const ws = useWorkspace().id;
  return useQuery({
    ...read('flows', routes.history.ofFlow, { params: { ws, id }, query: { days } }),
    placeholderData: keepPreviousData,
  });
}

/** How long the workspace keeps runs, and what would be removed if it kept them for so many days. */
export function useRetention(days?: number) {
  const ws = useWorkspace().id;
  return useQuery({
    ...read('flows', routes.history.retention, { params: { ws }, query: { days } }),
    placeholderData: keepPreviousData,
  });
}

export function useSetRetention() {
  return useChange({
    send: (ws, days: number | null) => call(routes.history.setRetention, { params: { ws }, body: { days } }),
    stale: ['flows', 'audit'],
    shown: true,
  });
}
