import { failureFlow, failureNotify, undoOf } from '@castellan/flow/runtime';
import type { Sql } from '../../platform/database/index.js';
import { compensates } from '../../workflows/interpreter/index.js';
import { readRunError } from './read-run-error.js';
import type { StretchRun } from './stretch.js';

interface Place {
  step: string;
  iteration: string;
}

/** What is asked of the rows of a run that has ended, to find out what is left to be done. */
export interface AfterRows {
  /** Of these steps the one that succeeded last and was not begun to be undone. */
  lastToUndo(steps: string[]): Promise<Place | null>;
  /** Whether the step after the end has begun. */
  hasBegun(step: string): Promise<boolean>;
}

/**
 * What a run does next after its end: the undos, in the opposite order of what they take back; then, of a live run that
 * failed, the notification and the flow for failures. Null: nothing is left.
 */
export async function nextAfter({ plan, state, facts }: StretchRun, rows: AfterRows): Promise<Place | null> {
  const { after } = plan.graph;
  const { ending } = state;
  // A run that makes a plan has changed nothing that could be taken back.
  if (!after || !ending || facts.mode === 'plan') return null;
  if (compensates(after, ending)) {
    const undoable = [...plan.steps.keys()].filter((id) => undoOf(id) in after.steps);
    const last = undoable.length === 0 ? null : await rows.lastToUndo(undoable);
    if (last) return { step: undoOf(last.step), iteration: last.iteration };
  }
  if (ending.status !== 'failed' || facts.mode !== 'live') return null;
  for (const step of [failureNotify, failureFlow]) {
    if (step in after.steps && !(await rows.hasBegun(step))) return { step, iteration: '' };
  }
  return null;
}

/** Begins what follows the end of these runs, one step of each. */
export async function beginAfter(sql: Sql, runs: StretchRun[]): Promise<void> {
  for (const run of runs) {
    if (!run.asksNext) continue;
    const place = await nextAfter(run, rowsOf(sql, run.facts.id));
    const error = place?.step === failureFlow ? await readRunError(sql, run) : undefined;
    run.beginNext(place, error);
  }
}

function rowsOf(sql: Sql, runId: string): AfterRows {
  return {
    lastToUndo: async (steps) => {
      // What the last undo takes back is the earliest that was begun: all that came after it is taken care of.
      const [row] = await sql.query<Place>(
        `select s.step_id as step, s.iteration from steps s
          where s.run_id = $1 and s.pass = 0 and s.status = 'succeeded' and s.step_id = any($2)
            and s.seq < coalesce((
                  select o.seq from steps u join steps o on o.run_id = u.run_id and o.pass = 0
                         and o.iteration = u.iteration and 'undo:' || o.step_id = u.step_id
                   where u.run_id = $1 and u.pass = 0 and u.step_id = any($3) order by u.seq desc limit 1), s.seq + 1)
          order by s.seq desc limit 1`,
        [runId, steps, steps.map(undoOf)],
      );
      return row ?? null;
    },
    hasBegun: async (step) => {
      const rows = await sql.query(
        `select 1 from steps where run_id = $1 and step_id = $2 and iteration = '' and pass = 0`,
        [runId, step],
      );
      return rows.length > 0;
    },
  };
}
