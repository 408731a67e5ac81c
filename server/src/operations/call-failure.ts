import type { StepError } from '@castellan/api';
import { ConnectorError, HostFailing, type Idempotency, RetryableError, UnknownOutcomeError } from '@castellan/sdk';
import { ApiError } from '../platform/errors.js';

/** What a failed attempt means for the step and, where it was a write, for its effect. */
export interface CallFailure {
  error: StepError;
  /** `refused`: it did not happen. `unknown`: it may have. `done`: it did, and its answer is what failed. */
  effect: 'refused' | 'unknown' | 'done';
  retryable: boolean;
  /** Seconds that the system asked us to wait. */
  retryAfter?: number;
  /** The system asked to slow down: a pause that costs no attempt. */
  throttled: boolean;
  /** The call was not made, since this host keeps failing and is left alone: a pause that costs no attempt, for some time. */
  heldBackBy?: string;
}

/**
 * Reads a vendor's no, or its silence, out of what a call rejected with. Anything else is a failure of our own side
 * and is thrown again, for the activity to be repeated.
 */
export function callFailure(thrown: unknown, write: { idempotency: Idempotency } | null): CallFailure {
  if (thrown instanceof ApiError && thrown.code === 'not_found') {
    const error = { code: 'E_AUTH', message: thrown.message, retryable: false };
    return { error, effect: 'refused', retryable: false, throttled: false };
  }
  if (!(thrown instanceof ConnectorError)) throw thrown;
  const uncertain =
    write !== null &&
    (thrown instanceof UnknownOutcomeError || (thrown instanceof RetryableError && thrown.mayHaveHappened));
  const mayRepeat = uncertain ? write.idempotency !== 'none' : thrown.retryable;
  return {
    error: stepErrorOf(thrown),
    effect: uncertain ? 'unknown' : 'refused',
    retryable: mayRepeat,
    throttled: thrown.code === 'E_RATE',
    ...(thrown instanceof HostFailing ? { heldBackBy: thrown.host } : {}),
    ...(thrown instanceof RetryableError && thrown.retryAfter !== undefined ? { retryAfter: thrown.retryAfter } : {}),
  };
}

function stepErrorOf({ code, message, status, retryable, vendorMessage, details }: ConnectorError): StepError {
  const told = { ...(vendorMessage ? { vendorMessage } : {}), ...(details === undefined ? {} : { more: details }) };
  return {
    code,
    message,
    retryable,
    ...(status === undefined ? {} : { status }),
    ...(Object.keys(told).length > 0 ? { details: told } : {}),
  };
}
