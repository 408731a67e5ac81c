import { Panel } from '@xyflow/react';
import { useMemo, useState } from 'react';
import { usePins } from '../api/index.js';
import { ChooseIterationProvider } from '../canvas/canvas-actions.js';
import { FlowCanvas } from '../canvas/flow-canvas.js';
import type { CanvasEditing } from '../canvas/gestures.js';
import { runOverlay } from '../canvas/run-overlay.js';
import { createPictures } from '../canvas/to-react-flow.js';
import type { StepWish } from '../editor/add-item.js';
import type { CanvasView } from '../editor/canvas-view.js';
import { useCatalog } from '../editor/catalog.js';
import { drawWire, mayConnect, moveBoxes, tidyUp } from '../editor/editing.js';
import { useEditor, useEditorStore } from '../editor/editor-context.js';
import { select, showItem } from '../editor/editor-store.js';
import { useLiveRun } from '../editor/live-run.js';
import { outlineOf } from '../editor/outline.js';
import { EmptyCanvas } from './empty-canvas.js';
import type { PaletteItem } from './palette-items.js';

interface EditorCanvasProps {
  readOnly: boolean;
  /** A step is wanted at a place. */
  onWish: (wish: StepWish) => void;
  /** An item of the palette was put in its place. */
  onPlace: (item: PaletteItem, wish: StepWish) => void;
  onMenu: (at: { x: number; y: number }) => void;
  onReady: (view: CanvasView) => void;
}

/** The canvas of the open flow: its picture, with the run that was started from here drawn over it. */
export function EditorCanvas({ readOnly, onWish, onPlace, onMenu, onReady }: EditorCanvasProps) {
  const store = useEditorStore();
  const draft = useEditor((state) => state.flow);
  const problems = useEditor((state) => state.problems);
  const selection = useEditor((state) => state.selection);
  const way = useEditor((state) => state.way);
  const catalog = useCatalog();
  const [draw] = useState(createPictures);
  const chosen = useEditor((state) => state.items);
  const pins = usePins(useEditor((state) => state.flowId));
  const { run, steps } = useLiveRun();
  const looksAtCases = useEditor(({ side }) => side === 'cases');
  const coverage = useEditor(({ tested }) => (looksAtCases ? (tested?.coverage ?? null) : null));
  const overlay = useMemo(
    () => (run === null || looksAtCases ? null : runOverlay({ draft, triggerId: run.trigger.id, steps, chosen })),
    [draft, run, steps, chosen, looksAtCases],
  );
  const picture = useMemo(
    () =>
      draw({
        draft,
        catalog,
        problems,
        selected: new Set(selection.ids),
        selectedWire: selection.wire,
        overlay,
        pins,
        coverage,
        way,
        readOnly,
      }),
    [draw, draft, catalog, problems, selection, overlay, pins, coverage, way, readOnly],
  );
  const editing = useMemo<CanvasEditing | null>(
    () =>
      readOnly
        ? null
        : {
            move: (positions) => moveBoxes(store, positions),
            connect: (wire) => drawWire(store, wire),
            mayConnect: (wire) => mayConnect(store.getState().flow, wire),
            wish: onWish,
            drop: (item, wish) => onPlace(JSON.parse(item) as PaletteItem, wish),
            menu: onMenu,
            tidy: () => tidyUp(store),
          },
    [store, readOnly, onWish, onPlace, onMenu],
  );
  const isEmpty = outlineOf(draft).places.size === 0;
  return (
    <ChooseIterationProvider value={(loop, index) => showItem(store, loop, index)}>
      <FlowCanvas
        label="Canvas"
        picture={picture}
        editing={editing}
        onSelect={(ids, wire) => select(store, ids, wire)}
        onReady={onReady}
        lookAt={selection.ids[0]}
      >
        {isEmpty && (
          <Panel position="top-center" style={{ top: '16%' }}>
            <EmptyCanvas
              onTrigger={
                readOnly
                  ? undefined
                  : () =>
                      onWish({ screen: { x: window.innerWidth / 2 - 150, y: window.innerHeight / 3 }, trigger: true })
              }
            />
          </Panel>
        )}
      </FlowCanvas>
    </ChooseIterationProvider>
  );
}
