import type { StepState } from '@castellan/api';
import type { Draft } from '@castellan/flow';
import { stepKey } from '../api/run-stream.js';
import { type Level, outlineOf } from '../editor/outline.js';

/** What of a run is drawn on the canvas: one iteration of each loop. */
export interface RunOverlay {
  /** The trigger that started it. */
  triggerId: string | null;
  /** The state of each step that has one, in the iterations that are shown. */
  states: ReadonlyMap<string, StepState>;
  /** Which iteration of each loop is shown, of those that are known. */
  iterations: ReadonlyMap<string, ShownIteration>;
}

export interface ShownIteration {
  /** The number of the item, from 0. */
  index: number;
  /** All that have begun, in order. */
  known: readonly number[];
  /** What a step directly inside has for its iteration: "3", "3.0". */
  path: string;
}

interface OverlayInput {
  draft: Draft;
  triggerId: string | null;
  /** By {@link stepKey}. */
  steps: ReadonlyMap<string, StepState>;
  /** The iterations that the person chose, by loop. */
  chosen: Readonly<Record<string, number>>;
}

/** The states to draw. Where no iteration is chosen, the one that needs a look is shown, else the last. */
export function runOverlay({ draft, triggerId, steps, chosen }: OverlayInput): RunOverlay {
  const states = new Map<string, StepState>();
  const iterations = new Map<string, ShownIteration>();
  const byStep = groupByStep(steps);
  // A level comes after the one that holds its loop, so the path so far is known.
  for (const level of outlineOf(draft).levels) {
    const path = level.loop === null ? '' : chooseIteration(level, byStep, iterations, chosen);
    if (path === undefined) continue;
    for (const id of Object.keys(level.steps)) {
      const state = steps.get(stepKey({ stepId: id, iteration: path }));
      if (state !== undefined) states.set(id, state);
    }
  }
  return { triggerId, states, iterations };
}

/** The path of the iteration of a loop that is shown; undefined while none has begun. */
function chooseIteration(
  level: Level,
  byStep: ReadonlyMap<string, StepState[]>,
  iterations: Map<string, ShownIteration>,
  chosen: Readonly<Record<string, number>>,
): string | undefined {
  const loop = level.loop!;
  const outer = level.loops.at(-2);
  const before = outer === undefined ? '' : iterations.get(outer)?.path;
  if (before === undefined) return undefined;
  const prefix = before === '' ? '' : `${before}.`;
  const inside = Object.keys(level.steps)
    .flatMap((id) => byStep.get(id) ?? [])
    .filter(({ iteration }) => iteration.startsWith(prefix) && !iteration.slice(prefix.length).includes('.'));
  const indexOf = ({ iteration }: StepState) => Number(iteration.slice(prefix.length));
  const known = [...new Set(inside.map(indexOf))].toSorted((a, b) => a - b);
  const last = known.at(-1);
  if (last === undefined) return undefined;
  const wanted = chosen[loop];
  const index = wanted !== undefined && known.includes(wanted) ? wanted : (needsLook(inside, indexOf) ?? last);
  const path = `${prefix}${index}`;
  iterations.set(loop, { index, known, path });
  return path;
}

/** States in the order in which they ask for attention. */
const urgent: StepState['status'][] = ['failed', 'unknown', 'waiting', 'retrying'];

function needsLook(inside: StepState[], indexOf: (state: StepState) => number): number | undefined {
  for (const status of urgent) {
    const found = inside.find((state) => state.status === status);
    if (found !== undefined) return indexOf(found);
  }
  return undefined;
}

function groupByStep(steps: ReadonlyMap<string, StepState>): Map<string, StepState[]> {
  const groups = new Map<string, StepState[]>();
  for (const state of steps.values()) {
    const group = groups.get(state.stepId);
    if (group === undefined) groups.set(state.stepId, [state]);
    else group.push(state);
  }
  return groups;
}
