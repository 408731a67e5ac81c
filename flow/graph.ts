import type { Wire } from './schema/steps.js';

/** One wire as the graph functions see it; ports do not matter to most of them. */
type Arrow = Pick<Wire, 'from' | 'to'>;

/** The wires of a level by the step that they lead to and by the step or trigger that they leave. */
export interface WireIndex<W extends Arrow = Wire> {
  into: ReadonlyMap<string, readonly W[]>;
  from: ReadonlyMap<string, readonly W[]>;
}

/** Builds both look-ups in one pass; make it once for each level. */
export function indexWires<W extends Arrow>(wires: readonly W[]): WireIndex<W> {
  return { into: groupWires(wires, 'to'), from: groupWires(wires, 'from') };
}

function groupWires<W extends Arrow>(wires: readonly W[], end: 'from' | 'to'): Map<string, W[]> {
  const groups = new Map<string, W[]>();
  for (const wire of wires) {
    const group = groups.get(wire[end]);
    if (group) group.push(wire);
    else groups.set(wire[end], [wire]);
  }
  return groups;
}

/** The wires that lead to a step. */
export function wiresInto<W extends Arrow>(index: WireIndex<W>, stepId: string): readonly W[] {
  return index.into.get(stepId) ?? [];
}

/** The wires that leave a step or trigger, by one port or by any. */
function wiresFrom(index: WireIndex, id: string, port?: string): readonly Wire[] {
  const wires = index.from.get(id) ?? [];
  return port === undefined ? wires : wires.filter((wire) => wire.port === port);
}

/** The steps to which a port leads, each once, in the order of the wires. */
export function stepsAfter(index: WireIndex, id: string, port?: string): string[] {
  return [...new Set(wiresFrom(index, id, port).map((wire) => wire.to))];
}

/**
 * The ids, each after all from which a wire leads to it; among equals the given order is kept, so that the same
 * flow always gives the same order. Wires from or to anything else are ignored.
 * @throws where the wires make a cycle, naming its path.
 */
export function topologicalOrder(ids: readonly string[], wires: readonly Arrow[]): string[] {
  const inner = wiresAmong(new Set(ids), wires);
  const order = orderUntilCycles(ids, inner);
  if (order.length < ids.length) {
    const cycle = findCycles(ids, inner)[0] ?? [];
    throw new Error(`The steps ${cycle.join(' → ')} wait for each other. Remove one of these wires.`);
  }
  return order;
}

function wiresAmong(ids: ReadonlySet<string>, wires: readonly Arrow[]): Arrow[] {
  return wires.filter((wire) => ids.has(wire.from) && ids.has(wire.to));
}

/** What lies on a cycle, or behind one, is missing in the answer. */
function orderUntilCycles(ids: readonly string[], wires: readonly Arrow[]): string[] {
  const { from } = indexWires(wires);
  const open = new Map(ids.map((id) => [id, 0]));
  for (const wire of wires) open.set(wire.to, (open.get(wire.to) ?? 0) + 1);
  const order = ids.filter((id) => open.get(id) === 0);
  // The array grows while it is walked.
  for (const id of order) {
    for (const { to } of from.get(id) ?? []) {
      const left = (open.get(to) ?? 0) - 1;
      open.set(to, left);
      if (left === 0) order.push(to);
    }
  }
  return order;
}

/** All that can be reached from the starts along the wires, the starts included. */
export function reachableFrom(starts: Iterable<string>, wires: readonly Arrow[]): Set<string> {
  return spread(starts, indexWires(wires).from, 'to');
}

/** All from which a step can be reached, the step itself left out unless it lies on a cycle. */
export function upstreamOf(stepId: string, wires: readonly Arrow[]): Set<string> {
  return upstreamIn(indexWires(wires), stepId);
}

/** As `upstreamOf`, for many steps of one level. */
export function upstreamIn<W extends Arrow>({ into }: WireIndex<W>, stepId: string): Set<string> {
  const direct = (into.get(stepId) ?? []).map((wire) => wire.from);
  return spread(direct, into, 'from');
}

function spread(
  starts: Iterable<string>,
  neighbours: ReadonlyMap<string, readonly Arrow[]>,
  end: 'from' | 'to',
): Set<string> {
  const seen = new Set(starts);
  // A set gives what is added while it is walked, so this is the whole breadth-first search.
  for (const id of seen) for (const wire of neighbours.get(id) ?? []) seen.add(wire[end]);
  return seen;
}

/**
 * One cycle for each group of steps that reach each other, as a path whose first and last id are the same.
 * No cycle: an empty list.
 */
export function findCycles(ids: readonly string[], wires: readonly Arrow[]): string[][] {
  const cycles: string[][] = [];
  let left = new Set(ids);
  for (;;) {
    const inner = wiresAmong(left, wires);
    const ordered = new Set(orderUntilCycles([...left], inner));
    left = new Set([...left].filter((id) => !ordered.has(id)));
    const [start] = left;
    if (start === undefined) return cycles;

    const stuck = wiresAmong(left, inner);
    const cycle = shortestCycle(stepOnCycle(start, stuck), stuck);
    cycles.push(cycle);
    const group = mutuallyReachable(cycle[0] as string, stuck);
    left = new Set([...left].filter((id) => !group.has(id)));
  }
}

/** Goes back from a step that waits, always to one that waits as well, until a step comes again. */
function stepOnCycle(start: string, stuck: Arrow[]): string {
  const { into } = indexWires(stuck);
  const visited = new Set<string>();
  let current = start;
  while (!visited.has(current)) {
    visited.add(current);
    current = into.get(current)?.[0]?.from ?? current;
  }
  return current;
}

function shortestCycle(through: string, wires: Arrow[]): string[] {
  const { from } = indexWires(wires);
  const before = new Map<string, string>();
  const queue = [through];
  for (const id of queue) {
    for (const { to } of from.get(id) ?? []) {
      if (before.has(to)) continue;
      before.set(to, id);
      queue.push(to);
    }
  }
  const path = [through];
  let step = before.get(through);
  while (step !== undefined && step !== through) {
    path.unshift(step);
    step = before.get(step);
  }
  return [through, ...path];
}

function mutuallyReachable(id: string, wires: Arrow[]): Set<string> {
  const after = reachableFrom([id], wires);
  const before = upstreamOf(id, wires);
  return new Set([...after].filter((one) => before.has(one)));
}
