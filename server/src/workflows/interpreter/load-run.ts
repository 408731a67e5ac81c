import { advance, initialState } from './advance.js';
import { frameAfter } from './after.js';
import type { KeptItems } from './kept-items.js';
import type { RunEvent } from './messages.js';
import { outstanding } from './outstanding.js';
import { type Plan, plannedStep } from './plan.js';
import { type Ending, frameKey, isSettled, type LoopState, type RunState } from './state.js';

/** What a step's row tells of control. */
export interface ControlRow {
  runId: string;
  step: string;
  iteration: string;
  status: string;
  port: string | null;
  attempts: number;
  count: number | null;
  /** Of a loop that goes on with the work of an earlier run: the items that this one did. */
  kept: KeptItems | null;
  /** Epoch milliseconds of the next attempt or of the end of a wait. */
  due: number | null;
  /** Of a step that waits: the port by which it goes on when it is due, and when more people are asked until then. */
  duePort?: string | null;
  escalations?: number[] | null;
  ended: boolean;
  /** Place in the order in which the run's rows came about. */
  seq: number;
}

/** What was asked of the run as a whole, or decided by a host, and is not told by the rows of its steps. */
export interface Asked {
  paused?: boolean;
  ending?: Ending;
  /** When the ending was known, in the order of the rows; left out where no host has acted on it yet. */
  endingSeq?: number;
}

/**
 * The state of a run out of its rows: what its host knew when they were written. One function for parking, for a
 * lost carrier, for a lost Temporal store and for retry from a step.
 */
export function loadRun(plan: Plan, trigger: string, rows: ControlRow[], asked: Asked = {}): RunState {
  const begun = new Set(rows.map(keyOf));
  const state = initialState(trigger);
  // What failed because a person ended the run is no failure: the ending is known before the rows are told.
  if (asked.ending) state.ending = asked.ending;
  advance(plan, state, { type: 'start' }, begun);
  catchUp(plan, state, rows, asked, begun);
  countAttempts(plan, state, rows);
  if (asked.paused) pause(plan, state, begun);
  return state;
}

/** Calls under way are made again as the attempt that they were, and not as the first. */
function countAttempts(plan: Plan, state: RunState, rows: ControlRow[]): void {
  for (const { step, iteration, status, attempts } of rows) {
    if (status !== 'running' || attempts < 1) continue;
    const at = state.frames[frameKey(plannedStep(plan, step).loop, iteration)]?.steps[step];
    if (at?.status === 'running' && !at.loop) at.attempts = attempts;
  }
}

/** A call that could begin by the rows and has none was not begun because of the pause: it waits for its end. */
function pause(plan: Plan, state: RunState, begun: ReadonlySet<string>): void {
  for (const frame of Object.values(state.frames)) {
    for (const [step, at] of Object.entries(frame.steps)) {
      const isCall = at.status === 'running' && !at.loop;
      if (isCall && !begun.has(keyOf({ step, iteration: frame.iteration }))) frame.steps[step] = { status: 'ready' };
    }
  }
  advance(plan, state, { type: 'pause' });
}

/**
 * Applies to a state what the rows know beyond it; answers what has happened, in the order in which it was applied.
 * `begun`: see `advance`; left out where the state is that of a host, which knows itself what it began.
 */
export function catchUp(
  plan: Plan,
  state: RunState,
  rows: ControlRow[],
  { ending, endingSeq = Number.POSITIVE_INFINITY }: Asked = {},
  begun?: ReadonlySet<string>,
): RunEvent[] {
  const applied: RunEvent[] = [];
  const loops = new Map(rows.filter((row) => row.count !== null && !row.ended).map((row) => [keyOf(row), row]));
  const apply = (event: RunEvent): void => {
    applied.push(event);
    // A loop's items are told as soon as it could begin: its iterations may stand before its own row.
    for (const command of advance(plan, state, event, begun)) if (command.type === 'items') begin(command);
  };
  const begin = (place: { step: string; iteration: string }): void => {
    const row = loops.get(keyOf(place));
    const event = row && eventOf(row);
    if (event) apply(event);
  };
  for (const command of outstanding(plan, state)) if (command.type === 'items') begin(command);

  // Two answers that came at once may stand in the other order than the host took them: what does not fit yet is
  // tried again after the rest.
  const waiting = new Set<ControlRow>();
  const tell = (some: ControlRow[]): void => {
    for (const row of some) waiting.add(row);
    for (let told = -1; told !== applied.length; ) {
      told = applied.length;
      for (const row of waiting) {
        const at = state.frames[frameKey(plannedStep(plan, row.step).loop, row.iteration)]?.steps[row.step];
        if (!at || isSettled(at.status) || (at.loop && !isFinished(at.loop))) continue;
        waiting.delete(row);
        const event = eventOf(row);
        if (event) apply(event);
      }
    }
  };
  const ofSteps = rows.filter((row) => !loops.has(keyOf(row)) && !plan.after.has(row.step));
  tell(ofSteps.filter(({ seq }) => seq <= endingSeq));
  if (ending && state.phase === 'running') apply({ type: 'end', ending });
  tell(ofSteps.filter(({ seq }) => seq > endingSeq));

  const known = state.settledAfter ?? 0;
  for (const row of rows.filter(({ step }) => plan.after.has(step)).slice(known)) {
    if (!frameAfter(state)) apply({ type: 'next', place: { step: row.step, iteration: row.iteration } });
    const event = eventOf(row);
    if (event) apply(event);
  }
  return applied;
}

const keyOf = ({ step, iteration }: { step: string; iteration: string }): string => `${step}@${iteration}`;

/** All iterations of a loop have ended, so that its own end may be told. */
const isFinished = (loop: LoopState): boolean =>
  loop.finished === loop.next && (loop.stopped === true || loop.next === loop.count);

/** What a row says has happened; nothing for a call that was under way, which is asked for again. */
export function eventOf(row: ControlRow): RunEvent | null {
  const { step, iteration, status, port, attempts, count, kept } = row;
  if (row.ended && (status === 'succeeded' || status === 'failed' || status === 'cancelled')) {
    return { type: 'settled', step, iteration, status, port };
  }
  // Nobody is asked about a step after the end whose outcome is not known.
  if (row.ended && status === 'unknown') return { type: 'settled', step, iteration, status: 'failed', port };
  if (status === 'running' && count !== null) {
    return { type: 'items', step, iteration, count, ...(kept === null ? {} : { kept }) };
  }
  if (status === 'waiting') {
    const [due, duePort, escalations] = [row.due ?? undefined, row.duePort ?? undefined, row.escalations ?? undefined];
    return { type: 'opened', step, iteration, due, port: duePort, escalations };
  }
  if (status === 'unknown') return { type: 'called', step, iteration, outcome: { kind: 'unknown' } };
  if (status === 'retrying') {
    return { type: 'called', step, iteration, outcome: { kind: 'retry', due: row.due ?? 0, attempts } };
  }
  return null;
}
