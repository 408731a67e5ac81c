import { routes } from '@castellan/api';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { read, useRun, useWorkspace } from '../api/index.js';
import { useEditor } from './editor-context.js';
import type { RecordedRun } from './sample-data.js';

/** The past run that was chosen as sample, as far as it is loaded; null while examples are used. */
export function useRecordedRun(): { recorded: RecordedRun | null; key: string } {
  const sample = useEditor((state) => state.sample);
  const runId = sample.from === 'run' ? sample.runId : null;
  const { data: run } = useRun(runId);
  const ws = useWorkspace().id;
  const { data } = useQuery({
    ...read('runs', routes.runs.steps, { params: { ws, id: runId ?? '' }, query: { limit: 200 } }),
    enabled: runId !== null,
  });
  const steps = data?.items;
  return useMemo(() => {
    if (runId === null || run === undefined || steps === undefined) return { recorded: null, key: 'examples' };
    const outputs: Record<string, unknown> = {};
    // Of a loop's iterations the first that has an output stands for all.
    for (const row of steps)
      if (row.status === 'succeeded' && !(row.stepId in outputs)) outputs[row.stepId] = row.output;
    return { recorded: { trigger: run.triggerData, outputs }, key: `${runId} ${steps.length}` };
  }, [runId, run, steps]);
}
