import type { ControlStep } from '@castellan/flow/runtime';
import type { CallFailure } from '../../operations/call-failure.js';
import type { CallResult } from '../../workflows/contract.js';
import { type CallOutcome, freeHolds, freePauses, retryDelay } from '../../workflows/interpreter/index.js';
import type { CallBefore } from './call-rows.js';

/** What a failed attempt is measured by. */
export interface AttemptFacts {
  step: Pick<ControlStep, 'retry' | 'onUnknown' | 'errorWired'>;
  /** From 1. */
  attempt: number;
  /** Pauses so far that the system had asked for. */
  pauses: number;
  /** Epoch milliseconds. */
  now: number;
  /** 0 to 1; spreads the pauses. */
  chance: number;
}

/**
 * What a failed attempt means for the run: it is tried again, the step has failed, or a person must find out what became
 * of it. An outcome that is not known, in a step that handles it, is an error as any other: later steps can read it.
 */
export function outcomeOfFailure(
  failure: CallFailure,
  { step, attempt, pauses, now, chance }: AttemptFacts,
): Extract<CallOutcome, { kind: 'retry' | 'unknown' | 'failed' }> {
  const free = pauses < (failure.heldBackBy !== undefined ? freeHolds : failure.throttled ? freePauses : 0);
  if (failure.retryable && (free || attempt < step.retry.attempts)) {
    const seconds = retryDelay(step.retry, attempt, failure.retryAfter, chance);
    return { kind: 'retry', due: now + seconds * 1_000, attempts: free ? attempt - 1 : attempt };
  }
  const isHandled = step.onUnknown === 'error' && step.errorWired;
  return failure.effect === 'unknown' && !isHandled ? { kind: 'unknown' } : { kind: 'failed' };
}

/** The step settled in an attempt whose end the carrier did not hear of. */
export function outcomeOfRow(status: string): CallResult['outcome'] {
  if (status === 'succeeded' || status === 'cancelled') return { kind: status };
  return { kind: 'failed' };
}

/** What the row of a call that was begun together with others says of its end, if it has ended. */
export function openOutcome({ status, attempts, due }: CallBefore): CallResult['outcome'] | null {
  if (status === 'unknown') return { kind: 'unknown' };
  return status === 'retrying' && due !== null && due > Date.now() ? { kind: 'retry', due, attempts } : null;
}
