import { below } from './pointer.js';
import type { Draft, DraftStep, DraftWire } from './schema/draft.js';

/** The steps and wires that stand together: the top of a flow, or the body of a loop. */
export interface Level {
  /** Where its `steps` and `wires` stand: '' at the top, else the loop's place. */
  pointer: string;
  /** Ids of the loops around it, the outermost first. */
  loops: readonly string[];
  /** Ids from which its first steps are wired: the triggers, or the loop. */
  starts: readonly string[];
  steps: readonly [id: string, step: DraftStep][];
  wires: readonly DraftWire[];
}

/** A step with the level that it stands in. */
export interface StepPlace {
  id: string;
  step: DraftStep;
  pointer: string;
  level: Level;
}

/** All levels of a flow, the top first, each body after the level that holds its loop. What is malformed is left out. */
export function levelsOf(flow: Draft): Level[] {
  const levels: Level[] = [readLevel(flow, '', [], Object.keys(objectOf(flow.triggers)))];
  // The list grows while it is walked: bodies come after the level that holds them.
  for (const level of levels) {
    for (const [id, step] of level.steps) {
      if (step.kind === 'loop')
        levels.push(readLevel(step, below(level.pointer, 'steps', id), [...level.loops, id], [id]));
    }
  }
  return levels;
}

/** All steps of a flow, bodies of loops included. */
export function stepPlaces(flow: Draft): StepPlace[] {
  return levelsOf(flow).flatMap((level) =>
    level.steps.map(([id, step]) => ({ id, step, pointer: below(level.pointer, 'steps', id), level })),
  );
}

/** All ids in use: triggers and steps share one space. */
export function idsOf(flow: Draft): Set<string> {
  return new Set([...Object.keys(objectOf(flow.triggers)), ...stepPlaces(flow).map(({ id }) => id)]);
}

function readLevel(
  holder: { steps?: unknown; wires?: unknown },
  pointer: string,
  loops: readonly string[],
  starts: readonly string[],
): Level {
  const steps = Object.entries(objectOf(holder.steps)).filter((entry): entry is [string, DraftStep] =>
    isObject(entry[1]),
  );
  const wires = Array.isArray(holder.wires) ? holder.wires.filter(isObject) : [];
  return { pointer, loops, starts, steps, wires };
}

/** The value where it is an object, else an empty one. */
export function objectOf(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : {};
}

/** Whether a value has fields: an object, but no list and not null. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
