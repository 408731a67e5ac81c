import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ApiError } from './errors.js';
import { useWorkspace } from './workspace.js';

/** What queries are grouped by: the first part of their keys. */
export type Feature =
  | 'me'
  | 'flows'
  | 'runs'
  | 'shadows'
  | 'plans'
  | 'approvals'
  | 'connections'
  | 'catalog'
  | 'imports'
  | 'opalApps'
  | 'opalAppCalls'
  | 'integrations'
  | 'directory'
  | 'teams'
  | 'tables'
  | 'rows'
  | 'templates'
  | 'simulators'
  | 'triggers'
  | 'deliveries'
  | 'subscriptions'
  | 'eventSubscriptions'
  | 'eventDeliveries'
  | 'members'
  | 'tokens'
  | 'audit'
  | 'safety';

interface Change<Variables, Result> {
  /** Calls the route in the workspace of the page. */
  send(ws: string, variables: Variables): Promise<Result>;
  /** The features whose lists show something else afterwards. */
  stale: Feature[];
  /** The page shows the error itself; without it a notice does. */
  shown?: boolean;
}

/** A change by a person, after which the lists that show it are read again. */
export function useChange<Variables, Result>({ send, stale, shown }: Change<Variables, Result>) {
  const ws = useWorkspace().id;
  const client = useQueryClient();
  return useMutation<Result, ApiError, Variables>({
    mutationFn: (variables) => send(ws, variables),
    meta: { shown },
    onSuccess: () => {
      for (const feature of stale) void client.invalidateQueries({ queryKey: [feature, ws] });
    },
  });
}
