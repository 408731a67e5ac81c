import { type DeputyFields, routes } from '@castellan/api';
import { useQuery } from '@tanstack/react-query';
import { useChange } from './change.js';
import { call } from './client.js';
import { read } from './query.js';
import { useWorkspace } from './workspace.js';

/** Who decides approvals for whom, now and ahead. */
export function useDeputies() {
  const ws = useWorkspace().id;
  return useQuery(read('approvals', routes.deputies.list, { params: { ws } }));
}

export function useNameDeputy() {
  return useChange({
    send: (ws, body: DeputyFields) => call(routes.deputies.name, { params: { ws }, body }),
    stale: ['approvals', 'audit'],
    shown: true,
  });
}

export function useTakeBackDeputy() {
  return useChange({
    send: (ws, id: string) => call(routes.deputies.takeBack, { params: { ws, id } }),
    stale: ['approvals', 'audit'],
    shown: true,
  });
}
