import { type Plan, type PlanAction, routes } from '@castellan/api';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useChange } from './change.js';
import { call, type Given } from './client.js';
import { ApiError } from './errors.js';
import { asOf, read, readPages } from './query.js';
import { useWorkspace } from './workspace.js';

/** How often a plan is looked at that is being made, or carried out, in milliseconds. */
const lookMs = 1_000;

/** Plans of a flow, newest first. */
export function usePlans(flowId: string) {
  const ws = useWorkspace().id;
  return useInfiniteQuery({
    ...readPages('plans', routes.plans.list, { params: { ws, id: flowId } }),
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ items }) => items.some(({ status }: Plan) => status === 'making')) ? lookMs : false,
  });
}

/** One plan, read again while its run, or the one that carries it out, is under way. */
export function usePlan(id: string, { isChanging = false }: { isChanging?: boolean } = {}) {
  const ws = useWorkspace().id;
  return useQuery({
    ...read('plans', routes.plans.get, { params: { ws, id } }),
    refetchInterval: ({ state }) =>
      isChanging || (state.data as Plan | undefined)?.status === 'making' ? lookMs : false,
  });
}

export interface RowsWanted {
  action?: PlanAction | undefined;
  q?: string | undefined;
  unused?: boolean | undefined;
}

/** Its changes; `version` names the state of the plan that they are of. */
export function usePlanRows(id: string, { action, q, unused }: RowsWanted, version: string) {
  const ws = useWorkspace().id;
  const wanted = unused === undefined ? undefined : unused ? ('true' as const) : ('false' as const);
  const query = readPages('plans', routes.plans.rows, {
    params: { ws, id },
    query: { limit: 200, action, q, unused: wanted },
  });
  return useInfiniteQuery(asOf(query, version));
}

/** The plan that a run makes or keeps to; `seq` tells how far the run is. */
export function usePlanOfRun(runId: string, seq: number) {
  const ws = useWorkspace().id;
  const query = read('plans', routes.plans.ofRun, { params: { ws, id: runId } });
  return useQuery(asOf(query, seq));
}

export function useMakePlan(flowId: string) {
  return useChange({
    send: (ws, body: Given<typeof routes.plans.make>['body']) =>
      call(routes.plans.make, { params: { ws, id: flowId }, body }),
    stale: ['plans', 'runs'],
    shown: true,
  });
}

/** Plans the rest of a run from an open approval on. */
export function usePlanRest(runId: string) {
  return useChange({
    send: (ws, body: Given<typeof routes.plans.rest>['body']) =>
      call(routes.plans.rest, { params: { ws, id: runId }, body }),
    stale: ['plans', 'runs'],
  });
}

/** How many of the states before the writes were read. */
export interface StatesRead {
  read: number;
  of: number;
}

/** Applies a plan. Where reading the states takes long it is asked for again until they are read; `tell` hears how far that is. */
export function useApplyPlan(id: string, tell: (progress: StatesRead) => void) {
  return useChange({
    send: async (ws, hash: string) => {
      for (;;) {
        try {
          return await call(routes.plans.apply, { params: { ws, id }, body: { hash } });
        } catch (error) {
          const progress = readingIn(error);
          if (progress === null) throw error;
          tell(progress);
        }
      }
    },
    stale: ['plans', 'runs'],
    shown: true,
  });
}

function readingIn(error: unknown): StatesRead | null {
  const { reading = null } = (error instanceof ApiError ? (error.details ?? {}) : {}) as { reading?: StatesRead };
  return reading;
}
