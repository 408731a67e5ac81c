import { type FlowDetail, routes } from '@castellan/api';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useChange } from './change.js';
import { call, type Given } from './client.js';
import { read, readPages } from './query.js';
import { useWorkspace } from './workspace.js';

/** A flow's draft as the API carries it; the flow package says what it means. */
export type Draft = FlowDetail['draft'];

export function useFlows(filter: { q?: string } = {}) {
  const ws = useWorkspace().id;
  return useInfiniteQuery(readPages('flows', routes.flows.list, { params: { ws }, query: filter }));
}

export function useFlow(id: string) {
  const ws = useWorkspace().id;
  return useQuery(flowQuery(ws, id));
}

function flowQuery(ws: string, id: string) {
  return read('flows', routes.flows.get, { params: { ws, id } });
}

export function useVersions(id: string) {
  const ws = useWorkspace().id;
  return useInfiniteQuery(readPages('flows', routes.flows.versions, { params: { ws, id } }));
}

/** One published version; it never changes. */
export function useVersion(id: string, number: number | null) {
  const ws = useWorkspace().id;
  return useQuery({
    ...read('flows', routes.flows.version, { params: { ws, id, n: String(number) } }),
    enabled: number !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useCreateFlow() {
  return useChange({
    send: (ws, body: Given<typeof routes.flows.create>['body']) => call(routes.flows.create, { params: { ws }, body }),
    stale: ['flows', 'catalog'],
    shown: true,
  });
}

export function useImportFlow() {
  return useChange({
    send: (ws, body: Given<typeof routes.flows.import>['body']) => call(routes.flows.import, { params: { ws }, body }),
    stale: ['flows', 'catalog'],
    shown: true,
  });
}

/** Saves a draft over the revision that was edited; with an older one the server answers `stale_revision`. */
export function useSaveFlow(id: string) {
  const ws = useWorkspace().id;
  const client = useQueryClient();
  return useChange({
    send: async (_ws, { draft, revision }: { draft: Draft; revision: number }) => {
      const flow = await call(routes.flows.save, { params: { ws, id }, body: { draft }, ifMatch: revision });
      client.setQueryData(flowQuery(ws, id).queryKey, flow);
      return flow;
    },
    stale: ['catalog'],
    shown: true,
  });
}

export function useRemoveFlow() {
  return useChange({
    send: (ws, id: string) => call(routes.flows.remove, { params: { ws, id } }),
    stale: ['flows', 'triggers', 'catalog'],
    shown: true,
  });
}

export function usePublishFlow(id: string) {
  return useChange({
    send: (ws, { revision, ...body }: { revision: number } & Given<typeof routes.flows.publish>['body']) =>
      call(routes.flows.publish, { params: { ws, id }, body, ifMatch: revision }),
    stale: ['flows', 'triggers', 'catalog', 'runs'],
    shown: true,
  });
}

export function useRestoreVersion(id: string) {
  return useChange({
    send: (ws, { revision, version }: { revision: number; version: number }) =>
      call(routes.flows.restore, { params: { ws, id }, body: { version }, ifMatch: revision }),
    stale: ['flows'],
    shown: true,
  });
}

/** Switches a flow's triggers on or off. */
export function useSwitchFlow() {
  return useChange({
    send: (ws, { id, on }: { id: string; on: boolean }) =>
      call(on ? routes.flows.enable : routes.flows.disable, { params: { ws, id } }),
    stale: ['flows', 'triggers'],
  });
}

export function useRunFlow(id: string) {
  return useChange({
    send: (ws, body: Given<typeof routes.flows.run>['body']) => call(routes.flows.run, { params: { ws, id }, body }),
    stale: ['runs'],
    shown: true,
  });
}

export function useSendSample(id: string) {
  return useChange({
    send: (ws, body: Given<typeof routes.flows.sendSample>['body']) =>
      call(routes.flows.sendSample, { params: { ws, id }, body }),
    stale: ['runs', 'deliveries'],
    shown: true,
  });
}

/** The draft as a file, without connection ids, and beside it its test cases. */
/** The saved draft as a file, with its test cases; read anew each time. */
export function useExportedFlow(id: string, { enabled }: { enabled: boolean }) {
  const ws = useWorkspace().id;
  return useQuery({ ...read('flows', routes.flows.export, { params: { ws, id } }), enabled, staleTime: 0, gcTime: 0 });
}
