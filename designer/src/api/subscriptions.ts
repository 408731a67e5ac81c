import { routes, type SubscriptionWish } from '@castellan/api';
import { useQuery } from '@tanstack/react-query';
import { useChange } from './change.js';
import { call } from './client.js';
import { read } from './query.js';
import { useWorkspace } from './workspace.js';

const { subscriptions } = routes;

/** An event of a connection. */
export interface EventPlace {
  connection: string;
  event: string;
}

const paramsOf = (ws: string, { connection: id, event }: EventPlace) => ({ ws, id, event });
const askEachMs = 3_000;

/** Who is told of an event, at its system and here. */
export function useSubscription(place: EventPlace) {
  const ws = useWorkspace().id;
  return useQuery(read('subscriptions', subscriptions.get, { params: paramsOf(ws, place) }));
}

export function useSaveSubscription() {
  return useChange({
    send: (ws, { wish, ...place }: EventPlace & { wish: SubscriptionWish }) =>
      call(subscriptions.save, { params: paramsOf(ws, place), body: wish }),
    stale: ['subscriptions', 'connections', 'audit'],
    shown: true,
  });
}

export function useEndSubscription() {
  return useChange({
    send: (ws, place: EventPlace) => call(subscriptions.remove, { params: paramsOf(ws, place) }),
    stale: ['subscriptions', 'audit'],
    shown: true,
  });
}

export function useTrySubscriptionFilter() {
  return useChange({
    send: (ws, { filter, payload, ...place }: EventPlace & { filter: string; payload: unknown }) =>
      call(subscriptions.tryFilter, { params: paramsOf(ws, place), body: { filter, payload: payload as never } }),
    stale: [],
    shown: true,
  });
}

export function useTestSubscription() {
  return useChange({
    send: (ws, { payload, ...place }: EventPlace & { payload: unknown }) =>
      call(subscriptions.test, { params: paramsOf(ws, place), body: { payload: payload as never } }),
    stale: ['subscriptions', 'runs', 'deliveries'],
    shown: true,
  });
}

/** What the system tells of its deliveries; asked often while something is under way. */
export function useInvocations(place: EventPlace, underWay: boolean) {
  const ws = useWorkspace().id;
  return useQuery({
    ...read('subscriptions', subscriptions.invocations, { params: paramsOf(ws, place) }),
    refetchInterval: ({ state }) =>
      underWay || state.data?.items.some(({ completedAt }) => completedAt === null) ? askEachMs : false,
  });
}

/** What the system that a run answers was told. */
export function useGivenAnswer(runId: string, enabled: boolean, isOver: boolean) {
  const ws = useWorkspace().id;
  return useQuery({
    ...read('runs', subscriptions.answerOfRun, { params: { ws, id: runId } }),
    enabled,
    refetchInterval: ({ state }) => {
      const { answer } = state.data ?? {};
      const isOpen = answer === undefined || answer?.state === 'waiting' || answer?.state === 'decided';
      return isOpen && (answer || !isOver) ? askEachMs : false;
    },
  });
}
