import { routes, type TriggerListener } from '@castellan/api';
import { useQuery } from '@tanstack/react-query';
import { useChange } from './change.js';
import { call } from './client.js';
import { read } from './query.js';
import { useWorkspace } from './workspace.js';

/** A trigger of the saved draft of a flow. */
export interface TriggerPlace {
  flowId: string;
  trigger: string;
}

const askEachMs = 1_500;

/** Whether the trigger waits for a delivery, and what came; asked often while it waits. */
export function useListener({ flowId, trigger }: TriggerPlace, enabled: boolean) {
  const ws = useWorkspace().id;
  return useQuery({
    ...read('triggers', routes.webhooks.listener, { params: { ws, id: flowId, trigger } }),
    enabled,
    refetchInterval: ({ state }) => (state.data?.until ? askEachMs : false),
  });
}

export type Caught = NonNullable<TriggerListener['caught']>;

export function useListen() {
  return useChange({
    send: (ws, { flowId, trigger }: TriggerPlace) =>
      call(routes.webhooks.listen, { params: { ws, id: flowId, trigger } }),
    stale: ['triggers'],
    shown: true,
  });
}

export function useStopListening() {
  return useChange({
    send: (ws, { flowId, trigger }: TriggerPlace) =>
      call(routes.webhooks.stopListening, { params: { ws, id: flowId, trigger } }),
    stale: ['triggers'],
  });
}

/** What a filter makes of the sample and of the last deliveries. */
export function useTryFilter() {
  return useChange({
    send: (ws, { flowId, trigger, ...body }: TriggerPlace & { filter: unknown; sample?: Record<string, unknown> }) =>
      call(routes.webhooks.tryFilter, { params: { ws, id: flowId, trigger }, body }),
    stale: [],
    shown: true,
  });
}
