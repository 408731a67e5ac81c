import { routes } from '@castellan/api';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useChange } from './change.js';
import { call } from './client.js';
import { read, readPages } from './query.js';
import { useWorkspace } from './workspace.js';

export function useSimulators() {
  const ws = useWorkspace().id;
  return useInfiniteQuery(readPages('simulators', routes.simulators.list, { params: { ws } }));
}

/** What a simulator holds and was asked; read every few seconds, since it tells of no changes itself. */
export function useSimulator(id: string) {
  const ws = useWorkspace().id;
  return useQuery({ ...read('simulators', routes.simulators.get, { params: { ws, id } }), refetchInterval: 3_000 });
}

export function useResetSimulator(id: string) {
  return useChange({
    send: (ws) => call(routes.simulators.reset, { params: { ws, id } }),
    stale: ['simulators'],
  });
}
