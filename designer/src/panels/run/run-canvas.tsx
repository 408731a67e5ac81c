import type { RunRow, StepState } from '@castellan/api';
import type { Draft } from '@castellan/flow';
import { useMemo, useState } from 'react';
import { usePlanOfRun } from '../../api/index.js';
import { ChooseIterationProvider } from '../../canvas/canvas-actions.js';
import { FlowCanvas } from '../../canvas/flow-canvas.js';
import { runOverlay } from '../../canvas/run-overlay.js';
import { createPictures } from '../../canvas/to-react-flow.js';
import type { CanvasView } from '../../editor/canvas-view.js';
import { useCatalog } from '../../editor/catalog.js';
import { outlineOf } from '../../editor/outline.js';
import { useViewKeys } from '../../editor/view-keys.js';

interface RunCanvasProps {
  run: RunRow;
  draft: Draft;
  steps: ReadonlyMap<string, StepState>;
  chosen: { stepId: string; iteration: string } | null;
  onChoose: (stepId: string | null, iteration?: string) => void;
}

const noLoops: readonly string[] = [];

/** The flow as it was when the run began, with what became of each step. */
export function RunCanvas({ run, draft, steps, chosen, onChoose }: RunCanvasProps) {
  const catalog = useCatalog();
  const [draw] = useState(createPictures);
  const [view, setView] = useState<CanvasView | null>(null);
  useViewKeys(view);
  const [items, setItems] = useState<Record<string, number>>({});
  const stepId = chosen?.stepId;
  const iteration = chosen?.iteration ?? '';
  const loops = outlineOf(draft).places.get(stepId ?? '')?.loops ?? noLoops;
  const overlay = useMemo(() => {
    // The step that is chosen is shown in its own iteration.
    const ofChosen = iteration === '' ? [] : loops.map((loop, depth) => [loop, Number(iteration.split('.')[depth])]);
    const shown = { ...items, ...Object.fromEntries(ofChosen) };
    return runOverlay({ draft, triggerId: run.trigger.id, steps, chosen: shown });
  }, [draft, run.trigger.id, steps, items, loops, iteration]);
  const chooseItem = (loop: string, index: number) => {
    setItems((now) => ({ ...now, [loop]: index }));
    const depth = loops.indexOf(loop);
    if (stepId !== undefined && depth !== -1) onChoose(stepId, iteration.split('.').with(depth, `${index}`).join('.'));
  };
  const plan = usePlanOfRun(run.id, run.seq).data?.plan;
  const planned = run.mode === 'plan' ? (plan?.steps ?? null) : null;
  const picture = useMemo(
    () =>
      draw({
        draft,
        catalog,
        problems: [],
        selected: new Set(stepId === undefined ? [] : [stepId]),
        selectedWire: null,
        overlay,
        planned,
        readOnly: true,
      }),
    [draw, draft, catalog, stepId, overlay, planned],
  );
  return (
    <ChooseIterationProvider value={chooseItem}>
      <FlowCanvas
        label="Run on the canvas"
        picture={picture}
        editing={null}
        onReady={setView}
        lookAt={stepId ?? run.error?.stepId ?? worthALook(steps)}
        onSelect={([id]) => onChoose(id ?? null, id === undefined ? '' : overlay.states.get(id)?.iteration)}
      />
    </ChooseIterationProvider>
  );
}

/** The step that the run hangs on, or failed at. */
function worthALook(steps: ReadonlyMap<string, StepState>): string | undefined {
  const states = [...steps.values()];
  const open = ['failed', 'unknown', 'waiting', 'retrying', 'running'];
  return open.map((status) => states.find((state) => state.status === status)?.stepId).find((id) => id !== undefined);
}
