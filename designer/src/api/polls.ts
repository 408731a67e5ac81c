import { routes } from '@castellan/api';
import { useQuery } from '@tanstack/react-query';
import { useChange } from './change.js';
import { call } from './client.js';
import { read } from './query.js';
import { useWorkspace } from './workspace.js';

/** A trigger whose events are read. */
export interface PolledTrigger {
  flowId: string;
  trigger: string;
}

const stale = ['triggers', 'deliveries', 'runs', 'audit'] as const;

export function usePollNow() {
  return useChange({
    send: (ws, { flowId, trigger }: PolledTrigger) => call(routes.polls.now, { params: { ws, id: flowId, trigger } }),
    stale: [...stale],
    shown: true,
  });
}

/** What reading again from a time on would repeat; not asked while there is no such time. */
export function useRepeats({ flowId, trigger }: PolledTrigger, from: string | null) {
  const ws = useWorkspace().id;
  const params = { ws, id: flowId, trigger };
  return useQuery({
    ...read('triggers', routes.polls.repeats, { params, query: { from: from ?? '' } }),
    enabled: from !== null,
  });
}

export function useStartAgain() {
  return useChange({
    send: (ws, { flowId, trigger, from }: PolledTrigger & { from: string }) =>
      call(routes.polls.startAgain, { params: { ws, id: flowId, trigger }, body: { from } }),
    stale: [...stale],
    shown: true,
  });
}
