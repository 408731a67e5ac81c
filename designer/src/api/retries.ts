import { type RetryPlace, type RetryVersion, routes } from '@castellan/api';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useChange } from './change.js';
import { call, type Given } from './client.js';
import { read } from './query.js';
import { useWorkspace } from './workspace.js';

/** From where a run is to be done again, and on which version. */
export interface RetryWish {
  place: RetryPlace;
  version: RetryVersion;
}

/** What a retry would keep, do and send again, as of now. */
export function useRetryPreview(id: string, wish: RetryWish) {
  const ws = useWorkspace().id;
  const route = routes.retries.preview;
  return useQuery(
    queryOptions({
      queryKey: ['runs', ws, route.path, id, wish],
      queryFn: ({ signal }) => call(route, { params: { ws, id }, body: wish, signal }),
      placeholderData: (before) => before,
      staleTime: 0,
    }),
  );
}

/** Does a run again; answers the new run's id. */
export function useRetry(id: string) {
  return useChange({
    send: (ws, body: Given<typeof routes.retries.make>['body']) =>
      call(routes.retries.make, { params: { ws, id }, body }),
    stale: ['runs'],
    shown: true,
  });
}

/** A run with all its retries, oldest first. */
export function useRunChain(id: string) {
  const ws = useWorkspace().id;
  return useQuery(read('runs', routes.retries.chain, { params: { ws, id } }));
}
