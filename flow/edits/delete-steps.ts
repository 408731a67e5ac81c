import { levelsOf, stepPlaces } from '../levels.js';
import type { Draft, DraftTrigger } from '../schema/draft.js';
import { changeBody, loopOf } from './body.js';
import { forgetPositions } from './move.js';

/** Removes steps and triggers with the wires that lead to them or leave them; a loop goes with its body. */
export function deleteSteps(flow: Draft, { ids }: { ids: readonly string[] }): Draft {
  const asked = new Set(ids);
  const gone = new Set(ids);
  for (const { id, level } of stepPlaces(flow)) if (level.loops.some((loop) => asked.has(loop))) gone.add(id);

  let next = withoutTriggers(flow, asked);
  for (const level of levelsOf(flow)) {
    const isTouched = level.steps.some(([id]) => asked.has(id)) || level.starts.some((id) => asked.has(id));
    if (!isTouched || level.loops.some((loop) => gone.has(loop))) continue;
    next = changeBody(next, loopOf(level), ({ steps, wires }) => ({
      steps: Object.fromEntries(Object.entries(steps).filter(([id]) => !asked.has(id))),
      wires: wires.filter(({ from, to }) => !asked.has(from ?? '') && !asked.has(to ?? '')),
    }));
  }
  return forgetPositions(next, gone);
}

function withoutTriggers(flow: Draft, ids: ReadonlySet<string>): Draft {
  const triggers: [string, DraftTrigger][] = Object.entries(flow.triggers ?? {});
  const kept = triggers.filter(([id]) => !ids.has(id));
  return kept.length === triggers.length ? flow : { ...flow, triggers: Object.fromEntries(kept) };
}
