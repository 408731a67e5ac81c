import { routes } from '@castellan/api';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useChange } from './change.js';
import { call, type Given } from './client.js';
import { read, readPages } from './query.js';
import { useWorkspace } from './workspace.js';

export function useOpalApps() {
  const ws = useWorkspace().id;
  return useInfiniteQuery(readPages('opalApps', routes.opalApps.list, { params: { ws }, query: { limit: 200 } }));
}

export function useOpalApp(id: string) {
  const ws = useWorkspace().id;
  return useQuery(read('opalApps', routes.opalApps.get, { params: { ws, id } }));
}

/** The last calls of Opal, read again every few seconds while somebody looks. */
export function useOpalAppCalls(id: string) {
  const ws = useWorkspace().id;
  return useInfiniteQuery({
    ...readPages('opalAppCalls', routes.opalApps.calls, { params: { ws, id }, query: { limit: 20 } }),
    refetchInterval: 5_000,
  });
}

export function useCreateOpalApp() {
  return useChange({
    send: (ws, body: Given<typeof routes.opalApps.create>['body']) =>
      call(routes.opalApps.create, { params: { ws }, body }),
    stale: ['opalApps'],
    shown: true,
  });
}

export function useSaveOpalApp(id: string) {
  return useChange({
    send: (ws, body: Given<typeof routes.opalApps.save>['body']) =>
      call(routes.opalApps.save, { params: { ws, id }, body }),
    stale: ['opalApps'],
    shown: true,
  });
}

export function useRemoveOpalApp() {
  return useChange({
    send: (ws, id: string) => call(routes.opalApps.remove, { params: { ws, id } }),
    stale: ['opalApps'],
    shown: true,
  });
}

/** Reads an app in the order in which Opal does. */
export function useCheckOpalApp() {
  return useChange({
    send: (ws, id: string) => call(routes.opalApps.check, { params: { ws, id } }),
    stale: ['opalApps', 'opalAppCalls'],
  });
}
