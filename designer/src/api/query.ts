import type { Route } from '@castellan/api';
import {
  type InfiniteData,
  infiniteQueryOptions,
  keepPreviousData,
  MutationCache,
  QueryCache,
  QueryClient,
  queryOptions,
} from '@tanstack/react-query';
import type { z } from 'zod';
import { type Answer, call, type Given } from './client.js';
import { ApiError } from './errors.js';

type AnyRoute = Route<z.ZodType, z.ZodType, z.ZodType, string>;

/** A query of one route. Its key is the feature, the workspace and what was asked, so that a feature is made stale at once. */
export function read<R extends AnyRoute>(feature: string, route: R, given: Given<R>) {
  return queryOptions({
    queryKey: keyOf(feature, route, given),
    queryFn: ({ signal }) => call(route, { ...(given as object), signal } as Given<R>),
  });
}

/** A list that is read page by page. */
export function readPages<R extends AnyRoute>(feature: string, route: R, given: Given<R>) {
  return infiniteQueryOptions({
    queryKey: [...keyOf(feature, route, given), 'pages'],
    queryFn: ({ signal, pageParam }) =>
      call(route, {
        ...(given as object),
        query: { ...(given.query as object | undefined), cursor: pageParam },
        signal,
      } as unknown as Given<R>) as unknown as Promise<Page<R>>,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: Page<R>) => last.next ?? undefined,
    select: (data: InfiniteData<Page<R>>) => data.pages.flatMap((page): Item<R>[] => page.items),
  });
}

/** A query that is read anew with each `state` of what it is about; what was read stays in sight meanwhile. */
export function asOf<Query extends { queryKey: readonly unknown[] }>(query: Query, state: string | number) {
  const queryKey = [...query.queryKey, state] as unknown as Query['queryKey'];
  return { ...query, queryKey, placeholderData: keepPreviousData };
}

type Item<R> = Answer<R> extends { items: (infer I)[] } ? I : never;
type Page<R> = Answer<R> & {
  items: Item<R>[];
  next: string | null;
};

function keyOf(feature: string, route: AnyRoute, given: object) {
  const { params, query } = given as { params?: Record<string, string>; query?: Record<string, unknown> };
  return [feature, params?.ws ?? '', route.path, params ?? {}, query ?? {}];
}

declare module '@tanstack/react-query' {
  interface Register {
    defaultError: ApiError;
    /** `shown`: the form shows the error itself, so that no notice is needed. */
    mutationMeta: { shown?: boolean };
  }
}

interface Reactions {
  /** The session has ended. */
  onSignedOut(): void;
  /** A change failed whose error no form shows. */
  onFailure(error: ApiError): void;
}

/** Reads are repeated only when the server is away; a refusal is an answer. */
export function makeQueryClient({ onSignedOut, onFailure }: Reactions): QueryClient {
  const onError = (error: unknown) => {
    if (error instanceof ApiError && error.code === 'unauthenticated') onSignedOut();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({
      onError: (error, _variables, _result, mutation) => {
        onError(error);
        if (!mutation.meta?.shown && error instanceof ApiError) onFailure(error);
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (failures, error) => error instanceof ApiError && error.code === 'unavailable' && failures < 3,
      },
    },
  });
}
