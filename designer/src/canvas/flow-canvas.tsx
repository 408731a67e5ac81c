import '@xyflow/react/dist/base.css';
import {
  applyNodeChanges,
  Background,
  type Connection,
  type EdgeChange,
  type FinalConnectionState,
  MarkerType,
  MiniMap,
  type NodeChange,
  Panel,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
} from '@xyflow/react';
import { type DragEvent, type ReactNode, useEffect, useMemo, useState } from 'react';
import type { StepWish } from '../editor/add-item.js';
import type { CanvasView } from '../editor/canvas-view.js';
import { type Point, toGrid } from '../editor/measures.js';
import { stepStatus } from '../status/statuses.js';
import { Box } from './box.js';
import classes from './canvas.module.css';
import { CanvasActionsProvider } from './canvas-actions.js';
import { CanvasControls } from './canvas-controls.js';
import { LoopBox } from './loop-box.js';
import type { BoxNode, CanvasPicture, WireEdge } from './to-react-flow.js';
import { useKeepVisible } from './use-keep-visible.js';
import { Wire } from './wire.js';

const nodeTypes = { box: Box, loop: LoopBox };
const edgeTypes = { wire: Wire };
const edgeDefaults = {
  markerEnd: { type: MarkerType.ArrowClosed, width: 16, height: 16, color: 'var(--line-strong)' },
};
const fitOptions = { padding: 0.15, maxZoom: 1 };

/** The drag format in which the palette hands over what is to be added. */
export const paletteFormat = 'application/x-castellan-step';

/** What a person may change on the canvas; without it the flow is only looked at. */
export interface CanvasEditing {
  move: (positions: Record<string, Point>) => void;
  connect: (wire: { from: string; port: string; to: string }) => void;
  mayConnect: (wire: { from: string; port: string; to: string }) => boolean;
  wish: (wish: StepWish) => void;
  drop: (item: string, wish: StepWish) => void;
  menu: (screen: Point) => void;
  tidy: () => void;
}

interface FlowCanvasProps {
  picture: CanvasPicture;
  label: string;
  editing: CanvasEditing | null;
  onSelect: (ids: string[], wire: string | null) => void;
  /** Called once the view can be steered. */
  onReady?: (view: CanvasView) => void;
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

function Canvas({ picture, label, editing, onSelect, onReady, children }: FlowCanvasProps) {
  // While boxes are dragged React Flow holds their positions; the picture follows when they are let go.
  const [nodes, setNodes] = useState(picture.nodes);
  useEffect(() => setNodes(picture.nodes), [picture.nodes]);
  const flow = useReactFlow<BoxNode, WireEdge>();
  const selected = useMemo(() => picture.nodes.filter((node) => node.selected).map((node) => node.id), [picture.nodes]);
  const frame = useKeepVisible(selected.length === 1 ? selected[0] : undefined);
  const actions = useMemo(() => (editing === null ? null : { wish: editing.wish }), [editing]);

  useEffect(() => onReady?.(viewOf(flow, frame)), [flow, frame, onReady]);

  const onNodesChange = (changes: NodeChange<BoxNode>[]) => {
    const moves = changes.filter((change) => change.type === 'position');
    if (moves.length > 0) setNodes((now) => applyNodeChanges(moves, now));
    const chosen = selectionAfter(selected, changes);
    if (chosen !== undefined) onSelect(chosen, null);
  };
  const onEdgesChange = (changes: EdgeChange<WireEdge>[]) => {
    const chosen = changes.find((change) => change.type === 'select' && change.selected);
    if (chosen?.type === 'select') onSelect([], chosen.id);
  };

  return (
    <section
      className={classes.canvas}
      ref={frame}
      aria-label={label}
      onKeyDown={(event) => {
        const id = focusedId(event, '.react-flow__node') ?? undefined;
        const wire = focusedId(event, '.react-flow__edge');
        if ((event.key !== 'Enter' && event.key !== ' ') || (id === undefined && wire === null)) return;
        event.preventDefault();
        onSelect(id === undefined ? [] : [id], wire);
      }}
    >
      <CanvasActionsProvider value={actions}>
        <ReactFlow
          nodes={nodes}
          edges={picture.edges}
          nodeTypes={nodeTypes}
          edgeTypes={edgeTypes}
          defaultEdgeOptions={edgeDefaults}
          onNodesChange={onNodesChange}
          onEdgesChange={onEdgesChange}
          onNodeDragStop={(_event, _node, dragged) => {
            setNodes(picture.nodes);
            editing?.move(Object.fromEntries(dragged.map((node) => [node.id, toGrid(node.position)])));
          }}
          onPaneClick={() => onSelect([], null)}
          onEdgeClick={(event, edge) => {
            const onAdd = (event.target as Element).closest('[data-wire-add]') !== null;
            if (onAdd) editing?.wish({ screen: { x: event.clientX, y: event.clientY }, wire: edge.id });
          }}
          onConnect={(connection) => editing?.connect(wireOf(connection))}
          onConnectEnd={(event, state) => endWire(event, state, flow, editing)}
          isValidConnection={(connection) => editing?.mayConnect(wireOf(connection)) ?? false}
          onNodeContextMenu={(event, node) => {
            event.preventDefault();
            if (!node.selected) onSelect([node.id], null);
            editing?.menu({ x: event.clientX, y: event.clientY });
          }}
          onPaneContextMenu={(event) => {
            event.preventDefault();
            editing?.menu({ x: event.clientX, y: event.clientY });
          }}
          onDragOver={(event) => {
            if (editing !== null && event.dataTransfer.types.includes(paletteFormat)) event.preventDefault();
          }}
          onDrop={(event) => editing?.drop(event.dataTransfer.getData(paletteFormat), dropPlace(event, flow))}
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
          fitView
          fitViewOptions={fitOptions}
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
  return node.data.state === null ? 'var(--line-strong)' : `var(--state-${stepStatus(node.data.state.status).look})`;
}

/** The selection after React Flow's changes; undefined where they do not touch it. */
function selectionAfter(before: string[], changes: NodeChange<BoxNode>[]): string[] | undefined {
  const after = new Set(before);
  for (const change of changes) {
    if (change.type !== 'select') continue;
    if (change.selected) after.add(change.id);
    else after.delete(change.id);
  }
  const same = after.size === before.length && before.every((id) => after.has(id));
  return same ? undefined : [...after];
}

/** The id of the box or wire that has the keyboard itself, not something inside it. */
function focusedId({ target }: { target: EventTarget }, selector: string): string | null {
  return target instanceof Element && target.matches(selector) ? target.getAttribute('data-id') : null;
}

function wireOf({
  source,
  sourceHandle,
  target,
}: Pick<Connection, 'source' | 'target'> & { sourceHandle?: string | null }) {
  return { from: source, port: sourceHandle ?? 'out', to: target };
}

type Flow = ReturnType<typeof useReactFlow<BoxNode, WireEdge>>;

/** A wire let go over a box is tied to it; over nothing, it asks for a new step. */
function endWire(
  event: MouseEvent | TouchEvent,
  state: FinalConnectionState,
  flow: Flow,
  editing: CanvasEditing | null,
) {
  if (editing === null || state.toHandle !== null || state.fromHandle?.type !== 'source') return;
  const pointer = 'changedTouches' in event ? event.changedTouches[0] : event;
  if (pointer === undefined) return;
  const screen = { x: pointer.clientX, y: pointer.clientY };
  const after = { from: state.fromHandle.nodeId, port: state.fromHandle.id ?? 'out' };
  const box = document.elementFromPoint(screen.x, screen.y)?.closest('.react-flow__node')?.getAttribute('data-id');
  const wire = { ...after, to: box ?? '' };
  if (box != null && editing.mayConnect(wire)) editing.connect(wire);
  else if (box == null || box !== after.from)
    editing.wish({ screen, canvas: flow.screenToFlowPosition(screen), after });
}

function dropPlace(event: DragEvent, flow: Flow): StepWish {
  const screen = { x: event.clientX, y: event.clientY };
  const wire = document
    .elementsFromPoint(screen.x, screen.y)
    .map((element) => element.closest('.react-flow__edge')?.getAttribute('data-id'))
    .find((id) => id != null);
  return { screen, canvas: flow.screenToFlowPosition(screen), ...(wire == null ? {} : { wire }) };
}

function viewOf(flow: Flow, frame: { current: HTMLElement | null }): CanvasView {
  return {
    fit: () => void flow.fitView(fitOptions),
    actualSize: () => void flow.zoomTo(1),
    zoomIn: () => void flow.zoomIn(),
    zoomOut: () => void flow.zoomOut(),
    centre: () => flow.screenToFlowPosition(centreOf(frame.current!)),
    centreOnScreen: () => centreOf(frame.current!),
    boxes: () =>
      flow.getNodes().map((node) => {
        const { positionAbsolute } = flow.getInternalNode(node.id)!.internals;
        return { id: node.id, ...positionAbsolute, width: node.width ?? 0, height: node.height ?? 0 };
      }),
    focus: (id) => frame.current?.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`)?.focus(),
  };
}

function centreOf(element: HTMLElement): Point {
  const { left, top, width, height } = element.getBoundingClientRect();
  return { x: left + width / 2, y: top + height / 2 };
}
