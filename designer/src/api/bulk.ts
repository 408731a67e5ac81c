import { type BulkAction, type BulkRun, routes } from '@castellan/api';
import { queryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useChange } from './change.js';
import { call, type Given } from './client.js';
import { asOf, read, readPages } from './query.js';
import { useWorkspace } from './workspace.js';

/** How often an action that is under way is looked at, in milliseconds. */
const lookMs = 1_000;

/** Which runs, and what is to be done to each. */
export type BulkRequest = Given<typeof routes.bulk.preview>['body'];

/** What a bulk action would do, as of now; nothing is asked while there is no wish. */
export function useBulkPreview(wish: BulkRequest | null) {
  const ws = useWorkspace().id;
  return useQuery(
    queryOptions({
      // Not among the lists of runs, which are read again with every run that changes: counting takes a while.
      queryKey: ['bulk', ws, wish],
      queryFn: ({ signal }) => call(routes.bulk.preview, { params: { ws }, body: wish!, signal }),
      enabled: wish !== null,
      staleTime: 0,
    }),
  );
}

/** Starts a bulk action; it goes on in the background. */
export function useStartBulk() {
  return useChange({
    send: (ws, body: Given<typeof routes.bulk.start>['body']) => call(routes.bulk.start, { params: { ws }, body }),
    stale: ['runs'],
    shown: true,
  });
}

/** Bulk actions, newest first; read again while one of those shown is under way. */
export function useBulkActions() {
  const ws = useWorkspace().id;
  return useInfiniteQuery({
    ...readPages('runs', routes.bulk.list, { params: { ws } }),
    refetchInterval: ({ state }) => (state.data?.pages.some(({ items }) => items.some(isUnderWay)) ? lookMs : false),
  });
}

/** One bulk action; read again until it has ended. */
export function useBulkAction(id: string) {
  const ws = useWorkspace().id;
  return useQuery({
    ...read('runs', routes.bulk.get, { params: { ws, id } }),
    refetchInterval: ({ state }) => (state.data && !isUnderWay(state.data) ? false : lookMs),
  });
}

/** What came of each of its runs; `settled` runs are through by now. */
export function useBulkRuns(id: string, { state, settled }: { state?: BulkRun['state']; settled: number }) {
  const ws = useWorkspace().id;
  const query = readPages('runs', routes.bulk.runs, { params: { ws, id }, query: { state } });
  return useInfiniteQuery(asOf(query, settled));
}

export function useStopBulk(id: string) {
  return useChange({ send: (ws) => call(routes.bulk.stop, { params: { ws, id } }), stale: ['runs'] });
}

export const isUnderWay = ({ endedAt }: BulkAction): boolean => endedAt === null;
