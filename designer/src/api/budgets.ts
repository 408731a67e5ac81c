import { routes, type WorkspaceBudgets } from '@castellan/api';
import { useQuery } from '@tanstack/react-query';
import { useChange } from './change.js';
import { call } from './client.js';
import { read } from './query.js';
import { useWorkspace } from './workspace.js';

/** Budgets of the workspace, and what all flows have used. */
export function useBudgets() {
  const ws = useWorkspace().id;
  return useQuery(read('safety', routes.budgets.get, { params: { ws } }));
}

export function useSaveBudgets() {
  return useChange({
    send: (ws, body: WorkspaceBudgets) => call(routes.budgets.save, { params: { ws }, body }),
    stale: ['safety', 'catalog', 'audit'],
    shown: true,
  });
}

/** What a flow may take away as it is published, and what it has used. */
export function useFlowBudget(id: string) {
  const ws = useWorkspace().id;
  return useQuery(read('safety', routes.budgets.ofFlow, { params: { ws, id } }));
}
