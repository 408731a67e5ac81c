import type { StepError } from '@castellan/api';
import type { Sql } from '../../platform/database/index.js';
import { type RunError, runError } from './run-error.js';
import type { StretchRun } from './stretch.js';

/**
 * The error of a run that fails, or null: that of the step that ends it, as its row has it. Once the run's own row has
 * it, it stays: what a stop said is known only to the stretch in which it stopped.
 */
export async function readRunError(sql: Sql, { changes, facts, version, state }: StretchRun): Promise<RunError | null> {
  const { ending } = state;
  if (ending?.status !== 'failed') return null;
  const { step = '', iteration = '' } = ending;
  const [row] = await sql.query<{ told: RunError | null; stepError: StepError | null }>(
    `select r.error as told, s.error as "stepError" from runs r
       left join steps s on s.run_id = r.id and s.step_id = $2 and s.iteration = $3 and s.pass = 0 where r.id = $1`,
    [facts.id, step, iteration],
  );
  if (row?.told) return row.told;
  const stepTitle = version.program.steps[step]?.title ?? step;
  const { timeoutSeconds } = version.control;
  return runError(ending, { stepError: row?.stepError ?? null, stepTitle, outcome: changes.outcome, timeoutSeconds });
}
