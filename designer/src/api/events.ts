import { routes } from '@castellan/api';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useChange } from './change.js';
import { call, type Given } from './client.js';
import { read, readPages } from './query.js';
import { useWorkspace } from './workspace.js';

const table = routes.eventSubscriptions;

/** Events that Castellan tells other systems. */
export function useEventTypes() {
  const ws = useWorkspace().id;
  return useQuery({
    ...read('eventTypes', table.types, { params: { ws } }),
    select: ({ items }) => items,
    staleTime: 5 * 60_000,
  });
}

export function useEventSubscriptions() {
  const ws = useWorkspace().id;
  return useInfiniteQuery({
    ...readPages('eventSubscriptions', table.list, { params: { ws }, query: { limit: 200 } }),
    refetchInterval: 15_000,
  });
}

/** One subscription, read again while somebody looks. */
export function useEventSubscription(id: string) {
  const ws = useWorkspace().id;
  return useQuery({ ...read('eventSubscriptions', table.get, { params: { ws, id } }), refetchInterval: 5_000 });
}

/** What was sent, read again while somebody looks. */
export function useEventDeliveries(id: string, filter: { state?: EventDeliveryState; q?: string }) {
  const ws = useWorkspace().id;
  return useInfiniteQuery({
    ...readPages('eventDeliveries', table.sendings, { params: { ws, id }, query: { limit: 20, ...filter } }),
    refetchInterval: 5_000,
  });
}
export type EventDeliveryState = NonNullable<NonNullable<Given<typeof table.sendings>['query']>['state']>;

export function useSubscribe() {
  return useChange({
    send: (ws, body: Given<typeof table.create>['body']) => call(table.create, { params: { ws }, body }),
    stale: ['eventSubscriptions'],
    shown: true,
  });
}

export function useSaveSubscription(id: string) {
  return useChange({
    send: (ws, body: Given<typeof table.save>['body']) => call(table.save, { params: { ws, id }, body }),
    stale: ['eventSubscriptions'],
    shown: true,
  });
}

export function useRemoveSubscription() {
  return useChange({
    send: (ws, id: string) => call(table.remove, { params: { ws, id } }),
    stale: ['eventSubscriptions'],
    shown: true,
  });
}

/** Switches on, with what is to become of what it missed, or off. */
export function useSwitchSubscription(id: string) {
  return useChange({
    send: (ws, to: 'send' | 'skip' | 'off') =>
      to === 'off'
        ? call(table.switchOff, { params: { ws, id } })
        : call(table.switchOn, { params: { ws, id }, body: { missed: to } }),
    stale: ['eventSubscriptions', 'eventDeliveries'],
    shown: true,
  });
}

export function useRotateSecret() {
  return useChange({
    send: (ws, id: string) => call(table.rotate, { params: { ws, id } }),
    stale: ['eventSubscriptions'],
    shown: true,
  });
}

export function useTestSubscription(id: string) {
  return useChange({
    send: (ws, data: Record<string, unknown>) => call(table.test, { params: { ws, id }, body: { data } }),
    stale: ['eventDeliveries'],
    shown: true,
  });
}

export function useTryEventFilter() {
  return useChange({
    send: (ws, body: Given<typeof table.tryFilter>['body']) => call(table.tryFilter, { params: { ws }, body }),
    stale: [],
    shown: true,
  });
}

export function useSendAgain() {
  return useChange({
    send: (ws, id: string) => call(table.resend, { params: { ws, id } }),
    stale: ['eventDeliveries', 'eventSubscriptions'],
  });
}

export function useSendFailedAgain() {
  return useChange({
    send: (ws, id: string) => call(table.resendFailed, { params: { ws, id } }),
    stale: ['eventDeliveries', 'eventSubscriptions'],
  });
}
