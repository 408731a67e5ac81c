import { z } from 'zod';
import type { Json } from '../expression.js';
import { idsOf, levelsOf, objectOf } from '../levels.js';
import { type Draft, type DraftStep, type DraftWire, draftStepSchema, draftWireSchema } from '../schema/draft.js';
import { changeBody, findStep, loopOf } from './body.js';
import { freeId } from './ids.js';
import { moveSteps, type Point } from './move.js';
import { renameInValues } from './rename-references.js';

/** Steps of one level with the wires among them, as they go to the clipboard. They hold no connection and no secret. */
export interface Fragment {
  steps: Record<string, DraftStep>;
  wires: DraftWire[];
  positions: Record<string, Point>;
}

/** Copies steps: of those that are named, the ones that stand in the level of the first. */
export function copySteps(flow: Draft, { ids }: { ids: readonly string[] }): Fragment {
  const first = ids.map((id) => findStep(flow, id)).find((place) => place !== undefined);
  const wanted = new Set(ids);
  const steps = Object.fromEntries(first?.level.steps.filter(([id]) => wanted.has(id)) ?? []);
  const isInside = (id: string | undefined) => id !== undefined && Object.hasOwn(steps, id);
  const inner = new Set(levelsOf({ steps }).flatMap((level) => level.steps.map(([id]) => id)));
  const positions = Object.entries(objectOf(flow.layout?.positions)).filter(([id]) => inner.has(id)) as [
    string,
    Point,
  ][];
  return {
    steps,
    wires: first?.level.wires.filter(({ from, to }) => isInside(from) && isInside(to)) ?? [],
    positions: Object.fromEntries(positions.map(([id, { x, y }]) => [id, { x, y }])),
  };
}

/**
 * Puts copied steps into a level, under ids of their own: wires among them, expressions that name one of them, and the
 * steps that approvals cover follow the new ids. Answers the flow and which id became which.
 */
export function pasteSteps(
  flow: Draft,
  { fragment, loop = null, offset = { x: 40, y: 40 } }: { fragment: Fragment; loop?: string | null; offset?: Point },
): { flow: Draft; ids: Record<string, string> } {
  const taken = idsOf(flow);
  const ids: Record<string, string> = {};
  for (const { steps } of levelsOf({ steps: fragment.steps })) {
    for (const [id] of steps) {
      ids[id] = freeId(taken, id.replace(/_\d+$/, ''));
      taken.add(ids[id]);
    }
  }
  const isInside = (id: string | undefined) => id !== undefined && Object.hasOwn(fragment.steps, id);
  const wires = fragment.wires.filter(({ from, to }) => isInside(from) && isInside(to));
  const copy = renameBody({ steps: fragment.steps, wires }, ids);
  const pasted = changeBody(flow, loop, (body) => ({
    steps: { ...body.steps, ...copy.steps },
    wires: [...body.wires, ...copy.wires],
  }));
  const positions = Object.entries(fragment.positions)
    .filter(([id]) => Object.hasOwn(ids, id))
    .map(([id, { x, y }]) => [ids[id], { x: x + offset.x, y: y + offset.y }]);
  return { flow: moveSteps(pasted, { positions: Object.fromEntries(positions) }), ids };
}

/** Copies steps within their level, beside themselves. */
export function duplicateSteps(
  flow: Draft,
  { ids, offset }: { ids: readonly string[]; offset?: Point },
): { flow: Draft; ids: Record<string, string> } {
  const first = ids.map((id) => findStep(flow, id)).find((place) => place !== undefined);
  if (!first) return { flow, ids: {} };
  const fragment = copySteps(flow, { ids });
  return pasteSteps(flow, { fragment, loop: loopOf(first.level), ...(offset ? { offset } : {}) });
}

function renameBody(body: { steps: Record<string, DraftStep>; wires: DraftWire[] }, ids: Record<string, string>) {
  const named = (id: string | undefined) => (id !== undefined && Object.hasOwn(ids, id) ? ids[id] : id);
  const steps = Object.entries(body.steps).map(([id, step]) => [ids[id] ?? id, renameStep(step, ids)]);
  const wires = body.wires.map((wire) => ({ ...wire, from: named(wire.from), to: named(wire.to) }));
  return { steps: Object.fromEntries(steps) as Record<string, DraftStep>, wires };
}

function renameStep(step: DraftStep, ids: Record<string, string>): DraftStep {
  const renamed = renameInValues(step, ids);
  if (Array.isArray(renamed.covers)) {
    renamed.covers = renamed.covers.map((id: Json) => (typeof id === 'string' ? (ids[id] ?? id) : id));
  }
  if (renamed.kind !== 'loop') return renamed;
  return { ...renamed, ...renameBody({ steps: renamed.steps ?? {}, wires: renamed.wires ?? [] }, ids) };
}

const fragmentSchema = z.object({
  steps: z.record(z.string(), draftStepSchema),
  wires: z.array(draftWireSchema),
  positions: z.record(z.string(), z.object({ x: z.number(), y: z.number() })).default({}),
});

/** Reads what a clipboard holds, or answers undefined where it is no copied step. */
export function readFragment(value: unknown): Fragment | undefined {
  const result = fragmentSchema.safeParse(value);
  return result.success && Object.keys(result.data.steps).length > 0 ? result.data : undefined;
}
