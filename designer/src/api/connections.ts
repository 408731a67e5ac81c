import { routes } from '@castellan/api';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useChange } from './change.js';
import { call, type Given } from './client.js';
import { read, readPages } from './query.js';
import { useWorkspace } from './workspace.js';

export function useConnections() {
  const ws = useWorkspace().id;
  return useInfiniteQuery(readPages('connections', routes.connections.list, { params: { ws }, query: { limit: 200 } }));
}

export function useConnection(id: string | null) {
  const ws = useWorkspace().id;
  return useQuery({
    ...read('connections', routes.connections.get, { params: { ws, id: id ?? '' } }),
    enabled: id !== null,
  });
}

export function useConnectors() {
  const ws = useWorkspace().id;
  return useInfiniteQuery({
    ...readPages('catalog', routes.connectors.list, { params: { ws } }),
    staleTime: 5 * 60_000,
  });
}

/** All that a flow may name: connectors, connections, flows, tables. */
export function useCatalog() {
  const ws = useWorkspace().id;
  return useQuery({ ...read('catalog', routes.connectors.catalog, { params: { ws } }), staleTime: 60_000 });
}

export function useCreateConnection() {
  return useChange({
    send: (ws, body: Given<typeof routes.connections.create>['body']) =>
      call(routes.connections.create, { params: { ws }, body }),
    stale: ['connections', 'catalog'],
    shown: true,
  });
}

export function useSaveConnection(id: string) {
  return useChange({
    send: (ws, body: Given<typeof routes.connections.save>['body']) =>
      call(routes.connections.save, { params: { ws, id }, body }),
    stale: ['connections', 'catalog'],
    shown: true,
  });
}

export function useRemoveConnection() {
  return useChange({
    send: (ws, id: string) => call(routes.connections.remove, { params: { ws, id } }),
    stale: ['connections', 'catalog'],
    shown: true,
  });
}

export function useTestConnection() {
  return useChange({
    send: (ws, id: string) => call(routes.connections.test, { params: { ws, id } }),
    stale: ['connections', 'catalog'],
  });
}

/** Begins to connect at the other system: answers the address of its page. */
export function useAskConsent() {
  return useChange({
    send: (ws, id: string) => call(routes.connections.askConsent, { params: { ws, id } }),
    stale: [],
    shown: true,
  });
}

/** Tells the server what the other system's page came back with. */
export function useEndConsent() {
  return useChange({
    send: (ws, body: Given<typeof routes.connections.endConsent>['body']) =>
      call(routes.connections.endConsent, { params: { ws }, body }),
    stale: ['connections', 'catalog'],
    shown: true,
  });
}
