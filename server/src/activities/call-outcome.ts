import type { RetryPolicy } from '@castellan/flow/runtime';
import type { CallFailure } from '../operations/call-failure.js';
import { type CallOutcome, freePauses, retryDelay } from '../workflows/interpreter/index.js';

/** What a failed attempt is measured by. */
export interface AttemptFacts {
  retry: RetryPolicy;
  /** From 1. */
  attempt: number;
  /** Pauses so far that the system had asked for. */
  pauses: number;
  /** Epoch milliseconds. */
  now: number;
}

/** What a failed attempt means for the run: it is tried again, its outcome is not known, or the step has failed. */
export function outcomeOfFailure(
  failure: CallFailure,
  { retry, attempt, pauses, now }: AttemptFacts,
): Extract<CallOutcome, { kind: 'retry' | 'unknown' | 'failed' }> {
  const free = failure.throttled && pauses < freePauses;
  if (failure.retryable && (free || attempt < retry.attempts)) {
    const seconds = retryDelay(retry, attempt, failure.retryAfter, Math.random());
    return { kind: 'retry', due: now + seconds * 1_000, attempts: free ? attempt - 1 : attempt };
  }
  return failure.effect === 'unknown' ? { kind: 'unknown' } : { kind: 'failed' };
}
