import { routes } from '@castellan/api';
import type { PolicyRule, PublishPolicy } from '@castellan/flow';
import { useQuery } from '@tanstack/react-query';
import { type Feature, useChange } from './change.js';
import { call } from './client.js';
import { read } from './query.js';
import { useWorkspace } from './workspace.js';

const stale: Feature[] = ['safety', 'catalog', 'audit'];

/** The rules for flows that are published, and the flows that are excepted. */
export function usePolicy() {
  const ws = useWorkspace().id;
  return useQuery(read('safety', routes.policy.get, { params: { ws } }));
}

export function useSavePolicy() {
  return useChange({
    send: (ws, body: PublishPolicy) => call(routes.policy.save, { params: { ws }, body }),
    stale,
    shown: true,
  });
}

export function useExcept() {
  return useChange({
    send: (ws, body: { flowId: string; rule: PolicyRule; reason: string }) =>
      call(routes.policy.except, { params: { ws }, body }),
    stale,
    shown: true,
  });
}

export function useEndException() {
  return useChange({
    send: (ws, { flowId, rule }: { flowId: string; rule: PolicyRule }) =>
      call(routes.policy.removeException, { params: { ws, id: flowId, key: rule } }),
    stale,
    shown: true,
  });
}
