import { type Resource, type ResourceMode, routes } from '@castellan/api';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useChange } from './change.js';
import { call, type Given } from './client.js';
import { read, readPages } from './query.js';
import { useWorkspace } from './workspace.js';

const underWayMs = 1_500;
const atRestMs = 15_000;

export function useTeams(q?: string) {
  const ws = useWorkspace().id;
  const query = { limit: 50, ...(q ? { q } : {}) };
  return useInfiniteQuery(readPages('teams', routes.teams.list, { params: { ws }, query }));
}

/** A team; read again often while its rule is being evaluated. */
export function useTeam(id: string) {
  const ws = useWorkspace().id;
  return useQuery({
    ...read('teams', routes.teams.get, { params: { ws, id } }),
    refetchInterval: ({ state }) => (state.data?.ruleState?.due ? underWayMs : atRestMs),
  });
}

export function useTeamMembers(id: string, filter: { gone: 'present' | 'gone'; q?: string | undefined }) {
  const ws = useWorkspace().id;
  const query = { limit: 50, gone: filter.gone, ...(filter.q ? { q: filter.q } : {}) };
  return useInfiniteQuery({
    ...readPages('teams', routes.teams.members, { params: { ws, id }, query }),
    refetchInterval: atRestMs,
  });
}

/** Resources that a team is tied to or that are paused, of one team or of one integration; read again often while one is about to be written. */
export function useResources(of: { team: string } | { integration: string }) {
  const ws = useWorkspace().id;
  return useQuery({
    ...read('teams', routes.teams.resources, { params: { ws }, query: of }),
    refetchInterval: ({ state }) => (state.data?.items.some(isBehind) ? underWayMs : atRestMs),
  });
}

/** The next push has something to do at it, as far as is known. */
const isBehind = ({ mode, problem, difference }: Resource): boolean =>
  mode === 'push' && problem === null && (difference === null || difference.adds + difference.removes > 0);

/** What a push of the team to the group would do, and leave. */
export function useDifference(group: string | null, team: string | null) {
  const ws = useWorkspace().id;
  return useQuery({
    ...read('teams', routes.teams.difference, { params: { ws, id: group ?? '' }, query: { team: team ?? '' } }),
    enabled: group !== null && team !== null,
  });
}

type Trial = Given<typeof routes.teams.rulePreview>['body'];

/** What a rule makes of everybody. */
export function useRulePreview(body: Trial, enabled: boolean) {
  const ws = useWorkspace().id;
  return useQuery({
    queryKey: ['rulePreview', ws, body],
    queryFn: ({ signal }) => call(routes.teams.rulePreview, { params: { ws }, body, signal }),
    enabled,
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  });
}

export function useCreateTeam() {
  return useChange({
    send: (ws, body: Given<typeof routes.teams.create>['body']) => call(routes.teams.create, { params: { ws }, body }),
    stale: ['teams'],
    shown: true,
  });
}

export function useSaveTeam(id: string) {
  return useChange({
    send: (ws, body: Given<typeof routes.teams.save>['body']) => call(routes.teams.save, { params: { ws, id }, body }),
    stale: ['teams'],
    shown: true,
  });
}

export function useRemoveTeam(id: string) {
  return useChange({
    send: (ws, name: string) => call(routes.teams.remove, { params: { ws, id }, body: { name } }),
    stale: ['teams'],
    shown: true,
  });
}

export function useAddMembers(id: string) {
  return useChange({
    send: (ws, emails: string[]) => call(routes.teams.addMembers, { params: { ws, id }, body: { emails } }),
    stale: ['teams'],
    shown: true,
  });
}

export function useRemoveMember(id: string) {
  return useChange({
    send: (ws, email: string) => call(routes.teams.removeMember, { params: { ws, id }, body: { email } }),
    stale: ['teams'],
  });
}

export function useSetResource() {
  return useChange({
    send: (ws, { group, ...body }: { group: string; mode: ResourceMode; teamId: string | null }) =>
      call(routes.teams.setResource, { params: { ws, id: group }, body }),
    stale: ['teams', 'flows'],
    shown: true,
  });
}

export function useDetach() {
  return useChange({
    send: (ws, id: string) => call(routes.teams.dropResource, { params: { ws, id } }),
    stale: ['teams'],
    shown: true,
  });
}

/** How an integration pushes; read again often while teams are about to be compared. */
export function usePushSetup(id: string) {
  const ws = useWorkspace().id;
  return useQuery({
    ...read('teams', routes.teams.setup, { params: { ws, id } }),
    refetchInterval: ({ state }) => (state.data?.due ? underWayMs : atRestMs),
  });
}

export function useSavePushSetup(id: string) {
  return useChange({
    send: (ws, body: Given<typeof routes.teams.saveSetup>['body']) =>
      call(routes.teams.saveSetup, { params: { ws, id }, body }),
    stale: ['teams', 'flows'],
    shown: true,
  });
}

export function usePushNow(id: string) {
  return useChange({
    send: (ws, _: undefined) => call(routes.teams.push, { params: { ws, id } }),
    stale: ['teams', 'flows'],
  });
}

export function usePushes(id: string) {
  const ws = useWorkspace().id;
  return useInfiniteQuery({
    ...readPages('teams', routes.teams.pushes, { params: { ws, id }, query: { limit: 10 } }),
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ items }) => items.some(({ endedAt }) => endedAt === null)) ? underWayMs : atRestMs,
  });
}
