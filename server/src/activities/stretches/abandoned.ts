import type { Sql } from '../../platform/database/index.js';
import { cancelChildren } from '../../runs/cancel-runs.js';
import { frameKey, plannedStep, type RunState } from '../../workflows/interpreter/index.js';
import type { StretchRun } from './stretch.js';

/**
 * Cancels the runs that a run no longer waits for: their time is over, or the run is about to end while other calls
 * are still under way.
 * @returns the ids of those that are to be announced after the commit
 */
export async function abandonChildren(tx: Sql, { changes, facts, plan, state }: StretchRun): Promise<string[]> {
  if (!plan.callsFlows || (changes.abandoned.length === 0 && state.phase === 'running')) return [];
  const open = await tx.query<{ step: string; iteration: string; childRunId: string; waits: boolean }>(
    `select step_id as step, iteration, child_run_id as "childRunId", ended_at is null as waits from steps
      where run_id = $1 and pass = 0 and child_run_id is not null
        and (ended_at is null or (step_id, iteration) in (select * from unnest($2::text[], $3::text[])))`,
    [facts.id, changes.abandoned.map(({ step }) => step), changes.abandoned.map(({ iteration }) => iteration)],
  );
  const left = open.filter((row) => !row.waits || statusIn(state, plan, row) !== 'waiting');
  await tx.query(
    `update steps set status = 'cancelled', ended_at = now(), next_at = null, seq = nextval('change_seq')
      where run_id = $1 and pass = 0 and ended_at is null and child_run_id = any($2)`,
    [facts.id, left.map(({ childRunId }) => childRunId)],
  );
  return cancelChildren(
    tx,
    left.map(({ childRunId }) => childRunId),
    passedOn(state),
  );
}

/** Who says that what a run did is taken back says it of the runs that it waited for. */
const passedOn = ({ ending }: RunState): object =>
  ending?.compensate === undefined ? {} : { compensate: ending.compensate };

function statusIn(state: RunState, plan: StretchRun['plan'], { step, iteration }: { step: string; iteration: string }) {
  return state.frames[frameKey(plannedStep(plan, step).loop, iteration)]?.steps[step]?.status;
}
