import { type Me, routes } from '@castellan/api';
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { call, type Given } from './client.js';
import type { ApiError } from './errors.js';
import { read } from './query.js';

/** Who is signed in; the frame reads it before any page is drawn. */
export const meQuery = read('me', routes.people.me, {});

export function useMe(): Me {
  return useSuspenseQuery(meQuery).data;
}

export const setupStateQuery = read('me', routes.people.setupState, {});

export function useInviteState(code: string) {
  return useQuery(read('me', routes.people.inviteState, { params: { code } }));
}

/** Calls that end signed in: what is known of an earlier session is forgotten. */
function useEntrance<Variables>(send: (variables: Variables) => Promise<Me>) {
  const client = useQueryClient();
  return useMutation<Me, ApiError, Variables>({
    mutationFn: send,
    meta: { shown: true },
    onSuccess: (me) => {
      client.clear();
      client.setQueryData(meQuery.queryKey, me);
    },
  });
}

export function useSignIn() {
  return useEntrance((body: Given<typeof routes.people.signIn>['body']) => call(routes.people.signIn, { body }));
}

export function useSetup() {
  return useEntrance((body: Given<typeof routes.people.setup>['body']) => call(routes.people.setup, { body }));
}

export function useAcceptInvite(code: string) {
  return useEntrance((body: Given<typeof routes.people.acceptInvite>['body']) =>
    call(routes.people.acceptInvite, { params: { code }, body }),
  );
}

export function useSignOut() {
  const client = useQueryClient();
  return useMutation<object, ApiError, void>({
    mutationFn: () => call(routes.people.signOut, {}),
    onSuccess: () => client.clear(),
  });
}
