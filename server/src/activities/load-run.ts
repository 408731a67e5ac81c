import type { Sql } from '../platform/database/index.js';
import {
  advance,
  type Command,
  frameKey,
  initialState,
  isSettled,
  type Plan,
  plannedStep,
  type RunEvent,
  type RunState,
} from '../workflows/interpreter/index.js';

/** What a step's row tells of control. */
export interface ControlRow {
  runId: string;
  step: string;
  iteration: string;
  status: string;
  port: string | null;
  attempts: number;
  count: number | null;
  /** Epoch milliseconds of the next attempt or of the end of a wait. */
  due: number | null;
  ended: boolean;
}

/** Rows of control of these runs, each run's in the order in which they came about. */
export function readControlRows(sql: Sql, runIds: string[]): Promise<ControlRow[]> {
  return sql.query<ControlRow>(
    `select run_id as "runId", step_id as step, iteration, status, port, attempts, count,
            (extract(epoch from next_at) * 1000)::float8 as due, ended_at is not null as ended
       from steps where run_id = any($1) and pass = 0 order by seq`,
    [runIds],
  );
}

/**
 * The state of a run out of its rows: what its host knew when they were written. One function for parking, for a
 * lost carrier, for a lost Temporal store and for retry from a step.
 */
export function loadRun(plan: Plan, trigger: string, rows: ControlRow[]): RunState {
  const state = initialState(trigger);
  advance(plan, state, { type: 'start' });
  catchUp(plan, state, rows);
  return state;
}

/** Applies to a state what the rows know beyond it; answers what has happened, in the order in which it was applied. */
export function catchUp(plan: Plan, state: RunState, rows: ControlRow[]): RunEvent[] {
  const applied: RunEvent[] = [];
  const apply = (event: RunEvent): Command[] => {
    applied.push(event);
    return advance(plan, state, event);
  };
  // Two answers that came at once may stand in the other order than the host took them, and a loop's row is written
  // again at its end: what does not fit yet is tried again after the rest.
  const waiting = new Set(rows);
  for (let before = -1; waiting.size !== before; ) {
    before = waiting.size;
    for (const row of waiting) {
      const frame = state.frames[frameKey(plannedStep(plan, row.step).loop, row.iteration)];
      const at = frame?.steps[row.step];
      if (!at || isSettled(at.status)) continue;
      const place = { step: row.step, iteration: row.iteration };
      if (row.count !== null && !at.loop) apply({ type: 'items', ...place, count: row.count });
      if (row.count !== null && !(row.ended && isFinished(at.loop))) continue;
      waiting.delete(row);
      const event = eventOf(row);
      if (event) apply(event);
    }
  }
  return applied;
}

/** All iterations of a loop have ended, so that its own end may be told. */
const isFinished = (loop?: { count: number; finished: number; next: number; stopped?: boolean }): boolean =>
  loop !== undefined && loop.finished === loop.next && (loop.stopped === true || loop.next === loop.count);

/** What a row says has happened; nothing for a call that was under way, which is asked for again. */
function eventOf(row: ControlRow): RunEvent | null {
  const { step, iteration, status, port, attempts } = row;
  if (row.ended && (status === 'succeeded' || status === 'failed' || status === 'cancelled')) {
    return { type: 'settled', step, iteration, status, port };
  }
  if (status === 'waiting') return { type: 'opened', step, iteration, due: row.due ?? undefined };
  if (status === 'unknown') return { type: 'called', step, iteration, outcome: { kind: 'unknown' } };
  if (status === 'retrying') {
    return { type: 'called', step, iteration, outcome: { kind: 'retry', due: row.due ?? 0, attempts } };
  }
  return null;
}
