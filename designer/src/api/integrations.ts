import { type Integration, routes, type SyncRun } from '@castellan/api';
import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useChange } from './change.js';
import { call, type Given } from './client.js';
import { read, readPages } from './query.js';
import { useWorkspace } from './workspace.js';

const underWayMs = 1_500;
const atRestMs = 15_000;

/** A sync that goes on by itself. */
export const isUnderWay = (sync: SyncRun | null | undefined): boolean =>
  sync?.status === 'waiting' || sync?.status === 'running';

const askAgain = (syncs: (SyncRun | null)[]) => (syncs.some(isUnderWay) ? underWayMs : atRestMs);

/** Connectors whose directory can be synced. */
export function useDirectorySources() {
  const ws = useWorkspace().id;
  return useQuery({
    ...read('integrations', routes.integrations.sources, { params: { ws } }),
    staleTime: 5 * 60_000,
  });
}

/** All integrations; read again often while one of them syncs. */
export function useIntegrations() {
  const { id: ws, can } = useWorkspace();
  return useQuery({
    ...read('integrations', routes.integrations.list, { params: { ws } }),
    enabled: can('integration:read'),
    refetchInterval: ({ state }) => askAgain(state.data?.items.map(({ lastSync }) => lastSync) ?? []),
  });
}

export function useIntegration(id: string) {
  const ws = useWorkspace().id;
  return useQuery({
    ...read('integrations', routes.integrations.get, { params: { ws, id } }),
    refetchInterval: ({ state }) => askAgain([state.data?.lastSync ?? null]),
  });
}

export function useSyncs({ id, lastSync }: Integration) {
  const ws = useWorkspace().id;
  return useInfiniteQuery({
    ...readPages('integrations', routes.integrations.syncs, { params: { ws, id }, query: { limit: 10 } }),
    // The list may still show as under way what has ended meanwhile.
    refetchInterval: ({ state }) => askAgain([lastSync, ...(state.data?.pages.flatMap(({ items }) => items) ?? [])]),
  });
}

/** Has accounts, groups and people read again when a sync has ended. */
export function useRecordsAfter(sync: SyncRun | null | undefined) {
  const ws = useWorkspace().id;
  const client = useQueryClient();
  useEffect(() => {
    if (sync && !isUnderWay(sync)) void client.invalidateQueries({ queryKey: ['directory', ws] });
  }, [client, ws, sync]);
}

type FilterTrial = Given<typeof routes.integrations.filterPreview>['body'];

/** What a filter makes of records that the system gives now. */
export function useFilterPreview(body: FilterTrial, enabled: boolean) {
  const ws = useWorkspace().id;
  return useQuery({
    queryKey: ['filterPreview', ws, body],
    queryFn: ({ signal }) => call(routes.integrations.filterPreview, { params: { ws }, body, signal }),
    enabled,
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  });
}

export function useCreateIntegration() {
  return useChange({
    send: (ws, body: Given<typeof routes.integrations.create>['body']) =>
      call(routes.integrations.create, { params: { ws }, body }),
    stale: ['integrations', 'directory'],
    shown: true,
  });
}

export function useSaveIntegration(id: string) {
  return useChange({
    send: (ws, body: Given<typeof routes.integrations.save>['body']) =>
      call(routes.integrations.save, { params: { ws, id }, body }),
    stale: ['integrations', 'directory'],
    shown: true,
  });
}

export function useRemoveIntegration() {
  return useChange({
    send: (ws, { id, name }: Pick<Integration, 'id' | 'name'>) =>
      call(routes.integrations.remove, { params: { ws, id }, body: { name } }),
    stale: ['integrations', 'directory'],
    shown: true,
  });
}

/** What can be asked of an integration without saying more. */
export type IntegrationAct = 'sync' | 'pause' | 'resume' | 'health';

export function useActOnIntegration(id: string, act: IntegrationAct) {
  return useChange({
    send: async (ws, _: undefined) => void (await call(routes.integrations[act], { params: { ws, id } })),
    stale: ['integrations'],
  });
}

/** Says of a sync that asks whether missing accounts are marked as removed. */
export function useDecideSync({ id, integrationId }: SyncRun) {
  return useChange({
    send: (ws, remove: boolean) =>
      call(routes.integrations.decide, { params: { ws, id: integrationId, sync: id }, body: { remove } }),
    stale: ['integrations', 'directory'],
    shown: true,
  });
}
