import { type FlowTestRow, routes } from '@castellan/api';
import { useQuery } from '@tanstack/react-query';
import { useChange } from './change.js';
import { call } from './client.js';
import { read } from './query.js';
import { useWorkspace } from './workspace.js';

/** A test case as it is stored. */
export type FlowTest = FlowTestRow['test'];

/** The test cases of a flow, oldest first. */
export function useFlowTests(flowId: string) {
  const ws = useWorkspace().id;
  return useQuery({
    ...read('flows', routes.flowTests.list, { params: { ws, id: flowId } }),
    select: ({ items }) => items,
  });
}

/** Plays the test cases of the saved draft: all of them, or those that are named. */
export function usePlayTests(flowId: string) {
  return useChange({
    send: (ws, tests: string[] | undefined) =>
      call(routes.flowTests.play, { params: { ws, id: flowId }, body: { tests } }),
    stale: ['flows'],
    shown: true,
  });
}

/** Saves an ended run as a test case of its flow. */
export function useSaveRunAsTest(flowId: string) {
  return useChange({
    send: (ws, body: { runId: string; name?: string }) =>
      call(routes.flowTests.fromRun, { params: { ws, id: flowId }, body }),
    stale: ['flows'],
    shown: true,
  });
}

export function useSaveFlowTest(flowId: string) {
  return useChange({
    send: (ws, { id, test }: { id: string; test: unknown }) =>
      call(routes.flowTests.save, { params: { ws, id: flowId, test: id }, body: { test } }),
    stale: ['flows'],
    shown: true,
  });
}

/** What happened in the draft of this revision becomes what is expected. */
export function useAcceptResult(flowId: string) {
  return useChange({
    send: (ws, { id, revision }: { id: string; revision: number }) =>
      call(routes.flowTests.accept, { params: { ws, id: flowId, test: id }, body: { revision } }),
    stale: ['flows'],
    shown: true,
  });
}

export function useRemoveFlowTest(flowId: string) {
  return useChange({
    send: (ws, id: string) => call(routes.flowTests.remove, { params: { ws, id: flowId, test: id } }),
    stale: ['flows'],
    shown: true,
  });
}
