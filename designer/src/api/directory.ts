import { routes } from '@castellan/api';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { Given } from './client.js';
import { read, readPages } from './query.js';
import { useWorkspace } from './workspace.js';

type Query<R extends keyof typeof routes.directory> = NonNullable<Given<(typeof routes.directory)[R]>['query']>;
export type AccountFilter = Omit<Query<'accounts'>, 'limit' | 'cursor'>;
export type GroupFilter = Omit<Query<'groups'>, 'limit' | 'cursor'>;

export function useAccounts(filter: AccountFilter) {
  const ws = useWorkspace().id;
  const query = { ...filter, limit: 50 };
  return useInfiniteQuery(readPages('directory', routes.directory.accounts, { params: { ws }, query }));
}

export function useAccount(id: string) {
  const ws = useWorkspace().id;
  return useQuery(read('directory', routes.directory.account, { params: { ws, id } }));
}

export function useGroups(filter: GroupFilter) {
  const ws = useWorkspace().id;
  const query = { ...filter, limit: 50 };
  return useInfiniteQuery(readPages('directory', routes.directory.groups, { params: { ws }, query }));
}

export function useGroup(id: string) {
  const ws = useWorkspace().id;
  return useQuery(read('directory', routes.directory.group, { params: { ws, id } }));
}

export function usePeople(filter: Omit<Query<'people'>, 'limit' | 'cursor'>) {
  const ws = useWorkspace().id;
  const query = { ...filter, limit: 50 };
  return useInfiniteQuery(readPages('directory', routes.directory.people, { params: { ws }, query }));
}

export function usePerson(key: string) {
  const ws = useWorkspace().id;
  return useQuery(read('directory', routes.directory.person, { params: { ws, key } }));
}
