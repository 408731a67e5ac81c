import { routes } from '@castellan/api';
import { useQuery } from '@tanstack/react-query';
import { useChange } from './change.js';
import { call } from './client.js';
import { read } from './query.js';
import { useWorkspace } from './workspace.js';

/** One event of a connection whose deliveries are checked. */
export interface SweptEvent {
  connectionId: string;
  event: string;
}

const paramsOf = (ws: string, { connectionId, event }: SweptEvent) => ({ ws, id: connectionId, event });

/** How the deliveries to a connection are checked for lost events. */
export function useSweeps(connectionId: string) {
  const ws = useWorkspace().id;
  return useQuery({
    ...read('connections', routes.sweeps.list, { params: { ws, id: connectionId } }),
    refetchInterval: ({ state }) => (state.data?.items.some(({ underWay }) => underWay) ? 1_000 : 10_000),
  });
}

export function useSwitchSweep() {
  return useChange({
    send: (ws, { enabled, ...swept }: SweptEvent & { enabled: boolean }) =>
      call(routes.sweeps.save, { params: paramsOf(ws, swept), body: { enabled } }),
    stale: ['connections', 'triggers', 'audit'],
    shown: true,
  });
}

export function useSweepNow() {
  return useChange({
    send: (ws, swept: SweptEvent) => call(routes.sweeps.now, { params: paramsOf(ws, swept) }),
    stale: ['connections', 'triggers', 'deliveries', 'runs'],
    shown: true,
  });
}
