import { type ProtectedFields, routes } from '@castellan/api';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useChange } from './change.js';
import { call } from './client.js';
import { read } from './query.js';
import { useWorkspace } from './workspace.js';

/** Whom no flow changes by itself; with an address or an id, only the entries that catch it. */
export function useProtected(of?: string) {
  const ws = useWorkspace().id;
  return useQuery({
    ...read('safety', routes.protected.list, { params: { ws }, query: of ? { of } : {} }),
    placeholderData: keepPreviousData,
  });
}

/** Adds an entry, or changes the one with this id. */
export function useSaveProtected(id?: string) {
  return useChange({
    send: (ws, body: ProtectedFields) =>
      id === undefined
        ? call(routes.protected.add, { params: { ws }, body })
        : call(routes.protected.save, { params: { ws, id }, body }),
    stale: ['safety', 'audit'],
    shown: true,
  });
}

export function useRemoveProtected() {
  return useChange({
    send: (ws, id: string) => call(routes.protected.remove, { params: { ws, id } }),
    stale: ['safety', 'audit'],
    shown: true,
  });
}
