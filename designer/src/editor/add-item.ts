import {
  addStep,
  addTrigger,
  type Draft,
  type DraftStep,
  type DraftTrigger,
  eachPort,
  fillSlots,
  moveSteps,
  newStepId,
  reachableFrom,
  setSlot,
  type Wire,
} from '@castellan/flow';
import { freeName } from './free-name.js';
import { type Arrangement, absolutePosition, arrange, columnGap, freePlace } from './layout.js';
import { boxHeight, boxWidth, loopHeader, loopPadding, type Point } from './measures.js';
import { type Level, outlineOf, portsAt, wireId } from './outline.js';

/** Something that can be added to a flow. */
export interface NewItem {
  title: string;
  /** The system that it calls; its slot is found, or made. */
  system?: { id: string; title: string };
  make: { step: DraftStep } | { trigger: DraftTrigger };
}

/** Where a new step is wanted: after a port, on a wire, or just at a place. */
export interface StepWish {
  /** On the screen, where the list of steps is to open. */
  screen: Point;
  /** On the canvas, where the box is to stand; undefined lets the editor choose. */
  canvas?: Point;
  after?: { from: string; port: string };
  /** The id of the wire that the step is put on. */
  wire?: string;
  /** A trigger is wanted. */
  trigger?: boolean;
}

/** The port of a box that a next step is tied to: the first that no wire leaves, else the first; undefined for none. */
export function nextPort(flow: Draft, id: string): string | undefined {
  const { places, levels } = outlineOf(flow);
  const place = places.get(id);
  if (place === undefined) return undefined;
  const wired = new Set(levels.flatMap(({ wires }) => wires.filter(({ from }) => from === id).map(({ port }) => port)));
  const ports = portsAt(place);
  return ports.find((port) => port !== 'error' && port !== 'timeout' && !wired.has(port)) ?? ports[0];
}

interface Addition {
  item: NewItem;
  wish: Omit<StepWish, 'screen'>;
  /** Where the box goes when the wish says nothing: the middle of what is seen. */
  centre: Point;
  /** Connections that a new slot may be filled with at once. */
  connections: readonly { id: string; connector: string }[];
}

/** Adds a step or trigger as wished, with its slot; tells the flow and the new id. */
export function addItem(flow: Draft, { item, wish, centre, connections }: Addition): { flow: Draft; id: string } {
  const id = newStepId(flow, item.title);
  const placed = withPositions(flow);
  const { flow: withSlot, slot } = item.system ? slotFor(placed, item.system, connections) : { flow: placed };
  const named = slot === undefined ? {} : { connection: slot };
  if ('trigger' in item.make) {
    const trigger = { ...item.make.trigger, ...named };
    const position = freeAt(withSlot, null, wish.canvas ?? leftOf(centre));
    return { id, flow: addTrigger(withSlot, { id, trigger, position }) };
  }
  const step = { ...item.make.step, ...named };
  const target = targetOf(withSlot, wish);
  const roomy = target.wire === undefined ? withSlot : makeRoom(withSlot, target.wire);
  const position = placeFor(roomy, target, wish.canvas ?? centre, wish.canvas !== undefined);
  const { after, wire } = target;
  const added = addStep(roomy, {
    id,
    step,
    loop: target.loop,
    position,
    ...(after === undefined ? {} : { after }),
    ...(wire === undefined ? {} : { onWire: wire }),
  });
  return { id, flow: added };
}

/** The flow with a position for every box, so that an edit moves none but its own. */
export function withPositions(flow: Draft): Draft {
  const given = flow.layout?.positions ?? {};
  const missing = Object.entries(arrange(flow).positions).filter(([id]) => given[id] === undefined);
  return missing.length === 0 ? flow : moveSteps(flow, { positions: Object.fromEntries(missing) });
}

/** The innermost loop that a place on the canvas lies in; null for none. */
export function loopAt(flow: Draft, at: Point, { positions, sizes }: Arrangement = arrange(flow)): string | null {
  const { places, levels } = outlineOf(flow);
  const around = levels
    .filter(({ loop }) => loop !== null)
    .filter(({ loop }) => {
      const corner = absolutePosition(places.get(loop!)!, positions);
      const size = sizes.get(loop!)!;
      return at.x > corner.x && at.x < corner.x + size.width && at.y > corner.y && at.y < corner.y + size.height;
    });
  return around.toSorted((a, b) => b.loops.length - a.loops.length)[0]?.loop ?? null;
}

/** A place on the canvas as measured from a loop's corner. */
export function insideLoop(flow: Draft, loop: string | null, at: Point): Point {
  if (loop === null) return at;
  const corner = absolutePosition(outlineOf(flow).places.get(loop)!, arrange(flow).positions);
  return { x: Math.max(loopPadding, at.x - corner.x), y: Math.max(loopHeader + 16, at.y - corner.y) };
}

/** The flow with a slot for a system, and the slot's name. */
export function slotFor(
  flow: Draft,
  system: { id: string; title: string },
  connections: Addition['connections'],
): { flow: Draft; slot: string } {
  const slots = flow.connections ?? {};
  const known = Object.entries(slots).find(([, { connector }]) => connector === system.id)?.[0];
  if (known !== undefined) return { flow, slot: known };
  const slot = freeName(system.id, (name) => name in slots);
  const made = setSlot(flow, { name: slot, slot: { connector: system.id, title: system.title } });
  const fitting = connections.filter(({ connector }) => connector === system.id);
  // With one account there is nothing to choose.
  return { slot, flow: fitting.length === 1 ? fillSlots(made, { connections: { [slot]: fitting[0]!.id } }) : made };
}

interface Target {
  loop: string | null;
  after?: { from: string; port: string };
  wire?: Wire;
}

function targetOf(flow: Draft, wish: Omit<StepWish, 'screen'>): Target {
  const { places, levels } = outlineOf(flow);
  if (wish.wire !== undefined) {
    const level = levels.find(({ wireIds }) => wireIds.has(wish.wire!));
    const wire = level?.wires.find((each) => wireId(each) === wish.wire);
    if (level !== undefined && wire !== undefined) return { loop: level.loop, wire: wire as Wire };
  }
  if (wish.after !== undefined) {
    const { from, port } = wish.after;
    const loop = port === eachPort ? from : (places.get(from)?.loops.at(-1) ?? null);
    return { loop, after: wish.after };
  }
  return { loop: wish.canvas === undefined ? null : loopAt(flow, wish.canvas) };
}

function placeFor(flow: Draft, target: Target, at: Point, isChosen: boolean): Point {
  const { positions, sizes } = arrange(flow);
  const from = target.after?.from ?? target.wire?.from;
  if (isChosen || from === undefined) return freeAt(flow, target.loop, insideLoop(flow, target.loop, at));
  if (from === target.loop) return freeAt(flow, target.loop, { x: loopPadding * 2, y: loopHeader + loopPadding });
  const beside = positions[from]!;
  return freeAt(flow, target.loop, { x: beside.x + (sizes.get(from)?.width ?? boxWidth) + columnGap, y: beside.y });
}

/** The nearest place of a level, at or under this one, that is free. */
function freeAt(flow: Draft, loop: string | null, at: Point): Point {
  const { positions, sizes } = arrange(flow);
  const level = outlineOf(flow).levels.find((each) => each.loop === loop);
  const taken = idsAt(flow, level).map((id) => ({ ...positions[id]!, ...sizes.get(id)! }));
  return freePlace(at, { width: boxWidth, height: boxHeight }, taken);
}

function idsAt(flow: Draft, level: Level | undefined): string[] {
  if (level === undefined) return [];
  return [...(level.loop === null ? Object.keys(flow.triggers ?? {}) : []), ...Object.keys(level.steps)];
}

/** Moves what lies behind a wire to the right, where there is no room for a box on it. */
function makeRoom(flow: Draft, wire: Wire): Draft {
  const { positions, sizes } = arrange(flow);
  const level = outlineOf(flow).levels.find(({ wireIds }) => wireIds.has(wireId(wire)));
  const [from, to] = [positions[wire.from], positions[wire.to]];
  if (level === undefined || from === undefined || to === undefined) return flow;
  const start = wire.from === level.loop ? loopPadding : from.x + (sizes.get(wire.from)?.width ?? boxWidth) + columnGap;
  const missing = start + boxWidth + columnGap - to.x;
  if (missing <= 0) return flow;
  const wires = level.wires.map((each) => ({ from: each.from ?? '', to: each.to ?? '' }));
  const moved = [...reachableFrom([wire.to], wires)].filter((id) => id in level.steps);
  return moveSteps(flow, {
    positions: Object.fromEntries(moved.map((id) => [id, { x: positions[id]!.x + missing, y: positions[id]!.y }])),
  });
}

function leftOf(centre: Point): Point {
  return { x: centre.x - boxWidth, y: centre.y };
}
