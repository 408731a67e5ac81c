import { type Level, levelsOf, objectOf, type StepPlace, stepPlaces } from '../levels.js';
import type { Draft, DraftStep, DraftWire } from '../schema/draft.js';

/** The steps and wires of one level, as an edit changes them. */
export interface Body {
  steps: Record<string, DraftStep>;
  wires: DraftWire[];
}

/**
 * The flow with one level changed: the top for `loop: null`, else the body of that loop. All other levels and steps are
 * shared with the old flow; where the change gives the same steps and wires, so is the flow itself.
 * @throws where there is no such loop.
 */
export function changeBody(flow: Draft, loop: string | null, change: (body: Body) => Body): Draft {
  if (loop === null) return withBody(flow, change);
  const path = levelsOf(flow).find(({ loops }) => loops.at(-1) === loop)?.loops;
  if (!path) throw new Error(`There is no loop "${loop}".`);
  return changeWithin(flow, path, change);
}

function changeWithin<T extends Draft | DraftStep>(
  holder: T,
  path: readonly string[],
  change: (body: Body) => Body,
): T {
  const [id, ...rest] = path;
  if (id === undefined) return withBody(holder, change);
  const step = holder.steps?.[id];
  if (!step) return holder;
  const changed = changeWithin(step, rest, change);
  return changed === step ? holder : { ...holder, steps: { ...holder.steps, [id]: changed } };
}

function withBody<T extends Draft | DraftStep>(holder: T, change: (body: Body) => Body): T {
  const body: Body = { steps: holder.steps ?? {}, wires: holder.wires ?? [] };
  const { steps, wires } = change(body);
  return steps === body.steps && wires === body.wires ? holder : { ...holder, steps, wires };
}

/** The step with this id, wherever it stands. */
export function findStep(flow: Draft, id: string): StepPlace | undefined {
  return stepPlaces(flow).find((place) => place.id === id);
}

/** The step with this id. @throws where there is none. */
export function getStep(flow: Draft, id: string): StepPlace {
  const place = findStep(flow, id);
  if (!place) throw new Error(`There is no step "${id}".`);
  return place;
}

/** Whether a trigger has this id. */
export function isTrigger(flow: Draft, id: string): boolean {
  return Object.hasOwn(objectOf(flow.triggers), id);
}

/** The loop whose body a level is; null at the top. */
export function loopOf(level: Level): string | null {
  return level.loops.at(-1) ?? null;
}

/** The flow with one step changed. @throws where there is none. */
export function changeStep(flow: Draft, id: string, change: (step: DraftStep) => DraftStep): Draft {
  const { level, step } = getStep(flow, id);
  const changed = change(step);
  if (changed === step) return flow;
  return changeBody(flow, loopOf(level), (body) => ({ ...body, steps: { ...body.steps, [id]: changed } }));
}
