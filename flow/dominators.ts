import type { ControlGraph, ControlLevel, ControlStep } from './control.js';
import { indexWires, reachableFrom, topologicalOrder } from './graph.js';
import type { Wire } from './schema/steps.js';

/** Answers whether every way from a start to `step` leads through `by`; a step dominates itself. */
export type Dominance = (by: string, step: string) => boolean;

/**
 * Dominance in one level, whose wires make no cycle. `starts` are the triggers, or in a body the loop's id.
 * What no start reaches is dominated by nothing but itself.
 */
export function dominance(starts: readonly string[], wires: readonly Wire[]): Dominance {
  const reached = reachableFrom(starts, wires);
  const { into } = indexWires(wires.filter((wire) => reached.has(wire.from)));
  // In topological order all ways to a step are known before it, so one pass is enough.
  const order = topologicalOrder([...reached], wires);
  const rank = new Map(order.map((id, position) => [id, position]));
  const parent = new Map<string, string | undefined>(starts.map((id) => [id, undefined]));

  const meet = (a: string | undefined, b: string | undefined): string | undefined => {
    let left = a;
    let right = b;
    while (left !== right) {
      if (left === undefined || right === undefined) return undefined;
      if ((rank.get(left) ?? 0) > (rank.get(right) ?? 0)) left = parent.get(left);
      else right = parent.get(right);
    }
    return left;
  };

  for (const id of order) {
    if (parent.has(id)) continue;
    const [first, ...others] = (into.get(id) ?? []).map((wire) => wire.from);
    parent.set(
      id,
      others.reduce<string | undefined>((common, other) => meet(common, other), first),
    );
  }
  return (by, step) => {
    let current: string | undefined = step;
    while (current !== undefined && current !== by) current = parent.get(current);
    return current === by;
  };
}

/**
 * The steps of a level that run only after `id` settled by `port`: those that the starts no longer reach without
 * its wires. With a port this is finer than dominance, which cannot tell `approved` from `rejected`.
 */
export function stepsOnlyAfter(
  place: { id: string; port: string },
  starts: readonly string[],
  wires: readonly Wire[],
): Set<string> {
  const rest = wires.filter((wire) => wire.from !== place.id || wire.port !== place.port);
  const otherwise = reachableFrom(starts, rest);
  return new Set([...reachableFrom(starts, wires)].filter((id) => !otherwise.has(id)));
}

/**
 * The default of an approval's `covers`: every write that runs only when it was approved, bodies of loops
 * included, in the order of the flow.
 */
export function writesCoveredBy(graph: ControlGraph, approvalId: string): string[] {
  return coveredBy(graph, approvalId, isWrite);
}

/** Whether what runs only when it was approved changes something: by a write, or by a flow that it calls. */
export function guardsChanges(graph: ControlGraph, approvalId: string): boolean {
  return coveredBy(graph, approvalId, (step) => isWrite(step) || step.kind === 'subflow').length > 0;
}

const isWrite = ({ effect }: ControlStep): boolean => effect !== undefined && effect !== 'read';

function coveredBy(graph: ControlGraph, approvalId: string, fits: (step: ControlStep) => boolean): string[] {
  const found = findLevel(graph.top, graph.triggers, approvalId);
  if (!found) return [];
  const { level, starts } = found;
  const after = stepsOnlyAfter({ id: approvalId, port: 'approved' }, starts, level.wires);
  return level.order.filter((id) => after.has(id)).flatMap((id) => stepsWithin(level, id, fits));
}

function stepsWithin(level: ControlLevel, id: string, fits: (step: ControlStep) => boolean): string[] {
  const step = level.steps[id];
  if (!step) return [];
  const { body } = step;
  const inner = body ? body.order.flatMap((one) => stepsWithin(body, one, fits)) : [];
  return fits(step) ? [id, ...inner] : inner;
}

function findLevel(
  level: ControlLevel,
  starts: string[],
  stepId: string,
): { level: ControlLevel; starts: string[] } | undefined {
  if (Object.hasOwn(level.steps, stepId)) return { level, starts };
  for (const step of Object.values(level.steps)) {
    const found = step.body && findLevel(step.body, [step.id], stepId);
    if (found) return found;
  }
  return undefined;
}
