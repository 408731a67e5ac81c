import { useEffect, useMemo } from 'react';
import { useFlowRuns, useRunSteps } from '../../api/index.js';
import { useEditor } from '../../editor/editor-context.js';
import { useLiveRun } from '../../editor/live-run.js';

/** The run whose data stands beside the forms: the one on the canvas, the one that was chosen as sample, or the last. */
export function useShownRun(): string | null {
  const last = useFlowRuns(useEditor((state) => state.flowId))[0]?.id;
  const chosen = useEditor((state) => state.runId ?? (state.sample.from === 'run' ? state.sample.runId : null));
  return chosen ?? last ?? null;
}

/** The rows of a step in a run, by iteration; they are read again when the stream tells of a change. */
export function useStepRows(runId: string, stepId: string) {
  const { data: rows, refetch, isPending } = useRunSteps(runId, stepId);
  const live = useLiveRun();
  const told = useMemo(() => {
    if (live.run?.id !== runId) return 0;
    return Math.max(0, ...[...live.steps.values()].filter((state) => state.stepId === stepId).map(({ seq }) => seq));
  }, [live, runId, stepId]);
  const known = Math.max(0, ...(rows ?? []).map(({ seq }) => seq));
  useEffect(() => {
    if (told > known) void refetch();
  }, [told, known, refetch]);
  return { rows, isPending };
}
