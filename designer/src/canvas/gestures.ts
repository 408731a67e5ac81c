import {
  applyNodeChanges,
  type Connection,
  type FinalConnectionState,
  type NodeChange,
  type ReactFlowProps,
} from '@xyflow/react';
import { type DragEvent, useMemo, useRef } from 'react';
import type { StepWish } from '../editor/add-item.js';
import { type Point, toGrid } from '../editor/measures.js';
import type { BoxNode, CanvasPicture, WireEdge } from './to-react-flow.js';
import type { Flow } from './view-of.js';

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

interface GestureInput {
  flow: Flow;
  picture: CanvasPicture;
  selected: readonly string[];
  editing: CanvasEditing | null;
  onSelect: (ids: string[], wire: string | null) => void;
  /** Holds the positions of boxes while they are dragged. */
  setNodes: (change: (now: BoxNode[]) => BoxNode[]) => void;
}

type Gestures = Pick<
  ReactFlowProps<BoxNode, WireEdge>,
  | 'onNodesChange'
  | 'onEdgesChange'
  | 'onNodeDragStop'
  | 'onPaneClick'
  | 'onEdgeClick'
  | 'onConnect'
  | 'onConnectEnd'
  | 'isValidConnection'
  | 'onNodeContextMenu'
  | 'onPaneContextMenu'
  | 'onDragOver'
  | 'onDrop'
>;

/**
 * What the library is told to call. The functions stay the same for the life of the canvas: were they others at each
 * drawing, every box would be drawn again with each pixel of a drag and each key of a title.
 */
export function useGestures(input: GestureInput): Gestures {
  const latest = useRef(input);
  latest.current = input;
  return useMemo<Gestures>(() => {
    const menuAt = (event: { preventDefault: () => void; clientX: number; clientY: number }) => {
      event.preventDefault();
      latest.current.editing?.menu({ x: event.clientX, y: event.clientY });
    };
    return {
      onNodesChange: (changes) => {
        const { setNodes, selected, onSelect } = latest.current;
        const moves = changes.filter((change) => change.type === 'position');
        if (moves.length > 0) setNodes((now) => applyNodeChanges(moves, now));
        const chosen = selectionAfter(selected, changes);
        if (chosen !== undefined) onSelect(chosen, null);
      },
      onEdgesChange: (changes) => {
        const chosen = changes.find((change) => change.type === 'select' && change.selected);
        if (chosen?.type === 'select') latest.current.onSelect([], chosen.id);
      },
      onNodeDragStop: (_event, _node, dragged) => {
        const { editing, picture, setNodes } = latest.current;
        setNodes(() => picture.nodes);
        editing?.move(Object.fromEntries(dragged.map((node) => [node.id, toGrid(node.position)])));
      },
      onPaneClick: () => latest.current.onSelect([], null),
      onEdgeClick: (event, edge) => {
        const onAdd = (event.target as Element).closest('[data-wire-add]') !== null;
        if (onAdd) latest.current.editing?.wish({ screen: { x: event.clientX, y: event.clientY }, wire: edge.id });
      },
      onConnect: (connection) => latest.current.editing?.connect(wireOf(connection)),
      onConnectEnd: (event, state) => endWire(event, state, latest.current),
      isValidConnection: (connection) => latest.current.editing?.mayConnect(wireOf(connection)) ?? false,
      onNodeContextMenu: (event, node) => {
        if (!node.selected) latest.current.onSelect([node.id], null);
        menuAt(event);
      },
      onPaneContextMenu: menuAt,
      onDragOver: (event) => {
        if (latest.current.editing !== null && event.dataTransfer.types.includes(paletteFormat)) event.preventDefault();
      },
      onDrop: (event) => {
        const { editing, flow } = latest.current;
        editing?.drop(event.dataTransfer.getData(paletteFormat), dropPlace(event, flow));
      },
    };
  }, []);
}

/** The boxes of a new picture; one that is being dragged stays under the pointer. */
export function keepDragged(next: BoxNode[], now: BoxNode[]): BoxNode[] {
  const dragged = new Map(now.filter((node) => node.dragging).map((node) => [node.id, node]));
  if (dragged.size === 0) return next;
  return next.map((node) => {
    const held = dragged.get(node.id);
    return held === undefined ? node : { ...node, position: held.position, dragging: true };
  });
}

/** The selection after React Flow's changes; undefined where they do not touch it. */
function selectionAfter(before: readonly string[], changes: NodeChange<BoxNode>[]): string[] | undefined {
  const after = new Set(before);
  for (const change of changes) {
    if (change.type !== 'select') continue;
    if (change.selected) after.add(change.id);
    else after.delete(change.id);
  }
  const same = after.size === before.length && before.every((id) => after.has(id));
  return same ? undefined : [...after];
}

function wireOf(connection: Pick<Connection, 'source' | 'target'> & { sourceHandle?: string | null }) {
  return { from: connection.source, port: connection.sourceHandle ?? 'out', to: connection.target };
}

/** A wire let go over a box is tied to it; over nothing, it asks for a new step. */
function endWire(event: MouseEvent | TouchEvent, state: FinalConnectionState, { flow, editing }: GestureInput) {
  if (editing === null || state.toHandle !== null || state.fromHandle?.type !== 'source') return;
  const pointer = 'changedTouches' in event ? event.changedTouches[0] : event;
  if (pointer === undefined) return;
  const screen = { x: pointer.clientX, y: pointer.clientY };
  const after = { from: state.fromHandle.nodeId, port: state.fromHandle.id ?? 'out' };
  const canvas = flow.screenToFlowPosition(screen);
  const box = boxUnder(screen, after);
  if (box === undefined) editing.wish({ screen, canvas, after });
  else if (editing.mayConnect({ ...after, to: box })) editing.connect({ ...after, to: box });
}

/** The box at a place on the screen. A wire that ends in its own loop ends on nothing: there is room for a step. */
function boxUnder(screen: Point, after: { from: string }): string | undefined {
  const box = document.elementFromPoint(screen.x, screen.y)?.closest('.react-flow__node');
  const isLoop = box?.classList.contains('react-flow__node-loop') ?? false;
  const id = box?.getAttribute('data-id') ?? undefined;
  return isLoop && id === after.from ? undefined : id;
}

function dropPlace(event: DragEvent, flow: Flow): StepWish {
  const screen = { x: event.clientX, y: event.clientY };
  const wire = document
    .elementsFromPoint(screen.x, screen.y)
    .map((element) => element.closest('.react-flow__edge')?.getAttribute('data-id'))
    .find((id) => id != null);
  return { screen, canvas: flow.screenToFlowPosition(screen), ...(wire == null ? {} : { wire }) };
}
