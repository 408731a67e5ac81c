import { routes } from '@castellan/api';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useChange } from './change.js';
import { call, type Given } from './client.js';
import { read, readPages } from './query.js';
import { useWorkspace } from './workspace.js';

export function useTemplates() {
  const ws = useWorkspace().id;
  return useInfiniteQuery({
    ...readPages('templates', routes.templates.list, { params: { ws } }),
    staleTime: 5 * 60_000,
  });
}

export function useTemplate(id: string) {
  const ws = useWorkspace().id;
  return useQuery({ ...read('templates', routes.templates.get, { params: { ws, id } }), staleTime: 5 * 60_000 });
}

export function useInstallTemplate(id: string) {
  return useChange({
    send: (ws, body: Given<typeof routes.templates.install>['body']) =>
      call(routes.templates.install, { params: { ws, id }, body }),
    stale: ['flows', 'connections', 'tables', 'catalog', 'opalApps'],
    shown: true,
  });
}
