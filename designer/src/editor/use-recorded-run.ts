import { routes, type StepRow } from '@castellan/api';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { read, useRun, useWorkspace } from '../api/index.js';
import { useEditor } from './editor-context.js';
import { outlineOf } from './outline.js';
import type { RecordedRun } from './sample-data.js';

/** The past run that was chosen as sample, as far as it is loaded; null while examples are used. */
export function useRecordedRun(): { recorded: RecordedRun | null; key: string } {
  const sample = useEditor((state) => state.sample);
  const items = useEditor((state) => state.items);
  const draft = useEditor((state) => state.flow);
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
    const { places } = outlineOf(draft);
    const isShown = ({ stepId, iteration }: StepRow) =>
      iteration === (places.get(stepId)?.loops ?? []).map((loop) => items[loop] ?? 0).join('.');
    // Of a loop's iterations the one that is shown, else the first that has an output.
    for (const row of [...steps.filter(isShown), ...steps])
      if (row.status === 'succeeded' && !(row.stepId in outputs)) outputs[row.stepId] = row.output;
    const read = Math.max(0, ...steps.map(({ seq }) => seq));
    return { recorded: { trigger: run.triggerData, outputs }, key: `${runId} ${read} ${JSON.stringify(items)}` };
  }, [runId, run, steps, items, draft]);
}
