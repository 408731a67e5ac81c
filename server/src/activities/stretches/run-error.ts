import type { StepError } from '@castellan/api';
import type { Ending } from '../../workflows/interpreter/index.js';

/** The error of a run, with the step that it came from. */
export type RunError = StepError & { stepId?: string; stepTitle?: string };

/** What is known where a run ended. */
interface EndingFacts {
  /** Error of the step that the ending names. */
  stepError: StepError | null;
  stepTitle: string;
  /** What the run said of itself. */
  outcome: string | undefined;
  /** What the flow gives a run in all. */
  timeoutSeconds: number | undefined;
}

/** The error of the step that ended the run becomes the run's. */
export function runError({ step, reason }: Ending, facts: EndingFacts): RunError {
  if (reason === 'timeout') {
    const message = `The run did not end within the ${facts.timeoutSeconds} s that its flow gives it`;
    return { code: 'E_RUN_TIMEOUT', message, retryable: false };
  }
  if (!step) return { code: 'E_LIMIT', message: reason ?? 'The run was ended.', retryable: false };
  const stopped = { code: 'E_STOP', message: facts.outcome ?? 'The flow ended the run.', retryable: false };
  return { ...(facts.stepError ?? stopped), stepId: step, stepTitle: facts.stepTitle };
}
