import type { StepState } from '@castellan/api';
import type { Draft } from '@castellan/flow';
import { outlineOf } from '../../editor/outline.js';
import { stepTitle } from './step-title.js';

/** One step of a run on the timeline, with a bar for each of its iterations. */
export interface TimelineRow {
  id: string;
  title: string;
  /** How deep in loops it stands. */
  depth: number;
  bars: TimelineBar[];
  /** Iterations beyond those that have a bar. */
  more: number;
}

export interface TimelineBar {
  state: StepState;
  /** Shares of the whole time, 0 to 1. */
  start: number;
  length: number;
}

/** More bars in one row than this cannot be told apart. */
const mostBars = 400;

interface TimelineInput {
  draft: Draft;
  states: Iterable<StepState>;
  /** Milliseconds. */
  from: number;
  to: number;
}

/** The steps that have begun in this run, in the order in which they began; what an earlier run did has no bar. */
export function timelineRows({ draft, states, from, to }: TimelineInput): TimelineRow[] {
  const span = Math.max(1, to - from);
  const rows = new Map<string, TimelineRow>();
  const { places } = outlineOf(draft);
  const begun = [...states].filter((state) => state.startedAt !== null && state.keptFrom === null);
  for (const state of begun.toSorted((a, b) => Date.parse(a.startedAt!) - Date.parse(b.startedAt!))) {
    const place = places.get(state.stepId);
    const row = rows.get(state.stepId) ?? {
      id: state.stepId,
      title: stepTitle(draft, state.stepId),
      depth: place?.loops.length ?? 0,
      bars: [],
      more: 0,
    };
    rows.set(state.stepId, row);
    if (row.bars.length >= mostBars) {
      row.more++;
      continue;
    }
    const start = share((Date.parse(state.startedAt!) - from) / span);
    const end = share(((state.endedAt === null ? to : Date.parse(state.endedAt)) - from) / span);
    row.bars.push({ state, start, length: Math.max(0, end - start) });
  }
  return [...rows.values()];
}

function share(value: number): number {
  return Math.min(1, Math.max(0, value));
}
