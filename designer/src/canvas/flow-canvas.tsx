import '@xyflow/react/dist/base.css';
import { Background, MiniMap, Panel, ReactFlow, ReactFlowProvider, useReactFlow } from '@xyflow/react';
import { type ReactNode, useCallback, useEffect, useMemo, useState } from 'react';
import type { CanvasView } from '../editor/canvas-view.js';
import { stepStatus } from '../status/statuses.js';
import { Box } from './box.js';
import classes from './canvas.module.css';
import { CanvasActionsProvider } from './canvas-actions.js';
import { CanvasControls } from './canvas-controls.js';
import { type CanvasEditing, keepDragged, useGestures } from './gestures.js';
import { LoopBox } from './loop-box.js';
import type { BoxNode, CanvasPicture, WireEdge } from './to-react-flow.js';
import { useKeepVisible } from './use-keep-visible.js';
import { showOpening, viewOf } from './view-of.js';
import { ArrowHead, Wire } from './wire.js';

const nodeTypes = { box: Box, loop: LoopBox };
const edgeTypes = { wire: Wire };

interface FlowCanvasProps {
  picture: CanvasPicture;
  label: string;
  editing: CanvasEditing | null;
  onSelect: (ids: string[], wire: string | null) => void;
  /** Called once the view can be steered. */
  onReady?: (view: CanvasView) => void;
  /** The box that is to be seen when the flow is opened, and as it changes, until the person moves the canvas. */
  lookAt?: string | undefined;
  children?: ReactNode;
}

/** The canvas: draws a picture of a flow and tells what the person does to it. */
export function FlowCanvas(props: FlowCanvasProps) {
  return (
    <ReactFlowProvider>
      <Canvas {...props} />
    </ReactFlowProvider>
  );
}

function Canvas({ picture, label, editing, onSelect, onReady, lookAt, children }: FlowCanvasProps) {
  // While boxes are dragged React Flow holds their positions; the picture follows when they are let go.
  const [nodes, setNodes] = useState(picture.nodes);
  useEffect(() => setNodes((now) => keepDragged(picture.nodes, now)), [picture.nodes]);
  const flow = useReactFlow<BoxNode, WireEdge>();
  const selected = useMemo(() => picture.nodes.filter((node) => node.selected).map((node) => node.id), [picture.nodes]);
  const [moved, setMoved] = useState(false);
  const { frame, handlers } = useKeepVisible(selected.length === 1 ? selected[0] : moved ? undefined : lookAt);
  const actions = useMemo(() => (editing === null ? null : { wish: editing.wish }), [editing]);
  const gestures = useGestures({ flow, picture, selected, editing, onSelect, setNodes });
  const onMoveStart = useCallback((event: unknown) => event !== null && setMoved(true), []);

  useEffect(() => onReady?.(viewOf(flow, frame)), [flow, frame, onReady]);

  return (
    <section
      className={classes.canvas}
      ref={frame}
      aria-label={label}
      {...handlers}
      onKeyDown={(event) => {
        const id = focusedId(event, '.react-flow__node') ?? undefined;
        const wire = focusedId(event, '.react-flow__edge');
        if ((event.key !== 'Enter' && event.key !== ' ') || (id === undefined && wire === null)) return;
        event.preventDefault();
        onSelect(id === undefined ? [] : [id], wire);
      }}
    >
      <CanvasActionsProvider value={actions}>
        <ArrowHead />
        <ReactFlow
          nodes={nodes}
          edges={picture.edges}
          nodeTypes={nodeTypes}
          edgeTypes={edgeTypes}
          {...gestures}
          onMoveStart={onMoveStart}
          nodesConnectable={editing !== null}
          nodesDraggable={editing !== null}
          deleteKeyCode={null}
          disableKeyboardA11y
          selectNodesOnDrag={false}
          connectOnClick={false}
          connectionRadius={32}
          elevateNodesOnSelect={false}
          panOnScroll
          minZoom={0.1}
          maxZoom={2}
          onInit={() => showOpening(flow, frame, lookAt)}
          ariaLabelConfig={ariaLabels}
        >
          <Background gap={20} size={1.2} />
          <MiniMap
            className={classes.minimap ?? ''}
            position="bottom-left"
            pannable
            zoomable
            ariaLabel="Overview of the flow"
            nodeColor={miniColour}
            nodeBorderRadius={8}
            maskColor="color-mix(in srgb, var(--surface) 70%, transparent)"
            style={{ width: 148, height: 96 }}
          />
          <Panel position="bottom-center">
            <CanvasControls onTidy={editing?.tidy} />
          </Panel>
          {children}
        </ReactFlow>
      </CanvasActionsProvider>
    </section>
  );
}

/** The library's own sentences tell of keys that are used otherwise here. */
const ariaLabels = {
  'node.a11yDescription.default': 'Press Enter to open its settings. The arrow keys walk along the wires.',
  'node.a11yDescription.keyboardDisabled': 'Press Enter to open its settings. The arrow keys walk along the wires.',
  'edge.a11yDescription.default': 'A wire.',
};

function miniColour(node: BoxNode): string {
  if (node.type === 'loop') return 'color-mix(in srgb, var(--line-strong) 25%, transparent)';
  return node.data.state === null ? 'var(--line-strong)' : `var(--state-${stepStatus(node.data.state).look})`;
}

/** The id of the box or wire that has the keyboard itself, not something inside it. */
function focusedId({ target }: { target: EventTarget }, selector: string): string | null {
  return target instanceof Element && target.matches(selector) ? target.getAttribute('data-id') : null;
}
