import type { Plan, TestCoverage } from '@castellan/api';
import type { Draft, DraftWire, Problem } from '@castellan/flow';
import { actOf, eachPort } from '@castellan/flow';
import { type Edge, type Node, type NodeHandle, Position } from '@xyflow/react';
import { arrange } from '../editor/layout.js';
import { boxHeight, loopHeader, portTops, type Size } from '../editor/measures.js';
import { outlineOf, type Place, titleOf, wireId } from '../editor/outline.js';
import { type BoxData, type BoxState, boxData, neverReached } from './box-data.js';
import type { BoxCatalog } from './boxes/index.js';
import { detoursOf, type PlannedDetour } from './detours.js';
import type { RunOverlay } from './run-overlay.js';

export type BoxNode = Node<BoxData, BoxType>;
export type BoxType = 'box' | 'loop';
export type WireEdge = Edge<WireData, 'wire'>;

export interface WireData extends Record<string, unknown> {
  port: string;
  /** In a run: whether it was taken; null where no run is shown or nothing is decided. */
  taken: boolean | null;
  /** Items that went along it, of loops. */
  count: number | null;
  /** Nothing may be put on it: the flow is only looked at. */
  readOnly: boolean;
  /** Test cases are looked at, and none goes along it. */
  untested: boolean;
  /** How it gets around boxes that are in its way. */
  detour: PlannedDetour | null;
  /** It is a part of the way by which a problem comes about. */
  onWay: boolean;
}

export interface CanvasInput {
  draft: Draft;
  catalog: BoxCatalog | undefined;
  problems: readonly Problem[];
  selected: ReadonlySet<string>;
  selectedWire: string | null;
  overlay: RunOverlay | null;
  /** Pinned outputs of steps, with what each step did then. */
  pins?: readonly { stepId: string; act: string }[];
  /** Where test cases are looked at: the steps and ports that none takes. */
  coverage?: Pick<TestCoverage, 'steps' | 'ports'> | null;
  /** The triggers and steps by which a problem comes about, in their order. */
  way?: readonly string[];
  /** In a run that made an access plan: what each step would change. */
  planned?: Readonly<Record<string, Plan['counts']>> | null;
  readOnly: boolean;
}

export interface CanvasPicture {
  nodes: BoxNode[];
  edges: WireEdge[];
}

/**
 * Draws flows one after another. What did not change since the last picture is the same object again, so that
 * React Flow draws only the boxes that did: typing in one step of 500 draws one box.
 */
export function createPictures(): (input: CanvasInput) => CanvasPicture {
  const nodes = new Remembered<BoxNode>();
  const edges = new Remembered<WireEdge>();
  return (input) => {
    nodes.begin();
    edges.begin();
    return { nodes: drawBoxes(input, nodes), edges: drawWires(input, edges) };
  };
}

function drawBoxes(input: CanvasInput, known: Remembered<BoxNode>): BoxNode[] {
  const { draft, catalog, overlay, selected, readOnly } = input;
  const { places } = outlineOf(draft);
  const { positions, sizes } = arrange(draft);
  const worst = worstProblems(input.problems);
  const slots = draft.connections ?? {};
  const wired = wiredPorts(draft);
  const untested = untestedPorts(input.coverage);
  const pins = new Map(input.pins?.map(({ stepId, act }) => [stepId, act]));
  return [...places.values()].map((place) => {
    const item = place.type === 'step' ? place.step : place.trigger;
    const at = positions[place.id]!;
    const size = sizes.get(place.id)!;
    const problem = worst.get(place.id) ?? null;
    const state = overlay === null ? null : stateOf(place, overlay);
    const iteration = overlay?.iterations.get(place.id) ?? null;
    const isSelected = selected.has(place.id);
    const act = place.type === 'step' ? pins.get(place.id) : undefined;
    const pin = act === undefined ? null : act === actOf(draft, item) ? 'fits' : 'stale';
    const ports = wired.get(place.id) ?? '';
    const missed = untested.get(place.id) ?? null;
    const planned = input.planned?.[place.id] ?? null;
    const onWay = (input.way?.indexOf(place.id) ?? -1) + 1;
    const basis = [
      item,
      slots,
      catalog,
      problem,
      state,
      pin,
      missed,
      planned,
      onWay,
      ports,
      at.x,
      at.y,
      size.width,
      size.height,
      isSelected,
      readOnly,
      place.loops.at(-1),
      iteration === null ? '' : `${iteration.index} ${iteration.known.length}`,
    ];
    return known.get(place.id, basis, () =>
      drawBox({
        place,
        at,
        size,
        isSelected,
        readOnly,
        data: boxData(place, {
          slots,
          catalog,
          problem,
          state,
          pin,
          untested: missed,
          planned,
          onWay,
          wiredPorts: ports,
          iteration,
        }),
      }),
    );
  });
}

interface BoxInput {
  place: Place;
  at: { x: number; y: number };
  size: Size;
  isSelected: boolean;
  readOnly: boolean;
  data: BoxData;
}

function drawBox({ place, at, size, isSelected, readOnly, data }: BoxInput): BoxNode {
  const isLoop = data.kind === 'loop';
  const loop = place.loops.at(-1);
  return {
    id: place.id,
    type: isLoop ? 'loop' : 'box',
    position: { x: at.x, y: at.y },
    width: size.width,
    height: size.height,
    measured: { ...size },
    handles: handlesOf(data, size),
    data,
    selected: isSelected,
    draggable: !readOnly,
    ariaLabel: data.label,
    ariaRole: 'button',
    domAttributes: { 'aria-pressed': isSelected, 'aria-roledescription': data.isTrigger ? 'trigger' : 'step' },
    ...(loop === undefined ? {} : { parentId: loop }),
    ...(isLoop ? { zIndex: -1 } : {}),
  };
}

/** Where wires begin and end, so that they can be drawn before the boxes are measured. */
function handlesOf(data: BoxData, size: Size): NodeHandle[] {
  const isLoop = data.kind === 'loop';
  const height = isLoop ? loopHeader : size.height;
  const point = { width: 1, height: 1 };
  const tops = portTops(data.ports.length, height);
  const handles: NodeHandle[] = data.ports.map((port, index) => ({
    ...point,
    id: port.id,
    type: 'source',
    position: Position.Right,
    x: size.width,
    y: tops[index]!,
  }));
  if (!data.isTrigger) {
    handles.push({
      ...point,
      id: 'in',
      type: 'target',
      position: Position.Left,
      x: 0,
      y: Math.min(height, boxHeight) / 2,
    });
  }
  if (isLoop) {
    handles.push({ ...point, id: eachPort, type: 'source', position: Position.Right, x: 0, y: eachTop(size) });
  }
  return handles;
}

/** Height of a loop's inner port, from the top of the loop. */
export function eachTop(size: Size): number {
  return loopHeader + (size.height - loopHeader) / 2;
}

function drawWires(input: CanvasInput, known: Remembered<WireEdge>): WireEdge[] {
  const { draft, overlay, selectedWire, readOnly } = input;
  const { places, levels } = outlineOf(draft);
  const untested = untestedPorts(input.coverage);
  const detours = detoursOf(draft);
  const way = input.way ?? [];
  return levels
    .flatMap((level) => level.wires)
    .flatMap((wire) => {
      const from = places.get(wire.from ?? '');
      const to = places.get(wire.to ?? '');
      // A wire to nowhere is a problem with a place in the list; there is nothing that it could be drawn to.
      if (from === undefined || to === undefined) return [];
      const id = wireId(wire);
      const port = wire.port ?? 'out';
      const taken = overlay === null ? null : wasTaken(wire, from, overlay);
      const count = taken ? (overlay?.states.get(from.id)?.count ?? null) : null;
      const isSelected = selectedWire === id;
      const missed = untested.get(from.id)?.split('\n') ?? [];
      const isUntested = missed.includes(neverReached) || missed.includes(port);
      const detour = detours.get(id) ?? null;
      const onWay = way.some((one, index) => one === from.id && way[index + 1] === to.id);
      const looks = [port, taken, count, isSelected, readOnly, isUntested, onWay, titleOf(from), titleOf(to)];
      return known.get(id, [...looks, detour && Object.values(detour).join(' ')], () => ({
        id,
        type: 'wire' as const,
        source: from.id,
        target: to.id,
        sourceHandle: port,
        targetHandle: 'in',
        selected: isSelected,
        data: { port, taken, count, readOnly, untested: isUntested, onWay, detour },
        ariaLabel: `Wire from ${titleOf(from)}, ${port}, to ${titleOf(to)}`,
        interactionWidth: 24,
      }));
    });
}

function stateOf(place: Place, overlay: RunOverlay): BoxState | null {
  return place.type === 'trigger' ? null : (overlay.states.get(place.id) ?? null);
}

const settled = new Set(['succeeded', 'failed', 'skipped', 'cancelled']);

/** Whether a wire was live in the run: its step settled by its port. A body is entered as soon as its loop runs. */
function wasTaken(wire: DraftWire, from: Place, overlay: RunOverlay): boolean | null {
  if (from.type === 'trigger') return from.id === overlay.triggerId;
  const state = overlay.states.get(from.id);
  if (state === undefined) return null;
  if (wire.port === eachPort) return state.status === 'skipped' ? false : state.startedAt !== null;
  if (!settled.has(state.status)) return null;
  return state.port === (wire.port ?? 'out');
}

/** The ports of each box that a wire leaves, as one text: it is compared with that of the last picture. */
function wiredPorts(draft: Draft): Map<string, string> {
  const ports = new Map<string, string>();
  for (const { from, port } of outlineOf(draft).levels.flatMap((level) => level.wires)) {
    if (from !== undefined) ports.set(from, `${ports.get(from) ?? ''}${port ?? 'out'}\n`);
  }
  return ports;
}

/** By step the ports that no test case takes, one a line, as one text: it is compared with that of the last picture. */
function untestedPorts(coverage: CanvasInput['coverage']): Map<string, string> {
  const untested = new Map<string, string>();
  for (const { stepId, port } of coverage?.ports ?? []) {
    const others = untested.get(stepId);
    untested.set(stepId, others === undefined ? port : `${others}\n${port}`);
  }
  for (const step of coverage?.steps ?? []) untested.set(step, neverReached);
  return untested;
}

/** The worst problem of each step and trigger. */
function worstProblems(problems: readonly Problem[]): Map<string, 'error' | 'warning'> {
  const worst = new Map<string, 'error' | 'warning'>();
  for (const problem of problems) {
    const id = problem.stepId ?? triggerOf(problem.pointer);
    if (id !== undefined && worst.get(id) !== 'error') worst.set(id, problem.severity);
  }
  return worst;
}

/** The trigger that a pointer leads into. */
export function triggerOf(pointer: string): string | undefined {
  return /^\/triggers\/([^/]+)/.exec(pointer)?.[1];
}

/** Values by id, made anew only when what they were made from differs. */
class Remembered<Value> {
  private last = new Map<string, { basis: unknown[]; value: Value }>();
  private present = new Map<string, { basis: unknown[]; value: Value }>();

  /** What is not asked for again after this is forgotten at the next beginning. */
  begin(): void {
    this.last = this.present;
    this.present = new Map();
  }

  get(id: string, basis: unknown[], make: () => Value): Value {
    const known = this.last.get(id);
    const same = known?.basis.every((part, index) => Object.is(part, basis[index])) ?? false;
    const entry = known !== undefined && same ? known : { basis, value: make() };
    this.present.set(id, entry);
    return entry.value;
  }
}
