import type { StepError } from '@castellan/api';
import type { Sql } from '../platform/database/index.js';
import { type RunError, runError } from './run-error.js';
import type { StretchRun } from './stretch.js';

/** The error of a run that fails, or null: that of the step that ends it, as its row has it. */
export async function readRunError(sql: Sql, { changes, facts, version, state }: StretchRun): Promise<RunError | null> {
  const { ending } = state;
  if (ending?.status !== 'failed') return null;
  const { step = '', iteration = '' } = ending;
  const [row] = await sql.query<{ error: StepError | null }>(
    'select error from steps where run_id = $1 and step_id = $2 and iteration = $3 and pass = 0',
    [facts.id, step, iteration],
  );
  const stepTitle = version.program.steps[step]?.title ?? step;
  const { timeoutSeconds } = version.control;
  return runError(ending, { stepError: row?.error ?? null, stepTitle, outcome: changes.outcome, timeoutSeconds });
}
