import { routes } from '@castellan/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useChange } from './change.js';
import { call } from './client.js';
import { readPages } from './query.js';
import { useWorkspace } from './workspace.js';

export function useTriggers() {
  const ws = useWorkspace().id;
  return useInfiniteQuery(readPages('triggers', routes.triggers.list, { params: { ws }, query: { limit: 200 } }));
}

export function useDeliveries(filter: { flowId?: string; status?: string }) {
  const ws = useWorkspace().id;
  return useInfiniteQuery(readPages('deliveries', routes.triggers.deliveries, { params: { ws }, query: filter }));
}

export function useRedeliver() {
  return useChange({
    send: (ws, id: string) => call(routes.triggers.redeliver, { params: { ws, id } }),
    stale: ['deliveries', 'runs', 'triggers'],
  });
}
