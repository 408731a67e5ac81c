import { type Delivery, type DeliveryFilter, routes } from '@castellan/api';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useChange } from './change.js';
import { call } from './client.js';
import { read, readPages } from './query.js';
import { useWorkspace } from './workspace.js';

export function useTriggers() {
  const ws = useWorkspace().id;
  return useInfiniteQuery(readPages('triggers', routes.triggers.list, { params: { ws }, query: { limit: 200 } }));
}

export function useDeliveries(filter: DeliveryFilter) {
  const ws = useWorkspace().id;
  return useInfiniteQuery(readPages('deliveries', routes.triggers.deliveries, { params: { ws }, query: filter }));
}

/** How the triggers of a flow's published version stand; fires come without anybody telling. */
export function useTriggerStates(flowId: string, published: boolean) {
  const ws = useWorkspace().id;
  return useQuery({
    ...read('triggers', routes.flows.triggers, { params: { ws, id: flowId } }),
    enabled: published,
    refetchInterval: ({ state }) =>
      state.data?.items.some(({ poll, sweep }) => poll?.underWay || sweep?.underWay) ? 1_000 : 10_000,
  });
}

/** How many deliveries that fit the filter can be taken in again; not asked while nobody wants to know. */
export function useRedeliverable(filter: DeliveryFilter, wanted: boolean) {
  const ws = useWorkspace().id;
  return useQuery({
    ...read('deliveries', routes.triggers.redeliverable, { params: { ws }, query: filter }),
    enabled: wanted,
  });
}

export function useRedeliverAll() {
  return useChange({
    send: (ws, filter: DeliveryFilter) => call(routes.triggers.redeliverAll, { params: { ws }, body: filter }),
    stale: ['deliveries', 'runs', 'triggers', 'audit'],
    shown: true,
  });
}

export function useRedeliver() {
  return useChange({
    send: (ws, { id, status }: Pick<Delivery, 'id' | 'status'>) =>
      call(routes.triggers.redeliver, { params: { ws, id }, body: { status } }),
    stale: ['deliveries', 'runs', 'triggers'],
  });
}
